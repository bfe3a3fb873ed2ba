//! How far a piece of work is. The work says so by the way, whoever started it; outside of a job that goes nowhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio_util::sync::CancellationToken;

tokio::task_local! {
    static AT: Arc<Progress>;
}

/// Of one job.
#[derive(Debug, Default)]
pub(super) struct Progress {
    done: AtomicI64,
    /// 0: nobody knows.
    total: AtomicI64,
    cancelled: CancellationToken,
}

impl Progress {
    pub(super) fn counts(&self) -> (i64, Option<i64>) {
        let total = self.total.load(Ordering::Relaxed);
        let done = self.done.load(Ordering::Relaxed);
        // An estimate that was too low is no reason to be at more than everything.
        (done, (total > 0).then(|| total.max(done)))
    }

    pub(super) fn cancel(&self) {
        self.cancelled.cancel();
    }
}

/// Does it, unless it is cancelled: then it ends where it waits next, and what was written so far stays. `None`: cancelled.
pub(super) async fn of<T>(progress: Arc<Progress>, work: impl Future<Output = T>) -> Option<T> {
    let cancelled = progress.cancelled.clone();
    cancelled.run_until_cancelled(AT.scope(progress, work)).await
}

/// So many steps more are done.
pub fn advance(steps: usize) {
    let steps = i64::try_from(steps).unwrap_or(i64::MAX);
    // Outside of a job nobody asks.
    let _ = AT.try_with(|at| at.done.fetch_add(steps, Ordering::Relaxed));
}

/// There are about so many in all.
pub fn total(steps: i64) {
    let _ = AT.try_with(|at| at.total.store(steps, Ordering::Relaxed));
}
