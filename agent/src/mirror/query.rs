//! What the API and the CLI show of the mirror. Read-only.

use crate::allocation::{Filed, Pace, Places};
use crate::db::DbError;
use crate::domain::{ChannelId, Quantity, SlotState};
use crate::mirror::pools::parse_held;
use crate::mirror::velocity;
use rusqlite::{Connection, OptionalExtension, Row, params};
use schemars::JsonSchema;
use serde::Serialize;

/// A variation with the quantity of its pool.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VariationRow {
    /// WooCommerce's id.
    pub item: i64,
    /// Its product.
    pub parent: Option<i64>,
    /// Where its quantity is counted.
    pub pool: i64,
    /// simple, variation, variable, other.
    pub kind: String,
    /// Its SKU.
    pub sku: Option<String>,
    /// Its GTIN.
    pub gtin: Option<String>,
    /// Its name.
    pub name: String,
    /// As a decimal text; null when WooCommerce does not count.
    #[schemars(with = "Option<String>")]
    pub quantity: Option<Quantity>,
    /// Where it is; null: the shop has one place.
    #[schemars(with = "Option<Vec<Vec<String>>>")]
    pub locations: Option<Places>,
    /// Reserved by unpaid checkouts.
    #[schemars(with = "String")]
    pub held: Quantity,
    /// Sold by channels, and not yet part of the quantity.
    pub in_flight: i64,
    /// Of the rest, units that are strict listings' alone.
    pub allotted: i64,
    /// What it is known by to rules.
    #[serde(skip)]
    pub filed: Filed,
    /// How fast its pool sells.
    #[serde(skip)]
    pub pace: Pace,
    /// The same, where the velocity buffer keeps a channel from selling.
    #[serde(skip)]
    pub pace_in_force: Pace,
    /// WooCommerce's stock status.
    pub status: Option<String>,
    /// WooCommerce counts it.
    pub managed: bool,
    /// It can be bought in the shop.
    pub sellable: bool,
    /// When the shop said so (microseconds, the shop database's clock).
    pub at: i64,
}

/// Which variations.
#[derive(Clone, Debug, Default)]
pub struct VariationFilter {
    /// With exactly this SKU.
    pub sku: Option<String>,
    /// With this in SKU or name.
    pub q: Option<String>,
    /// With these ids, as a JSON list.
    pub items: Option<String>,
    /// With an id above this.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

/// Finds variations, in the order of their ids.
///
/// # Errors
/// When the database refuses.
pub fn variations(
    conn: &Connection,
    filter: &VariationFilter,
    now_us: i64,
) -> Result<Vec<VariationRow>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT i.item_id, i.parent_id, i.pool_id, i.kind, i.sku, i.gtin, i.name, p.qty_micros, coalesce(p.held, '[]'),
                p.status, coalesce(p.managed, 0), i.sellable, max(i.at, coalesce(p.at, 0)),
                coalesce((SELECT sum(o.wanted - o.home) FROM item s JOIN order_line o ON o.item_id = s.item_id
                          WHERE s.pool_id = i.pool_id AND o.wanted > o.home), 0),
                p.sold, p.sold_at, i.sku, coalesce(i.parent_id, i.item_id), i.terms,
                coalesce(p.allotted, 0), p.places
         FROM item i LEFT JOIN pool p ON p.pool_id = i.pool_id
         WHERE i.deleted = 0 AND i.item_id > ?1 AND (?2 IS NULL OR i.sku = ?2)
           AND (?3 IS NULL OR instr(lower(coalesce(i.sku, '') || ' ' || i.name), lower(?3)) > 0)
           AND (?4 IS NULL OR i.item_id IN (SELECT value FROM json_each(?4)))
         ORDER BY i.item_id LIMIT ?5",
    )?;
    let rows =
        select.query_map(params![filter.after, filter.sku, filter.q, filter.items, filter.limit], |row| {
            let held: String = row.get(8)?;
            Ok((
                VariationRow {
                    item: row.get(0)?,
                    parent: row.get(1)?,
                    pool: row.get(2)?,
                    kind: row.get(3)?,
                    sku: row.get(4)?,
                    gtin: row.get(5)?,
                    name: row.get(6)?,
                    quantity: quantity(row, 7)?,
                    locations: None,
                    held: Quantity::ZERO,
                    in_flight: row.get(13)?,
                    allotted: row.get(19)?,
                    filed: super::listings::filed(row, 16)?,
                    pace: velocity::pace_of_row(row, 14, now_us, false)?,
                    pace_in_force: velocity::pace_of_row(row, 14, now_us, true)?,
                    status: row.get(9)?,
                    managed: row.get(10)?,
                    sellable: row.get(11)?,
                    at: row.get(12)?,
                },
                held,
                row.get::<_, Option<String>>(20)?,
            ))
        })?;
    let mut found = Vec::new();
    for row in rows {
        let (mut row, held, places) = row?;
        row.locations = places.as_deref().map(Places::read).transpose()?;
        let live = parse_held(&held)?.into_iter().filter(|(_, until)| *until > now_us);
        row.held = Quantity::from_micros(live.fold(0, |sum, (micros, _)| i64::saturating_add(sum, micros)));
        found.push(row);
    }
    Ok(found)
}

