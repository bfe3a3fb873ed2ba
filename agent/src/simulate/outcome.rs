//! What came of it.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A pool of which more was sold than there was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Oversold {
    /// Which.
    pub sku: String,
    /// Units sold that were not there.
    pub units: i64,
}

/// The figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Outcome {
    /// Units that somebody wanted.
    pub wanted: i64,
    /// Units that were sold.
    pub sold: i64,
    /// Of these, units that were not there.
    pub oversold: i64,
    /// Units that were not to be had where they were wanted, although there were some, by the reason for it.
    pub lost: BTreeMap<String, i64>,
    /// Units that were wanted when there were none.
    pub sold_out: i64,
    /// Calls that were made.
    pub calls: i64,
    /// Changes that channels were told.
    pub changes: i64,
    /// How long a channel showed something else than it should, per change on the average, in milliseconds.
    pub out_of_step_ms: i64,
    /// The longest of these.
    pub longest_out_of_step_ms: i64,
    /// The pools that were oversold most.
    pub worst: Vec<Oversold>,
}

impl Outcome {
    /// All units lost.
    #[must_use]
    pub fn lost_units(&self) -> i64 {
        self.lost.values().sum()
    }
}
