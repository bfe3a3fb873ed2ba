//! BigCommerce's catalog and inventory: adjustments are applied a little later.

use super::bigcommerce_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Row, RowVerdict, Rules};
use axum::http::HeaderValue;
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The store.
pub struct BigCommerce;

fn error(status: u16, title: &str) -> Response {
    json(
        status,
        &value!({"status": status, "title": title, "errors": {},
            "type": "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"}),
    )
}

impl Rules for BigCommerce {
    fn documents(&self) -> &'static [&'static str] {
        &[
            "bigcommerce/inventory.v3.yml",
            "bigcommerce/product-variants_catalog.v3.yml",
            "bigcommerce/orders.v2.oas2.yml",
        ]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = orders::operation(call) {
            return Some(operation);
        }
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let ["stores", _, "v3", rest @ ..] = parts.as_slice() else { return None };
        let window = Duration::from_secs(30);
        Some(match (call.method.as_str(), rest) {
            ("GET", ["catalog", "variants"]) => {
                Operation::new("variants", Kind::Read).official("get", "/catalog/variants")
            }
            ("GET", ["catalog", "products"]) => Operation::new("products", Kind::Read),
            ("GET", ["inventory", "locations", _, "items"]) => Operation::new("items", Kind::Read)
                .official("get", "/inventory/locations/{location_id}/items"),
            ("PUT", ["inventory", "adjustments", "absolute"]) => Operation::new("absolute", Kind::Write)
                .official("put", "/inventory/adjustments/absolute")
                .limited(150.0, window, 150.0),
            ("PUT", ["catalog", "variants"]) => Operation::new("prices", Kind::Write)
                .official("put", "/catalog/variants")
                .limited(150.0, window, 150.0),
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, _: &Desk<'_>) -> Result<(), Response> {
        if call.header("x-auth-token") == "sim-access-token" && call.path.starts_with("/stores/simhash/") {
            return Ok(());
        }
        Err(self.revoked(Kind::Read))
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(answer) = orders::answer(operation, call, desk) {
            return answer;
        }
        match operation.name {
            "variants" => page(call, desk.shelf.entries.iter().map(variant).collect()),
            "products" => products(call, desk),
            "items" => items(call, desk),
            "prices" => prices(call, desk),
            _ => adjust(call, desk),
        }
    }

    fn throttled(&self, wait: Duration, retry_after_s: Option<u64>) -> Response {
        // There is no Retry-After: a header in milliseconds says when the window ends.
        let wait = retry_after_s.map_or(wait, Duration::from_secs);
        let mut response = with_retry_after(error(429, "Too Many Requests"), None);
        if let Ok(ms) = HeaderValue::from_str(&wait.as_millis().to_string()) {
            response.headers_mut().insert("x-rate-limit-time-reset-ms", ms);
        }
        response
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "Internal Server Error")
    }

    fn revoked(&self, _: Kind) -> Response {
        error(401, "The token does not match.")
    }

    fn malformed(&self, problem: &str) -> Response {
        error(422, problem)
    }
}

fn tracking(entry: &Entry) -> &str {
    entry.extra.get("tracking").and_then(Value::as_str).unwrap_or("variant")
}

fn variant(entry: &Entry) -> Value {
    value!({"id": entry.id, "product_id": entry.group, "sku": entry.sku, "upc": entry.gtin, "inventory_level": entry.quantity})
}

fn page(call: &Call, all: Vec<Value>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (page, limit) = (number("page", 1).max(1), number("limit", 50));
    let total = all.len();
    let pages = total.div_ceil(limit.max(1));
    let data: Vec<Value> = all.into_iter().skip((page - 1) * limit).take(limit).collect();
    let pagination = value!({"total": total, "count": data.len(), "per_page": limit, "current_page": page,
        "total_pages": pages, "links": {}});
    json(200, &value!({"data": data, "meta": {"pagination": pagination}}))
}

fn ids(call: &Call, name: &str) -> Vec<u64> {
    call.query(name).split(',').filter_map(|id| id.parse().ok()).collect()
}

