//! Walmart's returns: which lines of which orders, and how far each is.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, SentBack, Shelf};
use axum::response::Response;
use serde_json::{Value, json as value};

pub(super) const LIST: &str = "orders returned";

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let is_list = call.method == "GET" && call.path == "/v3/returns";
    let list = Operation::new(LIST, Kind::Read).official("get", "/v3/returns");
    is_list.then(|| list.paged(&["sellerId", "offset"]))
}

pub(super) fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let limit: usize = call.query("limit").parse().unwrap_or(10);
    if limit > 200 {
        desk.violation("limit cannot be larger than 200");
    }
    let offset: usize = call.query("offset").parse().unwrap_or(0);
    let (since, until) = (call.query("returnLastModifiedStartDate"), call.query("returnLastModifiedEndDate"));
    if since.is_empty() != until.is_empty() {
        desk.violation("returnLastModifiedStartDate goes with returnLastModifiedEndDate");
    }
    let is_wanted = |back: &&SentBack| {
        let at = rfc3339_seconds(back.changed_us);
        at.as_str() >= since && (until.is_empty() || at.as_str() <= until)
    };
    let all: Vec<Value> =
        desk.shelf.returns.iter().filter(is_wanted).map(|back| one(back, desk.shelf)).collect();
    let total = all.len();
    let cursor = if offset + limit < total {
        format!(
            "?sellerId=151&limit={limit}&offset={}&returnLastModifiedStartDate={since}&returnLastModifiedEndDate={until}",
            offset + limit
        )
    } else {
        String::new()
    };
    let some: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    json(
        200,
        &value!({"meta": {"totalCount": total, "limit": limit, "nextCursor": cursor}, "returnOrders": some}),
    )
}

fn one(back: &SentBack, shelf: &Shelf) -> Value {
    let places = shelf.sold.iter().find(|sold| sold.id == back.of).map(|sold| &sold.lines);
    let (asked, at) = (rfc3339_seconds(back.asked_us), rfc3339_seconds(back.changed_us));
    let (status, last) = match (back.open, back.void) {
        (true, _) => ("INITIATED", "RETURN_IN_TRANSIT"),
        (false, true) => ("COMPLETED", "RETURN_CANCELLED"),
        (false, false) => ("DELIVERED", "DELIVERED_AT_RETURN_CENTER"),
    };
    let line = |(number, (line, units)): (usize, &(u64, i64))| {
        let place = places.and_then(|lines| lines.iter().position(|one| one.id == *line)).unwrap_or(0);
        let quantity = value!({"unitOfMeasure": "EACH", "measurementValue": units});
        value!({"returnOrderLineNumber": number + 1, "salesOrderLineNumber": place + 1,
            "purchaseOrderId": back.of.to_string(), "purchaseOrderLineNumber": place + 1, "returnReason": "NO_LONGER_WANTED",
            "quantity": quantity, "isKeepIt": false, "returnExpectedFlag": true, "status": status, "statusTime": at,
            "currentTrackingStatuses": [{"status": status, "statusTime": at, "quantity": quantity}],
            "returnTrackingDetail": [
                {"sequenceNo": 1, "eventTag": last, "eventDescription": "Informational", "eventTime": at},
                {"sequenceNo": 0, "eventTag": "RETURN_INITIATED", "eventDescription": "Return initiated", "eventTime": asked}]})
    };
    value!({"returnOrderId": format!("10373{}", back.id), "customerOrderId": format!("20000{}", back.of), "returnType": "REFUND",
        "returnOrderDate": asked, "returnOrderLines": back.lines.iter().enumerate().map(line).collect::<Vec<_>>()})
}
