//! One comparison of one channel.

use super::{App, AppError};
use crate::channels::ChannelConnector;
use crate::db::Lane;
use crate::dispatch::metrics;
use crate::domain::ChannelId;
use crate::jobs;
use crate::mirror::channels as stored;
use crate::mirror::listing_page;
use crate::reconcile::Mode;
use crate::reconcile::compare::{self, Counts, Rule};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Channels that are being compared now.
pub(super) type Comparing = Arc<Mutex<BTreeSet<ChannelId>>>;

/// Holds a channel's place among them.
struct Alone(Comparing, ChannelId);

impl Drop for Alone {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl App {
    /// Compares all of a channel's listings with what they should show. `repair`: instead of the channel's own mode.
    ///
    /// # Errors
    /// If there is no such channel, it is being compared already, or it refuses.
    pub async fn reconcile_channel(&self, name: &str, repair: Option<bool>) -> Result<Counts, AppError> {
        let channel = self.stored_channel(name).await?;
        let _alone = self
            .alone(channel.id)
            .ok_or_else(|| AppError::Invalid(vec![format!("{name} is being compared already")]))?;
        let connector = match self.dispatcher.connector(channel.id) {
            Some(connector) => connector,
            None => self.connector(&channel)?.connector,
        };
        let settings = &self.config.reconcile;
        let mode = channel.reconcile.unwrap_or(settings.mode);
        let began_ms = self.clock.now_ms();
        let id = channel.id;
        let run = self.db.writer.write(Lane::Normal, move |tx| compare::begin(tx, id, began_ms)).await?;
        let rule = Rule {
            run,
            channel: id,
            name: name.to_owned(),
            repair: repair.unwrap_or(mode == Mode::Repair),
            lag_ms: i64::try_from(settings.lag_ms).unwrap_or(i64::MAX),
            ended_guard_percent: i64::from(settings.ended_guard_percent),
        };
        let outcome = self.compare_pages(connector.as_ref(), &rule).await;
        if let Err(error) = &outcome {
            let message = error.to_string();
            self.db.writer.write(Lane::Normal, move |tx| compare::cut_short(tx, run, &message)).await?;
        }
        let counts = outcome?;
        for _ in 0..counts.drifted {
            metrics::drift(name);
        }
        self.dispatcher.wake([id]);
        Ok(counts)
    }

    async fn compare_pages(&self, connector: &dyn ChannelConnector, rule: &Rule) -> Result<Counts, AppError> {
        let mut counts = Counts::default();
        let id = rule.channel;
        jobs::total(self.db.readers.read(move |conn| listing_page::about(conn, id)).await?);
        let mut cursor: Option<String> = None;
        loop {
            let read_ms = self.clock.now_ms();
            let page = super::mapping::pull(connector, cursor.as_deref()).await?;
            jobs::advance(page.listings.len());
            let (next, now_ms, own) = (page.next, self.clock.now_ms(), rule.clone());
            let compared = self
                .db
                .writer
                .write(Lane::Normal, move |tx| compare::page(tx, &own, &page.listings, read_ms, now_ms))
                .await?;
            counts.add(compared);
            // What is to be repaired need not wait for the last page.
            if compared.repaired > 0 {
                self.dispatcher.wake([rule.channel]);
            }
            match next {
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => break,
            }
        }
        let (rule, now_ms) = (rule.clone(), self.clock.now_ms());
        let ended = self.db.writer.write(Lane::Normal, move |tx| compare::end(tx, &rule, now_ms)).await?;
        counts.add(ended);
        Ok(counts)
    }

    fn alone(&self, channel: ChannelId) -> Option<Alone> {
        let free = self.comparing.lock().unwrap_or_else(PoisonError::into_inner).insert(channel);
        free.then(|| Alone(Arc::clone(&self.comparing), channel))
    }

    /// What a difference on this channel leads to from now on; `None`: as configured.
    ///
    /// # Errors
    /// If there is no such channel.
    pub async fn set_reconcile_mode(&self, name: &str, mode: Option<Mode>) -> Result<(), AppError> {
        let id = self.stored_channel(name).await?.id;
        self.db.writer.write(Lane::Normal, move |tx| stored::set_reconcile(tx, id, mode)).await?;
        Ok(())
    }
}
