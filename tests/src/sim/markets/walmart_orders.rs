//! Walmart's orders.

use crate::sim::behaviour::Kind;
use crate::sim::clock::{rfc3339_millis, rfc3339_seconds};
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["v3", "orders"]) => Operation::new("orders", Kind::Read)
            .official("get", "/v3/orders")
            .paged(&["hasMoreElements", "soIndex"]),
        ("GET", ["v3", "orders", _]) => {
            Operation::new("order", Kind::Read).official("get", "/v3/orders/{purchaseOrderId}")
        }
        ("POST", ["v3", "orders", _, "acknowledge"]) => Operation::new("acknowledge", Kind::Read),
        ("POST", ["v3", "orders", _, "shipping"]) => {
            Operation::new("ship", Kind::Write).official("post", "/v3/orders/{purchaseOrderId}/shipping")
        }
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    let id = call.parts().get(2).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    let unknown = || {
        json(
            404,
            &value!({"errors": {"error": [{"code": "ORDER_NOT_FOUND.GMP_ORDER_API",
        "description": "Order not found", "severity": "ERROR", "category": "DATA"}]}}),
        )
    };
    Some(match operation.name {
        "orders" => list(call, desk),
        "order" => match desk.shelf.order(id) {
            Some(sold) => {
                // In the list it is a number.
                let mut one = order(sold);
                one["orderDate"] = value!(rfc3339_millis(sold.placed_us));
                json(200, &one)
            }
            None => unknown(),
        },
        "acknowledge" => match desk.shelf.order(id) {
            Some(sold) => {
                sold.acknowledged = true;
                json(200, &value!({ "order": order(sold) }))
            }
            None => unknown(),
        },
        "ship" => {
            let body = call.json();
            let text = |key: &str| {
                let status =
                    "/orderShipment/orderLines/orderLine/0/orderLineStatuses/orderLineStatus/0/trackingInfo";
                let found = body.pointer(&format!("{status}/{key}")).and_then(Value::as_str);
                found.unwrap_or_default().to_owned()
            };
            let Some(sold) = desk.shelf.order(id) else { return Some(unknown()) };
            sold.stage = "shipped";
            sold.shipments.push((text("carrierName/carrier"), text("trackingNumber")));
            json(200, &value!({ "order": order(sold) }))
        }
        _ => return None,
    })
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let limit: usize = call.query("limit").parse().unwrap_or(100);
    if limit > 200 {
        desk.violation("limit is at most 200");
    }
    let from: usize = call.query("soIndex").parse().unwrap_or(0);
    let since = call.query("lastModifiedStartDate");
    let now_us = desk.now_us;
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us).as_str() >= since)
        .map(order)
        .collect();
    let total = all.len();
    let some: Vec<Value> = all.into_iter().skip(from).take(limit).collect();
    let mut meta = value!({"totalCount": total, "limit": limit});
    if from + limit < total {
        // "A ready query string": it is appended as it is.
        meta["nextCursor"] = value!(format!(
            "?limit={limit}&hasMoreElements=true&soIndex={}&lastModifiedStartDate={since}",
            from + limit
        ));
    }
    json(200, &value!({"list": {"meta": meta, "elements": {"order": some}}}))
}

fn order(sold: &Sold) -> Value {
    let line = |(index, line): (usize, &SoldLine)| {
        let (cents, tax) = Sold::cents(line);
        let dollars = |cents: i64| value!({"currency": sold.currency, "amount": f64::from(i32::try_from(cents).unwrap_or(0)) / 100.0});
        let open = match sold.stage {
            "shipped" => "Shipped",
            "cancelled" => "Cancelled",
            _ if sold.acknowledged => "Acknowledged",
            _ => "Created",
        };
        let units = |status: &str, units: i64| {
            value!({"status": status,
            "statusQuantity": {"unitOfMeasurement": "EACH", "amount": units.to_string()}})
        };
        let mut statuses = vec![units(open, line.quantity - line.cancelled)];
        if line.cancelled > 0 {
            statuses.push(units("Cancelled", line.cancelled));
        }
        value!({"lineNumber": (index + 1).to_string(),
            "item": {"productName": format!("Title of {}", line.sku), "sku": line.sku},
            "charges": {"charge": [
                {"chargeType": "PRODUCT", "chargeName": "ItemPrice", "chargeAmount": dollars(cents),
                    "tax": {"taxName": "Tax1", "taxAmount": dollars(tax)}},
                {"chargeType": "SHIPPING", "chargeName": "Shipping", "chargeAmount": dollars(490)}]},
            "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": line.quantity.to_string()},
            "statusDate": sold.changed_us / 1000, "orderLineStatuses": {"orderLineStatus": statuses},
            "fulfillment": {"fulfillmentOption": "S2H", "shipMethod": "VALUE"}})
    };
    value!({
        "purchaseOrderId": sold.id.to_string(), "customerOrderId": format!("20000{}", sold.id),
        "customerEmailId": "ada@relay.walmart.com", "orderDate": sold.placed_us / 1000,
        "shippingInfo": {"phone": "020", "estimatedDeliveryDate": sold.placed_us / 1000, "estimatedShipDate": sold.placed_us / 1000,
            "methodCode": "Value", "postalAddress": {"name": "Ada Lovelace", "address1": "12 St James's Square", "city": "London",
                "state": "NY", "postalCode": "SW1Y 4JH", "country": "USA", "addressType": "RESIDENTIAL"}},
        "orderLines": {"orderLine": sold.lines.iter().enumerate().map(line).collect::<Vec<_>>()},
        "shipNode": {"type": "SellerFulfilled"},
    })
}

/// A notification of `PO_CREATED`, signed as one with authMethod HMAC is.
#[must_use]
pub fn webhook(sold: &Sold, secret: &str) -> (Vec<(String, String)>, Vec<u8>) {
    let body = value!({"source": {"eventType": "PO_CREATED", "eventTime": rfc3339_seconds(sold.changed_us),
        "eventId": format!("{:032x}", sold.id)}, "payload": {"purchaseOrderId": sold.id.to_string()}})
    .to_string();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(&body));
    let signature = mac.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    (vec![("X-Onhand-Signature".to_owned(), signature)], body.into_bytes())
}
