//! A channel is forgotten: its listings some at a time, so that stock does not wait for all of them, and then what is left of it.

use super::channels::StoredChannel;
use crate::db::DbError;
use crate::domain::{ChannelId, PoolId};
use rusqlite::{Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// So many listings are forgotten in one transaction.
const PORTION: i64 = 1_000;
/// Why it is paused meanwhile.
const REMOVING: &str = "is being removed; if that was interrupted, remove it again";

/// What was forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Removed {
    /// The channel's name.
    pub name: String,
    /// Listings, with what they were linked to.
    pub listings: usize,
    /// Orders in the agent's book; those that the shop has made of them stay.
    pub orders: usize,
    /// Parcels of which the channel was not told.
    pub shipments: usize,
}

/// From now on nothing is done for it, if nothing of it is on its way home. Returns how many orders are, and the pools of units that
/// are its alone.
///
/// # Errors
/// When the database refuses.
pub fn begin(tx: &Transaction<'_>, channel: ChannelId) -> Result<(i64, BTreeSet<PoolId>), DbError> {
    let open = not_home(tx, channel)?;
    if open > 0 {
        return Ok((open, BTreeSet::new()));
    }
    tx.execute(
        "UPDATE channel SET state = 'paused', message = ?2 WHERE channel_id = ?1",
        params![channel, REMOVING],
    )?;
    let mut select =
        tx.prepare("SELECT i.pool_id FROM allotment a JOIN item i USING (item_id) WHERE a.channel_id = ?1")?;
    let pools = select.query_map([channel], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok((0, pools))
}

/// Orders that the shop does not have as they are, or whose units its stock does not show yet.
fn not_home(tx: &Transaction<'_>, channel: ChannelId) -> Result<i64, DbError> {
    Ok(tx.query_row(
        "SELECT count(*) FROM channel_order o WHERE channel_id = ?1
         AND (state > 0 OR EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.order_id AND l.wanted > l.home))",
        [channel],
        |row| row.get(0),
    )?)
}

/// Forgets some of its listings. What was told because of a movement stays with the movement. Returns how many are forgotten;
/// nothing when there are no more.
///
/// # Errors
/// When the database refuses.
pub fn some_listings(tx: &Transaction<'_>, channel: &StoredChannel) -> Result<usize, DbError> {
    const THESE: &str = "(SELECT listing_id FROM listing WHERE channel_id = ?1 ORDER BY listing_id LIMIT ?2)";
    let these = params![channel.id, PORTION];
    tx.execute(
        &format!("UPDATE push SET channel = ?3, listing_id = 0 WHERE listing_id IN {THESE} AND ledger_id IS NOT NULL"),
        params![channel.id, PORTION, channel.name],
    )?;
    // A listing's number is given to another one some day, which was not told this.
    tx.execute(&format!("DELETE FROM push WHERE listing_id IN {THESE}"), these)?;
    tx.execute(
        &format!("DELETE FROM issue WHERE scope IN (SELECT 'listing:' || listing_id FROM {THESE})"),
        these,
    )?;
    Ok(tx.execute(&format!("DELETE FROM listing WHERE listing_id IN {THESE}"), these)?)
}

/// Forgets the rest of it, unless an order of it came in meanwhile: returns how many are not home then.
///
/// # Errors
/// When the database refuses.
pub fn the_rest(tx: &Transaction<'_>, channel: &StoredChannel) -> Result<Result<Removed, i64>, DbError> {
    let open = not_home(tx, channel.id)?;
    if open > 0 {
        return Ok(Err(open));
    }
    let orders = tx.execute("DELETE FROM channel_order WHERE channel_id = ?1", [channel.id])?;
    let shipments =
        tx.execute("DELETE FROM shipment WHERE channel = ?1 AND told_ms IS NULL", [&channel.name])?;
    // While the channel still has a name: whose rules they were is noted.
    for of_it in [
        "DELETE FROM rule_set WHERE channel_id = ?1",
        "DELETE FROM hold WHERE channel_id = ?1",
        "DELETE FROM quota WHERE channel_id = ?1",
        "DELETE FROM inbox WHERE channel = (SELECT name FROM channel WHERE channel_id = ?1)",
        "DELETE FROM job WHERE state <> 'running' AND channel = (SELECT name FROM channel WHERE channel_id = ?1)",
        "DELETE FROM shipment WHERE channel = (SELECT name FROM channel WHERE channel_id = ?1)",
        "DELETE FROM issue WHERE scope IN (SELECT name FROM channel WHERE channel_id = ?1
            UNION SELECT 'channel:' || name FROM channel WHERE channel_id = ?1)
         OR EXISTS (SELECT 1 FROM channel WHERE channel_id = ?1
            AND (scope LIKE 'order:' || name || ':%' OR scope LIKE 'shipment:' || name || ':%'))",
        "DELETE FROM channel WHERE channel_id = ?1",
    ] {
        tx.execute(of_it, [channel.id])?;
    }
    Ok(Ok(Removed { name: channel.name.clone(), listings: 0, orders, shipments }))
}
