//! How a worker takes the end of a call: what it means for each listing, and what for the channel.

use super::circuit::Change;
use super::metrics;
use super::outcome::{self, Call, Failure};
use super::retry;
use super::slots::{self, Claim};
use super::worker::{Ended, Reply, Worker, broken};
use crate::channels::{ChannelError, ErrorClass, PushOutcome, PushReport};
use crate::db::{DbError, Lane};
use crate::issues::{self, Issue};
use crate::mirror::channels;

impl Worker {
    pub(super) async fn end(&mut self, ended: Ended) -> Result<(), DbError> {
        let call = Call {
            channel: self.channel.name.clone(),
            sent_ms: ended.sent_ms,
            done_ms: self.clock.now_ms(),
            chance: rand::random(),
        };
        let kind = match ended.reply {
            Reply::Push(..) => "push",
            Reply::Observe(..) => "observe",
            Reply::Follow(..) => "follow",
            Reply::Submit(..) => "submit",
            Reply::Progress(..) => "progress",
        };
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
            Reply::Follow(claims, Some(Ok(became))) if became.len() == claims.len() => {
                self.followed(claims, became, call).await?;
                "ok"
            }
            Reply::Follow(claims, Some(Ok(_))) => {
                self.unread(&claims, &broken("the connector lost count of its batch"), call).await?
            }
            Reply::Follow(claims, Some(Err(error))) => self.unread(&claims, &error, call).await?,
            Reply::Follow(claims, None) => {
                self.unread(&claims, &broken("the call took too long"), call).await?
            }
            Reply::Submit(feed, count, result) => self.submitted(feed, count, result, call).await?,
            Reply::Progress(feed, result) => self.progressed(feed, result, call).await?,
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
        self.stale |= report.outcomes.iter().any(|outcome| matches!(outcome, PushOutcome::Stale { .. }));
        let counted = self.limits.per_listing_daily.is_some();
        self.settle(claims, report.outcomes, call, counted).await
    }

    /// The channel told what became of accepted pushes; those it cannot tell of yet are asked for again.
    async fn followed(
        &mut self,
        claims: Vec<Claim>,
        became: Vec<Option<PushOutcome>>,
        call: Call,
    ) -> Result<(), DbError> {
        self.answered().await?;
        let (mut done, mut outcomes, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
        for (claim, outcome) in claims.into_iter().zip(became) {
            match outcome {
                Some(outcome) => {
                    done.push(claim);
                    outcomes.push(outcome);
                }
                None => waiting.push(claim),
            }
        }
        let (settings, ended) = (self.settings.clone(), call.clone());
        self.db
            .writer
            .write(Lane::Urgent, move |tx| {
                waiting.iter().try_for_each(|claim| outcome::still_waiting(tx, claim, &settings, &ended))
            })
            .await?;
        self.settle(done, outcomes, call, false).await
    }

    async fn settle(
        &mut self,
        claims: Vec<Claim>,
        outcomes: Vec<PushOutcome>,
        call: Call,
        counted: bool,
    ) -> Result<(), DbError> {
        let name = self.channel.name.clone();
        for outcome in &outcomes {
            metrics::pushed(&name, outcome::describe(outcome).0);
        }
        let done_ms = call.done_ms;
        let (settings, id) = (self.settings.clone(), self.channel.id);
        let confirmed = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                if counted {
                    slots::count_quota(tx, id, &claims, call.done_ms)?;
                }
                outcome::settle(tx, &claims, &outcomes, &settings, &call)
            })
            .await?;
        if !confirmed.is_empty() {
            self.shared.runtime(|runtime| {
                runtime.last_push_ms = Some(done_ms);
                confirmed.iter().filter(|one| one.less).for_each(|one| runtime.lag_ms.heard(one.took_ms));
            });
        }
        for one in confirmed {
            metrics::confirmed(&name, one.took_ms);
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
        let drifted = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                let mut drifted = 0;
                for (claim, shown) in claims.iter().zip(shown) {
                    drifted += usize::from(outcome::observed(tx, claim, shown, &call)?);
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
    pub(super) async fn answered(&mut self) -> Result<(), DbError> {
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
        let outcome =
            if claims.len() == 1 { PushOutcome::Rejected { code, message } } else { PushOutcome::NotApplied };
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
    pub(super) async fn trouble(
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
                let (id, reason, scope) = (self.channel.id, message.to_owned(), self.scope());
                let text = format!("{} is paused: {message}", self.channel.name);
                let action = format!(
                    "Renew the credentials, then give them to Onhand: Onhand → Settings → {0} → New credentials. If they are as they were: `onhand channel resume {0}`.",
                    self.channel.name
                );
                self.db
                    .writer
                    .write(Lane::Urgent, move |tx| {
                        channels::set_state(tx, id, false, Some(&reason), now_ms)?;
                        let issue = Issue {
                            code: "channel_unauthorized",
                            scope: &scope,
                            message: &text,
                            action: &action,
                        };
                        issues::raise(tx, &issue, now_ms)
                    })
                    .await?;
                self.shared.runtime(|runtime| runtime.message = Some(message.to_owned()));
                self.shared.stop.cancel();
                Ok("unauthorized")
            }
        }
    }

    pub(super) async fn raise(
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

    pub(super) fn scope(&self) -> String {
        format!("channel:{}", self.channel.name)
    }
}