fn quantity(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Quantity>> {
    Ok(row.get::<_, Option<i64>>(index)?.map(Quantity::from_micros))
}

/// A listing and where it stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ListingRow {
    /// Its id.
    pub id: i64,
    /// Its channel.
    pub channel: String,
    /// The variation it is linked to.
    pub item: Option<i64>,
    /// The seller's code there.
    pub sku: Option<String>,
    /// The channel's identifiers.
    pub external: serde_json::Value,
    /// Its title.
    pub title: String,
    /// What it should show.
    pub desired: Option<i64>,
    /// What the channel was last told.
    pub sent: Option<i64>,
    /// What the channel is known to show.
    pub confirmed: Option<i64>,
    /// What was read back last.
    pub observed: Option<i64>,
    /// idle, behind, leased, verifying, dead; held when a sweep keeps it back.
    pub state: &'static str,
    /// Why desired is what it is.
    pub reason: String,
    /// Since when it is behind (milliseconds).
    pub behind_since: Option<i64>,
    /// Failed tries.
    pub attempts: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Which channel that is.
    #[serde(skip)]
    pub channel_id: ChannelId,
    /// Rules of its own, as JSON.
    #[serde(skip)]
    pub rules: Option<String>,
    /// Its channel's rules, as JSON.
    #[serde(skip)]
    pub channel_rules: String,
    /// The price it should show, where the channel's prices follow the shop's.
    pub desired_price: Option<String>,
    /// The price that the channel has taken.
    pub confirmed_price: Option<String>,
}

