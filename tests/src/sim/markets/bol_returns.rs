//! bol's returns: a list of handled and one of unhandled ones, each item with what became of it.

use super::bol_orders::ean;
use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, SentBack, Shelf};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::cmp::Reverse;

/// bol's own page size.
const PAGE: usize = 50;
pub(super) const LIST: &str = "orders returned";

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let is_list = call.method == "GET" && call.path == "/retailer/returns";
    is_list.then(|| Operation::new(LIST, Kind::Read).official("get", "/retailer/returns"))
}

/// "Handled returns are sorted by date in descending order, while unhandled returns are sorted by date in ascending order."
pub(super) fn list(call: &Call, desk: &Desk<'_>) -> Response {
    let page: usize = call.query("page").parse().unwrap_or(1);
    let handled = call.query("handled");
    // What is sent by bol itself comes back to bol.
    let is_wanted = |back: &&SentBack| {
        call.query("fulfilment-method") != "FBB" && (handled.is_empty() || (handled == "true") != back.open)
    };
    let mut all: Vec<&SentBack> = desk.shelf.returns.iter().filter(is_wanted).collect();
    all.sort_by_key(|back| Reverse(back.asked_us));
    if handled == "false" {
        all.reverse();
    }
    let some: Vec<Value> =
        all.into_iter().skip((page - 1) * PAGE).take(PAGE).map(|back| one(back, desk.shelf)).collect();
    json(200, &value!({ "returns": some }))
}

fn one(back: &SentBack, shelf: &Shelf) -> Value {
    let sold = shelf.sold.iter().find(|sold| sold.id == back.of);
    let item = |(line, units): &(u64, i64)| {
        let of = sold.and_then(|sold| sold.lines.iter().find(|one| one.id == *line));
        let outcome = if back.void {
            ("REJECTED", "RETURN_DOES_NOT_MEET_CONDITIONS")
        } else {
            ("ACCEPTED", "RETURN_RECEIVED")
        };
        let results = value!([{"quantity": units, "processingResult": outcome.0, "handlingResult": outcome.1,
            "processingDateTime": rfc3339_seconds(back.changed_us)}]);
        value!({"rmaId": format!("{}-{line}", back.id), "orderId": back.of.to_string(), "ean": of.map(ean),
            "expectedQuantity": units, "handled": !back.open,
            "returnReason": {"mainReason": "Niet naar verwachting", "customerComments": ""},
            "processingResults": if back.open { value!([]) } else { results }})
    };
    value!({"returnId": back.id.to_string(), "registrationDateTime": rfc3339_seconds(back.asked_us), "fulfilmentMethod": "FBR",
        "returnItems": back.lines.iter().map(item).collect::<Vec<_>>()})
}
