//! The velocity buffer: so few units are left, and they sell so fast, that channels could sell one twice before they
//! hear of it.
//!
//! The arithmetic. Units left are `l`. A channel hears of a sale `τ` after it was made: the time in which the agent
//! hears of a channel's sale, and the time until the channel confirms its new quantity. When `l` falls to the buffer `b`
//! the channel is told to show none, and goes on selling for `τ`. More is sold than there is only if more than `b` units
//! are sold, anywhere, within that time.
//!
//! How many that may be is told by the past: `n` lumps of `m` units within the time `T`. If sales come independently of
//! each other at a steady rate of which nothing else is known, the lumps of the next `τ` are distributed as a negative
//! binomial with `r = n` and `p = T ÷ (T + τ)`: a Poisson distribution, made wider by how little is known of its rate. The
//! sale that reaches `b` may take `m − 1` units more than it had to. So
//!
//! `b = m·k + m − 1` with the smallest `k` for which `P(N > k) ≤ risk ÷ channels`, and `b = 0` where `k = 0`.
//!
//! The past is counted with three half-lives, each a `T` of `half-life ÷ ln 2`, and the largest `b` holds: so a rush is
//! noticed within a minute, and a steady seller's rate is known well. Each channel has a `τ`, and so a `b`, of its own. If
//! on none of them more than `b` units sell within `τ`, then when the last of them has heard, none is oversold, and from
//! then on only the shop sells. The chances that it fails on one of them add up at most to `risk`: per selling-out, not
//! per unit. While the buffer is in force the buyers at the channels are not seen: then time counts for an eighth, so that
//! what was known of the rate is not forgotten for want of sales that were refused. What begins to sell faster than it ever did, and is gone before that could be heard of, is beyond this.

use super::Rules;
use serde::{Deserialize, Serialize};
use statrs::distribution::{DiscreteCDF, NegativeBinomial};
use std::f64::consts::LN_2;

/// In seconds: a minute, an hour, a week.
const HALF_LIVES: [f64; 3] = [60.0, 3_600.0, 604_800.0];

/// While the buffer is in force, time counts for this part of what it is.
const SLOWER: f64 = 8.0;

/// `[velocity]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VelocitySettings {
    /// Accepted risk, in millionths, that a selling-out sells more than there is; 0: no velocity buffer.
    pub risk_ppm: i64,
}

impl Default for VelocitySettings {
    fn default() -> Self {
        Self { risk_ppm: 1_000 }
    }
}

/// What a pool has sold, the older the less it counts. The newest sale stands aside: that a sale has just been made says
/// nothing of when the next one comes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sales {
    /// Units, for each half-life, before the newest sale and as of it.
    pub units: [f64; 3],
    /// Squares of the units of each sale, for the longest half-life.
    pub squares: f64,
    /// Units of the newest sale.
    pub newest: f64,
    /// When that was, by the database's clock in microseconds.
    pub at: i64,
}

impl Sales {
    /// With one more sale. `in_force`: the buffer keeps a channel from selling.
    #[must_use]
    pub fn sold(self, units: f64, at: i64, in_force: bool) -> Self {
        let passed = passed(self.at, at, in_force);
        let aged = |counted: f64, newest: f64, half_life: f64| (counted + newest) * fade(passed, half_life);
        let [minute, hour, week] = HALF_LIVES;
        Self {
            units: [
                aged(self.units[0], self.newest, minute),
                aged(self.units[1], self.newest, hour),
                aged(self.units[2], self.newest, week),
            ],
            squares: aged(self.squares, self.newest * self.newest, week),
            newest: units,
            at,
        }
    }

    /// How fast it sells now. `in_force`: the buffer keeps a channel from selling.
    #[must_use]
    pub fn pace(&self, now: i64, in_force: bool) -> Pace {
        let mut units = self.units;
        let passed = passed(self.at, now, in_force);
        units.iter_mut().zip(HALF_LIVES).for_each(|(units, half_life)| *units *= fade(passed, half_life));
        let week = self.units[2];
        Pace { units, lump: if week > 0.0 { (self.squares / week).max(1.0) } else { 1.0 } }
    }
}

