//! A channel that is not wanted any more.

use super::{App, AppError};
use crate::db::Lane;
use crate::domain::ChannelId;
use crate::mirror::removal::{self, Removed};
use std::sync::{Arc, PoisonError};

impl App {
    /// Forgets a channel: its credentials, rules, listings and their links, and the book of its orders. The ledger stays, with the
    /// channel's name; what it shows stays as it is; units that were its alone are the shop's again. What was begun and interrupted
    /// goes on when it is done again.
    ///
    /// # Errors
    /// If there is no such channel, or orders of it are not in the shop.
    pub async fn remove_channel(&self, name: &str) -> Result<Removed, AppError> {
        let channel = self.stored_channel(name).await?;
        let id = channel.id;
        self.dispatcher.stop(id);
        self.orders.end(name);
        let (open, pools) = self.db.writer.write(Lane::Urgent, move |tx| removal::begin(tx, id)).await?;
        if open > 0 {
            if let Ok(active) = self.connector(&channel) {
                let active = self.with_orders(active, channel.orders);
                if channel.active {
                    self.dispatcher.start(active);
                }
            }
            return Err(not_home(name, open));
        }
        for job in self.list_jobs(true, i64::MAX).await?.iter().filter(|job| job.channel == name) {
            // One that has just ended is in nobody's way.
            let _ended = self.jobs.cancel(job.id);
        }
        let mut listings = 0;
        loop {
            let of = channel.clone();
            let some = self.db.writer.write(Lane::Normal, move |tx| removal::some_listings(tx, &of)).await?;
            if some == 0 {
                break;
            }
            listings += some;
        }
        let of = channel.clone();
        let rest = self.db.writer.write(Lane::Urgent, move |tx| removal::the_rest(tx, &of)).await?;
        let removed = rest.map_err(|open| not_home(name, open))?;
        self.forget(id);
        self.read_rule_sets().await?;
        self.recompute(pools).await?;
        if let Err(error) = self.give_back().await {
            tracing::warn!("What the shop kept for {name} is given back when it is next compared: {error}");
        }
        self.dispatcher.changed();
        Ok(Removed { listings, ..removed })
    }

    fn forget(&self, channel: ChannelId) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.max.remove(&channel);
        known.rules.remove(&channel);
        known.prices.remove(&channel);
        known.lags.remove(&channel);
        known.sells.remove(&channel);
        Arc::make_mut(&mut known.homing).remove(&channel);
    }
}

fn not_home(name: &str, open: i64) -> AppError {
    AppError::Invalid(vec![format!(
        "{open} orders of {name} are not in the shop's stock yet, so it cannot be removed: wait until they are, and decide about those that are parked (`onhand orders list --channel {name}`, or Onhand → Orders)"
    )])
}
