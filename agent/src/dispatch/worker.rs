//! One channel's worker: takes the most important listings, calls the connector, writes what became of them.
//!
//! One task per channel, so that a channel that is down, slow or throttled delays no other.

use super::circuit::{Change, Circuit, CircuitState, Leave};
use super::outcome::{self, Call, Failure};
use super::pacing::Pace;
use super::quota::DailyLimit;
use super::retry;
use super::settings::DispatchSettings;
use super::slots::{self, Claim, ClaimRule};
use super::urgency::Turn;
use super::{ActiveChannel, metrics};
use crate::channels::{ChannelError, ChannelLimits, ErrorClass, PushReport};
use crate::clock::Clock;
use crate::db::{Db, DbError, Lane};
use crate::domain::ExternalId;
use crate::issues::{self, Issue};
use crate::mirror::channels;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Looked for work after so long even if nobody rang: a bell that was lost costs this much.
const SLOW_LOOK: Duration = Duration::from_secs(60);

/// What a channel's worker is doing, for status and health.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Runtime {
    /// The circuit breaker.
    pub circuit: CircuitState,
    /// No call before this time, because the channel asked for it (milliseconds since the Unix epoch).
    pub throttled_until_ms: Option<i64>,
    /// When something was last confirmed.
    pub last_push_ms: Option<i64>,
    /// What went wrong last, until a call is answered again.
    pub message: Option<String>,
}

/// What a worker shares with the dispatcher.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub wake: Arc<Notify>,
    pub runtime: Arc<Mutex<Runtime>>,
    pub stop: CancellationToken,
    pub changes: watch::Sender<u64>,
}

