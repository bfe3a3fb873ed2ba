//! How late something is heard of, as measured: soon as long as the longest, and slowly shorter again.

use serde::Serialize;

/// One that is out of order is no lag: it is told as an issue, and no buffer helps.
const MOST_MS: i64 = 600_000;
/// Of what is too much, a sixteenth goes with every sample.
const RELEASE: i64 = 16;

/// An upper bound of what was measured lately, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Lag(i64);

impl Lag {
    /// As long as nothing is measured.
    #[must_use]
    pub fn presumed(ms: i64) -> Self {
        Self(ms)
    }

    /// It took so long this time.
    pub fn heard(&mut self, ms: i64) {
        let ms = ms.clamp(0, MOST_MS);
        self.0 = if ms >= self.0 { ms } else { self.0 - (self.0 - ms + RELEASE - 1) / RELEASE };
    }

    /// In milliseconds.
    #[must_use]
    pub fn ms(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_at_once_and_down_slowly() {
        let mut lag = Lag::presumed(2_000);
        lag.heard(5_000);
        assert_eq!(lag.ms(), 5_000);
        lag.heard(100);
        assert!((4_600..4_750).contains(&lag.ms()), "{}", lag.ms());
        (0..300).for_each(|_| lag.heard(100));
        assert_eq!(lag.ms(), 100);
        lag.heard(86_400_000);
        assert_eq!(lag.ms(), MOST_MS);
    }
}
