//! Kits: what they are made of, and how many their parts allow.

use super::pools::parse_held;
use crate::allocation::{Pace, Places, Rules, StockView};
use crate::db::DbError;
use crate::domain::{PoolId, Quantity};
use rusqlite::{Connection, Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;

/// A part of a kit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// Which.
    pub item: i64,
    /// Its SKU.
    pub sku: Option<String>,
    /// So many in one kit.
    pub units: i64,
    /// So many there are for kits; null: it is not counted, and there is enough.
    pub free: Option<i64>,
}

/// Writes what a kit is made of over what there was.
///
/// # Errors
/// When the database refuses.
pub fn put(tx: &Transaction<'_>, kit: i64, parts: &[(i64, i64)]) -> Result<(), DbError> {
    tx.prepare_cached("DELETE FROM part WHERE kit = ?1")?.execute([kit])?;
    let mut insert =
        tx.prepare_cached("INSERT OR REPLACE INTO part (kit, part, units) VALUES (?1, ?2, ?3)")?;
    for (part, units) in parts.iter().filter(|(part, units)| *units > 0 && *part != kit) {
        insert.execute(params![kit, part, units])?;
    }
    Ok(())
}

/// Are there any? Asked once, so that where there are none nothing else is asked.
///
/// # Errors
/// When the database refuses.
pub fn any(conn: &Connection) -> Result<bool, DbError> {
    Ok(conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM part)")?.query_row([], |row| row.get(0))?)
}

/// Pools of the kits of which something is counted in this one.
///
/// # Errors
/// When the database refuses.
pub fn of_pool(conn: &Connection, pool: PoolId) -> Result<Vec<PoolId>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT DISTINCT k.pool_id FROM item i JOIN part p ON p.part = i.item_id JOIN item k ON k.item_id = p.kit
         WHERE i.pool_id = ?1 AND k.deleted = 0",
    )?;
    let rows = select.query_map([pool], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a kit is made of, as far as it is at the locations that feed it; empty: it is none.
///
/// # Errors
/// When the database refuses.
pub fn parts(conn: &Connection, kit: i64, rules: &Rules, now_ms: i64) -> Result<Vec<Part>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT t.part, i.sku, t.units, p.qty_micros, coalesce(p.managed, 0), coalesce(p.status, 'outofstock'),
                coalesce(p.held, '[]'), coalesce(i.deleted, 1), coalesce(p.allotted, 0),
                coalesce((SELECT sum(o.wanted - o.home) FROM item s JOIN order_line o ON o.item_id = s.item_id
                          WHERE s.pool_id = i.pool_id AND o.wanted > o.home), 0),
                p.places
         FROM part t LEFT JOIN item i ON i.item_id = t.part LEFT JOIN pool p ON p.pool_id = i.pool_id
         WHERE t.kit = ?1 ORDER BY t.part",
    )?;
    let mut parts = Vec::new();
    let mut rows = select.query([kit])?;
    while let Some(row) = rows.next()? {
        let held: String = row.get(6)?;
        let live = parse_held(&held)?.into_iter().filter(|(_, until)| *until > now_ms.saturating_mul(1000));
        let (managed, deleted): (bool, bool) = (row.get(4)?, row.get(7)?);
        let in_stock = row.get::<_, String>(5)? != "outofstock";
        let view = StockView {
            quantity: row.get::<_, Option<i64>>(3)?.map(Quantity::from_micros),
            managed,
            in_stock,
            fed: match row.get::<_, Option<String>>(10)? {
                Some(places) => Places::read(&places)?.feeding(rules),
                None => None,
            },
            held: Quantity::from_micros(live.fold(0, |sum, (micros, _)| i64::saturating_add(sum, micros))),
            in_flight: row.get(9)?,
            allotted: row.get(8)?,
            pace: Pace::default(),
            sellable: true,
            deleted,
        };
        // What the shop itself does not sell it does not sell in a kit either.
        let free = if deleted || !in_stock { Some(0) } else { view.free().or_else(|| managed.then_some(0)) };
        parts.push(Part {
            item: row.get(0)?,
            sku: row.get(1)?,
            units: row.get(2)?,
            free: free.map(|free| free.max(0)),
        });
    }
    Ok(parts)
}

/// So many kits the parts allow: the least of them. `None`: none of them is counted.
#[must_use]
pub fn least(parts: &[Part]) -> Option<i64> {
    parts.iter().filter_map(|part| Some(part.free? / part.units.max(1))).min()
}

/// A kit's stock: as many as its parts allow, in place of its own.
#[must_use]
pub fn view(own: StockView, parts: &[Part]) -> StockView {
    let counted = least(parts);
    StockView {
        quantity: counted.map(|kits| Quantity::from_micros(kits.saturating_mul(1_000_000))),
        managed: counted.is_some(),
        in_stock: counted.is_none_or(|kits| kits > 0),
        fed: None,
        held: Quantity::ZERO,
        in_flight: 0,
        allotted: 0,
        // Its parts are what sells.
        pace: Pace::default(),
        ..own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_its_parts_decides() {
        let part = |units, free| Part { item: 1, sku: None, units, free };
        assert_eq!(least(&[part(2, Some(7)), part(1, Some(5))]), Some(3));
        assert_eq!(least(&[part(2, Some(1)), part(1, Some(5))]), Some(0));
        assert_eq!(least(&[part(1, None), part(3, Some(9))]), Some(3));
        assert_eq!(least(&[part(1, None)]), None);
    }
}