/// Seconds from then to now, as they count. A clock that went back ages nothing.
#[allow(clippy::cast_precision_loss, reason = "a microsecond in a century does not matter")]
fn passed(then: i64, now: i64, in_force: bool) -> f64 {
    let seconds = now.saturating_sub(then).max(0) as f64 / 1e6;
    if in_force { seconds / SLOWER } else { seconds }
}

/// What is left of one.
fn fade(passed: f64, half_life: f64) -> f64 {
    (-LN_2 * passed / half_life).exp()
}

/// How fast a pool sells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Units counted with each half-life.
    pub units: [f64; 3],
    /// Units that are sold at once, by units: the mean of the squares over the mean.
    pub lump: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { units: [0.0; 3], lump: 1.0 }
    }
}

impl Pace {
    /// Units in an hour, by the fastest of the three.
    #[must_use]
    pub fn per_hour(&self) -> f64 {
        self.units.into_iter().zip(HALF_LIVES).map(|(n, half)| n * LN_2 / half * 3_600.0).fold(0.0, f64::max)
    }
}

/// How far the agent reaches a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The largest quantity that the channel takes.
    pub max: i64,
    /// How long after a sale anywhere the channel shows it.
    pub lag_ms: i64,
    /// Channels among which the risk is divided.
    pub channels: u32,
    /// Accepted risk where no rule sets it, in millionths.
    pub risk_ppm: i64,
}

impl Reach {
    /// A channel that is told at once.
    #[must_use]
    pub fn at_once(max: i64) -> Self {
        Self { max, lag_ms: 0, channels: 1, risk_ppm: 0 }
    }

    /// This channel's part of the accepted risk; 0: there is to be no velocity buffer.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "millionths fit")]
    pub fn risk(&self, rules: &Rules) -> f64 {
        rules.risk_ppm.unwrap_or(self.risk_ppm).max(0) as f64 / 1e6 / f64::from(self.channels.max(1))
    }
}

/// With so many units left or fewer, the channel shows none.
#[must_use]
pub fn velocity_buffer(pace: Pace, reach: &Reach, rules: &Rules) -> i64 {
    let risk = reach.risk(rules);
    if risk <= 0.0 {
        return 0;
    }
    #[allow(clippy::cast_precision_loss, reason = "minutes in milliseconds fit")]
    let lag = reach.lag_ms.max(0) as f64 / 1e3;
    let lump = pace.lump.max(1.0);
    let lumps = pace
        .units
        .into_iter()
        .zip(HALF_LIVES)
        .map(|(units, half_life)| lumps_within(units / lump, half_life / LN_2, lag, risk))
        .max()
        .unwrap_or(0);
    if lumps == 0 {
        return 0;
    }
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "at most some millions")]
    let units = (lump * lumps as f64 + lump - 1.0).floor() as i64;
    units
}

