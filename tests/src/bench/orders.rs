//! A burst of orders: eight channels sell ten thousand at once, and the shop is to have each of them once.

use super::desk::Desk;
use super::report::{Figure, Report};
use crate::shop::{SECRET, SimShop};
use crate::sim::accounts::WOOCOMMERCE;
use crate::sim::markets::WooCommerce;
use crate::sim::rest::{Market, MarketHandle};
use anyhow::{Context as _, ensure};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::task::JoinSet;

const CHANNELS: usize = 8;
const SKUS: usize = 500;

/// Measures it: orders a second, how long until the last one is listed nowhere any more, and the agent's memory.
///
/// # Errors
/// When an order is missing, or is there twice.
pub async fn run(agent: &Path, orders: usize) -> anyhow::Result<Report> {
    let dir = tempfile::tempdir()?;
    let desk = Arc::new(Desk::start(agent, dir.path()).await?);
    let shop = SimShop::open(&dir.path().join("journal")).await?;
    let each = orders / CHANNELS;
    let stock = i64::try_from(orders.div_ceil(SKUS) * 2)?;
    for number in 1..=SKUS {
        shop.counter().product(i64::try_from(number)?, &format!("SKU-{number}"), stock);
    }
    desk.post("/v1/shop", &json!({ "url": shop.url(), "secret": SECRET })).await?;
    let mut markets: Vec<MarketHandle> = Vec::new();
    desk.settle().await?;
    for channel in 0..CHANNELS {
        let market = Market::start(WooCommerce, None).await?;
        for number in 1..=SKUS {
            market.variation(2, &format!("SKU-{number}"), stock);
        }
        let name = format!("channel-{channel}");
        let secrets: BTreeMap<&str, &str> = WOOCOMMERCE.secrets.iter().copied().collect();
        let add = json!({"name": name, "kind": "woocommerce", "config": WOOCOMMERCE.config(&market.url()), "secrets": secrets});
        desk.post("/v1/channels", &add).await?;
        desk.post(&format!("/v1/channels/{name}/orders"), &json!({ "mode": "order", "since_ms": 0 })).await?;
        desk.post("/v1/listings/auto-match", &json!({ "channel": name })).await?;
        markets.push(market);
    }
    desk.settle().await?;
    for (channel, market) in markets.iter().enumerate() {
        for number in 0..each {
            let sku = format!("SKU-{}", (number * CHANNELS + channel) % SKUS + 1);
            market.sell(&[(sku.as_str(), 1)]).context("sold out")?;
        }
    }
    let clock = onhand::clock::Clock::system();
    let began = clock.instant();
    let mut asks = JoinSet::new();
    for channel in 0..CHANNELS {
        let desk = Arc::clone(&desk);
        asks.spawn(async move {
            desk.post(&format!("/v1/channels/channel-{channel}/orders/ask"), &json!({})).await
        });
    }
    for asked in asks.join_all().await {
        asked?;
    }
    let entered = began.elapsed();
    while shop.counter().orders.len() < each * CHANNELS {
        ensure!(began.elapsed().as_secs() < 600, "the orders do not come home");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let home = began.elapsed();
    desk.settle().await?;
    let settled = began.elapsed();
    {
        let counter = shop.counter();
        ensure!(counter.orders.len() == each * CHANNELS, "{} orders", counter.orders.len());
        ensure!(
            counter.orders.values().all(|order| order.moves == 1),
            "a stock movement is missing, or there twice"
        );
        let left: i64 = counter.stock.values().sum();
        let sold = i64::try_from(each * CHANNELS)?;
        ensure!(left == stock * i64::try_from(SKUS)? - sold, "the stock does not agree");
        for market in &markets {
            for (item, quantity) in &counter.stock {
                let shown = market.shown(&format!("SKU-{item}"));
                ensure!(shown == Some(*quantity), "SKU-{item}: {shown:?} is shown, {quantity} are there");
            }
        }
    }
    let (resident, peak) = desk.memory()?;
    let figure = |value: f64, unit: &str, goal: &str| Figure {
        value,
        unit: unit.into(),
        goal: goal.into(),
        samples: u64::try_from(each * CHANNELS).unwrap_or(0),
    };
    #[allow(clippy::cast_precision_loss, reason = "thousands")]
    let rate = (each * CHANNELS) as f64 / home.as_secs_f64();
    Ok(BTreeMap::from([
        ("orders_entered_after".to_owned(), figure(entered.as_secs_f64(), "s", "")),
        ("orders_home_rate".to_owned(), figure(rate, "orders/s", "")),
        ("orders_in_step_after".to_owned(), figure(settled.as_secs_f64(), "s", "")),
        ("orders_agent_resident".to_owned(), figure(resident, "MiB", "<= 48")),
        ("orders_agent_resident_peak".to_owned(), figure(peak, "MiB", "")),
    ]))
}
