//! Allegro's orders: checkout forms.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::{json, reply};
use crate::sim::rest::{Call, Desk, Operation, Sold, euros};
use axum::response::Response;
use serde_json::{Value, json as value};

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let ["order", "checkout-forms", rest @ ..] = parts.as_slice() else { return None };
    Some(match (call.method.as_str(), rest) {
        ("GET", []) => Operation::new("orders", Kind::Read),
        ("GET", [_]) => Operation::new("order", Kind::Read),
        ("POST", [_, "shipments"]) => Operation::new("shipments", Kind::Write),
        ("PUT", [_, "fulfillment"]) => Operation::new("fulfillment", Kind::Write),
        _ => return None,
    })
}

/// `None`: not about orders.
pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    if operation.name == "orders" {
        return Some(list(call, desk));
    }
    if !["order", "shipments", "fulfillment"].contains(&operation.name) {
        return None;
    }
    let id = call.parts().get(2).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    let Some(sold) = desk.shelf.order(id) else {
        return Some(json(
            404,
            &value!({"errors": [{"code": "NOT_FOUND", "message": "There is no such order"}]}),
        ));
    };
    let body = call.json();
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(match operation.name {
        "order" => json(200, &order(sold)),
        "shipments" => {
            let lines = body.get("lineItems").and_then(Value::as_array).cloned().unwrap_or_default();
            let known = |line: &Value| sold.lines.iter().any(|own| line["id"] == value!(own.id.to_string()));
            if !lines.iter().all(known) || (text("carrierId") == "OTHER" && text("carrierName").is_empty()) {
                return Some(json(
                    422,
                    &value!({"errors": [{"code": "VALIDATION", "message": "lineItems"}]}),
                ));
            }
            sold.shipments.push((text("carrierId"), text("waybill")));
            json(201, &value!({"id": "1", "waybill": text("waybill")}))
        }
        _ => {
            sold.stage = if text("status") == "SENT" { "shipped" } else { sold.stage };
            reply(204, "application/json", String::new())
        }
    })
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (offset, limit) = (number("offset", 0), number("limit", 100));
    if limit > 100 || offset + limit > 10_000 {
        desk.violation("limit is at most 100, and offset and limit at most 10000");
    }
    let (since, now_us) = (call.query("updatedAt.gte"), desk.now_us);
    let all: Vec<&Sold> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us).as_str() >= since)
        .collect();
    let page: Vec<Value> = all.iter().skip(offset).take(limit).map(|sold| order(sold)).collect();
    json(200, &value!({"checkoutForms": page, "count": page.len(), "totalCount": all.len()}))
}

fn order(sold: &Sold) -> Value {
    let (status, done) = match sold.stage {
        "unpaid" => ("FILLED_IN", "NEW"),
        "shipped" => ("READY_FOR_PROCESSING", "SENT"),
        "cancelled" => ("CANCELLED", "CANCELLED"),
        _ => ("READY_FOR_PROCESSING", "NEW"),
    };
    let money = |cents: i64| value!({"amount": euros(cents), "currency": sold.currency});
    let lines: Vec<Value> = sold
        .lines
        .iter()
        .map(|line| {
            value!({"id": line.id.to_string(), "quantity": line.quantity, "price": money(1190), "originalPrice": money(1190),
                "offer": {"id": line.listing.to_string(), "name": format!("Title of {}", line.sku), "external": {"id": line.sku}},
                "tax": {"rate": "19.00"}, "boughtAt": rfc3339_seconds(sold.placed_us)})
        })
        .collect();
    value!({"id": sold.id.to_string(), "status": status, "updatedAt": rfc3339_seconds(sold.changed_us), "revision": "1",
        "messageToSeller": null, "lineItems": lines, "surcharges": [], "summary": {"totalToPay": money(1680)},
        "fulfillment": {"status": done, "provider": {"id": "SELLER"}, "shipmentSummary": {"lineItemsSent": "NONE"}},
        "buyer": {"id": "1", "email": "abc+ada@allegromail.pl", "login": "ada", "guest": false, "firstName": "Ada",
            "lastName": "Lovelace", "companyName": null, "phoneNumber": "020",
            "address": {"street": "12 St James's Square", "city": "London", "postCode": "SW1Y 4JH", "countryCode": "GB"}},
        "delivery": {"method": {"id": "1", "name": "Kurier"}, "cost": money(490), "pickupPoint": null,
            "address": {"firstName": "Ada", "lastName": "Lovelace", "street": "12 St James's Square", "city": "London",
                "zipCode": "SW1Y 4JH", "countryCode": "GB", "companyName": null, "phoneNumber": "020"}}})
}
