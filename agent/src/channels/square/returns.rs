//! What came back. A sale's order is never changed by that: a return is an order of its own, which names the sale and its
//! lines; an exchange is a sale as well. Where it names none (a refund of some amount, a return without a receipt),
//! nothing is put back.
//!
//! Source: <https://developer.squareup.com/docs/orders-api/order-returns-exchanges>.

use super::Square;
use super::orders::Wire;
use crate::channels::each::{Each, Unreadable};
use crate::channels::facts::{count, moment};
use crate::channels::{ChannelError, Orders};
use crate::domain::{Order, Return};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Of one sale.
#[derive(Deserialize)]
pub(super) struct Back {
    source_order_id: Option<String>,
    #[serde(default)]
    return_line_items: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    source_line_item_uid: Option<String>,
    #[serde(default, deserialize_with = "count")]
    quantity: i64,
}

/// What came back of a sale, and when that was last heard of.
#[derive(Default)]
pub(super) struct OfSale {
    returns: Vec<Return>,
    changed_ms: i64,
}

impl OfSale {
    /// Adds it to what the sale itself says, which may be older.
    pub(super) fn told_with(self, order: Order) -> Order {
        Order { changed_ms: order.changed_ms.max(self.changed_ms), returns: self.returns, ..order }
    }
}

/// What came back by these orders, by sale. One that the till is not done with yet will be told again.
pub(super) fn by_sale(wires: &[Wire]) -> BTreeMap<String, OfSale> {
    let mut sales: BTreeMap<String, OfSale> = BTreeMap::new();
    for wire in wires.iter().filter(|wire| wire.state == "COMPLETED") {
        for back in &wire.returns {
            let units = |line: &Line| Some((line.source_line_item_uid.clone()?, line.quantity));
            let lines: Vec<_> = back.return_line_items.iter().filter_map(units).collect();
            let Some(sale) = back.source_order_id.as_ref().filter(|_| !lines.is_empty()) else { continue };
            let of_sale = sales.entry(sale.clone()).or_default();
            of_sale.returns.push(Return { id: wire.id.clone(), lines });
            of_sale.changed_ms = of_sale.changed_ms.max(moment(&wire.updated_at).unwrap_or(0));
        }
    }
    sales
}

/// These sales, as they are now: those of another location are left out, as what came back of them is not this one's.
pub(super) async fn sales(
    square: &Square,
    ids: &[String],
) -> Result<(Vec<Wire>, Vec<Unreadable>), ChannelError> {
    let (mut wires, mut unreadable) = (Vec::new(), Vec::new());
    for some in ids.chunks(square.limits().read_batch) {
        let found: Each<Wire> = square.read(some).await?;
        let (read, bad) = found.parts();
        wires.extend(read);
        unreadable.extend(bad);
    }
    Ok((wires, unreadable))
}
