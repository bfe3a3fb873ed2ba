//! How dispatch behaves, as configuration: `[dispatch]`.

use serde::{Deserialize, Serialize};

/// How pushes are retried, paced and given up on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DispatchSettings {
    /// Waits between the tries of a listing that failed for a passing reason. The last one repeats.
    pub retry_delays_ms: Vec<u64>,
    /// Tries of one change before the listing becomes a dead letter.
    pub max_attempts: u32,
    /// Share by which each wait is made longer or shorter at random: 0.2 is up to 20 percent.
    pub jitter: f64,
    /// Longest wait that a channel may ask for; a longer one is cut to this.
    pub retry_after_max_ms: u64,
    /// Longest wait after a call that failed as a whole: a channel that is back is noticed within this.
    pub outage_retry_max_ms: u64,
    /// A listing that was part of so many failed calls travels alone, so that it cannot sink others.
    pub alone_after: u32,
    /// How long a worker may keep a listing claimed. A call that takes longer than three quarters is given up.
    pub lease_ms: u64,
    /// Waits before an accepted push is read back. After the last one the push is sent again.
    pub verify_delays_ms: Vec<u64>,
    /// So many failed calls in a row open the channel's circuit.
    pub circuit_failures: u32,
    /// How long an open circuit rests before one call probes the channel.
    pub circuit_open_ms: u64,
    /// Share of a listing's daily allowance, in percent, that is kept for selling out.
    pub daily_reserve_percent: u32,
    /// A listing that waited this long is served in turn, one place in ten, whatever its urgency.
    pub starve_ms: u64,
    /// How long more than a feed's worth must have been waiting before one is made: an import that is still coming
    /// in goes with it.
    pub feed_gather_ms: u64,
}

impl Default for DispatchSettings {
    fn default() -> Self {
        Self {
            retry_delays_ms: vec![1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000],
            max_attempts: 8,
            jitter: 0.2,
            retry_after_max_ms: 3_600_000,
            outage_retry_max_ms: 60_000,
            alone_after: 3,
            lease_ms: 120_000,
            verify_delays_ms: vec![2_000, 5_000, 15_000, 60_000, 300_000],
            circuit_failures: 5,
            circuit_open_ms: 30_000,
            daily_reserve_percent: 20,
            starve_ms: 10_000,
            feed_gather_ms: 3_000,
        }
    }
}

/// Thirty days: no wait is meant to be longer, and sums of such numbers stay far from overflowing.
const LONGEST_MS: u64 = 30 * 86_400_000;

impl DispatchSettings {
    /// Everything that is wrong, each as a sentence that begins with the key.
    #[must_use]
    pub fn validate(&self) -> Vec<String> {
        let mut problems = Vec::new();
        delays("retry_delays_ms", &self.retry_delays_ms, &mut problems);
        delays("verify_delays_ms", &self.verify_delays_ms, &mut problems);
        for (key, value) in [
            ("retry_after_max_ms", self.retry_after_max_ms),
            ("outage_retry_max_ms", self.outage_retry_max_ms),
            ("circuit_open_ms", self.circuit_open_ms),
        ] {
            if value == 0 || value > LONGEST_MS {
                problems.push(format!("dispatch.{key} must be between 1 and {LONGEST_MS}, not {value}"));
            }
        }
        if !(1_000..=LONGEST_MS).contains(&self.lease_ms) {
            problems.push(format!(
                "dispatch.lease_ms must be between 1000 and {LONGEST_MS}, not {}",
                self.lease_ms
            ));
        }
        for (key, value) in [("starve_ms", self.starve_ms), ("feed_gather_ms", self.feed_gather_ms)] {
            if value > LONGEST_MS {
                problems.push(format!("dispatch.{key} must be at most {LONGEST_MS}, not {value}"));
            }
        }
        for (key, value) in [
            ("max_attempts", self.max_attempts),
            ("alone_after", self.alone_after),
            ("circuit_failures", self.circuit_failures),
        ] {
            if value == 0 {
                problems.push(format!("dispatch.{key} must be at least 1"));
            }
        }
        if !(0.0..=1.0).contains(&self.jitter) {
            problems.push(format!("dispatch.jitter must be between 0 and 1, not {}", self.jitter));
        }
        if self.daily_reserve_percent > 100 {
            problems.push(format!(
                "dispatch.daily_reserve_percent must be at most 100, not {}",
                self.daily_reserve_percent
            ));
        }
        problems
    }
}

fn delays(key: &str, delays: &[u64], problems: &mut Vec<String>) {
    if delays.is_empty() {
        problems.push(format!("dispatch.{key} must name at least one delay"));
    }
    if let Some(delay) = delays.iter().find(|delay| **delay > LONGEST_MS) {
        problems.push(format!("dispatch.{key} must not exceed {LONGEST_MS}, but one is {delay}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid() {
        assert_eq!(DispatchSettings::default().validate(), Vec::<String>::new());
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let settings = DispatchSettings {
            retry_delays_ms: vec![],
            max_attempts: 0,
            jitter: f64::NAN,
            lease_ms: 5,
            daily_reserve_percent: 101,
            ..DispatchSettings::default()
        };
        let problems = settings.validate();
        for key in ["retry_delays_ms", "max_attempts", "jitter", "lease_ms", "daily_reserve_percent"] {
            assert!(problems.iter().any(|problem| problem.starts_with(&format!("dispatch.{key} "))), "{key}");
        }
        assert_eq!(problems.len(), 5);
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let error = serde_json::from_str::<DispatchSettings>(r#"{"retry_delay_ms":[1]}"#).unwrap_err();
        assert!(error.to_string().contains("retry_delay_ms"));
    }
}
