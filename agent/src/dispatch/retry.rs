//! When to try again. Pure: chance is given as a number between 0 and 1.

use super::settings::DispatchSettings;
use std::time::Duration;

pub use crate::clock::millis;

/// The wait before the try that follows `attempts` failed ones (at least one), with jitter.
#[must_use]
pub fn delay(settings: &DispatchSettings, attempts: u32, chance: f64) -> Duration {
    jittered(nth(&settings.retry_delays_ms, attempts.saturating_sub(1)), settings.jitter, chance)
}

/// The wait after a call that failed as a whole: by the schedule, but short enough to notice recovery.
#[must_use]
pub fn outage_delay(settings: &DispatchSettings, attempts: u32, chance: f64) -> Duration {
    delay(settings, attempts, chance).min(Duration::from_millis(settings.outage_retry_max_ms))
}

/// The wait before reading back for the `attempts + 1`-th time.
#[must_use]
pub fn verify_delay(settings: &DispatchSettings, attempts: u32) -> Duration {
    nth(&settings.verify_delays_ms, attempts)
}

/// The wait after the channel said that it is asked too often. Its own word counts, up to a limit, and is never
/// shortened; without one, the schedule by how often it said so in a row.
#[must_use]
pub fn throttled(
    settings: &DispatchSettings,
    after: Option<Duration>,
    in_a_row: u32,
    chance: f64,
) -> Duration {
    let longest = Duration::from_millis(settings.retry_after_max_ms);
    after.unwrap_or_else(|| delay(settings, in_a_row.max(1), chance)).min(longest)
}

fn nth(delays: &[u64], index: u32) -> Duration {
    let index = usize::try_from(index).unwrap_or(usize::MAX).min(delays.len().saturating_sub(1));
    Duration::from_millis(delays.get(index).copied().unwrap_or(1_000))
}

fn jittered(delay: Duration, jitter: f64, chance: f64) -> Duration {
    let factor = 1.0 + jitter.clamp(0.0, 1.0) * (2.0 * chance.clamp(0.0, 1.0) - 1.0);
    Duration::try_from_secs_f64(delay.as_secs_f64() * factor).unwrap_or(delay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_schedule_is_followed_and_its_end_repeats() {
        let settings = DispatchSettings::default();
        assert_eq!(delay(&settings, 1, 0.5), ms(1_000));
        assert_eq!(delay(&settings, 2, 0.5), ms(5_000));
        assert_eq!(delay(&settings, 7, 0.5), ms(3_600_000));
        assert_eq!(delay(&settings, 70, 0.5), ms(3_600_000));
        assert_eq!(outage_delay(&settings, 70, 0.5), ms(60_000));
    }

    #[test]
    fn retry_after_is_honoured_up_to_the_limit() {
        let settings = DispatchSettings::default();
        assert_eq!(throttled(&settings, Some(ms(1_234)), 9, 0.0), ms(1_234));
        assert_eq!(throttled(&settings, Some(Duration::MAX), 1, 0.9), ms(3_600_000));
        assert_eq!(throttled(&settings, None, 2, 0.5), ms(5_000));
    }

    proptest! {
        #[test]
        fn jitter_stays_within_its_share(attempts in 0u32..20, chance in 0.0f64..=1.0) {
            let settings = DispatchSettings::default();
            let middle = delay(&settings, attempts, 0.5).as_secs_f64();
            let actual = delay(&settings, attempts, chance).as_secs_f64();
            prop_assert!((actual - middle).abs() <= middle * 0.2 + 1e-6);
        }
    }
}
