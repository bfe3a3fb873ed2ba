//! An eBay seller's account as far as the Inventory API goes. Pure data; changed only through
//! [`crate::sim::op::Op`].

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Where offer and listing ids start.
const FIRST_ID: u64 = 110_000_000_001;

/// An inventory item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    pub sku: String,
    pub title: String,
    pub ean: Vec<String>,
    /// Key of the inventory item group, for variations.
    pub group: Option<String>,
    /// Ship-to-home quantity; `None` once it was lost.
    pub ship_to: Option<i64>,
}

/// An offer: the priced, quantity-bearing record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Offer {
    pub id: u64,
    pub sku: String,
    /// The listing, once published.
    pub listing: Option<u64>,
    pub available: Option<i64>,
    pub price: String,
    pub currency: String,
    pub sold: i64,
}

/// A live (or once live) listing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listing {
    pub id: u64,
    pub ended: bool,
    pub on_hold: bool,
    /// Day of the last revision and how many there were on it.
    pub revised: (i64, u32),
}

/// What an access token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    User,
    Application,
}

/// An access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub token: String,
    pub kind: TokenKind,
    pub expires_us: i64,
}

/// The account.
#[derive(Debug, Default)]
pub struct Account {
    pub items: BTreeMap<String, Item>,
    pub offers: BTreeMap<u64, Offer>,
    pub listings: BTreeMap<u64, Listing>,
    /// Day and number of Inventory API calls on it.
    pub calls: (i64, u64),
    by_sku: HashMap<String, Vec<u64>>,
    tokens: HashMap<String, Token>,
    last_id: u64,
}

impl Account {
    /// An id never used before.
    #[must_use]
    pub fn next_id(&self) -> u64 {
        self.last_id.max(FIRST_ID).saturating_add(1)
    }

    pub(crate) fn put_item(&mut self, item: Item) {
        self.items.insert(item.sku.clone(), item);
    }

    pub(crate) fn forget_item(&mut self, sku: &str) {
        self.items.remove(sku);
        for id in self.by_sku.remove(sku).unwrap_or_default() {
            self.offers.remove(&id);
        }
    }

    pub(crate) fn put_offer(&mut self, offer: Offer) {
        self.last_id = self.last_id.max(offer.id);
        let ids = self.by_sku.entry(offer.sku.clone()).or_default();
        if !ids.contains(&offer.id) {
            ids.push(offer.id);
        }
        self.offers.insert(offer.id, offer);
    }

    pub(crate) fn put_listing(&mut self, listing: Listing) {
        self.last_id = self.last_id.max(listing.id);
        self.listings.insert(listing.id, listing);
    }

    pub(crate) fn put_token(&mut self, token: Token) {
        self.tokens.insert(token.token.clone(), token);
    }

    /// An access token ever issued.
    #[must_use]
    pub fn token(&self, token: &str) -> Option<&Token> {
        self.tokens.get(token)
    }

    /// Offers of a SKU.
    pub fn offers_of(&self, sku: &str) -> impl Iterator<Item = &Offer> {
        self.by_sku.get(sku).into_iter().flatten().filter_map(|id| self.offers.get(id))
    }

    /// The listing of an offer, if it was ever published.
    #[must_use]
    pub fn listing_of(&self, offer: &Offer) -> Option<&Listing> {
        offer.listing.and_then(|id| self.listings.get(&id))
    }

    /// What a buyer sees: the lower of the offer's and the item's quantity on a live listing, else `None`.
    #[must_use]
    pub fn shown(&self, sku: &str) -> Option<i64> {
        let item = self.items.get(sku)?;
        let live = self.offers_of(sku).find(|o| self.listing_of(o).is_some_and(|l| !l.ended))?;
        Some(live_quantity(item.ship_to, live.available))
    }
}

/// The lower of the two quantities; an offer without its own shows the item's, an item without one shows nothing.
#[must_use]
pub fn live_quantity(ship_to: Option<i64>, available: Option<i64>) -> i64 {
    let ship_to = ship_to.unwrap_or(0);
    available.map_or(ship_to, |a| a.min(ship_to))
}