impl Shared {
    fn runtime(&self, change: impl FnOnce(&mut Runtime)) {
        change(&mut self.runtime.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

enum Job {
    Push(Vec<Claim>),
    Observe(Vec<Claim>),
}

/// A call that has come back. `None`: it took too long or its task broke.
enum Reply {
    Push(Vec<Claim>, Option<Result<PushReport, ChannelError>>),
    Observe(Vec<Claim>, Option<Result<Vec<Option<i64>>, ChannelError>>),
}

struct Ended {
    reply: Reply,
    sent_ms: i64,
    took: Duration,
}

pub(super) struct Worker {
    channel: ActiveChannel,
    db: Db,
    clock: Clock,
    settings: DispatchSettings,
    shared: Shared,
    limits: ChannelLimits,
    pace: Pace,
    circuit: Circuit,
    turn: Turn,
    batch: usize,
    throttled_in_a_row: u32,
    calls: JoinSet<Ended>,
}

impl Worker {
    pub(super) fn new(
        channel: ActiveChannel,
        db: Db,
        clock: Clock,
        settings: DispatchSettings,
        shared: Shared,
    ) -> Self {
        let limits = channel.connector.limits().clone();
        let open_ms = i64::try_from(settings.circuit_open_ms).unwrap_or(i64::MAX);
        Self {
            pace: Pace::new(&limits, clock.clone()),
            circuit: Circuit::new(settings.circuit_failures, open_ms),
            turn: Turn::default(),
            batch: limits.max_batch.max(1),
            throttled_in_a_row: 0,
            calls: JoinSet::new(),
            channel,
            db,
            clock,
            settings,
            shared,
            limits,
        }
    }

    /// Works until told to stop, or until the channel has to be paused.
    pub(super) async fn run(mut self) {
        if let Err(error) = self.work().await {
            // The database refuses: the agent's health says so, and the next start begins where this one ended.
            tracing::error!(channel = %self.channel.name, "Dispatch stopped: {error}");
            self.shared.runtime(|runtime| runtime.message = Some(error.to_string()));
        }
    }

    async fn work(&mut self) -> Result<(), DbError> {
        let id = self.channel.id;
        self.db.writer.write(Lane::Urgent, move |tx| slots::reclaim(tx, id)).await?;
        while !self.shared.stop.is_cancelled() {
            let wait = self.start().await?;
            let wake = Arc::clone(&self.shared.wake);
            let stop = self.shared.stop.clone();
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(ended) = self.calls.join_next(), if !self.calls.is_empty() => {
                    if let Ok(ended) = ended {
                        self.end(ended).await?;
                    }
                }
                () = wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        // A call under way is finished, so that its outcome is known at the next start.
        while let Some(ended) = self.calls.join_next().await {
            if let Ok(ended) = ended {
                self.end(ended).await?;
            }
        }
        Ok(())
    }

    /// Starts as many calls as may go now. Returns how long to wait at most before looking again.
    async fn start(&mut self) -> Result<Duration, DbError> {
        while self.calls.len() < self.limits.concurrency.max(1) {
            let now_ms = self.clock.now_ms();
            match self.circuit.ask(now_ms) {
                Leave::Wait { until_ms } => return Ok(until(until_ms, now_ms)),
                Leave::Probe if !self.calls.is_empty() => return Ok(SLOW_LOOK),
                Leave::Probe | Leave::Go => {}
            }
            if let Err(wait) = self.pace.permit() {
                return Ok(wait.min(SLOW_LOOK));
            }
            let rule = self.rule(now_ms);
            let (job, next_ms, alone) = self.db.writer.write(Lane::Urgent, move |tx| take(tx, &rule)).await?;
            let Some(job) = job else { return Ok(next_ms.map_or(SLOW_LOOK, |next| until(next, now_ms))) };
            self.pace.spend();
            self.turn.after_alone = alone;
            if let Job::Push(claims) = &job {
                self.turn.places = self.turn.places.wrapping_add(u64::try_from(claims.len()).unwrap_or(0));
            }
            self.call(job, now_ms);
        }
        Ok(SLOW_LOOK)
    }

    fn rule(&self, now_ms: i64) -> ClaimRule {
        let daily = self
            .limits
            .per_listing_daily
            .map(|pushes| DailyLimit { pushes, reserve_percent: self.settings.daily_reserve_percent });
        ClaimRule {
            channel: self.channel.id,
            size: self.batch,
            daily,
            turn: self.turn,
            starve_ms: i64::try_from(self.settings.starve_ms).unwrap_or(i64::MAX),
            alone_after: self.settings.alone_after,
            lease_ms: i64::try_from(self.settings.lease_ms).unwrap_or(i64::MAX),
            now_ms,
        }
    }

    fn call(&mut self, job: Job, sent_ms: i64) {
        let connector = Arc::clone(&self.channel.connector);
        // Given up before the lease ends, so that a listing is never on its way twice.
        let limit = Duration::from_millis(self.settings.lease_ms / 4 * 3);
        let clock = self.clock.clone();
        self.calls.spawn(async move {
            let began = clock.instant();
            let reply = match job {
                Job::Push(claims) => {
                    let batch: Vec<_> = claims.iter().map(|claim| claim.update.clone()).collect();
                    // A task of its own: a connector that panics must not take the claims with it.
                    let call = tokio::spawn(async move { connector.push(&batch).await });
                    Reply::Push(claims, bounded(call, limit).await)
                }
                Job::Observe(claims) => {
                    let ids: Vec<ExternalId> =
                        claims.iter().map(|claim| claim.update.external.clone()).collect();
                    let call = tokio::spawn(async move { connector.observe(&ids).await });
                    Reply::Observe(claims, bounded(call, limit).await)
                }
            };
            Ended { reply, sent_ms, took: began.elapsed() }
        });
    }

    async fn end(&mut self, ended: Ended) -> Result<(), DbError> {
        let call = Call {
            channel: self.channel.name.clone(),
            sent_ms: ended.sent_ms,
            done_ms: self.clock.now_ms(),
            chance: rand::random(),
        };
        let kind = if matches!(ended.reply, Reply::Push(..)) { "push" } else { "observe" };
        let result = match ended.reply {
            Reply::Push(claims, Some(Ok(report))) if report.outcomes.len() == claims.len() => {
                self.pushed(claims, report, call).await?;
                "ok"
            }
            Reply::Push(claims, Some(Ok(_))) => {
                self.failed(claims, &broken("the connector lost count of its batch"), call).await?
            }
            Reply::Observe(claims, Some(Ok(shown))) if shown.len() == claims.len() => {
                self.observed(claims, shown, call).await?;
                "ok"
            }
            Reply::Observe(claims, Some(Ok(_))) => {
                self.unread(&claims, &broken("the connector lost count of its batch"), call).await?
            }
            Reply::Push(claims, Some(Err(error))) => self.failed(claims, &error, call).await?,
            Reply::Observe(claims, Some(Err(error))) => self.unread(&claims, &error, call).await?,
            Reply::Push(claims, None) => self.failed(claims, &broken("the call took too long"), call).await?,
            Reply::Observe(claims, None) => {
                self.unread(&claims, &broken("the call took too long"), call).await?
            }
        };
        metrics::called(&self.channel.name, kind, result, ended.took);
        self.shared.changes.send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    async fn pushed(&mut self, claims: Vec<Claim>, report: PushReport, call: Call) -> Result<(), DbError> {
        self.answered().await?;
        self.batch = (self.batch * 2).min(self.limits.max_batch.max(1));
        if let Some(wait) = report.headroom.wait {
            self.pace.hold_off(wait);
        }
        let name = self.channel.name.clone();
        for outcome in &report.outcomes {
            metrics::pushed(&name, outcome::describe(outcome).0);
        }
        let done_ms = call.done_ms;
        let (settings, id) = (self.settings.clone(), self.channel.id);
        let counted = self.limits.per_listing_daily.is_some();
        let latencies = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                if counted {
                    slots::count_quota(tx, id, &claims, call.done_ms)?;
                }
                outcome::settle(tx, &claims, &report.outcomes, &settings, &call)
            })
            .await?;
        if !latencies.is_empty() {
            self.shared.runtime(|runtime| runtime.last_push_ms = Some(done_ms));
        }
        for latency in latencies {
            metrics::confirmed(&name, latency);
        }
        Ok(())
    }

    async fn observed(
        &mut self,
        claims: Vec<Claim>,
        shown: Vec<Option<i64>>,
        call: Call,
    ) -> Result<(), DbError> {
        self.answered().await?;
        let settings = self.settings.clone();
        let drifted = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                let mut drifted = 0;
                for (claim, shown) in claims.iter().zip(shown) {
                    drifted += usize::from(outcome::observed(tx, claim, shown, &settings, &call)?);
                }
                Ok::<_, DbError>(drifted)
            })
            .await?;
        for _ in 0..drifted {
            metrics::drift(&self.channel.name);
        }
        Ok(())
    }

    /// The channel gave a usable answer.
    async fn answered(&mut self) -> Result<(), DbError> {
        self.throttled_in_a_row = 0;
        if self.circuit.answered() == Change::Closed {
            tracing::info!(channel = %self.channel.name, "The channel is back.");
            let scope = self.scope();
            self.db.writer.write(Lane::Urgent, move |tx| issues::clear(tx, "channel_down", &scope)).await?;
        }
        let circuit = self.circuit.state();
        self.shared.runtime(|runtime| {
            runtime.circuit = circuit;
            runtime.throttled_until_ms = None;
            runtime.message = None;
        });
        Ok(())
    }

    /// A push failed as a whole.
    async fn failed(
        &mut self,
        claims: Vec<Claim>,
        error: &ChannelError,
        call: Call,
    ) -> Result<&'static str, DbError> {
        let message = error.to_string();
        let class = error.class();
        if class == ErrorClass::Reject {
            return self.refused(claims, error, call).await;
        }
        let healthy = self.circuit.is_healthy();
        let result = self.trouble(class, &message, call.done_ms).await?;
        let failure = match class {
            ErrorClass::Retry => {
                let first = claims.iter().map(|claim| claim.attempts).min().unwrap_or(0);
                let wait = retry::outage_delay(&self.settings, first.saturating_add(1), call.chance);
                // A channel that is down is no listing's fault: only a failure amid successes counts.
                Failure::Unknown { message, counts: healthy, wait }
            }
            _ => Failure::Unsent { message },
        };
        self.db.writer.write(Lane::Urgent, move |tx| outcome::failed(tx, &claims, &failure, &call)).await?;
        Ok(result)
    }

