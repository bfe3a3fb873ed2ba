//! Channels are told again, whatever they were told before. Not what is strict and sells: that may be told once.

use crate::db::DbError;
use crate::domain::ChannelId;
use rusqlite::{Transaction, params};
use std::collections::BTreeSet;

const AGAIN: &str =
    "UPDATE listing SET state = 1, version = version + 1, behind_ms = ?2, due_ms = 0, attempts = 0,
        confirmed_price = NULL, urgency = CASE WHEN desired = 0 THEN 0 ELSE 2 END
     WHERE desired IS NOT NULL AND state IN (0, 3) AND (strict = 0 OR desired = 0)";

/// Marks every listing of a channel behind.
///
/// # Errors
/// When the database refuses.
pub fn restate_channel(tx: &Transaction<'_>, channel: ChannelId, now_ms: i64) -> Result<usize, DbError> {
    Ok(tx.execute(&format!("{AGAIN} AND channel_id = ?1"), params![channel, now_ms])?)
}

/// Marks these listings behind; says how many, and whose they are.
///
/// # Errors
/// When the database refuses.
pub fn restate_these(
    tx: &Transaction<'_>,
    ids: &[i64],
    now_ms: i64,
) -> Result<(usize, BTreeSet<ChannelId>), DbError> {
    let mut update = tx.prepare_cached(&format!("{AGAIN} AND listing_id = ?1 RETURNING channel_id"))?;
    let (mut count, mut channels) = (0, BTreeSet::new());
    for id in ids {
        let mut rows = update.query(params![id, now_ms])?;
        while let Some(row) = rows.next()? {
            count += 1;
            channels.insert(row.get(0)?);
        }
    }
    Ok((count, channels))
}
