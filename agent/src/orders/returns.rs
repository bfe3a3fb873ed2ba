//! What came back of an order, where a channel tells of each return by itself: kept by the return's own id, so that one
//! that is told many times counts once, and one that is not told again still counts.

use crate::db::DbError;
use crate::domain::{Order, Return};
use rusqlite::{Transaction, params};
use std::collections::BTreeMap;

/// Remembers these.
pub(super) fn keep(tx: &Transaction<'_>, order: i64, returns: &[Return]) -> Result<(), DbError> {
    let mut forget = tx.prepare_cached("DELETE FROM order_return WHERE order_id = ?1 AND external = ?2")?;
    let mut put = tx.prepare_cached(
        "INSERT INTO order_return (order_id, external, line, units) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET units = units + excluded.units",
    )?;
    for one in returns {
        forget.execute(params![order, one.id])?;
        for (line, units) in &one.lines {
            put.execute(params![order, one.id, line, units])?;
        }
    }
    Ok(())
}

/// The order with all that is remembered in its lines. `None`: nothing is, it is new.
pub(super) fn counted(tx: &Transaction<'_>, id: Option<i64>, order: &Order) -> Result<Order, DbError> {
    let mut back: BTreeMap<String, i64> = BTreeMap::new();
    if let Some(id) = id {
        let mut select =
            tx.prepare_cached("SELECT line, sum(units) FROM order_return WHERE order_id = ?1 GROUP BY line")?;
        back = select.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    } else {
        for (line, units) in order.returns.iter().flat_map(|one| &one.lines) {
            *back.entry(line.clone()).or_default() += units;
        }
    }
    let mut counted = Order { returns: Vec::new(), ..order.clone() };
    for line in &mut counted.lines {
        line.returned = line.returned.saturating_add(back.get(&line.id).copied().unwrap_or(0));
    }
    Ok(counted)
}
