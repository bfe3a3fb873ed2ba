//! What a simulator is started with. Everything has a default that works; limits can be changed while it runs.

use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Settings of one simulator.
#[derive(Clone, Debug)]
pub struct SimConfig {
    /// Where to listen; port 0 means any free one.
    pub addr: SocketAddr,
    /// Folder of the official specifications; `None` means: only the simulator's own typed model checks requests.
    pub spec_dir: Option<PathBuf>,
    /// Append-only file that makes the state outlive the process.
    pub state_file: Option<PathBuf>,
    /// Seed of every random decision (behaviours with a probability, tokens).
    pub seed: u64,
    pub shopify: ShopifyAccount,
    pub ebay: EbayAccount,
    pub shopify_limits: ShopifyLimits,
    pub ebay_limits: EbayLimits,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            spec_dir: super::spec::find(),
            state_file: None,
            seed: 1,
            shopify: ShopifyAccount::default(),
            ebay: EbayAccount::default(),
            shopify_limits: ShopifyLimits::default(),
            ebay_limits: EbayLimits::default(),
        }
    }
}

/// The simulated Shopify store and the app installed in it.
#[derive(Clone, Debug)]
pub struct ShopifyAccount {
    /// What `X-Shopify-Access-Token` must say.
    pub access_token: String,
    pub shop_name: String,
    pub shop_domain: String,
    /// Handles of the app's access scopes.
    pub scopes: Vec<String>,
}

impl Default for ShopifyAccount {
    fn default() -> Self {
        let scopes = ["read_products", "read_inventory", "write_inventory", "read_locations"];
        Self {
            access_token: "shpat_simulated".to_owned(),
            shop_name: "Simulated Store".to_owned(),
            shop_domain: "simulated-store.myshopify.com".to_owned(),
            scopes: scopes.map(str::to_owned).to_vec(),
        }
    }
}

/// The simulated eBay application and the seller who authorised it.
#[derive(Clone, Debug)]
pub struct EbayAccount {
    pub client_id: String,
    pub client_secret: String,
    pub refresh_token: String,
}

impl Default for EbayAccount {
    fn default() -> Self {
        Self {
            client_id: "sim-client-id".to_owned(),
            client_secret: "sim-client-secret".to_owned(),
            refresh_token: "v^1.1#i^1#r^1#simulated-refresh-token".to_owned(),
        }
    }
}

/// Shopify's limits. The defaults are those of the recorded store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ShopifyLimits {
    /// Size of the bucket of cost points.
    pub bucket: u32,
    /// Points that flow back per second.
    pub restore_per_second: u32,
    /// Most points one request may cost.
    pub max_query_cost: u32,
    /// Time every request takes before it is worked on.
    pub latency_ms: u64,
}

impl Default for ShopifyLimits {
    fn default() -> Self {
        Self { bucket: 2000, restore_per_second: 100, max_query_cost: 1000, latency_ms: 0 }
    }
}

/// eBay's limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EbayLimits {
    /// Life of an access token.
    pub token_ttl_s: u64,
    /// Calls to the Inventory API per day.
    pub daily_calls: u64,
    /// Revisions of one listing per calendar day (UTC).
    pub revisions_per_day: u32,
    /// Time every request takes before it is worked on. Above 0, overlapping calls meet error 25025.
    pub latency_ms: u64,
}

impl Default for EbayLimits {
    fn default() -> Self {
        Self { token_ttl_s: 7200, daily_calls: 2_000_000, revisions_per_day: 250, latency_ms: 0 }
    }
}
