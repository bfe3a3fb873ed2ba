//! The circuit breaker of one channel. Pure: time is given.
//!
//! It opens after so many failed calls in a row, rests, then lets one call probe the channel. Only a call that
//! got no usable answer is a failure; being throttled or refused is an answer.

use serde::Serialize;

/// What the circuit is like, for people and the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CircuitState {
    /// Calls go.
    #[default]
    Closed,
    /// No calls until then.
    Open {
        /// Milliseconds since the Unix epoch.
        until_ms: i64,
    },
    /// One call probes the channel.
    HalfOpen,
}

/// May a call go now?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Yes.
    Go,
    /// One, to probe; no other until its result is known.
    Probe,
    /// Not before this time.
    Wait {
        /// Milliseconds since the Unix epoch.
        until_ms: i64,
    },
}

/// What a result changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing worth telling.
    None,
    /// The channel is considered down from now on.
    Opened,
    /// The channel is back.
    Closed,
}

/// The breaker.
#[derive(Clone, Debug)]
pub struct Circuit {
    state: CircuitState,
    in_a_row: u32,
    failures: u32,
    open_ms: i64,
}

impl Circuit {
    /// A closed circuit that opens after `failures` in a row, for `open_ms`.
    #[must_use]
    pub fn new(failures: u32, open_ms: i64) -> Self {
        Self { state: CircuitState::Closed, in_a_row: 0, failures: failures.max(1), open_ms }
    }

    /// Its state.
    #[must_use]
    pub fn state(&self) -> CircuitState {
        self.state
    }

    /// True while no call has failed since the last one that was answered.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.in_a_row == 0
    }

    /// May a call go? An open circuit whose rest is over becomes half-open.
    pub fn ask(&mut self, now_ms: i64) -> Leave {
        match self.state {
            CircuitState::Closed => Leave::Go,
            CircuitState::HalfOpen => Leave::Probe,
            // A clock that was set back must not keep it open for longer than meant.
            CircuitState::Open { until_ms } if now_ms < until_ms && until_ms - now_ms <= self.open_ms => {
                Leave::Wait { until_ms }
            }
            CircuitState::Open { .. } => {
                self.state = CircuitState::HalfOpen;
                Leave::Probe
            }
        }
    }

    /// The channel answered: with success, a refusal or a request to slow down.
    pub fn answered(&mut self) -> Change {
        let was = std::mem::take(&mut self.state);
        self.in_a_row = 0;
        if was == CircuitState::Closed { Change::None } else { Change::Closed }
    }

    /// A call failed.
    pub fn failed(&mut self, now_ms: i64) -> Change {
        self.in_a_row = self.in_a_row.saturating_add(1);
        match self.state {
            CircuitState::Closed if self.in_a_row < self.failures => Change::None,
            // A call that began before it opened says nothing new.
            CircuitState::Open { .. } => Change::None,
            was => {
                self.state = CircuitState::Open { until_ms: now_ms.saturating_add(self.open_ms) };
                if was == CircuitState::Closed { Change::Opened } else { Change::None }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_in_a_row_only() {
        let mut circuit = Circuit::new(3, 100);
        assert_eq!(circuit.failed(0), Change::None);
        assert_eq!(circuit.failed(0), Change::None);
        assert_eq!(circuit.answered(), Change::None);
        assert_eq!(circuit.failed(0), Change::None);
        assert_eq!(circuit.failed(0), Change::None);
        assert_eq!(circuit.ask(0), Leave::Go);
        assert_eq!(circuit.failed(0), Change::Opened);
        assert_eq!(circuit.ask(99), Leave::Wait { until_ms: 100 });
    }

    #[test]
    fn a_probe_decides() {
        let mut circuit = Circuit::new(1, 100);
        circuit.failed(0);
        assert_eq!(circuit.ask(100), Leave::Probe);
        assert_eq!(circuit.failed(100), Change::None);
        assert_eq!(circuit.ask(199), Leave::Wait { until_ms: 200 });
        assert_eq!(circuit.ask(200), Leave::Probe);
        assert_eq!(circuit.answered(), Change::Closed);
        assert_eq!(circuit.ask(200), Leave::Go);
        assert!(circuit.is_healthy());
    }

    #[test]
    fn late_results_neither_extend_nor_keep_it_open() {
        let mut circuit = Circuit::new(1, 100);
        circuit.failed(0);
        assert_eq!(circuit.failed(50), Change::None);
        assert_eq!(circuit.state(), CircuitState::Open { until_ms: 100 });
        assert_eq!(circuit.answered(), Change::Closed);
    }

    #[test]
    fn a_clock_set_back_does_not_prolong_it() {
        let mut circuit = Circuit::new(1, 100);
        circuit.failed(1_000_000);
        assert_eq!(circuit.ask(5), Leave::Probe);
    }
}
