//! Amazon's orders (2026-01-01), and the confirmation of shipments (v0).

use super::amazon::error;
use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine, euros};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["orders", "2026-01-01", "orders"]) => Operation::new("orders", Kind::Read)
            .official("get", "/orders/2026-01-01/orders")
            .limited(0.0056, SECOND, 20.0),
        ("GET", ["orders", "2026-01-01", "orders", _]) => Operation::new("order", Kind::Read)
            .official("get", "/orders/2026-01-01/orders/{orderId}")
            .limited(0.5, SECOND, 30.0),
        ("POST", ["orders", "v0", "orders", _, "shipmentConfirmation"]) => {
            Operation::new("ship", Kind::Write)
                .official("post", "/orders/v0/orders/{orderId}/shipmentConfirmation")
                .limited(2.0, SECOND, 10.0)
        }
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    let id = call.parts().get(3).map_or(0, |name| number(name));
    Some(match operation.name {
        "orders" => list(call, desk),
        "order" => match desk.shelf.order(id) {
            Some(sold) => json(200, &value!({ "order": order(sold, call.query("includedData")) })),
            None => error(404, "NotFound", "The order was not found"),
        },
        "ship" => {
            let body = call.json();
            let text = |key: &str| {
                body.pointer(&format!("/packageDetail/{key}"))
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let Some(sold) = desk.shelf.order(id) else {
                return Some(error(404, "NotFound", "The order was not found"));
            };
            sold.stage = "shipped";
            sold.shipments.push((text("carrierName"), text("trackingNumber")));
            Response::builder().status(204).body(axum::body::Body::empty()).unwrap_or_default()
        }
        _ => return None,
    })
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    if call.query("createdAfter").is_empty() == call.query("lastUpdatedAfter").is_empty() {
        return error(400, "InvalidInput", "Exactly one of createdAfter and lastUpdatedAfter is needed");
    }
    let size: usize = call.query("maxResultsPerPage").parse().unwrap_or(20);
    let from: usize = call.query("paginationToken").parse().unwrap_or(0);
    let since = call.query("lastUpdatedAfter");
    let now_us = desk.now_us;
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us).as_str() >= since)
        .map(|sold| order(sold, call.query("includedData")))
        .collect();
    let total = all.len();
    let orders: Vec<Value> = all.into_iter().skip(from).take(size).collect();
    let mut page = value!({ "orders": orders, "lastUpdatedBefore": rfc3339_seconds(now_us) });
    if from + size < total {
        page["pagination"] = value!({ "nextToken": (from + size).to_string() });
    }
    json(200, &page)
}

fn name(id: u64) -> String {
    format!("302-{id:07}-{id:07}")
}

fn number(name: &str) -> u64 {
    name.rsplit('-').next().and_then(|id| id.parse().ok()).unwrap_or(0)
}

fn order(sold: &Sold, included: &str) -> Value {
    let has = |what: &str| included.split(',').any(|one| one == what);
    let status = match sold.stage {
        "unpaid" => "PENDING",
        "shipped" => "SHIPPED",
        "cancelled" => "CANCELLED",
        _ => "UNSHIPPED",
    };
    let money = |cents: i64| value!({"amount": euros(cents), "currencyCode": sold.currency});
    let line = |line: &SoldLine| {
        let (cents, tax) = Sold::cents(line);
        let sent = if sold.stage == "shipped" { line.quantity - line.cancelled } else { 0 };
        let mut item = value!({"orderItemId": line.id.to_string(), "quantityOrdered": line.quantity,
            "product": {"asin": "B000000001", "title": format!("Title of {}", line.sku), "sellerSku": line.sku},
            "fulfillment": {"quantityFulfilled": sent, "quantityUnfulfilled": line.quantity - sent}});
        if has("PROCEEDS") {
            item["proceeds"] = value!({"breakdowns": [
                {"type": "ITEM", "subtotal": money(cents)}, {"type": "TAX", "subtotal": money(tax)},
                {"type": "SHIPPING", "subtotal": money(490)}]});
        }
        if has("CANCELLATION") && line.cancelled > 0 {
            item["cancellation"] =
                value!({"cancellationExecution": {"cancelledBy": "BUYER", "cancelReason": "OTHER"}});
        }
        item
    };
    let mut order = value!({
        "orderId": name(sold.id), "createdTime": rfc3339_seconds(sold.placed_us),
        "lastUpdatedTime": rfc3339_seconds(sold.changed_us),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": "ATVPDKIKX0DER", "marketplaceName": "Amazon.com"},
        "orderItems": sold.lines.iter().map(line).collect::<Vec<_>>(),
    });
    if has("FULFILLMENT") {
        order["fulfillment"] = value!({"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"});
    }
    if has("BUYER") {
        order["buyer"] = value!({"buyerName": "Ada Lovelace", "buyerEmail": "x1@marketplace.amazon.com"});
    }
    if has("RECIPIENT") {
        order["recipient"] = value!({"deliveryAddress": {"name": "Ada Lovelace", "addressLine1": "12 St James's Square",
            "city": "London", "postalCode": "SW1Y 4JH", "countryCode": "GB", "phone": "020"}});
    }
    order
}
