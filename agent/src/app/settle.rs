//! Waiting until everything is in step: for tests, the demo and scripts.

use super::{App, AppError};
use crate::db::DbError;
use crate::dispatch::on_their_way;
use crate::orders::query;
use onhand_journal::Ringer;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// What was found in the end.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Settled {
    /// The journal is read to its end, the ledger agrees, and nothing is on its way to a channel.
    pub settled: bool,
    /// The journal is read to the end it had when this was asked.
    pub journal_read: bool,
    /// Listings still on their way.
    pub on_their_way: i64,
    /// Orders still on their way to the shop (not those put off because it does not answer), and webhooks not looked at.
    pub orders: i64,
}

impl App {
    /// Waits until the journal is read to its present end, every pool has been compared with its ledger and no
    /// listing is on its way, or until the time is over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle(&self, timeout: Duration) -> Result<Settled, AppError> {
        let mut progress = self.progress.clone();
        let mut changes = self.dispatcher.changes();
        let looks = progress.borrow_and_update().looks;
        // The look under way may have begun before; the second one from now has certainly seen the present end.
        let goal = looks.wrapping_add(2);
        let mut ringer = Ringer::new(&self.config.journal.dir);
        let end = tokio::time::Instant::now() + timeout;
        loop {
            changes.borrow_and_update();
            let now = *progress.borrow_and_update();
            let journal_read = now.looks >= goal;
            if !journal_read {
                ringer.ring();
            }
            let now_ms = self.clock.now_ms();
            let (on_their_way, orders) = self
                .db
                .readers
                .read(move |conn| Ok::<_, DbError>((on_their_way(conn, now_ms)?, query::under_way(conn)?)))
                .await?;
            let settled = journal_read && now.settled && on_their_way == 0 && orders == 0;
            if settled || tokio::time::Instant::now() >= end {
                return Ok(Settled { settled, journal_read, on_their_way, orders });
            }
            // An agent that is stopping drops these; then the time decides.
            tokio::select! {
                _ = progress.changed() => {}
                _ = changes.changed() => {}
                () = tokio::time::sleep_until(end) => {}
            }
        }
    }

    /// Waits until a snapshot is applied or found incomplete, or until the time is over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn snapshot(
        &self,
        snap: &str,
        timeout: Duration,
    ) -> Result<Option<crate::mirror::snapshots::Snapshot>, AppError> {
        let mut progress = self.progress.clone();
        let end = tokio::time::Instant::now() + timeout;
        loop {
            progress.borrow_and_update();
            let wanted = snap.to_owned();
            let found =
                self.db.readers.read(move |conn| crate::mirror::snapshots::get(conn, &wanted)).await?;
            let open = found.as_ref().is_none_or(|snapshot| snapshot.state == "open");
            if !open || tokio::time::Instant::now() >= end {
                return Ok(found);
            }
            tokio::select! {
                _ = progress.changed() => {}
                () = tokio::time::sleep_until(end) => {}
            }
        }
    }
}
