//! Shopee's orders, and what it says by push.

use super::shopee::{error, ok};
use crate::sim::behaviour::Kind;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine};
use axum::response::Response;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;

pub(super) fn operation(method: &str, path: &str) -> Option<Operation> {
    Some(match (method, path) {
        ("GET", "order/get_order_list") => Operation::new("orders", Kind::Read),
        ("GET", "order/get_order_detail") => Operation::new("details", Kind::Read),
        ("GET", "logistics/get_shipping_parameter") => Operation::new("parameter", Kind::Read),
        ("POST", "logistics/ship_order") => Operation::new("ship", Kind::Write),
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    Some(match operation.name {
        "orders" => list(call, desk),
        "details" => {
            let wanted: Vec<&str> = call.query("order_sn_list").split(',').collect();
            if wanted.len() > 50 {
                return Some(error(400, "order.order_list_invalid_param", "order_sn_list: at most 50"));
            }
            let found = desk.shelf.sold.iter().filter(|sold| wanted.contains(&number(sold).as_str()));
            ok(&value!({ "order_list": found.map(order).collect::<Vec<_>>() }))
        }
        "parameter" => ok(&value!({"info_needed": {"non_integrated": ["tracking_number"]}})),
        "ship" => ship(call, desk),
        _ => return None,
    })
}

fn number(sold: &Sold) -> String {
    format!("2611{:010}", sold.id)
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let int = |name: &str| call.query(name).parse::<i64>().unwrap_or(0);
    let (from, to, size) = (int("time_from"), int("time_to"), int("page_size"));
    if to - from > 15 * 86_400 || to < from {
        return error(
            400,
            "order.order_list_invalid_time",
            "Start time must be earlier than end time and diff in 15days.",
        );
    }
    if !(1..=100).contains(&size) {
        return error(400, "order.order_list_invalid_param", "page_size: 1 to 100");
    }
    let (size, offset) =
        (usize::try_from(size).unwrap_or(0), call.query("cursor").parse::<usize>().unwrap_or(0));
    let now_us = desk.now_us;
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && (from..=to).contains(&(sold.changed_us / 1_000_000)))
        .map(|sold| value!({ "order_sn": number(sold) }))
        .collect();
    let more = offset + size < all.len();
    let next = if more { (offset + size).to_string() } else { String::new() };
    let some: Vec<Value> = all.into_iter().skip(offset).take(size).collect();
    ok(&value!({"more": more, "next_cursor": next, "order_list": some}))
}

fn ship(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let wanted = body.get("order_sn").and_then(Value::as_str).unwrap_or_default();
    let tracking = body
        .pointer("/non_integrated/tracking_number")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    match desk.shelf.sold.iter_mut().find(|sold| number(sold) == wanted) {
        Some(sold) if sold.stage == "open" => {
            sold.shipments.push((String::new(), tracking));
            sold.stage = "shipped";
            // Nothing but that it worked.
            json(200, &value!({"error": "", "message": "", "request_id": "1"}))
        }
        _ => error(200, "logistics.ship_order_only_support_ready_to_ship", "Order status is wrong."),
    }
}

fn status(sold: &Sold) -> &'static str {
    match sold.stage {
        "unpaid" => "UNPAID",
        "shipped" => "SHIPPED",
        "cancelled" => "CANCELLED",
        _ => "READY_TO_SHIP",
    }
}

fn order(sold: &Sold) -> Value {
    let line = |line: &SoldLine| {
        value!({"item_id": line.group, "item_name": format!("Title of {}", line.sku), "item_sku": "", "model_id": line.listing,
            "model_name": "M", "model_sku": line.sku, "model_quantity_purchased": line.quantity, "model_original_price": 12.0,
            "model_discounted_price": 10.0})
    };
    value!({
        "order_sn": number(sold), "order_status": status(sold), "create_time": sold.placed_us / 1_000_000,
        "update_time": sold.changed_us / 1_000_000, "currency": sold.currency, "region": "SG", "cod": false,
        "item_list": sold.lines.iter().map(line).collect::<Vec<_>>(), "estimated_shipping_fee": 4.9, "message_to_seller": "",
        "fulfillment_flag": "fulfilled_by_local_seller",
        "recipient_address": {"name": "Ada Lovelace", "phone": "6520", "town": "", "district": "", "city": "London", "state": "",
            "region": "GB", "zipcode": "SW1Y 4JH", "full_address": "12 St James's Square, London"},
    })
}

/// A push about an order, signed for an address.
#[must_use]
pub fn webhook(sold: &Sold, url: &str, key: &str, at_s: i64) -> (Vec<(String, String)>, Vec<u8>) {
    let body = value!({"code": 3, "shop_id": 14_701_711, "timestamp": at_s,
        "data": {"ordersn": number(sold), "status": status(sold), "update_time": sold.changed_us / 1_000_000, "items": []}})
    .to_string()
    .into_bytes();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return (Vec::new(), body) };
    mac.update(format!("{url}|").as_bytes());
    mac.update(&body);
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    (vec![("Authorization".to_owned(), signature)], body)
}
