//! Squarespace's orders.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::{json, reply};
use crate::sim::rest::{Call, Desk, Operation, Sold, euros};
use axum::response::Response;
use serde_json::{Value, json as value};

const PAGE: usize = 50;

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["1.0", "commerce", "orders"]) => Operation::new("orders", Kind::Read),
        ("GET", ["1.0", "commerce", "orders", _]) => Operation::new("order", Kind::Read),
        ("POST", ["1.0", "commerce", "orders", _, "fulfillments"]) => Operation::new("fulfil", Kind::Write),
        _ => return None,
    })
}

/// `None`: not about orders.
pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    if operation.name == "orders" {
        return Some(list(call, desk));
    }
    if !["order", "fulfil"].contains(&operation.name) {
        return None;
    }
    let id = call.parts().get(3).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    let Some(sold) = desk.shelf.order(id) else {
        return Some(json(404, &value!({"type": "NOT_FOUND", "message": "There is no such order"})));
    };
    if operation.name == "order" {
        return Some(json(200, &order(sold)));
    }
    let parcel = call.json().pointer("/shipments/0").cloned().unwrap_or_default();
    let text = |key: &str| parcel.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    if sold.stage != "open" || text("shipDate").is_empty() || text("carrierName").is_empty() {
        return Some(json(400, &value!({"type": "INVALID_REQUEST_ERROR", "message": "shipments"})));
    }
    sold.stage = "shipped";
    sold.shipments.push((text("carrierName"), text("trackingNumber")));
    Some(reply(204, "application/json", String::new()))
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let (cursor, after, before) =
        (call.query("cursor"), call.query("modifiedAfter"), call.query("modifiedBefore"));
    if !(cursor.is_empty() || after.is_empty() && before.is_empty()) {
        desk.violation("a cursor stands alone");
    }
    if after.is_empty() != before.is_empty() {
        desk.violation("modifiedAfter and modifiedBefore belong together");
    }
    // What was asked for first is in the cursor.
    let (from, since) = cursor.split_once('|').unwrap_or(("0", after));
    let (from, since) = (from.parse::<usize>().unwrap_or(0), since.to_owned());
    let now_us = desk.now_us;
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us) >= since)
        .map(order)
        .collect();
    let more = from + PAGE < all.len();
    let next = if more { value!(format!("{}|{since}", from + PAGE)) } else { Value::Null };
    let page: Vec<Value> = all.into_iter().skip(from).take(PAGE).collect();
    json(200, &value!({"result": page, "pagination": {"hasNextPage": more, "nextPageCursor": next}}))
}

fn order(sold: &Sold) -> Value {
    let status = match sold.stage {
        "shipped" => "FULFILLED",
        "cancelled" => "CANCELED",
        _ => "PENDING",
    };
    let money = |cents: i64| value!({"value": euros(cents), "currency": sold.currency});
    let place = value!({"firstName": "Ada", "lastName": "Lovelace", "address1": "12 St James's Square", "address2": null,
        "city": "London", "state": null, "countryCode": "GB", "postalCode": "SW1Y 4JH", "phone": "020"});
    let lines: Vec<Value> = sold
        .lines
        .iter()
        .map(|line| {
            value!({"id": format!("{:024}", line.id), "variantId": format!("00000000-0000-4000-8000-{:012}", line.listing),
                "sku": line.sku, "productId": format!("{:024}", line.group), "productName": format!("Title of {}", line.sku),
                "quantity": line.quantity, "unitPricePaid": money(1000), "lineItemType": "PHYSICAL_PRODUCT"})
        })
        .collect();
    let sums = sold.lines.iter().map(Sold::cents).fold((0, 0), |sum, line| (sum.0 + line.0, sum.1 + line.1));
    value!({"id": format!("{:024}", sold.id), "orderNumber": sold.id.to_string(), "createdOn": rfc3339_seconds(sold.placed_us),
        "modifiedOn": rfc3339_seconds(sold.changed_us), "channel": "web", "testmode": false, "customerEmail": "ada@example.com",
        "billingAddress": place, "shippingAddress": place, "fulfillmentStatus": status, "lineItems": lines,
        "shippingLines": [{"method": "Flat Rate", "amount": money(490)}], "discountLines": [],
        "subtotal": money(sums.0), "shippingTotal": money(490), "discountTotal": money(0), "taxTotal": money(sums.1),
        "refundedTotal": money(0), "grandTotal": money(sums.0 + sums.1 + 490), "priceTaxInterpretation": "EXCLUSIVE"})
}
