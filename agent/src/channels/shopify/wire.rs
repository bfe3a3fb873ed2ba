//! Shopify's JSON: what is around every answer, and the setting of quantities. With `wire_reads`, the only place that
//! knows field names.
//!
//! Names and types are those of the Admin API 2026-07
//! (<https://shopify.dev/docs/api/admin-graphql/2026-07>).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Sets quantities: <https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities>.
/// The group of changes is not asked for: it costs points and says nothing that the lack of errors does not.
pub const SET: &str = "mutation OnhandSet($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { field message code }
  }
}";

/// The variants of inventory items.
pub const VARIANTS: &str = "query OnhandVariants($ids: [ID!]!) {
  nodes(ids: $ids) { ... on InventoryItem { variant { id product { id } } } }
}";

/// Sets prices: <https://shopify.dev/docs/api/admin-graphql/latest/mutations/productVariantsBulkUpdate>.
pub const PRICES: &str = "mutation OnhandPrices($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants) {
    userErrors { field message code }
  }
}";

/// Answer to [`VARIANTS`].
#[derive(Debug, Deserialize)]
pub struct VariantsData {
    /// In the order asked; `null` where there is no such item (any more).
    pub nodes: Vec<Option<ItemOfVariant>>,
}

/// A node of [`VARIANTS`].
#[derive(Debug, Deserialize)]
pub struct ItemOfVariant {
    /// `null`: the item belongs to none.
    #[serde(default)]
    pub variant: Option<VariantOfProduct>,
}

/// A variant and its product.
#[derive(Debug, Deserialize)]
pub struct VariantOfProduct {
    /// gid.
    pub id: String,
    /// Whose it is.
    pub product: Gid,
}

/// Something with an id.
#[derive(Debug, Deserialize)]
pub struct Gid {
    /// gid.
    pub id: String,
}

/// Answer to [`PRICES`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricesData {
    /// What became of it.
    pub product_variants_bulk_update: PricesPayload,
}

/// Errors, or none.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricesPayload {
    /// Any of them refuses the call.
    pub user_errors: Vec<UserError>,
}

/// A reply, whatever was asked.
#[derive(Debug, Deserialize)]
pub struct Envelope {
    /// The answer; `null` or partly so if there were errors.
    #[serde(default)]
    pub data: Value,
    /// Errors of the request as a whole.
    #[serde(default)]
    pub errors: Option<Errors>,
    /// Its `cost` says what it cost: <https://shopify.dev/docs/api/usage/rate-limits>.
    #[serde(default)]
    extensions: Value,
}

impl Envelope {
    /// What it cost. `None` if that is missing or odd: no reason to take an answer for a failure.
    pub fn cost(&self) -> Option<Cost> {
        Cost::deserialize(self.extensions.get("cost")?).ok()
    }
}

/// `errors`: a list by the GraphQL standard, a plain text where the request did not reach GraphQL.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Errors {
    /// By the standard.
    List(Vec<TopError>),
    /// "\[API\] Invalid API key or access token ..."
    Text(String),
    /// Anything else, to be shown as it is.
    Other(Value),
}

/// One error of the request as a whole.
#[derive(Debug, Deserialize)]
pub struct TopError {
    /// For people.
    #[serde(default)]
    pub message: String,
    /// Its code.
    #[serde(default)]
    pub extensions: Option<TopExtensions>,
}

impl TopError {
    /// Its code, if it has one.
    pub fn code(&self) -> Option<&str> {
        self.extensions.as_ref()?.code.as_deref()
    }
}

/// What an error says for programs.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopExtensions {
    /// `THROTTLED`, `ACCESS_DENIED`, ...
    #[serde(default)]
    pub code: Option<String>,
    /// With `ACCESS_DENIED`: the permission that is missing, in words.
    #[serde(default)]
    pub required_access: Option<String>,
}

/// Points of one request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// Points that had to be there before it could run.
    pub requested_query_cost: f64,
    /// The bucket they come from.
    pub throttle_status: ThrottleStatus,
}

/// The bucket of points of this app and shop.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThrottleStatus {
    /// Points there are now.
    pub currently_available: f64,
    /// Points per second that flow back.
    pub restore_rate: f64,
}

/// Variables of [`SET`].
#[derive(Debug, Serialize)]
pub struct SetVariables<'a> {
    /// The change.
    pub input: SetInput<'a>,
    /// Same key, same input: done at most once within 24 hours.
    pub key: String,
}

/// `InventorySetQuantitiesInput`.
#[derive(Debug, Serialize)]
pub struct SetInput<'a> {
    /// `available` or `on_hand`.
    pub name: &'static str,
    /// Shown in the history of the Shopify admin.
    pub reason: &'static str,
    /// At most 250.
    pub quantities: Vec<SetRow<'a>>,
}

/// `InventoryQuantityInput`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetRow<'a> {
    /// gid.
    pub inventory_item_id: &'a str,
    /// gid.
    pub location_id: &'a str,
    /// Units.
    pub quantity: i64,
    /// Sent even when `null`, which opts out of the comparison; left out, the call is an error since 2026-04.
    pub change_from_quantity: Option<i64>,
}

/// Answer to [`SET`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetData {
    /// The outcome.
    pub inventory_set_quantities: SetPayload,
}

/// The outcome of a change: all of it, or these errors and nothing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetPayload {
    /// None if it was applied.
    pub user_errors: Vec<UserError>,
}

/// A refusal inside a 200.
#[derive(Debug, Deserialize)]
pub struct UserError {
    /// `["input", "quantities", "0", "inventoryItemId"]`; the third part is the row.
    #[serde(default)]
    pub field: Option<Vec<String>>,
    /// For people.
    pub message: String,
    /// `InventorySetQuantitiesUserErrorCode`.
    #[serde(default)]
    pub code: Option<String>,
}
