//! A day on which everybody buys, made up from how fast things sell on others.

use super::stage::{Happening, Stage, What};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What sells in an hour, as a share of the day's mean: quiet at night, two rushes.
const CURVE: [f64; 24] = [
    1.9, 1.2, 0.5, 0.2, 0.1, 0.1, 0.3, 0.7, 1.2, 1.5, 1.5, 1.3, 1.2, 1.0, 0.9, 0.9, 1.0, 1.1, 1.3, 1.6, 1.7,
    1.5, 1.0, 0.3,
];
/// What has not sold of late is taken to last for so many hours.
const LASTS_HOURS: f64 = 720.0;
/// More would not be simulated in a time that anybody waits for.
const MOST: usize = 2_000_000;
const HOUR_MS: f64 = 3_600_000.0;

/// How wild it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BlackFriday {
    /// How long, from midnight.
    pub hours: u32,
    /// So many times what sells on other days.
    pub times: f64,
    /// The same seed makes the same day.
    pub seed: u64,
}

impl Default for BlackFriday {
    fn default() -> Self {
        Self { hours: 24, times: 20.0, seed: 1 }
    }
}

/// It would be too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that would be more than {MOST} buyers: fewer hours or fewer times, please")]
pub struct TooMany;

impl BlackFriday {
    /// Who comes when, to whom, for what. Buyers come independently of each other, to the shop and to every channel alike.
    ///
    /// # Errors
    /// When there would be too many.
    pub fn buyers(&self, stage: &Stage, from_ms: i64) -> Result<Vec<Happening>, TooMany> {
        let mut dice = StdRng::seed_from_u64(self.seed);
        let mut all = Vec::new();
        for (pool, one) in stage.pools.iter().enumerate() {
            let usual =
                one.sales.map_or(0.0, |sales| sales.pace(from_ms.saturating_mul(1_000), false).per_hour());
            #[allow(clippy::cast_precision_loss, reason = "units")]
            let usual = usual.max(one.quantity.max(0) as f64 / LASTS_HOURS);
            let mut at_ms = 0.0;
            loop {
                // Thinned: as many as in the wildest hour, of whom the others' share stays at home.
                let most = usual * self.times.max(0.0) * 1.9;
                if most <= 0.0 {
                    break;
                }
                let share: f64 = dice.random_range(f64::MIN_POSITIVE..1.0);
                at_ms += -share.ln() / most * HOUR_MS;
                if at_ms >= f64::from(self.hours) * HOUR_MS {
                    break;
                }
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "within a day or so"
                )]
                let (hour, after_ms) = ((at_ms / HOUR_MS) as usize, at_ms as i64);
                let comes = CURVE.get(hour % CURVE.len()).copied().unwrap_or(1.0) / 1.9;
                if dice.random_range(0.0..1.0) >= comes {
                    continue;
                }
                if all.len() >= MOST {
                    return Err(TooMany);
                }
                let place = dice.random_range(0..=one.listings.len());
                let seller = one.listings.get(place).map(|listing| listing.channel);
                let at_ms = from_ms.saturating_add(after_ms);
                all.push(Happening { at_ms, pool, what: What::Wants { seller, units: 1 } });
            }
        }
        all.sort_by_key(|one| one.at_ms);
        Ok(all)
    }
}
