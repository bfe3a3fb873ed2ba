//! The shop and two channels sell the same units out, a thousand times, in virtual time: how many are sold twice, with
//! and without the velocity buffer, against the risk that it is to keep to; and in strict mode.
//!
//! The channels are the worst there are: what they sell is heard of late, and nothing is asked before a push, so that a
//! push may put a sold unit back.

use super::races_strict::Dealer;
use super::report::{Figure, Report};
use crate::lab::{Lab, Plain};
use onhand::allocation::{Rules, VelocitySettings, velocity_buffer};
use onhand::channels::Rate;
use onhand::dispatch::DispatchSettings;
use onhand::domain::ChannelId;
use onhand::ingest::{EpochTracker, Input, apply};
use onhand::mirror::listings::{self, Context};
use onhand::mirror::sweep::GuardSettings;
use onhand::mirror::velocity;
use onhand_journal::{Position, Record};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use statrs::distribution::{DiscreteCDF, Poisson};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::time::Duration;

const STOCK: i64 = 20;
/// What a channel sells is heard of after this.
const HOME_MS: i64 = 5_000;
/// What a channel is told it shows after this.
const TOLD: Duration = Duration::from_secs(1);
/// Buyers in vain after which a run is over.
const IN_VAIN: u32 = 10;

/// Who buys the last units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rush {
    /// Buyers come one after the other, independently of each other.
    Steady,
    /// The last unit is wanted in the shop and on both channels within the same second.
    LastUnit,
}

/// What is done against selling a unit twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    Nothing,
    /// The last units are the shop's alone, as many as keep to this risk (in millionths).
    Buffer(i64),
    /// Every unit is one seller's alone.
    Strict,
}

/// How it ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ended {
    /// Sellings-out.
    pub runs: usize,
    /// Of these, those that sold more than there was.
    pub oversold: usize,
    /// Units sold that were not there.
    pub units: i64,
    /// Buyers whom a channel turned away while there was a unit left.
    pub turned_away: u32,
    /// All units that there were.
    pub stock: i64,
    /// The chance of an oversold run by the rates as they truly are and the buffers as they were, in percent.
    pub bound: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seller {
    Shop,
    Channel(usize),
}

const SELLERS: [Seller; 3] = [Seller::Shop, Seller::Channel(0), Seller::Channel(1)];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A buyer comes, and another one after that.
    Next,
    /// A buyer comes to this seller.
    Buyer(Seller),
    /// The shop hears of a channel's sale.
    Home(usize),
    /// Strict units are dealt out anew.
    Deal,
}

/// One selling-out.
struct Run {
    /// Units there are, less those sold.
    left: i64,
    /// Units that the shop knows of.
    counted: i64,
    every_s: f64,
    in_vain: u32,
    turned_away: u32,
    last_unit: bool,
    /// The chance that it is oversold, once the buffer is reached.
    chance: Option<f64>,
}

struct Race {
    lab: Lab,
    channels: [(ChannelId, Arc<Plain>); 2],
    runs: Vec<Run>,
    due: BinaryHeap<Reverse<(i64, u64, usize, Event)>>,
    count: u64,
    dice: StdRng,
    epochs: EpochTracker,
    risk_ppm: i64,
    rush: Rush,
    strict: Option<Dealer>,
}

