//! What a test can see: the quantities buyers see, and the writes received.

use crate::sim::marketplace::Marketplace;
use crate::sim::op::State;
use crate::sim::record::WriteRecord;
use crate::sim::world::World;
use std::collections::BTreeMap;

/// What buyers see, by SKU; `None` where nothing is live. Where a SKU is not unique, the second is `SKU#2`, ...
pub type Quantities = BTreeMap<String, Option<i64>>;

/// What buyers see of one SKU: one entry per listing with that SKU.
pub fn shown(state: &State, marketplace: Marketplace, sku: &str) -> Vec<Option<i64>> {
    match marketplace {
        Marketplace::Shopify => state.shop.variants_of_sku(sku).map(|v| state.shop.shown(v.item)).collect(),
        Marketplace::Ebay if state.account.items.contains_key(sku) => vec![state.account.shown(sku)],
        Marketplace::Ebay => Vec::new(),
    }
}

impl World {
    /// What buyers see of these SKUs, or of all.
    #[must_use]
    pub fn quantities(&self, marketplace: Marketplace, skus: &[String]) -> Quantities {
        self.read(|state| {
            let mut quantities = Quantities::new();
            let mut put = |sku: &str, shown: Option<i64>| {
                let mut key = sku.to_owned();
                let mut n = 1;
                while quantities.contains_key(&key) {
                    n += 1;
                    key = format!("{sku}#{n}");
                }
                quantities.insert(key, shown);
            };
            if !skus.is_empty() {
                for sku in skus {
                    shown(state, marketplace, sku).into_iter().for_each(|q| put(sku, q));
                }
            } else if marketplace == Marketplace::Shopify {
                for v in state.shop.variants.values() {
                    if let Some(sku) = &v.sku {
                        put(sku, state.shop.shown(v.item));
                    }
                }
            } else {
                state.account.items.keys().for_each(|sku| put(sku, state.account.shown(sku)));
            }
            quantities
        })
    }

    /// What Shopify's variant of a SKU costs, once somebody has said so.
    #[must_use]
    pub fn shopify_price(&self, sku: &str) -> Option<String> {
        self.read(|state| state.shop.variants_of_sku(sku).next()?.price.clone())
    }

    /// What eBay's first offer of a SKU costs: amount and currency.
    #[must_use]
    pub fn ebay_price(&self, sku: &str) -> Option<(String, String)> {
        self.read(|state| {
            let offer = state.account.offers_of(sku).next()?;
            Some((offer.price.clone(), offer.currency.clone()))
        })
    }

    /// Writes received after number `since`, oldest first.
    #[must_use]
    pub fn writes(&self, marketplace: Marketplace, since: u64) -> Vec<WriteRecord> {
        let since = usize::try_from(since).unwrap_or(usize::MAX);
        self.read(|state| state.writes(marketplace).get(since..).unwrap_or_default().to_vec())
    }
}
