//! Strict mode: units of a pool are dealt out, each to one listing alone, so that no two can sell the same one.
//!
//! A channel is told absolute numbers, and a number that is told over a sale that nobody has heard of yet puts the sold unit
//! back. So a strict listing is only ever set to zero, or from a zero that the channel has confirmed, and of whose sales all
//! are known, to what it was allotted. In between it sells down by itself. What is not dealt out is the shop's.
//!
//! Each strict listing of a pool that shows nothing gets an equal part of all that is not sold, the shop having one as well,
//! by its rules (buffer, percent, most, least). When something cannot sell since others hold all there is, the one that holds
//! the most is taken back and dealt out anew.

use super::{Reach, Rules, StockView, allocate};
use crate::domain::{ListingId, Quantity};
use serde::{Deserialize, Serialize};

/// `[strict]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StrictSettings {
    /// An order may be told of so long after it was placed: an asking that begins this long after a channel has confirmed zero
    /// knows of all that it sold.
    pub settle_ms: i64,
    /// What one channel holds is taken back for the others at most this often.
    pub rebalance_ms: i64,
}

impl Default for StrictSettings {
    fn default() -> Self {
        Self { settle_ms: 60_000, rebalance_ms: 600_000 }
    }
}

/// Where a strict listing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is told zero, and not all of its sales are known.
    Closing,
    /// It shows nothing, and all of its sales are known.
    Empty,
    /// Units are its own, and it is not told yet: others are still to confirm that they show fewer.
    Granted,
    /// It sells.
    Open,
    /// It is strict no more: the shop is to be told.
    Leaving,
}

impl Phase {
    const ALL: [Self; 5] = [Self::Closing, Self::Empty, Self::Granted, Self::Open, Self::Leaving];

    /// As stored.
    #[must_use]
    pub fn code(self) -> i64 {
        match self {
            Self::Closing => 0,
            Self::Empty => 1,
            Self::Granted => 2,
            Self::Open => 3,
            Self::Leaving => 4,
        }
    }

    /// Of a stored number.
    #[must_use]
    pub fn from_code(code: i64) -> Self {
        Self::ALL.into_iter().find(|phase| phase.code() == code).unwrap_or(Self::Closing)
    }

    /// The word shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closing => "emptying",
            Self::Empty => "empty",
            Self::Granted => "granted",
            Self::Open => "open",
            Self::Leaving => "leaving",
        }
    }
}

/// A strict listing of a pool.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    /// Which.
    pub listing: ListingId,
    /// Where it stands.
    pub phase: Phase,
    /// Units that are its alone and that it has not sold, as far as is known.
    pub left: i64,
    /// The shop may be asked for some.
    pub ready: bool,
    /// Its rules.
    pub rules: Rules,
    /// What is at the locations that feed it; `None`: all of it.
    pub fed: Option<Quantity>,
    /// Its channel.
    pub reach: Reach,
}

/// What is to be done with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Set to zero, for others or because it has sold all it had.
    Close(ListingId),
    /// So many more are to be its own.
    Grant(ListingId, i64),
}

/// What is to be done about a pool. `may_rebalance`: it was not done a moment ago.
#[must_use]
pub fn steps(stock: &StockView, holdings: &[Holding], may_rebalance: bool) -> Vec<Step> {
    let of = |phase: Phase| holdings.iter().filter(move |one| one.phase == phase);
    let mut steps: Vec<Step> =
        of(Phase::Open).filter(|one| one.left <= 0).map(|one| Step::Close(one.listing)).collect();
    let Some(free) = stock.free() else { return steps };
    let on_its_way = of(Phase::Closing).any(|one| one.left > 0);
    let largest = of(Phase::Open).filter(|one| one.left > 0).max_by_key(|one| (one.left, one.listing));
    if free < 0 {
        // Somebody has sold or taken what was dealt out. One at a time: what it did not sell may be enough.
        steps.extend(largest.filter(|_| !on_its_way).map(|one| Step::Close(one.listing)));
        return steps;
    }
    let waiting: Vec<&Holding> = of(Phase::Empty).collect();
    let others = holdings.iter().filter(|one| one.phase != Phase::Leaving);
    let (count, held) = others.fold((0, 0), |(count, held), one| (count + 1, held + one.left.max(0)));
    // The shop is one of them.
    let part = free.saturating_add(held) / (count + 1);
    let mut left = free;
    for one in waiting.iter().filter(|one| one.ready) {
        let units = share(stock, one, part.min(left));
        if units > 0 {
            left -= units;
            steps.push(Step::Grant(one.listing, units));
        }
    }
    if left < free || on_its_way || of(Phase::Granted).count() > 0 || !may_rebalance {
        return steps;
    }
    let Some(largest) = largest else { return steps };
    let all = StockView { allotted: 0, ..*stock };
    let starving = free == 0 || waiting.iter().any(|one| share(&all, one, part) > 0);
    if part >= 1 && starving && largest.left > part.saturating_mul(2) {
        steps.push(Step::Close(largest.listing));
    }
    steps
}