/// Runs it within a runtime of one thread whose time is paused.
///
/// # Errors
/// When the database refuses.
pub async fn run(runs: usize, rush: Rush, against: Against) -> anyhow::Result<Ended> {
    let lab = Lab::open(DispatchSettings::default())?;
    let strict = against == Against::Strict;
    // Strict listings are dealt out before anybody buys: until then they show nothing.
    let (shown, open_ms) = if strict { (0, 60_000) } else { (STOCK, 0) };
    let mut channels = Vec::new();
    for name in ["one", "other"] {
        let rate = Rate::new(100, Duration::from_secs(1), 100);
        let plain = Arc::new(Plain::new(lab.clock.clone(), runs, shown, rate, 100));
        let id = lab.channel(name, "plain", &*plain).await?;
        lab.start(id, name, plain.clone(), TOLD);
        channels.push((id, plain));
    }
    link(&lab, shown).await?;
    let mut dice = StdRng::seed_from_u64(11);
    let now_ms = lab.clock.now_ms();
    let [one, other] = <[_; 2]>::try_from(channels).map_err(|_| anyhow::anyhow!("two channels"))?;
    let mut race = Race {
        lab,
        channels: [one, other],
        // Between one unit in ten seconds and one in a minute.
        runs: (0..runs)
            .map(|_| Run {
                left: STOCK,
                counted: STOCK,
                every_s: dice.random_range(10.0..60.0),
                in_vain: 0,
                turned_away: 0,
                last_unit: false,
                chance: None,
            })
            .collect(),
        due: BinaryHeap::new(),
        count: 0,
        dice,
        epochs: EpochTracker::new(0, 0),
        risk_ppm: if let Against::Buffer(risk_ppm) = against { risk_ppm } else { 0 },
        rush,
        strict: strict.then(Dealer::default),
    };
    for n in 0..runs {
        race.next_buyer(n, now_ms + open_ms);
    }
    if strict {
        race.open_strictly().await?;
    }
    race.ended().await
}

impl Race {
    async fn ended(mut self) -> anyhow::Result<Ended> {
        while let Some(Reverse((at_ms, _, n, event))) = self.due.pop() {
            let wait = u64::try_from(at_ms - self.lab.clock.now_ms()).unwrap_or(0);
            self.lab.pass(Duration::from_millis(wait)).await;
            match event {
                Event::Next => {
                    let seller = SELLERS[self.dice.random_range(0..SELLERS.len())];
                    self.buyer(n, seller).await?;
                    let now_ms = self.lab.clock.now_ms();
                    if self.rush == Rush::LastUnit && self.runs[n].left == 1 {
                        self.all_at_once(n, now_ms);
                    } else if self.runs[n].in_vain < IN_VAIN {
                        self.next_buyer(n, now_ms);
                    }
                }
                Event::Buyer(seller) => self.buyer(n, seller).await?,
                Event::Home(channel) => self.home(n, channel).await?,
                Event::Deal => self.deal().await?,
            }
        }
        let oversold = |run: &&Run| run.left < 0;
        #[allow(clippy::cast_precision_loss, reason = "small numbers")]
        let runs = self.runs.len().max(1) as f64;
        Ok(Ended {
            runs: self.runs.len(),
            oversold: self.runs.iter().filter(oversold).count(),
            units: self.runs.iter().filter(oversold).map(|run| -run.left).sum(),
            turned_away: self.runs.iter().map(|run| run.turned_away).sum(),
            stock: STOCK * i64::try_from(self.runs.len())?,
            // One that reached no buffer may end any way.
            bound: 100.0 * self.runs.iter().map(|run| run.chance.unwrap_or(1.0)).sum::<f64>() / runs,
        })
    }

    fn at(&mut self, at_ms: i64, n: usize, event: Event) {
        self.count += 1;
        self.due.push(Reverse((at_ms, self.count, n, event)));
    }

    /// Independent of all that came before.
    fn next_buyer(&mut self, n: usize, now_ms: i64) {
        let at_ms = now_ms + self.gap_ms(n);
        self.at(at_ms, n, Event::Next);
    }

    fn gap_ms(&mut self, n: usize) -> i64 {
        let share: f64 = self.dice.random_range(f64::MIN_POSITIVE..1.0);
        #[allow(clippy::cast_possible_truncation, reason = "minutes in milliseconds fit")]
        let ms = (-share.ln() * self.runs[n].every_s * 1e3) as i64;
        ms
    }

    fn all_at_once(&mut self, n: usize, now_ms: i64) {
        if std::mem::replace(&mut self.runs[n].last_unit, true) {
            return;
        }
        let from_ms = now_ms + self.gap_ms(n);
        for seller in SELLERS {
            let at_ms = from_ms + self.dice.random_range(0..1_000);
            self.at(at_ms, n, Event::Buyer(seller));
        }
    }

