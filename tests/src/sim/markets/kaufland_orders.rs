//! Kaufland's orders: every unit sold is an entry of its own.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::{json, reply};
use crate::sim::rest::{Call, Desk, Operation, Shelf, Sold, SoldLine};
use axum::response::Response;
use serde_json::{Value, json as value};

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["orders"]) => Operation::new("orders", Kind::Read),
        ("GET", ["orders", _]) => Operation::new("order", Kind::Read),
        ("PATCH", ["order-units", _, "send"]) => Operation::new("send", Kind::Write),
        _ => return None,
    })
}

/// `None`: not about orders.
pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    match operation.name {
        "orders" => Some(list(call, desk)),
        "order" => {
            let id = call.parts().pop().and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
            let found = desk.shelf.sold.iter().find(|sold| sold.id == id);
            Some(match found {
                Some(sold) => json(200, &value!({ "data": order(desk.shelf, sold) })),
                None => json(404, &value!({"message": "Order not found"})),
            })
        }
        "send" => Some(send(call, desk)),
        _ => None,
    }
}

/// Numbers of the units of a line.
fn units(line: &SoldLine) -> impl Iterator<Item = (i64, u64)> + '_ {
    let first = line.id * 1000;
    (0..line.quantity).zip(first..)
}

fn key(unit: u64) -> String {
    format!("sent {unit}")
}

fn send(call: &Call, desk: &mut Desk<'_>) -> Response {
    let id = call.parts().get(1).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    let body = call.json();
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let shelf = &mut *desk.shelf;
    let owner = shelf
        .sold
        .iter()
        .position(|sold| sold.lines.iter().any(|line| units(line).any(|(_, unit)| unit == id)));
    let Some(owner) = owner else { return json(404, &value!({"message": "Order unit not found"})) };
    if shelf.keys.insert(key(id), Value::Null).is_some() {
        return json(400, &value!({"message": "The order unit was sent already"}));
    }
    let all =
        shelf.sold[owner].lines.iter().flat_map(units).all(|(_, unit)| shelf.keys.contains_key(&key(unit)));
    let sold = &mut shelf.sold[owner];
    let parcel = (text("carrier_code"), text("tracking_numbers"));
    if !sold.shipments.contains(&parcel) {
        sold.shipments.push(parcel);
    }
    if all {
        sold.stage = "shipped";
    }
    reply(204, "application/json", String::new())
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (offset, limit) = (number("offset", 0), number("limit", 30));
    if limit > 100 {
        desk.violation("limit is at most 100");
    }
    let (since, now_us) = (call.query("ts_units_updated_from_iso"), desk.now_us);
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us).as_str() >= since)
        .map(|sold| {
            value!({"id_order": sold.id.to_string(), "ts_created_iso": rfc3339_seconds(sold.placed_us), "storefront": "de",
                "ts_units_updated_iso": rfc3339_seconds(sold.changed_us), "fulfillment_type": "fulfilled_by_merchant"})
        })
        .collect();
    let page: Vec<&Value> = all.iter().skip(offset).take(limit).collect();
    json(200, &value!({"data": page, "pagination": {"offset": offset, "limit": limit, "total": all.len()}}))
}

fn order(shelf: &Shelf, sold: &Sold) -> Value {
    let place = value!({"first_name": "Ada", "last_name": "Lovelace", "company_name": "", "street": "St James's Square",
        "house_number": "12", "postcode": "SW1Y 4JH", "additional_field": "", "city": "London", "phone": "020", "country": "GB"});
    let unit = |line: &SoldLine, index: i64, id: u64| {
        let status = match sold.stage {
            "cancelled" => "cancelled",
            _ if index < line.cancelled => "cancelled",
            _ if index < line.cancelled + line.returned => "returned",
            "unpaid" => "open",
            "shipped" => "sent",
            _ if shelf.keys.contains_key(&key(id)) => "sent",
            _ => "need_to_be_sent",
        };
        value!({"id_order_unit": id, "id_order": sold.id.to_string(), "ts_created_iso": rfc3339_seconds(sold.placed_us),
            "ts_updated_iso": rfc3339_seconds(sold.changed_us), "status": status, "price": 1190, "id_offer": line.sku,
            "currency": sold.currency, "vat": 19, "shipping_rate": 0, "storefront": "de",
            "product": {"title": format!("Title of {}", line.sku)}})
    };
    let all: Vec<Value> = sold
        .lines
        .iter()
        .flat_map(|line| units(line).map(move |(index, id)| unit(line, index, id)))
        .collect();
    value!({"id_order": sold.id.to_string(), "ts_created_iso": rfc3339_seconds(sold.placed_us), "storefront": "de",
        "fulfillment_type": "fulfilled_by_merchant", "order_units": all, "billing_address": place, "shipping_address": place,
        "buyer": {"id_buyer": 1, "email": "abc@kaufland-marktplatz.de"}})
}
