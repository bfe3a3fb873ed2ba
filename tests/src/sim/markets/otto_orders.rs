//! OTTO Market's orders (version 4): every unit sold is a position of its own.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine};
use axum::response::Response;
use serde_json::{Value, json as value};

const PAGE: usize = 128;

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["v4", "orders"]) => Operation::new("orders", Kind::Read),
        ("GET", ["v4", "orders", _]) => Operation::new("order", Kind::Read),
        _ => return None,
    })
}

/// `None`: not about orders.
pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    match operation.name {
        "orders" => Some(list(call, desk)),
        "order" => {
            let id = call.parts().pop().and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
            Some(match desk.shelf.order(id) {
                Some(sold) => json(200, &order(sold)),
                None => json(
                    404,
                    &value!({"errors": [{"title": "NOT_FOUND", "detail": "There is no such order"}]}),
                ),
            })
        }
        _ => None,
    }
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let limit = call.query("limit").parse().unwrap_or(PAGE);
    if limit > PAGE {
        desk.violation("limit is at most 128");
    }
    let (from, since) = call.query("nextcursor").split_once('|').unwrap_or(("0", call.query("fromDate")));
    let (from, since, now_us) = (from.parse::<usize>().unwrap_or(0), since.to_owned(), desk.now_us);
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us) >= since)
        .map(order)
        .collect();
    let mut links = vec![value!({"href": "/v4/orders", "rel": "self"})];
    if from + limit < all.len() {
        let cursor = format!("{}%7C{since}", from + limit);
        links.push(value!({"href": format!("/v4/orders?limit={limit}&nextcursor={cursor}"), "rel": "next"}));
    }
    let page: Vec<Value> = all.into_iter().skip(from).take(limit).collect();
    json(200, &value!({"resources": page, "links": links}))
}

fn order(sold: &Sold) -> Value {
    let place = value!({"salutation": "MS", "firstName": "Ada", "lastName": "Lovelace", "street": "St James's Square",
        "houseNumber": "12", "zipCode": "SW1Y 4JH", "city": "London", "countryCode": "DEU", "phoneNumber": "020",
        "email": "abc@otto.example"});
    let position = |line: &SoldLine, index: i64| {
        let status = match sold.stage {
            "cancelled" => "CANCELLED_BY_MARKETPLACE",
            _ if index < line.cancelled => "CANCELLED_BY_PARTNER",
            _ if index < line.cancelled + line.returned => "RETURNED",
            "unpaid" => "ANNOUNCED",
            "shipped" => "SENT",
            _ => "PROCESSABLE",
        };
        value!({"positionItemId": format!("{}-{index}", line.id), "fulfillmentStatus": status,
            "itemValueGrossPrice": {"amount": 11.9, "currency": sold.currency},
            "product": {"sku": line.sku, "articleNumber": "1", "productTitle": format!("Title of {}", line.sku), "vatRate": 19.0}})
    };
    let positions: Vec<Value> = sold
        .lines
        .iter()
        .flat_map(|line| (0..line.quantity).map(move |index| position(line, index)))
        .collect();
    value!({"salesOrderId": sold.id.to_string(), "orderNumber": format!("b{}", sold.id), "orderDate": rfc3339_seconds(sold.placed_us),
        "lastModifiedDate": rfc3339_seconds(sold.changed_us), "positionItems": positions, "deliveryAddress": place, "invoiceAddress": place,
        "orderLifecycleInformation": {"lifecycleChangeDate": rfc3339_seconds(sold.changed_us)},
        "initialDeliveryFees": [{"name": "STANDARD", "deliveryFeeAmount": {"amount": 5.83, "currency": sold.currency}, "vatRate": 19.0,
            "positionItemIds": []}]})
}
