//! One listing's quantity and why.

use super::{Pace, Reach, Rules, velocity_buffer};
use crate::domain::{Quantity, whole_units};

/// What is known of a variation's stock at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StockView {
    /// The pool's quantity; `None` when WooCommerce counts nothing.
    pub quantity: Option<Quantity>,
    /// WooCommerce manages the quantity.
    pub managed: bool,
    /// WooCommerce's own status lets it be sold.
    pub in_stock: bool,
    /// What is at the locations that feed the listing; `None`: all of it.
    pub fed: Option<Quantity>,
    /// Reserved by unpaid checkouts that have not expired.
    pub held: Quantity,
    /// Sold by channels, and not yet part of the quantity: whole units, never below zero.
    pub in_flight: i64,
    /// Of the rest, units that are strict listings' alone.
    pub allotted: i64,
    /// How fast it sells.
    pub pace: Pace,
    /// Published, and its parent too.
    pub sellable: bool,
    /// The post is gone.
    pub deleted: bool,
}

/// Which rule decided. The words are stored with the listing and shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Rules say to leave the listing alone.
    Off,
    /// The variation was deleted in the shop.
    Deleted,
    /// The variation is not for sale in the shop (trash, draft, private, disabled).
    NotSellable,
    /// WooCommerce does not count it and it is out of stock.
    UnmanagedOut,
    /// WooCommerce does not count it; the rule `unmanaged_quantity` decides.
    UnmanagedFixed,
    /// WooCommerce does not count it and no rule says what to show.
    UnmanagedUnknown,
    /// Stock there is, but WooCommerce's own status is out of stock: the shop sells none of it.
    OutOfStock,
    /// Stock, less held, less buffer.
    Available,
    /// More is available, but the rule `max_listed` (or the channel's own maximum) caps it.
    Capped,
    /// So little is left that the rule `stop_at` stops this channel.
    Stopped,
    /// So little is left, and it sells so fast, that it could be sold twice before the channel hears of it.
    SellingFast,
    /// What would be listed is less than the rule `min_listed`.
    TooFew,
    /// Stock there is, but not at the locations that feed this channel.
    Elsewhere,
    /// Stock there is, but held units and the buffer take all of it.
    KeptBack,
    /// Strict: so many are this listing's alone.
    Allotted,
    /// Strict: nothing is its own at the moment.
    NotAllotted,
    /// Strict: what it showed is taken back; nothing is shown until all of its sales are known.
    Emptying,
    /// Strict, and the channel's orders do not come home, without which nobody can know what it sold.
    StrictWithoutOrders,
    /// Strict, and the channel has another listing of the same variation, to which the units go.
    StrictTwice,
}

impl Reason {
    /// Short code, stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Deleted => "deleted",
            Self::NotSellable => "not_sellable",
            Self::UnmanagedOut => "unmanaged_out_of_stock",
            Self::UnmanagedFixed => "unmanaged_fixed",
            Self::UnmanagedUnknown => "unmanaged_unknown",
            Self::OutOfStock => "out_of_stock",
            Self::Available => "available",
            Self::Capped => "capped",
            Self::Stopped => "stopped",
            Self::SellingFast => "selling_fast",
            Self::TooFew => "too_few",
            Self::KeptBack => "kept_back",
            Self::Elsewhere => "elsewhere",
            Self::Allotted => "allotted",
            Self::NotAllotted => "not_allotted",
            Self::Emptying => "emptying",
            Self::StrictWithoutOrders => "strict_without_orders",
            Self::StrictTwice => "strict_twice",
        }
    }

    /// Strict mode decided: it takes units back by the dozen, and nothing is wrong with that.
    #[must_use]
    pub fn is_strict(self) -> bool {
        matches!(
            self,
            Self::Allotted
                | Self::NotAllotted
                | Self::Emptying
                | Self::StrictWithoutOrders
                | Self::StrictTwice
        )
    }
}

impl StockView {
    /// Whole units that are neither held, nor sold, nor anybody's alone; below zero: more was given away than there is.
    /// `None`: WooCommerce does not count it.
    #[must_use]
    pub fn free(&self) -> Option<i64> {
        let quantity = self.quantity.filter(|_| self.managed)?;
        // Nobody knows from where what is held or on its way home will be sent: it counts against every place.
        let quantity = self.fed.map_or(quantity, |fed| fed.min(quantity));
        let left = whole_units(quantity.saturating_sub(self.held)).saturating_sub(self.in_flight.max(0));
        Some(left.saturating_sub(self.allotted.max(0)))
    }
}

/// What a listing should show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Units; `None`: send nothing.
    pub desired: Option<i64>,
    /// Which rule decided.
    pub reason: Reason,
}

