//! The simulator's two times: receipt times are the machine's own, so that latencies can be measured against the
//! shop's; business time (token expiry, calendar day, key retention) can be moved ahead by a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Microseconds in a calendar day.
pub const DAY_US: i64 = 86_400_000_000;

/// Now by this machine's clock, microseconds since the Unix epoch.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the simulator's only look at the machine's clock")]
pub fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Business time: the machine's clock plus what tests moved it ahead.
#[derive(Clone, Debug, Default)]
pub struct SimClock {
    ahead_us: Arc<AtomicI64>,
    /// Where the machine's clock was stopped; zero while it runs.
    stopped_us: Arc<AtomicI64>,
}

impl SimClock {
    /// Now in business time, microseconds since the Unix epoch.
    #[must_use]
    pub fn now_us(&self) -> i64 {
        let base_us = match self.stopped_us.load(Ordering::SeqCst) {
            0 => now_us(),
            stopped_us => stopped_us,
        };
        base_us.saturating_add(self.ahead_us.load(Ordering::SeqCst))
    }

    /// From now on only what it is moved ahead counts.
    pub fn stop(&self) {
        self.stopped_us.store(now_us(), Ordering::SeqCst);
    }

    /// The calendar day (UTC), counted from the Unix epoch.
    #[must_use]
    pub fn day(&self) -> i64 {
        self.now_us().div_euclid(DAY_US)
    }

    /// Moves business time ahead.
    pub fn advance_ms(&self, ms: i64) {
        self.ahead_us.fetch_add(ms.saturating_mul(1000), Ordering::SeqCst);
    }
}

/// `2026-06-25T01:33:55Z`, as both marketplaces write times.
#[must_use]
pub fn rfc3339_seconds(us: i64) -> String {
    jiff::Timestamp::from_second(us.div_euclid(1_000_000)).map(|t| t.to_string()).unwrap_or_default()
}

/// `2026-06-25T01:33:55.000Z`, as eBay's Analytics API writes them.
#[must_use]
pub fn rfc3339_millis(us: i64) -> String {
    jiff::Timestamp::from_millisecond(us.div_euclid(1000)).map(|t| format!("{t:.3}")).unwrap_or_default()
}