fn products(call: &Call, desk: &Desk<'_>) -> Response {
    let wanted = ids(call, "id:in");
    let mut groups: Vec<u64> = wanted.clone();
    groups.retain(|group| desk.shelf.of_group(*group).next().is_some());
    let all = groups.into_iter().map(|group| {
        let tracked = desk.shelf.of_group(group).next().map_or("variant", tracking);
        value!({"id": group, "name": format!("Product {group}"), "inventory_tracking": tracked})
    });
    page(call, all.collect())
}

fn items(call: &Call, desk: &Desk<'_>) -> Response {
    let (variants, products) = (ids(call, "variant_id:in"), ids(call, "product_id:in"));
    let all = variants.is_empty() && products.is_empty();
    let found = desk.shelf.entries.iter().filter_map(|entry| {
        let identity = match tracking(entry) {
            "product" if all || products.contains(&entry.group) => value!({"sku": entry.sku, "product_id": entry.group}),
            "variant" if all || variants.contains(&entry.id) => value!({"sku": entry.sku, "variant_id": entry.id}),
            _ => return None,
        };
        Some(value!({"identity": identity, "available_to_sell": entry.quantity, "total_inventory_onhand": entry.quantity,
            "settings": {"safety_stock": 0, "is_in_stock": entry.quantity > 0, "warning_level": 0, "bin_picking_number": ""}}))
    });
    page(call, found.collect())
}

fn prices(call: &Call, desk: &mut Desk<'_>) -> Response {
    let rows = call.json().as_array().cloned().unwrap_or_default();
    if rows.is_empty() || rows.len() > 50 {
        desk.violation("1 to 50 variants");
    }
    for row in &rows {
        let entry = row.get("id").and_then(Value::as_u64).and_then(|id| desk.shelf.by_id(id)).cloned();
        let (Some(entry), Some(price)) = (entry, row.get("price").and_then(Value::as_f64)) else {
            return error(422, "The variant was not found");
        };
        desk.shelf.price(&entry.sku, price, "");
    }
    json(200, &value!({"data": [], "meta": {}}))
}

fn adjust(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let rows = body.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    if rows.len() > 2000 {
        desk.violation("items are at most 2000");
    }
    let mut writes = Vec::new();
    for row in &rows {
        let number = |key: &str| row.get(key).and_then(Value::as_u64);
        let (name, entry) = match (number("variant_id"), number("product_id")) {
            (Some(id), _) => (format!("variant_id {id}"), desk.shelf.by_id(id)),
            (None, Some(id)) => (format!("product_id {id}"), desk.shelf.of_group(id).next()),
            (None, None) => (String::new(), None),
        };
        let Some(entry) = entry else {
            return error(422, &format!("[Item with {name} not found]"));
        };
        let by_product = number("product_id").is_some();
        if by_product != (tracking(entry) == "product") {
            let other = if by_product { "variant" } else { "product" };
            return error(
                422,
                &format!("[Item with {name} is tracked by {other}, please update stock by {other} id]"),
            );
        }
        if desk.refuses(&entry.sku).is_some() {
            return error(422, &format!("[Item with {name} was refused for the test]"));
        }
        let quantity = row.get("quantity").and_then(Value::as_i64).unwrap_or(-1);
        // "The Inventory API does not save" what is above.
        let verdict = if (0..=2_147_483_647).contains(&quantity) {
            RowVerdict::Applied
        } else {
            RowVerdict::Refused { code: "range".to_owned(), message: "not saved".to_owned() }
        };
        // What a product counts is shown by each of its variants.
        let counted = desk.shelf.of_group(entry.group).filter(|one| one.id == entry.id || by_product);
        writes.extend(counted.map(|one| Row { sku: one.sku.clone(), quantity, verdict: verdict.clone() }));
    }
    let transaction = format!("tx-{}", desk.shelf.number());
    let ready_us = desk.now_us + desk.job_us;
    desk.shelf.take_on(transaction.clone(), ready_us, writes);
    json(200, &value!({ "transaction_id": transaction }))
}
