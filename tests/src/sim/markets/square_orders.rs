//! Square's orders, and its webhooks.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, SentBack, Sold, SoldLine};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;

/// Where the application said that it wants its webhooks.
pub const WEBHOOK_URL: &str = "https://shop.example/wp-json/onhand/v1/webhooks/square/0123";

pub(super) fn operation(call: &Call) -> Option<Operation> {
    const SEARCH: &str = "/v2/orders/search";
    const BATCH: &str = "/v2/orders/batch-retrieve";
    Some(match (call.method.as_str(), call.path.as_str()) {
        ("POST", SEARCH) => Operation::new("orders", Kind::Read).official("post", SEARCH),
        ("POST", BATCH) => Operation::new("orders by id", Kind::Read).official("post", BATCH),
        ("GET", path) if path.starts_with("/v2/orders/") => {
            Operation::new("order", Kind::Read).official("get", "/v2/orders/{order_id}")
        }
        ("PUT", path) if path.starts_with("/v2/orders/") => {
            Operation::new("update order", Kind::Write).official("put", "/v2/orders/{order_id}")
        }
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    let body = call.json();
    Some(match operation.name {
        "orders" => search(&body, desk),
        "orders by id" => {
            let ids = body["order_ids"].as_array().cloned().unwrap_or_default();
            let known = everything(desk).into_iter().map(|(_, order)| order);
            json(
                200,
                &value!({ "orders": known.filter(|order| ids.contains(&order["id"])).collect::<Vec<_>>() }),
            )
        }
        "order" | "update order" => {
            let id = call.parts().get(2).map_or(0, |id| number(id));
            let Some(sold) = desk.shelf.order(id) else {
                return Some(json(
                    404,
                    &value!({"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND",
                    "detail": "Order not found"}]}),
                ));
            };
            if operation.name == "update order" {
                let details = &body["order"]["fulfillments"][0]["shipment_details"];
                let text = |key: &str| details[key].as_str().unwrap_or_default().to_owned();
                sold.stage = "shipped";
                sold.shipments.push((text("carrier"), text("tracking_number")));
            }
            json(200, &value!({ "order": order(sold) }))
        }
        _ => return None,
    })
}

fn search(body: &Value, desk: &mut Desk<'_>) -> Response {
    let query = &body["query"];
    if query["sort"]["sort_field"] != "UPDATED_AT" {
        desk.violation("the sort field is to be the filtered one");
    }
    let since =
        query["filter"]["date_time_filter"]["updated_at"]["start_at"].as_str().unwrap_or_default().to_owned();
    let limit = body["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(500);
    let from: usize = body["cursor"].as_str().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let all: Vec<Value> = everything(desk)
        .into_iter()
        .filter(|(listed_us, order)| {
            *listed_us <= desk.now_us && order["updated_at"].as_str().is_some_and(|at| at >= since.as_str())
        })
        .map(|(_, order)| order)
        .collect();
    let more = all.len() > from + limit;
    let orders: Vec<Value> = all.into_iter().skip(from).take(limit).collect();
    let mut page = value!({ "orders": orders });
    if more {
        page["cursor"] = value!((from + limit).to_string());
    }
    json(200, &page)
}

/// Sales and returns, each with when it shows up in lists.
fn everything(desk: &Desk<'_>) -> Vec<(i64, Value)> {
    let sales = desk.shelf.sold.iter().map(|sold| (sold.listed_us, order(sold)));
    let returns = desk.shelf.returns.iter().map(|back| (back.changed_us, sent_back(back)));
    sales.chain(returns).collect()
}

/// "We model returns and refunds with a separate return Order": the sale stays as it was.
fn sent_back(back: &SentBack) -> Value {
    let at = rfc3339_seconds(back.changed_us);
    let mut lines: Vec<Value> = back
        .lines
        .iter()
        .map(|(line, units)| {
            value!({"uid": format!("back-{line}"), "source_line_item_uid": format!("line-{line}"), "name": "Title",
                "quantity": units.to_string(), "item_type": "ITEM"})
        })
        .collect();
    if lines.is_empty() {
        lines.push(value!({"uid": "back-money", "quantity": "1", "item_type": "CUSTOM_AMOUNT",
            "base_price_money": {"amount": 100, "currency": "EUR"}}));
    }
    value!({
        "id": name(back.id), "location_id": "LSIMULATED", "state": if back.open { "OPEN" } else { "COMPLETED" },
        "created_at": at, "updated_at": at, "total_money": {"amount": 0, "currency": "EUR"},
        "returns": [{"uid": "r1", "source_order_id": name(back.of), "return_line_items": lines}],
    })
}

fn name(id: u64) -> String {
    format!("ORDER{id}")
}

fn number(name: &str) -> u64 {
    name.trim_start_matches("ORDER").parse().unwrap_or(0)
}

fn order(sold: &Sold) -> Value {
    let money = |cents: i64| value!({"amount": cents, "currency": sold.currency});
    let state = match sold.stage {
        "shipped" => "COMPLETED",
        "cancelled" => "CANCELED",
        _ => "OPEN",
    };
    let line = |line: &SoldLine| {
        let (cents, tax) = Sold::cents(line);
        value!({"uid": format!("line-{}", line.id), "name": format!("Title of {}", line.sku), "quantity": line.quantity.to_string(),
            "catalog_object_id": format!("V{:06}", line.listing), "item_type": "ITEM", "base_price_money": money(1000),
            "total_tax_money": money(tax), "total_money": money(cents + tax)})
    };
    let total: i64 = sold.lines.iter().map(|line| Sold::cents(line).0 + Sold::cents(line).1).sum();
    let mut order = value!({
        "id": name(sold.id), "location_id": "LSIMULATED", "state": state, "version": 1,
        "created_at": rfc3339_seconds(sold.placed_us), "updated_at": rfc3339_seconds(sold.changed_us),
        "line_items": sold.lines.iter().map(line).collect::<Vec<_>>(), "total_money": money(total),
    });
    // A ticket on the till has none yet.
    if sold.stage != "unpaid" {
        order["fulfillments"] = value!([{"uid": "f1", "type": "SHIPMENT", "state": if sold.stage == "shipped" { "COMPLETED" } else { "PROPOSED" },
            "shipment_details": {"recipient": {"display_name": "Ada Lovelace", "email_address": "ada@example.com", "phone_number": "020",
                "address": {"address_line_1": "12 St James's Square", "locality": "London", "postal_code": "SW1Y 4JH", "country": "GB"}}}}]);
    }
    order
}

/// A webhook `order.updated` as Square sends it: headers and body.
#[must_use]
pub fn webhook(sold: &Sold, key: &str, at_s: i64) -> (Vec<(String, String)>, Vec<u8>) {
    let at = rfc3339_seconds(at_s.saturating_mul(1_000_000));
    let body = value!({"merchant_id": "M1", "type": "order.updated", "event_id": format!("event-{}-{}", sold.id, sold.changed_us),
        "created_at": at, "data": {"type": "order_updated", "id": name(sold.id),
            "object": {"order_updated": {"order_id": name(sold.id), "state": "OPEN", "version": 1}}}})
    .to_string();
    let text = format!("{WEBHOOK_URL}{body}");
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map(|mac| mac.chain_update(text));
    let signature = mac.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    (vec![("x-square-hmacsha256-signature".to_owned(), signature)], body.into_bytes())
}