    /// The channel refused the request itself: smaller and smaller batches find the listing it is about.
    async fn refused(
        &mut self,
        claims: Vec<Claim>,
        error: &ChannelError,
        call: Call,
    ) -> Result<&'static str, DbError> {
        self.answered().await?;
        let message = error.to_string();
        let code = match error {
            ChannelError::Refused { code, .. } => code.clone(),
            _ => "refused".to_owned(),
        };
        let outcome = if claims.len() == 1 {
            crate::channels::PushOutcome::Rejected { code, message }
        } else {
            crate::channels::PushOutcome::NotApplied
        };
        self.batch = (claims.len() / 2).max(1);
        let outcomes = vec![outcome; claims.len()];
        let settings = self.settings.clone();
        self.db
            .writer
            .write(Lane::Urgent, move |tx| outcome::settle(tx, &claims, &outcomes, &settings, &call))
            .await?;
        Ok("refused")
    }

    /// Reading back failed as a whole: it is tried again.
    async fn unread(
        &mut self,
        claims: &[Claim],
        error: &ChannelError,
        call: Call,
    ) -> Result<&'static str, DbError> {
        let result = self.trouble(error.class(), &error.to_string(), call.done_ms).await?;
        let wait = retry::outage_delay(&self.settings, 1, call.chance);
        let due = call.done_ms.saturating_add(retry::millis(wait));
        let ids: Vec<_> = claims.iter().map(|claim| claim.update.listing).collect();
        self.db.writer.write(Lane::Urgent, move |tx| slots::postpone(tx, &ids, due)).await?;
        Ok(result)
    }

    /// What a failed call means for the channel.
    async fn trouble(
        &mut self,
        class: ErrorClass,
        message: &str,
        now_ms: i64,
    ) -> Result<&'static str, DbError> {
        match class {
            ErrorClass::Throttle(after) => {
                let _ = self.circuit.answered();
                self.throttled_in_a_row = self.throttled_in_a_row.saturating_add(1);
                let wait = retry::throttled(&self.settings, after, self.throttled_in_a_row, rand::random());
                self.pace.hold_off(wait);
                let until = now_ms.saturating_add(retry::millis(wait));
                self.shared.runtime(|runtime| runtime.throttled_until_ms = Some(until));
                tracing::info!(channel = %self.channel.name, "Throttled for {} ms: {message}", wait.as_millis());
                Ok("throttled")
            }
            ErrorClass::Retry | ErrorClass::Reject => {
                if self.circuit.failed(now_ms) == Change::Opened {
                    tracing::warn!(channel = %self.channel.name, "The channel is down: {message}");
                    let text = format!("{}: {message}", self.channel.name);
                    self.raise("channel_down", text, "Nothing to do: it is tried again by itself.", now_ms)
                        .await?;
                }
                let circuit = self.circuit.state();
                self.shared.runtime(|runtime| {
                    runtime.circuit = circuit;
                    runtime.message = Some(message.to_owned());
                });
                Ok("failed")
            }
            ErrorClass::Reauth => {
                tracing::warn!(channel = %self.channel.name, "Paused: {message}");
                let (id, reason) = (self.channel.id, message.to_owned());
                self.db
                    .writer
                    .write(Lane::Urgent, move |tx| channels::set_state(tx, id, false, Some(&reason)))
                    .await?;
                let text = format!("{} is paused: {message}", self.channel.name);
                let action =
                    format!("Renew the credentials, then run `onhand channel resume {}`.", self.channel.name);
                self.raise("channel_unauthorized", text, &action, now_ms).await?;
                self.shared.runtime(|runtime| runtime.message = Some(message.to_owned()));
                self.shared.stop.cancel();
                Ok("unauthorized")
            }
        }
    }

    async fn raise(
        &self,
        code: &'static str,
        message: String,
        action: &str,
        now_ms: i64,
    ) -> Result<(), DbError> {
        let (scope, action) = (self.scope(), action.to_owned());
        self.db
            .writer
            .write(Lane::Urgent, move |tx| {
                issues::raise(tx, &Issue { code, scope: &scope, message: &message, action: &action }, now_ms)
            })
            .await
    }

    fn scope(&self) -> String {
        format!("channel:{}", self.channel.name)
    }
}

