//! What came back. Of a return that the retailer has handled, the units count that he says to have received; one that is
//! refused, lost, kept by the buyer, repaired or exchanged for another brings none.
//!
//! The list is of all that was ever handled, by date, without saying which, and cannot be narrowed. So it is gone through
//! until everything on a page was registered too long ago to have been handled lately. A return names an order and an EAN,
//! the order's items tell which of them that is.
//!
//! Sources: <https://api.bol.com/retailer/public/Retailer-API/v10/functional/retailer-api/returns.html>,
//! <https://api.bol.com/retailer/public/redoc/v10/retailer.html#tag/Returns/operation/get-returns>.

use super::Bol;
use super::orders::{Wire, order};
use crate::channels::each::{self, Each};
use crate::channels::facts::{moment, text};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, OrderPage};
use crate::domain::{Order, Return};
use serde::Deserialize;
use std::collections::BTreeMap;

/// "You can create a return up to 90 days after the shipping date"; nor is one left unhandled for longer.
const LONG_MS: i64 = 90 * 86_400_000;

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    returns: Each<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    #[serde(default, deserialize_with = "text")]
    registration_date_time: String,
    #[serde(default)]
    return_items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    rma_id: String,
    order_id: String,
    #[serde(default, deserialize_with = "text")]
    ean: String,
    #[serde(default)]
    processing_results: Vec<Outcome>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    quantity: i64,
    #[serde(default, deserialize_with = "text")]
    processing_result: String,
    #[serde(default, deserialize_with = "text")]
    handling_result: String,
    #[serde(default, deserialize_with = "text")]
    processing_date_time: String,
}

impl Outcome {
    fn is_back(&self) -> bool {
        self.handling_result == "RETURN_RECEIVED" && self.processing_result == "ACCEPTED"
    }
}

impl Item {
    fn units(&self) -> i64 {
        self.processing_results.iter().filter(|one| one.is_back()).map(|one| one.quantity).sum()
    }

    /// When something of it came back last.
    fn back_ms(&self) -> Option<i64> {
        let back = self.processing_results.iter().filter(|one| one.is_back());
        back.filter_map(|one| moment(&one.processing_date_time)).max()
    }
}

/// A page of the list: the orders of which something came back since.
pub(super) async fn page(bol: &Bol, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
    let number: u32 = page.and_then(|page| page.parse().ok()).unwrap_or(1);
    let text = number.to_string();
    let query = [("page", text.as_str()), ("handled", "true"), ("fulfilment-method", "FBR")];
    let found: Page = bol.api.send(Call::get("/retailer/returns", &query)).await?.json()?;
    let (returns, unreadable) = found.returns.parts();
    let registered = |one: &One| moment(&one.registration_date_time);
    let is_recent = |one: &One| registered(one).is_none_or(|at| at >= since_ms.saturating_sub(LONG_MS));
    let go_on = !unreadable.is_empty() || returns.iter().any(is_recent);
    let mut told = OrderPage {
        unreadable,
        next: go_on.then(|| number.saturating_add(1).to_string()),
        ..OrderPage::default()
    };
    let mut by_order: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for item in returns.into_iter().flat_map(|one| one.return_items) {
        if item.back_ms().is_some_and(|at| at >= since_ms) {
            by_order.entry(item.order_id.clone()).or_default().push(item);
        }
    }
    for (id, items) in by_order {
        told.put(&id, sale(bol, &id, &items).await)?;
    }
    Ok(told)
}

/// The order as it is now, with what came back of it. `None`: it is so old that bol knows it no more.
async fn sale(bol: &Bol, id: &str, items: &[Item]) -> Result<Option<Order>, ChannelError> {
    let Some(wire) = bol.read(id).await? else { return Ok(None) };
    let returns: Result<Vec<Return>, String> = items
        .iter()
        .map(|item| Ok(Return { id: item.rma_id.clone(), lines: vec![(line(&wire, item)?, item.units())] }))
        .collect();
    let returns = returns.map_err(each::refused)?;
    Ok(Some(Order { returns, ..order(wire) }))
}

/// The order's item of this EAN.
fn line(wire: &Wire, item: &Item) -> Result<String, String> {
    let of_ean = |ean: &str| !ean.is_empty() && ean == item.ean;
    let mut those = wire
        .order_items
        .iter()
        .filter(|one| one.product.as_ref().is_some_and(|product| of_ean(&product.ean)));
    match (those.next(), those.next()) {
        (Some(one), None) => Ok(one.order_item_id.clone()),
        (None, _) => Err(format!("return {} names an EAN that the order has not", item.rma_id)),
        (Some(_), Some(_)) => {
            Err(format!("return {} names an EAN of which the order has several items", item.rma_id))
        }
    }
}
