//! One binary of integration tests; one module per subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking"
)]

mod activity;
mod agent_dispatch;
mod agent_mapping;
mod agent_mirror;
mod agent_plan;
mod agent_reconcile;
mod agent_rules;
mod agent_support;
mod careful;
mod channel_shopify;
mod channels;
mod cli;
mod connect;
mod contract;
mod data;
mod dispatch_lab;
mod orders;
mod races;
mod sim_behaviour;
mod sim_durability;
mod sim_ebay;
mod sim_shopify;
mod sim_shopify_recorded;
mod sim_support;
