//! One channel's worker: takes the most important listings, calls the connector, writes what became of them.
//!
//! One task per channel, so that a channel that is down, slow or throttled delays no other.

use super::ActiveChannel;
use super::bulk;
use super::circuit::{Circuit, Leave};
use super::feeds::{self, OpenFeed};
use super::pacing::Pace;
use super::quota::DailyLimit;
use super::retry;
use super::runtime::Runtime;
use super::settings::DispatchSettings;
use super::slots::{self, Claim, ClaimRule};
use super::urgency::Turn;
use crate::channels::{
    Accepted, ChannelConnector, ChannelError, ChannelLimits, FeedLimits, FeedReport, Feeds, Prices,
    PushOutcome, PushReport, QuantityUpdate,
};
use crate::clock::Clock;
use crate::db::{Db, DbError, Lane};
use crate::domain::ExternalId;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Looked for work after so long even if nobody rang: a bell that was lost costs this much.
const SLOW_LOOK: Duration = Duration::from_secs(60);

/// What a worker shares with the dispatcher.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub wake: Arc<Notify>,
    pub runtime: Arc<Mutex<Runtime>>,
    pub stop: CancellationToken,
    pub changes: watch::Sender<u64>,
}

impl Shared {
    pub(super) fn runtime(&self, change: impl FnOnce(&mut Runtime)) {
        change(&mut self.runtime.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

enum Job {
    Push(Vec<Claim>),
    Observe(Vec<Claim>),
    Follow(Vec<Claim>),
    Submit(i64, Vec<QuantityUpdate>),
    Progress(OpenFeed),
}

/// A call that has come back. `None`: it took too long or its task broke.
pub(super) enum Reply {
    Push(Vec<Claim>, Option<Result<PushReport, ChannelError>>),
    Observe(Vec<Claim>, Option<Result<Vec<Option<i64>>, ChannelError>>),
    Follow(Vec<Claim>, Option<Result<Vec<Option<PushOutcome>>, ChannelError>>),
    Submit(i64, usize, Option<Result<String, ChannelError>>),
    Progress(OpenFeed, Option<Result<Option<FeedReport>, ChannelError>>),
}

pub(super) struct Ended {
    pub(super) reply: Reply,
    pub(super) sent_ms: i64,
    pub(super) took: Duration,
}

/// A channel's feeds, as its worker sees them.
pub(super) struct Bulk {
    pub(super) limits: FeedLimits,
    pub(super) pace: Pace,
    /// Since when more is waiting than calls reach in a feed's time.
    since_ms: Option<i64>,
    /// Not looked at before.
    look_ms: i64,
    /// To be looked at then, even if nobody rings.
    wake_ms: Option<i64>,
    /// One is being handed in.
    pub(super) submitting: bool,
}

/// Between looks at what waits.
const LOOK_MS: i64 = 1_000;
/// Put into a feed in one transaction.
const SOME: usize = 500;

pub(super) struct Worker {
    pub(super) channel: ActiveChannel,
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) settings: DispatchSettings,
    pub(super) shared: Shared,
    pub(super) limits: ChannelLimits,
    pub(super) pace: Pace,
    /// Of reading back, where that is limited by itself.
    pub(super) read_pace: Option<Pace>,
    pub(super) bulk: Option<Bulk>,
    pub(super) circuit: Circuit,
    pub(super) turn: Turn,
    pub(super) batch: usize,
    pub(super) throttled_in_a_row: u32,
    /// A push found another quantity than it had expected: there may be a sale that nobody has heard of.
    pub(super) stale: bool,
    pub(super) calls: JoinSet<Ended>,
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
            pace: Pace::new(limits.pushes, clock.clone()),
            read_pace: limits.reads.map(|rate| Pace::new(rate, clock.clone())),
            bulk: channel.connector.feeds().map(|feeds| Bulk {
                limits: *feeds.limits(),
                pace: Pace::new(feeds.limits().submits, clock.clone()),
                since_ms: None,
                look_ms: 0,
                wake_ms: None,
                submitting: false,
            }),
            circuit: Circuit::new(settings.circuit_failures, open_ms),
            turn: Turn::default(),
            batch: limits.max_batch.max(1),
            throttled_in_a_row: 0,
            stale: false,
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
        let lost_ms = self.bulk.as_ref().map_or(0, |bulk| lost_ms(&bulk.limits, self.clock.now_ms()));
        self.db
            .writer
            .write(Lane::Urgent, move |tx| {
                slots::reclaim(tx, id)?;
                feeds::recover(tx, id, lost_ms)
            })
            .await?;
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
            if let Some(job) = self.bulk_job(now_ms).await? {
                self.call(job, now_ms);
                continue;
            }
            let push = self.pace.permit();
            let read = self.read_pace.as_mut().map_or(push, Pace::permit);
            if let (Err(push), Err(read)) = (push, read) {
                return Ok(push.min(read).min(self.bulk_look(now_ms)));
            }
            let (rule, may) = (self.rule(now_ms), May { push: push.is_ok(), read: read.is_ok() });
            let (sold_first, stale) = (self.channel.sold_first.clone(), self.stale);
            let (job, next_ms, alone, asked) = self
                .db
                .writer
                .write(Lane::Urgent, move |tx| {
                    let mut rule = rule;
                    let mut asked = false;
                    if let Some(sold_first) = sold_first
                        && may.push
                        && slots::above_zero_is_due(tx, &rule)?
                    {
                        asked = true;
                        rule.zero_only = !sold_first.ready(stale);
                    }
                    let (job, next_ms, alone) = take(tx, &rule, may)?;
                    Ok::<_, DbError>((job, next_ms, alone, asked.then_some(!rule.zero_only)))
                })
                .await?;
            if asked == Some(true) {
                self.stale = false;
            }
            let Some(job) = job else {
                let due = next_ms.map_or(SLOW_LOOK, |next| until(next, now_ms)).min(self.bulk_look(now_ms));
                // What may not go yet may be all that is due.
                return Ok([push, read].into_iter().filter_map(Result::err).fold(due, Duration::min));
            };
            match (&job, &mut self.read_pace) {
                (Job::Push(_), _) | (_, None) => self.pace.spend(),
                (_, Some(pace)) => pace.spend(),
            }
            self.turn.after_alone = alone;
            if let Job::Push(claims) = &job {
                self.turn.places = self.turn.places.wrapping_add(u64::try_from(claims.len()).unwrap_or(0));
            }
            self.call(job, now_ms);
        }
        Ok(SLOW_LOOK)
    }