/// The quantity a listing should show, by the first rule that decides: off, deleted, not sellable, unmanaged, out of stock,
/// then stock − held − sales in flight − what is strict listings' alone (`stop_at` and the velocity buffer look at this), − buffer, the channel's percentage of that, never below
/// zero, never above the cap, and nothing at all below `min_listed`.
#[must_use]
pub fn allocate(stock: &StockView, rules: &Rules, reach: &Reach) -> Allocation {
    let is = |desired, reason| Allocation { desired, reason };
    if rules.enabled == Some(false) {
        return is(None, Reason::Off);
    }
    if stock.deleted {
        return is(Some(0), Reason::Deleted);
    }
    if !stock.sellable {
        return is(Some(0), Reason::NotSellable);
    }
    let cap = rules.max_listed.unwrap_or(i64::MAX).min(reach.max).max(0);
    let Some(quantity) = stock.quantity.filter(|_| stock.managed) else {
        if stock.managed || !stock.in_stock {
            return is(Some(0), Reason::UnmanagedOut);
        }
        return match rules.unmanaged_quantity {
            Some(fixed) => is(Some(fixed.clamp(0, cap)), Reason::UnmanagedFixed),
            None => is(None, Reason::UnmanagedUnknown),
        };
    };
    let left = stock.free().unwrap_or(0).max(0);
    // WooCommerce's threshold, or somebody's word.
    if left > 0 && !stock.in_stock {
        return is(Some(0), Reason::OutOfStock);
    }
    if left > 0 && rules.stop_at.is_some_and(|stop| left <= stop) {
        return is(Some(0), Reason::Stopped);
    }
    if left > 0 && left <= velocity_buffer(stock.pace, reach, rules) {
        return is(Some(0), Reason::SellingFast);
    }
    let free = share(left.saturating_sub(rules.buffer.unwrap_or(0).max(0)).max(0), rules.percent);
    let listed = free.min(cap);
    if listed > 0 && rules.min_listed.is_some_and(|least| listed < least) {
        return is(Some(0), Reason::TooFew);
    }
    if free > cap {
        return is(Some(cap), Reason::Capped);
    }
    let reason = match whole_units(quantity) > 0 && free == 0 {
        true if stock.fed.is_some_and(|fed| whole_units(fed) <= 0) => Reason::Elsewhere,
        true => Reason::KeptBack,
        false => Reason::Available,
    };
    is(Some(free), reason)
}

