//! What came back: a line of a return whose parcel has reached the return centre, less the units that are still on their
//! way. What is cancelled, or what the buyer may keep, brings nothing.
//!
//! Sources: <https://developer.walmart.com/us-marketplace/reference/getreturns>,
//! <https://developer.walmart.com/us/whats-new/marketplace-last-modified-date-time-in-get-returns-api/>; the events by
//! <https://developer.walmart.com/global-marketplace/docs/returns-and-refunds-api-overview>.

use super::Walmart;
use super::orders::Meta;
use crate::channels::each::Each;
use crate::channels::facts::{count, moment, text, utc};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, OrderPage, Orders};
use crate::domain::{Order, Return};
use serde::Deserialize;
use std::collections::BTreeMap;

const PATH: &str = "/v3/returns";
/// Carriers tell late that a parcel has arrived; what arrived longer ago was told of before.
const LATE_MS: i64 = 2 * 86_400_000;

/// 200 at most; few, as each order is read by itself, and orders have their turn between pages.
const PAGE: &str = "50";
/// Clocks differ.
const AHEAD_MS: i64 = 60_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    meta: Option<Meta>,
    #[serde(default)]
    return_orders: Each<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    return_order_id: String,
    #[serde(default)]
    return_order_lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    purchase_order_id: String,
    purchase_order_line_number: i64,
    quantity: Quantity,
    #[serde(default)]
    is_keep_it: bool,
    #[serde(default)]
    return_tracking_detail: Vec<Event>,
    #[serde(default)]
    current_tracking_statuses: Vec<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Quantity {
    #[serde(deserialize_with = "count")]
    measurement_value: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(default, deserialize_with = "text")]
    event_tag: String,
    #[serde(default, deserialize_with = "text")]
    event_time: String,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default, deserialize_with = "text")]
    status: String,
    quantity: Option<Quantity>,
}

impl Line {
    /// Units that are at the return centre since then.
    fn back(&self, since_ms: i64) -> i64 {
        let arrived = |event: &&Event| {
            matches!(event.event_tag.as_str(), "DELIVERED_AT_RETURN_CENTER" | "DELIVERED_AFTER_INVOICE")
        };
        let is_cancelled =
            self.return_tracking_detail.iter().any(|event| event.event_tag == "RETURN_CANCELLED");
        let at_ms =
            self.return_tracking_detail.iter().filter(arrived).map(|event| moment(&event.event_time)).max();
        // One without a time counts: the book knows it if it was told before.
        let is_new = at_ms.is_some_and(|at| at.is_none_or(|at| at >= since_ms.saturating_sub(LATE_MS)));
        if is_cancelled || self.is_keep_it || !is_new {
            return 0;
        }
        let on_their_way: i64 = self
            .current_tracking_statuses
            .iter()
            .filter(|one| one.status == "INITIATED")
            .filter_map(|one| one.quantity.as_ref())
            .map(|quantity| quantity.measurement_value)
            .sum();
        self.quantity.measurement_value.saturating_sub(on_their_way).max(0)
    }
}

/// A page of the list: the orders of which something came back since.
pub(super) async fn page(
    walmart: &Walmart,
    since_ms: i64,
    page: Option<&str>,
) -> Result<OrderPage, ChannelError> {
    let reply = match page {
        // "A ready query string", as with orders.
        Some(cursor) => walmart.api.send(Call::get(&format!("{PATH}{cursor}"), &[])).await?,
        None => {
            // One of these goes with the other.
            let (since, until) = (utc(since_ms), utc(walmart.clock.now_ms().saturating_add(AHEAD_MS)));
            let query = [
                ("returnLastModifiedStartDate", since.as_str()),
                ("returnLastModifiedEndDate", until.as_str()),
                ("limit", PAGE),
            ];
            walmart.api.send(Call::get(PATH, &query)).await?
        }
    };
    let found: Page = reply.json()?;
    let is_end = found.return_orders.told() == 0;
    let (returns, unreadable) = found.return_orders.parts();
    let mut by_order: BTreeMap<String, Vec<Return>> = BTreeMap::new();
    for one in returns {
        for line in &one.return_order_lines {
            let units = line.back(since_ms);
            if units > 0 {
                let lines = vec![(line.purchase_order_line_number.to_string(), units)];
                let id = format!("{}/{}", one.return_order_id, line.purchase_order_line_number);
                by_order.entry(line.purchase_order_id.clone()).or_default().push(Return { id, lines });
            }
        }
    }
    let next = found.meta.and_then(|meta| meta.next_cursor).filter(|cursor| !cursor.is_empty() && !is_end);
    let mut told = OrderPage { unreadable, next, ..OrderPage::default() };
    for (id, returns) in by_order {
        let sale = walmart.by_id(std::slice::from_ref(&id)).await;
        let with = |order| Order { returns: returns.clone(), ..order };
        told.put(&id, sale.map(|orders| orders.into_iter().map(with).collect::<Vec<_>>()))?;
    }
    Ok(told)
}
