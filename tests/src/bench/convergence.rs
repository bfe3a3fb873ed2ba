//! How long every channel takes to show 10,000 changed variations, in virtual time and under its documented limits,
//! against the least that these limits allow.

use super::report::{Figure, Report};
use crate::lab::{Lab, VARIATIONS};
use crate::sim::accounts::{self, Account};
use crate::sim::ebay::seed::EbaySeed;
use crate::sim::rest::{Market, MarketHandle, Rules};
use crate::sim::shopify::seed::ShopifySeed;
use crate::sim::{Sim, SimConfig, SimHandle, markets};
use anyhow::ensure;
use onhand::channels::{ChannelConnector, ChannelLimits, Renewals};
use onhand::dispatch::{DispatchSettings, plan};
use onhand::domain::ChannelId;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How long Amazon and Walmart work on a feed, and how long other accepted changes take.
const FEED: Duration = Duration::from_secs(300);
const JOB: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(100);
const END: Duration = Duration::from_secs(4 * 3_600);

/// A channel that is connected in the lab.
pub struct Channel {
    pub id: ChannelId,
    account: Account,
    pub connector: Arc<dyn ChannelConnector>,
    market: Option<MarketHandle>,
    _sim: Option<SimHandle>,
}

impl Channel {
    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.account.kind
    }

    /// Its simulated marketplace; Shopify and eBay have a world instead.
    #[must_use]
    pub fn market(&self) -> Option<&Market> {
        self.market.as_deref()
    }
}

/// One channel's way into step.
#[derive(Debug)]
pub struct Row {
    pub channel: &'static str,
    pub least: Duration,
    pub planned: f64,
    pub took: Duration,
    pub feeds: usize,
}

impl Row {
    /// Of the least that calls allow: below one where a feed is faster.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.took.as_secs_f64() / self.least.as_secs_f64().max(1.0)
    }
}

/// Runs it within a runtime of one thread whose time is paused.
///
/// # Errors
/// When a channel cannot be connected or does not come into step.
pub async fn run(variations: usize) -> anyhow::Result<Vec<Row>> {
    let mut lab = Lab::open(DispatchSettings::default())?;
    let mut channels = rest_channels(&mut lab, variations).await?;
    channels.push(of_world(&mut lab, accounts::SHOPIFY, variations).await?);
    channels.push(of_world(&mut lab, accounts::EBAY, variations).await?);
    let mut rows = Vec::new();
    for channel in &channels {
        let wanted = lab.want(channel.id, 3).await?;
        ensure!(wanted == variations, "{} has {wanted} listings", channel.account.kind);
        let limits = channel.connector.limits();
        let feeds = channel.connector.feeds().map(|feeds| *feeds.limits());
        rows.push(Row {
            channel: channel.account.kind,
            least: least(&lab, channel.id, limits)?,
            planned: plan(lab.conn(), channel.id, limits, feeds.as_ref())?.effort.seconds,
            took: END,
            feeds: 0,
        });
    }
    for channel in &channels {
        lab.start(channel.id, channel.account.kind, Arc::clone(&channel.connector), Duration::ZERO);
    }
    let ids: Vec<ChannelId> = channels.iter().map(|channel| channel.id).collect();
    let done = lab.in_step(&ids, STEP, END).await?;
    for (row, channel) in rows.iter_mut().zip(&channels) {
        let Some(took) = done.get(&channel.id) else {
            anyhow::bail!("{} is not in step after {END:?}", row.channel);
        };
        row.took = *took;
        row.feeds = onhand::dispatch::feeds::list(lab.conn(), Some(row.channel), 100)?.len();
    }
    Ok(rows)
}

/// All channels with a REST API, with so many listings each.
///
/// # Errors
/// When one cannot be connected.
pub async fn rest_channels(lab: &mut Lab, variations: usize) -> anyhow::Result<Vec<Channel>> {
    Ok(vec![
        rest(lab, accounts::AMAZON, markets::Amazon, variations).await?,
        rest(lab, accounts::WALMART, markets::Walmart, variations).await?,
        rest(lab, accounts::BIGCOMMERCE, markets::BigCommerce, variations).await?,
        rest(lab, accounts::WOOCOMMERCE, markets::WooCommerce, variations).await?,
        rest(lab, accounts::ETSY, markets::Etsy, variations).await?,
        rest(lab, accounts::TIKTOK, markets::TikTok, variations).await?,
        rest(lab, accounts::SQUARE, markets::Square, variations).await?,
        rest(lab, accounts::MIRAKL, markets::Mirakl, variations).await?,
        rest(lab, accounts::BOL, markets::Bol, variations).await?,
        rest(lab, accounts::MAGENTO, markets::Magento, variations).await?,
        rest(lab, accounts::ALLEGRO, markets::Allegro, variations).await?,
        rest(lab, accounts::KAUFLAND, markets::Kaufland, variations).await?,
        rest(lab, accounts::OTTO, markets::Otto, variations).await?,
        rest(lab, accounts::SHOPWARE, markets::Shopware, variations).await?,
        rest(lab, accounts::LAZADA, markets::Lazada, variations).await?,
        rest(lab, accounts::MERCADOLIBRE, markets::MercadoLibre, variations).await?,
        rest(lab, accounts::SHOPEE, markets::Shopee, variations).await?,
        rest(lab, accounts::SQUARESPACE, markets::Squarespace, variations).await?,
    ])
}

