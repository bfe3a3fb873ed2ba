//! Lazada: signed parameters, XML payloads, and 200 whatever happened.

use super::lazada_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;
use std::time::Duration;

/// The seller in one country.
pub struct Lazada;

const SECRET: &[u8] = b"sim-app-secret";
const LIVES_S: i64 = 2_592_000;
/// Held by checkouts and campaigns: part of the total, never of what is sellable.
const OCCUPIED: i64 = 2;

pub(super) fn ok(data: &Value) -> Response {
    json(200, &value!({"code": "0", "data": data, "request_id": "1"}))
}

pub(super) fn error(code: &str, kind: &str, message: &str) -> Response {
    json(200, &value!({"code": code, "type": kind, "message": message, "request_id": "1"}))
}

impl Rules for Lazada {
    fn operation(&self, call: &Call) -> Option<Operation> {
        let second = Duration::from_secs(1);
        Some(match (call.method.as_str(), call.path.as_str()) {
            ("POST", "/auth/token/refresh") => Operation::new("token", Kind::Token),
            ("GET", "/seller/get") => Operation::new("seller", Kind::Read),
            ("GET", "/products/get") => Operation::new("products", Kind::Read),
            ("GET", "/product/item/get") => Operation::new("item", Kind::Read),
            ("POST", "/product/stock/sellable/update") => {
                Operation::new("sellable", Kind::Write).limited(50.0, second, 50.0)
            }
            ("POST", "/product/price_quantity/update") => {
                Operation::new("price", Kind::Write).limited(50.0, second, 50.0)
            }
            (method, path) => return orders::operation(method, path),
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if call.query("app_key") != "100132" {
            return Err(error("InvalidAppKey", "ISV", "The specified App Key is invalid"));
        }
        if call.query("sign") != signed(call) {
            let words = "The request signature does not conform to platform standards";
            return Err(error("IncompleteSignature", "ISV", words));
        }
        let age = desk.now_us / 1000 - call.query("timestamp").parse::<i64>().unwrap_or(0);
        // Tests move time ahead; a real clock that is behind by two hours is refused.
        if age < -7_200_000 {
            return Err(error("InvalidTimestamp", "ISV", "The timestamp is off by more than 7200 seconds"));
        }
        if desk.shelf.knows(call.query("access_token"), desk.now_us) {
            return Ok(());
        }
        Err(self.revoked(Kind::Read))
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(reply) = orders::answer(operation, call, desk) {
            return reply;
        }
        match operation.name {
            "token" => token(call, desk),
            "seller" => ok(&value!({"name": "Simulated seller", "seller_id": "1001"})),
            "products" => products(call, desk),
            "item" => {
                let group = call.query("item_id").parse().unwrap_or(0);
                match desk.shelf.of_group(group).next() {
                    Some(_) => ok(&product(group, desk)),
                    None => error("208", "ISP", "E208: ITEM_NOT_FOUND"),
                }
            }
            "price" => prices(call, desk),
            _ => sellable(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(
            error("SellerCallLimit", "ISV", "This call exceeds the limit of the seller"),
            retry_after_s,
        )
    }

    fn failed(&self, status: u16) -> Response {
        json(
            status,
            &value!({"code": "ServiceTimeout", "type": "SYSTEM", "message": "The service is not available"}),
        )
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => {
                error("IllegalRefreshToken", "ISV", "The specified refresh token is invalid or expired")
            }
            _ => error("IllegalAccessToken", "ISV", "The specified access token is invalid or expired"),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error("InvalidParameter", "ISV", problem)
    }
}

fn signed(call: &Call) -> String {
    let mut all: Vec<(String, String)> = call.query.iter().cloned().chain(call.form()).collect();
    all.retain(|(name, _)| name != "sign");
    all.sort();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(SECRET) else { return String::new() };
    mac.update(call.path.as_bytes());
    for (name, value) in all {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02X}")).collect()
}

fn token(call: &Call, desk: &mut Desk<'_>) -> Response {
    if call.field("sign") != signed(call) {
        return error(
            "IncompleteSignature",
            "ISV",
            "The request signature does not conform to platform standards",
        );
    }
    let good = desk.shelf.keys.get("refresh").and_then(Value::as_str).unwrap_or("sim-refresh").to_owned();
    if call.field("refresh_token") != good {
        return error("IllegalRefreshToken", "ISV", "The specified refresh token is invalid or expired");
    }
    let next = format!("sim-refresh-{}", desk.shelf.number());
    desk.shelf.keys.insert("refresh".to_owned(), value!(next));
    let access = desk.shelf.grant(desk.now_us, LIVES_S);
    json(
        200,
        &value!({"code": "0", "access_token": access, "refresh_token": next, "expires_in": LIVES_S, "country": "sg"}),
    )
}

fn sku(entry: &Entry) -> Value {
    value!({"SkuId": entry.id, "SellerSku": entry.sku, "quantity": entry.quantity + OCCUPIED, "Available": entry.quantity,
        "multiWarehouseInventories": [{"warehouseCode": "dropshipping", "totalQuantity": entry.quantity + OCCUPIED,
            "sellableQuantity": entry.quantity, "occupyQuantity": OCCUPIED}]})
}

fn product(group: u64, desk: &Desk<'_>) -> Value {
    let skus: Vec<Value> = desk.shelf.of_group(group).map(sku).collect();
    value!({"item_id": group, "attributes": {"name": format!("Item {group}")}, "skus": skus})
}

fn products(call: &Call, desk: &mut Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (offset, limit) = (number("offset", 0), number("limit", 20));
    if limit > 50 {
        desk.violation("limit is at most 50");
    }
    let mut groups: Vec<u64> = desk.shelf.entries.iter().map(|entry| entry.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let page: Vec<Value> =
        groups.iter().skip(offset).take(limit).map(|group| product(*group, desk)).collect();
    ok(&value!({"total_products": groups.len(), "products": page}))
}

/// The text of an element within another.
fn element<'a>(text: &'a str, name: &str) -> &'a str {
    let inner = text.split(&format!("<{name}>")).nth(1).unwrap_or_default();
    inner.split(&format!("</{name}>")).next().unwrap_or_default()
}

fn sellable(call: &Call, desk: &mut Desk<'_>) -> Response {
    let payload = call.field("payload");
    let rows: Vec<&str> = payload.split("<Sku>").skip(1).collect();
    if rows.is_empty() || rows.len() > 50 || !payload.starts_with("<Request><Product><Skus>") {
        desk.violation("a request of 1 to 50 SKUs");
    }
    let mut writes = Vec::new();
    for row in rows {
        let number = |name: &str| element(row, name).parse::<u64>().unwrap_or(0);
        let entry =
            desk.shelf.by_id(number("SkuId")).filter(|entry| entry.group == number("ItemId")).cloned();
        let Some(entry) = entry else { return error("501", "ISP", "E0501: SKU_NOT_FOUND") };
        if let Some(code) = desk.refuses(&entry.sku) {
            return error(&code, "ISP", "The SKU was refused for the test");
        }
        match element(row, "SellableQuantity").parse::<i64>() {
            Ok(quantity) if (0..=999_999).contains(&quantity) => writes.push((entry.sku, quantity)),
            _ => return error("501", "ISP", "E0501: NEGATIVE_SELLABLE"),
        }
    }
    for (sku, quantity) in writes {
        desk.shelf.set(&sku, quantity);
    }
    ok(&value!({}))
}

fn prices(call: &Call, desk: &mut Desk<'_>) -> Response {
    let payload: Value = serde_json::from_str(&call.field("payload")).unwrap_or_default();
    let rows =
        payload.pointer("/Request/Product/Skus/Sku").and_then(Value::as_array).cloned().unwrap_or_default();
    for row in &rows {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let entry = text("SkuId").parse().ok().and_then(|id| desk.shelf.by_id(id)).cloned();
        match entry {
            Some(entry) => desk.shelf.price(&entry.sku, text("Price"), ""),
            None => return error("501", "ISP", "E0501: SKU_NOT_FOUND"),
        }
    }
    ok(&value!({}))
}
