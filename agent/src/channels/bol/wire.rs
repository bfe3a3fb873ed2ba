//! What the API says, as far as we listen.

use serde::Deserialize;

/// A refusal.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub title: String,
    pub detail: String,
    pub violations: Vec<Violation>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Violation {
    pub name: String,
    pub reason: String,
}

impl Problem {
    /// In words.
    pub(super) fn words(&self) -> String {
        let detail = if self.detail.is_empty() { &self.title } else { &self.detail };
        let mut words = detail.clone();
        for violation in &self.violations {
            words.push_str(&format!(" [{}: {}]", violation.name, violation.reason));
        }
        words
    }
}

/// Something that bol does later.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Process {
    #[serde(default)]
    pub process_status_id: String,
    pub entity_id: Option<String>,
    /// PENDING, SUCCESS, FAILURE, TIMEOUT.
    pub status: String,
    pub error_message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Processes {
    #[serde(default)]
    pub process_statuses: Vec<Process>,
}

/// An offer.
#[derive(Deserialize)]
pub(super) struct Offer {
    pub stock: Stock,
}

#[derive(Deserialize)]
pub(super) struct Stock {
    /// As last set; `correctedStock` is what bol has taken off it since.
    pub amount: Option<i64>,
}

/// A row of the offer export.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Exported {
    pub offer_id: String,
    #[serde(default)]
    pub ean: String,
    #[serde(default)]
    pub reference_code: String,
    #[serde(default)]
    pub stock_amount: Option<i64>,
    /// FBR: the retailer ships. FBB: bol ships, and counts.
    #[serde(default)]
    pub fulfilment_type: String,
}
