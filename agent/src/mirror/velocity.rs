//! What pools have sold lately: of the velocity buffer.

use crate::allocation::{Pace, Reason, Sales};
use crate::db::DbError;
use crate::domain::PoolId;
use onhand_journal::{MoveOp, Movement};
use rusqlite::{Row, Transaction, params};

/// Causes of movements that are sales.
pub(super) const SALES: [&str; 3] = ["order_reduced", "order_edited", "channel_order"];

/// Of a pool's columns `sold` and `sold_at`, the first of which is the row's column `first`: how fast it sells now.
///
/// # Errors
/// When a column is of another type.
pub fn pace_of_row(row: &Row<'_>, first: usize, now_us: i64, in_force: bool) -> rusqlite::Result<Pace> {
    Ok(of_row(row, first)?.map_or(Pace::default(), |sales| sales.pace(now_us, in_force)))
}

/// `None`: nothing was sold.
///
/// # Errors
/// When a column is of another type.
pub fn of_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Sales>> {
    let (sold, at): (Option<[u8; BYTES]>, Option<i64>) = (row.get(first)?, row.get(first + 1)?);
    Ok(sold.zip(at).map(|(sold, at)| {
        let mut doubles = [0.0; 5];
        for (double, bytes) in doubles.iter_mut().zip(sold.as_chunks().0) {
            *double = f64::from_le_bytes(*bytes);
        }
        let [minute, hour, week, squares, newest] = doubles;
        Sales { units: [minute, hour, week], squares, newest, at }
    }))
}

/// As stored: one value is read and written faster than five, and this is done with every sale.
pub(super) fn bytes(sales: &Sales) -> [u8; BYTES] {
    let [minute, hour, week] = sales.units;
    let mut bytes = [0; BYTES];
    for (to, double) in
        bytes.as_chunks_mut().0.iter_mut().zip([minute, hour, week, sales.squares, sales.newest])
    {
        *to = double.to_le_bytes();
    }
    bytes
}

const BYTES: usize = 40;

/// Is it the velocity buffer that decided of a listing?
#[must_use]
pub fn in_force(reason: &str) -> bool {
    reason == Reason::SellingFast.as_str()
}

/// Units that these movements sold.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "units")]
pub fn units_sold(moves: &[Movement]) -> f64 {
    let sales = moves
        .iter()
        .filter(|movement| movement.op == MoveOp::Delta && SALES.contains(&movement.cause.as_str()));
    let micros = sales.filter_map(|movement| movement.qty).map(|quantity| quantity.micros().min(0));
    -(micros.fold(0, i64::saturating_add) as f64) / 1e6
}

/// Does the velocity buffer keep any listing at zero? Asked once a batch, so that a sale costs nothing for it.
///
/// # Errors
/// When the database refuses.
pub fn any_in_force(tx: &Transaction<'_>) -> Result<bool, DbError> {
    Ok(tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM listing WHERE reason = 'selling_fast')")?
        .query_row([], |row| row.get(0))?)
}

/// What the pool has sold, after a sale of so many units. `any_in_force`: as [`any_in_force`] says.
///
/// # Errors
/// When the database refuses.
pub fn sold(
    tx: &Transaction<'_>,
    pool: PoolId,
    before: Option<Sales>,
    units: f64,
    at: i64,
    any_in_force: bool,
) -> Result<Sales, DbError> {
    let in_force = any_in_force && is_in_force(tx, pool)?;
    Ok(before.unwrap_or(Sales { at, ..Sales::default() }).sold(units, at, in_force))
}

fn is_in_force(tx: &Transaction<'_>, pool: PoolId) -> Result<bool, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM item i JOIN listing l ON l.item_id = i.item_id AND l.reason = 'selling_fast'
                            WHERE i.pool_id = ?1)",
        )?
        .query_row([pool], |row| row.get(0))?)
}

/// Writes it without anything else: for a sale that a newer statement overtook.
///
/// # Errors
/// When the database refuses.
pub fn put(tx: &Transaction<'_>, pool: PoolId, sales: &Sales) -> Result<(), DbError> {
    tx.prepare_cached("UPDATE pool SET sold = ?2, sold_at = ?3 WHERE pool_id = ?1")?.execute(params![
        pool,
        bytes(sales),
        sales.at
    ])?;
    Ok(())
}

/// Pools of which the velocity buffer may say something else than before: those of which it keeps a listing at zero,
/// and those that sold something since (`at` scale). A page of them, after this one.
///
/// # Errors
/// When the database refuses.
pub fn in_motion(
    conn: &rusqlite::Connection,
    sold_since: Option<i64>,
    after: PoolId,
    limit: i64,
) -> Result<Vec<PoolId>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT i.pool_id FROM listing l JOIN item i ON i.item_id = l.item_id
         WHERE l.reason = 'selling_fast' AND i.pool_id > ?2
         UNION SELECT pool_id FROM pool WHERE sold_at >= ?1 AND pool_id > ?2
         ORDER BY 1 LIMIT ?3",
    )?;
    let rows = select.query_map(params![sold_since.unwrap_or(i64::MAX), after, limit], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
