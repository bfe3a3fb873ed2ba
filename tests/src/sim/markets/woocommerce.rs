//! The REST API of another WooCommerce store.

use super::woocommerce_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The store. Products of an even number are variable, those of an odd one simple with their only variation.
pub struct WooCommerce;

const SIMPLE: &str = "simple";

pub(super) fn error(status: u16, code: &str, message: &str) -> Response {
    json(status, &value!({"code": code, "message": message, "data": {"status": status}}))
}

fn invalid_id(of: &str) -> (String, &'static str) {
    (format!("woocommerce_rest_{of}_invalid_id"), "Invalid ID.")
}

impl Rules for WooCommerce {
    fn operation(&self, call: &Call) -> Option<Operation> {
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let rest = match parts.as_slice() {
            ["wp-json", "wc", "v3", "products", rest @ ..] => rest,
            ["wp-json", "wc", "v3", "orders", rest @ ..] => return orders::operation(&call.method, rest),
            _ => return None,
        };
        Some(match (call.method.as_str(), rest) {
            ("GET", []) => Operation::new("products", Kind::Read),
            ("POST", ["batch"]) => Operation::new("batch", Kind::Write),
            ("GET", [_, "variations"]) => Operation::new("variations", Kind::Read),
            ("POST", [_, "variations", "batch"]) => Operation::new("variations batch", Kind::Write),
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, _: &Desk<'_>) -> Result<(), Response> {
        if call.basic() == Some(("ck_simulated".to_owned(), "cs_simulated".to_owned())) {
            return Ok(());
        }
        Err(self.revoked(Kind::Read))
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(answer) = orders::answer(operation, call, desk) {
            return answer;
        }
        let product = call.parts().get(4).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
        match operation.name {
            "products" => products(call, desk),
            "variations" => {
                let of: Vec<&Entry> = desk.shelf.of_group(product).collect();
                if of.is_empty() {
                    let (code, message) = invalid_id("product");
                    return error(404, &code, message);
                }
                page(call, of.into_iter().map(variation).collect())
            }
            name => batch(call, desk, (name != "batch").then_some(product)),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        // What a host's own limiter says.
        with_retry_after(error(429, "too_many_requests", "Too many requests"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "internal_server_error", "There has been a critical error on this website.")
    }

    fn revoked(&self, _: Kind) -> Response {
        error(401, "woocommerce_rest_authentication_error", "Consumer key is invalid.")
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "rest_invalid_param", problem)
    }
}

/// Simple products are those of one variation.
fn is_simple(desk: &Desk<'_>, group: u64) -> bool {
    desk.shelf.of_group(group).all(|entry| entry.extra.as_str() == Some(SIMPLE))
}

fn variation(entry: &Entry) -> Value {
    value!({"id": entry.id, "name": entry.title, "type": "variation", "sku": entry.sku,
        "global_unique_id": entry.gtin, "manage_stock": true, "stock_quantity": entry.quantity})
}

pub(super) fn page(call: &Call, all: Vec<Value>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (page, size) = (number("page", 1), number("per_page", 10));
    let wanted: Vec<&str> = call.query("include").split(',').filter(|id| !id.is_empty()).collect();
    if size > 100 {
        return error(
            400,
            "rest_invalid_param",
            "per_page must be between 1 (inclusive) and 100 (inclusive)",
        );
    }
    let is_wanted = |one: &Value| {
        let id = one.get("id").map(ToString::to_string).unwrap_or_default();
        wanted.is_empty() || wanted.contains(&id.as_str())
    };
    let some: Vec<Value> =
        all.into_iter().filter(is_wanted).skip((page.max(1) - 1) * size).take(size).collect();
    json(200, &Value::Array(some))
}

fn products(call: &Call, desk: &Desk<'_>) -> Response {
    let mut groups: Vec<u64> = desk.shelf.entries.iter().map(|entry| entry.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let all = groups.into_iter().filter_map(|group| {
        let first = desk.shelf.of_group(group).next()?;
        if is_simple(desk, group) {
            let mut product = variation(first);
            if let Value::Object(product) = &mut product {
                product.insert("type".to_owned(), value!(SIMPLE));
            }
            return Some(product);
        }
        Some(value!({"id": group, "name": format!("Product {group}"), "type": "variable", "sku": "", "manage_stock": false,
            "stock_quantity": null}))
    });
    page(call, all.collect())
}

fn batch(call: &Call, desk: &mut Desk<'_>, product: Option<u64>) -> Response {
    let rows = call.json().get("update").and_then(Value::as_array).cloned().unwrap_or_default();
    if rows.len() > 100 {
        desk.violation("a batch is at most 100");
        return error(
            413,
            "woocommerce_rest_request_entity_too_large",
            "Unable to accept more than 100 items",
        );
    }
    let mut answers = Vec::new();
    for row in &rows {
        let id = row.get("id").and_then(Value::as_u64).unwrap_or(0);
        let refused = |code: &str, message: &str| value!({"id": id, "error": {"code": code, "message": message, "data": {"status": 400}}});
        let known = desk.shelf.by_id(id).filter(|entry| match product {
            Some(product) => entry.group == product,
            None => entry.extra.as_str() == Some(SIMPLE),
        });
        let Some(entry) = known.cloned() else {
            let (code, message) = invalid_id(if product.is_some() { "product_variation" } else { "product" });
            answers.push(refused(&code, message));
            continue;
        };
        if let Some(code) = desk.refuses(&entry.sku) {
            answers.push(refused(&code, "The row was refused for the test"));
            continue;
        }
        let quantity = row.get("stock_quantity").and_then(Value::as_i64);
        if row.get("manage_stock") == Some(&value!(true))
            && let Some(quantity) = quantity
        {
            desk.shelf.set(&entry.sku, quantity);
        }
        if let Some(price) = row.get("regular_price") {
            match price.as_str() {
                Some(price) => desk.shelf.price(&entry.sku, price, ""),
                None => desk.violation("regular_price is text"),
            }
        }
        answers.extend(desk.shelf.by_id(id).map(variation));
    }
    json(200, &value!({ "update": answers }))
}
