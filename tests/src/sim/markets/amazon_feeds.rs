//! Amazon's feeds: a document uploaded to a store of its own, a job, and a report in that store.

use super::amazon::{MARKETPLACE, SELLER, error, price, quantity};
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, reply};
use crate::sim::rest::{Call, Desk, Job, Operation, Row, RowVerdict};
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json as value};
use std::io::Write;
use std::time::Duration;

const FEEDS: &str = "/feeds/2021-06-30/feeds";
const DOCUMENTS: &str = "/feeds/2021-06-30/documents";

/// The store's addresses carry their permission in themselves.
pub(super) fn is_store(call: &Call) -> bool {
    call.path.starts_with("/store/")
}

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let minutes = Duration::from_secs(120);
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("POST", ["feeds", "2021-06-30", "documents"]) => Operation::new("createFeedDocument", Kind::Write)
            .official("post", DOCUMENTS)
            .limited(1.0, Duration::from_secs(2), 15.0),
        ("POST", ["feeds", "2021-06-30", "feeds"]) => {
            Operation::new("createFeed", Kind::Write).official("post", FEEDS).limited(1.0, minutes, 15.0)
        }
        ("GET", ["feeds", "2021-06-30", "feeds", _]) => Operation::new("getFeed", Kind::Read)
            .official("get", "/feeds/2021-06-30/feeds/{feedId}")
            .limited(2.0, Duration::from_secs(1), 15.0),
        ("GET", ["feeds", "2021-06-30", "documents", _]) => Operation::new("getFeedDocument", Kind::Read)
            .official("get", "/feeds/2021-06-30/documents/{feedDocumentId}")
            .limited(1.0, Duration::from_secs(45), 10.0),
        ("PUT", ["store", _]) => Operation::new("upload", Kind::Write),
        ("GET", ["store", _]) => Operation::new("download", Kind::Read),
        _ => return None,
    })
}

pub(super) fn answer(name: &str, call: &Call, desk: &mut Desk<'_>) -> Response {
    let last = call.parts().pop().unwrap_or_default();
    match name {
        "createFeedDocument" => {
            let id = format!("amzn1.tortuga.4.na.{}", desk.shelf.number());
            json(201, &value!({ "url": address(call, &id), "feedDocumentId": id }))
        }
        "upload" => {
            if !call.header("x-amz-access-token").is_empty() {
                desk.violation("a token was told to the store");
            }
            desk.shelf.keys.insert(last, call.json());
            reply(200, "text/plain", String::new())
        }
        "createFeed" => create(call, desk),
        "getFeed" => match desk.shelf.job(&last) {
            Some((job, done)) => json(200, &feed(job, done)),
            None => error(404, "NotFound", "There is no such feed"),
        },
        "getFeedDocument" => json(
            200,
            &value!({ "feedDocumentId": last, "url": address(call, &last), "compressionAlgorithm": "GZIP" }),
        ),
        _ => {
            let id = last.trim_start_matches("report-");
            match desk.shelf.job(id) {
                Some((job, true)) => packed(&report(job)),
                _ => error(404, "NotFound", "There is no such document"),
            }
        }
    }
}

fn address(call: &Call, id: &str) -> String {
    format!("http://{}/store/{id}?X-Amz-Signature=simulated", call.header("host"))
}

fn create(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    if text("/feedType") != "JSON_LISTINGS_FEED" || text("/marketplaceIds/0") != MARKETPLACE {
        desk.violation("the feed is of another type or for another marketplace");
    }
    let Some(document) = desk.shelf.keys.get(&text("/inputFeedDocumentId")).cloned() else {
        return error(400, "InvalidInput", "The document was not uploaded");
    };
    if document.pointer("/header/sellerId").and_then(Value::as_str) != Some(SELLER) {
        desk.violation("the feed is another seller's");
    }
    let messages = document.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
    if messages.is_empty() || messages.len() > 25_000 {
        desk.violation("a feed has 1 to 25000 messages");
    }
    let rows = messages.iter().map(|message| row(message, desk)).collect();
    let id = format!("{}", 50_000 + desk.shelf.number());
    desk.shelf.take_on(id.clone(), desk.now_us + desk.feed_us, rows);
    json(202, &value!({ "feedId": id }))
}

fn row(message: &Value, desk: &mut Desk<'_>) -> Row {
    let sku = message.get("sku").and_then(Value::as_str).unwrap_or_default().to_owned();
    let refused = |code: &str, message: &str| RowVerdict::Refused {
        code: code.to_owned(),
        message: message.to_owned(),
    };
    let (quantity, verdict) = match quantity(message) {
        _ if desk.shelf.by_sku(&sku).is_none() => (0, refused("13013", "The SKU does not exist.")),
        _ if desk.refuses(&sku).is_some() => {
            (0, refused(&desk.refuses(&sku).unwrap_or_default(), "The message was refused for the test."))
        }
        Ok(quantity) => {
            if let Some((amount, currency)) = price(message) {
                desk.shelf.price(&sku, amount, &currency);
            }
            (quantity, RowVerdict::Applied)
        }
        Err((code, message)) => (0, refused(code, message)),
    };
    Row { sku, quantity, verdict }
}

fn feed(job: &Job, done: bool) -> Value {
    let status = match (done, job.fails) {
        (false, _) => "IN_PROGRESS",
        (true, true) => "FATAL",
        (true, false) => "DONE",
    };
    let mut feed = value!({"feedId": job.id, "feedType": "JSON_LISTINGS_FEED", "processingStatus": status,
        "createdTime": "2026-11-23T00:00:00Z", "marketplaceIds": [MARKETPLACE]});
    if let (true, Value::Object(feed)) = (done, &mut feed) {
        feed.insert("resultFeedDocumentId".to_owned(), value!(format!("report-{}", job.id)));
    }
    feed
}

fn report(job: &Job) -> Value {
    let refused = |(number, row): (usize, &Row)| match &row.verdict {
        RowVerdict::Applied => None,
        RowVerdict::Refused { code, message } => Some(
            value!({"messageId": number, "sku": row.sku, "code": code, "severity": "ERROR", "message": message}),
        ),
    };
    let issues: Vec<Value> = (1..).zip(&job.rows).filter_map(refused).collect();
    let bad = issues.len();
    value!({
        "header": {"sellerId": SELLER, "version": "2.0", "feedId": job.id},
        "summary": {"errors": bad, "warnings": 0, "messagesProcessed": job.rows.len(),
            "messagesAccepted": job.rows.len() - bad, "messagesInvalid": bad},
        "issues": issues,
    })
}

fn packed(report: &Value) -> Response {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    let written = packer.write_all(report.to_string().as_bytes()).and_then(|()| packer.finish());
    let Ok(body) = written else { return error(500, "InternalFailure", "the report cannot be packed") };
    let mut response = Response::new(Body::from(body));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("application/octet-stream"));
    response
}
