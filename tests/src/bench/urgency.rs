//! An hour in which fifty times more changes than the channel's limit: how long from "sold out in the shop" to "zero
//! on the channel", most urgent first against first in first out, in virtual time.

use super::report::{Figure, Report};
use crate::lab::{Lab, Plain};
use anyhow::ensure;
use onhand::allocation::VelocitySettings;
use onhand::channels::Rate;
use onhand::dispatch::DispatchSettings;
use onhand::domain::{ChannelId, PoolId};
use onhand::mirror::listings::{Context, recompute_pools};
use onhand::mirror::sweep::GuardSettings;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const LISTINGS: usize = 2_000;
const CHANGES_A_SECOND: usize = 50;
/// Of these changes, so many in a thousand sell out.
const SELL_OUT: u32 = 10;
/// Sold out for so long.
const RESTOCK_S: u64 = 900;
const HOUR_S: u64 = 3_600;

/// Who goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    UrgentFirst,
    FirstInFirstOut,
}

/// What an hour was like.
#[derive(Debug)]
pub struct Hour {
    /// Seconds from sold out to zero; those still open at the end count with what they have waited.
    pub waits: Vec<f64>,
    /// Calls that went to another while something sold out was waiting.
    pub passed_over: usize,
    pub changes: usize,
    pub calls: usize,
}

impl Hour {
    fn quantile(&self, share: f64) -> f64 {
        let mut waits = self.waits.clone();
        waits.sort_by(f64::total_cmp);
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let index = ((waits.len().saturating_sub(1)) as f64 * share) as usize;
        waits.get(index).copied().unwrap_or(0.0)
    }
}

/// Runs an hour within a runtime of one thread whose time is paused.
///
/// # Errors
/// When the database refuses.
pub async fn run(order: Order) -> anyhow::Result<Hour> {
    let lab = Lab::open(DispatchSettings::default())?;
    let channel =
        Arc::new(Plain::new(lab.clock.clone(), LISTINGS, 5, Rate::new(1, Duration::from_secs(1), 1), 1));
    let id = lab.channel("plain", "plain", &*channel).await?;
    link(&lab, order).await?;
    lab.start(id, "plain", channel.clone(), Duration::ZERO);
    let mut dice = StdRng::seed_from_u64(7);
    // Sold out since, and when it is stocked again.
    let mut empty: BTreeMap<usize, (i64, u64)> = BTreeMap::new();
    let mut hour = Hour { waits: Vec::new(), passed_over: 0, changes: 0, calls: 0 };
    let began_ms = lab.clock.now_ms();
    for second in 0..HOUR_S {
        let mut changes: Vec<(usize, i64)> = Vec::new();
        let back: Vec<usize> =
            empty.iter().filter(|(_, (_, until))| *until <= second).map(|(n, _)| *n).collect();
        for n in back {
            changes.push((n, 9));
            close(&mut empty, n, &channel, lab.clock.now_ms(), &mut hour);
        }
        while changes.len() < CHANGES_A_SECOND {
            let n = dice.random_range(0..LISTINGS);
            if empty.contains_key(&n) {
                continue;
            }
            if dice.random_range(0..1000) < SELL_OUT && channel.shown(&format!("SKU-{n}")) != Some(0) {
                empty.insert(n, (lab.clock.now_ms(), second + RESTOCK_S));
                changes.push((n, 0));
            } else {
                changes.push((n, dice.random_range(1..30)));
            }
        }
        hour.changes += changes.len();
        apply(&lab, id, changes).await?;
        lab.dispatcher.wake([id]);
        lab.pass(Duration::from_secs(1)).await;
    }
    let open: Vec<usize> = empty.keys().copied().collect();
    for n in open {
        close(&mut empty, n, &channel, lab.clock.now_ms(), &mut hour);
    }
    let received = channel.received();
    hour.calls = received.len();
    ensure!(hour.changes >= 49 * hour.calls, "{} changes for {} calls", hour.changes, hour.calls);
    ensure!(lab.clock.now_ms() - began_ms >= 3_600_000, "the hour was cut short");
    Ok(hour)
}

