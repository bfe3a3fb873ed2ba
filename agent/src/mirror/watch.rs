//! What became of listings since a moment: whether they were told, refused, or show something else.

use crate::db::DbError;
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

/// Counts of listings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Watched {
    /// Listings that are looked at.
    pub listings: i64,
    /// Behind, on their way, or not read back yet.
    pub waiting: i64,
    /// Refused by their channel since.
    pub refused: i64,
    /// Found to show something else since.
    pub drifted: i64,
}

impl Watched {
    /// What went wrong.
    #[must_use]
    pub fn wrong(&self) -> i64 {
        self.refused.saturating_add(self.drifted)
    }
}

/// `behind`: which of those that are behind are waited for.
fn select(behind: &str) -> String {
    format!(
        "SELECT count(*),
            coalesce(sum(l.desired IS NOT NULL AND l.held_by IS NULL AND (l.state IN (2, 3, 5) OR l.state = 1 AND {behind})), 0),
            coalesce(sum(EXISTS (SELECT 1 FROM push p WHERE p.listing_id = l.listing_id AND p.done_ms >= ?1
                                 AND p.outcome IN ('rejected', 'not_found'))), 0),
            coalesce(sum(EXISTS (SELECT 1 FROM drift d WHERE d.listing_id = l.listing_id AND d.found_ms >= ?1
                                 AND d.cause NOT IN ('channel_lag', 'sold_or_edited'))), 0)
         FROM listing l JOIN channel c USING (channel_id)"
    )
}

fn counts(row: &rusqlite::Row<'_>) -> rusqlite::Result<Watched> {
    Ok(Watched { listings: row.get(0)?, waiting: row.get(1)?, refused: row.get(2)?, drifted: row.get(3)? })
}

/// Of single listings: by channel and the variation's SKU.
///
/// # Errors
/// When the database refuses.
pub fn these(conn: &Connection, listings: &[(String, String)], since_ms: i64) -> Result<Watched, DbError> {
    let mut select = conn.prepare_cached(&format!(
        "{} JOIN item i USING (item_id) WHERE c.name = ?2 AND i.sku = ?3 AND i.deleted = 0",
        self::select("TRUE")
    ))?;
    let mut sum = Watched::default();
    for (channel, sku) in listings {
        let one = select.query_row(params![since_ms, channel, sku], counts)?;
        sum.listings += one.listings;
        sum.waiting += one.waiting;
        sum.refused += one.refused;
        sum.drifted += one.drifted;
    }
    Ok(sum)
}

/// Of a channel, or of all.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &Connection, channel: Option<&str>, since_ms: i64) -> Result<Watched, DbError> {
    let mut select = conn.prepare_cached(&format!(
        "{} WHERE l.item_id IS NOT NULL AND (?2 IS NULL OR c.name = ?2)",
        // What is behind for longer waits for something else.
        self::select("l.behind_ms >= ?1")
    ))?;
    Ok(select.query_row(params![since_ms, channel], counts)?)
}
