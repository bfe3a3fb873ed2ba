//! Etsy's receipts, and the webhooks of commercial applications.

use crate::sim::behaviour::Kind;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;

const RECEIPTS: &str = "/v3/application/shops/{shop_id}/receipts";
const RECEIPT: &str = "/v3/application/shops/{shop_id}/receipts/{receipt_id}";

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let ["v3", "application", "shops", _, "receipts", rest @ ..] = parts.as_slice() else { return None };
    Some(match (call.method.as_str(), rest) {
        ("GET", []) => Operation::new("orders", Kind::Read).official("get", RECEIPTS),
        ("GET", [_]) => Operation::new("order", Kind::Read).official("get", RECEIPT),
        ("PUT", [_]) => Operation::new("shipped", Kind::Write),
        ("POST", [_, "tracking"]) => Operation::new("tracking", Kind::Write),
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    let id = call.parts().get(5).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    if operation.name == "orders" {
        return Some(list(call, desk));
    }
    if !matches!(operation.name, "order" | "shipped" | "tracking") {
        return None;
    }
    let Some(sold) = desk.shelf.order(id) else {
        return Some(json(404, &value!({ "error": "Resource not found" })));
    };
    if operation.name != "order" {
        let body = call.json();
        let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        sold.stage = "shipped";
        sold.shipments.push((text("carrier_name"), text("tracking_code")));
    }
    Some(json(200, &receipt(sold)))
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let (limit, offset): (usize, usize) =
        (call.query("limit").parse().unwrap_or(25), call.query("offset").parse().unwrap_or(0));
    if limit > 100 {
        return json(400, &value!({ "error": "limit must be between 1 and 100" }));
    }
    let since: i64 = call.query("min_last_modified").parse().unwrap_or(0);
    let now_us = desk.now_us;
    let changed = |sold: &&Sold| sold.listed_us <= now_us && sold.changed_us / 1_000_000 >= since;
    let all: Vec<Value> = desk.shelf.sold.iter().filter(changed).map(receipt).collect();
    let count = all.len();
    let results: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    json(200, &value!({"count": count, "results": results}))
}

fn receipt(sold: &Sold) -> Value {
    let money = |cents: i64| value!({"amount": cents, "divisor": 100, "currency_code": sold.currency});
    let total: i64 = sold.lines.iter().map(|line| Sold::cents(line).0).sum();
    let tax: i64 = sold.lines.iter().map(|line| Sold::cents(line).1).sum();
    let (placed, changed) = (sold.placed_us / 1_000_000, sold.changed_us / 1_000_000);
    let line = |line: &SoldLine| {
        value!({"transaction_id": line.id, "title": format!("Title of {}", line.sku), "description": "", "seller_user_id": 1,
            "buyer_user_id": 2, "create_timestamp": placed, "created_timestamp": placed, "paid_timestamp": placed,
            "shipped_timestamp": null, "quantity": line.quantity, "listing_image_id": 1, "receipt_id": sold.id,
            "is_digital": false, "file_data": "", "listing_id": line.group, "sku": line.sku, "product_id": line.listing,
            "transaction_type": "listing", "price": money(1000), "shipping_cost": money(0), "variations": [], "product_data": [],
            "shipping_profile_id": null, "min_processing_days": null, "max_processing_days": null, "shipping_method": null,
            "shipping_upgrade": null, "expected_ship_date": null, "buyer_coupon": 0, "shop_coupon": 0})
    };
    let status = match sold.stage {
        "unpaid" => "payment processing",
        "shipped" => "completed",
        "cancelled" => "canceled",
        _ => "paid",
    };
    value!({
        "receipt_id": sold.id, "receipt_type": 0, "seller_user_id": 1, "seller_email": "seller@example.com", "buyer_user_id": 2,
        "buyer_email": "ada@example.com", "name": "Ada Lovelace", "first_line": "12 St James's Square", "second_line": null,
        "city": "London", "state": null, "zip": "SW1Y 4JH", "status": status, "formatted_address": "", "country_iso": "GB",
        "payment_method": "cc", "payment_email": null, "message_from_seller": null, "message_from_buyer": null,
        "message_from_payment": null, "is_paid": sold.stage != "unpaid", "is_shipped": sold.stage == "shipped",
        "create_timestamp": placed, "created_timestamp": placed, "update_timestamp": changed, "updated_timestamp": changed,
        "is_gift": false, "gift_message": "", "grandtotal": money(total + tax + 490), "subtotal": money(total),
        "total_price": money(total), "total_shipping_cost": money(490), "total_tax_cost": money(tax), "total_vat_cost": money(0),
        "discount_amt": money(0), "gift_wrap_price": money(0), "shipments": [],
        "transactions": sold.lines.iter().map(line).collect::<Vec<_>>(), "refunds": [],
    })
}

/// A webhook `order.paid` as Etsy sends it: headers and body.
#[must_use]
pub fn webhook(sold: &Sold, secret: &str, at_s: i64) -> (Vec<(String, String)>, Vec<u8>) {
    let url = format!("https://openapi.etsy.com/v3/application/shops/4711/receipts/{}", sold.id);
    let body = value!({"event_type": "order.paid", "resource_url": url, "shop_id": "4711"}).to_string();
    let id = format!("msg_{}_{}", sold.id, sold.changed_us);
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap_or_default();
    let text = format!("{id}.{at_s}.{body}");
    let mac = Hmac::<Sha256>::new_from_slice(&key).map(|mac| mac.chain_update(text));
    let signature = mac.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", at_s.to_string()),
        ("webhook-signature", format!("v1,{signature}")),
    ];
    (headers.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(), body.into_bytes())
}
