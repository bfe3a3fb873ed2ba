//! What came back: the units of a return whose parcel was delivered to the seller. A refund says nothing of that; it is
//! money, with or without the goods.
//!
//! Returns can be searched by when they were asked for, not by when they changed, at most 90 days at a time. So those of
//! the last months are gone through, and each that is not merely under way is read for its parcel.
//! It names the listing and the transaction; the order's line is that of the listing, and where several are, that of the
//! transaction's number.
//!
//! Sources: <https://developer.ebay.com/devzone/post-order/post-order_v2_return_search__get.html>,
//! <https://developer.ebay.com/Devzone/post-order/post-order_v2_return-returnid__get.html>,
//! <https://developer.ebay.com/DevZone/post-order/types/ShipmentTrackingType.html>,
//! <https://developer.ebay.com/devzone/post-order/types/ReturnItemType.html>.

use super::Ebay;
use super::orders::{self, Wire};
use crate::channels::each::{self, Each};
use crate::channels::facts::{count, moment, text, utc};
use crate::channels::http::segment;
use crate::channels::{ChannelError, OrderPage, Orders};
use crate::domain::{Order, Return};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Few, as most are read by themselves, and orders have their turn between pages.
const PAGE: &str = "25";
const DAY_MS: i64 = 86_400_000;
const WINDOW_MS: i64 = 90 * DAY_MS;
/// A buyer who has asked for a return sends it within weeks; after so long it is not under way any more.
const LONG_MS: i64 = 60 * DAY_MS;
/// "It cannot be set to more than 18 months in the past."
const WINDOWS: i64 = 6;
/// Carriers tell late that a parcel has arrived; what arrived longer ago was told of before.
const LATE_MS: i64 = 2 * DAY_MS;
/// Nothing has arrived in these.
const UNDER_WAY: [&str; 3] = ["RETURN_REQUESTED", "READY_FOR_SHIPPING", "ITEM_SHIPPED"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    members: Each<Member>,
    pagination_output: Option<Pagination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    #[serde(default)]
    total_entries: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    return_id: String,
    order_id: String,
    #[serde(default, deserialize_with = "text")]
    status: String,
    creation_info: Creation,
}

#[derive(Deserialize)]
struct Creation {
    item: Item,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_id: String,
    #[serde(default, deserialize_with = "text")]
    transaction_id: String,
    #[serde(deserialize_with = "count")]
    return_quantity: i64,
}

