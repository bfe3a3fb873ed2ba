//! What would be sent to a channel, and how long that takes under its limits. Nothing is sent.

use super::bulk;
use crate::channels::{ChannelLimits, FeedLimits, Rate};
use crate::db::DbError;
use crate::domain::{ChannelId, ListingId};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// How many are shown of what would be sent.
const SHOWN: i64 = 100;

/// What would be sent.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Plan {
    /// Listings that are to show something else than they do.
    pub listings: i64,
    /// Of them: to nothing.
    pub sold_out: i64,
    /// Of them: to less.
    pub decreases: i64,
    /// Of them: to more.
    pub increases: i64,
    /// Held back by the sweep guard until a person says yes: not counted above.
    pub held: i64,
    /// What it takes.
    pub effort: Effort,
    /// What a full resync takes: every listing.
    pub resync: Effort,
    /// The first of them, in the order in which they would go.
    pub first: Vec<Planned>,
}

/// Calls and feeds, and how long they take, paced as the channel documents, on a rested channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Effort {
    /// Calls that set quantities.
    pub calls: i64,
    /// Feeds beside them.
    pub feeds: i64,
    /// Listings that go by feeds.
    pub in_feeds: i64,
    /// Until the last of it is done.
    pub seconds: f64,
}

/// One listing that would be told something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Planned {
    /// Which.
    pub listing: ListingId,
    /// Its SKU.
    pub sku: Option<String>,
    /// What it shows, as far as is known.
    pub shows: Option<i64>,
    /// What it would be told.
    pub would_show: i64,
    /// Why.
    pub reason: String,
}

/// Looks at a channel's queue.
///
/// # Errors
/// When the database refuses.
pub fn of_channel(
    conn: &Connection,
    channel: ChannelId,
    limits: &ChannelLimits,
    feeds: Option<&FeedLimits>,
) -> Result<Plan, DbError> {
    const BEHIND: &str = "channel_id = ?1 AND desired IS NOT NULL AND state IN (1, 2) AND held_by IS NULL";
    let mut plan = conn.query_row(
        &format!(
            "SELECT count(*), coalesce(sum(desired = 0 AND urgency = 0), 0), coalesce(sum(desired > 0 AND urgency = 1), 0)
             FROM listing WHERE {BEHIND}"
        ),
        [channel],
        |row| {
            let (listings, sold_out, decreases): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Plan { listings, sold_out, decreases, increases: listings - sold_out - decreases, ..Plan::default() })
        },
    )?;
    plan.held = conn.query_row(
        "SELECT count(*) FROM listing WHERE channel_id = ?1 AND held_by IS NOT NULL",
        [channel],
        |row| row.get(0),
    )?;
    plan.effort = effort(&groups(conn, channel, BEHIND, limits)?, limits, feeds);
    plan.resync =
        effort(&groups(conn, channel, "channel_id = ?1 AND desired IS NOT NULL", limits)?, limits, feeds);
    let mut select = conn.prepare_cached(&format!(
        "SELECT listing_id, sku, confirmed, desired, reason FROM listing WHERE {BEHIND} ORDER BY urgency, behind_ms LIMIT ?2"
    ))?;
    let rows = select.query_map(params![channel, SHOWN], |row| {
        Ok(Planned {
            listing: row.get(0)?,
            sku: row.get(1)?,
            shows: row.get(2)?,
            would_show: row.get(3)?,
            reason: row.get(4)?,
        })
    })?;
    plan.first = rows.collect::<Result<_, _>>()?;
    Ok(plan)
}