    async fn buyer(&mut self, n: usize, seller: Seller) -> anyhow::Result<()> {
        let sold = match seller {
            Seller::Shop => self.runs[n].counted > self.strict.as_ref().map_or(0, |dealer| dealer.kept(n)),
            Seller::Channel(channel) => self.channels[channel].1.sell(&format!("SKU-{n}")),
        };
        if !sold {
            self.runs[n].in_vain += 1;
            self.runs[n].turned_away += u32::from(self.runs[n].left > 0);
            return Ok(());
        }
        self.runs[n].in_vain = 0;
        self.runs[n].left -= 1;
        match seller {
            Seller::Shop => self.state(n, "order_reduced", None).await,
            Seller::Channel(channel) => {
                let home_ms = self.lab.clock.now_ms() + HOME_MS;
                self.at(home_ms, n, Event::Home(channel));
                Ok(())
            }
        }
    }

    /// A channel's sale is heard of, and the shop takes it at once.
    async fn home(&mut self, n: usize, channel: usize) -> anyhow::Result<()> {
        let mut reference = None;
        if let Some(dealer) = &mut self.strict {
            let (id, now_ms) = (self.channels[channel].0, self.lab.clock.now_ms());
            reference = Some(dealer.heard(&self.lab, id, channel, n, now_ms).await?);
        }
        self.state(n, "channel_order", reference).await
    }

    /// Everything is strict from now on, and looked after once a second.
    async fn open_strictly(&mut self) -> anyhow::Result<()> {
        let context = self.context();
        for (id, _) in &self.channels {
            let (id, context) = (*id, context.clone());
            self.lab.write(move |tx| listings::recompute_channel(tx, id, &context)).await?;
        }
        self.deal().await
    }

    async fn deal(&mut self) -> anyhow::Result<()> {
        let (context, counted) =
            (self.context(), self.runs.iter().map(|run| run.counted).collect::<Vec<_>>());
        if let Some(dealer) = &mut self.strict {
            dealer.deal(&self.lab, &context, &counted).await?;
            if self.due.iter().any(|Reverse((.., event))| *event != Event::Deal) {
                let next_ms = self.lab.clock.now_ms() + 1_000;
                self.at(next_ms, 0, Event::Deal);
            }
        }
        Ok(())
    }

    /// The shop takes a unit, and states what is left.
    async fn state(&mut self, n: usize, cause: &str, reference: Option<String>) -> anyhow::Result<()> {
        self.runs[n].counted -= 1;
        self.count += 1;
        let (id, now_ms) = (self.count, self.lab.clock.now_ms());
        let actor = json!({ "kind": "guest", "id": null, "name": null });
        let statement = json!({
            "v": 1, "t": "stock", "id": format!("{id:016x}"), "at": now_ms * 1_000, "pool": n + 1,
            "qty": self.runs[n].counted.to_string(), "managed": true, "status": "instock", "backorders": "no",
            "held": [], "req": format!("r{id}"), "snap": null,
            "moves": [{ "op": "delta", "qty": "-1", "cause": cause, "ref": reference, "line": "1", "actor": actor }],
        });
        let record = Record::from_json(&serde_json::to_vec(&statement)?)?;
        let (context, mut epochs) = (self.context(), self.epochs.clone());
        let (touched, epochs) = self
            .lab
            .write(move |tx| {
                let batch = [Input::Record(Box::new(record))];
                let end = Position { segment: 1, offset: id };
                let effect = apply(tx, &batch, end, &context, &mut epochs)?;
                Ok((effect.touched, epochs))
            })
            .await?;
        self.epochs = epochs;
        self.lab.dispatcher.wake(touched.channels);
        self.reached(n)
    }

    /// When the units left have reached the buffer: the chance that the channels sell more than that before they hear
    /// of it, by the rate at which the buyers truly come.
    fn reached(&mut self, n: usize) -> anyhow::Result<()> {
        let (context, id) = (self.context(), self.channels[0].0);
        let Some(reach) = context.reach(id).filter(|_| self.runs[n].chance.is_none()) else { return Ok(()) };
        let now_us = self.lab.clock.now_ms() * 1_000;
        let pace = self
            .lab
            .conn()
            .prepare_cached("SELECT sold, sold_at FROM pool WHERE pool_id = ?1")?
            .query_row([i64::try_from(n + 1)?], |row| velocity::pace_of_row(row, 0, now_us, false))?;
        let buffer = velocity_buffer(pace, &reach, &Rules::default());
        if self.runs[n].counted > buffer {
            return Ok(());
        }
        #[allow(clippy::cast_precision_loss, reason = "seconds")]
        let mean = reach.lag_ms as f64 / 1e3 / self.runs[n].every_s;
        // Three who come for the last unit are two too many.
        let too_many = u64::try_from(buffer)?.saturating_sub(u64::from(self.rush == Rush::LastUnit));
        self.runs[n].chance = Some(Poisson::new(mean)?.sf(too_many));
        Ok(())
    }

