//! How long the agent takes for the first data of each admin screen, with a large catalogue.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use super::desk::Desk;
use super::report::{Figure, Report};
use std::collections::BTreeMap;
use std::time::Instant;

/// A screen, and what it asks for first.
const SCREENS: [(&str, &str); 22] = [
    ("overview", "/v1/status"),
    ("overview_health", "/v1/health"),
    ("overview_chart", "/v1/activity?stretches=60&step_ms=60000"),
    ("listings", "/v1/listings/page?sort=sku&page=1&per_page=25"),
    ("listings_searched", "/v1/listings/page?q=sku-9999&sort=sku&page=1&per_page=25"),
    ("listings_last_page", "/v1/listings/page?sort=quantity&descending=true&page=4000&per_page=25"),
    ("story", "/v1/explain?sku=SKU-77"),
    ("story_ledger", "/v1/ledger?sku=SKU-77&limit=50"),
    ("product_list", "/v1/products?channel=shopify"),
    ("orders", "/v1/orders?limit=200"),
    ("issues_dead_letters", "/v1/dead-letters"),
    ("issues_drift", "/v1/drift?limit=50"),
    ("issues_holds", "/v1/holds"),
    ("issues_skus", "/v1/work?limit=50"),
    ("reorder", "/v1/cover?limit=100"),
    ("rules", "/v1/rules/all"),
    ("webhooks", "/v1/hooks"),
    ("webhooks_deliveries", "/v1/deliveries?limit=50"),
    ("activity", "/v1/changes?limit=50"),
    ("jobs", "/v1/jobs?running=true"),
    ("setup_plan", "/v1/plan?channel=shopify"),
    ("setup_candidates", "/v1/listings/candidates?channel=shopify&limit=50"),
];
const TIMES: u64 = 5;

/// The slowest of a few times, each.
///
/// # Errors
/// When the agent refuses.
pub async fn times(desk: &Desk, listings: usize) -> anyhow::Result<Report> {
    let mut report = BTreeMap::new();
    for (name, path) in SCREENS {
        let mut worst = 0.0_f64;
        for _ in 0..TIMES {
            let began = Instant::now();
            desk.get(path).await?;
            worst = worst.max(began.elapsed().as_secs_f64() * 1000.0);
        }
        let figure = Figure { value: worst, unit: "ms".into(), goal: "<= 1000".into(), samples: TIMES };
        report.insert(format!("screen_{name}_{listings}_listings_worst"), figure);
    }
    Ok(report)
}
