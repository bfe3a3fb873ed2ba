//! Puts items, offers and listings into the simulated account, and changes made on the marketplace itself.

use super::state::{Account, Item, Listing, Offer};
use crate::sim::marketplace::Marketplace;
use crate::sim::op::{Op, State};
use crate::sim::record::{WriteOutcome, WriteRecord};
use crate::sim::shopify::seed::{Change, Generate};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What to create. An item that exists already is replaced.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EbaySeed {
    pub items: Vec<ItemSeed>,
    /// Many alike, instead of a list; each its own listing.
    pub generate: Option<Generate>,
}

/// An item with one offer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemSeed {
    pub sku: String,
    pub title: String,
    pub ean: Vec<String>,
    /// Items of one group are variations of one listing.
    pub group: Option<String>,
    /// Ship-to-home quantity.
    pub quantity: i64,
    /// The offer's own quantity; the same unless said.
    pub offer_quantity: Option<i64>,
    pub published: bool,
    pub on_hold: bool,
    pub price: String,
    pub currency: String,
}

impl Default for ItemSeed {
    fn default() -> Self {
        Self {
            sku: String::new(),
            title: "Simulated item".to_owned(),
            ean: Vec::new(),
            group: None,
            quantity: 0,
            offer_quantity: None,
            published: true,
            on_hold: false,
            price: "9.99".to_owned(),
            currency: "USD".to_owned(),
        }
    }
}

/// What was created.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EbaySeeded {
    /// Empty if the listings were generated.
    pub items: Vec<CreatedItem>,
    pub count: u64,
}

/// The ids of an item.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedItem {
    pub sku: String,
    pub offer_id: String,
    pub listing_id: Option<String>,
}

/// Decides what seeding creates.
#[must_use]
pub fn seed(state: &State, seed: &EbaySeed) -> (Vec<Op>, EbaySeeded) {
    let mut next = state.account.next_id();
    let mut id = || {
        next = next.saturating_add(1);
        next
    };
    let mut groups = listings_of_groups(&state.account);
    let generated = seed.generate.as_ref().map(generated).unwrap_or_default();
    let mut ops = Vec::new();
    let (mut created, mut count) = (Vec::new(), 0_u64);
    for item in seed.items.iter().chain(&generated) {
        let mut new_listing = || {
            let listing = id();
            ops.push(Op::Listing(Listing {
                id: listing,
                ended: false,
                on_hold: item.on_hold,
                revised: (0, 0),
            }));
            listing
        };
        let listing = item.published.then(|| match &item.group {
            Some(group) => *groups.entry(group.clone()).or_insert_with(&mut new_listing),
            None => new_listing(),
        });
        let offer = id();
        count = count.saturating_add(1);
        if seed.generate.is_none() {
            created.push(CreatedItem {
                sku: item.sku.clone(),
                offer_id: offer.to_string(),
                listing_id: listing.map(|l| l.to_string()),
            });
        }
        ops.push(Op::ForgetItem(item.sku.clone()));
        ops.push(Op::Item(Item {
            sku: item.sku.clone(),
            title: item.title.clone(),
            ean: item.ean.clone(),
            group: item.group.clone(),
            ship_to: Some(item.quantity),
        }));
        ops.push(Op::Offer(Offer {
            id: offer,
            sku: item.sku.clone(),
            listing,
            available: Some(item.offer_quantity.unwrap_or(item.quantity)),
            price: item.price.clone(),
            currency: item.currency.clone(),
            sold: 0,
        }));
    }
    (ops, EbaySeeded { items: created, count })
}

fn listings_of_groups(account: &Account) -> HashMap<String, u64> {
    let grouped = account.items.values().filter_map(|item| item.group.as_ref().map(|g| (g, item)));
    let listed = grouped.filter_map(|(group, item)| {
        let listing =
            account.offers_of(&item.sku).find_map(|o| account.listing_of(o).filter(|l| !l.ended))?;
        Some((group.clone(), listing.id))
    });
    listed.collect()
}

fn generated(generate: &Generate) -> Vec<ItemSeed> {
    let item = |n: u64| {
        let sku = generate.sku.replace("{n}", &n.to_string());
        ItemSeed { title: sku.clone(), sku, quantity: generate.quantity, ..ItemSeed::default() }
    };
    (1..=generate.count).map(item).collect()
}

/// Decides a change made on the marketplace itself; `None` if there is no such item.
#[must_use]
pub fn change(state: &State, sku: &str, change: Change, now_us: i64) -> Option<(Vec<Op>, i64)> {
    let account = &state.account;
    let mut item = account.items.get(sku)?.clone();
    let mut offers: Vec<Offer> = account.offers_of(sku).cloned().collect();
    let before = account.shown(sku);
    let outcome = match change {
        Change::Sell(quantity) => {
            item.ship_to = item.ship_to.map(|q| q.saturating_sub(quantity).max(0));
            for offer in &mut offers {
                offer.available = offer.available.map(|q| q.saturating_sub(quantity).max(0));
                offer.sold = offer.sold.saturating_add(quantity);
            }
            WriteOutcome::Sold
        }
        Change::Set(quantity) => {
            item.ship_to = Some(quantity);
            offers.iter_mut().for_each(|offer| offer.available = Some(quantity));
            WriteOutcome::SetByHand
        }
    };
    let shown = offers.first().map(|o| super::state::live_quantity(item.ship_to, o.available));
    let record = WriteRecord {
        n: state.next_write(Marketplace::Ebay),
        at_us: now_us,
        request: 0,
        sku: Some(sku.to_owned()),
        external: offers.first().map(|o| o.id.to_string()).unwrap_or_default(),
        quantity: None,
        before,
        after: shown,
        outcome,
        code: None,
        key: None,
    };
    let mut ops = vec![Op::Item(item), Op::Write(Marketplace::Ebay, record)];
    ops.extend(offers.into_iter().map(Op::Offer));
    Some((ops, shown.unwrap_or(0)))
}

/// Decides the end of the listings of a SKU; with `forget` the item and its offers are gone too.
#[must_use]
pub fn end(state: &State, sku: &str, forget: bool) -> Vec<Op> {
    let account = &state.account;
    let listings = account.offers_of(sku).filter_map(|o| account.listing_of(o));
    let mut ops: Vec<Op> = Vec::new();
    if forget {
        if account.items.contains_key(sku) {
            ops.push(Op::ForgetItem(sku.to_owned()));
        }
    } else {
        ops.extend(listings.map(|l| Op::Listing(Listing { ended: true, ..l.clone() })));
    }
    ops
}
