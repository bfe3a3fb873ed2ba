//! A Shopify store's GraphQL Admin API, as far as inventory goes.
//!
//! Requests are real GraphQL, held against the official schema where it is at hand. What the schema does not say but
//! the live API demands (`@idempotent`, `changeFromQuantity`) is demanded here too.

mod connection;
mod cost;
mod document;
mod endpoint;
mod execute;
mod gid;
mod input;
mod payload;
mod prices;
mod resolve;
pub mod schema;
mod search;
pub mod seed;
mod set_quantities;
pub mod state;

pub use endpoint::routes;
pub use gid::gid;

use super::config::SimConfig;
use super::world::lock;
use cost::Bucket;
use document::Documents;
use schema::SchemaSource;
use std::collections::HashSet;
use std::sync::Mutex;

/// What Shopify's side needs besides the persisted state.
pub struct ShopifyRuntime {
    pub schema: SchemaSource,
    documents: Documents,
    bucket: Mutex<Bucket>,
    keys_at_work: Mutex<HashSet<String>>,
}

impl ShopifyRuntime {
    /// Starts reading the schema.
    #[must_use]
    pub fn new(config: &SimConfig) -> Self {
        Self {
            schema: SchemaSource::start(config.spec_dir.as_deref()),
            documents: Documents::default(),
            bucket: Mutex::default(),
            keys_at_work: Mutex::default(),
        }
    }

    /// Fills the bucket of points.
    pub fn refill(&self) {
        *lock(&self.bucket) = Bucket::default();
    }

    /// Claims an idempotency key while its request is worked on; `None` if another request has it.
    fn claim<'k>(&'k self, key: &str) -> Option<KeyAtWork<'k>> {
        let claimed = lock(&self.keys_at_work).insert(key.to_owned());
        claimed.then(|| KeyAtWork { keys: &self.keys_at_work, key: key.to_owned() })
    }
}

/// A claimed key; free again when dropped.
struct KeyAtWork<'k> {
    keys: &'k Mutex<HashSet<String>>,
    key: String,
}

impl Drop for KeyAtWork<'_> {
    fn drop(&mut self) {
        lock(self.keys).remove(&self.key);
    }
}
