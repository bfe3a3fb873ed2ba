//! The Onhand agent: keeps a mirror of a WooCommerce shop's stock and every sales channel in step with it.
//!
//! Floors, top to bottom; nothing imports upwards: `cli` → `app` (the assembly) → `api` → `ingest`, `dispatch` →
//! `mirror`, `ledger`, `allocation`, `channels` → `db`, `domain`, the journal crate.

pub mod allocation;
pub mod channels;
pub mod clock;
pub mod db;
pub mod domain;
pub mod ingest;
pub mod issues;
pub mod ledger;
pub mod mirror;
