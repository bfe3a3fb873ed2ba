//! What `inventorySetQuantities` answers: a group of changes, or user errors.

use super::gid::gid;
use super::resolve::{Obj, Out, Plain};
use super::state::{Group, Shop};
use crate::sim::clock::rfc3339_seconds;
use serde_json::{Value, json};

/// A business error inside a 200.
#[derive(Clone, Debug, PartialEq)]
pub struct UserError {
    field: Option<Vec<String>>,
    message: String,
    pub code: String,
    /// The row it is about.
    pub row: Option<usize>,
}

impl UserError {
    pub fn input(name: &str, message: &str, code: &str) -> Self {
        let field = Some(vec!["input".to_owned(), name.to_owned()]);
        Self { field, message: message.to_owned(), code: code.to_owned(), row: None }
    }

    pub fn row(row: usize, name: &str, message: &str, code: &str) -> Self {
        let field = ["input", "quantities", &row.to_string(), name].map(str::to_owned).to_vec();
        Self { field: Some(field), message: message.to_owned(), code: code.to_owned(), row: Some(row) }
    }

    /// Of a variant of a bulk update.
    pub fn variant(row: usize, name: &str, message: &str, code: &str) -> Self {
        let field = ["variants", &row.to_string(), name].map(str::to_owned).to_vec();
        Self { field: Some(field), message: message.to_owned(), code: code.to_owned(), row: Some(row) }
    }

    pub fn whole(message: &str, code: &str) -> Self {
        Self { field: None, message: message.to_owned(), code: code.to_owned(), row: None }
    }

    /// Another request with the key is being worked on.
    pub fn concurrent() -> Self {
        Self::whole(
            "This request is currently in progress, please try again.",
            "IDEMPOTENCY_CONCURRENT_REQUEST",
        )
    }
}

/// Which mutation answers.
#[derive(Clone, Copy, Debug, Default)]
pub enum Answer {
    #[default]
    Quantities,
    Prices,
}

/// The payload: a group if anything changed, or user errors.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    pub group: Option<Group>,
    pub errors: Vec<UserError>,
    pub answer: Answer,
}

impl Payload {
    /// The payload as an object of the graph.
    #[must_use]
    pub fn out<'s>(&self, shop: &'s Shop) -> Out<'s> {
        let (payload, error) = match self.answer {
            Answer::Quantities => ("InventorySetQuantitiesPayload", "InventorySetQuantitiesUserError"),
            Answer::Prices => ("ProductVariantsBulkUpdatePayload", "ProductVariantsBulkUpdateUserError"),
        };
        let errors = self.errors.iter().map(|e| {
            let error = Plain::new(error).leaf("field", json!(e.field));
            error.leaf("message", json!(e.message)).leaf("code", json!(e.code)).out()
        });
        let errors = Out::List(errors.collect());
        let group = self.group.as_ref().map_or(Out::Leaf(Value::Null), |g| group_out(g, shop));
        Plain::new(payload).field("inventoryAdjustmentGroup", group).field("userErrors", errors).out()
    }
}

fn group_out<'s>(group: &Group, shop: &'s Shop) -> Out<'s> {
    let changes = group.changes.iter().map(|change| {
        let item =
            shop.variant_of_item(change.item).map_or(Out::Leaf(Value::Null), |v| Out::Object(Obj::Item(v)));
        let location = shop.locations.get(&change.location);
        let location = location.map_or(Out::Leaf(Value::Null), |l| Out::Object(Obj::Location(l)));
        Plain::new("InventoryChange")
            .leaf("name", json!(change.name))
            .leaf("delta", json!(change.delta))
            .leaf("quantityAfterChange", Value::Null)
            .leaf("ledgerDocumentUri", Value::Null)
            .field("item", item)
            .field("location", location)
            .out()
    });
    let changes = Out::List(changes.collect());
    Plain::new("InventoryAdjustmentGroup")
        .leaf("id", json!(gid("InventoryAdjustmentGroup", group.id)))
        .leaf("createdAt", json!(rfc3339_seconds(group.created_us)))
        .leaf("reason", json!(group.reason))
        .leaf("referenceDocumentUri", json!(group.reference_document_uri))
        .field("changes", changes)
        .out()
}
