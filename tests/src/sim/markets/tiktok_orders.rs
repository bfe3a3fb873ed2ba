//! TikTok Shop's orders, in which each unit is a line item, and its webhooks.

use crate::sim::behaviour::Kind;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine, euros};
use axum::response::Response;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("POST", ["order", "202309", "orders", "search"]) => Operation::new("orders", Kind::Read),
        ("GET", ["order", "202309", "orders"]) => Operation::new("orders by id", Kind::Read),
        ("GET", ["logistics", "202309", "delivery_options", _, "shipping_providers"]) => {
            Operation::new("providers", Kind::Read)
        }
        ("POST", ["fulfillment", "202309", "orders", _, "packages"]) => {
            Operation::new("packages", Kind::Write)
        }
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    Some(match operation.name {
        "orders" => list(call, desk),
        "orders by id" => {
            let wanted: Vec<&str> = call.query("ids").split(',').collect();
            if wanted.len() > 50 {
                return Some(super::tiktok::error(400, 36_009_004, "ids: at most 50"));
            }
            let found: Vec<Value> = desk
                .shelf
                .sold
                .iter()
                .filter(|sold| wanted.contains(&sold.id.to_string().as_str()))
                .map(order)
                .collect();
            super::tiktok::ok(&value!({ "orders": found }))
        }
        "providers" => super::tiktok::ok(
            &value!({"shipping_providers": [{"id": "1", "name": "Royal Mail"}, {"id": "2", "name": "DHL"}]}),
        ),
        "packages" => package(call, desk),
        _ => return None,
    })
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let size: usize = call.query("page_size").parse().unwrap_or(0);
    if !(1..=100).contains(&size) {
        return super::tiktok::error(400, 36_009_004, "page_size: 1 to 100");
    }
    let since = call.json().get("update_time_ge").and_then(Value::as_i64).unwrap_or(0);
    let from: usize = call.query("page_token").parse().unwrap_or(0);
    let now_us = desk.now_us;
    let mut all: Vec<&Sold> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && sold.changed_us / 1_000_000 >= since)
        .collect();
    all.sort_by_key(|sold| sold.changed_us);
    let page: Vec<Value> = all.iter().skip(from).take(size).map(|sold| order(sold)).collect();
    let next = if from + size < all.len() { (from + size).to_string() } else { String::new() };
    super::tiktok::ok(&value!({"orders": page, "next_page_token": next, "total_count": all.len()}))
}

fn package(call: &Call, desk: &mut Desk<'_>) -> Response {
    let id: u64 = call.parts().get(3).and_then(|id| id.parse().ok()).unwrap_or(0);
    let body = call.json();
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let items = body.get("order_line_item_ids").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(sold) = desk.shelf.order(id) else {
        return super::tiktok::error(200, 21_011_001, "The order does not exist.");
    };
    let units: i64 = sold.lines.iter().map(|line| line.quantity).sum();
    if sold.stage != "open" || text("shipping_provider_id") != "2" || i64::try_from(items.len()) != Ok(units)
    {
        return super::tiktok::error(200, 21_011_002, "The order's status does not allow this.");
    }
    sold.shipments.push((text("shipping_provider_id"), text("tracking_number")));
    sold.stage = "shipped";
    super::tiktok::ok(&value!({"package_id": "9"}))
}

fn status(sold: &Sold) -> &'static str {
    match sold.stage {
        "unpaid" => "UNPAID",
        "shipped" => "AWAITING_COLLECTION",
        "cancelled" => "CANCELLED",
        _ => "AWAITING_SHIPMENT",
    }
}

fn items(sold: &Sold, line: &SoldLine) -> Vec<Value> {
    (0..line.quantity)
        .map(|unit| {
            let status = if unit < line.cancelled { "CANCELLED" } else { status(sold) };
            value!({"id": format!("{}{unit:04}", line.id), "sku_id": line.listing.to_string(), "product_id": line.group.to_string(),
                "seller_sku": line.sku, "product_name": format!("Title of {}", line.sku), "sku_name": "Default",
                "sale_price": euros(1000), "original_price": euros(1200), "seller_discount": euros(200), "platform_discount": "0.00",
                "currency": sold.currency, "display_status": status, "item_tax": [{"tax_type": "SALES_TAX", "tax_amount": euros(190)}]})
        })
        .collect()
}

fn order(sold: &Sold) -> Value {
    value!({
        "id": sold.id.to_string(), "status": status(sold), "create_time": sold.placed_us / 1_000_000,
        "update_time": sold.changed_us / 1_000_000, "fulfillment_type": "FULFILLMENT_BY_SELLER", "shipping_type": "SELLER",
        "delivery_option_id": "70", "buyer_email": "ada@scs.tiktokw.us", "buyer_message": "",
        "line_items": sold.lines.iter().flat_map(|line| items(sold, line)).collect::<Vec<_>>(),
        "payment": {"currency": sold.currency, "shipping_fee": "4.90", "total_amount": "0"},
        "recipient_address": {"name": "Ada Lovelace", "address_line1": "12 St James's Square", "address_line2": "",
            "address_detail": "12 St James's Square", "postal_code": "SW1Y 4JH", "region_code": "GB", "phone_number": "(+44)20",
            "district_info": [{"address_level_name": "Country", "address_name": "United Kingdom"},
                {"address_level_name": "City", "address_name": "London"}]},
    })
}

/// A delivery about an order, signed.
#[must_use]
pub fn webhook(sold: &Sold, key: &str, secret: &str, at_s: i64) -> (Vec<(String, String)>, Vec<u8>) {
    let body = value!({"type": 1, "tts_notification_id": format!("{}-{at_s}", sold.id), "shop_id": "1", "timestamp": at_s,
        "data": {"order_id": sold.id.to_string(), "order_status": status(sold), "update_time": sold.changed_us / 1_000_000}})
    .to_string()
    .into_bytes();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return (Vec::new(), body) };
    mac.update(key.as_bytes());
    mac.update(&body);
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    (
        vec![
            ("Authorization".to_owned(), signature),
            ("Content-Type".to_owned(), "application/json".to_owned()),
        ],
        body,
    )
}