/// What was sold out is over: how long it took until the channel showed it.
fn close(empty: &mut BTreeMap<usize, (i64, u64)>, n: usize, channel: &Plain, now_ms: i64, hour: &mut Hour) {
    let Some((since_ms, _)) = empty.remove(&n) else { return };
    let sku = format!("SKU-{n}");
    let received = channel.received();
    let told = received.iter().find(|one| one.sku == sku && one.quantity == 0 && one.at_ms >= since_ms);
    let until_ms = told.map_or(now_ms, |one| one.at_ms);
    hour.passed_over += received
        .iter()
        .filter(|one| one.at_ms > since_ms && one.at_ms < until_ms && one.quantity > 0)
        .count();
    #[allow(clippy::cast_precision_loss, reason = "an hour of milliseconds fits")]
    hour.waits.push((until_ms - since_ms) as f64 / 1000.0);
}

async fn link(lab: &Lab, order: Order) -> anyhow::Result<()> {
    lab.write(move |tx| {
        tx.execute_batch(
            "INSERT INTO pool (pool_id, qty_micros, managed, status, backorders, epoch, at)
                SELECT listing_id, 5000000, 1, 'instock', 'no', 0, 0 FROM listing;
             INSERT INTO item (item_id, pool_id, kind, name, attrs, post_status, sellable, deleted, epoch, at)
                SELECT listing_id, listing_id, 'simple', '', '[]', 'publish', 1, 0, 0, 0 FROM listing;
             UPDATE listing SET item_id = listing_id, desired = 5;",
        )?;
        if order == Order::FirstInFirstOut {
            tx.execute_batch(
                "CREATE TRIGGER fifo AFTER UPDATE OF urgency ON listing WHEN new.urgency <> 1
                 BEGIN UPDATE listing SET urgency = 1 WHERE listing_id = new.listing_id; END",
            )?;
        }
        Ok(())
    })
    .await?;
    Ok(())
}

async fn apply(lab: &Lab, id: ChannelId, changes: Vec<(usize, i64)>) -> anyhow::Result<()> {
    let context = Context {
        now_ms: lab.clock.now_ms(),
        channel_max: BTreeMap::from([(id, 1_000_000)]),
        channel_rules: BTreeMap::new(),
        rule_sets: Arc::default(),
        channel_prices: BTreeMap::new(),
        channel_lags: BTreeMap::new(),
        homing: Arc::default(),
        low_stock: 0,
        velocity: VelocitySettings::default(),
        guard: GuardSettings { enabled: false, ..GuardSettings::default() },
    };
    lab.write(move |tx| {
        let mut pools = Vec::new();
        for (n, quantity) in changes {
            let pool: PoolId = tx
                .prepare_cached("SELECT item_id FROM listing WHERE sku = ?1")?
                .query_row([format!("SKU-{n}")], |row| row.get(0))?;
            tx.prepare_cached("UPDATE pool SET qty_micros = ?2 WHERE pool_id = ?1")?
                .execute(rusqlite::params![pool, quantity * 1_000_000])?;
            pools.push((pool, None, true));
        }
        recompute_pools(tx, pools, &context).map(|_| ())
    })
    .await?;
    Ok(())
}

/// The figures of both orders.
#[must_use]
pub fn report(urgent: &Hour, fifo: &Hour) -> Report {
    let samples = |hour: &Hour| u64::try_from(hour.waits.len()).unwrap_or(0);
    let figure = |value: f64, unit: &str, goal: &str, hour: &Hour| Figure {
        value,
        unit: unit.into(),
        goal: goal.into(),
        samples: samples(hour),
    };
    #[allow(clippy::cast_precision_loss, reason = "a count of calls fits")]
    let passed = |hour: &Hour| hour.passed_over as f64;
    BTreeMap::from([
        ("sold_out_to_zero_p50_urgent_first".to_owned(), figure(urgent.quantile(0.5), "s", "", urgent)),
        ("sold_out_to_zero_worst_urgent_first".to_owned(), figure(urgent.quantile(1.0), "s", "", urgent)),
        ("sold_out_to_zero_p50_first_in_first_out".to_owned(), figure(fifo.quantile(0.5), "s", "", fifo)),
        ("sold_out_to_zero_worst_first_in_first_out".to_owned(), figure(fifo.quantile(1.0), "s", "", fifo)),
        ("calls_past_what_sold_out_urgent_first".to_owned(), figure(passed(urgent), "calls", "<= 0", urgent)),
        ("calls_past_what_sold_out_first_in_first_out".to_owned(), figure(passed(fifo), "calls", "", fifo)),
    ])
}
