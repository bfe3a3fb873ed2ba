//! The simulator's state as a fold over operations.
//!
//! A handler computes a batch of [`Op`]s from the state, the world writes the batch as one line and applies it. There
//! is no other way to change the state, so replaying the file gives the state back exactly.

use super::ebay::state::{Account, Item, Listing, Offer, Token};
use super::marketplace::{Each, Marketplace};
use super::record::WriteRecord;
use super::shopify::state::{KeyRecord, Level, Location, Product, Shop, Variant};
use serde::{Deserialize, Serialize};

/// One change of the state. Entities are stated whole; nothing is relative.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Forget everything of a marketplace.
    Reset(Marketplace),
    Location(Location),
    Product(Product),
    Variant(Variant),
    /// Delete a variant and its inventory item.
    ForgetVariant(u64),
    Level(Level),
    /// The item is no longer stocked at the location.
    ForgetLevel {
        item: u64,
        location: u64,
    },
    Key(KeyRecord),
    Item(Item),
    /// Delete an inventory item and its offers.
    ForgetItem(String),
    Offer(Offer),
    Listing(Listing),
    Token(Token),
    /// Calls made on a day.
    Calls {
        day: i64,
        calls: u64,
    },
    /// A row of a write was received (or somebody else changed the quantity).
    Write(Marketplace, WriteRecord),
}

/// All that the simulator knows and must not forget.
#[derive(Debug, Default)]
pub struct State {
    pub shop: Shop,
    pub account: Account,
    writes: Each<Vec<WriteRecord>>,
}

impl State {
    /// Applies one operation.
    pub fn apply(&mut self, op: Op) {
        match op {
            Op::Reset(Marketplace::Shopify) => {
                self.shop = Shop::default();
                self.writes.of_mut(Marketplace::Shopify).clear();
            }
            Op::Reset(Marketplace::Ebay) => {
                self.account = Account::default();
                self.writes.of_mut(Marketplace::Ebay).clear();
            }
            Op::Location(location) => self.shop.put_location(location),
            Op::Product(product) => self.shop.put_product(product),
            Op::Variant(variant) => self.shop.put_variant(variant),
            Op::ForgetVariant(id) => self.shop.forget_variant(id),
            Op::Level(level) => self.shop.put_level(level),
            Op::ForgetLevel { item, location } => self.shop.forget_level(item, location),
            Op::Key(record) => self.shop.put_key(record),
            Op::Item(item) => self.account.put_item(item),
            Op::ForgetItem(sku) => self.account.forget_item(&sku),
            Op::Offer(offer) => self.account.put_offer(offer),
            Op::Listing(listing) => self.account.put_listing(listing),
            Op::Token(token) => self.account.put_token(token),
            Op::Calls { day, calls } => self.account.calls = (day, calls),
            Op::Write(marketplace, record) => self.writes.of_mut(marketplace).push(record),
        }
    }

    /// The writes a marketplace received, oldest first.
    #[must_use]
    pub fn writes(&self, marketplace: Marketplace) -> &[WriteRecord] {
        self.writes.of(marketplace)
    }

    /// The number of the next write record.
    #[must_use]
    pub fn next_write(&self, marketplace: Marketplace) -> u64 {
        u64::try_from(self.writes.of(marketplace).len()).unwrap_or(u64::MAX).saturating_add(1)
    }
}
