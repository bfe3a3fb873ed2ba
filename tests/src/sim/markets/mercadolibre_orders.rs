//! Mercado Libre's orders and their shipments.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine};
use axum::response::Response;
use serde_json::{Value, json as value};

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["orders", "search"]) => Operation::new("orders", Kind::Read),
        ("GET", ["orders", _]) => Operation::new("order", Kind::Read),
        ("GET", ["shipments", _]) => Operation::new("shipment", Kind::Read),
        ("PUT", ["shipments", _]) => Operation::new("ship", Kind::Write),
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    if operation.name == "orders" {
        return Some(list(call, desk));
    }
    if !matches!(operation.name, "order" | "shipment" | "ship") {
        return None;
    }
    let id: u64 = call.parts().get(1).and_then(|id| id.parse().ok()).unwrap_or(0);
    let is_order = operation.name == "order";
    let format_new = call.header("x-format-new") == "true";
    let Some(sold) = desk.shelf.order(if is_order { id } else { id.saturating_sub(SHIPMENTS) }) else {
        return Some(json(
            404,
            &value!({"message": "not found", "error": "not_found", "status": 404, "cause": []}),
        ));
    };
    Some(match operation.name {
        "order" => json(200, &order(sold)),
        "ship" => {
            let body = call.json();
            let tracking = body.get("tracking_number").and_then(Value::as_str).unwrap_or_default().to_owned();
            sold.shipments.push((String::new(), tracking));
            sold.stage = "shipped";
            json(200, &shipment(sold))
        }
        _ => {
            let reply = json(200, &shipment(sold));
            if !format_new {
                desk.violation("shipments need x-format-new: true");
            }
            reply
        }
    })
}

/// Shipments have numbers of their own.
const SHIPMENTS: u64 = 40_000_000_000;

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let (limit, offset): (usize, usize) =
        (call.query("limit").parse().unwrap_or(51), call.query("offset").parse().unwrap_or(0));
    if limit > 51 || call.query("seller").is_empty() {
        desk.violation("limit is at most 51, and seller is required");
    }
    let since = call.query("order.date_last_updated.from");
    let now_us = desk.now_us;
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us).as_str() >= since)
        .map(order)
        .collect();
    let total = all.len();
    let some: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    json(200, &value!({"results": some, "paging": {"total": total, "offset": offset, "limit": limit}}))
}

fn order(sold: &Sold) -> Value {
    let status = match sold.stage {
        "unpaid" => "payment_required",
        "cancelled" => "cancelled",
        _ => "paid",
    };
    let line = |line: &SoldLine| {
        value!({"item": {"id": format!("MLA{}", line.group), "title": format!("Title of {}", line.sku), "variation_id": line.listing,
                "seller_sku": line.sku, "seller_custom_field": null},
            "quantity": line.quantity, "unit_price": 10.0, "full_unit_price": 12.0, "currency_id": sold.currency, "sale_fee": 1.0})
    };
    value!({
        "id": sold.id, "status": status, "date_created": rfc3339_seconds(sold.placed_us),
        "last_updated": rfc3339_seconds(sold.changed_us), "currency_id": sold.currency, "pack_id": null,
        "order_items": sold.lines.iter().map(line).collect::<Vec<_>>(), "payments": [{"id": 1, "shipping_cost": 4.9}],
        "buyer": {"id": 7, "nickname": "ADA"}, "shipping": {"id": SHIPMENTS + sold.id}, "total_amount": 0, "tags": [],
    })
}

fn shipment(sold: &Sold) -> Value {
    value!({"id": SHIPMENTS + sold.id, "status": if sold.stage == "shipped" { "shipped" } else { "pending" },
        "logistic": {"mode": "custom", "type": "custom", "direction": "forward"},
        "destination": {"receiver_name": "Ada Lovelace", "receiver_phone": "020", "shipping_address": {
            "address_line": "St James's Square 12", "comment": "", "zip_code": "SW1Y 4JH", "city": {"id": "c", "name": "London"},
            "state": {"id": "GB-LND", "name": "London"}, "country": {"id": "GB", "name": "United Kingdom"}}}})
}
