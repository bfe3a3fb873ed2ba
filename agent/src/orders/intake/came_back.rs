//! What came back, of channels that tell of it apart from their orders: asked for rarely, after the orders and out of the
//! way of pushes. Told many times it counts once: the book knows each return by its own id.

use super::Intake;
use crate::channels::{ChannelError, ErrorClass, Unreadable};
use crate::clock::millis;
use crate::db::{DbError, Lane};
use crate::domain::ChannelId;
use crate::issues::{self, Issue};
use crate::orders::book::Via;
use crate::orders::error::IntakeError;
use rusqlite::OptionalExtension;
use std::time::Duration;

const CODE: &str = "returns_unreadable";
/// After an asking that failed, there is another after so long.
const AGAIN: Duration = Duration::from_secs(600);

/// When it is asked for next, and how often in a row that has failed.
#[derive(Default)]
pub(super) struct Turn {
    due_ms: i64,
    failures: u32,
    walk: Option<Walk>,
}

/// An asking under way, between two of its pages.
struct Walk {
    began_ms: i64,
    since_ms: i64,
    page: Option<String>,
    unreadable: Option<Unreadable>,
}

impl Turn {
    /// The next page, or the next asking. One that somebody wants begins when the one under way has ended.
    pub(super) fn next_ms(&self, is_wanted: bool) -> i64 {
        if is_wanted || self.walk.is_some() { 0 } else { self.due_ms }
    }
}

impl Intake {
    /// Asks for a page, if it is time or somebody wants it now. Pushes and webhooks that wait for orders have their turn
    /// between two pages, and orders go on whatever becomes of this.
    pub(super) async fn ask_what_came_back(&self, turn: &mut Turn) {
        let Some(every) = self.limits.returns else { return };
        let now_ms = self.parts.clock.now_ms();
        let is_wanted = self.asked().returns_ms.is_some();
        if turn.walk.is_none() && !is_wanted && now_ms < turn.due_ms {
            return;
        }
        let began_ms = turn.walk.as_ref().map_or(now_ms, |walk| walk.began_ms);
        let next = match self.what_came_back(turn.walk.take(), now_ms).await {
            Ok(Some(walk)) => {
                turn.walk = Some(walk);
                return;
            }
            Ok(None) => {
                turn.failures = 0;
                every
            }
            Err(error) => {
                self.returns_failed(&error, turn.failures, now_ms).await;
                turn.failures = turn.failures.saturating_add(1);
                every.min(AGAIN)
            }
        };
        turn.due_ms = now_ms.saturating_add(millis(next));
        let mut asked = self.asked();
        if asked.returns_ms.is_some_and(|wanted| wanted <= began_ms) {
            asked.returns_ms = None;
        }
    }

    /// The next page of it. At the end the cursor moves, unless something could not be read.
    async fn what_came_back(&self, walk: Option<Walk>, now_ms: i64) -> Result<Option<Walk>, IntakeError> {
        let orders = self.orders()?;
        let (channel, first_ms) = (self.parts.desk.channel, self.parts.desk.rules.since_ms);
        let mut walk = match walk {
            Some(walk) => walk,
            None => {
                let since_ms =
                    self.parts.db.readers.read(move |conn| cursor(conn, channel, first_ms)).await?;
                Walk { began_ms: now_ms, since_ms, page: None, unreadable: None }
            }
        };
        let found = orders.returned(walk.since_ms, walk.page.as_deref()).await?;
        self.enter(found.orders, Via::Poll).await?;
        walk.unreadable = walk.unreadable.or_else(|| found.unreadable.into_iter().next());
        if found.next.is_some() {
            walk.page = found.next;
            return Ok(Some(walk));
        }
        if let Some(bad) = walk.unreadable {
            return Err(IntakeError::Return(bad));
        }
        let next_ms = walk.began_ms.saturating_sub(millis(self.limits.overlap)).max(walk.since_ms);
        let scope = format!("channel:{}", self.parts.desk.name);
        self.parts
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                tx.execute(
                    "UPDATE order_cursor SET returns_ms = ?2 WHERE channel_id = ?1",
                    rusqlite::params![channel, next_ms],
                )?;
                issues::clear(tx, CODE, &scope)
            })
            .await?;
        Ok(None)
    }

    async fn returns_failed(&self, error: &IntakeError, failures: u32, now_ms: i64) {
        let name = &self.parts.desk.name;
        tracing::warn!(channel = %name, "What came back could not be read: {error}");
        // One bad reply is no news; what stays is.
        let passes = |error: &ChannelError| !matches!(error.class(), ErrorClass::Reauth | ErrorClass::Reject);
        if failures == 0 && matches!(error, IntakeError::Channel(error) if passes(error)) {
            return;
        }
        let scope = format!("channel:{name}");
        let message = format!("What came back to {name} cannot be read: {error}");
        let action = format!(
            "It is not put back into the stock until it can be. See to it, then `onhand orders ask {name}`."
        );
        let raised = self.parts.db.writer.write(Lane::Normal, move |tx| {
            issues::raise(
                tx,
                &Issue { code: CODE, scope: &scope, message: &message, action: &action },
                now_ms,
            )
        });
        if let Err(error) = raised.await {
            tracing::error!("Nor could that be noted: {error}");
        }
    }
}

fn cursor(conn: &rusqlite::Connection, channel: ChannelId, first_ms: i64) -> Result<i64, DbError> {
    let since: Option<Option<i64>> = conn
        .query_row("SELECT returns_ms FROM order_cursor WHERE channel_id = ?1", [channel], |row| row.get(0))
        .optional()?;
    Ok(since.flatten().unwrap_or(first_ms).max(first_ms))
}
