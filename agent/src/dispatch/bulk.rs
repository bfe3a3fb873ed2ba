//! Single calls or a feed? Pure.
//!
//! A feed takes as long as the channel works on it, whatever it carries; calls take as long as their number. So calls
//! go on all the time, the most urgent first, and a feed takes what they would not have reached by the time it ends.

use crate::channels::{ChannelLimits, FeedLimits};

/// A feed that saves less than this share of its own time is not worth a place among the channel's few.
const WORTH_PERCENT: u128 = 10;

/// How many of the least urgent listings a feed should carry, of so many that wait; `None`: calls are faster.
#[must_use]
pub fn share(waiting: usize, limits: &ChannelLimits, feed: &FeedLimits) -> Option<usize> {
    let meanwhile = reached(limits, feed);
    let rest = waiting.saturating_sub(meanwhile);
    let worth = u128::try_from(rest).ok()? * 100 >= u128::try_from(meanwhile).ok()? * WORTH_PERCENT;
    (rest > 0 && worth).then(|| rest.min(feed.most))
}

/// Listings that calls reach while the channel works on a feed.
#[must_use]
pub fn reached(limits: &ChannelLimits, feed: &FeedLimits) -> usize {
    let rate = limits.pushes;
    let sustained = feed.takes.as_nanos() * u128::from(rate.calls.get()) / rate.per.as_nanos().max(1);
    let calls = usize::try_from(sustained).unwrap_or(usize::MAX);
    calls.saturating_mul(limits.max_batch.max(1))
}

/// Where looking no further changes nothing: one more than calls reach and a feed carries.
#[must_use]
pub fn enough(limits: &ChannelLimits, feed: &FeedLimits) -> usize {
    reached(limits, feed).saturating_add(feed.most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Rate;
    use proptest::prelude::*;
    use std::time::Duration;

    fn limits(calls: u32) -> ChannelLimits {
        ChannelLimits {
            max_batch: 1,
            pushes: Rate::new(calls, Duration::from_secs(1), 5),
            reads: None,
            per_listing_daily: None,
            max_quantity: 1,
            concurrency: 1,
            read_batch: 1,
            follow_batch: 1,
            one_group: false,
            accepts: false,
        }
    }

    fn feed(most: usize, takes_s: u64) -> FeedLimits {
        FeedLimits {
            submits: Rate::new(1, Duration::from_secs(60), 1),
            most,
            takes: Duration::from_secs(takes_s),
        }
    }

    #[test]
    fn few_go_by_calls_and_many_by_both() {
        let (limits, feed) = (limits(5), feed(25_000, 600));
        assert_eq!(share(2_000, &limits, &feed), None);
        assert_eq!(share(3_100, &limits, &feed), None, "not worth a feed");
        assert_eq!(share(10_000, &limits, &feed), Some(7_000));
        assert_eq!(share(100_000, &limits, &feed), Some(25_000));
    }

    proptest! {
        /// With a feed nobody waits longer than without: what calls keep they reach in the feed's time, what the feed
        /// takes they would not have reached by then.
        #[test]
        fn a_feed_never_makes_it_longer(waiting in 0usize..200_000, calls in 1u32..100, most in 1usize..50_000, takes in 1u64..4_000) {
            let (limits, feed) = (limits(calls), feed(most, takes));
            if let Some(share) = share(waiting, &limits, &feed) {
                prop_assert!(share >= 1 && share <= most && share <= waiting);
                prop_assert!(waiting - share >= reached(&limits, &feed));
            }
        }
    }
}
