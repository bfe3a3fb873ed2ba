//! Listings as a person looks at them: searched, filtered, sorted, page by page.

use super::query::{self, ListingFilter, ListingRow};
use crate::db::DbError;
use crate::domain::{ChannelId, Quantity, SlotState};
use rusqlite::{Connection, Row, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// By what they are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The seller's code.
    #[default]
    Sku,
    /// The channel's name.
    Channel,
    /// What the shop has.
    Quantity,
    /// What it should show.
    Desired,
    /// What the channel is known to show.
    Confirmed,
    /// When the channel last took a quantity.
    ConfirmedAt,
    /// How long it has been behind.
    BehindSince,
}

impl Sort {
    fn column(self) -> &'static str {
        match self {
            Self::Sku => "coalesce(l.sku, i.sku)",
            Self::Channel => "c.name",
            Self::Quantity => "p.qty_micros",
            Self::Desired => "l.desired",
            Self::Confirmed => "l.confirmed",
            Self::ConfirmedAt => "l.confirmed_ms",
            Self::BehindSince => "l.behind_ms",
        }
    }
}

/// Which page of which listings.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// With this in SKU, name or title.
    pub q: Option<String>,
    /// Of this channel.
    pub channel: Option<String>,
    /// In this state; `held`: kept back by a sweep.
    pub state: Option<String>,
    /// By what.
    pub sort: Sort,
    /// The last first.
    pub descending: bool,
    /// So many before this page.
    pub offset: i64,
    /// So many on it.
    pub limit: i64,
}

/// A listing and the variation that it sells.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageRow {
    /// The listing.
    #[serde(flatten)]
    pub listing: ListingRow,
    /// The variation's name in the shop.
    pub name: Option<String>,
    /// What the shop has; null when WooCommerce does not count.
    #[schemars(with = "Option<String>")]
    pub quantity: Option<Quantity>,
    /// When the channel last took a quantity (milliseconds since the Unix epoch).
    pub confirmed_at: Option<i64>,
    /// When the shop's stock of it last moved (milliseconds, the shop database's clock); null: not since it is known.
    pub changed_at: Option<i64>,
}

const FROM: &str = "FROM listing l JOIN channel c USING (channel_id) LEFT JOIN item i ON i.item_id = l.item_id
    LEFT JOIN pool p ON p.pool_id = i.pool_id
    WHERE (?1 IS NULL OR instr(lower(coalesce(l.sku, '') || ' ' || coalesce(i.sku, '') || ' ' || coalesce(i.name, '') || ' ' || l.title), ?1) > 0)
      AND (?2 IS NULL OR c.name = ?2) AND (?3 IS NULL OR l.state = ?3) AND (?4 = 0 OR l.held_by IS NOT NULL)";

/// The page, and how many there are on all of them.
///
/// # Errors
/// When the database refuses.
pub fn read(conn: &Connection, page: &Page) -> Result<(Vec<PageRow>, i64), DbError> {
    let q = page.q.as_ref().map(|q| q.to_lowercase());
    let held = page.state.as_deref() == Some("held");
    let state = page.state.as_deref().filter(|_| !held).and_then(|word| {
        SlotState::ALL.iter().find(|state| state.as_str() == word).map(|state| state.code())
    });
    let total: i64 = conn
        .prepare_cached(&format!("SELECT count(*) {FROM}"))?
        .query_row(params![q, page.channel, state, held], |row| row.get(0))?;
    let (column, order) = (page.sort.column(), if page.descending { "DESC" } else { "ASC" });
    let mut select = conn.prepare_cached(&format!(
        "SELECT l.listing_id, i.name, p.qty_micros, l.confirmed_ms, i.pool_id {FROM}
         ORDER BY {column} {order} NULLS LAST, l.listing_id LIMIT ?5 OFFSET ?6"
    ))?;
    let args = params![q, page.channel, state, held, page.limit, page.offset];
    let found = select.query_map(args, of_row)?;
    // Of these alone: to sort them all, nobody needs it.
    let mut moved = conn.prepare_cached("SELECT max(at) / 1000 FROM ledger WHERE pool_id = ?1")?;
    let mut rows = Vec::new();
    for found in found {
        let (id, name, quantity, confirmed_at, pool) = found?;
        let changed_at = moved.query_row([pool], |row| row.get(0))?;
        let filter = ListingFilter { after: id - 1, limit: 1, ..ListingFilter::default() };
        let listing = query::listings(conn, &filter)?.into_iter().find(|row| row.id == id);
        rows.extend(listing.map(|listing| PageRow { listing, name, quantity, confirmed_at, changed_at }));
    }
    Ok((rows, total))
}

type Found = (i64, Option<String>, Option<Quantity>, Option<i64>, Option<i64>);

fn of_row(row: &Row<'_>) -> rusqlite::Result<Found> {
    let quantity = row.get::<_, Option<i64>>(2)?.map(Quantity::from_micros);
    Ok((row.get(0)?, row.get(1)?, quantity, row.get(3)?, row.get(4)?))
}
/// About how many listings a channel will tell of: as many as are known, or where none is, as the shop has variations.
///
/// # Errors
/// When the database refuses.
pub fn about(conn: &Connection, channel: ChannelId) -> Result<i64, DbError> {
    let known: i64 =
        conn.query_row("SELECT count(*) FROM listing WHERE channel_id = ?1", [channel], |row| row.get(0))?;
    if known > 0 {
        return Ok(known);
    }
    Ok(conn.query_row("SELECT count(*) FROM item WHERE deleted = 0", [], |row| row.get(0))?)
}

/// Products with a listing: on this channel, or on any; in step or not, or either.
///
/// # Errors
/// When the database refuses.
pub fn products(
    conn: &Connection,
    channel: Option<&str>,
    in_step: Option<bool>,
) -> Result<Vec<i64>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT DISTINCT coalesce(i.parent_id, i.item_id) FROM listing l JOIN channel c USING (channel_id)
         JOIN item i ON i.item_id = l.item_id AND i.deleted = 0
         WHERE (?1 IS NULL OR c.name = ?1) AND (?2 IS NULL OR (l.desired IS NULL OR l.desired IS l.confirmed) = ?2) ORDER BY 1",
    )?;
    let rows = select.query_map(params![channel, in_step], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
