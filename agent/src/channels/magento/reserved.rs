//! What open orders have reserved. A source keeps its quantity until an order is sent; what can be sold is that less the
//! reservations. So what is to be for sale is written with the reservations on top, read just before. An order that comes
//! between reading them and writing is taken off by Magento itself; one that came before that and is not known to the shop
//! yet is on top too, and so put back: orders are asked for before a push here as elsewhere.
//!
//! Source: <https://experienceleague.adobe.com/en/docs/commerce-admin/inventory/basics/selection-reservations>.

use super::call::Api;
use super::search::Search;
use super::wire::{Orders, Sale};
use crate::channels::ChannelError;
use std::collections::BTreeMap;

/// Orders that still have something to send.
const OPEN: &str = "new,pending_payment,payment_review,processing,holded";
const PAGE: usize = 100;

/// Units by SKU.
pub(super) async fn units(api: &Api) -> Result<BTreeMap<String, i64>, ChannelError> {
    let mut reserved = BTreeMap::new();
    for number in 1.. {
        let search = Search::default().filter("state", OPEN, "in").sorted("entity_id").page(PAGE, number);
        let found: Orders = search.run(api, "/V1/orders").await?;
        let total = found.total_count;
        // One that cannot be read reserves nothing here: less is shown then, which is safe.
        for sale in found.items.parts().0.iter().flat_map(|order| order.sold()) {
            *reserved.entry(sale.sku.clone()).or_default() += sale.to_send();
        }
        if number * PAGE >= total {
            break;
        }
    }
    Ok(reserved)
}

impl Sale {
    /// Units that have not left the house and will.
    pub(super) fn to_send(&self) -> i64 {
        self.ordered
            .saturating_sub(self.shipped)
            .saturating_sub(self.refunded)
            .saturating_sub(self.cancelled)
            .max(0)
    }
}
