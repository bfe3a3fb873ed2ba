//! How fast one channel may be called: its documented limits, and what it says in its replies as a floor.
//!
//! The documented pace is kept by `governor`, in memory. A permit that was granted and not used is kept for the
//! next call for as long as it takes to grow a new one, so that looking for work costs nothing.

use crate::channels::Rate;
use crate::clock::Clock;
use governor::clock::{Clock as PaceClock, ReasonablyRealtime};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A time that only goes forward, made from the agent's clock: a step backwards counts as no time at all.
#[derive(Clone, Debug)]
struct Forward {
    clock: Clock,
    /// The clock's last value in microseconds, and the time that has passed since the start.
    seen: Arc<Mutex<(i64, Duration)>>,
}

impl PaceClock for Forward {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now_us();
        let passed = u64::try_from(now.saturating_sub(seen.0)).unwrap_or(0);
        seen.1 += Duration::from_micros(passed);
        seen.0 = now;
        seen.1
    }
}

impl ReasonablyRealtime for Forward {}

/// The pace of one channel. Belongs to its worker.
pub struct Pace {
    limiter: RateLimiter<NotKeyed, InMemoryState, Forward, NoOpMiddleware<Duration>>,
    time: Forward,
    interval: Duration,
    floor: Duration,
    permit: Option<Duration>,
}

impl std::fmt::Debug for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pace")
    }
}

impl Pace {
    /// The pace that the channel documents.
    #[must_use]
    pub fn new(rate: Rate, clock: Clock) -> Self {
        let interval = (rate.per / rate.calls.get()).max(Duration::from_nanos(1));
        // Only a period of zero gives none, and it is at least a nanosecond.
        let quota = Quota::with_period(interval).unwrap_or_else(|| Quota::per_second(rate.calls));
        let time = Forward { seen: Arc::new(Mutex::new((clock.now_us(), Duration::ZERO))), clock };
        let limiter = RateLimiter::direct_with_clock(quota.allow_burst(rate.burst), time.clone());
        Self { limiter, time, interval, floor: Duration::ZERO, permit: None }
    }

    /// May a call go now? If not, how long to wait before asking again.
    ///
    /// # Errors
    /// The wait.
    pub fn permit(&mut self) -> Result<(), Duration> {
        let now = self.time.now();
        if now < self.floor {
            return Err(self.floor.saturating_sub(now));
        }
        if self.permit.is_some_and(|since| now.saturating_sub(since) < self.interval) {
            return Ok(());
        }
        match self.limiter.check() {
            Ok(()) => {
                self.permit = Some(now);
                Ok(())
            }
            Err(not_until) => Err(not_until.wait_time_from(now)),
        }
    }

    /// The permit was used.
    pub fn spend(&mut self) {
        self.permit = None;
    }

    /// No call before this much time has passed, whatever the documented pace.
    pub fn hold_off(&mut self, wait: Duration) {
        self.floor = self.floor.max(self.time.now().saturating_add(wait));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(calls: u32, burst: u32, clock: &Clock) -> Pace {
        Pace::new(Rate::new(calls, Duration::from_secs(1), burst), clock.clone())
    }

    fn calls_now(pace: &mut Pace) -> usize {
        let mut calls = 0;
        while calls < 100 && pace.permit().is_ok() {
            pace.spend();
            calls += 1;
        }
        calls
    }

    #[test]
    fn a_burst_and_then_the_sustained_pace() {
        let clock = Clock::manual(1_000_000);
        let mut pace = pace(10, 3, &clock);
        assert_eq!(calls_now(&mut pace), 3);
        let wait = pace.permit().unwrap_err();
        assert_eq!(wait, Duration::from_millis(100));
        clock.advance(wait);
        assert_eq!(calls_now(&mut pace), 1);
        clock.advance(Duration::from_secs(60));
        assert_eq!(calls_now(&mut pace), 3);
    }

    #[test]
    fn an_unused_permit_is_kept_but_adds_nothing_to_a_later_burst() {
        let clock = Clock::manual(1_000_000);
        let mut pace = pace(10, 2, &clock);
        for _ in 0..50 {
            assert!(pace.permit().is_ok());
        }
        assert_eq!(calls_now(&mut pace), 2);
        clock.advance(Duration::from_secs(5));
        assert!(pace.permit().is_ok());
        clock.advance(Duration::from_secs(5));
        assert_eq!(calls_now(&mut pace), 2);
    }

    #[test]
    fn the_channels_own_word_is_a_floor() {
        let clock = Clock::manual(1_000_000);
        let mut pace = pace(10, 5, &clock);
        pace.hold_off(Duration::from_secs(2));
        pace.hold_off(Duration::from_secs(1));
        assert_eq!(pace.permit().unwrap_err(), Duration::from_secs(2));
        clock.advance(Duration::from_secs(2));
        assert!(pace.permit().is_ok());
    }
}