fn take(
    tx: &rusqlite::Transaction<'_>,
    rule: &ClaimRule,
) -> Result<(Option<Job>, Option<i64>, bool), DbError> {
    let verifying = slots::verifying(tx, rule)?;
    if !verifying.is_empty() {
        return Ok((Some(Job::Observe(verifying)), None, false));
    }
    let claimed = slots::claim(tx, rule)?;
    if claimed.claims.is_empty() {
        return Ok((None, claimed.next_ms, false));
    }
    Ok((Some(Job::Push(claimed.claims)), None, claimed.alone))
}

/// The call's result; nothing if it took too long or its task broke: then the outcome is unknown.
async fn bounded<T>(call: tokio::task::JoinHandle<T>, limit: Duration) -> Option<T> {
    let abort = call.abort_handle();
    match tokio::time::timeout(limit, call).await {
        Ok(result) => result.ok(),
        Err(_) => {
            abort.abort();
            None
        }
    }
}

fn broken(reason: &str) -> ChannelError {
    ChannelError::Transport { url: "the channel".to_owned(), reason: reason.to_owned() }
}

fn until(due_ms: i64, now_ms: i64) -> Duration {
    let left = u64::try_from(due_ms.saturating_sub(now_ms)).unwrap_or(0);
    Duration::from_millis(left.max(1)).min(SLOW_LOOK)
}
