//! What a difference between a channel and the shop leads to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a difference leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReconcileMode {
    /// It is recorded, and the listing is told again what it should show.
    Repair,
    /// It is recorded.
    Report,
    /// Channels are not compared by themselves; on demand they are.
    Off,
}

impl ReconcileMode {
    /// As stored and typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Report => "report",
            Self::Off => "off",
        }
    }

    /// By its name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Repair, Self::Report, Self::Off].into_iter().find(|mode| mode.name() == name)
    }
}
