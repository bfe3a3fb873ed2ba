//! How often, and what a difference leads to: `[reconcile]`.

use crate::domain::ReconcileMode;
use serde::{Deserialize, Serialize};

/// `[reconcile]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReconcileSettings {
    /// Hours between two comparisons of a channel.
    pub every_hours: u32,
    /// What a difference leads to, unless a channel has its own: repair, report or off.
    pub mode: ReconcileMode,
    /// A difference this soon after the channel confirmed a quantity is its lag: it is looked at the next time.
    pub lag_ms: u64,
    /// If the channel tells of fewer than this percentage of its listings, none counts as ended: its answer is broken.
    pub ended_guard_percent: u32,
}

impl Default for ReconcileSettings {
    fn default() -> Self {
        Self { every_hours: 6, mode: ReconcileMode::Repair, lag_ms: 120_000, ended_guard_percent: 80 }
    }
}

impl ReconcileSettings {
    /// Everything that is wrong, each as a sentence that begins with the key.
    #[must_use]
    pub fn validate(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.every_hours == 0 || self.every_hours > 24 * 31 {
            problems
                .push(format!("reconcile.every_hours must be between 1 and 744, not {}", self.every_hours));
        }
        if self.lag_ms > 86_400_000 {
            problems.push(format!("reconcile.lag_ms must be at most 86400000, not {}", self.lag_ms));
        }
        if self.ended_guard_percent > 100 {
            problems.push(format!(
                "reconcile.ended_guard_percent must be at most 100, not {}",
                self.ended_guard_percent
            ));
        }
        problems
    }
}
