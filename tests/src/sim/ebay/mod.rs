//! An eBay seller's account behind the Inventory API, its OAuth and its Analytics API.
//!
//! Every request is held against the simulator's typed model, and against the official OpenAPI document where that
//! is at hand.

mod analytics;
mod auth;
mod draft;
mod endpoint;
mod error;
mod items;
pub mod seed;
pub mod state;
mod update;
mod wire;

pub use endpoint::routes;

use super::config::SimConfig;
use super::openapi::OpenApi;
use super::world::lock;
use anyhow::Result;
use jsonschema::Validator;
use std::collections::HashSet;
use std::sync::Mutex;

/// What eBay's side needs besides the persisted state.
pub struct EbayRuntime {
    official: Option<Official>,
    /// Items and groups that a request is changing right now.
    at_work: Mutex<HashSet<String>>,
}

/// Checkers made from the official document.
struct Official {
    document: OpenApi,
    bulk_update: Validator,
    bulk_get: Validator,
}

impl EbayRuntime {
    /// Reads the official document, if it is at hand.
    ///
    /// # Errors
    /// It is there but cannot be used.
    pub fn new(config: &SimConfig) -> Result<Self> {
        let path = config.spec_dir.as_deref().and_then(super::spec::ebay_inventory);
        let official = path.map(|path| Official::read(&path)).transpose()?;
        Ok(Self { official, at_work: Mutex::default() })
    }

    /// Whether requests are held against the official document.
    #[must_use]
    pub const fn is_official(&self) -> bool {
        self.official.is_some()
    }

    /// Claims items and groups for a request; those that another request has already are left out.
    fn claim(&self, keys: impl Iterator<Item = String>) -> AtWork<'_> {
        let mut all = lock(&self.at_work);
        let mut mine = HashSet::new();
        for key in keys {
            if !mine.contains(&key) && all.insert(key.clone()) {
                mine.insert(key);
            }
        }
        AtWork { all: &self.at_work, mine }
    }
}

impl Official {
    fn read(path: &std::path::Path) -> Result<Self> {
        let document = OpenApi::read(path)?;
        let bulk_update = document.body("/bulk_update_price_quantity", "post")?;
        let bulk_get = document.body("/bulk_get_inventory_item", "post")?;
        Ok(Self { document, bulk_update, bulk_get })
    }
}

/// What a request has claimed; free again when dropped.
struct AtWork<'w> {
    all: &'w Mutex<HashSet<String>>,
    mine: HashSet<String>,
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let mut all = lock(self.all);
        self.mine.iter().for_each(|key| {
            all.remove(key);
        });
    }
}
