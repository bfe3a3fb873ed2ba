//! How a worker takes what a channel says of its feeds.

use super::feeds::{self, OpenFeed};
use super::outcome::Call;
use super::retry;
use super::worker::{Worker, broken, lost_ms};
use crate::channels::{ChannelError, ErrorClass, FeedReport};
use crate::db::{DbError, Lane};
use crate::issues;
use std::time::Duration;

/// Asked for about so often while the channel works on it.
const LOOKS: u32 = 20;
/// Bounds of the wait between looks.
const SOON: Duration = Duration::from_secs(5);
const LATE: Duration = Duration::from_secs(120);
/// A feed that takes so many times what feeds usually take is given up on.
const PATIENCE: i64 = 12;

impl Worker {
    /// A feed was handed in, or not.
    pub(super) async fn submitted(
        &mut self,
        feed: i64,
        count: usize,
        result: Option<Result<String, ChannelError>>,
        call: Call,
    ) -> Result<&'static str, DbError> {
        let Some(bulk) = &mut self.bulk else { return Ok("unknown") };
        bulk.submitting = false;
        let (now_ms, limits) = (call.done_ms, bulk.limits);
        match result.unwrap_or_else(|| Err(broken("the call took too long"))) {
            Ok(receipt) => {
                self.answered().await?;
                tracing::info!(channel = %self.channel.name, listings = count, %receipt, "A feed is on its way.");
                let due = now_ms.saturating_add(retry::millis(pause(limits.takes)));
                self.db
                    .writer
                    .write(Lane::Urgent, move |tx| feeds::submitted(tx, feed, &receipt, count, due))
                    .await?;
                Ok("ok")
            }
            Err(error) if error.class() == ErrorClass::Retry => {
                let due = lost_ms(&limits, now_ms);
                self.db.writer.write(Lane::Urgent, move |tx| feeds::lost(tx, feed, due)).await?;
                self.trouble(ErrorClass::Retry, &error.to_string(), now_ms).await
            }
            Err(error) => {
                self.db.writer.write(Lane::Urgent, move |tx| feeds::unsent(tx, feed, now_ms)).await?;
                match error.class() {
                    // A limit of feeds does not hold up calls.
                    ErrorClass::Throttle(after) => {
                        let wait = after.unwrap_or(limits.submits.per / limits.submits.calls.get());
                        self.hold_feeds_off(wait);
                        Ok("throttled")
                    }
                    ErrorClass::Reauth => self.trouble(ErrorClass::Reauth, &error.to_string(), now_ms).await,
                    _ => {
                        self.hold_feeds_off(Duration::from_millis(self.settings.retry_after_max_ms));
                        let text = format!(
                            "{}: a feed was refused, so that changes go one by one: {error}",
                            self.channel.name
                        );
                        self.raise(
                            "feed_refused",
                            text,
                            "Nothing to do: feeds are tried again later.",
                            now_ms,
                        )
                        .await?;
                        Ok("refused")
                    }
                }
            }
        }
    }

    fn hold_feeds_off(&mut self, wait: Duration) {
        if let Some(bulk) = &mut self.bulk {
            bulk.pace.hold_off(wait);
        }
    }

    /// The channel told of a feed, or did not.
    pub(super) async fn progressed(
        &mut self,
        feed: OpenFeed,
        result: Option<Result<Option<FeedReport>, ChannelError>>,
        call: Call,
    ) -> Result<&'static str, DbError> {
        let Some(bulk) = &self.bulk else { return Ok("unknown") };
        let (now_ms, limits, id) = (call.done_ms, bulk.limits, feed.id);
        let again_ms = now_ms.saturating_add(retry::millis(pause(limits.takes)));
        let late = now_ms.saturating_sub(feed.made_ms) > retry::millis(limits.takes).saturating_mul(PATIENCE);
        let (word, report, message) = match result.unwrap_or_else(|| Err(broken("the call took too long"))) {
            // Nobody knows whether it arrived, and by now it has ended if it did.
            Ok(None) if feed.receipt.is_none() => ("ok", None, "nobody knows whether it arrived"),
            Ok(Some(report)) => {
                self.answered().await?;
                let scope = self.scope();
                self.db
                    .writer
                    .write(Lane::Urgent, move |tx| issues::clear(tx, "feed_refused", &scope))
                    .await?;
                ("ok", Some(report), "ended")
            }
            Ok(None) if !late => {
                self.answered().await?;
                self.db.writer.write(Lane::Urgent, move |tx| feeds::postpone(tx, id, again_ms)).await?;
                return Ok("ok");
            }
            Err(error) if error.class() != ErrorClass::Reject && !late => {
                self.db.writer.write(Lane::Urgent, move |tx| feeds::postpone(tx, id, again_ms)).await?;
                return self.trouble(error.class(), &error.to_string(), now_ms).await;
            }
            Ok(None) | Err(_) => {
                let text = format!(
                    "{}: feed {} came to no end; its listings are told again one by one",
                    self.channel.name,
                    feed.receipt.as_deref().unwrap_or("without number")
                );
                self.raise("feed_lost", text, "Nothing to do, unless it happens again and again.", now_ms)
                    .await?;
                ("lost", None, "given up on")
            }
        };
        self.settle_feed(id, report, message, call).await?;
        Ok(word)
    }

    /// Writes what became of each line, some lines at a time.
    async fn settle_feed(
        &mut self,
        feed: i64,
        report: Option<FeedReport>,
        message: &'static str,
        call: Call,
    ) -> Result<(), DbError> {
        let (report, mut after) = (std::sync::Arc::new(report), -1);
        loop {
            let (report, settings, call) =
                (std::sync::Arc::clone(&report), self.settings.clone(), call.clone());
            let last = self
                .db
                .writer
                .write(Lane::Urgent, move |tx| {
                    feeds::settle(tx, feed, after, report.as_ref().as_ref(), &settings, &call)
                })
                .await?;
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        let (now_ms, soon_ms) = (call.done_ms, call.done_ms.saturating_add(retry::millis(SOON)));
        self.db
            .writer
            .write(Lane::Urgent, move |tx| {
                let ended = feeds::end(tx, feed, message, now_ms)?;
                if !ended {
                    feeds::postpone(tx, feed, soon_ms)?;
                }
                Ok::<_, DbError>(())
            })
            .await?;
        self.shared.runtime(|runtime| runtime.last_push_ms = Some(now_ms));
        Ok(())
    }
}

/// The wait between looks at a feed that usually takes so long.
fn pause(takes: Duration) -> Duration {
    (takes / LOOKS).clamp(SOON, LATE)
}
