//! Walmart's Marketplace API: inventory by SKU.

use super::{walmart_orders as orders, walmart_returns as returns};
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::oauth::{self, Client};
use crate::sim::rest::{Call, Desk, Entry, Operation, Row, RowVerdict, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The seller's account.
pub struct Walmart;

const CLIENT: Client = Client {
    fields: &[("grant_type", "client_credentials")],
    basic: Some(("sim-client-id", "sim-client-secret")),
    lives_s: 900,
};
const NODE: &str = "721407";

fn error(status: u16, code: &str, description: &str) -> Response {
    json(
        status,
        &value!({"errors": {"error": [{"code": format!("{code}.GMP_INVENTORY_API"), "field": "sku",
            "description": description, "info": "Request invalid.", "severity": "ERROR", "category": "DATA",
            "causes": [], "errorIdentifiers": {}}]}}),
    )
}

impl Rules for Walmart {
    fn documents(&self) -> &'static [&'static str] {
        &[
            "walmart-marketplace/inventory-openapi.yml",
            "walmart-marketplace/authentication-openapi.yml",
            "walmart-marketplace/feeds-openapi.yml",
            "walmart-marketplace/prices-openapi.yml",
            "walmart-marketplace/orders-openapi.yml",
            "walmart-marketplace/returns-openapi.yml",
        ]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = orders::operation(call).or_else(|| returns::operation(call)) {
            return Some(operation);
        }
        let minute = Duration::from_secs(60);
        Some(match (call.method.as_str(), call.path.as_str()) {
            ("POST", "/v3/token") => Operation::new("token", Kind::Token).official("post", "/v3/token"),
            ("GET", "/v3/inventories") => {
                Operation::new("inventories", Kind::Read).official("get", "/v3/inventories")
            }
            ("GET", "/v3/inventory") => {
                Operation::new("inventory", Kind::Read).official("get", "/v3/inventory")
            }
            ("PUT", "/v3/inventory") => Operation::new("update", Kind::Write)
                .official("put", "/v3/inventory")
                .limited(200.0, minute, 10.0),
            ("GET", path) if path.starts_with("/v3/inventories/") => {
                Operation::new("at nodes", Kind::Read).official("get", "/v3/inventories/{sku}")
            }
            ("PUT", path) if path.starts_with("/v3/inventories/") => {
                Operation::new("put nodes", Kind::Write).official("put", "/v3/inventories/{sku}")
            }
            ("PUT", "/v3/price") => Operation::new("price", Kind::Write).official("put", "/v3/price"),
            ("POST", "/v3/feeds") => Operation::new("feed", Kind::Write)
                .official("post", "/v3/feeds")
                .limited(10.0, Duration::from_secs(3600), 10.0),
            ("GET", path) if path.starts_with("/v3/feeds/") => {
                Operation::new("feed status", Kind::Read).official("get", "/v3/feeds/{feedId}")
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        for header in ["wm_qos.correlation_id", "wm_svc.name"] {
            if call.header(header).is_empty() {
                return Err(error(400, "MISSING_HEADER", header));
            }
        }
        if desk.shelf.knows(call.header("wm_sec.access_token"), desk.now_us) {
            return Ok(());
        }
        Err(unauthorised())
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(answer) = orders::answer(operation, call, desk) {
            return answer;
        }
        match operation.name {
            "token" => oauth::grant(&CLIENT, call, desk),
            returns::LIST => returns::list(call, desk),
            "inventories" => inventories(call, desk),
            "inventory" => match desk.shelf.by_sku(call.query("sku")) {
                Some(entry) => json(200, &inventory(entry)),
                None => not_found(),
            },
            "at nodes" | "put nodes" => nodes(operation.name == "put nodes", call, desk),
            "price" => price(call, desk),
            "feed" => feed(call, desk),
            "feed status" => feed_status(call, desk),
            _ => update(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(
            error(429, "REQUEST_THRESHOLD_VIOLATED", "Request threshold violated"),
            retry_after_s,
        )
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "SYSTEM_ERROR", "System is unavailable")
    }

    fn revoked(&self, _: Kind) -> Response {
        unauthorised()
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "INVALID_REQUEST", problem)
    }
}

fn unauthorised() -> Response {
    json(
        401,
        &value!({"error": [{"code": "UNAUTHORIZED.GMP_GATEWAY_API", "field": "UNAUTHORIZED",
        "description": "Unauthorized", "info": "Unauthorized token or incorrect authorization header.",
        "severity": "ERROR", "category": "DATA"}]}),
    )
}

fn not_found() -> Response {
    error(404, "CONTENT_NOT_FOUND", "No item was found for this SKU")
}

fn inventory(entry: &Entry) -> Value {
    value!({"sku": entry.sku, "quantity": {"unit": "EACH", "amount": entry.quantity}})
}

fn inventories(call: &Call, desk: &mut Desk<'_>) -> Response {
    let limit: usize = call.query("limit").parse().unwrap_or(10);
    if limit > 50 {
        desk.violation("limit is at most 50");
    }
    let from: usize = call.query("nextCursor").parse().unwrap_or(0);
    let all = &desk.shelf.entries;
    let page: Vec<Value> = all
        .iter()
        .skip(from)
        .take(limit)
        .map(|entry| {
            let amount = value!({"unit": "EACH", "amount": entry.quantity});
            value!({"sku": entry.sku, "nodes": [{"shipNode": NODE, "inputQty": amount, "availToSellQty": amount}]})
        })
        .collect();
    let next = if from + limit < all.len() { (from + limit).to_string() } else { String::new() };
    json(
        200,
        &value!({"meta": {"totalCount": all.len(), "nextCursor": next}, "elements": {"inventories": page}}),
    )
}

fn update(call: &Call, desk: &mut Desk<'_>) -> Response {
    let sku = call.query("sku").to_owned();
    let body = call.json();
    if body.get("sku").and_then(Value::as_str) != Some(&sku) {
        desk.violation("the SKU in the body is not the one in the query");
    }
    let quantity = body.pointer("/quantity/amount").and_then(Value::as_i64).unwrap_or(-1);
    if let Some(code) = desk.refuses(&sku) {
        return error(400, &code, "The row was refused for the test");
    }
    if !(0..=2_147_483_647).contains(&quantity) {
        return error(400, "INVALID_QUANTITY", "The quantity is out of range");
    }
    if !desk.shelf.set(&sku, quantity) {
        return not_found();
    }
    json(200, &body)
}

/// At the first node is what the shelf shows; at the second there must be nothing.
fn nodes(write: bool, call: &Call, desk: &mut Desk<'_>) -> Response {
    let sku = call.parts().pop().unwrap_or_default();
    let Some(shown) = desk.shelf.by_sku(&sku).map(|entry| entry.quantity) else { return not_found() };
    if !write {
        let at = |node: &str, amount: i64| value!({"shipNode": node, "inputQty": {"unit": "EACH", "amount": amount}});
        return json(200, &value!({"sku": sku, "nodes": [at(NODE, shown), at("721408", 0)]}));
    }
    let mut answers = Vec::new();
    for node in call.json().pointer("/inventories/nodes").and_then(Value::as_array).into_iter().flatten() {
        let name = node.get("shipNode").and_then(Value::as_str).unwrap_or_default().to_owned();
        let amount = node.pointer("/inputQty/amount").and_then(Value::as_i64).unwrap_or(-1);
        match name.as_str() {
            NODE => {
                desk.shelf.set(&sku, amount);
                answers.push(value!({"shipNode": name, "status": "Success", "errors": []}));
            }
            "721408" if amount == 0 => {
                answers.push(value!({"shipNode": name, "status": "Success", "errors": []}))
            }
            "721408" => desk.violation("the second node was to carry nothing"),
            _ => answers.push(value!({"shipNode": name, "status": "Failure",
                "errors": [{"code": "INVALID_SHIP_NODE", "description": "The ship node is not known"}]})),
        }
    }
    json(200, &value!({"sku": sku, "nodes": answers}))
}

fn price(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let sku = body.get("sku").and_then(Value::as_str).unwrap_or_default();
    if desk.shelf.by_sku(sku).is_none() {
        return not_found();
    }
    let current = body.pointer("/pricing/0/currentPrice").cloned().unwrap_or_default();
    let currency = current.get("currency").and_then(Value::as_str).unwrap_or_default();
    match current.get("amount").and_then(Value::as_f64) {
        Some(amount) if amount > 0.0 => desk.shelf.price(sku, amount, currency),
        _ => return error(400, "INVALID_PRICE", "The price is out of range"),
    }
    json(
        200,
        &value!({"ItemPriceResponse": {"mart": "WALMART_US", "sku": sku, "message": "Thank you. Your price has been updated."}}),
    )
}

/// In either form: by SKU, or by SKU and ship node.
fn feed(call: &Call, desk: &mut Desk<'_>) -> Response {
    let Some(file) = call.file().and_then(|file| serde_json::from_str::<Value>(&file).ok()) else {
        desk.violation("there is no JSON file in the body");
        return error(400, "INVALID_REQUEST", "file is required");
    };
    let (list, header, amount) = match call.query("feedType") {
        "inventory" => ("Inventory", "/InventoryHeader/version", "/quantity/amount"),
        "MP_INVENTORY" => ("inventory", "/inventoryHeader/version", "/shipNodes/0/quantity/amount"),
        other => {
            desk.violation(format!("there is no feedType {other}"));
            return error(400, "INVALID_REQUEST", "feedType");
        }
    };
    if file.pointer(header).is_none() {
        desk.violation("a feed has a header with its version");
    }
    if call.body.len() > 5 * 1024 * 1024 {
        return error(413, "PAYLOAD_TOO_LARGE", "The file is larger than 5 MB");
    }
    let lines = file.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    let row = |line: &Value| {
        let sku = line.get("sku").and_then(Value::as_str).unwrap_or_default().to_owned();
        let quantity = line.pointer(amount).and_then(Value::as_i64).unwrap_or(-1);
        let refused = |code: &str, message: &str| RowVerdict::Refused {
            code: code.to_owned(),
            message: message.to_owned(),
        };
        let verdict = if desk.shelf.by_sku(&sku).is_none() {
            refused("CONTENT_NOT_FOUND.GMP_INVENTORY_API", "No item was found for this SKU")
        } else if let Some(code) = desk.refuses(&sku) {
            refused(&code, "The row was refused for the test")
        } else if !(0..=2_147_483_647).contains(&quantity) {
            refused("INVALID_QUANTITY", "The quantity is out of range")
        } else {
            RowVerdict::Applied
        };
        Row { sku, quantity, verdict }
    };
    let rows: Vec<Row> = lines.iter().map(row).collect();
    let id = format!("F{:032X}@AU8BAQA", desk.shelf.number());
    desk.shelf.take_on(id.clone(), desk.now_us + desk.feed_us, rows);
    json(200, &value!({ "feedId": id }))
}

fn feed_status(call: &Call, desk: &mut Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (offset, limit) = (number("offset", 0), number("limit", 50));
    if limit > 50 {
        desk.violation("limit is at most 50");
    }
    let id = call.parts().pop().unwrap_or_default();
    let Some((job, done)) = desk.shelf.job(&id) else {
        return error(404, "CONTENT_NOT_FOUND", "No such feed");
    };
    let status = match (done, job.fails) {
        (false, _) => "INPROGRESS",
        (true, true) => "ERROR",
        (true, false) => "PROCESSED",
    };
    let good = job.rows.iter().filter(|row| done && row.verdict == RowVerdict::Applied).count();
    let items = job.rows.iter().enumerate().skip(offset).take(limit).map(|(index, row)| match &row.verdict {
        _ if !done => value!({"index": index, "sku": row.sku, "ingestionStatus": "INPROGRESS"}),
        RowVerdict::Applied => value!({"index": index, "sku": row.sku, "ingestionStatus": "SUCCESS"}),
        RowVerdict::Refused { code, message } => value!({
            "index": index, "sku": row.sku, "ingestionStatus": "DATA_ERROR",
            "ingestionErrors": {"ingestionError": [{"type": "DATA_ERROR", "code": code, "description": message}]},
        }),
    });
    let items: Vec<Value> = items.collect();
    json(
        200,
        &value!({"feedId": id, "feedStatus": status, "itemsReceived": job.rows.len(), "itemsSucceeded": good,
            "itemsFailed": if done { job.rows.len() - good } else { 0 }, "itemsProcessing": if done { 0 } else { job.rows.len() },
            "offset": offset, "limit": limit, "itemDetails": {"itemIngestionStatus": items}}),
    )
}
