//! Strict listings in the simulation, by the same steps as `mirror/dealing.rs` takes; the shop keeps what it is asked to at once.

use super::world::{Event, World};
use crate::allocation::{Holding, Phase, Step, steps};
use crate::domain::ListingId;

/// Where a strict listing stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strict {
    pub phase: Phase,
    /// Units that are its alone, less those of which it is known that they are sold.
    pub left: i64,
    /// What it was set to.
    pub opened: i64,
    pub since_ms: i64,
}

impl Strict {
    pub(super) fn new(now_ms: i64) -> Self {
        Self { phase: Phase::Empty, left: 0, opened: 0, since_ms: now_ms }
    }

    pub(super) fn granted(&mut self, units: i64, now_ms: i64) {
        *self = Self { phase: Phase::Open, left: units, opened: units, since_ms: now_ms };
    }

    pub(super) fn close(&mut self, now_ms: i64) {
        (self.phase, self.since_ms) = (Phase::Closing, now_ms);
    }

    /// It shows nothing and all of its sales are known.
    pub(super) fn settled(&mut self, now_ms: i64) {
        *self = Self::new(now_ms);
    }

    /// What it is to show.
    pub(super) fn shows(&self) -> i64 {
        if self.phase == Phase::Open { self.opened } else { 0 }
    }
}

impl World<'_> {
    /// Units that the shop keeps for strict listings.
    pub(super) fn kept(&self, pool: usize) -> i64 {
        let strict = |listing: &usize| self.listings[*listing].strict.map_or(0, |strict| strict.left);
        self.pools[pool].listings.iter().map(strict).sum()
    }

    pub(super) fn deal(&mut self, index: usize) {
        let holdings: Vec<Holding> = self.pools[index]
            .listings
            .iter()
            .filter_map(|listing| {
                let one = &self.listings[*listing];
                let strict = one.strict?;
                Some(Holding {
                    fed: self.pools[index].shelves.feeding(&one.rules),
                    listing: ListingId(i64::try_from(*listing).ok()?),
                    phase: strict.phase,
                    left: strict.left,
                    ready: true,
                    rules: one.rules,
                    reach: self.reach(one.channel),
                })
            })
            .collect();
        if holdings.is_empty() {
            return;
        }
        let now_ms = self.now_ms;
        let again = now_ms >= self.pools[index].rebalanced_ms.saturating_add(self.stage.strict.rebalance_ms);
        for step in steps(&self.view(index), &holdings, again) {
            let (Step::Close(listing) | Step::Grant(listing, _)) = step;
            let Some(one) =
                usize::try_from(listing.0).ok().and_then(|listing| self.listings.get_mut(listing))
            else {
                continue;
            };
            let Some(strict) = &mut one.strict else { continue };
            match step {
                Step::Close(_) => {
                    strict.close(now_ms);
                    self.pools[index].rebalanced_ms = now_ms;
                }
                Step::Grant(_, units) => strict.granted(units, now_ms),
            }
        }
    }

    /// It shows nothing; that all it sold is known takes a while.
    pub(super) fn emptied(&mut self, listing: usize) {
        let one = &self.listings[listing];
        if let Some(strict) = one.strict
            && strict.phase == Phase::Closing
        {
            let heard_ms = self.stage.channels[one.channel].heard_ms.unwrap_or(0);
            let at_ms = self.now_ms.saturating_add(self.stage.strict.settle_ms).saturating_add(heard_ms);
            self.at(at_ms, Event::Settles(listing, strict.since_ms));
        }
    }

    pub(super) fn settles(&mut self, listing: usize, since_ms: i64) {
        let now_ms = self.now_ms;
        let one = &mut self.listings[listing];
        let pool = one.pool;
        if let Some(strict) = &mut one.strict
            && strict.phase == Phase::Closing
            && strict.since_ms == since_ms
        {
            strict.settled(now_ms);
            self.recompute(pool);
        }
    }
}
