//! The agent's resident memory with a catalogue on two channels, as a program of its own; and how soon it answers then.

use super::desk::Desk;
use super::report::{Figure, Report};
use super::screens;
use crate::sim::ebay::seed::EbaySeed;
use crate::sim::shopify::seed::ShopifySeed;
use crate::sim::{ShopifyLimits, Sim, SimConfig};
use anyhow::ensure;
use onhand_journal::{Appender, Limits, Record};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Measures it with so many variations on each of two channels, after all of them changed once.
///
/// # Errors
/// When the agent cannot be started or does not come into step.
pub async fn run(agent: &Path, variations: usize) -> anyhow::Result<Report> {
    // A store with so large a bucket that the catalogue is not read for a quarter of an hour.
    let shopify_limits =
        ShopifyLimits { bucket: 1_000_000, restore_per_second: 100_000, ..Default::default() };
    let sim = Sim::start(SimConfig { spec_dir: None, shopify_limits, ..SimConfig::default() }).await?;
    let generate = json!({ "count": variations, "sku": "SKU-{n}", "quantity": 5 });
    let shopify: ShopifySeed = serde_json::from_value(json!({ "generate": generate }))?;
    let ebay: EbaySeed = serde_json::from_value(json!({ "generate": generate }))?;
    sim.world().seed_shopify(&shopify)?;
    sim.world().seed_ebay(&ebay)?;
    let dir = tempfile::tempdir()?;
    let desk = Desk::start(agent, dir.path()).await?;
    let mut appender =
        Appender::new(&dir.path().join("journal"), Limits { max_bytes: u64::MAX, ..Limits::default() });
    state(&mut appender, variations, 5, true)?;
    for (name, config, secrets) in [
        (
            "shopify",
            json!({"shop": "demo.myshopify.com", "endpoint": sim.url()}),
            json!({"access_token": "shpat_simulated"}),
        ),
        (
            "ebay",
            json!({"client_id": "sim-client-id", "endpoint": sim.url()}),
            json!({"client_secret": "sim-client-secret", "refresh_token": "v^1.1#i^1#r^1#simulated-refresh-token"}),
        ),
    ] {
        desk.post("/v1/channels", &json!({"name": name, "kind": name, "config": config, "secrets": secrets}))
            .await?;
    }
    desk.settle().await?;
    for name in ["shopify", "ebay"] {
        let matched = desk.post("/v1/listings/auto-match", &json!({ "channel": name })).await?;
        ensure!(matched["linked"] == json!(variations), "{name}: {matched}");
    }
    desk.settle().await?;
    state(&mut appender, variations, 4, false)?;
    desk.settle().await?;
    let (resident, peak) = desk.memory()?;
    let figure = |value, goal: &str| Figure { value, unit: "MiB".into(), goal: goal.into(), samples: 1 };
    let goal = if variations >= 100_000 { "<= 48" } else { "" };
    let mut report = BTreeMap::from([
        (format!("agent_resident_{variations}x2"), figure(resident, goal)),
        (format!("agent_resident_peak_{variations}x2"), figure(peak, "")),
    ]);
    if variations >= 100_000 {
        report.extend(screens::times(&desk, variations * 2).await?);
        // To be looked at by hand, or by a shop's screens.
        if let Some(keep) = std::env::var_os("ONHAND_BENCH_KEEP") {
            let keep = Path::new(&keep);
            std::fs::create_dir_all(keep)?;
            onhand::portable::copy(&dir.path().join("onhand.db"), &keep.join("onhand.db"))?;
            std::fs::copy(dir.path().join("key"), keep.join("key"))?;
        }
    }
    Ok(report)
}

fn state(appender: &mut Appender, variations: usize, quantity: i64, items: bool) -> anyhow::Result<()> {
    let at = onhand::clock::Clock::system().now_us();
    let ids: Vec<usize> = (1..=variations).collect();
    for page in ids.chunks(500) {
        let mut payloads = Vec::new();
        for id in page {
            if items {
                payloads.push(payload(&json!({"v": 1, "t": "item", "at": at, "item": id, "parent": id / 12, "pool": id,
                    "kind": "variation", "sku": format!("SKU-{id}"), "gtin": null, "name": format!("T-shirt, variation {id}"),
                    "attrs": [["size", "M"], ["colour", "blue"]], "price": "19", "post_status": "publish", "sellable": true,
                    "deleted": false, "problems": [], "req": "bench", "snap": null}))?);
            }
            payloads.push(payload(&json!({"v": 1, "t": "stock", "at": at, "pool": id, "qty": quantity.to_string(),
                "managed": true, "status": "instock", "backorders": "no", "held": [], "req": "bench", "snap": null,
                "moves": [{"op": "set", "qty": quantity.to_string(), "cause": "import", "ref": null, "line": null,
                           "actor": {"kind": "user", "id": 1, "name": "anna"}}]}))?);
        }
        appender.append(&payloads)?;
    }
    Ok(())
}

fn payload(record: &Value) -> anyhow::Result<Vec<u8>> {
    let mut record = Record::from_json(record.to_string().as_bytes())?;
    record.fill_id();
    Ok(record.to_json()?)
}
