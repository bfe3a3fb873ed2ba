//! The events, one after the other.

use super::calls::Calls;
use super::outcome::{Outcome, Oversold};
use super::shelves::Shelves;
use super::stage::{Happening, RuleBook, Stage, What};
use super::strict::Strict;
use crate::allocation::{Reach, Reason, Rules, Sales, StockView, allocate};
use crate::domain::Quantity;
use crate::orders::autopsy::Change;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// How often what rates hold back is looked at anew.
const FADE_MS: i64 = 60_000;
/// Pools named in the outcome.
const WORST: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// The happening with this index.
    Happens(usize),
    /// The sale with this index is heard of.
    Heard(usize),
    /// A call that told these listings these quantities has ended.
    CallEnds(usize, Vec<(usize, i64)>),
    /// A call may be made to this channel.
    CallDue(usize),
    /// All that this listing sold is known, if it has shown nothing since.
    Settles(usize, i64),
    /// Rates have faded.
    Fades,
}

pub(super) struct Sale {
    channel: usize,
    pool: usize,
    units: i64,
    heard: bool,
}

pub(super) struct Pool {
    /// What there is.
    pub(super) left: i64,
    /// What the shop knows of.
    pub(super) counted: i64,
    pub(super) shelves: Shelves,
    pub(super) sales: Sales,
    pub(super) listings: Vec<usize>,
    pub(super) rebalanced_ms: i64,
}

impl Pool {
    /// The shop knows of a sale.
    fn send(&mut self, units: i64, rules: Option<&Rules>) {
        self.shelves.send(units, rules);
        self.counted = self.counted.saturating_sub(units);
        self.shelves.settle(self.counted);
    }
}

pub(super) struct Listing {
    pub(super) channel: usize,
    pub(super) pool: usize,
    pub(super) rules: Rules,
    pub(super) shown: i64,
    pub(super) told: i64,
    pub(super) desired: i64,
    pub(super) reason: Reason,
    /// Since when it shows something else than it should.
    pub(super) behind_ms: Option<i64>,
    /// Urgency and since when, while it waits for a call.
    pub(super) queued: Option<(i64, i64)>,
    pub(super) under_way: bool,
    pub(super) sold_since: bool,
    pub(super) strict: Option<Strict>,
}

pub(super) struct World<'a> {
    pub(super) stage: &'a Stage,
    pub(super) happenings: &'a [Happening],
    pub(super) now_ms: i64,
    pub(super) due: BinaryHeap<Reverse<(i64, u64, Event)>>,
    pub(super) count: u64,
    pub(super) pools: Vec<Pool>,
    pub(super) listings: Vec<Listing>,
    pub(super) calls: Vec<Calls>,
    pub(super) sales: Vec<Sale>,
    pub(super) unheard: Vec<BTreeSet<usize>>,
    pub(super) fast: BTreeSet<usize>,
    pub(super) behind_ms: i64,
    pub(super) outcome: Outcome,
}

impl<'a> World<'a> {
    pub(super) fn new(stage: &'a Stage, rules: &RuleBook, happenings: &'a [Happening]) -> Self {
        let now_ms = happenings.first().map_or(0, |first| first.at_ms);
        let mut listings = Vec::new();
        let mut pools = Vec::new();
        for (index, pool) in stage.pools.iter().enumerate() {
            let from = listings.len();
            for listing in &pool.listings {
                let Some(channel) = stage.channels.get(listing.channel) else { continue };
                let rules = rules.of(channel.id, &listing.filed);
                listings.push(Listing {
                    channel: listing.channel,
                    pool: index,
                    rules,
                    shown: 0,
                    told: 0,
                    desired: 0,
                    reason: Reason::Available,
                    behind_ms: None,
                    queued: None,
                    under_way: false,
                    sold_since: false,
                    strict: (rules.strict == Some(true) && channel.heard_ms.is_some())
                        .then(|| Strict::new(now_ms)),
                });
            }
            pools.push(Pool {
                left: pool.quantity,
                counted: pool.quantity,
                shelves: Shelves::new(pool.places.as_ref(), pool.quantity),
                sales: pool.sales.unwrap_or(Sales { at: now_ms.saturating_mul(1_000), ..Sales::default() }),
                listings: (from..listings.len()).collect(),
                rebalanced_ms: now_ms,
            });
        }
        let mut world = Self {
            stage,
            happenings,
            now_ms,
            due: BinaryHeap::new(),
            count: 0,
            pools,
            listings,
            calls: stage.channels.iter().map(|channel| Calls::new(channel.pushes, now_ms)).collect(),
            sales: Vec::new(),
            unheard: vec![BTreeSet::new(); stage.channels.len()],
            fast: BTreeSet::new(),
            behind_ms: 0,
            outcome: Outcome::default(),
        };
        // Everything is in step at the beginning, without a call.
        world.calls.iter_mut().for_each(|calls| calls.planned = true);
        for pool in 0..world.pools.len() {
            world.recompute(pool);
        }
        for (calls, channel) in world.calls.iter_mut().zip(&stage.channels) {
            *calls = Calls::new(channel.pushes, now_ms);
        }
        for listing in &mut world.listings {
            (listing.shown, listing.told) = (listing.desired, listing.desired);
            (listing.behind_ms, listing.queued) = (None, None);
        }
        world
    }

