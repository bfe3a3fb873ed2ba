//! Which of the two marketplaces a request, a behaviour or a record belongs to.

use serde::{Deserialize, Serialize};

/// A simulated marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marketplace {
    Shopify,
    Ebay,
}

impl Marketplace {
    /// Both, in the order of their indexes.
    pub const ALL: [Self; 2] = [Self::Shopify, Self::Ebay];

    /// The name used in control paths and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shopify => "shopify",
            Self::Ebay => "ebay",
        }
    }
}

/// One value per marketplace.
#[derive(Clone, Debug, Default)]
pub struct Each<T> {
    shopify: T,
    ebay: T,
}

impl<T> Each<T> {
    /// One for Shopify, one for eBay.
    pub const fn new(shopify: T, ebay: T) -> Self {
        Self { shopify, ebay }
    }

    /// The marketplace's own value.
    pub const fn of(&self, marketplace: Marketplace) -> &T {
        match marketplace {
            Marketplace::Shopify => &self.shopify,
            Marketplace::Ebay => &self.ebay,
        }
    }

    /// The same, to be changed.
    pub const fn of_mut(&mut self, marketplace: Marketplace) -> &mut T {
        match marketplace {
            Marketplace::Shopify => &mut self.shopify,
            Marketplace::Ebay => &mut self.ebay,
        }
    }
}
