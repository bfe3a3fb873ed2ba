//! `onhand orders …`

use super::args::OrdersCommand;
use super::client::Client;
use super::commands::{Shown, print_plain};
use super::show::{cell, items, moment, table};
use anyhow::Context;
use serde_json::{Value, json};

pub(super) fn run(client: &Client, command: OrdersCommand) -> anyhow::Result<Shown> {
    Ok(match command {
        OrdersCommand::List { channel, state, search, limit } => {
            let limit = Some(limit.to_string());
            let query = [("channel", channel), ("state", state), ("q", search), ("limit", limit)];
            (client.get("/v1/orders", &query)?, print_orders)
        }
        OrdersCommand::Mode { channel, mode, since, keep_cancelled, keep_returned, known_buyer } => {
            let body = json!({
                "mode": (mode != "off").then_some(mode),
                "since_ms": since.as_deref().map(millis).transpose()?,
                "restock": { "cancelled": !keep_cancelled, "returned": !keep_returned },
                "known_buyer": known_buyer,
            });
            (client.post(&format!("/v1/channels/{channel}/orders"), &body)?, print_plain)
        }
        OrdersCommand::Ask { channel } => {
            (client.post(&format!("/v1/channels/{channel}/orders/ask"), &json!({}))?, print_plain)
        }
        OrdersCommand::Retry { id, accept } => {
            (client.post("/v1/orders/retry", &json!({ "id": id, "accept": accept }))?, print_plain)
        }
        OrdersCommand::Close { id } => {
            (client.post(&format!("/v1/orders/{id}/close"), &json!({}))?, print_plain)
        }
    })
}

/// Local time, or with an offset.
fn millis(text: &str) -> anyhow::Result<i64> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Ok(timestamp.as_millisecond());
    }
    let civil: jiff::civil::DateTime =
        text.parse().with_context(|| format!("--since: {text:?} is no time such as 2026-11-27T09:30"))?;
    Ok(civil.to_zoned(jiff::tz::TimeZone::system())?.timestamp().as_millisecond())
}

fn print_orders(page: &Value) {
    let rows: Vec<Value> = items(page)
        .iter()
        .map(|order| {
            let lines: Vec<String> = order["lines"]
                .as_array()
                .map_or(&[][..], Vec::as_slice)
                .iter()
                .map(|line| format!("{} x {}", cell(&line["quantity"]), cell(&line["sku"])))
                .collect();
            json!({
                "id": order["id"], "channel": order["channel"], "number": order["number"], "stage": order["stage"],
                "state": order["state"], "shop_order": order["shop_order"], "via": order["via"],
                "heard": moment(&json!(order["first_ms"].as_i64().map(|ms| ms.saturating_mul(1000)))),
                "lines": lines.join(", "), "message": order["message"],
            })
        })
        .collect();
    table(
        &rows,
        &[
            ("id", "id"),
            ("channel", "channel"),
            ("number", "number"),
            ("stage", "stage"),
            ("state", "state"),
            ("shop_order", "shop order"),
            ("via", "via"),
            ("heard", "heard of"),
            ("lines", "lines"),
            ("message", "message"),
        ],
    );
}
