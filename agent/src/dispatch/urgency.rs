//! Who goes next. Pure.
//!
//! Sold out goes before a decrease, a decrease before an increase, older before newer. So that nothing starves,
//! one place in ten goes to whoever has waited longest, once that is longer than a set time: a listing with `n`
//! others waiting longer is served within `10 * (n + 1)` places after that. What sold out gives no place away, and
//! starves nobody all the same: to sell out again a listing must have been raised, which took a place of its own. A
//! listing that was part of several failed calls travels alone, and after one that did, the others go first: it can
//! take at most every second call.

use crate::domain::ListingId;
use std::cmp::Reverse;

/// One place in so many goes to the longest waiting.
pub const TURN: u64 = 10;

/// A listing that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub listing: ListingId,
    /// 0 sold out, 1 decrease, 2 increase.
    pub urgency: i64,
    /// Since when it is behind.
    pub behind_ms: i64,
    /// It must travel alone.
    pub alone: bool,
}

/// Where the channel stands in giving out places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Places given out so far.
    pub places: u64,
    /// The last call was one that travelled alone.
    pub after_alone: bool,
}

/// What may be chosen, and when waiting becomes starving.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Most listings.
    pub size: usize,
    /// Now.
    pub now_ms: i64,
    /// Waiting longer than this is starving.
    pub starve_ms: i64,
}

/// Chooses up to `size` of the candidates, the most important first.
#[must_use]
pub fn choose(candidates: &[Candidate], turn: Turn, choice: Choice) -> Vec<ListingId> {
    let mut pool: Vec<Candidate> = candidates.to_vec();
    pool.sort_unstable_by_key(|one| Reverse((one.urgency, one.behind_ms, one.listing)));
    if turn.after_alone && pool.iter().any(|one| !one.alone) {
        pool.retain(|one| !one.alone);
    }
    let mut picked = Vec::new();
    let mut place = turn.places;
    while picked.len() < choice.size {
        let Some(next) = take(&mut pool, place, choice) else { break };
        place = place.wrapping_add(1);
        picked.push(next.listing);
        if next.alone {
            break;
        }
        if picked.len() == 1 {
            pool.retain(|one| !one.alone);
        }
    }
    picked
}

/// Takes the one whose place this is. The pool is sorted with the most urgent last.
fn take(pool: &mut Vec<Candidate>, place: u64, choice: Choice) -> Option<Candidate> {
    if place.is_multiple_of(TURN)
        && pool.last().is_none_or(|first| first.urgency > 0)
        && let Some((index, oldest)) =
            pool.iter().enumerate().min_by_key(|(_, one)| (one.behind_ms, one.listing))
        && choice.now_ms.saturating_sub(oldest.behind_ms) >= choice.starve_ms
    {
        return Some(pool.remove(index));
    }
    pool.pop()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(listing: i64, urgency: i64, behind_ms: i64) -> Candidate {
        Candidate { listing: ListingId(listing), urgency, behind_ms, alone: false }
    }

    fn ids(picked: &[ListingId]) -> Vec<i64> {
        picked.iter().map(|id| id.0).collect()
    }

    const FRESH: Choice = Choice { size: 10, now_ms: 100, starve_ms: 1_000 };

    #[test]
    fn sold_out_then_decrease_then_increase_older_first() {
        let all = [one(1, 2, 1), one(2, 1, 9), one(3, 0, 50), one(4, 1, 8), one(5, 0, 40)];
        assert_eq!(ids(&choose(&all, Turn::default(), FRESH)), [5, 3, 4, 2, 1]);
    }

    #[test]
    fn one_place_in_ten_goes_to_the_longest_waiting() {
        let all = [one(1, 2, 1), one(2, 1, 90), one(3, 1, 91)];
        let choice = Choice { size: 1, starve_ms: 50, ..FRESH };
        assert_eq!(ids(&choose(&all, Turn { places: 9, after_alone: false }, choice)), [2]);
        assert_eq!(ids(&choose(&all, Turn { places: 10, after_alone: false }, choice)), [1]);
        let sold_out = [one(1, 2, 1), one(2, 0, 90)];
        assert_eq!(ids(&choose(&sold_out, Turn { places: 10, after_alone: false }, choice)), [2]);
    }

    #[test]
    fn a_suspect_travels_alone_and_never_twice_in_a_row() {
        let suspect = Candidate { alone: true, ..one(1, 0, 1) };
        let all = [suspect, one(2, 1, 1), one(3, 2, 1)];
        assert_eq!(ids(&choose(&all, Turn::default(), FRESH)), [1]);
        assert_eq!(ids(&choose(&all, Turn { places: 1, after_alone: true }, FRESH)), [2, 3]);
        assert_eq!(ids(&choose(&[suspect], Turn { places: 1, after_alone: true }, FRESH)), [1]);
    }

    proptest! {
        /// However many decreases keep arriving, everyone is served within the promised number of places.
        #[test]
        fn nothing_starves(size in 1usize..30, rivals in 1usize..60, rest in 0i64..40, start in 0u64..10) {
            let last = rest;
            let mut waiting: Vec<Candidate> = (0..=rest).map(|n| one(n, 2, n)).collect();
            let mut turn = Turn { places: start, after_alone: false };
            let mut fresh = 1_000;
            let bound = TURN * (u64::try_from(rest).unwrap() + 1) + TURN + u64::try_from(size).unwrap();
            loop {
                waiting.retain(|one| one.urgency == 2);
                for _ in 0..rivals.max(size) {
                    fresh += 1;
                    waiting.push(one(fresh, 1, fresh));
                }
                let choice = Choice { size, now_ms: fresh + 100, starve_ms: 100 };
                let picked = choose(&waiting, turn, choice);
                prop_assert_eq!(picked.len(), size.min(waiting.len()));
                turn.places += u64::try_from(picked.len()).unwrap();
                waiting.retain(|one| !picked.contains(&one.listing));
                if picked.contains(&ListingId(last)) {
                    break;
                }
                prop_assert!(turn.places - start <= bound, "starved for {} places", turn.places - start);
            }
        }

        /// Nobody is chosen twice, and nobody who is not waiting.
        #[test]
        fn a_choice_is_a_subset(raw in proptest::collection::vec((0i64..3, 0i64..50, any::<bool>()), 0..60),
                                size in 1usize..40, places in any::<u64>(), after_alone: bool) {
            let all: Vec<Candidate> = raw.iter().zip(0..).map(|((urgency, behind_ms, alone), n)|
                Candidate { listing: ListingId(n), urgency: *urgency, behind_ms: *behind_ms, alone: *alone }).collect();
            let picked = choose(&all, Turn { places, after_alone }, Choice { size, now_ms: 100, starve_ms: 60 });
            let unique: std::collections::BTreeSet<_> = picked.iter().collect();
            prop_assert_eq!(unique.len(), picked.len());
            prop_assert_eq!(picked.is_empty(), all.is_empty());
            let alone = picked.iter().any(|id| all.iter().any(|one| one.listing == *id && one.alone));
            prop_assert!(!alone || picked.len() == 1);
        }
    }
}
