//! Allegro's offers: ended where nothing is left, and the refresh token is good for one use.

use super::allegro_orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules, oauth};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The seller. `extra`: ENDED, or nothing.
pub struct Allegro;

const LIVES_S: i64 = 43_200;
const MEDIA: &str = "application/vnd.allegro.public.v1+json";

fn error(status: u16, code: &str, message: &str) -> Response {
    json(
        status,
        &value!({"errors": [{"code": code, "message": message, "userMessage": message, "details": null}]}),
    )
}

impl Rules for Allegro {
    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = allegro_orders::operation(call) {
            return Some(operation);
        }
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["auth", "oauth", "token"]) => Operation::new("token", Kind::Token),
            ("GET", ["me"]) => Operation::new("me", Kind::Read),
            ("GET", ["sale", "offers"]) => Operation::new("offers", Kind::Read),
            ("GET", ["sale", "product-offers", _]) => Operation::new("offer", Kind::Read),
            ("PATCH", ["sale", "product-offers", _]) => {
                Operation::new("edit", Kind::Write).limited(2490.0, Duration::from_secs(60), 100.0)
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if call.header("accept") != MEDIA {
            return Err(error(406, "NOT_ACCEPTABLE", "Accept"));
        }
        if desk.shelf.knows(call.bearer(), desk.now_us) { Ok(()) } else { Err(self.revoked(Kind::Read)) }
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(response) = allegro_orders::answer(operation, call, desk) {
            return response;
        }
        match operation.name {
            "token" => token(call, desk),
            "me" => json(200, &value!({"id": "1", "login": "simulated_seller"})),
            "offers" => offers(call, desk),
            name => {
                let id = call.parts().pop().and_then(|id| id.parse().ok()).unwrap_or(0);
                match desk.shelf.by_id(id).cloned() {
                    None => error(404, "NOT_FOUND", "There is no such offer"),
                    Some(entry) if name == "offer" => json(200, &offer(&entry)),
                    Some(entry) => edit(&entry, call, desk),
                }
            }
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "TOO_MANY_REQUESTS", "Too many requests"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "INTERNAL", "Internal error")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => oauth::denied(400, "invalid_grant", "Invalid refresh token"),
            _ => error(401, "UNAUTHORIZED", "The token is no good"),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "VALIDATION", problem)
    }
}

fn token(call: &Call, desk: &mut Desk<'_>) -> Response {
    if call.basic() != Some(("sim-client-id".to_owned(), "sim-client-secret".to_owned())) {
        return oauth::denied(401, "invalid_client", "Unauthorized");
    }
    let given = call.field("refresh_token");
    let good = desk.shelf.keys.get("refresh").and_then(Value::as_str).unwrap_or("sim-refresh").to_owned();
    if given != good {
        return oauth::denied(400, "invalid_grant", "Invalid refresh token");
    }
    let next = format!("sim-refresh-{}", desk.shelf.number());
    desk.shelf.keys.insert("refresh".to_owned(), value!(next));
    let access = desk.shelf.grant(desk.now_us, LIVES_S);
    json(
        200,
        &value!({"access_token": access, "token_type": "bearer", "expires_in": LIVES_S, "refresh_token": next}),
    )
}

fn offer(entry: &Entry) -> Value {
    let status = entry.extra.as_str().unwrap_or("ACTIVE");
    // What an ended offer had last stays in its record.
    let available = if status == "ENDED" { 1 } else { entry.quantity };
    value!({"id": entry.id.to_string(), "name": entry.title, "stock": {"available": available, "unit": "UNIT"},
        "external": {"id": entry.sku}, "publication": {"status": status}})
}

fn offers(call: &Call, desk: &Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let all = &desk.shelf.entries;
    let page = all.iter().skip(number("offset", 0)).take(number("limit", 20).min(1000));
    let page: Vec<Value> = page.map(offer).collect();
    json(200, &value!({"offers": page, "count": page.len(), "totalCount": all.len()}))
}

fn edit(entry: &Entry, call: &Call, desk: &mut Desk<'_>) -> Response {
    if call.header("content-type") != MEDIA {
        return error(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type");
    }
    if let Some(code) = desk.refuses(&entry.sku) {
        return error(422, &code, "The offer was refused for the test");
    }
    let body = call.json();
    let ends = body.pointer("/publication/status") == Some(&value!("ENDED"));
    let available = body.pointer("/stock/available").and_then(Value::as_i64);
    if !ends && available.is_none_or(|available| !(1..=99_999).contains(&available)) {
        desk.violation("an offer on sale has 1 to 99999 pieces");
        return error(422, "VALIDATION", "stock.available must be greater than 0");
    }
    if let Some(price) = body.pointer("/sellingMode/price") {
        let text = |key: &str| price.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        desk.shelf.price(&entry.sku, text("amount"), &text("currency"));
    }
    let quantity = if ends { 0 } else { available.unwrap_or(0) };
    desk.shelf.set(&entry.sku, quantity);
    if let Some(entry) = desk.shelf.entries.iter_mut().find(|one| one.id == entry.id) {
        entry.extra = if ends { value!("ENDED") } else { Value::Null };
    }
    json(202, &value!({"id": entry.id.to_string()}))
}
