//! The same sum as [`super::allocate`], in words: every number on the way, and whose rule it was.

use super::allocate::share;
use super::{Layers, Reach, Rules, StockView, velocity_buffer};
use crate::domain::{Quantity, whole_units};

/// From the shop's count to what is listed; the last number is what [`super::allocate`] gives. Empty where no sum decides.
#[must_use]
pub fn trace(stock: &StockView, layers: &Layers, reach: &Reach) -> Vec<String> {
    let rules = layers.merged();
    let Some(quantity) = stock.quantity.filter(|_| stock.managed && stock.sellable && !stock.deleted) else {
        return Vec::new();
    };
    if rules.enabled == Some(false) {
        return Vec::new();
    }
    let whose = |said: fn(&Rules) -> bool| layers.whose(said);
    let mut steps = vec![format!("{quantity} in the shop")];
    if let (Some(fed), Some(names)) = (stock.fed, rules.locations) {
        let rule = whose(|rules| rules.locations.is_some());
        steps.push(format!("of which {} at {names}, which feeds this channel ({rule})", fed.min(quantity)));
    }
    let quantity = stock.fed.map_or(quantity, |fed| fed.min(quantity));
    if stock.held != Quantity::ZERO {
        steps.push(format!("less {} held by checkouts that are not paid yet", stock.held));
    }
    let mut left = whole_units(quantity.saturating_sub(stock.held));
    if stock.in_flight > 0 {
        steps.push(format!("less {} sold by channels and not home yet", stock.in_flight));
    }
    left = left.saturating_sub(stock.in_flight.max(0));
    if stock.allotted > 0 {
        steps.push(format!("less {} that are other listings' alone (strict)", stock.allotted));
    }
    left = left.saturating_sub(stock.allotted.max(0)).max(0);
    if left > 0 && !stock.in_stock {
        steps.push(format!(
            "{left} left, and the shop's own status is out of stock, so that it sells none: 0"
        ));
        return steps;
    }
    if let Some(stop) = rules.stop_at.filter(|stop| left > 0 && left <= *stop) {
        let whose = whose(|rules| rules.stop_at.is_some());
        steps.push(format!("{left} left: with {stop} or fewer this channel stops selling ({whose}): 0"));
        return steps;
    }
    let fast = velocity_buffer(stock.pace, reach, &rules);
    if left > 0 && left <= fast {
        steps.push(selling_fast(stock, reach, &rules, left, fast));
        return steps;
    }
    if let Some(buffer) = rules.buffer.filter(|buffer| *buffer > 0) {
        left = left.saturating_sub(buffer).max(0);
        steps.push(format!("less {buffer} of buffer ({}): {left}", whose(|rules| rules.buffer.is_some())));
    }
    if let Some(percent) = rules.percent {
        left = share(left, Some(percent));
        steps.push(format!("{percent} % of it ({}): {left}", whose(|rules| rules.percent.is_some())));
    }
    if let Some(most) = rules.max_listed.filter(|most| left > *most) {
        left = most.max(0);
        steps.push(format!("at most {most} ({}): {left}", whose(|rules| rules.max_listed.is_some())));
    }
    let most = reach.max;
    if left > most {
        left = most.max(0);
        steps.push(format!("at most {most}, the most that the channel takes: {left}"));
    }
    if let Some(least) = rules.min_listed.filter(|least| left > 0 && left < *least) {
        left = 0;
        steps.push(format!(
            "fewer than {least} are not listed ({}): {left}",
            whose(|rules| rules.min_listed.is_some())
        ));
    }
    steps.push(format!("{left} to be listed"));
    steps
}

/// The velocity buffer with its numbers.
#[allow(clippy::cast_precision_loss, reason = "seconds are shown with one digit")]
fn selling_fast(stock: &StockView, reach: &Reach, rules: &Rules, left: i64, buffer: i64) -> String {
    format!(
        "{left} left, of which {:.1} sell in an hour and this channel hears after {:.1} s: with {buffer} or fewer the \
         chance of selling one twice is above {} %, so that only the shop sells them (rule risk_ppm): 0",
        stock.pace.per_hour(),
        reach.lag_ms as f64 / 1_000.0,
        (reach.risk(rules) * 1e6).round() / 1e4,
    )
}

#[cfg(test)]
mod tests {
    use super::super::{Filed, Pace, allocate};
    use super::*;
    use crate::allocation::Names;
    use crate::domain::ChannelId;
    use proptest::prelude::*;

    #[test]
    fn what_is_elsewhere_is_told() {
        let stock = StockView {
            quantity: Some(Quantity::from_micros(9_000_000)),
            managed: true,
            in_stock: true,
            fed: Some(Quantity::from_micros(4_000_000)),
            held: Quantity::ZERO,
            in_flight: 0,
            allotted: 0,
            pace: Pace::default(),
            sellable: true,
            deleted: false,
        };
        let rules = Rules { locations: Some(Names::new(vec!["shop".to_owned()])), ..Rules::default() };
        let layers = Layers::of(Rules::default(), ChannelId(1), rules, &Filed::default(), &[]);
        let steps = trace(&stock, &layers, &Reach::at_once(100));
        assert_eq!(steps[1], "of which 4 at shop, which feeds this channel (the channel's rule)");
        assert_eq!(steps.last().unwrap(), "4 to be listed");
    }

    proptest! {
        #[test]
        fn the_words_end_on_the_number(
            units in 0i64..60, fed in proptest::option::of(0i64..60), held in 0i64..10, in_flight in 0i64..10, percent in proptest::option::of(0i64..=100),
            buffer in proptest::option::of(0i64..20), most in proptest::option::of(0i64..20),
            least in proptest::option::of(0i64..20), stop_at in proptest::option::of(0i64..20), own: bool, channel_max in 1i64..50,
            sold in 0f64..30.0, in_stock: bool,
        ) {
            let stock = StockView {
                quantity: Some(Quantity::from_micros(units * 1_000_000)), managed: true, in_stock,
                fed: fed.map(|units| Quantity::from_micros(units * 1_000_000)),
                held: Quantity::from_micros(held * 1_000_000), in_flight, allotted: 0,
                pace: Pace { units: [sold, 0.0, 0.0], lump: 1.0 }, sellable: true, deleted: false,
            };
            let rules = Rules { percent, buffer, max_listed: most, min_listed: least, stop_at, ..Rules::default() };
            let (own, channel) = if own { (rules, Rules::default()) } else { (Rules::default(), rules) };
            let layers = Layers::of(own, ChannelId(1), channel, &Filed::default(), &[]);
            let reach = Reach { lag_ms: 10_000, risk_ppm: 1_000, ..Reach::at_once(channel_max) };
            let steps = trace(&stock, &layers, &reach);
            let desired = allocate(&stock, &rules, &reach).desired.unwrap();
            let last = steps.last().unwrap();
            prop_assert!(
                last == &format!("{desired} to be listed") || (desired == 0 && last.ends_with(": 0")),
                "{desired}: {steps:?}"
            );
        }
    }
}