/// The figures of a run.
#[must_use]
pub fn report(rows: &[Row], variations: usize) -> Report {
    println!(
        "{:<12} {:>10} {:>10} {:>10} {:>7} {:>6}",
        "CHANNEL", "LEAST s", "PLANNED s", "TOOK s", "RATIO", "FEEDS"
    );
    let mut report = Report::new();
    for row in rows {
        println!(
            "{:<12} {:>10.1} {:>10.1} {:>10.1} {:>7.2} {:>6}",
            row.channel,
            row.least.as_secs_f64(),
            row.planned,
            row.took.as_secs_f64(),
            row.ratio(),
            row.feeds
        );
        report.insert(
            format!("converge_{variations}_{}", row.channel),
            Figure { value: row.ratio(), unit: "of least".into(), goal: "<= 1.15".into(), samples: 1 },
        );
    }
    report
}

/// Calls needed ÷ calls allowed. Where a channel accepts first and applies later, asking for what became of it is
/// needed too, and is counted where it shares the limit.
fn least(lab: &Lab, id: ChannelId, limits: &ChannelLimits) -> anyhow::Result<Duration> {
    let by = if limits.one_group { "coalesce(group_key, listing_id)" } else { "channel_id" };
    let sql = format!("SELECT count(*) FROM listing WHERE channel_id = ?1 GROUP BY {by}");
    let mut select = lab.conn().prepare(&sql)?;
    let mut calls = 0_u64;
    for count in select.query_map([id], |row| row.get::<_, u32>(0))? {
        calls += u64::from(count?).div_ceil(u64::try_from(limits.max_batch)?);
    }
    if limits.accepts && limits.reads.is_none() {
        let listings: u32 =
            lab.conn()
                .query_row("SELECT count(*) FROM listing WHERE channel_id = ?1", [id], |row| row.get(0))?;
        calls += u64::from(listings).div_ceil(u64::try_from(limits.follow_batch)?);
    }
    let rate = limits.pushes;
    let paced = calls.saturating_sub(u64::from(rate.burst.get()));
    Ok(rate.per.mul_f64(f64::from(u32::try_from(paced)?) / f64::from(rate.calls.get())))
}

async fn rest(
    lab: &mut Lab,
    account: Account,
    rules: impl Rules,
    variations: usize,
) -> anyhow::Result<Channel> {
    let market = Market::start(rules, None).await?;
    let mut group = 0;
    for n in 0..variations {
        if n % VARIATIONS == 0 {
            group = market.with_shelf(crate::sim::rest::Shelf::number);
        }
        market.variation(group, &format!("SKU-{n}"), 5);
    }
    lab.keeps_time(&market.clock);
    market.limited(false);
    let connector = account.connect(&market.url(), &lab.clock, &[], Renewals::default())?;
    let id = lab.channel(account.kind, account.kind, &*connector).await?;
    market.limited(true);
    market.jobs_take(JOB);
    market.feeds_take(FEED);
    Ok(Channel { id, account, connector, market: Some(market), _sim: None })
}

async fn of_world(lab: &mut Lab, account: Account, variations: usize) -> anyhow::Result<Channel> {
    let sim = Sim::start(SimConfig { spec_dir: None, ..SimConfig::default() }).await?;
    lab.keeps_time(&sim.world().clock);
    let generate = json!({ "generate": { "count": variations, "sku": "SKU-{n}", "quantity": 5 } });
    if account.kind == accounts::SHOPIFY.kind {
        sim.world().seed_shopify(&serde_json::from_value::<ShopifySeed>(generate)?)?;
    } else {
        sim.world().seed_ebay(&serde_json::from_value::<EbaySeed>(generate)?)?;
    }
    let connector = account.connect(&sim.url(), &lab.clock, &[], Renewals::default())?;
    let id = lab.channel(account.kind, account.kind, &*connector).await?;
    // What reading the catalogue took of the allowance has grown again.
    lab.pass(Duration::from_secs(120)).await;
    Ok(Channel { id, account, connector, market: None, _sim: Some(sim) })
}