/// After `n` within the time `past`: the smallest number that more than are to be expected within `lag` at this risk at
/// the most.
fn lumps_within(n: f64, past: f64, lag: f64, risk: f64) -> u64 {
    let p = past / (past + lag);
    // Hardly anything sells: spares the distribution for nearly every listing.
    if 1.0 - p.powf(n) <= risk {
        return 0;
    }
    NegativeBinomial::new(n, p).map_or(0, |within| within.inverse_cdf(1.0 - risk))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1_000_000;

    fn reach(lag_ms: i64) -> Reach {
        Reach { max: 1_000, lag_ms, channels: 2, risk_ppm: 1_000 }
    }

    fn steady(every_s: i64, units: f64, sales: i64) -> Sales {
        (1..=sales).fold(Sales::default(), |sales, n| sales.sold(units, n * every_s * SECOND, false))
    }

    #[test]
    fn a_steady_seller_is_known_by_its_rate() {
        for every in [10, 600, 43_200] {
            let sales = steady(every, 1.0, 4_000);
            let pace = sales.pace(sales.at, false);
            let wanted = 3_600.0 / f64::from(i32::try_from(every).unwrap());
            assert!((pace.per_hour() / wanted - 1.0).abs() < 0.1, "{every}: {pace:?}");
            assert!((pace.lump - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn one_sale_says_nothing_and_what_is_long_ago_is_forgotten() {
        assert_eq!(steady(1, 1.0, 1).pace(SECOND, false).per_hour(), 0.0);
        let rush = steady(1, 1.0, 50);
        assert!(rush.pace(rush.at, false).per_hour() > 1_000.0);
        assert!(rush.pace(rush.at + 3_600 * SECOND, false).per_hour() < 30.0);
        let in_force = rush.pace(rush.at + 8 * 3_600 * SECOND, true);
        assert!((in_force.per_hour() - rush.pace(rush.at + 3_600 * SECOND, false).per_hour()).abs() < 1e-9);
        let back = rush.sold(1.0, rush.at - 1_000 * SECOND, false);
        assert!(back.pace(back.at, false).per_hour().is_finite(), "a clock that went back");
    }

    #[test]
    fn the_figures_of_the_arithmetic() {
        let buffer = |every_s, units, lag_ms| {
            let sales = steady(every_s, units, 5_000);
            velocity_buffer(sales.pace(sales.at, false), &reach(lag_ms), &Rules::default())
        };
        let day = 86_400;
        assert_eq!(buffer(day, 1.0, 1_500), 0, "one a day, heard of within 1.5 s");
        assert_eq!(buffer(day / 10, 1.0, 1_500), 0);
        assert_eq!(buffer(day / 10, 1.0, 62_000), 1, "ten a day, asked for once a minute");
        assert_eq!(buffer(day / 100, 1.0, 1_500), 1);
        assert_eq!(buffer(day / 1_000, 1.0, 62_000), 7);
        assert_eq!(buffer(day / 10, 2.0, 62_000), 3, "a lump of two, and the one too many");
        let rush = steady(1, 1.0, 500);
        let off = Rules { risk_ppm: Some(0), ..Rules::default() };
        assert_eq!(velocity_buffer(rush.pace(rush.at, false), &reach(62_000), &off), 0);
    }

    proptest! {
        /// It is the smallest that keeps to the risk, and grows with what was sold and with the lag.
        #[test]
        fn the_smallest_that_is_safe_enough(n in 0.0f64..200.0, lag_ms in 0i64..120_000, risk_ppm in 1i64..100_000) {
            let reach = Reach { risk_ppm, channels: 1, ..reach(lag_ms) };
            let of = |n: f64, reach: &Reach| velocity_buffer(Pace { units: [n, 0.0, 0.0], lump: 1.0 }, reach, &Rules::default());
            let buffer = of(n, &reach);
            let past = 60.0 / LN_2;
            let p = past / (past + lag_ms as f64 / 1e3);
            // Summed term by term, from the definition.
            let mut term = p.powf(n);
            let mut at_most = term;
            for k in 1..=buffer {
                term *= (n + k as f64 - 1.0) / k as f64 * (1.0 - p);
                at_most += term;
            }
            let risk = risk_ppm as f64 / 1e6;
            prop_assert!(1.0 - at_most <= risk + 1e-9, "{buffer}: {}", 1.0 - at_most);
            prop_assert!(buffer == 0 || 1.0 - (at_most - term) > risk - 1e-9, "{buffer} is more than needed");
            prop_assert!(of(n * 1.5, &reach) >= buffer);
            let later = Reach { lag_ms: lag_ms * 2, ..reach };
            prop_assert!(of(n, &later) >= buffer);
        }
    }
}
