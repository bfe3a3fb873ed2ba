//! The sweep guard: a broken import must not empty a channel before a person has seen it.
//!
//! Zeroing, or multiplying, a large share of a channel's listings within a short time without orders as the
//! cause holds what has not been sent yet, until a person confirms. At most the threshold's own number of
//! listings can slip through before it trips.

use super::listings::Touched;
use crate::db::DbError;
use crate::domain::ChannelId;
use crate::issues;
use rusqlite::{OptionalExtension, Transaction, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When a sweep counts as suspicious.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuardSettings {
    /// Off: nothing is ever held.
    pub enabled: bool,
    /// Share of a channel's listings, in percent.
    pub share_percent: u32,
    /// Never hold fewer listings than this.
    pub minimum: i64,
    /// Changes within this time count together.
    pub window_ms: i64,
}

impl Default for GuardSettings {
    fn default() -> Self {
        Self { enabled: true, share_percent: 20, minimum: 20, window_ms: 600_000 }
    }
}

/// A held sweep.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Hold {
    /// For `confirm` and `reject`.
    pub id: i64,
    /// Which channel.
    pub channel: String,
    /// Listings kept back.
    pub listings: i64,
    /// Of so many on the channel.
    pub of_listings: i64,
    /// What happened, in words.
    pub message: String,
    /// open, confirmed, rejected.
    pub state: String,
    /// Since when.
    pub opened_ms: i64,
}

/// Looks at what a change swept, and holds it if it is too much. Called in the same transaction that made the
/// listings behind, so that no worker can get ahead of it.
///
/// # Errors
/// When the database refuses.
pub fn guard(
    tx: &Transaction<'_>,
    touched: &Touched,
    settings: &GuardSettings,
    now_ms: i64,
) -> Result<(), DbError> {
    if !settings.enabled {
        return Ok(());
    }
    for channel in touched.swept.keys() {
        guard_channel(tx, *channel, settings, now_ms)?;
    }
    Ok(())
}

fn guard_channel(
    tx: &Transaction<'_>,
    channel: ChannelId,
    settings: &GuardSettings,
    now_ms: i64,
) -> Result<(), DbError> {
    let swept: i64 = tx
        .prepare_cached("SELECT count(*) FROM listing WHERE channel_id = ?1 AND swept_ms > ?2")?
        .query_row(params![channel, now_ms - settings.window_ms], |row| row.get(0))?;
    let open: Option<i64> = tx
        .prepare_cached("SELECT hold_id FROM hold WHERE channel_id = ?1 AND state = 'open'")?
        .query_row([channel], |row| row.get(0))
        .optional()?;
    if open.is_none() && swept < settings.minimum {
        return Ok(());
    }
    let total: i64 = tx
        .prepare_cached("SELECT count(*) FROM listing WHERE channel_id = ?1 AND desired IS NOT NULL")?
        .query_row([channel], |row| row.get(0))?;
    if open.is_none() && swept * 100 < total * i64::from(settings.share_percent) {
        return Ok(());
    }
    let hold = match open {
        Some(hold) => hold,
        None => open_hold(tx, channel, total, now_ms)?,
    };
    // State 1 is behind, 4 a dead letter; what is leased is already on its way.
    tx.prepare_cached(
        "UPDATE listing SET held_by = ?2
         WHERE channel_id = ?1 AND swept_ms > ?3 AND state IN (1, 4) AND held_by IS NULL",
    )?
    .execute(params![channel, hold, now_ms - settings.window_ms])?;
    describe(tx, channel, hold, total, now_ms)
}

fn open_hold(tx: &Transaction<'_>, channel: ChannelId, total: i64, now_ms: i64) -> Result<i64, DbError> {
    tx.execute(
        "INSERT INTO hold (channel_id, kind, listings, of_listings, message, state, opened_ms)
         VALUES (?1, 'swept', 0, ?2, '', 'open', ?3)",
        params![channel, total, now_ms],
    )?;
    Ok(tx.last_insert_rowid())
}

fn describe(
    tx: &Transaction<'_>,
    channel: ChannelId,
    hold: i64,
    total: i64,
    now_ms: i64,
) -> Result<(), DbError> {
    let (held, zeroed): (i64, i64) = tx
        .prepare_cached(
            "SELECT count(*), coalesce(sum(desired = 0), 0) FROM listing WHERE channel_id = ?1 AND held_by = ?2",
        )?
        .query_row(params![channel, hold], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let name: String =
        tx.query_row("SELECT name FROM channel WHERE channel_id = ?1", [channel], |row| row.get(0))?;
    let message = format!(
        "{held} of {total} listings on {name} would change at once without an order as the cause ({zeroed} to zero, {} to many times what they show); they are held back",
        held - zeroed
    );
    tx.execute(
        "UPDATE hold SET listings = ?2, message = ?3 WHERE hold_id = ?1",
        params![hold, held, message],
    )?;
    let action = format!(
        "If this is meant, run `onhand holds confirm {hold}`; if it is a mistake, correct it in the shop and run `onhand holds reject {hold}`."
    );
    issues::raise(
        tx,
        &issues::Issue {
            code: "sweep_held",
            scope: &format!("channel:{name}"),
            message: &message,
            action: &action,
        },
        now_ms,
    )
}

/// Every hold that waits for a person.
///
/// # Errors
/// When the database refuses.
pub fn holds(conn: &rusqlite::Connection) -> Result<Vec<Hold>, DbError> {
    let mut select = conn.prepare(
        "SELECT h.hold_id, c.name, h.listings, h.of_listings, h.message, h.state, h.opened_ms
         FROM hold h JOIN channel c ON c.channel_id = h.channel_id WHERE h.state = 'open' ORDER BY h.hold_id",
    )?;
    let rows = select.query_map([], |row| {
        Ok(Hold {
            id: row.get(0)?,
            channel: row.get(1)?,
            listings: row.get(2)?,
            of_listings: row.get(3)?,
            message: row.get(4)?,
            state: row.get(5)?,
            opened_ms: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Lets a held sweep go. Returns the channel to wake, or `None` if there is no such open hold.
///
/// # Errors
/// When the database refuses.
pub fn confirm(tx: &Transaction<'_>, hold: i64, now_ms: i64) -> Result<Option<ChannelId>, DbError> {
    let channel = close(tx, hold, "confirmed", now_ms)?;
    if channel.is_some() {
        tx.execute("UPDATE listing SET held_by = NULL, swept_ms = NULL WHERE held_by = ?1", [hold])?;
    }
    Ok(channel)
}

/// Keeps the listings as the channel shows them, each until the shop states something else about it.
///
/// # Errors
/// When the database refuses.
pub fn reject(tx: &Transaction<'_>, hold: i64, now_ms: i64) -> Result<Option<ChannelId>, DbError> {
    let channel = close(tx, hold, "rejected", now_ms)?;
    if channel.is_some() {
        tx.execute("UPDATE listing SET swept_ms = NULL WHERE held_by = ?1", [hold])?;
    }
    Ok(channel)
}

fn close(tx: &Transaction<'_>, hold: i64, state: &str, now_ms: i64) -> Result<Option<ChannelId>, DbError> {
    let closed: Option<(ChannelId, String)> = tx
        .query_row(
            "UPDATE hold SET state = ?2, closed_ms = ?3 WHERE hold_id = ?1 AND state = 'open'
             RETURNING channel_id, (SELECT name FROM channel c WHERE c.channel_id = hold.channel_id)",
            params![hold, state, now_ms],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((channel, name)) = closed else { return Ok(None) };
    issues::clear(tx, "sweep_held", &format!("channel:{name}"))?;
    Ok(Some(channel))
}