    pub(super) fn play(mut self) -> Outcome {
        if let Some(first) = self.happenings.first() {
            self.at(first.at_ms, Event::Happens(0));
            self.at(first.at_ms.saturating_add(FADE_MS), Event::Fades);
        }
        while let Some(Reverse((at_ms, _, event))) = self.due.pop() {
            self.now_ms = at_ms;
            match event {
                Event::Happens(index) => self.happens(index),
                Event::Heard(sale) => self.heard(sale),
                Event::CallEnds(channel, told) => self.call_ends(channel, told),
                Event::CallDue(channel) => {
                    if let Some(calls) = self.calls.get_mut(channel) {
                        calls.planned = false;
                    }
                    self.call(channel);
                }
                Event::Settles(listing, since_ms) => self.settles(listing, since_ms),
                Event::Fades => self.fades(),
            }
        }
        self.ended()
    }

    fn ended(mut self) -> Outcome {
        if self.outcome.changes > 0 {
            self.outcome.out_of_step_ms = self.behind_ms / self.outcome.changes;
        }
        let mut worst: Vec<Oversold> = self
            .pools
            .iter()
            .zip(&self.stage.pools)
            .filter(|(pool, _)| pool.left < 0)
            .map(|(pool, stage)| Oversold { sku: stage.sku.clone(), units: -pool.left })
            .collect();
        worst.sort_by_key(|one| Reverse(one.units));
        worst.truncate(WORST);
        self.outcome.worst = worst;
        self.outcome
    }

    pub(super) fn at(&mut self, at_ms: i64, event: Event) {
        self.count += 1;
        self.due.push(Reverse((at_ms, self.count, event)));
    }

    fn happens(&mut self, index: usize) {
        let happenings = self.happenings;
        if let Some(next) = happenings.get(index + 1) {
            self.at(next.at_ms.max(self.now_ms), Event::Happens(index + 1));
        }
        let Some(one) = happenings.get(index) else { return };
        match &one.what {
            What::Wants { seller, units } => self.wanted(one.pool, *seller, *units),
            What::Stock(change) => {
                let unheard: i64 = self
                    .unheard
                    .iter()
                    .flatten()
                    .filter_map(|sale| self.sales.get(*sale))
                    .filter(|sale| sale.pool == one.pool)
                    .map(|sale| sale.units)
                    .sum();
                let pool = &mut self.pools[one.pool];
                match change {
                    Change::Delta(units) => {
                        pool.left = pool.left.saturating_add(*units);
                        pool.counted = pool.counted.saturating_add(*units);
                    }
                    // Whoever wrote it did not know of what channels had sold and the shop had not heard of.
                    Change::Set(value) => {
                        pool.counted = *value;
                        pool.left = value.saturating_sub(unheard);
                    }
                }
                pool.shelves.settle(pool.counted);
                self.recompute(one.pool);
            }
        }
    }

