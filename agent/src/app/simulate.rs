//! Simulations of this shop: what its ledger or a Black Friday would come to, by today's rules and by others.

use super::rules::SetRules;
use super::{App, AppError, rule_book};
use crate::domain::ChannelId;
use crate::mirror::channels::{self as stored, StoredChannel};
use crate::mirror::stage::{self, Listed};
use crate::orders::autopsy::{self, Change, Evidence};
use crate::simulate::{
    BlackFriday, Happening, Outcome, Stage, StageChannel, StageListing, StagePool, What, play,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is to be simulated.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Simulate {
    /// The sales of so many days, once more; seven where nothing is said.
    pub days: Option<u32>,
    /// A made-up day instead.
    pub black_friday: Option<BlackFriday>,
    /// Beside today's rules, these.
    pub rules: Option<Vec<SetRules>>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Simulated {
    /// From when on (milliseconds since the Unix epoch).
    pub since: i64,
    /// Pools that took part.
    pub pools: usize,
    /// Channels with the lags that were reckoned with.
    pub channels: Vec<SimulatedChannel>,
    /// By today's rules.
    pub today: Outcome,
    /// By the others.
    pub changed: Option<Outcome>,
}

/// A channel as it was taken to be.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SimulatedChannel {
    /// Its name.
    pub channel: String,
    /// How long after it was made a sale is heard of; null: its orders do not come home.
    pub heard_ms: Option<i64>,
    /// How long a call takes.
    pub told_ms: i64,
}

const DAY_MS: i64 = 86_400_000;
/// More would not be looked at in a time that anybody waits for.
const MOST_DAYS: u32 = 90;
/// As long as nothing is measured.
const TOLD_MS: i64 = 2_000;
/// Causes of movements of the shop that are sales.
const SOLD: [&str; 2] = ["order_reduced", "order_edited"];

impl App {
    /// Simulates it, in a thread of its own.
    ///
    /// # Errors
    /// Rules that make no sense, or more than can be simulated.
    pub async fn simulate(&self, ask: Simulate) -> Result<Simulated, AppError> {
        let days = ask.days.unwrap_or(7);
        if days == 0 || days > MOST_DAYS {
            return Err(AppError::Invalid(vec![format!("days: must be 1 to {MOST_DAYS}, not {days}")]));
        }
        let now_ms = self.clock.now_ms();
        let since_ms = now_ms.saturating_sub(i64::from(days).saturating_mul(DAY_MS));
        let channels = self.db.readers.read(stored::all).await?;
        let (today, changed) = (
            self.rule_book(&channels).await?,
            ask.rules.as_deref().map(|rules| rule_book::read(rules, &channels)).transpose()?,
        );
        let mut stage = Stage {
            channels: channels.iter().filter_map(|channel| self.staged(channel)).collect(),
            risk_ppm: self.config.velocity.risk_ppm,
            strict: self.config.strict,
            ..Stage::default()
        };
        let listed = self.db.readers.read(stage::listed).await?;
        let (from_ms, happenings) = match ask.black_friday {
            Some(day) => {
                stage.pools = listed.into_iter().map(|one| pool(one, &stage.channels)).collect();
                let buyers =
                    day.buyers(&stage, now_ms).map_err(|many| AppError::Invalid(vec![many.to_string()]))?;
                (now_ms, buyers)
            }
            None => (since_ms, self.replayed(&mut stage, listed, since_ms).await?),
        };
        let described = stage.channels.iter().map(|channel| SimulatedChannel {
            channel: channel.name.clone(),
            heard_ms: channel.heard_ms,
            told_ms: channel.told_ms,
        });
        let (channels, pools) = (described.collect(), stage.pools.len());
        let played = tokio::task::spawn_blocking(move || {
            (play(&stage, &happenings, &today), changed.map(|rules| play(&stage, &happenings, &rules)))
        });
        let (today, changed) =
            played.await.map_err(|error| AppError::Invalid(vec![format!("it broke off: {error}")]))?;
        Ok(Simulated { since: from_ms, pools, channels, today, changed })
    }

    /// A channel that can be used, with what was measured of it.
    fn staged(&self, channel: &StoredChannel) -> Option<StageChannel> {
        let connector = self
            .dispatcher
            .connector(channel.id)
            .or_else(|| self.connector(channel).ok().map(|active| active.connector))?;
        let (limits, orders) = (connector.limits(), connector.orders());
        let told_ms = self.dispatcher.runtime(channel.id).map(|runtime| runtime.lag_ms.ms());
        Some(StageChannel {
            id: channel.id,
            name: channel.name.clone(),
            pushes: limits.pushes,
            max_batch: limits.max_batch,
            concurrency: limits.concurrency,
            max_quantity: limits.max_quantity,
            compares: orders.is_some_and(|orders| orders.limits().before_push.is_none()),
            heard_ms: self.orders.lag_of(&channel.name),
            told_ms: told_ms.filter(|ms| *ms > 0).unwrap_or(TOLD_MS),
        })
    }

    /// What happened since, to the pools that anything happened to.
    async fn replayed(
        &self,
        stage: &mut Stage,
        listed: Vec<Listed>,
        since_ms: i64,
    ) -> Result<Vec<Happening>, AppError> {
        let mut happenings = Vec::new();
        for one in listed {
            let id = one.pool;
            let mut evidence = self.db.readers.read(move |conn| autopsy::gather(conn, id, since_ms)).await?;
            if evidence.events.is_empty() {
                continue;
            }
            let mut pool = pool(one, &stage.channels);
            pool.quantity = evidence.start.or_else(|| first_number(&mut evidence)).unwrap_or(0);
            // What it had sold before is not known any more.
            pool.sales = None;
            happenings.extend(happened(evidence, stage.pools.len(), &stage.channels));
            stage.pools.push(pool);
        }
        happenings.sort_by_key(|one| one.at_ms);
        Ok(happenings)
    }
}

fn pool(listed: Listed, channels: &[StageChannel]) -> StagePool {
    let on = |id: ChannelId| channels.iter().position(|channel| channel.id == id);
    let listings = listed
        .listings
        .into_iter()
        .filter_map(|(id, filed)| Some(StageListing { channel: on(id)?, filed }))
        .collect();
    let Listed { sku, quantity, places, sales, .. } = listed;
    StagePool { sku, quantity, places, sales, listings }
}

/// Of a pool whose life begins within the time: the number it began with, which everybody shows by then.
fn first_number(evidence: &mut Evidence) -> Option<i64> {
    // Channels tell of whole seconds: their first sale may seem to be before it.
    let own = evidence.events.iter().enumerate().filter(|(_, event)| event.channel.is_none());
    let (index, first) = own.min_by_key(|(_, event)| event.at_ms)?;
    let Change::Set(number) = first.change else { return None };
    evidence.events.remove(index);
    Some(number)
}

fn happened(evidence: Evidence, pool: usize, channels: &[StageChannel]) -> impl Iterator<Item = Happening> {
    evidence.events.into_iter().map(move |event| {
        let seller =
            event.channel.as_ref().and_then(|name| channels.iter().position(|channel| channel.name == *name));
        let in_shop = event.channel.is_none() && SOLD.iter().any(|cause| event.what.starts_with(cause));
        let what = match event.change {
            Change::Delta(units) if units < 0 && (in_shop || seller.is_some()) => {
                What::Wants { seller, units: units.saturating_neg() }
            }
            change => What::Stock(change),
        };
        Happening { at_ms: event.at_ms, pool, what }
    })
}
