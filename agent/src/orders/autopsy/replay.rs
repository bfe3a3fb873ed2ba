//! A pool's life once more, each sale at the time at which it was made and not at that at which it was heard of. Pure.

/// What happened to a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many more, or less where below zero.
    Delta(i64),
    /// The shop wrote this number.
    Set(i64),
}

/// When, by whom and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was made, in milliseconds.
    pub at_ms: i64,
    /// Whose sale it was: a channel's; `None`: the shop's own doing.
    pub channel: Option<String>,
    /// Cause and reference.
    pub what: String,
    /// What it did.
    pub change: Change,
    /// When the agent heard of it.
    pub heard_ms: i64,
    /// When the shop's number contained it; `None`: not yet.
    pub home_ms: Option<i64>,
}

/// An event, with what there really was after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The event.
    pub event: Event,
    /// Units left, below zero where more was sold than there was; `None`: nobody knows yet.
    pub left: Option<i64>,
    /// Units of this event that were not there.
    pub oversold: i64,
}

impl Step {
    /// Units that this event sold.
    #[must_use]
    pub fn units_sold(&self) -> i64 {
        match self.event.change {
            Change::Delta(units) => units.min(0).saturating_neg(),
            Change::Set(_) => 0,
        }
    }
}

/// Replays what happened from `left` units on, in the order in which it was made. Channels that tell of whole seconds may
/// be early by as much.
#[must_use]
pub fn replay(mut left: Option<i64>, mut events: Vec<Event>) -> Vec<Step> {
    events.sort_by_key(|event| event.at_ms);
    let sales: Vec<(i64, Option<i64>, i64)> = events
        .iter()
        .filter(|event| event.channel.is_some())
        .filter_map(|event| match event.change {
            Change::Delta(units) => Some((event.at_ms, event.home_ms, units)),
            Change::Set(_) => None,
        })
        .collect();
    let mut steps = Vec::with_capacity(events.len());
    for event in events {
        let before = left;
        left = match event.change {
            Change::Delta(units) => left.map(|left| left.saturating_add(units)),
            // Whoever wrote it did not know of what channels had sold and the shop had not heard of.
            Change::Set(value) => {
                let away = |(at, home, _): &&(i64, Option<i64>, i64)| {
                    *at <= event.at_ms && home.is_none_or(|home| home > event.at_ms)
                };
                Some(sales.iter().filter(away).fold(value, |left, (_, _, units)| left.saturating_add(*units)))
            }
        };
        let mut step = Step { event, left, oversold: 0 };
        if let Some((before, left)) = before.zip(left) {
            step.oversold = step.units_sold().min(before.min(0) - left.min(0)).max(0);
        }
        steps.push(step);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(at_ms: i64, channel: Option<&str>, change: Change, home_ms: Option<i64>) -> Event {
        Event {
            at_ms,
            channel: channel.map(str::to_owned),
            what: String::new(),
            change,
            heard_ms: at_ms,
            home_ms,
        }
    }

    fn oversold(steps: &[Step]) -> Vec<(i64, i64)> {
        steps.iter().map(|step| (step.left.unwrap(), step.oversold)).collect()
    }

    #[test]
    fn who_came_too_late_is_told_by_the_time_of_the_sale() {
        // Heard of in the other order.
        let events = vec![
            event(30, Some("ebay"), Change::Delta(-1), Some(40)),
            event(10, None, Change::Delta(-1), Some(10)),
            event(20, Some("shopify"), Change::Delta(-1), Some(60)),
        ];
        assert_eq!(oversold(&replay(Some(2), events)), [(1, 0), (0, 0), (-1, 1)]);
    }

    #[test]
    fn a_number_that_was_written_contains_only_what_the_shop_knew() {
        let events = vec![
            event(10, Some("ebay"), Change::Delta(-2), Some(30)),
            event(20, None, Change::Set(1), Some(20)),
            event(40, None, Change::Set(5), Some(40)),
        ];
        assert_eq!(oversold(&replay(Some(4), events)), [(2, 0), (-1, 0), (5, 0)]);
    }

    #[test]
    fn before_a_number_is_known_nobody_can_have_sold_too_much() {
        let events = vec![
            event(10, Some("ebay"), Change::Delta(-2), Some(30)),
            event(20, None, Change::Set(5), Some(20)),
        ];
        let steps = replay(None, events);
        assert_eq!((steps[0].left, steps[0].oversold, steps[1].left), (None, 0, Some(3)));
    }

    #[test]
    fn a_sale_may_be_oversold_in_part() {
        let events = vec![
            event(1, Some("ebay"), Change::Delta(-5), None),
            event(2, Some("ebay"), Change::Delta(-1), None),
        ];
        assert_eq!(oversold(&replay(Some(3), events)), [(-2, 2), (-3, 1)]);
    }

    proptest! {
        /// Without numbers written and without restocks, all that is missing in the end was oversold by somebody.
        #[test]
        fn every_missing_unit_has_its_sale(stock in 0i64..20, sales in proptest::collection::vec((0i64..100, 0i64..4), 0..20)) {
            let events = sales.iter().map(|(at, units)| event(*at, Some("ebay"), Change::Delta(-units), None)).collect();
            let steps = replay(Some(stock), events);
            let sold: i64 = sales.iter().map(|(_, units)| units).sum();
            prop_assert_eq!(steps.iter().map(|step| step.oversold).sum::<i64>(), (sold - stock).max(0));
        }
    }
}
