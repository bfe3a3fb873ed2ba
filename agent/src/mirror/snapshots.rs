//! Snapshots: a restatement of the whole store, after which the mirror forgets what was not named.

use super::Stamp;
use crate::db::DbError;
use crate::domain::{ItemId, PoolId};
use onhand_journal::{SnapshotBegin, SnapshotEnd};
use rusqlite::{OptionalExtension, Transaction, params};
use schemars::JsonSchema;

/// Opens a snapshot.
///
/// # Errors
/// When the database refuses.
pub fn begin(tx: &Transaction<'_>, s: &SnapshotBegin, stamp: Stamp, now_ms: i64) -> Result<(), DbError> {
    tx.execute(
        "INSERT OR IGNORE INTO snapshot (snap, scope, epoch, at, state, begun_ms) VALUES (?1, ?2, ?3, ?4, 'open', ?5)",
        params![s.snap, s.scope, stamp.epoch, stamp.at, now_ms],
    )?;
    // Old snapshots explain nothing any more, but for that there was one.
    tx.execute(
        "DELETE FROM snapshot WHERE begun_ms < ?1 - 30 * 86400000 AND snap IS NOT
         (SELECT snap FROM snapshot WHERE scope = 'all' AND state = 'applied' ORDER BY begun_ms DESC LIMIT 1)",
        [now_ms],
    )?;
    Ok(())
}

/// What closing a snapshot did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Items and pools that no longer exist; their listings go to zero.
    pub forgotten: Vec<PoolId>,
    /// Why nothing was forgotten, if the snapshot did not arrive whole.
    pub incomplete: Option<String>,
    /// The whole store was restated, completely.
    pub whole_store: bool,
}

/// Closes a snapshot. Forgets what it did not name, but only if every record of it arrived.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &Transaction<'_>, s: &SnapshotEnd) -> Result<Closed, DbError> {
    let begun: Option<(i64, i64, String)> = tx
        .query_row("SELECT epoch, at, state FROM snapshot WHERE snap = ?1", [&s.snap], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((epoch, at, state)) = begun else {
        return Ok(Closed {
            incomplete: Some(format!("snapshot {} ended but its beginning was never read", s.snap)),
            ..Closed::default()
        });
    };
    if state != "open" {
        return Ok(Closed::default());
    }
    let items: i64 =
        tx.query_row("SELECT count(*) FROM item WHERE snap = ?1", [&s.snap], |row| row.get(0))?;
    let pools: i64 =
        tx.query_row("SELECT count(*) FROM pool WHERE snap = ?1", [&s.snap], |row| row.get(0))?;
    let mut closed = Closed { whole_store: s.scope == "all", ..Closed::default() };
    if items < s.items || pools < s.pools {
        closed.whole_store = false;
        closed.incomplete = Some(format!(
            "snapshot {} states {} items and {} pools, but {items} and {pools} arrived; nothing was forgotten",
            s.snap, s.items, s.pools
        ));
    } else if closed.whole_store {
        closed.forgotten = forget_older(tx, Stamp { epoch, at })?;
    }
    tx.execute(
        "UPDATE snapshot SET state = ?2, items = ?3, pools = ?4, forgotten = ?5, message = ?6 WHERE snap = ?1",
        params![
            s.snap,
            if closed.incomplete.is_some() { "incomplete" } else { "applied" },
            items,
            pools,
            i64::try_from(closed.forgotten.len()).unwrap_or(i64::MAX),
            closed.incomplete
        ],
    )?;
    Ok(closed)
}

fn forget_older(tx: &Transaction<'_>, begun: Stamp) -> Result<Vec<PoolId>, DbError> {
    let gone: Vec<(ItemId, PoolId)> = tx
        .prepare(
            "UPDATE item SET deleted = 1, sellable = 0, post_status = 'deleted'
             WHERE deleted = 0 AND (epoch < ?1 OR (epoch = ?1 AND at < ?2)) RETURNING item_id, pool_id",
        )?
        .query_map(params![begun.epoch, begun.at], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    tx.execute(
        "UPDATE pool SET deleted = 1, unsettled_ms = NULL, held = '[]', held_until = NULL
         WHERE deleted = 0 AND (epoch < ?1 OR (epoch = ?1 AND at < ?2))",
        params![begun.epoch, begun.at],
    )?;
    let mut pools: Vec<PoolId> = gone.into_iter().map(|(_, pool)| pool).collect();
    pools.sort_unstable();
    pools.dedup();
    Ok(pools)
}

/// A snapshot and what became of it.
#[derive(Clone, Debug, serde::Serialize, JsonSchema)]
pub struct Snapshot {
    /// Its id.
    pub snap: String,
    /// all, product:ID or sku:SKU.
    pub scope: String,
    /// open, applied, incomplete.
    pub state: String,
    /// Items that arrived.
    pub items: i64,
    /// Pools that arrived.
    pub pools: i64,
    /// Items that no longer exist.
    pub forgotten: i64,
    /// What is wrong with it.
    pub message: Option<String>,
}

/// How far this agent knows the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct Reading {
    /// never: the shop has not stated all that it has; reading: it is doing so for the first time; whole: it has.
    pub state: &'static str,
    /// When it began to (milliseconds since the Unix epoch), while it is read for the first time.
    pub since: Option<i64>,
}

/// Was the shop read as a whole, ever?
///
/// # Errors
/// When the database refuses.
pub fn reading(conn: &rusqlite::Connection) -> Result<Reading, DbError> {
    let newest = |state: &str| {
        conn.query_row(
            "SELECT max(begun_ms) FROM snapshot WHERE scope = 'all' AND state = ?1",
            [state],
            |row| row.get::<_, Option<i64>>(0),
        )
    };
    Ok(match (newest("applied")?, newest("open")?) {
        (Some(_), _) => Reading { state: "whole", since: None },
        (None, Some(since)) => Reading { state: "reading", since: Some(since) },
        (None, None) => Reading { state: "never", since: None },
    })
}

/// Reads one.
///
/// # Errors
/// When the database refuses.
pub fn get(conn: &rusqlite::Connection, snap: &str) -> Result<Option<Snapshot>, DbError> {
    Ok(conn
        .query_row(
            "SELECT snap, scope, state, items, pools, forgotten, message FROM snapshot WHERE snap = ?1",
            [snap],
            |row| {
                Ok(Snapshot {
                    snap: row.get(0)?,
                    scope: row.get(1)?,
                    state: row.get(2)?,
                    items: row.get(3)?,
                    pools: row.get(4)?,
                    forgotten: row.get(5)?,
                    message: row.get(6)?,
                })
            },
        )
        .optional()?)
}
