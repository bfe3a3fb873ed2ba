//! Lazada's orders, in which each unit is an item, and what it says by push.

use super::lazada::{error, ok};
use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine, euros};
use axum::response::Response;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;

pub(super) fn operation(method: &str, path: &str) -> Option<Operation> {
    Some(match (method, path) {
        ("GET", "/orders/get") => Operation::new("orders", Kind::Read),
        ("GET", "/order/get") => Operation::new("order", Kind::Read),
        ("GET", "/orders/items/get") => Operation::new("order items", Kind::Read),
        ("POST", "/order/rts") => Operation::new("rts", Kind::Write),
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    Some(match operation.name {
        "orders" => list(call, desk),
        "order" => match call.query("order_id").parse().ok().and_then(|id| desk.shelf.order(id)) {
            Some(sold) => ok(&order(sold)),
            None => error("16", "ISP", "E016: \"order_id\" Invalid Order ID"),
        },
        "order items" => {
            let wanted: Vec<u64> = serde_json::from_str(call.query("order_ids")).unwrap_or_default();
            if wanted.is_empty() || wanted.len() > 100 {
                return Some(error("37", "ISP", "E037: One or more order id in the list are incorrect"));
            }
            let found = desk.shelf.sold.iter().filter(|sold| wanted.contains(&sold.id));
            ok(&found
                .map(
                    |sold| value!({"order_id": sold.id, "order_number": sold.id, "order_items": items(sold)}),
                )
                .collect())
        }
        "rts" => ready(call, desk),
        _ => return None,
    })
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (limit, offset) = (number("limit", 100), number("offset", 0));
    if limit > 100 {
        return error("19", "ISP", "E019: Invalid Limit");
    }
    let since: Result<jiff::Timestamp, _> = call.query("update_after").parse();
    let Ok(since) = since else { return error("17", "ISP", "E017: Invalid Date Format") };
    let now_us = desk.now_us;
    let mut all: Vec<&Sold> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && sold.changed_us / 1_000_000 >= since.as_second())
        .collect();
    all.sort_by_key(|sold| sold.changed_us);
    let some: Vec<Value> = all.iter().skip(offset).take(limit).map(|sold| order(sold)).collect();
    ok(&value!({"count": some.len(), "countTotal": all.len(), "orders": some}))
}

fn ready(call: &Call, desk: &mut Desk<'_>) -> Response {
    let wanted: Vec<u64> = serde_json::from_str(call.query("order_item_ids")).unwrap_or_default();
    let (provider, tracking) =
        (call.query("shipment_provider").to_owned(), call.query("tracking_number").to_owned());
    let of = |sold: &&mut Sold| sold.lines.iter().flat_map(units).all(|id| wanted.contains(&id));
    match desk.shelf.sold.iter_mut().find(of) {
        Some(sold) if sold.stage == "open" && call.query("delivery_type") == "dropship" => {
            sold.shipments.push((provider, tracking));
            sold.stage = "shipped";
            ok(&value!({"order_items": wanted}))
        }
        _ => error(
            "34",
            "ISP",
            "E034: \"order_item_ids\" Order Item must be packed. Please call setStatusToReadyToShip before",
        ),
    }
}

fn units(line: &SoldLine) -> Vec<u64> {
    (0..line.quantity.unsigned_abs()).map(|unit| line.id * 10_000 + unit).collect()
}

fn status(sold: &Sold) -> &'static str {
    match sold.stage {
        "unpaid" => "unpaid",
        "shipped" => "shipped",
        "cancelled" => "canceled",
        _ => "pending",
    }
}

fn items(sold: &Sold) -> Vec<Value> {
    let of_line = |line: &SoldLine| -> Vec<Value> {
        (0i64..)
            .zip(units(line))
            .map(|(unit, id)| {
                let status = if unit < line.cancelled { "canceled" } else { status(sold) };
                value!({"order_item_id": id, "order_id": sold.id, "sku": line.sku, "sku_id": line.listing.to_string(),
                    "product_id": line.group.to_string(), "name": format!("Title of {}", line.sku), "variation": "",
                    "status": status, "item_price": 12.0, "paid_price": 10.0, "tax_amount": euros(190), "currency": sold.currency,
                    "is_fbl": 0, "is_digital": 0})
            })
            .collect()
    };
    sold.lines.iter().flat_map(of_line).collect()
}

/// As in "2018-10-04 16:52:42 +0800".
fn time(us: i64) -> String {
    let ahead = rfc3339_seconds(us + 8 * 3_600_000_000).replace('T', " ").replace('Z', "");
    format!("{ahead} +0800")
}

fn order(sold: &Sold) -> Value {
    let address = value!({"first_name": "Ada", "last_name": "Lovelace", "phone": "65*****20", "address1": "12 St James's Square",
        "address2": "", "address3": "London", "city": "London", "post_code": "SW1Y 4JH", "country": "Singapore"});
    value!({"order_id": sold.id, "order_number": sold.id, "created_at": time(sold.placed_us), "updated_at": time(sold.changed_us),
        "price": "30.00", "shipping_fee": 4.9, "items_count": 1, "statuses": [status(sold)], "buyer_note": "",
        "address_shipping": address, "address_billing": address})
}

/// A push about an order, signed.
#[must_use]
pub fn webhook(sold: &Sold, key: &str, secret: &str, at_s: i64) -> (Vec<(String, String)>, Vec<u8>) {
    let body = value!({"seller_id": "1001", "message_type": 0, "timestamp": at_s, "site": "lazada_sg",
        "data": {"trade_order_id": sold.id.to_string(), "order_status": status(sold), "status_update_time": sold.changed_us / 1_000_000}})
    .to_string()
    .into_bytes();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return (Vec::new(), body) };
    mac.update(key.as_bytes());
    mac.update(&body);
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    (vec![("Authorization".to_owned(), signature)], body)
}
