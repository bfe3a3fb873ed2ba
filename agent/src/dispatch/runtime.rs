//! What a channel's worker is doing, for status and health.

use super::circuit::CircuitState;
use crate::domain::Lag;
use serde::Serialize;

/// What a channel's worker is doing, for status and health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Runtime {
    /// The circuit breaker.
    pub circuit: CircuitState,
    /// No call before this time, because the channel asked for it (milliseconds since the Unix epoch).
    pub throttled_until_ms: Option<i64>,
    /// When something was last confirmed.
    pub last_push_ms: Option<i64>,
    /// How long it takes until the channel confirms that it shows less.
    pub lag_ms: Lag,
    /// What went wrong last, until a call is answered again.
    pub message: Option<String>,
}

/// As long as a channel's own is not measured.
const LAG_MS: i64 = 2_000;

impl Default for Runtime {
    fn default() -> Self {
        Self {
            circuit: CircuitState::default(),
            throttled_until_ms: None,
            last_push_ms: None,
            lag_ms: Lag::presumed(LAG_MS),
            message: None,
        }
    }
}
