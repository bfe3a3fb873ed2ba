//! `PUT onhand/v1/orders` and `PUT onhand/v1/allotments`, as the plugin answers them.

use super::SECRET;
use super::counter::{Counter, Mishap, movement};
use crate::sim::clock::now_us;
use crate::sim::http::json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

fn error(status: u16, code: &str, message: &str) -> Response {
    json(status, &value!({"code": code, "message": message, "data": {"status": status}}))
}

pub(super) async fn orders(
    State(counter): State<Arc<Mutex<Counter>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&counter, "orders", &headers, &body, import)
}

pub(super) async fn allotments(
    State(counter): State<Arc<Mutex<Counter>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&counter, "allotments", &headers, &body, keep)
}

fn answer(
    counter: &Mutex<Counter>,
    route: &str,
    headers: &HeaderMap,
    body: &[u8],
    act: fn(&mut Counter, &Value) -> Response,
) -> Response {
    let mut guard = counter.lock().unwrap_or_else(PoisonError::into_inner);
    let counter = &mut *guard;
    counter.requests += 1;
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    // Whoever only asks what is kept does nothing that could go wrong.
    let only_asks = told["entries"].as_array().is_some_and(Vec::is_empty);
    let mishap = if only_asks { None } else { counter.mishaps.pop_front() };
    if mishap == Some(Mishap::Down) {
        return error(503, "critical_error", "There has been a critical error on this website.");
    }
    if let Err(problem) = signed(counter, route, headers, body) {
        return error(401, "onhand_signature", &problem);
    }
    let answer = act(counter, &told);
    if mishap == Some(Mishap::ReplyLost) {
        return error(504, "gateway_timeout", "The reply was lost on its way.");
    }
    answer
}

/// Keeps units for channels: as many as are nobody's.
fn keep(counter: &mut Counter, told: &Value) -> Response {
    let entries = told["entries"].as_array().cloned().unwrap_or_default();
    let mut touched = Vec::new();
    for entry in &entries {
        let key =
            (entry["channel"].as_str().unwrap_or_default().to_owned(), entry["item"].as_i64().unwrap_or(0));
        let noted = counter.allotted.get(&key).copied().unwrap_or(0);
        let (from, to) = (entry["from"].as_i64().unwrap_or(-1), entry["to"].as_i64().unwrap_or(0));
        if noted == from {
            let most = noted + counter.free(key.1).max(0);
            counter.allotted.insert(key.clone(), to.min(most));
        }
        touched.push(key);
    }
    if entries.is_empty() {
        touched = counter.allotted.keys().cloned().collect();
    }
    let said = |key: &(String, i64)| {
        let units = counter.allotted.get(key).copied().unwrap_or(0);
        value!({"channel": key.0, "item": key.1, "units": units})
    };
    json(200, &value!({"entries": touched.iter().map(said).collect::<Vec<_>>()}))
}

/// `t=<seconds>,n=<nonce>,v1=<hex>`.
fn signed(counter: &mut Counter, route: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
    let header = headers.get("onhand-signature").and_then(|text| text.to_str().ok()).unwrap_or_default();
    let part = |key: &str| {
        header
            .split(',')
            .find_map(|part| part.strip_prefix(key))
            .map(str::to_owned)
            .ok_or("no signature".to_owned())
    };
    let (at, nonce, given) = (part("t=")?, part("n=")?, part("v1=")?);
    let hash: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("v1\n{at}\n{nonce}\nPUT\n/onhand/v1/{route}\n{hash}");
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).map_err(|error| error.to_string())?;
    let right: String =
        mac.chain_update(text).finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    if right != given {
        return Err("the signature is wrong".to_owned());
    }
    let seconds: i64 = at.parse().map_err(|_| "no time".to_owned())?;
    if (now_us() / 1_000_000 - seconds).abs() > 300 {
        return Err("too old".to_owned());
    }
    if counter.nonces.insert(nonce) { Ok(()) } else { Err("sent before".to_owned()) }
}

fn import(counter: &mut Counter, told: &Value) -> Response {
    let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
    let key = (text("channel"), text("order"));
    let mut order = counter.orders.get(&key).cloned().unwrap_or_default();
    let revision = told["revision"].as_i64().unwrap_or(0);
    if revision > order.revision {
        let lines = told["lines"].as_array().cloned().unwrap_or_default();
        let accepted = told["accept"].as_array().is_some_and(|words| words.contains(&value!("oversold")));
        let mut wanted = Vec::new();
        for line in &lines {
            let (item, name) =
                (line["item"].as_i64().unwrap_or(0), line["line"].as_str().unwrap_or_default());
            let more = line["taken"].as_i64().unwrap_or(0) - order.taken.get(name).copied().unwrap_or(0);
            let there = counter.stock.get(&item).copied().unwrap_or(0);
            if more > there && !accepted {
                return error(
                    422,
                    "onhand_oversold",
                    &format!("Oversold: item {item}: {more} wanted, {there} there."),
                );
            }
            let own = line["of"].is_null();
            wanted.push((item, name.to_owned(), more, line["taken"].as_i64().unwrap_or(0), own));
        }
        if order.id == 0 && text("mode") == "order" {
            order.id = counter.number();
        }
        let reference = format!("{}:{}", key.0, key.1);
        for (item, name, more, taken, own) in wanted {
            order.taken.insert(name.clone(), taken);
            if more != 0 {
                *counter.stock.entry(item).or_default() -= more;
                // A kit is not sold out of what is kept for its parts' own listings.
                if let Some(kept) = counter.allotted.get_mut(&(key.0.clone(), item)).filter(|_| own) {
                    *kept = (*kept - more.max(0)).max(0);
                }
                order.moves += 1;
                let cause = if more > 0 { "channel_order" } else { "channel_restock" };
                counter.state(item, vec![movement(-more, cause, &reference, &name, "channel")]);
            }
        }
        order.revision = revision;
        order.stage = text("stage");
        order.told = told.clone();
        counter.orders.insert(key, order.clone());
    }
    let at = counter.now();
    let id = if order.id == 0 { Value::Null } else { value!(order.id) };
    json(200, &value!({"order": id, "at": at, "lines": order.taken}))
}
