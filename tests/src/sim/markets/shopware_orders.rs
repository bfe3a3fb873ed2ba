//! Shopware's orders: one search, and a state machine each for order, payment and delivery.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::{json, reply};
use crate::sim::rest::{Call, Desk, Operation, Sold};
use axum::response::Response;
use serde_json::{Value, json as value};

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("POST", ["api", "search", "order"]) => Operation::new("orders", Kind::Read),
        ("PATCH", ["api", "order-delivery", _]) => Operation::new("tracking", Kind::Write),
        ("POST", ["api", "_action", "order_delivery", _, "state", "ship"]) => {
            Operation::new("sent", Kind::Write)
        }
        _ => return None,
    })
}

/// `None`: not about orders.
pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    if operation.name == "orders" {
        return Some(search(call, desk));
    }
    let place = match operation.name {
        "tracking" => 2,
        "sent" => 3,
        _ => return None,
    };
    // A delivery has its order's number, and an 8 before it.
    let id =
        call.parts().get(place).and_then(|id| id.trim_start_matches('8').parse::<u64>().ok()).unwrap_or(0);
    let Some(sold) = desk.shelf.order(id) else {
        return Some(json(
            404,
            &value!({"errors": [{"code": "FRAMEWORK__RESOURCE_NOT_FOUND", "detail": "no delivery"}]}),
        ));
    };
    if operation.name == "tracking" {
        let codes = call.json().get("trackingCodes").and_then(Value::as_array).cloned().unwrap_or_default();
        sold.shipments =
            codes.iter().map(|code| (String::new(), code.as_str().unwrap_or_default().to_owned())).collect();
        return Some(reply(204, "application/json", String::new()));
    }
    if sold.stage != "open" {
        let detail = "Illegal transition \"ship\"";
        return Some(json(
            400,
            &value!({"errors": [{"code": "SYSTEM__ILLEGAL_STATE_TRANSITION", "detail": detail}]}),
        ));
    }
    sold.stage = "shipped";
    Some(json(200, &value!({"id": "1", "technicalName": "shipped"})))
}

fn search(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let number = |key: &str, default: usize| {
        body.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
    };
    let (page, limit) = (number("page", 1), number("limit", 25));
    if limit > 500 {
        desk.violation("limit is at most 500");
    }
    for needed in [
        "lineItems",
        "currency",
        "stateMachineState",
        "orderCustomer",
        "transactions",
        "billingAddress",
        "deliveries",
    ] {
        if body.pointer(&format!("/associations/{needed}")).is_none() {
            desk.violation(format!("{needed} is not told unless it is asked for"));
        }
    }
    let ids = body.get("ids").and_then(Value::as_array).cloned();
    let since =
        body.pointer("/filter/0/queries/0/parameters/gte").and_then(Value::as_str).unwrap_or_default();
    let now_us = desk.now_us;
    let found: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us).as_str() >= since)
        .filter(|sold| ids.as_ref().is_none_or(|ids| ids.contains(&value!(name(sold)))))
        .skip(page.saturating_sub(1) * limit)
        .take(limit)
        .map(order)
        .collect();
    json(200, &value!({"total": found.len(), "data": found}))
}

fn name(sold: &Sold) -> String {
    format!("{:032}", sold.id)
}

fn order(sold: &Sold) -> Value {
    let (state, paid, sent) = match sold.stage {
        "unpaid" => ("open", "open", "open"),
        "shipped" => ("in_progress", "paid", "shipped"),
        "cancelled" => ("cancelled", "cancelled", "open"),
        _ => ("open", "paid", "open"),
    };
    let named = |name: &str| value!({ "technicalName": name });
    let place = value!({"firstName": "Ada", "lastName": "Lovelace", "company": null, "street": "12 St James's Square",
        "additionalAddressLine1": null, "zipcode": "SW1Y 4JH", "city": "London", "phoneNumber": "020", "country": {"iso": "GB"}});
    #[allow(clippy::cast_precision_loss, reason = "cents of a test")]
    let euros = |cents: i64| cents as f64 / 100.0;
    let lines: Vec<Value> = sold
        .lines
        .iter()
        .map(|line| {
            let (net, tax) = Sold::cents(line);
            value!({"id": format!("{:032}", line.id), "type": "product", "productId": format!("{:032x}", line.listing),
                "label": format!("Title of {}", line.sku), "quantity": line.quantity, "payload": {"productNumber": line.sku},
                "totalPrice": euros(net + tax), "price": {"calculatedTaxes": [{"tax": euros(tax), "taxRate": 19, "price": euros(net + tax)}]}})
        })
        .collect();
    value!({"id": name(sold), "orderNumber": sold.id.to_string(), "orderDateTime": rfc3339_seconds(sold.placed_us),
        "createdAt": rfc3339_seconds(sold.placed_us), "updatedAt": rfc3339_seconds(sold.changed_us), "taxStatus": "gross",
        "currency": {"isoCode": sold.currency}, "stateMachineState": named(state), "customerComment": null,
        "orderCustomer": {"email": "ada@example.com"}, "billingAddress": place, "lineItems": lines,
        "shippingCosts": {"totalPrice": 5.83, "calculatedTaxes": [{"tax": 0.93, "taxRate": 19, "price": 5.83}]},
        "transactions": [{"stateMachineState": named(paid)}],
        "deliveries": [{"id": format!("8{:031}", sold.id), "trackingCodes": [], "stateMachineState": named(sent),
            "shippingOrderAddress": place}]})
}