    /// A feed to be handed in or asked for.
    async fn bulk_job(&mut self, now_ms: i64) -> Result<Option<Job>, DbError> {
        let rule = self.rule(now_ms);
        let gather_ms = i64::try_from(self.settings.feed_gather_ms).unwrap_or(i64::MAX);
        let Some(bulk) = &mut self.bulk else { return Ok(None) };
        if now_ms < bulk.look_ms || bulk.submitting {
            return Ok(None);
        }
        let sold_first = self.channel.sold_first.clone();
        let (channel, enough) = (self.channel.id, bulk::enough(&self.limits, &bulk.limits));
        let (due, next_ms, waiting) = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                let (due, next_ms) = feeds::due(tx, channel, now_ms)?;
                if let Some(feed) = &due {
                    // Not asked for twice at once; what comes of it says when it is asked for again.
                    feeds::postpone(tx, feed.id, now_ms.saturating_add(rule.lease_ms))?;
                }
                let mut waiting = feeds::waiting(tx, &rule, enough)?;
                if waiting > 0 && sold_first.is_some_and(|sold_first| !sold_first.ready(false)) {
                    waiting = 0;
                }
                Ok::<_, DbError>((due, next_ms, waiting))
            })
            .await?;
        if let Some(feed) = due {
            return Ok(Some(Job::Progress(feed)));
        }
        bulk.look_ms = now_ms.saturating_add(LOOK_MS);
        bulk.wake_ms = next_ms;
        let Some(share) = bulk::share(waiting, &self.limits, &bulk.limits) else {
            bulk.since_ms = None;
            return Ok(None);
        };
        // An import is still coming in: what it brings next goes with the same feed.
        let gathered = now_ms.saturating_sub(*bulk.since_ms.get_or_insert(now_ms)) >= gather_ms;
        if let (false, _) | (_, Err(_)) = (gathered, bulk.pace.permit()) {
            bulk.wake_ms = Some(next_ms.map_or(bulk.look_ms, |next| next.min(bulk.look_ms)));
            return Ok(None);
        }
        bulk.since_ms = None;
        bulk.submitting = true;
        bulk.pace.spend();
        self.fill(share, rule).await.map(Some)
    }

    /// Makes a feed, some listings at a time.
    async fn fill(&self, share: usize, rule: ClaimRule) -> Result<Job, DbError> {
        let feed = self.db.writer.write(Lane::Urgent, move |tx| feeds::begin(tx, &rule)).await?;
        let mut batch = Vec::with_capacity(share);
        while batch.len() < share {
            let size = SOME.min(share - batch.len());
            let more =
                self.db.writer.write(Lane::Urgent, move |tx| feeds::fill(tx, &rule, feed, size)).await?;
            if more.is_empty() {
                break;
            }
            batch.extend(more);
        }
        Ok(Job::Submit(feed, batch))
    }

    /// How long feeds need no look.
    fn bulk_look(&self, now_ms: i64) -> Duration {
        let wake_ms = self.bulk.as_ref().filter(|bulk| !bulk.submitting).and_then(|bulk| bulk.wake_ms);
        wake_ms.map_or(SLOW_LOOK, |wake_ms| until(wake_ms, now_ms))
    }

    fn rule(&self, now_ms: i64) -> ClaimRule {
        let daily = self
            .limits
            .per_listing_daily
            .map(|pushes| DailyLimit { pushes, reserve_percent: self.settings.daily_reserve_percent });
        ClaimRule {
            channel: self.channel.id,
            size: self.batch,
            read_size: self.limits.read_batch.max(1),
            follow_size: self.limits.follow_batch.max(1),
            one_group: self.limits.one_group,
            daily,
            turn: self.turn,
            zero_only: false,
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
                    let call = tokio::spawn(async move { pushed(&*connector, &batch).await });
                    Reply::Push(claims, bounded(call, limit).await)
                }
                Job::Observe(claims) => {
                    let ids: Vec<ExternalId> =
                        claims.iter().map(|claim| claim.update.external.clone()).collect();
                    let call = tokio::spawn(async move { connector.observe(&ids).await });
                    Reply::Observe(claims, bounded(call, limit).await)
                }
                Job::Follow(claims) => {
                    let accepted: Vec<Accepted> = claims.iter().map(accepted).collect();
                    let call = tokio::spawn(async move { connector.follow(&accepted).await });
                    Reply::Follow(claims, bounded(call, limit).await)
                }
                Job::Submit(feed, batch) => {
                    let count = batch.len();
                    let call = tokio::spawn(async move { feeds_of(&*connector)?.submit(&batch).await });
                    Reply::Submit(feed, count, bounded(call, limit).await)
                }
                Job::Progress(feed) => {
                    let receipt = feed.receipt.clone();
                    let call = tokio::spawn(async move {
                        match receipt {
                            Some(receipt) => feeds_of(&*connector)?.progress(&receipt).await,
                            None => Ok(None),
                        }
                    });
                    Reply::Progress(feed, bounded(call, limit).await)
                }
            };
            Ended { reply, sent_ms, took: began.elapsed() }
        });
    }
}

