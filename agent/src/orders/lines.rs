//! Which variation a line of a channel's order is, and how many units it takes.

use super::book::Desk;
use crate::db::DbError;
use crate::domain::{ChannelId, ExternalId, Order, OrderLine};
use rusqlite::{OptionalExtension, Transaction, params};

/// What was found for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// One variation.
    Item(i64),
    /// None.
    None,
    /// More than one, and nothing to tell them apart.
    Several,
}

impl Found {
    fn item(self) -> Option<i64> {
        match self {
            Self::Item(item) => Some(item),
            Self::None | Self::Several => None,
        }
    }
}

/// Writes an order's lines: what the shop has done with them already stays.
pub(super) fn write(tx: &Transaction<'_>, desk: &Desk, id: i64, order: &Order) -> Result<(), DbError> {
    // A line that the channel does not name any more takes nothing.
    tx.prepare_cached("UPDATE order_line SET wanted = 0 WHERE order_id = ?1")?.execute([id])?;
    let mut put = tx.prepare_cached(
        "INSERT INTO order_line (order_id, line, item_id, sku, title, quantity, wanted, part_of)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (order_id, line) DO UPDATE SET item_id = coalesce(item_id, ?3), sku = ?4, title = ?5, quantity = ?6, wanted = ?7",
    )?;
    for line in &order.lines {
        let item = find(tx, desk.channel, line)?.item();
        let taken = order.taken(line, desk.rules.restock);
        let parts = parts(tx, id, line, item)?;
        // A kit takes its parts, and nothing else.
        let own = if parts.is_empty() { taken } else { 0 };
        put.execute(params![id, line.id, item, line.sku, line.title, line.quantity, own, None::<String>])?;
        for (part, units) in parts {
            let name = format!("{}/{part}", line.id);
            let (quantity, taken) = (line.quantity.saturating_mul(units), taken.saturating_mul(units));
            put.execute(params![id, name, part, None::<String>, line.title, quantity, taken, line.id])?;
        }
    }
    Ok(())
}

/// What a line's kit is made of, by item: as it was when the order was first heard of. Empty: it is no kit.
fn parts(
    tx: &Transaction<'_>,
    order: i64,
    line: &OrderLine,
    item: Option<i64>,
) -> Result<Vec<(i64, i64)>, DbError> {
    let Some(item) = item else { return Ok(Vec::new()) };
    let known: Vec<(i64, i64)> = tx
        .prepare_cached("SELECT item_id, quantity FROM order_line WHERE order_id = ?1 AND part_of = ?2")?
        .query_map(params![order, line.id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let known: Vec<(i64, i64)> = known
        .into_iter()
        .map(|(part, quantity)| (part, quantity / line.quantity.max(1)))
        .filter(|(_, units)| *units > 0)
        .collect();
    if !known.is_empty() {
        return Ok(known);
    }
    let mut select = tx.prepare_cached("SELECT part, units FROM part WHERE kit = ?1")?;
    let rows = select.query_map([item], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// By the channel's own identifiers, if the order tells all of them; by the seller's code among the channel's linked listings, told apart by the channel's own identifiers; else by
/// those alone; else by the code in the shop.
fn find(tx: &Transaction<'_>, channel: ChannelId, line: &OrderLine) -> Result<Found, DbError> {
    if !line.listing.is_empty() {
        // As it is stored: the index finds it.
        let whole =
            serde_json::to_string(&line.listing).map_err(|error| DbError::Corrupt(error.to_string()))?;
        let item: Option<Option<i64>> = tx
            .prepare_cached("SELECT item_id FROM listing WHERE channel_id = ?1 AND external = ?2")?
            .query_row(params![channel, whole], |row| row.get(0))
            .optional()?;
        if let Some(item) = item.flatten() {
            return Ok(Found::Item(item));
        }
    }
    if let Some(sku) = &line.sku {
        let of_sku = listings(tx, channel, "AND sku = ?2", Some(sku))?;
        match among(of_sku, &line.listing, false)? {
            Found::None => {}
            found => return Ok(found),
        }
    }
    if !line.listing.is_empty() {
        match among(listings(tx, channel, "AND ?2 IS NULL", None)?, &line.listing, true)? {
            Found::None => {}
            found => return Ok(found),
        }
    }
    let Some(sku) = &line.sku else { return Ok(Found::None) };
    let items: Vec<i64> = tx
        .prepare_cached(
            "SELECT item_id FROM item WHERE sku = ?1 AND deleted = 0 AND kind <> 'variable' LIMIT 2",
        )?
        .query_map([sku], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(one(&items))
}

fn one(items: &[i64]) -> Found {
    match items {
        [] => Found::None,
        [only] => Found::Item(*only),
        _ => Found::Several,
    }
}

type Linked = (i64, String);

fn listings(
    tx: &Transaction<'_>,
    channel: ChannelId,
    which: &str,
    sku: Option<&String>,
) -> Result<Vec<Linked>, DbError> {
    let sql = format!(
        "SELECT item_id, external FROM listing WHERE channel_id = ?1 AND item_id IS NOT NULL {which}"
    );
    let mut select = tx.prepare_cached(&sql)?;
    let rows = select.query_map(params![channel, sku], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those whose identifiers agree with what the order tells of them. `all`: every one it tells is the listing's.
fn among(linked: Vec<Linked>, told: &ExternalId, all: bool) -> Result<Found, DbError> {
    let mut items = Vec::new();
    for (item, external) in linked {
        let external: ExternalId = serde_json::from_str(&external)
            .map_err(|error| DbError::Corrupt(format!("listing of item {item}: {error}")))?;
        let agrees = told.iter().all(|(key, value)| external.get(key).map_or(!all, |own| own == value));
        if agrees && !items.contains(&item) {
            items.push(item);
        }
    }
    Ok(one(&items))
}
