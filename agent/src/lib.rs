//! The Onhand agent: keeps a mirror of a WooCommerce shop's stock and every sales channel in step with it.
//!
//! Floors, top to bottom; nothing imports upwards: `cli` → `app` (the assembly) → `api` → `ingest`, `dispatch`, `orders` →
//! `mirror`, `ledger`, `allocation`, `channels` → `db`, `domain`, the journal crate.

pub mod allocation;
pub mod api;
pub mod app;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod dispatch;
pub mod domain;
pub mod hooks;
pub mod ingest;
pub mod issues;
pub mod jobs;
pub mod ledger;
pub mod mirror;
pub mod orders;
pub mod portable;
pub mod reconcile;
pub mod secrets;
pub mod simulate;
pub mod stock_file;
pub mod telemetry;
