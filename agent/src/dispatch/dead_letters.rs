//! Dead letters: listings that were given up on, with the reason, until a person redrives them.

use crate::db::DbError;
use crate::domain::ChannelId;
use rusqlite::{Connection, Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;

/// One listing that was given up on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeadLetter {
    /// The listing.
    pub id: i64,
    /// Its channel.
    pub channel: String,
    /// The seller's code.
    pub sku: Option<String>,
    /// What it should show.
    pub desired: Option<i64>,
    /// What it last showed, as far as known.
    pub confirmed: Option<i64>,
    /// The channel's code.
    pub code: Option<String>,
    /// What is wrong.
    pub message: Option<String>,
    /// Since when it is behind (milliseconds since the Unix epoch).
    pub behind_since: Option<i64>,
}

/// Lists them, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn list(conn: &Connection, channel: Option<&str>) -> Result<Vec<DeadLetter>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT l.listing_id, c.name, l.sku, l.desired, l.confirmed, l.error_code, l.error, l.behind_ms
         FROM listing l JOIN channel c USING (channel_id)
         WHERE l.state = 4 AND (?1 IS NULL OR c.name = ?1) ORDER BY l.behind_ms, l.listing_id LIMIT 1000",
    )?;
    let rows = select.query_map([channel], |row| {
        Ok(DeadLetter {
            id: row.get(0)?,
            channel: row.get(1)?,
            sku: row.get(2)?,
            desired: row.get(3)?,
            confirmed: row.get(4)?,
            code: row.get(5)?,
            message: row.get(6)?,
            behind_since: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts them back into the queue: all, those of a channel, or those named. Returns the channels with new work and
/// how many were put back.
///
/// # Errors
/// When the database refuses.
pub fn redrive(
    tx: &Transaction<'_>,
    channel: Option<&str>,
    ids: Option<&[i64]>,
    now_ms: i64,
) -> Result<(Vec<ChannelId>, usize), DbError> {
    let ids = ids.map(|ids| serde_json::json!(ids).to_string());
    let mut update = tx.prepare_cached(
        "UPDATE listing SET state = CASE WHEN desired IS NULL THEN 0 ELSE 1 END, due_ms = 0, attempts = 0,
                behind_ms = coalesce(behind_ms, ?3), error_code = NULL, error = NULL
         WHERE state = 4 AND (?1 IS NULL OR channel_id IN (SELECT channel_id FROM channel WHERE name = ?1))
               AND (?2 IS NULL OR listing_id IN (SELECT value FROM json_each(?2)))
         RETURNING channel_id, listing_id",
    )?;
    let rows: Vec<(ChannelId, i64)> = update
        .query_map(params![channel, ids, now_ms], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut clear =
        tx.prepare_cached("DELETE FROM issue WHERE code = 'dead_letter' AND scope = 'listing:' || ?1")?;
    for (_, listing) in &rows {
        clear.execute([listing])?;
    }
    let count = rows.len();
    let mut channels: Vec<ChannelId> = rows.into_iter().map(|(channel, _)| channel).collect();
    channels.sort_unstable();
    channels.dedup();
    Ok((channels, count))
}
