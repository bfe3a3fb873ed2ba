//! bol's orders: a list of numbers, and each order by itself.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine};
use crate::sim::signing;
use axum::response::Response;
use serde_json::{Value, json as value};

/// bol's own page size.
const PAGE: usize = 50;

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["retailer", "orders"]) => {
            Operation::new("orders", Kind::Read).official("get", "/retailer/orders")
        }
        ("GET", ["retailer", "orders", _]) => {
            Operation::new("order", Kind::Read).official("get", "/retailer/orders/{order-id}")
        }
        ("POST", ["retailer", "shipments"]) => {
            Operation::new("ship", Kind::Write).official("post", "/retailer/shipments")
        }
        ("GET", ["retailer", "subscriptions", "signature-keys"]) => {
            Operation::new("keys", Kind::Read).official("get", "/retailer/subscriptions/signature-keys")
        }
        _ => return None,
    })
}

/// A push notification of an order, as bol makes and signs it.
#[must_use]
pub fn webhook(sold: &Sold, at_s: i64) -> (Vec<(String, String)>, Vec<u8>) {
    let body = value!({"retailerId": 1_234_567, "timestamp": rfc3339_seconds(at_s * 1_000_000),
        "event": {"resource": "ORDER", "type": "CREATED", "resourceId": sold.id.to_string()}})
    .to_string()
    .into_bytes();
    let header = format!("keyId=0, algorithm=\"rsa-sha256\", signature={}", signing::rsa_sign(&body));
    (vec![("signature".into(), header)], body)
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    Some(match operation.name {
        "orders" => list(call, desk),
        "keys" => json(
            200,
            &value!({"signatureKeys": [{"id": "0", "type": "RSA", "publicKey": signing::rsa_public()}]}),
        ),
        "order" => {
            let id = call.parts().get(2).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
            match desk.shelf.order(id) {
                Some(sold) => json(200, &order(sold)),
                None => json(
                    404,
                    &value!({"type": "https://api.bol.com/problems", "title": "Not found", "status": 404,
                    "detail": "Order not found"}),
                ),
            }
        }
        "ship" => {
            let body = call.json();
            let text = |key: &str| body.pointer(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let line = text("/orderItems/0/orderItemId").parse::<u64>().unwrap_or(0);
            let of_line = |sold: &&mut Sold| sold.lines.iter().any(|one| one.id == line);
            if let Some(sold) = desk.shelf.sold.iter_mut().find(of_line) {
                sold.stage = "shipped";
                sold.shipments.push((text("/transport/transporterCode"), text("/transport/trackAndTrace")));
            }
            json(
                202,
                &value!({"processStatusId": "1", "eventType": "CREATE_SHIPMENT", "description": "Confirm shipment",
                "status": "PENDING", "createTimestamp": "2026-11-23T00:00:00+01:00", "links": []}),
            )
        }
        _ => return None,
    })
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let page: usize = call.query("page").parse().unwrap_or(1);
    let minutes: i64 = call.query("change-interval-minute").parse().unwrap_or(0);
    let day = call.query("latest-change-date");
    if minutes > 60 || (minutes > 0) != day.is_empty() {
        desk.violation("change-interval-minute up to 60, or latest-change-date");
    }
    let now_us = desk.now_us;
    let changed = |sold: &&Sold| {
        let age_us = now_us - sold.changed_us;
        // The Netherlands' day.
        let of_day = rfc3339_seconds(sold.changed_us + 3_600_000_000).starts_with(day);
        sold.listed_us <= now_us && if minutes > 0 { age_us <= minutes * 60_000_000 } else { of_day }
    };
    let reduced = |sold: &Sold| {
        let items: Vec<Value> = sold.lines.iter().map(|line| value!({"orderItemId": line.id.to_string(),
            "ean": ean(line), "fulfilmentMethod": "FBR", "fulfilmentStatus": "OPEN", "quantity": line.quantity,
            "quantityShipped": 0, "quantityCancelled": line.cancelled, "cancellationRequest": false,
            "latestChangedDateTime": rfc3339_seconds(sold.changed_us)})).collect();
        value!({"orderId": sold.id.to_string(), "orderPlacedDateTime": rfc3339_seconds(sold.placed_us), "orderItems": items})
    };
    let orders: Vec<Value> =
        desk.shelf.sold.iter().filter(changed).skip((page - 1) * PAGE).take(PAGE).map(reduced).collect();
    json(200, &value!({ "orders": orders }))
}

/// Each product has its own.
pub(super) fn ean(line: &SoldLine) -> String {
    format!("40063{:08}", line.listing)
}

fn order(sold: &Sold) -> Value {
    let line = |line: &SoldLine| {
        let cancelled = if sold.stage == "cancelled" { line.quantity } else { line.cancelled };
        let shipped = if sold.stage == "shipped" { line.quantity - cancelled } else { 0 };
        value!({"orderItemId": line.id.to_string(), "cancellationRequest": false,
            "fulfilment": {"method": "FBR", "distributionParty": "RETAILER", "timeFrameType": "REGULAR"},
            "offer": {"offerId": line.listing.to_string(), "reference": line.sku},
            "product": {"ean": ean(line), "title": format!("Title of {}", line.sku)},
            "quantity": line.quantity, "quantityShipped": shipped, "quantityCancelled": cancelled, "unitPrice": 10.0,
            "totalPrice": f64::from(i32::try_from(line.quantity).unwrap_or(0)) * 10.0, "commission": 1.0, "discounts": [], "additionalServices": [],
            "latestChangedDateTime": rfc3339_seconds(sold.changed_us)})
    };
    let person = value!({"salutation": "FEMALE", "firstName": "Ada", "surname": "Lovelace", "streetName": "St James's Square",
        "houseNumber": "12", "zipCode": "SW1Y 4JH", "city": "London", "countryCode": "GB", "email": "ada@verkopen.bol.com"});
    value!({"orderId": sold.id.to_string(), "pickupPoint": false, "orderPlacedDateTime": rfc3339_seconds(sold.placed_us),
        "shipmentDetails": person.clone(), "billingDetails": person,
        "orderItems": sold.lines.iter().map(line).collect::<Vec<_>>()})
}
