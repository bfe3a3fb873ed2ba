//! Changes of the world that come from tests.

use crate::sim::clock::now_us;
use crate::sim::ebay::seed as ebay;
use crate::sim::ebay::seed::{EbaySeed, EbaySeeded};
use crate::sim::marketplace::Marketplace;
use crate::sim::shopify::seed as shopify;
use crate::sim::shopify::seed::{Change, ShopifySeed, ShopifySeeded};
use crate::sim::world::World;
use anyhow::{Result, bail};

impl World {
    /// Creates products.
    ///
    /// # Errors
    /// The state file cannot be written.
    pub fn seed_shopify(&self, seed: &ShopifySeed) -> Result<ShopifySeeded> {
        self.commit(|state| shopify::seed(state, seed, self.clock.now_us()))
    }

    /// Creates items, offers and listings.
    ///
    /// # Errors
    /// The state file cannot be written.
    pub fn seed_ebay(&self, seed: &EbaySeed) -> Result<EbaySeeded> {
        self.commit(|state| ebay::seed(state, seed))
    }

    /// A buyer buys, or a person sets a quantity, on the marketplace. Returns what is shown then.
    ///
    /// # Errors
    /// There is no such SKU, or the state file cannot be written.
    pub fn change(&self, marketplace: Marketplace, sku: &str, change: Change) -> Result<i64> {
        let shown = self.commit(|state| {
            let decided = match marketplace {
                Marketplace::Shopify => shopify::change(state, sku, change, now_us()),
                Marketplace::Ebay => ebay::change(state, sku, change, now_us()),
            };
            decided.map_or_else(|| (Vec::new(), None), |(ops, shown)| (ops, Some(shown)))
        })?;
        match shown {
            Some(shown) => Ok(shown),
            None => bail!("{} has no SKU {sku}", marketplace.name()),
        }
    }

    /// Ends the listings of a SKU; with `forget` the marketplace no longer knows it at all.
    ///
    /// # Errors
    /// There is no such SKU, or the state file cannot be written.
    pub fn end(&self, marketplace: Marketplace, sku: &str, forget: bool) -> Result<()> {
        let ended = self.commit(|state| {
            let ops = match marketplace {
                Marketplace::Shopify => shopify::end(state, sku, forget),
                Marketplace::Ebay => ebay::end(state, sku, forget),
            };
            let any = !ops.is_empty();
            (ops, any)
        })?;
        if !ended {
            bail!("{} has no SKU {sku}", marketplace.name());
        }
        Ok(())
    }
}
