//! What was found.

use crate::db::DbError;
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

/// A listing that showed something else than it should.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Drift {
    /// When it was found (milliseconds since the Unix epoch).
    pub found_at: i64,
    /// On which channel.
    pub channel: String,
    /// Which listing.
    pub listing: i64,
    /// Its SKU.
    pub sku: Option<String>,
    /// What it should have shown.
    pub desired: Option<i64>,
    /// What the channel had confirmed last.
    pub confirmed: Option<i64>,
    /// What it showed; nothing: it was not there any more.
    pub shown: Option<i64>,
    /// The likely cause: channel_lag, not_applied, sold_or_edited, edited, ended.
    pub cause: String,
    /// It was put right.
    pub repaired: bool,
}

/// The newest, of one channel or of all.
///
/// # Errors
/// When the database refuses.
pub fn drifts(conn: &Connection, channel: Option<&str>, limit: i64) -> Result<Vec<Drift>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT d.found_ms, c.name, d.listing_id, l.sku, d.desired, d.confirmed, d.shown, d.cause, d.repaired
         FROM drift d JOIN listing l USING (listing_id) JOIN channel c USING (channel_id)
         WHERE ?1 IS NULL OR c.name = ?1 ORDER BY d.drift_id DESC LIMIT ?2",
    )?;
    let rows = select.query_map(params![channel, limit], |row| {
        Ok(Drift {
            found_at: row.get(0)?,
            channel: row.get(1)?,
            listing: row.get(2)?,
            sku: row.get(3)?,
            desired: row.get(4)?,
            confirmed: row.get(5)?,
            shown: row.get(6)?,
            cause: row.get(7)?,
            repaired: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
