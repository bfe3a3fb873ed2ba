//! What came back, of channels that tell of it apart from their orders: asked for rarely, after the orders and out of the
//! way of pushes. Told many times it counts once: the book knows each return by its own id.

use super::Intake;
use crate::channels::{ChannelError, ErrorClass};
use crate::clock::millis;
use crate::db::{DbError, Lane};
use crate::domain::ChannelId;
use crate::issues::{self, Issue};
use crate::orders::book::Via;
use crate::orders::error::IntakeError;
use std::time::Duration;

const CODE: &str = "returns_unreadable";
/// After an asking that failed, there is another after so long.
const AGAIN: Duration = Duration::from_secs(600);

/// When it is asked for next, and how often in a row that has failed.
#[derive(Default)]
pub(super) struct Turn {
    due_ms: i64,
    failures: u32,
}

impl Intake {
    /// Asks, if it is time or somebody wants it now. Orders go on whatever becomes of it.
    pub(super) async fn ask_what_came_back(&self, turn: &mut Turn) {
        let Some(every) = self.limits.returns else { return };
        let now_ms = self.parts.clock.now_ms();
        let wanted = std::mem::take(&mut self.asked().returns);
        if !wanted && now_ms < turn.due_ms {
            return;
        }
        let next = match self.what_came_back(now_ms).await {
            Ok(()) => {
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
    }

    /// All of it since the last time, page by page. The cursor stays where it is as long as something cannot be read.
    async fn what_came_back(&self, began_ms: i64) -> Result<(), IntakeError> {
        let orders = self.orders()?;
        let (channel, first_ms) = (self.parts.desk.channel, self.parts.desk.rules.since_ms);
        let since_ms = self.parts.db.readers.read(move |conn| cursor(conn, channel, first_ms)).await?;
        let (mut page, mut unreadable): (Option<String>, _) = (None, Vec::new());
        loop {
            let found = orders.returned(since_ms, page.as_deref()).await?;
            self.enter(found.orders, Via::Poll).await?;
            unreadable.extend(found.unreadable);
            page = found.next;
            if page.is_none() {
                break;
            }
            if let Some(wait) = found.headroom.wait {
                tokio::time::sleep(wait).await;
            }
        }
        if let Some(first) = unreadable.into_iter().next() {
            return Err(IntakeError::Return(first));
        }
        let next_ms = began_ms.saturating_sub(millis(self.limits.overlap)).max(since_ms);
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
        Ok(())
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
    let since: Option<i64> =
        conn.query_row("SELECT returns_ms FROM order_cursor WHERE channel_id = ?1", [channel], |row| {
            row.get(0)
        })?;
    Ok(since.unwrap_or(first_ms).max(first_ms))
}
