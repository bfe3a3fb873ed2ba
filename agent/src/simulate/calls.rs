//! A channel's calls: so many in so much time, the most urgent listings first.

use super::world::{Event, World};
use crate::allocation::Reason;
use crate::channels::Rate;
use crate::mirror::listings::urgency;
use std::collections::BTreeSet;

/// What waits for a channel, and how many calls it takes now.
#[derive(Debug)]
pub(super) struct Calls {
    rate: Rate,
    tokens: f64,
    refilled_ms: i64,
    /// Urgency, since when, which listing.
    queue: BTreeSet<(i64, i64, usize)>,
    pub under_way: usize,
    /// A look at it is planned already.
    pub planned: bool,
}

impl Calls {
    pub(super) fn new(rate: Rate, now_ms: i64) -> Self {
        let tokens = f64::from(rate.burst.get());
        Self { rate, tokens, refilled_ms: now_ms, queue: BTreeSet::new(), under_way: 0, planned: false }
    }

    pub(super) fn add(&mut self, urgency: i64, since_ms: i64, listing: usize) {
        self.queue.insert((urgency, since_ms, listing));
    }

    pub(super) fn remove(&mut self, urgency: i64, since_ms: i64, listing: usize) {
        self.queue.remove(&(urgency, since_ms, listing));
    }

    pub(super) fn waits(&self) -> bool {
        !self.queue.is_empty()
    }

    /// A call may be made now, and is taken off what may be; else how long to wait.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of days")]
    pub(super) fn may(&mut self, now_ms: i64) -> Result<(), i64> {
        let every_ms =
            (self.rate.per.as_secs_f64() * 1e3 / f64::from(self.rate.calls.get())).max(f64::MIN_POSITIVE);
        let passed_ms = now_ms.saturating_sub(self.refilled_ms).max(0) as f64;
        self.tokens = (self.tokens + passed_ms / every_ms).min(f64::from(self.rate.burst.get()));
        self.refilled_ms = now_ms;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err((((1.0 - self.tokens) * every_ms).ceil() as i64).max(1))
    }

    /// The most urgent.
    pub(super) fn take(&mut self, most: usize) -> Vec<usize> {
        std::iter::from_fn(|| self.queue.pop_first()).take(most.max(1)).map(|(.., listing)| listing).collect()
    }
}

impl World<'_> {
    /// What a listing should show from now on. `None`: it is left alone.
    pub(super) fn want(&mut self, index: usize, desired: Option<i64>, reason: Reason) {
        let now_ms = self.now_ms;
        let one = &mut self.listings[index];
        one.reason = reason;
        let channel = one.channel;
        if let Some((urgency, since_ms)) = one.queued.take() {
            self.calls[channel].remove(urgency, since_ms, index);
        }
        let Some(desired) = desired else { return };
        one.desired = desired;
        if one.under_way {
            return;
        }
        if desired == one.told {
            one.behind_ms = None;
            return;
        }
        let since_ms = *one.behind_ms.get_or_insert(now_ms);
        let urgent = urgency(Some(one.told), Some(desired));
        one.queued = Some((urgent, since_ms));
        self.calls[channel].add(urgent, since_ms, index);
        self.call(channel);
    }

    /// Makes the calls that can be made now.
    pub(super) fn call(&mut self, channel: usize) {
        let stage = &self.stage.channels[channel];
        loop {
            let calls = &mut self.calls[channel];
            if !calls.waits() || calls.planned || calls.under_way >= stage.concurrency.max(1) {
                return;
            }
            if let Err(wait_ms) = calls.may(self.now_ms) {
                calls.planned = true;
                self.at(self.now_ms.saturating_add(wait_ms), Event::CallDue(channel));
                return;
            }
            if !stage.compares && stage.heard_ms.is_some() {
                // While its sales are being looked at nothing else is begun.
                calls.planned = true;
                self.hear_all(channel);
                self.calls[channel].planned = false;
            }
            let taken = self.calls[channel].take(stage.max_batch);
            if taken.is_empty() {
                return;
            }
            self.calls[channel].under_way += 1;
            let mut told = Vec::with_capacity(taken.len());
            for listing in taken {
                let one = &mut self.listings[listing];
                (one.told, one.under_way, one.sold_since, one.queued) = (one.desired, true, false, None);
                told.push((listing, one.desired));
            }
            self.outcome.calls += 1;
            self.at(self.now_ms.saturating_add(stage.told_ms.max(1)), Event::CallEnds(channel, told));
        }
    }

    pub(super) fn call_ends(&mut self, channel: usize, told: Vec<(usize, i64)>) {
        let compares = self.stage.channels[channel].compares;
        self.calls[channel].under_way -= 1;
        let mut pools = BTreeSet::new();
        for (listing, quantity) in told {
            let one = &mut self.listings[listing];
            one.under_way = false;
            pools.insert(one.pool);
            if compares && one.sold_since && quantity > 0 {
                // It shows something else than was expected: its sales are asked for, and it is told anew.
                one.told = i64::MIN;
                continue;
            }
            one.shown = quantity;
            self.outcome.changes += 1;
            if let Some(since_ms) = one.behind_ms.filter(|_| one.desired == quantity) {
                one.behind_ms = None;
                let behind_ms = self.now_ms.saturating_sub(since_ms);
                self.behind_ms = self.behind_ms.saturating_add(behind_ms);
                self.outcome.longest_out_of_step_ms = self.outcome.longest_out_of_step_ms.max(behind_ms);
            }
            if quantity == 0 {
                self.emptied(listing);
            }
        }
        if compares {
            self.hear_all(channel);
        }
        for pool in pools {
            self.recompute(pool);
        }
        self.call(channel);
    }
}
