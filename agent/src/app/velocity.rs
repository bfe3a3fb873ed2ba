//! The velocity buffer as time passes: lags are measured, rates fade, and nobody says so but the clock.

use super::App;
use crate::db::{DbError, Lane};
use crate::domain::PoolId;
use crate::mirror::{listings, velocity};
use std::sync::PoisonError;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The shop's last units are given back to the channels this late at the most.
const EVERY: Duration = Duration::from_secs(15);
/// Pools in one transaction.
const PAGE: i64 = 500;
/// When channels become slower, what has sold within this is looked at again.
const LATELY_US: i64 = 3_600_000_000;

/// Runs until told to stop.
pub async fn run(app: App, stop: CancellationToken) {
    loop {
        if let Err(error) = app.keep_pace().await {
            tracing::error!("The velocity buffers could not be looked at: {error}");
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

impl App {
    /// Measures the lags, and recomputes what they and the time that has passed may have changed. Returns how many pools
    /// were looked at.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_pace(&self) -> Result<usize, DbError> {
        let slower = self.measure_lags();
        let sold_since = slower.then(|| self.clock.now_us().saturating_sub(LATELY_US));
        let (mut after, mut looked_at) = (PoolId(0), 0);
        loop {
            let pools =
                self.db.readers.read(move |conn| velocity::in_motion(conn, sold_since, after, PAGE)).await?;
            let Some(last) = pools.last() else { return Ok(looked_at) };
            after = *last;
            looked_at += pools.len();
            let context = self.context();
            let touched = self
                .db
                .writer
                .write(Lane::Normal, move |tx| {
                    // Sales are the cause: the sweep guard has no say.
                    listings::recompute_pools(tx, pools.into_iter().map(|pool| (pool, None, true)), &context)
                })
                .await?;
            self.touched(touched);
        }
    }

    /// After a sale anywhere, each channel shows it when the agent has heard of it and has told the channel. True: it
    /// takes some channel longer than it did, or than was presumed.
    fn measure_lags(&self) -> bool {
        let home_ms = self.orders.lag_ms();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let channels: Vec<_> = known.max.keys().copied().collect();
        let mut slower = false;
        for channel in channels {
            // One that is paused is told nothing: what it sells does not hang on a buffer.
            let Some(runtime) = self.dispatcher.runtime(channel) else { continue };
            let lag_ms = home_ms.saturating_add(runtime.lag_ms.ms());
            slower |= known.lags.insert(channel, lag_ms).is_none_or(|before| before < lag_ms);
        }
        slower
    }
}