#[derive(Deserialize)]
struct Full {
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    return_shipment_info: Option<Shipment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shipment {
    shipment_tracking: Option<Tracking>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tracking {
    #[serde(default, deserialize_with = "text")]
    delivery_status: String,
    actual_delivery_date: Option<Date>,
}

#[derive(Deserialize)]
struct Date {
    #[serde(default, deserialize_with = "text")]
    value: String,
}

impl Tracking {
    /// When it was delivered: a time, or nobody knows when.
    fn delivered(&self) -> Option<Option<i64>> {
        let at_ms = self.actual_delivery_date.as_ref().and_then(|date| moment(&date.value));
        (self.delivery_status == "DELIVERED").then_some(at_ms)
    }
}

/// A page of the list: the orders of which something came back since.
pub(super) async fn page(ebay: &Ebay, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
    let (window, offset) = match page.and_then(|page| page.split_once(' ')) {
        Some((window, offset)) => (window.parse().unwrap_or(0), offset.parse().unwrap_or(0)),
        None => (0_i64, 0_usize),
    };
    let to_ms = ebay.clock.now_ms().saturating_sub(window.saturating_mul(WINDOW_MS));
    let from_ms = to_ms.saturating_sub(WINDOW_MS);
    let (from, to, skip) = (millis(from_ms), millis(to_ms), offset.to_string());
    let query = [
        ("creation_date_range_from", from.as_str()),
        ("creation_date_range_to", to.as_str()),
        ("role", "SELLER"),
        ("limit", PAGE),
        ("offset", skip.as_str()),
    ];
    let found: Page = ebay.returns.get("/return/search", &query).await?.json()?;
    let read = offset.saturating_add(found.members.told());
    let total = found.pagination_output.map_or(0, |pages| pages.total_entries);
    let next = if found.members.told() > 0 && read < total {
        Some(format!("{window} {read}"))
    } else {
        let is_old = from_ms < since_ms.saturating_sub(LONG_MS) || window.saturating_add(1) >= WINDOWS;
        (!is_old).then(|| format!("{} 0", window.saturating_add(1)))
    };
    let (members, unreadable) = found.members.parts();
    let mut told = OrderPage { unreadable, next, ..OrderPage::default() };
    let mut by_order: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for member in members.into_iter().filter(|one| !UNDER_WAY.contains(&one.status.as_str())) {
        match is_back(ebay, &member, since_ms).await {
            Ok(true) => by_order.entry(member.order_id.clone()).or_default().push(member),
            Ok(false) => {}
            Err(error) => told.put(&member.return_id, Err::<Option<Order>, _>(error))?,
        }
    }
    let ids: Vec<String> = by_order.keys().cloned().collect();
    for some in ids.chunks(ebay.limits().read_batch) {
        sales(ebay, some, &by_order, &mut told).await?;
    }
    Ok(told)
}

/// Its parcel arrived since then. One of which nobody knows when counts: the book knows it if it was told before.
async fn is_back(ebay: &Ebay, member: &Member, since_ms: i64) -> Result<bool, ChannelError> {
    let path = format!("/return/{}", segment(&member.return_id));
    let full: Full = each::one(&ebay.returns.get(&path, &[("fieldgroups", "FULL")]).await?)?;
    let parcel = full.detail.return_shipment_info.and_then(|shipment| shipment.shipment_tracking);
    let delivered = parcel.as_ref().and_then(Tracking::delivered);
    // A parcel without a number, which the seller has marked as received.
    let marked = (member.status == "ITEM_DELIVERED").then_some(None);
    let at_ms = delivered.or(marked);
    Ok(at_ms.is_some_and(|at| at.is_none_or(|at| at >= since_ms.saturating_sub(LATE_MS))))
}

/// These orders as they are now, each with what came back of it.
async fn sales(
    ebay: &Ebay,
    ids: &[String],
    back: &BTreeMap<String, Vec<Member>>,
    told: &mut OrderPage,
) -> Result<(), ChannelError> {
    let (wires, unreadable) = orders::read(&ebay.sales, ids).await?.parts();
    told.unreadable.extend(unreadable);
    for wire in wires {
        let returns: Result<Vec<Return>, String> = back
            .get(&wire.order_id)
            .into_iter()
            .flatten()
            .map(|one| {
                let lines = vec![(line(&wire, one)?, one.creation_info.item.return_quantity)];
                Ok(Return { id: one.return_id.clone(), lines })
            })
            .collect();
        let id = wire.order_id.clone();
        let order = returns
            .map_err(each::refused)
            .map(|returns| ebay.order(wire).map(|order| Order { returns, ..order }));
        told.put(&id, order)?;
    }
    Ok(())
}

/// The order's line that is meant.
fn line(wire: &Wire, member: &Member) -> Result<String, String> {
    let item = &member.creation_info.item;
    let those: Vec<&str> = wire
        .line_items
        .iter()
        .filter(|line| line.legacy_item_id == item.item_id)
        .map(|line| line.line_item_id.as_str())
        .collect();
    match those.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(format!("return {} names a listing that the order has not", member.return_id)),
        several if several.contains(&item.transaction_id.as_str()) => Ok(item.transaction_id.clone()),
        _ => Err(format!("return {} is of a listing of which the order has several lines", member.return_id)),
    }
}

fn millis(ms: i64) -> String {
    utc(ms).replace('Z', ".000Z")
}