/// So many percent of it, in whole units.
pub(super) fn share(units: i64, percent: Option<i64>) -> i64 {
    let Some(percent) = percent else { return units };
    let part = i128::from(units) * i128::from(percent.clamp(0, 100)) / 100;
    i64::try_from(part).unwrap_or(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stock(units: i64) -> StockView {
        StockView {
            quantity: Some(Quantity::from_micros(units * 1_000_000)),
            managed: true,
            in_stock: units > 0,
            fed: None,
            held: Quantity::ZERO,
            in_flight: 0,
            allotted: 0,
            pace: Pace::default(),
            sellable: true,
            deleted: false,
        }
    }

    #[test]
    fn buffer_and_held_are_kept_back() {
        let view = StockView { held: Quantity::from_micros(2_000_000), ..stock(7) };
        let rules = Rules { buffer: Some(3), ..Rules::default() };
        assert_eq!(
            allocate(&view, &rules, &Reach::at_once(1000)),
            Allocation { desired: Some(2), reason: Reason::Available }
        );
        let rules = Rules { buffer: Some(5), ..Rules::default() };
        assert_eq!(
            allocate(&view, &rules, &Reach::at_once(1000)),
            Allocation { desired: Some(0), reason: Reason::KeptBack }
        );
    }

    #[test]
    fn a_deleted_or_hidden_variation_shows_zero_and_an_excluded_one_is_left_alone() {
        let rules = Rules::default();
        assert_eq!(
            allocate(&StockView { deleted: true, ..stock(5) }, &rules, &Reach::at_once(1000)).desired,
            Some(0)
        );
        assert_eq!(
            allocate(&StockView { sellable: false, ..stock(5) }, &rules, &Reach::at_once(1000)).desired,
            Some(0)
        );
        let off = Rules { enabled: Some(false), ..rules };
        assert_eq!(allocate(&stock(5), &off, &Reach::at_once(1000)).desired, None);
    }

    #[test]
    fn unmanaged_stock_follows_its_own_rule() {
        let view = StockView { quantity: None, managed: false, in_stock: true, ..stock(0) };
        assert_eq!(allocate(&view, &Rules::default(), &Reach::at_once(1000)).desired, None);
        let rules = Rules { unmanaged_quantity: Some(10), ..Rules::default() };
        assert_eq!(allocate(&view, &rules, &Reach::at_once(1000)).desired, Some(10));
        assert_eq!(
            allocate(&StockView { in_stock: false, ..view }, &rules, &Reach::at_once(1000)).desired,
            Some(0)
        );
    }

    #[test]
    fn what_the_shop_itself_does_not_sell_is_not_listed() {
        let view = StockView { in_stock: false, ..stock(2) };
        let shown = allocate(&view, &Rules::default(), &Reach::at_once(1000));
        assert_eq!(shown, Allocation { desired: Some(0), reason: Reason::OutOfStock });
        assert_eq!(allocate(&stock(0), &Rules::default(), &Reach::at_once(1000)).reason, Reason::Available);
    }

    #[test]
    fn a_share_a_least_and_a_stop() {
        let shows = |units, rules: Rules| allocate(&stock(units), &rules, &Reach::at_once(1000));
        let half = Rules { percent: Some(50), buffer: Some(1), ..Rules::default() };
        assert_eq!(shows(8, half).desired, Some(3));
        let least = Rules { min_listed: Some(3), ..Rules::default() };
        assert_eq!(shows(3, least).desired, Some(3));
        assert_eq!((shows(2, least).desired, shows(2, least).reason), (Some(0), Reason::TooFew));
        let stop = Rules { stop_at: Some(5), ..Rules::default() };
        assert_eq!((shows(5, stop).desired, shows(5, stop).reason), (Some(0), Reason::Stopped));
        assert_eq!(shows(6, stop).desired, Some(6));
        let own = Rules { percent: Some(100), ..Rules::default() };
        assert_eq!(own.over(half), Rules { percent: Some(100), buffer: Some(1), ..Rules::default() });
    }

    #[test]
    fn the_last_units_of_what_sells_fast_are_the_shops() {
        let reach = Reach { max: 1_000, lag_ms: 2_000, channels: 2, risk_ppm: 1_000 };
        let fast = |units| StockView { pace: Pace { units: [9.0, 0.0, 0.0], lump: 1.0 }, ..stock(units) };
        let shows = |units| allocate(&fast(units), &Rules::default(), &reach);
        assert_eq!((shows(3).desired, shows(3).reason), (Some(0), Reason::SellingFast));
        assert_eq!(shows(4), Allocation { desired: Some(4), reason: Reason::Available });
        assert_eq!(shows(0).reason, Reason::Available);
        assert_eq!(
            allocate(&stock(1), &Rules::default(), &reach).desired,
            Some(1),
            "what does not sell is shown"
        );
    }

    proptest! {
        #[test]
        fn never_negative_never_above_what_is_available_or_allowed(
            micros in any::<i64>(), fed in proptest::option::of(any::<i64>()), held in 0i64..i64::MAX / 4, in_flight in any::<i64>(), buffer in proptest::option::of(any::<i64>()),
            cap in proptest::option::of(any::<i64>()), percent in proptest::option::of(0i64..=100),
            min_listed in proptest::option::of(0i64..50), stop_at in proptest::option::of(0i64..50), channel_max in 0i64..2_000_000_000,
            sold in 0f64..100.0, lag_ms in 0i64..100_000,
            managed: bool, in_stock: bool, sellable: bool, deleted: bool,
        ) {
            let pace = Pace { units: [sold, 0.0, 0.0], lump: 1.0 };
            let reach = Reach { lag_ms, risk_ppm: 1_000, ..Reach::at_once(channel_max) };
            let view = StockView {
                quantity: Some(Quantity::from_micros(micros)), managed, in_stock, fed: fed.map(Quantity::from_micros),
                held: Quantity::from_micros(held), in_flight, allotted: 0, pace, sellable, deleted,
            };
            let rules = Rules { buffer, max_listed: cap, percent, min_listed, stop_at, ..Rules::default() };
            if let Some(desired) = allocate(&view, &rules, &reach).desired {
                prop_assert!(desired >= 0);
                prop_assert!(desired <= channel_max);
                prop_assert!(desired == 0 || desired <= whole_units(Quantity::from_micros(micros)));
                prop_assert!(desired == 0 || !(managed && sellable && !deleted) || fed.is_none_or(|fed| desired <= whole_units(Quantity::from_micros(fed))));
                prop_assert!(cap.is_none_or(|cap| desired <= cap.max(0)));
                let counted = sellable && !deleted && managed;
                prop_assert!(!counted || desired == 0 || min_listed.is_none_or(|least| desired >= least));
            }
        }
    }
}
