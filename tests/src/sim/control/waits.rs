//! Waiting until buyers see what they should. Woken by every change of the state; nothing is polled.

use super::looks::shown;
use crate::sim::clock::now_us;
use crate::sim::marketplace::Marketplace;
use crate::sim::op::State;
use crate::sim::world::World;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Quantities wanted, by marketplace and SKU.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WantedMap {
    pub shopify: BTreeMap<String, i64>,
    pub ebay: BTreeMap<String, i64>,
    /// How long to wait at most.
    pub timeout_ms: u64,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    pub reached: bool,
    /// From the start of the wait.
    pub elapsed_us: i64,
    /// When the wait ended, microseconds since the Unix epoch.
    pub at_us: i64,
    /// What is not as wanted: marketplace, SKU, wanted, shown.
    pub missing: Vec<(Marketplace, String, i64, Option<i64>)>,
}

impl World {
    /// Waits until all these SKUs show the wanted quantities, or the time is over.
    pub async fn wait_for(&self, wanted: &WantedMap) -> Waited {
        let start = now_us();
        let mut changes = self.changes();
        let reached = tokio::time::timeout(Duration::from_millis(wanted.timeout_ms), async {
            while !self.read(|state| missing(state, wanted, 1)).is_empty() {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        });
        drop(reached.await);
        let missing = self.read(|state| missing(state, wanted, 20));
        let at_us = now_us();
        Waited { reached: missing.is_empty(), elapsed_us: at_us - start, at_us, missing }
    }
}

fn missing(state: &State, wanted: &WantedMap, most: usize) -> Vec<(Marketplace, String, i64, Option<i64>)> {
    let all = [(Marketplace::Shopify, &wanted.shopify), (Marketplace::Ebay, &wanted.ebay)];
    let each =
        all.into_iter().flat_map(|(m, map)| map.iter().map(move |(sku, quantity)| (m, sku, *quantity)));
    each.filter_map(|(marketplace, sku, quantity)| {
        let shown = shown(state, marketplace, sku);
        let wrong = shown.iter().find(|q| **q != Some(quantity)).copied();
        let wrong = if shown.is_empty() { Some(None) } else { wrong };
        wrong.map(|shown| (marketplace, sku.clone(), quantity, shown))
    })
    .take(most)
    .collect()
}