    /// Lags are those that the agent itself measures.
    fn context(&self) -> Context {
        let lag = |id| self.lab.dispatcher.runtime(id).map_or(0, |runtime| runtime.lag_ms.ms());
        let ids = self.channels.each_ref().map(|(id, _)| *id);
        Context {
            now_ms: self.lab.clock.now_ms(),
            channel_max: ids.map(|id| (id, 1_000_000)).into(),
            channel_rules: ids
                .map(|id| (id, Rules { strict: Some(self.strict.is_some()), ..Rules::default() }))
                .into(),
            rule_sets: Arc::default(),
            channel_prices: BTreeMap::new(),
            channel_lags: ids.map(|id| (id, HOME_MS + lag(id))).into(),
            homing: Arc::new(ids.into()),
            low_stock: 0,
            velocity: VelocitySettings { risk_ppm: self.risk_ppm },
            guard: GuardSettings { enabled: false, ..GuardSettings::default() },
        }
    }
}

/// Pool, variation and both listings of a run go by its number, from one on.
async fn link(lab: &Lab, shown: i64) -> anyhow::Result<()> {
    lab.write(move |tx| {
        tx.execute_batch(&format!(
            "UPDATE listing SET item_id = 1 + substr(sku, 5), desired = {shown}, sent = {shown}, confirmed = {shown};
             INSERT INTO item (item_id, pool_id, kind, name, attrs, post_status, sellable, deleted, epoch, at)
                SELECT DISTINCT item_id, item_id, 'simple', '', '[]', 'publish', 1, 0, 0, 0 FROM listing;
             INSERT INTO pool (pool_id, qty_micros, managed, status, backorders, epoch, at, balance_micros)
                SELECT item_id, {STOCK}000000, 1, 'instock', 'no', 0, 0, {STOCK}000000 FROM item;"
        ))?;
        Ok(())
    })
    .await?;
    Ok(())
}

/// The figures of one rush: without anything, with the buffer, in strict mode.
#[must_use]
pub fn report(name: &str, risk_ppm: i64, without: &Ended, with: &Ended, strict: &Ended) -> Report {
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let bound = risk_ppm as f64 / 1e4;
    let figure = |value: f64, unit: &str, goal: String, of: &Ended| Figure {
        value,
        unit: unit.into(),
        goal,
        samples: u64::try_from(of.runs).unwrap_or(0),
    };
    let mut report = Report::new();
    for (which, ended) in [("without_buffer", without), ("with_velocity_buffer", with), ("strict", strict)] {
        let goal = match which {
            // The risk is that of buyers who come independently of each other.
            "with_velocity_buffer" if name == "steady" => format!("<= {bound}"),
            "strict" => "<= 0".to_owned(),
            _ => String::new(),
        };
        report.insert(
            format!("{name}_oversold_{which}"),
            figure(share(ended.oversold, ended.runs), "% of runs", goal, ended),
        );
        #[allow(clippy::cast_precision_loss, reason = "small numbers")]
        let units = ended.units as f64;
        report.insert(format!("{name}_oversold_units_{which}"), figure(units, "units", String::new(), ended));
        report.insert(
            format!("{name}_turned_away_{which}"),
            figure(
                share(
                    usize::try_from(ended.turned_away).unwrap_or(0),
                    usize::try_from(ended.stock).unwrap_or(1),
                ),
                "% of units",
                String::new(),
                ended,
            ),
        );
    }
    report.insert(format!("{name}_theoretical_bound"), figure(with.bound, "% of runs", String::new(), with));
    report
}
