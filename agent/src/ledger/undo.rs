//! What would take movements back: of an import that was wrong, of an afternoon of somebody's edits. As changes and not as values, so
//! that what was sold in between stays sold.

use crate::db::DbError;
use crate::domain::Quantity;
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

/// Which movements.
#[derive(Clone, Debug, Default)]
pub struct UndoFilter {
    /// Not before this (microseconds, the shop database's clock).
    pub since: i64,
    /// Before this; absent: until now.
    pub until: Option<i64>,
    /// Of this cause, such as import or product_edit.
    pub cause: Option<String>,
    /// Of this order, product, route or file.
    pub reference: Option<String>,
    /// By somebody of this name.
    pub actor: Option<String>,
}

/// What takes a pool's movements back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UndoRow {
    /// Where the quantity is counted: the product's or variation's id in the shop.
    pub id: i64,
    /// Its SKU.
    pub sku: Option<String>,
    /// Its name.
    pub name: String,
    /// How many movements.
    pub movements: i64,
    /// What they came to.
    #[schemars(with = "String")]
    pub moved: Quantity,
    /// What takes that back.
    #[schemars(with = "String")]
    pub stock_change: Quantity,
    /// What the shop has now.
    #[schemars(with = "Option<String>")]
    pub quantity: Option<Quantity>,
}

/// Pool by pool, those that moved most first. A value that was set moved the balance by what it was away from it.
///
/// # Errors
/// When the database refuses.
pub fn rows(conn: &Connection, filter: &UndoFilter) -> Result<Vec<UndoRow>, DbError> {
    let mut select = conn.prepare(
        "WITH moved AS (
            SELECT l.pool_id, l.balance_micros - coalesce((
                       SELECT q.balance_micros FROM ledger q WHERE q.pool_id = l.pool_id AND q.ledger_id < l.ledger_id
                       ORDER BY q.ledger_id DESC LIMIT 1), 0) AS micros
            FROM ledger l
            WHERE l.at >= ?1 AND (?2 IS NULL OR l.at < ?2) AND l.op IN ('delta', 'set') AND l.balance_micros IS NOT NULL
              AND (?3 IS NULL OR l.cause = ?3) AND (?4 IS NULL OR l.ref = ?4) AND (?5 IS NULL OR l.actor_name = ?5))
         SELECT m.pool_id, i.sku, coalesce(i.name, ''), count(*), sum(m.micros), p.qty_micros
         FROM moved m JOIN pool p USING (pool_id) LEFT JOIN item i ON i.item_id = m.pool_id
         WHERE p.deleted = 0 AND p.managed = 1
         GROUP BY m.pool_id HAVING sum(m.micros) <> 0 ORDER BY abs(sum(m.micros)) DESC, m.pool_id",
    )?;
    let UndoFilter { since, until, cause, reference, actor } = filter;
    let found = select.query_map(params![since, until, cause, reference, actor], |row| {
        let micros: i64 = row.get(4)?;
        Ok(UndoRow {
            id: row.get(0)?,
            sku: row.get(1)?,
            name: row.get(2)?,
            movements: row.get(3)?,
            moved: Quantity::from_micros(micros),
            stock_change: Quantity::from_micros(micros.saturating_neg()),
            quantity: row.get::<_, Option<i64>>(5)?.map(Quantity::from_micros),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
