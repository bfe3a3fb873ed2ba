//! Where the counted units of a pool are. Who sells takes what feeds it first, as a routing rule of the shop would have it;
//! what nobody else has, the main location has or owes.

use crate::allocation::{Places, Rules};
use crate::domain::Quantity;

const UNIT: i64 = 1_000_000;

/// Units by location, the main one first; empty: the shop has one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shelves(Vec<(String, i64)>);

impl Shelves {
    /// Of a pool that has so many: at the other locations is what is there today, as far as there are as many.
    pub(super) fn new(places: Option<&Places>, quantity: i64) -> Self {
        let mut left = quantity.max(0);
        let mut here = |units: &Quantity| {
            let units = units.micros().div_euclid(UNIT).clamp(0, left);
            left -= units;
            units
        };
        let rows = places.map_or(&[][..], |places| &places.0);
        let mut shelves = Self(Vec::new());
        for (index, (name, units)) in rows.iter().enumerate() {
            shelves.0.push((name.clone(), if index == 0 { 0 } else { here(units) }));
        }
        shelves.settle(quantity);
        shelves
    }

    /// The whole is so many now: the main location has the rest.
    pub(super) fn settle(&mut self, counted: i64) {
        let elsewhere: i64 = self.0.iter().skip(1).map(|(_, units)| units).sum();
        if let Some((_, main)) = self.0.first_mut() {
            *main = counted.saturating_sub(elsewhere);
        }
    }

    /// So many are sent, by a seller with these rules. The whole is settled after it.
    pub(super) fn send(&mut self, units: i64, rules: Option<&Rules>) {
        let feeds = |name: &String| {
            rules.and_then(|rules| rules.locations).is_none_or(|names| names.list().contains(name))
        };
        let mut left = units;
        let main = self.0.first().filter(|(name, _)| feeds(name)).map_or(0, |(_, units)| (*units).max(0));
        left -= main.min(left);
        for (_, there) in self.0.iter_mut().skip(1).filter(|(name, _)| feeds(name)) {
            let some = (*there).min(left);
            *there -= some;
            left -= some;
        }
    }

    /// What feeds a listing; `None`: all that there is.
    pub(super) fn feeding(&self, rules: &Rules) -> Option<Quantity> {
        let names = rules.locations.filter(|_| !self.0.is_empty())?;
        let here = self.0.iter().filter(|(name, units)| names.list().contains(name) && *units > 0);
        Some(Quantity::from_micros(here.map(|(_, units)| units.saturating_mul(UNIT)).sum()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::Names;
    use proptest::prelude::*;

    fn rules(names: &[&str]) -> Rules {
        Rules {
            locations: Some(Names::new(names.iter().map(ToString::to_string).collect())),
            ..Rules::default()
        }
    }

    fn places(rows: &[(&str, i64)]) -> Places {
        Places(
            rows.iter()
                .map(|(name, units)| ((*name).to_owned(), Quantity::from_micros(units * UNIT)))
                .collect(),
        )
    }

    fn fed(shelves: &Shelves, names: &[&str]) -> i64 {
        shelves.feeding(&rules(names)).unwrap().micros() / UNIT
    }

    #[test]
    fn who_sells_takes_what_feeds_it() {
        let mut shelves = Shelves::new(Some(&places(&[("main", 3), ("shop", 4), ("van", 5)])), 12);
        shelves.send(3, Some(&rules(&["shop"])));
        shelves.settle(9);
        assert_eq!(["main", "shop", "van"].map(|name| fed(&shelves, &[name])), [3, 1, 5]);
        shelves.send(5, None);
        shelves.settle(4);
        assert_eq!(
            ["main", "shop", "van"].map(|name| fed(&shelves, &[name])),
            [0, 0, 4],
            "first the main one"
        );
        shelves.settle(20);
        assert_eq!(fed(&shelves, &["main", "van"]), 20);
        assert_eq!(Shelves::new(None, 7).feeding(&rules(&["shop"])), None);
        assert_eq!(shelves.feeding(&Rules::default()), None);
    }

    proptest! {
        #[test]
        fn parts_and_whole_agree(
            start in 0i64..30, elsewhere in 0i64..30,
            sold in prop::collection::vec((1i64..6, 0usize..3), 0..20),
        ) {
            let mut shelves = Shelves::new(Some(&places(&[("main", 0), ("shop", elsewhere)])), start);
            let mut left = start;
            for (units, seller) in sold {
                left -= units;
                shelves.send(units, [None, Some(&rules(&["shop"])), Some(&rules(&["main"]))][seller]);
                shelves.settle(left);
                let sum: i64 = shelves.0.iter().map(|(_, units)| units).sum();
                prop_assert_eq!(sum, left);
                prop_assert!(shelves.0[1].1 >= 0);
            }
        }
    }
}