/// Quantities first: a price may wait, a unit that is sold may not.
async fn pushed(
    connector: &dyn ChannelConnector,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let mut report = connector.push(batch).await?;
    let taken =
        |outcome: &PushOutcome| matches!(outcome, PushOutcome::Applied | PushOutcome::Accepted { .. });
    let places: Vec<usize> = batch
        .iter()
        .zip(&report.outcomes)
        .enumerate()
        .filter(|(_, (update, outcome))| update.price.is_some() && taken(outcome))
        .map(|(place, _)| place)
        .collect();
    if places.is_empty() || connector.prices() != Prices::Apart {
        return Ok(report);
    }
    let priced: Vec<QuantityUpdate> = places.iter().filter_map(|place| batch.get(*place).cloned()).collect();
    for (place, outcome) in places.into_iter().zip(connector.push_prices(&priced).await?) {
        if !taken(&outcome)
            && let Some(slot) = report.outcomes.get_mut(place)
        {
            *slot = outcome;
        }
    }
    Ok(report)
}

fn feeds_of(connector: &dyn ChannelConnector) -> Result<&dyn Feeds, ChannelError> {
    connector.feeds().ok_or_else(|| broken("the connector takes no feeds any more"))
}

/// When a feed of which nobody knows has ended, if it arrived.
pub(super) fn lost_ms(limits: &FeedLimits, now_ms: i64) -> i64 {
    now_ms.saturating_add(retry::millis(limits.takes).saturating_mul(2))
}

/// What the channel's pace allows now.
#[derive(Clone, Copy)]
struct May {
    push: bool,
    read: bool,
}

fn take(
    tx: &rusqlite::Transaction<'_>,
    rule: &ClaimRule,
    may: May,
) -> Result<(Option<Job>, Option<i64>, bool), DbError> {
    if may.read {
        let accepted = slots::verifying(tx, &ClaimRule { read_size: rule.follow_size, ..*rule }, true)?;
        if !accepted.is_empty() {
            return Ok((Some(Job::Follow(accepted)), None, false));
        }
        let verifying = slots::verifying(tx, rule, false)?;
        if !verifying.is_empty() {
            return Ok((Some(Job::Observe(verifying)), None, false));
        }
    }
    if !may.push {
        // What is to be read back may be due before the next push may go.
        return Ok((None, slots::next_due(tx, rule)?, false));
    }
    let claimed = slots::claim(tx, rule)?;
    if claimed.claims.is_empty() {
        return Ok((None, claimed.next_ms, false));
    }
    Ok((Some(Job::Push(claimed.claims)), None, claimed.alone))
}

fn accepted(claim: &Claim) -> Accepted {
    Accepted {
        external: claim.update.external.clone(),
        sku: claim.update.sku.clone(),
        quantity: claim.update.quantity,
        receipt: claim.receipt.clone().unwrap_or_default(),
    }
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

pub(super) fn broken(reason: &str) -> ChannelError {
    ChannelError::Transport { url: "the channel".to_owned(), reason: reason.to_owned() }
}

fn until(due_ms: i64, now_ms: i64) -> Duration {
    let left = u64::try_from(due_ms.saturating_sub(now_ms)).unwrap_or(0);
    Duration::from_millis(left.max(1)).min(SLOW_LOOK)
}
