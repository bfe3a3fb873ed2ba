//! What would be sent to a channel, and how long that takes under its limits. Nothing is sent.

use crate::channels::ChannelLimits;
use crate::db::DbError;
use crate::domain::{ChannelId, ListingId};
use rusqlite::{Connection, params};
use serde::Serialize;
use std::time::Duration;

/// How many are shown of what would be sent.
const SHOWN: i64 = 100;

/// What would be sent.
#[derive(Clone, Debug, Default, Serialize)]
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
    /// Calls that it takes.
    pub calls: i64,
    /// Seconds that these calls take, paced as the channel documents, on a rested channel.
    pub seconds: f64,
    /// A full resync: calls and seconds for every listing.
    pub resync_calls: i64,
    /// See `resync_calls`.
    pub resync_seconds: f64,
    /// The first of them, in the order in which they would go.
    pub first: Vec<Planned>,
}

/// One listing that would be told something.
#[derive(Clone, Debug, Serialize)]
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
pub fn of_channel(conn: &Connection, channel: ChannelId, limits: &ChannelLimits) -> Result<Plan, DbError> {
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
    plan.calls = calls(&groups(conn, channel, BEHIND, limits)?, limits);
    plan.seconds = time(plan.calls, limits).as_secs_f64();
    plan.resync_calls =
        calls(&groups(conn, channel, "channel_id = ?1 AND desired IS NOT NULL", limits)?, limits);
    plan.resync_seconds = time(plan.resync_calls, limits).as_secs_f64();
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

/// The least number of calls.
fn calls(groups: &[i64], limits: &ChannelLimits) -> i64 {
    let size = i64::try_from(limits.max_batch.max(1)).unwrap_or(i64::MAX);
    groups.iter().map(|count| (count + size - 1) / size).sum()
}

/// How long so many calls take: a burst at once, the rest at the sustained pace.
fn time(calls: i64, limits: &ChannelLimits) -> Duration {
    let rate = limits.pushes;
    let paced = calls.saturating_sub(i64::from(rate.burst.get())).max(0);
    let paced = u32::try_from(paced).unwrap_or(u32::MAX);
    rate.per.saturating_mul(paced) / rate.calls.get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Rate;
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
            one_group: false,
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