/// How many listings must share calls: all together, or each group by itself.
fn groups(
    conn: &Connection,
    channel: ChannelId,
    which: &str,
    limits: &ChannelLimits,
) -> Result<Vec<i64>, DbError> {
    let by = if limits.one_group { "coalesce(group_key, 'listing:' || listing_id)" } else { "channel_id" };
    let mut select = conn.prepare(&format!("SELECT count(*) FROM listing WHERE {which} GROUP BY {by}"))?;
    let rows = select.query_map([channel], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What so many listings take, by groups that share calls: as dispatch would go about it.
fn effort(groups: &[i64], limits: &ChannelLimits, feeds: Option<&FeedLimits>) -> Effort {
    let all = calls(groups, limits);
    let listings: i64 = groups.iter().sum();
    // What is accepted is asked for, and where that shares the limit it takes its time.
    let asked =
        if limits.accepts && limits.reads.is_none() { chunks(listings, limits.follow_batch) } else { 0 };
    let seconds = time(all.saturating_add(asked), limits).as_secs_f64();
    let by_calls = Effort { calls: all, seconds, ..Effort::default() };
    let waiting = usize::try_from(listings).unwrap_or(0);
    let Some(feed) = feeds.filter(|feed| bulk::share(waiting, limits, feed).is_some()) else {
        return by_calls;
    };
    // While the channel works on feeds, calls go on; the next feed may be handed in when its turn has come.
    let (mut left, mut feeds, mut in_feeds, mut ends) = (waiting, 0_u32, 0, Duration::ZERO);
    while let Some(share) = bulk::share(left, limits, feed) {
        let handed_in = time_of(i64::from(feeds) + 1, feed.submits);
        feeds += 1;
        in_feeds += share;
        left -= share;
        ends = handed_in + feed.takes;
        if share < feed.most {
            break;
        }
    }
    let size = limits.max_batch.max(1);
    let calls = i64::try_from(left.div_ceil(size)).unwrap_or(i64::MAX);
    Effort {
        calls,
        feeds: i64::from(feeds),
        in_feeds: i64::try_from(in_feeds).unwrap_or(i64::MAX),
        seconds: time(calls, limits).max(ends).as_secs_f64(),
    }
}

/// The least number of calls.
fn calls(groups: &[i64], limits: &ChannelLimits) -> i64 {
    groups.iter().map(|count| chunks(*count, limits.max_batch)).sum()
}

fn chunks(count: i64, size: usize) -> i64 {
    let size = i64::try_from(size.max(1)).unwrap_or(i64::MAX);
    count / size + i64::from(count % size > 0)
}

/// How long so many calls take: a burst at once, the rest at the sustained pace.
fn time(calls: i64, limits: &ChannelLimits) -> Duration {
    time_of(calls, limits.pushes)
}

fn time_of(calls: i64, rate: Rate) -> Duration {
    let paced = calls.saturating_sub(i64::from(rate.burst.get())).max(0);
    let paced = u32::try_from(paced).unwrap_or(u32::MAX);
    rate.per.saturating_mul(paced) / rate.calls.get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limits(max_batch: usize, calls: u32, burst: u32) -> ChannelLimits {
        ChannelLimits {
            max_batch,
            pushes: Rate::new(calls, Duration::from_secs(60), burst),
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

    #[test]
    fn a_burst_is_free_and_the_rest_is_paced() {
        let limits = limits(10, 6, 2);
        assert_eq!(calls(&[25], &limits), 3);
        assert_eq!(calls(&[5, 5, 11], &limits), 4);
        assert_eq!(time(2, &limits), Duration::ZERO);
        assert_eq!(time(5, &limits), Duration::from_secs(30));
    }

    #[test]
    fn many_go_by_feeds_and_calls_at_once() {
        let limits = limits(1, 300, 5);
        let feed = FeedLimits {
            submits: Rate::new(3, Duration::from_secs(3600), 1),
            most: 25_000,
            takes: Duration::from_secs(600),
        };
        let few = effort(&[2_000], &limits, Some(&feed));
        assert_eq!((few.calls, few.feeds), (2_000, 0));
        let many = effort(&[10_000], &limits, Some(&feed));
        assert_eq!((many.calls, many.feeds, many.in_feeds), (3_000, 1, 7_000));
        assert!((many.seconds - 600.0).abs() < 1.0, "{many:?}");
        let more = effort(&[60_000], &limits, Some(&feed));
        assert_eq!((more.feeds, more.in_feeds), (3, 57_000));
        assert!((more.seconds - 3_000.0).abs() < 1.0, "{more:?}: the third may go after forty minutes");
    }

    proptest! {
        #[test]
        fn never_less_than_what_is_allowed(count in 0i64..100_000, batch in 1usize..3_000, rate in 1u32..100, burst in 1u32..50) {
            let limits = limits(batch, rate, burst);
            let calls = calls(&[count], &limits);
            prop_assert!(calls * i64::try_from(batch).unwrap() >= count);
            let allowed = f64::from(burst) + time(calls, &limits).as_secs_f64() / 60.0 * f64::from(rate);
            prop_assert!(allowed + 1e-3 >= f64::from(i32::try_from(calls).unwrap()));
        }
    }
}
