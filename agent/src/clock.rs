//! The only place that reads the time. Everything else is given a [`Clock`], so that tests can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Milliseconds since the Unix epoch, by this machine's clock.
pub type Millis = i64;

/// A duration in whole milliseconds, rounded up, as a signed number for adding to a time.
#[must_use]
pub fn millis(duration: Duration) -> i64 {
    let up = duration.as_micros().div_ceil(1000);
    i64::try_from(up).unwrap_or(i64::MAX)
}

/// A source of time: the machine's, or one that a test moves by hand.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    manual: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn system() -> Self {
        Self { manual: None }
    }

    /// A clock that stands still until [`Clock::advance`] is called.
    #[must_use]
    pub fn manual(start: Millis) -> Self {
        Self { manual: Some(Arc::new(AtomicI64::new(start))) }
    }

    /// Now, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn now_ms(&self) -> Millis {
        self.manual.as_ref().map_or_else(|| self.now_us() / 1000, |ms| ms.load(Ordering::SeqCst))
    }

    /// Now, in microseconds since the Unix epoch.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this module is the one exception")]
    pub fn now_us(&self) -> i64 {
        if let Some(ms) = &self.manual {
            return ms.load(Ordering::SeqCst).saturating_mul(1000);
        }
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// Moves a manual clock forward; does nothing to the machine's.
    pub fn advance(&self, by: Duration) {
        if let Some(ms) = &self.manual {
            ms.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// A monotonic instant for measuring how long something took.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this module is the one exception")]
    pub fn instant(&self) -> std::time::Instant {
        std::time::Instant::now()
    }
}