    fn wanted(&mut self, index: usize, seller: Option<usize>, units: i64) {
        self.outcome.wanted += units;
        let kept = self.kept(index);
        let pool = &self.pools[index];
        let listing = seller.map(|channel| {
            pool.listings.iter().copied().find(|listing| self.listings[*listing].channel == channel)
        });
        let (there, why) = match listing {
            None if pool.counted.saturating_sub(kept) >= units => (true, String::new()),
            None => (false, if kept > 0 { "kept_for_channels" } else { "shop" }.to_owned()),
            Some(None) => (false, "not_listed".to_owned()),
            Some(Some(listing)) => {
                let listing = &self.listings[listing];
                let why = match listing.strict {
                    Some(_) => "strict",
                    None if listing.desired >= units => "out_of_step",
                    None => listing.reason.as_str(),
                };
                (listing.shown >= units, why.to_owned())
            }
        };
        if !there {
            if pool.left >= units {
                *self.outcome.lost.entry(why).or_default() += units;
            } else {
                self.outcome.sold_out += units;
            }
            return;
        }
        let pool = &mut self.pools[index];
        let before = pool.left;
        pool.left = pool.left.saturating_sub(units);
        self.outcome.sold += units;
        self.outcome.oversold += units.min(units.saturating_sub(before.max(0)).max(0));
        match listing.flatten() {
            None => {
                pool.send(units, None);
                self.sold(index, units);
                self.recompute(index);
            }
            Some(listing) => {
                let listing = &mut self.listings[listing];
                listing.shown -= units;
                listing.sold_since = true;
                let channel = listing.channel;
                let sale = self.sales.len();
                self.sales.push(Sale { channel, pool: index, units, heard: false });
                self.unheard[channel].insert(sale);
                if let Some(after_ms) = self.stage.channels[channel].heard_ms {
                    self.at(self.now_ms.saturating_add(after_ms), Event::Heard(sale));
                }
            }
        }
    }

    /// For the velocity buffer.
    fn sold(&mut self, pool: usize, units: i64) {
        let in_force = self.fast.contains(&pool);
        let pool = &mut self.pools[pool];
        #[allow(clippy::cast_precision_loss, reason = "units")]
        let units = units as f64;
        pool.sales = pool.sales.sold(units, self.now_ms.saturating_mul(1_000), in_force);
    }

    fn heard(&mut self, index: usize) {
        let Some(sale) = self.sales.get_mut(index) else { return };
        if std::mem::replace(&mut sale.heard, true) {
            return;
        }
        let (channel, pool, units) = (sale.channel, sale.pool, sale.units);
        self.unheard[channel].remove(&index);
        // The shop has it within moments.
        let mut rules = None;
        for listing in self.pools[pool].listings.clone() {
            let listing = &mut self.listings[listing];
            if listing.channel != channel {
                continue;
            }
            rules = Some(listing.rules);
            if let Some(strict) = &mut listing.strict {
                strict.left = (strict.left - units).max(0);
            }
        }
        self.pools[pool].send(units, rules.as_ref());
        self.sold(pool, units);
        self.recompute(pool);
    }

    pub(super) fn hear_all(&mut self, channel: usize) {
        for sale in std::mem::take(&mut self.unheard[channel]) {
            self.heard(sale);
        }
    }

    pub(super) fn reach(&self, channel: usize) -> Reach {
        let one = &self.stage.channels[channel];
        let home_ms = self.stage.channels.iter().filter_map(|channel| channel.heard_ms).max().unwrap_or(0);
        Reach {
            max: one.max_quantity,
            lag_ms: home_ms.saturating_add(one.told_ms),
            channels: u32::try_from(self.stage.channels.len()).unwrap_or(u32::MAX),
            risk_ppm: self.stage.risk_ppm,
        }
    }

    pub(super) fn view(&self, index: usize) -> StockView {
        let pool = &self.pools[index];
        let in_force = self.fast.contains(&index);
        StockView {
            quantity: Some(Quantity::from_micros(pool.counted.saturating_mul(1_000_000))),
            managed: true,
            in_stock: pool.counted > 0,
            fed: None,
            held: Quantity::ZERO,
            in_flight: 0,
            allotted: self.kept(index),
            pace: pool.sales.pace(self.now_ms.saturating_mul(1_000), in_force),
            sellable: true,
            deleted: false,
        }
    }

    pub(super) fn recompute(&mut self, index: usize) {
        self.deal(index);
        let view = self.view(index);
        let mut fast = false;
        for listing in self.pools[index].listings.clone() {
            let one = &self.listings[listing];
            let reach = self.reach(one.channel);
            let view = StockView { fed: self.pools[index].shelves.feeding(&one.rules), ..view };
            let (desired, reason) = match &one.strict {
                Some(strict) => (Some(strict.shows()), Reason::NotAllotted),
                None => {
                    let allocation = allocate(&view, &one.rules, &reach);
                    (allocation.desired, allocation.reason)
                }
            };
            fast |= reason == Reason::SellingFast;
            self.want(listing, desired, reason);
        }
        if fast {
            self.fast.insert(index);
        } else {
            self.fast.remove(&index);
        }
    }

    fn fades(&mut self) {
        for pool in self.fast.clone() {
            self.recompute(pool);
        }
        let last_ms = self.happenings.last().map_or(0, |last| last.at_ms);
        if self.now_ms < last_ms {
            self.at(self.now_ms.saturating_add(FADE_MS), Event::Fades);
        }
    }
}