/// Which listings.
#[derive(Clone, Debug, Default)]
pub struct ListingFilter {
    /// Of this channel.
    pub channel: Option<String>,
    /// With this SKU.
    pub sku: Option<String>,
    /// In this state.
    pub state: Option<i64>,
    /// Linked to this variation.
    pub item: Option<i64>,
    /// With an id above this.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

const LISTINGS: &str =
    "SELECT l.listing_id, c.name, l.item_id, coalesce(l.sku, i.sku), l.external, l.title, l.desired, l.sent, l.confirmed,
        l.observed, l.state, l.held_by IS NOT NULL, l.reason, l.behind_ms, l.attempts, l.error, l.desired_price, l.confirmed_price,
        l.rules, c.rules, c.channel_id
     FROM listing l JOIN channel c USING (channel_id) LEFT JOIN item i ON i.item_id = l.item_id";

/// Finds listings, in the order of their ids.
///
/// # Errors
/// When the database refuses.
pub fn listings(conn: &Connection, filter: &ListingFilter) -> Result<Vec<ListingRow>, DbError> {
    let mut select = conn.prepare_cached(&format!(
        "{LISTINGS} WHERE l.listing_id > ?1 AND (?2 IS NULL OR c.name = ?2) AND (?3 IS NULL OR l.sku = ?3 OR i.sku = ?3)
           AND (?4 IS NULL OR l.state = ?4) AND (?5 IS NULL OR l.item_id = ?5)
         ORDER BY l.listing_id LIMIT ?6"
    ))?;
    let args = params![filter.after, filter.channel, filter.sku, filter.state, filter.item, filter.limit];
    let rows = select.query_map(args, listing)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All listings of some variations, whose ids are a JSON list. However many others there are, they are not looked at.
///
/// # Errors
/// When the database refuses.
pub fn listings_of(conn: &Connection, items: &str) -> Result<Vec<ListingRow>, DbError> {
    let mut select = conn.prepare_cached(&format!(
        "{LISTINGS} WHERE l.item_id IN (SELECT value FROM json_each(?1)) ORDER BY l.listing_id"
    ))?;
    let rows = select.query_map([items], listing)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn listing(row: &Row<'_>) -> rusqlite::Result<ListingRow> {
    let external: String = row.get(4)?;
    let held: bool = row.get(11)?;
    Ok(ListingRow {
        id: row.get(0)?,
        channel: row.get(1)?,
        item: row.get(2)?,
        sku: row.get(3)?,
        external: serde_json::from_str(&external).unwrap_or(serde_json::Value::Null),
        title: row.get(5)?,
        desired: row.get(6)?,
        sent: row.get(7)?,
        confirmed: row.get(8)?,
        observed: row.get(9)?,
        state: if held { "held" } else { SlotState::from_code(row.get(10)?).as_str() },
        reason: row.get(12)?,
        behind_since: row.get(13)?,
        attempts: row.get(14)?,
        last_error: row.get(15)?,
        desired_price: row.get(16)?,
        confirmed_price: row.get(17)?,
        rules: row.get(18)?,
        channel_rules: row.get(19)?,
        channel_id: row.get(20)?,
    })
}

/// The product that a variation belongs to; of a simple one its own id.
///
/// # Errors
/// When the database refuses.
pub fn product_of(conn: &Connection, item: i64) -> Result<i64, DbError> {
    let found = conn
        .prepare_cached("SELECT coalesce(parent_id, item_id) FROM item WHERE item_id = ?1")?
        .query_row([item], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(item))
}

/// How much the mirror holds.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub struct Size {
    /// Products and variations.
    pub items: i64,
    /// Stock pools.
    pub pools: i64,
    /// Listings.
    pub listings: i64,
}

/// Counts.
///
/// # Errors
/// When the database refuses.
pub fn size(conn: &Connection) -> Result<Size, DbError> {
    Ok(conn.query_row(
        "SELECT (SELECT count(*) FROM item WHERE deleted = 0), (SELECT count(*) FROM pool WHERE deleted = 0),
                (SELECT count(*) FROM listing)",
        [],
        |row| Ok(Size { items: row.get(0)?, pools: row.get(1)?, listings: row.get(2)? }),
    )?)
}

/// SKUs that several live variations share: none of them can be matched by it.
///
/// # Errors
/// When the database refuses.
pub fn duplicate_skus(conn: &Connection) -> Result<Vec<(String, i64)>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT sku, count(*) FROM item WHERE deleted = 0 AND sku IS NOT NULL AND kind IN ('simple', 'variation')
         GROUP BY sku HAVING count(*) > 1 ORDER BY 2 DESC, 1 LIMIT 20",
    )?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Variations that can be bought and have no SKU: how many, and the first of them.
///
/// # Errors
/// When the database refuses.
pub fn without_sku(conn: &Connection) -> Result<(i64, Option<String>), DbError> {
    Ok(conn.query_row(
        "SELECT count(*), min('#' || item_id || ' ' || name) FROM item
         WHERE deleted = 0 AND sellable = 1 AND sku IS NULL AND kind IN ('simple', 'variation')",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}
