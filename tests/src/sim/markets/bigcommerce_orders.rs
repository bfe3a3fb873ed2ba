//! BigCommerce's orders (version 2), and its webhooks.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine, euros};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let ["stores", _, "v2", "orders", rest @ ..] = parts.as_slice() else { return None };
    Some(match (call.method.as_str(), rest) {
        ("GET", []) => Operation::new("orders", Kind::Read).official("get", "/orders"),
        ("GET", [_]) => Operation::new("order", Kind::Read).official("get", "/orders/{order_id}"),
        ("GET", [_, "products"]) => {
            Operation::new("order products", Kind::Read).official("get", "/orders/{order_id}/products")
        }
        ("GET", [_, "shipping_addresses"]) => Operation::new("order addresses", Kind::Read)
            .official("get", "/orders/{order_id}/shipping_addresses"),
        ("POST", [_, "shipments"]) => {
            Operation::new("shipments", Kind::Write).official("post", "/orders/{order_id}/shipments")
        }
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    if !operation.name.starts_with("order") && operation.name != "shipments" {
        return None;
    }
    if operation.name == "orders" {
        return Some(list(call, desk));
    }
    let id = call.parts().get(4).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    let Some(sold) = desk.shelf.order(id) else {
        return Some(json(
            404,
            &value!([{"status": 404, "message": "The requested resource was not found."}]),
        ));
    };
    Some(match operation.name {
        "order" => json(200, &order(sold)),
        "order products" => json(200, &sold.lines.iter().map(|line| product(sold, line)).collect::<Value>()),
        "order addresses" => {
            let mut place = address();
            place["id"] = value!(sold.id + 1);
            place["order_id"] = value!(sold.id);
            json(200, &value!([place]))
        }
        _ => {
            let body = call.json();
            let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            sold.stage = "shipped";
            sold.shipments.push((text("comments"), text("tracking_number")));
            json(201, &value!({"id": 1, "order_id": sold.id}))
        }
    })
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let (limit, page): (usize, usize) =
        (call.query("limit").parse().unwrap_or(50), call.query("page").parse().unwrap_or(1));
    let since = call.query("min_date_modified");
    let now_us = desk.now_us;
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us).as_str() >= since)
        .skip((page.max(1) - 1) * limit)
        .take(limit)
        .map(order)
        .collect();
    if all.is_empty() {
        return Response::builder().status(204).body(axum::body::Body::empty()).unwrap_or_default();
    }
    json(200, &Value::Array(all))
}

fn dated(us: i64) -> String {
    let timestamp = jiff::Timestamp::from_second(us.div_euclid(1_000_000)).unwrap_or_default();
    timestamp.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn address() -> Value {
    value!({"first_name": "Ada", "last_name": "Lovelace", "company": "", "street_1": "12 St James's Square", "street_2": "",
        "city": "London", "state": "", "zip": "SW1Y 4JH", "country": "United Kingdom", "country_iso2": "GB", "phone": "020",
        "email": "ada@example.com"})
}

fn order(sold: &Sold) -> Value {
    let (id, status) = match sold.stage {
        "unpaid" => (7, "Awaiting Payment"),
        "shipped" => (2, "Shipped"),
        "cancelled" => (5, "Cancelled"),
        _ => (11, "Awaiting Fulfillment"),
    };
    value!({"id": sold.id, "status_id": id, "status": status, "date_created": dated(sold.placed_us),
        "date_modified": dated(sold.changed_us), "currency_code": sold.currency, "default_currency_code": sold.currency,
        "shipping_cost_ex_tax": "4.9000", "shipping_cost_tax": "0.9300", "discount_amount": "0.0000", "coupon_discount": "0.0000",
        "customer_message": "", "is_deleted": false, "billing_address": address()})
}

fn product(sold: &Sold, line: &SoldLine) -> Value {
    let (cents, tax) = Sold::cents(line);
    let sent = if sold.stage == "shipped" { line.quantity } else { 0 };
    value!({"id": line.id, "order_id": sold.id, "product_id": line.group, "variant_id": line.listing, "order_address_id": sold.id + 1,
        "name": format!("Title of {}", line.sku), "sku": line.sku, "quantity": line.quantity, "quantity_shipped": sent,
        "quantity_refunded": line.cancelled + line.returned, "total_ex_tax": euros(cents), "total_tax": euros(tax)})
}

/// A webhook `store/order/updated` as BigCommerce sends it: headers and body.
#[must_use]
pub fn webhook(sold: &Sold, client_secret: &str, at_s: i64) -> (Vec<(String, String)>, Vec<u8>) {
    let body = value!({"scope": "store/order/updated", "store_id": "1000", "producer": "stores/simhash", "created_at": at_s,
        "data": {"type": "order", "id": sold.id}, "hash": format!("{:040x}", sold.changed_us)})
    .to_string();
    let id = format!("msg_{}_{}", sold.id, sold.changed_us);
    let text = format!("{id}.{at_s}.{body}");
    let mac = Hmac::<Sha256>::new_from_slice(client_secret.as_bytes()).map(|mac| mac.chain_update(text));
    let signature = mac.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", at_s.to_string()),
        ("webhook-signature", format!("v1,{signature}")),
    ];
    (headers.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(), body.into_bytes())
}
