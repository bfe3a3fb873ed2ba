//! What the API says, as far as we listen.
//!
//! Source: <https://github.com/amzn/selling-partner-api-models>, `listingsItems_2021-08-01.json`, `feeds_2021-06-30.json`
//! and the schema of the listings feed's processing report (v2).

use serde::Deserialize;

/// A body that holds nothing but errors.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Errors {
    pub errors: Vec<Problem>,
}

/// An error of a call.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub code: String,
    pub message: String,
    pub details: String,
}

/// The answer to a patch. A refusal is a 200 too: the status says so.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Submission {
    pub status: String,
    #[serde(default)]
    pub submission_id: String,
    #[serde(default)]
    pub issues: Vec<Issue>,
}

/// Something about a listings item.
#[derive(Deserialize)]
pub(super) struct Issue {
    pub code: String,
    pub message: String,
    pub severity: String,
}

/// A place for a feed's contents, or for its report.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreatedDocument {
    pub feed_document_id: String,
    pub url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreatedFeed {
    pub feed_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Feed {
    pub processing_status: String,
    pub result_feed_document_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub url: String,
    pub compression_algorithm: Option<String>,
}

/// What became of a feed's messages: only what is worth a word.
#[derive(Deserialize)]
pub(super) struct ProcessingReport {
    #[serde(default)]
    pub issues: Vec<FeedIssue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeedIssue {
    pub message_id: usize,
    pub code: String,
    pub severity: String,
    #[serde(default)]
    pub message: String,
}

/// A page of listings items.
#[derive(Deserialize)]
pub(super) struct Items {
    #[serde(default)]
    pub items: Vec<Item>,
    #[serde(default)]
    pub pagination: Pagination,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Pagination {
    pub next_token: Option<String>,
}

/// A listings item.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    pub sku: String,
    #[serde(default)]
    pub summaries: Vec<Summary>,
    /// What sells. `attributes.fulfillment_availability` is merely what was submitted.
    #[serde(default)]
    pub fulfillment_availability: Vec<Availability>,
    #[serde(default)]
    pub attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    #[serde(default)]
    pub item_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Availability {
    pub fulfillment_channel_code: String,
    pub quantity: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Attributes {
    pub externally_assigned_product_identifier: Vec<Identifier>,
}

/// EAN, UPC and the like, as the seller submitted it.
#[derive(Deserialize)]
pub(super) struct Identifier {
    pub value: Option<String>,
}