/// What a listing gets of a part, by its rules over the whole.
fn share(stock: &StockView, one: &Holding, part: i64) -> i64 {
    // Nobody else sells what is its own: how fast that goes is no danger.
    let rules = Rules { risk_ppm: Some(0), ..one.rules };
    // What is at its places and dealt out already, to it or to others, may be the same units: it gets no more than is there.
    let units =
        allocate(&StockView { fed: one.fed, ..*stock }, &rules, &one.reach).desired.unwrap_or(0).min(part);
    if one.rules.min_listed.is_some_and(|least| units < least) { 0 } else { units }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::Pace;
    use crate::domain::Quantity;
    use proptest::prelude::*;

    fn stock(units: i64, allotted: i64) -> StockView {
        StockView {
            quantity: Some(Quantity::from_micros(units * 1_000_000)),
            managed: true,
            in_stock: true,
            fed: None,
            held: Quantity::ZERO,
            in_flight: 0,
            allotted,
            pace: Pace::default(),
            sellable: true,
            deleted: false,
        }
    }

    fn one(listing: i64, phase: Phase, left: i64) -> Holding {
        let (rules, reach) = (Rules::default(), Reach::at_once(1_000));
        Holding { listing: ListingId(listing), phase, left, ready: true, rules, fed: None, reach }
    }

    #[test]
    fn the_shop_has_its_part_and_the_last_unit() {
        let two = [one(1, Phase::Empty, 0), one(2, Phase::Empty, 0)];
        let grant = |n, units| Step::Grant(ListingId(n), units);
        assert_eq!(steps(&stock(10, 0), &two, true), [grant(1, 3), grant(2, 3)]);
        assert_eq!(steps(&stock(3, 0), &two, true), [grant(1, 1), grant(2, 1)]);
        assert_eq!(steps(&stock(2, 0), &two, true), [], "fewer than there are places to sell them");
    }

    #[test]
    fn rules_hold_for_a_part_as_well() {
        let with = |rules| [Holding { rules, ..one(1, Phase::Empty, 0) }];
        let most = Rules { max_listed: Some(2), ..Rules::default() };
        assert_eq!(steps(&stock(10, 0), &with(most), true), [Step::Grant(ListingId(1), 2)]);
        let least = Rules { min_listed: Some(6), ..Rules::default() };
        assert_eq!(steps(&stock(10, 0), &with(least), true), []);
        let percent = Rules { percent: Some(20), ..Rules::default() };
        assert_eq!(steps(&stock(10, 0), &with(percent), true), [Step::Grant(ListingId(1), 2)]);
    }

    #[test]
    fn what_was_taken_from_under_it_is_taken_back_one_by_one() {
        let both = [one(1, Phase::Open, 3), one(2, Phase::Open, 4)];
        assert_eq!(steps(&stock(5, 7), &both, true), [Step::Close(ListingId(2))]);
        let one_goes = [one(1, Phase::Open, 3), one(2, Phase::Closing, 4)];
        assert_eq!(steps(&stock(5, 7), &one_goes, true), []);
    }

    #[test]
    fn who_has_the_most_gives_when_another_has_nothing() {
        let dry = [one(1, Phase::Empty, 0), one(2, Phase::Open, 9)];
        assert_eq!(steps(&stock(9, 9), &dry, true), [Step::Close(ListingId(2))]);
        assert_eq!(steps(&stock(9, 9), &dry, false), [], "not all the time");
        let few = [one(1, Phase::Empty, 0), one(2, Phase::Open, 2)];
        assert_eq!(steps(&stock(2, 2), &few, true), [], "there is not one for each");
    }

    #[test]
    fn what_has_sold_all_it_had_is_closed() {
        assert_eq!(steps(&stock(4, 0), &[one(1, Phase::Open, 0)], true), [Step::Close(ListingId(1))]);
    }

    proptest! {
        /// Whatever is dealt out is free, and nobody is closed who is not open.
        #[test]
        fn never_more_than_is_free(
            units in -5i64..60, all in proptest::collection::vec((0i64..4, 0i64..12, any::<bool>()), 0..6), again: bool,
        ) {
            let phases = [Phase::Closing, Phase::Empty, Phase::Granted, Phase::Open];
            let holdings: Vec<Holding> = all.iter().zip(1..).map(|((phase, left, ready), n)| {
                let phase = phases[usize::try_from(*phase).unwrap()];
                let left = if phase == Phase::Empty { 0 } else { *left };
                Holding { ready: *ready, ..one(n, phase, left) }
            }).collect();
            let allotted = holdings.iter().map(|one| one.left).sum();
            let stock = stock(units, allotted);
            let steps = steps(&stock, &holdings, again);
            let granted: i64 = steps.iter().map(|step| if let Step::Grant(_, units) = step { *units } else { 0 }).sum();
            prop_assert!(granted <= stock.free().unwrap().max(0));
            for step in steps {
                let (Step::Close(listing) | Step::Grant(listing, _)) = step;
                let one = holdings.iter().find(|one| one.listing == listing).unwrap();
                match step {
                    Step::Close(_) => prop_assert_eq!(one.phase, Phase::Open),
                    Step::Grant(_, units) => prop_assert!(one.phase == Phase::Empty && one.ready && units > 0),
                }
            }
        }
    }
}
