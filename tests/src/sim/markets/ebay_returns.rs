//! eBay's Post-Order API, as far as it tells of returns: each is of one line of an order.

use super::ebay_sales::{millis, name};
use crate::sim::behaviour::Kind;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, SentBack, Shelf};
use axum::response::Response;
use serde_json::{Value, json as value};

pub(super) const SEARCH: &str = "orders returned";
pub(super) const ONE: &str = "order returned";

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["post-order", "v2", "return", "search"]) => Some(Operation::new(SEARCH, Kind::Read)),
        ("GET", ["post-order", "v2", "return", _]) => Some(Operation::new(ONE, Kind::Read)),
        _ => None,
    }
}

fn error(status: u16, id: u64, message: &str) -> Response {
    json(
        status,
        &value!({"errorMessage": {"error": [{"errorId": id, "domain": "returnErrorDomain", "severity": "ERROR",
            "category": "REQUEST", "message": message, "parameter": [], "longMessage": message,
            "httpStatusCode": status.to_string()}]}}),
    )
}

/// "Each Post-Order API call requires the Authorization and X-EBAY-C-MARKETPLACE-ID HTTP headers."
pub(super) fn authorise(call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
    let token = call.header("authorization").strip_prefix("IAF ").unwrap_or_default();
    if !desk.shelf.knows(token, desk.now_us) {
        return Err(error(401, 1002, "Authentication failed"));
    }
    if call.header("x-ebay-c-marketplace-id").is_empty() {
        return Err(error(400, 1003, "The marketplace is missing"));
    }
    Ok(())
}

pub(super) fn search(call: &Call, desk: &mut Desk<'_>) -> Response {
    let (from, to) = (call.query("creation_date_range_from"), call.query("creation_date_range_to"));
    if from >= to || call.query("role") != "SELLER" {
        desk.violation("a range of dates and the seller's role");
    }
    let limit: usize = call.query("limit").parse().unwrap_or(25);
    let offset: usize = call.query("offset").parse().unwrap_or(0);
    let is_wanted = |back: &&SentBack| {
        let asked = millis(back.asked_us);
        asked.as_str() >= from && asked.as_str() <= to
    };
    let wanted = desk.shelf.returns.iter().filter(is_wanted);
    let all: Vec<Value> =
        wanted.flat_map(|back| (0..back.lines.len()).map(|place| summary(back, place, desk.shelf))).collect();
    let total = all.len();
    let members: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    let pages = value!({"limit": limit, "offset": offset, "totalEntries": total, "totalPages": total.div_ceil(limit)});
    json(200, &value!({ "members": members, "paginationOutput": pages }))
}

/// "It defaults to FULL, which means that only the detail container will get returned."
pub(super) fn one(call: &Call, desk: &Desk<'_>) -> Response {
    let id = call.parts().last().cloned().unwrap_or_default();
    let is_it = |back: &&SentBack| (0..back.lines.len()).any(|place| number(back, place) == id);
    let Some(back) = desk.shelf.returns.iter().find(is_it) else {
        return error(404, 1604, "The return does not exist");
    };
    let tracking = match (back.open, back.void) {
        (true, _) => value!({"deliveryStatus": "IN_TRANSIT"}),
        (false, true) => return json(200, &value!({"detail": {"marketplaceId": "EBAY_US"}})),
        (false, false) => {
            value!({"deliveryStatus": "DELIVERED", "actualDeliveryDate": {"value": millis(back.changed_us)}})
        }
    };
    json(
        200,
        &value!({"detail": {"marketplaceId": "EBAY_US", "returnShipmentInfo": {"shipmentTracking": tracking}}}),
    )
}

fn number(back: &SentBack, place: usize) -> String {
    format!("50{:06}{place:02}", back.id)
}

fn summary(back: &SentBack, place: usize, shelf: &Shelf) -> Value {
    let (line, units) = back.lines[place];
    let of = shelf.sold.iter().flat_map(|sold| &sold.lines).find(|one| one.id == line);
    let status = if back.open { "ITEM_SHIPPED" } else { "CLOSED" };
    value!({"returnId": number(back, place), "orderId": name(back.of), "buyerLoginName": "ada", "state": status, "status": status,
        "creationInfo": {"item": {"itemId": of.map(|of| of.group.to_string()), "transactionId": line.to_string(),
            "returnQuantity": units}, "type": "MONEY_BACK", "reason": "NO_LONGER_NEED_ITEM",
            "creationDate": {"value": millis(back.asked_us)}}})
}
