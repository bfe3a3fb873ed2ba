//! Shopify and eBay, as far as a stock-sync agent can see them, on one HTTP listener.
//!
//! - [`Sim::start`] runs it in this process on a free port; the `onhand-sim` program runs it on its own.
//! - `shopify` and `ebay` answer as the marketplaces do. A request that breaks the official specification is
//!   refused *and* recorded, so that a test ends with "no violations".
//! - `control` is the tests' side door under `/_sim/`: seed, look, misbehave, wait.
//! - State is a fold over [`op::Op`]s. With a state file each batch of them is written before it is answered, so a
//!   simulator killed at any moment comes back knowing all that it ever confirmed.
//!
//! Deliberately absent: orders, webhooks, prices that matter, any look into the agent.

pub mod accounts;
pub mod behaviour;
pub mod client;
pub mod clock;
pub mod config;
mod control;
#[allow(clippy::result_large_err, reason = "a refusal is a whole reply, and made once per request")]
pub mod ebay;
pub(crate) mod http;
mod marketplace;
#[allow(clippy::result_large_err, reason = "a refusal is a whole reply, and made once per request")]
pub mod markets;
pub mod op;
pub mod openapi;
pub mod outlet;
pub mod record;
pub mod rest;
mod server;
pub mod shopify;
pub mod signing;
pub mod spec;
mod store;
mod world;

pub use client::SimClient;
pub use config::{EbayAccount, EbayLimits, ShopifyAccount, ShopifyLimits, SimConfig};
pub use control::{Waited, WantedMap};
pub use marketplace::Marketplace;
pub use server::{Sim, SimHandle};
pub use world::World;
