//! Shopee: every request signed, every error in a body; stock of one item's models a call.

use super::shopee_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;
use std::time::Duration;

/// The seller's shop. An item whose only entry's `extra` says so has no models.
pub struct Shopee;

const KEY: &[u8] = b"sim-partner-key";
const PARTNER: &str = "2001887";
const SHOP: &str = "14701711";
const LIVES_S: i64 = 14_400;
const WHOLE: &str = "whole";

pub(super) fn ok(response: &Value) -> Response {
    json(200, &value!({"error": "", "message": "", "response": response, "request_id": "1"}))
}

pub(super) fn error(status: u16, code: &str, message: &str) -> Response {
    json(status, &value!({"error": code, "message": message, "request_id": "1"}))
}

impl Rules for Shopee {
    fn operation(&self, call: &Call) -> Option<Operation> {
        let second = Duration::from_secs(1);
        Some(match (call.method.as_str(), call.path.strip_prefix("/api/v2/")?) {
            ("POST", "auth/access_token/get") => Operation::new("token", Kind::Token),
            ("GET", "shop/get_profile") => Operation::new("profile", Kind::Read),
            ("GET", "product/get_item_list") => Operation::new("items", Kind::Read),
            ("GET", "product/get_item_base_info") => Operation::new("base info", Kind::Read),
            ("GET", "product/get_model_list") => Operation::new("models", Kind::Read),
            ("POST", "product/update_stock") => {
                Operation::new("stock", Kind::Write).limited(20.0, second, 20.0)
            }
            ("POST", "product/update_price") => {
                Operation::new("price", Kind::Write).limited(20.0, second, 20.0)
            }
            (method, path) => return orders::operation(method, path),
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        let (token, timestamp) = (call.query("access_token"), call.query("timestamp"));
        let age = desk.now_us / 1_000_000 - timestamp.parse::<i64>().unwrap_or(0);
        // Tests move time ahead; a real clock that is behind by more than this is refused.
        if age < -300 || call.query("sign") != signed(&[PARTNER, &call.path, timestamp, token, SHOP]) {
            return Err(error(403, "error_sign", "Wrong sign."));
        }
        if call.query("partner_id") != PARTNER || call.query("shop_id") != SHOP {
            return Err(error(403, "error_param", "partner_id or shop_id is wrong."));
        }
        if !desk.shelf.knows(token, desk.now_us) {
            return Err(error(403, "error_auth", "Invalid access_token."));
        }
        Ok(())
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(reply) = orders::answer(operation, call, desk) {
            return reply;
        }
        match operation.name {
            "token" => token(call, desk),
            "profile" => ok(&value!({"shop_name": "Simulated shop"})),
            "items" => items(call, desk),
            "base info" => base_info(call, desk),
            "models" => models(call, desk),
            "price" => update("price_list", call, desk),
            _ => update("stock_list", call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "error_rate_limit", "Too many requests."), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "error_server", "Something wrong. Please try later.")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => error(403, "error_auth", "Your refresh_token is invalid."),
            _ => error(403, "error_auth", "Invalid access_token."),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "error_param", problem)
    }
}

fn signed(parts: &[&str]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(KEY) else { return String::new() };
    parts.iter().for_each(|part| mac.update(part.as_bytes()));
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn token(call: &Call, desk: &mut Desk<'_>) -> Response {
    if call.query("sign") != signed(&[PARTNER, &call.path, call.query("timestamp")]) {
        return error(403, "error_sign", "Wrong sign.");
    }
    let body = call.json();
    let good = desk.shelf.keys.get("refresh").and_then(Value::as_str).unwrap_or("sim-refresh").to_owned();
    if body.get("refresh_token").and_then(Value::as_str) != Some(good.as_str()) {
        return error(403, "error_auth", "Your refresh_token is invalid.");
    }
    let next = format!("sim-refresh-{}", desk.shelf.number());
    desk.shelf.keys.insert("refresh".to_owned(), value!(next));
    let access = desk.shelf.grant(desk.now_us, LIVES_S);
    json(
        200,
        &value!({"error": "", "message": "", "access_token": access, "refresh_token": next, "expire_in": LIVES_S}),
    )
}

fn is_whole(desk: &Desk<'_>, group: u64) -> bool {
    desk.shelf.of_group(group).any(|entry| entry.extra.as_str() == Some(WHOLE))
}

fn stock(entry: &Entry) -> Value {
    value!({"summary_info": {"total_reserved_stock": 0, "total_available_stock": entry.quantity + 9},
        "seller_stock": [{"location_id": "", "stock": entry.quantity}],
        "shopee_stock": [{"location_id": "SGZ", "stock": 9}]})
}

fn items(call: &Call, desk: &mut Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (offset, size) = (number("offset", 0), number("page_size", 10));
    if size > 100 || call.query("item_status") != "NORMAL" {
        desk.violation("page_size is at most 100, and item_status is required");
    }
    let mut groups: Vec<u64> = desk.shelf.entries.iter().map(|entry| entry.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let page: Vec<Value> = groups
        .iter()
        .skip(offset)
        .take(size)
        .map(|group| value!({"item_id": group, "item_status": "NORMAL"}))
        .collect();
    let more = offset + size < groups.len();
    ok(
        &value!({"item": page, "total_count": groups.len(), "has_next_page": more, "next_offset": offset + size}),
    )
}

fn base_info(call: &Call, desk: &mut Desk<'_>) -> Response {
    let ids: Vec<u64> = call.query("item_id_list").split(',').filter_map(|id| id.parse().ok()).collect();
    if ids.is_empty() || ids.len() > 50 {
        desk.violation("1 to 50 items");
    }
    let found = ids.into_iter().filter_map(|group| {
        let first = desk.shelf.of_group(group).next()?;
        let mut item = value!({"item_id": group, "item_name": format!("Item {group}"), "item_sku": "", "item_status": "NORMAL",
            "has_model": !is_whole(desk, group)});
        if let (true, Value::Object(item)) = (is_whole(desk, group), &mut item) {
            item.insert("item_sku".to_owned(), value!(first.sku));
            item.insert("stock_info_v2".to_owned(), stock(first));
        }
        Some(item)
    });
    ok(&value!({"item_list": found.collect::<Vec<_>>()}))
}

fn models(call: &Call, desk: &mut Desk<'_>) -> Response {
    let group = call.query("item_id").parse().unwrap_or(0);
    let found: Vec<Value> = desk
        .shelf
        .of_group(group)
        .map(|entry| {
            value!({"model_id": entry.id, "model_sku": entry.sku, "model_name": entry.title, "stock_info_v2": stock(entry),
                "gtin_code": entry.gtin})
        })
        .collect();
    if found.is_empty() {
        return error(200, "error_item_not_found", "Item_id is not found.");
    }
    ok(&value!({ "model": found }))
}

fn update(list: &str, call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let group = body.get("item_id").and_then(Value::as_u64).unwrap_or(0);
    let rows = body.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    if desk.shelf.of_group(group).next().is_none() {
        return error(200, "error_item_not_found", "Item_id is not found.");
    }
    if rows.is_empty() || rows.len() > 50 {
        desk.violation("1 to 50 models");
    }
    let (mut failures, mut successes) = (Vec::new(), Vec::new());
    for row in &rows {
        let id = row.get("model_id").and_then(Value::as_u64).unwrap_or(0);
        let entry = if id == 0 { desk.shelf.of_group(group).next() } else { desk.shelf.by_id(id) };
        let entry = entry.filter(|entry| entry.group == group && (id == 0) == is_whole(desk, group)).cloned();
        let mut fail = |reason: &str| failures.push(value!({"model_id": id, "failed_reason": reason}));
        let Some(entry) = entry else {
            fail("The model does not exist.");
            continue;
        };
        if let Some(price) = row.get("original_price").and_then(Value::as_f64) {
            desk.shelf.price(&entry.sku, price, "");
            continue;
        }
        let quantity = row.pointer("/seller_stock/0/stock").and_then(Value::as_i64).unwrap_or(-1);
        if desk.refuses(&entry.sku).is_some() {
            fail("The row was refused for the test.");
        } else if (0..=999_999).contains(&quantity) {
            desk.shelf.set(&entry.sku, quantity);
            successes.push(value!({"model_id": id, "stock": quantity}));
        } else {
            fail("The stock is out of range.");
        }
    }
    ok(&value!({"failure_list": failures, "success_list": successes}))
}
