//! Magento's multi-source inventory.

use super::magento_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules, Shelf};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The store.
pub struct Magento;

const SOURCE: &str = "default";

fn error(status: u16, message: &str, parameters: Value) -> Response {
    json(status, &value!({"message": message, "parameters": parameters}))
}

impl Rules for Magento {
    fn documents(&self) -> &'static [&'static str] {
        &["magento/admin-schema-2.4.9.yaml"]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        const ITEMS: &str = "/V1/inventory/source-items";
        const PRICES: &str = "/V1/products/base-prices";
        // A second group of filters is documented with searches, not in each operation.
        const MORE: &[&str] = &[
            "searchCriteria[filterGroups][1][filters][0][field]",
            "searchCriteria[filterGroups][1][filters][0][value]",
            "searchCriteria[filterGroups][1][filters][0][conditionType]",
        ];
        Some(match (call.method.as_str(), call.path.strip_prefix("/rest/default")?) {
            ("GET", ITEMS) => Operation::new("items", Kind::Read).official("get", ITEMS).paged(MORE),
            ("POST", ITEMS) => Operation::new("save", Kind::Write).official("post", ITEMS),
            ("GET", path) if path.starts_with("/V1/inventory/sources/") => {
                Operation::new("source", Kind::Read).official("get", "/V1/inventory/sources/{sourceCode}")
            }
            (method, path) if orders::operation(method, path).is_some() => orders::operation(method, path)?,
            ("POST", PRICES) => Operation::new("prices", Kind::Write).official("post", PRICES),
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, _: &Desk<'_>) -> Result<(), Response> {
        if call.bearer() == "sim-integration-token" {
            return Ok(());
        }
        Err(self.revoked(Kind::Read))
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(reply) = orders::answer(operation, call, desk) {
            return reply;
        }
        match operation.name {
            "source" => {
                json(200, &value!({"source_code": SOURCE, "name": "Default Source", "enabled": true}))
            }
            "items" => items(call, desk),
            "prices" => prices(call, desk),
            _ => save(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "Too Many Requests", value!([])), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(
            status,
            "Internal Error. Details are available in Magento log file. Report ID: webapi-1",
            value!([]),
        )
    }

    fn revoked(&self, _: Kind) -> Response {
        let resources = value!({"resources": "Magento_InventoryApi::source"});
        error(401, "The consumer isn't authorized to access %resources.", resources)
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, problem, value!([]))
    }
}

fn item(shelf: &Shelf, entry: &Entry) -> Value {
    let quantity = entry.quantity + orders::reserved(shelf, &entry.sku);
    value!({"sku": entry.sku, "source_code": SOURCE, "quantity": quantity, "status": i32::from(quantity > 0)})
}

fn items(call: &Call, desk: &Desk<'_>) -> Response {
    let filter = |group: usize, name: &str| {
        call.query(&format!("searchCriteria[filterGroups][{group}][filters][0][{name}]")).to_owned()
    };
    let by_sku = (0..2).find(|group| filter(*group, "field") == "sku");
    let wanted: Option<Vec<String>> = by_sku.map(|group| match filter(group, "conditionType").as_str() {
        "in" => filter(group, "value").split(',').map(str::to_owned).collect(),
        _ => vec![filter(group, "value")],
    });
    let all: Vec<&Entry> = desk
        .shelf
        .entries
        .iter()
        .filter(|entry| wanted.as_ref().is_none_or(|skus| skus.contains(&entry.sku)))
        .collect();
    let size: usize = call.query("searchCriteria[pageSize]").parse().unwrap_or(20);
    let page: usize = call.query("searchCriteria[currentPage]").parse().unwrap_or(1);
    // Beyond the last page Magento gives the last one again.
    let page = page.min(all.len().div_ceil(size).max(1));
    let some: Vec<Value> =
        all.iter().skip((page - 1) * size).take(size).map(|entry| item(desk.shelf, entry)).collect();
    json(200, &value!({"items": some, "search_criteria": {"filter_groups": []}, "total_count": all.len()}))
}

fn prices(call: &Call, desk: &mut Desk<'_>) -> Response {
    let rows = call.json().get("prices").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut refused = Vec::new();
    for row in &rows {
        let sku = row.get("sku").and_then(Value::as_str).unwrap_or_default().to_owned();
        let price = row.get("price").and_then(Value::as_f64).unwrap_or(-1.0);
        if price > 0.0 && desk.shelf.by_sku(&sku).is_some() {
            desk.shelf.price(&sku, price, "");
        } else {
            refused.push(value!({"message": "Invalid attribute %fieldName = %fieldValue. Row ID: SKU = %SKU, Store ID: %storeId.",
                "parameters": ["price", price.to_string(), sku, "0"]}));
        }
    }
    json(200, &Value::Array(refused))
}

fn save(call: &Call, desk: &mut Desk<'_>) -> Response {
    let rows = call.json().get("sourceItems").and_then(Value::as_array).cloned().unwrap_or_default();
    if rows.len() > 20 {
        return error(400, "Maximum items of type \"sourceItems\" is 20", value!([]));
    }
    let mut writes = Vec::new();
    for row in &rows {
        let sku = row.get("sku").and_then(Value::as_str).unwrap_or_default().to_owned();
        if desk.shelf.by_sku(&sku).is_none() {
            return error(400, "Product with SKU \"%sku\" does not exist.", value!({ "sku": sku }));
        }
        if desk.refuses(&sku).is_some() {
            return error(400, "Validation Failed", value!([]));
        }
        let quantity = row.get("quantity").and_then(Value::as_i64).unwrap_or(-1);
        if !(0..=99_999_999).contains(&quantity) {
            return error(400, "\"%field\" is out of range.", value!({"field": "quantity"}));
        }
        if row.get("status").and_then(Value::as_i64) != Some(i64::from(quantity > 0)) {
            desk.violation("the status does not say whether it is in stock");
        }
        writes.push((sku, quantity));
    }
    for (sku, quantity) in writes {
        // What is reserved is not for sale.
        let quantity = quantity - orders::reserved(desk.shelf, &sku);
        desk.shelf.set(&sku, quantity);
    }
    json(200, &value!([]))
}
