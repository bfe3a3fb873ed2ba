//! Orders of the other WooCommerce store, and the webhooks it sends of them.

use super::woocommerce::{error, page};
use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine, euros};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;

pub(super) fn operation(method: &str, rest: &[&str]) -> Option<Operation> {
    Some(match (method, rest) {
        ("GET", []) => Operation::new("orders", Kind::Read),
        ("GET", [_, "refunds"]) => Operation::new("refunds", Kind::Read),
        ("POST", [_, "notes"]) => Operation::new("note", Kind::Write),
        ("PUT", [_]) => Operation::new("order", Kind::Write),
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    let id = call.parts().get(4).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    Some(match operation.name {
        "orders" => {
            let after = call.query("modified_after");
            let wanted: Vec<&str> = call.query("include").split(',').filter(|id| !id.is_empty()).collect();
            let all = desk.shelf.sold.iter().filter(|sold| {
                let modified = text(sold.changed_us);
                let listed = sold.listed_us <= desk.now_us;
                let after = after.trim_end_matches('Z');
                listed
                    && (wanted.contains(&sold.id.to_string().as_str())
                        || (wanted.is_empty() && modified.as_str() > after))
            });
            let all: Vec<Value> = all.map(order).collect();
            page(call, all)
        }
        "refunds" => {
            let Some(sold) = desk.shelf.order(id) else { return Some(unknown()) };
            let lines = sold.lines.iter().filter(|line| line.cancelled + line.returned > 0).map(|line| {
                value!({"id": line.id + 1_000_000, "quantity": -(line.cancelled + line.returned),
                    "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": line.id.to_string()}]})
            });
            json(200, &value!([{ "id": id + 1, "line_items": lines.collect::<Vec<_>>() }]))
        }
        "note" => {
            let note = call.json().get("note").and_then(Value::as_str).unwrap_or_default().to_owned();
            let Some(sold) = desk.shelf.order(id) else { return Some(unknown()) };
            sold.shipments.push(("note".to_owned(), note));
            json(201, &value!({ "id": 1 }))
        }
        "order" => {
            let Some(sold) = desk.shelf.order(id) else { return Some(unknown()) };
            if call.json().get("status") == Some(&value!("completed")) {
                sold.stage = "shipped";
            }
            json(200, &order(sold))
        }
        _ => return None,
    })
}

fn unknown() -> Response {
    error(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
}

/// Without an offset: the API's `_gmt` fields have none.
fn text(us: i64) -> String {
    rfc3339_seconds(us).trim_end_matches('Z').to_owned()
}

fn order(sold: &Sold) -> Value {
    let back = sold.lines.iter().any(|line| line.cancelled + line.returned > 0);
    let status = match sold.stage {
        "unpaid" => "on-hold",
        "shipped" => "completed",
        "cancelled" => "cancelled",
        _ => "processing",
    };
    let address = value!({"first_name": "Ada", "last_name": "Lovelace", "company": "", "address_1": "12 St James's Square",
        "address_2": "", "city": "London", "state": "", "postcode": "SW1Y 4JH", "country": "GB", "phone": "020"});
    let mut billing = address.clone();
    if let Value::Object(billing) = &mut billing {
        billing.insert("email".to_owned(), value!(format!("buyer{}@example.com", sold.id)));
    }
    let line = |line: &SoldLine| {
        let (cents, tax) = Sold::cents(line);
        // Entries of a simple product have no product above them.
        value!({"id": line.id, "name": format!("Title of {}", line.sku), "product_id": line.group, "variation_id": line.listing,
            "quantity": line.quantity, "sku": line.sku, "total": euros(cents), "total_tax": euros(tax)})
    };
    value!({
        "id": sold.id, "number": format!("W{}", sold.id), "status": status, "currency": sold.currency,
        "date_created_gmt": text(sold.placed_us), "date_modified_gmt": text(sold.changed_us), "customer_note": "",
        "billing": billing, "shipping": address,
        "line_items": sold.lines.iter().map(line).collect::<Vec<_>>(),
        "shipping_lines": [{"id": 1, "method_title": "Flat rate", "total": "4.90", "total_tax": "0.93"}],
        "fee_lines": [], "refunds": if back { value!([{"id": sold.id + 1, "reason": "", "total": "-10.00"}]) } else { value!([]) },
    })
}

/// A webhook `order.updated` as the store sends it: headers and body.
#[must_use]
pub fn webhook(sold: &Sold, secret: &str) -> (Vec<(String, String)>, Vec<u8>) {
    let body = order(sold).to_string().into_bytes();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(&body));
    let signature = mac.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    let headers = [
        ("X-WC-Webhook-Topic", "order.updated".to_owned()),
        ("X-WC-Webhook-Signature", signature),
        ("X-WC-Webhook-Delivery-ID", format!("{}", sold.id)),
    ];
    (headers.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(), body)
}
