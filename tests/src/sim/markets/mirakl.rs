//! A marketplace on Mirakl: stock comes in files.

use super::mirakl_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, reply, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Job, Operation, Row, RowVerdict, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The operator's marketplace, with one shop.
pub struct Mirakl;

fn error(status: u16, message: &str) -> Response {
    json(status, &value!({"status": status, "message": message}))
}

impl Rules for Mirakl {
    fn documents(&self) -> &'static [&'static str] {
        &["mirakl/mirakl-mmp-seller-openapi.json"]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = orders::operation(call) {
            return Some(operation);
        }
        const IMPORTS: &str = "/api/offers/stock/imports";
        const STATUS: &str = "/api/offers/stock/imports/{import_id}/status";
        const REPORT: &str = "/api/offers/stock/imports/{import_id}/error_report";
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("GET", ["api", "account"]) => Operation::new("A01", Kind::Read).official("get", "/api/account"),
            // Paging is documented for all operations together, not in each.
            ("GET", ["api", "offers"]) => {
                Operation::new("OF21", Kind::Read).official("get", "/api/offers").paged(&["max", "offset"])
            }
            ("POST", ["api", "offers", "stock", "imports"]) => Operation::new("STO01", Kind::Write)
                .official("post", IMPORTS)
                .limited(1.0, Duration::from_secs(60), 1.0),
            ("GET", ["api", "offers", "stock", "imports", _, "status"]) => Operation::new(
                "STO02",
                Kind::Read,
            )
            .official("get", STATUS)
            .limited(1.0, Duration::from_secs(15), 1.0),
            ("GET", ["api", "offers", "stock", "imports", _, "error_report"]) => {
                Operation::new("STO03", Kind::Read).official("get", REPORT)
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, _: &Desk<'_>) -> Result<(), Response> {
        if call.header("authorization") == "sim-shop-key" {
            return Ok(());
        }
        Err(self.revoked(Kind::Read))
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(answer) = orders::answer(operation, call, desk) {
            return answer;
        }
        match operation.name {
            "A01" => json(200, &value!({"shop_id": 2000, "shop_name": "Simulated shop"})),
            "OF21" => offers(call, desk),
            "STO01" => import(call, desk),
            name => {
                let id = call.parts().get(4).cloned().unwrap_or_default();
                match desk.shelf.job(&id) {
                    None => error(404, "Import not found"),
                    Some((job, done)) if name == "STO02" => status(job, done),
                    Some((job, _)) => report(job),
                }
            }
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "Too many requests"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "Internal Server Error")
    }

    fn revoked(&self, _: Kind) -> Response {
        error(401, "Unauthorized")
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, problem)
    }
}

fn offer(entry: &Entry) -> Value {
    value!({"offer_id": entry.id, "shop_sku": entry.sku, "quantity": entry.quantity, "product_title": entry.title,
        "product_references": [{"reference_type": "EAN", "reference": entry.gtin}]})
}

fn offers(call: &Call, desk: &Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let sku = call.query("sku");
    let all: Vec<&Entry> =
        desk.shelf.entries.iter().filter(|entry| sku.is_empty() || entry.sku == sku).collect();
    let page = all.iter().skip(number("offset", 0)).take(number("max", 10).min(100));
    json(
        200,
        &value!({"offers": page.map(|entry| offer(entry)).collect::<Vec<_>>(), "total_count": all.len()}),
    )
}

fn import(call: &Call, desk: &mut Desk<'_>) -> Response {
    let Some(file) = call.file() else {
        desk.violation("there is no file in the body");
        return error(400, "file is required");
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(file.as_bytes());
    if reader
        .headers()
        .is_ok_and(|columns| columns.get(0) != Some("offer-sku") || columns.get(1) != Some("quantity"))
    {
        desk.violation("the columns are offer-sku and quantity");
    }
    let mut rows = Vec::new();
    for line in reader.records().flatten() {
        let text = |index: usize| line.get(index).unwrap_or_default().to_owned();
        let (sku, quantity) = (text(0), text(1).parse::<i64>().unwrap_or(-1));
        let refused =
            |message: &str| RowVerdict::Refused { code: "line".to_owned(), message: message.to_owned() };
        let verdict = if desk.shelf.by_sku(&sku).is_none() {
            refused("The offer with this SKU was not found")
        } else if desk.refuses(&sku).is_some() {
            refused("The line was refused for the test")
        } else if !(0..=2_147_483_647).contains(&quantity) {
            refused("The quantity is not valid")
        } else {
            RowVerdict::Applied
        };
        rows.push(Row { sku, quantity, verdict });
    }
    let id = format!("{}", 2000 + desk.shelf.number());
    desk.shelf.take_on(id.clone(), desk.now_us + desk.job_us, rows);
    json(201, &value!({ "import_id": id }))
}

fn status(job: &Job, done: bool) -> Response {
    let refused = job.rows.iter().filter(|row| row.verdict != RowVerdict::Applied).count();
    let status = match (done, job.fails) {
        (false, _) => "RUNNING",
        (true, true) => "FAILED",
        (true, false) => "COMPLETE",
    };
    json(
        200,
        &value!({"import_id": job.id, "status": status, "date_created": "2026-11-23T00:00:00Z", "shop_id": 2000,
            "has_error_report": done && refused > 0, "lines_in_error": refused, "lines_in_success": job.rows.len() - refused}),
    )
}

fn report(job: &Job) -> Response {
    let mut report = "line;error;offer-sku;quantity\n".to_owned();
    for (line, row) in (2..).zip(&job.rows) {
        if let RowVerdict::Refused { message, .. } = &row.verdict {
            report.push_str(&format!(
                "{line};{message};\"{}\";{}\n",
                row.sku.replace('"', "\"\""),
                row.quantity
            ));
        }
    }
    reply(200, "text/csv", report)
}
