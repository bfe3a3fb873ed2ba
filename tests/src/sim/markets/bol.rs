//! bol's Retailer API: everything is a process.

use super::{bol_orders as orders, bol_returns as returns};
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, reply, with_retry_after};
use crate::sim::rest::oauth::{self, Client};
use crate::sim::rest::{Call, Desk, Entry, Operation, Row, RowVerdict, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The retailer's account.
pub struct Bol;

const CLIENT: Client = Client {
    fields: &[("grant_type", "client_credentials")],
    basic: Some(("sim-client-id", "sim-client-secret")),
    lives_s: 299,
};
const MEDIA: &str = "application/vnd.retailer.v10+json";

fn problem(status: u16, title: &str, detail: &str) -> Response {
    json(
        status,
        &value!({"type": "https://api.bol.com/problems", "title": title, "status": status, "detail": detail}),
    )
}

fn process(id: &str, status: &str, entity: Option<&str>, error: Option<&str>) -> Value {
    value!({"processStatusId": id, "entityId": entity, "eventType": "UPDATE_OFFER_STOCK", "description": "Update stock",
        "status": status, "errorMessage": error, "createTimestamp": "2026-11-23T00:00:00+01:00", "links": []})
}

impl Rules for Bol {
    fn documents(&self) -> &'static [&'static str] {
        &["bol/retailer.json", "bol/shared.json"]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = orders::operation(call).or_else(|| returns::operation(call)) {
            return Some(operation);
        }
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let second = Duration::from_secs(1);
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["token"]) => Operation::new("token", Kind::Token),
            ("POST", ["retailer", "offers", "export"]) => {
                Operation::new("export", Kind::Read).official("post", "/retailer/offers/export")
            }
            ("GET", ["retailer", "offers", "export", _]) => {
                Operation::new("file", Kind::Read).official("get", "/retailer/offers/export/{report-id}")
            }
            ("GET", ["retailer", "offers", _]) => {
                Operation::new("offer", Kind::Read).official("get", "/retailer/offers/{offer-id}")
            }
            ("PUT", ["retailer", "offers", _, "stock"]) => Operation::new("stock", Kind::Write)
                .official("put", "/retailer/offers/{offer-id}/stock")
                .limited(20.0, second, 20.0),
            ("PUT", ["retailer", "offers", _, "price"]) => Operation::new("price", Kind::Write)
                .official("put", "/retailer/offers/{offer-id}/price")
                .limited(20.0, second, 20.0),
            ("POST", ["shared", "process-status"]) => {
                Operation::new("processes", Kind::Read).official("post", "/shared/process-status")
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if !call.body.is_empty() && call.header("content-type") != MEDIA {
            return Err(problem(415, "Unsupported Media Type", "Content-Type must be the retailer's"));
        }
        if !desk.shelf.knows(call.bearer(), desk.now_us) {
            return Err(problem(401, "Expired JWT", "The JWT has expired"));
        }
        Ok(())
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(answer) = orders::answer(operation, call, desk) {
            return answer;
        }
        match operation.name {
            "token" => oauth::grant(&CLIENT, call, desk),
            returns::LIST => returns::list(call, desk),
            "export" => {
                let id = format!("export-{}", desk.shelf.number());
                desk.shelf.take_on(id.clone(), desk.now_us + desk.job_us, Vec::new());
                json(202, &process(&id, "PENDING", None, None))
            }
            "file" => reply(200, "application/vnd.retailer.v10+csv", file(desk)),
            "offer" => match entry(&call.parts()[2], desk) {
                Some(entry) => json(200, &offer(entry)),
                None => problem(404, "Not Found", "The requested offer could not be found"),
            },
            "price" => {
                let Some(sku) = entry(&call.parts()[2], desk).map(|entry| entry.sku.clone()) else {
                    return problem(404, "Not Found", "The requested offer could not be found");
                };
                match call.json().pointer("/pricing/bundlePrices/0/unitPrice").and_then(Value::as_f64) {
                    Some(price) => desk.shelf.price(&sku, price, ""),
                    None => return problem(400, "Bad Request", "unitPrice is required"),
                }
                let id = format!("process-{}", desk.shelf.number());
                json(202, &process(&id, "PENDING", None, None))
            }
            "processes" => processes(call, desk),
            _ => stock(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(problem(429, "Too many requests", "Too many requests, retry later."), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        problem(status, "Internal server error", "The server encountered an unexpected condition.")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => {
                oauth::denied(401, "unauthorized_client", "Invalid client or Invalid client credentials")
            }
            _ => problem(401, "Unauthorized Request", "Account is not active, access denied."),
        }
    }

    fn malformed(&self, detail: &str) -> Response {
        problem(400, "Bad Request", detail)
    }
}

fn entry<'a>(id: &str, desk: &'a Desk<'_>) -> Option<&'a Entry> {
    desk.shelf.by_id(id.strip_prefix("offer-")?.parse().ok()?)
}

fn offer(entry: &Entry) -> Value {
    value!({"offerId": format!("offer-{}", entry.id), "ean": entry.gtin, "reference": entry.sku, "onHoldByRetailer": false,
        "stock": {"amount": entry.quantity, "correctedStock": entry.quantity, "managedByRetailer": true}})
}

fn file(desk: &Desk<'_>) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut file = "offerId,ean,conditionName,bundlePricesPrice,stockAmount,onHoldByRetailer,fulfilmentType,mutationDateTime,referenceCode,correctedStock\n".to_owned();
    for entry in &desk.shelf.entries {
        file.push_str(&format!(
            "offer-{},{},NEW,19.99,{},false,FBR,2026-11-23 00:00:00.0 UTC,{},{}\n",
            entry.id,
            entry.gtin.as_deref().unwrap_or_default(),
            entry.quantity,
            quoted(&entry.sku),
            entry.quantity
        ));
    }
    file
}

fn processes(call: &Call, desk: &Desk<'_>) -> Response {
    let queries =
        call.json().get("processStatusQueries").and_then(Value::as_array).cloned().unwrap_or_default();
    let found = queries.iter().filter_map(|query| {
        let id = query.get("processStatusId")?.as_str()?;
        let (job, done) = desk.shelf.job(id)?;
        let entity = id.starts_with("export-").then_some("report-1");
        Some(match (done, job.fails, job.rows.first().map(|row| &row.verdict)) {
            (false, ..) => process(id, "PENDING", None, None),
            (true, true, _) => process(id, "TIMEOUT", None, Some("The process took too long.")),
            (true, false, Some(RowVerdict::Refused { message, .. })) => {
                process(id, "FAILURE", None, Some(message))
            }
            (true, false, _) => process(id, "SUCCESS", entity, None),
        })
    });
    json(200, &value!({ "processStatuses": found.collect::<Vec<_>>() }))
}

fn stock(call: &Call, desk: &mut Desk<'_>) -> Response {
    let Some(entry) = entry(&call.parts()[2], desk).cloned() else {
        return problem(404, "Not Found", "The requested offer could not be found");
    };
    let quantity = call.json().get("amount").and_then(Value::as_i64).unwrap_or(-1);
    let verdict = match desk.refuses(&entry.sku) {
        Some(code) => RowVerdict::Refused { code, message: "The row was refused for the test".to_owned() },
        None => RowVerdict::Applied,
    };
    let id = format!("process-{}", desk.shelf.number());
    desk.shelf.take_on(
        id.clone(),
        desk.now_us + desk.job_us,
        vec![Row { sku: entry.sku, quantity, verdict }],
    );
    json(202, &process(&id, "PENDING", None, None))
}
