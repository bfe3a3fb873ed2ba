//! A channel's limit of pushes per listing and calendar day (UTC). Pure; the counts are stored by `slots`.
//!
//! A part is kept for selling out, so that the one change which must not wait still goes when the ordinary part
//! is used up.

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The limit of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyLimit {
    /// Pushes per listing and day.
    pub pushes: u32,
    /// Percent of them kept for selling out.
    pub reserve_percent: u32,
}

impl DailyLimit {
    /// How many pushes may have been made today for one of this urgency to go still.
    #[must_use]
    pub fn allowance(self, urgency: i64) -> i64 {
        let all = i64::from(self.pushes);
        if urgency == 0 {
            return all;
        }
        // Rounded so that at least one of them is ordinary, however small the limit.
        (all - all * i64::from(self.reserve_percent.min(100)) / 100).clamp(all.min(1), all)
    }
}

/// The day of a time: days since the Unix epoch.
#[must_use]
pub fn day(now_ms: i64) -> i64 {
    now_ms.div_euclid(DAY_MS)
}

/// When the next day begins.
#[must_use]
pub fn next_day_ms(now_ms: i64) -> i64 {
    day(now_ms).saturating_add(1).saturating_mul(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_kept_for_selling_out() {
        let limit = DailyLimit { pushes: 250, reserve_percent: 20 };
        assert_eq!(limit.allowance(0), 250);
        assert_eq!(limit.allowance(1), 200);
        assert_eq!(limit.allowance(2), 200);
        assert_eq!(DailyLimit { pushes: 1, reserve_percent: 100 }.allowance(2), 1);
        assert_eq!(DailyLimit { pushes: 0, reserve_percent: 0 }.allowance(2), 0);
    }

    #[test]
    fn days_are_utc() {
        assert_eq!(day(0), 0);
        assert_eq!(day(DAY_MS - 1), 0);
        assert_eq!(next_day_ms(DAY_MS - 1), DAY_MS);
        assert_eq!(next_day_ms(DAY_MS), 2 * DAY_MS);
    }
}
