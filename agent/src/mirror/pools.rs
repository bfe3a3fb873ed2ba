//! Pools: the quantity of record.

use super::{Stamp, velocity};
use crate::allocation::Sales;
use crate::db::DbError;
use crate::domain::{PoolId, Quantity};
use onhand_journal::StockStatement;
use rusqlite::{OptionalExtension, Transaction, params};

/// A pool as the mirror had it before a statement.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    /// Quantity of the newest statement so far.
    pub quantity: Option<Quantity>,
    /// The ledger's running balance.
    pub balance: Option<Quantity>,
    /// When that statement was made.
    pub stamp: Stamp,
    /// A person may still find a difference between balance and quantity here.
    pub unsettled: bool,
    /// What it has sold.
    pub sales: Option<Sales>,
}

/// What is known of the pool, if anything.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &Transaction<'_>, pool: PoolId) -> Result<Option<Before>, DbError> {
    let found = tx
        .prepare_cached(
            "SELECT qty_micros, balance_micros, epoch, at, unsettled_ms IS NOT NULL, sold, sold_at
             FROM pool WHERE pool_id = ?1",
        )?
        .query_row([pool], |row| {
            Ok(Before {
                quantity: row.get::<_, Option<i64>>(0)?.map(Quantity::from_micros),
                balance: row.get::<_, Option<i64>>(1)?.map(Quantity::from_micros),
                stamp: Stamp { epoch: row.get(2)?, at: row.get(3)? },
                unsettled: row.get(4)?,
                sales: velocity::of_row(row, 5)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Writes the statement over what was there. The caller has checked that it is newer.
///
/// # Errors
/// When the database refuses.
pub fn put(
    tx: &Transaction<'_>,
    s: &StockStatement,
    stamp: Stamp,
    balance: Option<Quantity>,
    unsettled_ms: Option<i64>,
    sales: Option<&Sales>,
) -> Result<(), DbError> {
    let (held, held_until) = holds(s)?;
    tx.prepare_cached(
        "INSERT INTO pool (pool_id, qty_micros, managed, status, backorders, held, held_until, epoch, at,
                           balance_micros, unsettled_ms, snap, deleted, sold, sold_at, held_at, places)
         VALUES (?1, ?2, ?3, ?4, ?5, coalesce(?6, '[]'), ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, ?14,
                 iif(?6 IS NULL, 0, NULL), ?15)
         ON CONFLICT (pool_id) DO UPDATE SET
            qty_micros = ?2, managed = ?3, status = ?4, backorders = ?5, held = coalesce(?6, held),
            held_until = iif(?6 IS NULL, held_until, ?7),
            held_at = iif(?6 IS NOT NULL, NULL, iif(epoch = ?8, coalesce(held_at, at), 0)),
            epoch = ?8, at = ?9, balance_micros = ?10, unsettled_ms = ?11, snap = coalesce(?12, snap), deleted = 0,
            sold = ?13, sold_at = ?14, places = ?15",
    )?
    .execute(params![
        s.pool,
        s.qty.map(Quantity::micros),
        s.managed,
        s.status.as_str(),
        s.backorders.as_str(),
        held,
        held_until,
        stamp.epoch,
        stamp.at,
        balance.map(Quantity::micros),
        unsettled_ms,
        s.snap,
        sales.map(velocity::bytes),
        sales.map(|sales| sales.at),
        places(s)?
    ])?;
    Ok(())
}

/// What unpaid checkouts hold, by a statement that is older than what the mirror has. Where the newer ones did not
/// look, it is still the latest word on that.
///
/// # Errors
/// When the database refuses.
pub fn put_late_holds(tx: &Transaction<'_>, s: &StockStatement, stamp: Stamp) -> Result<bool, DbError> {
    let (held, held_until) = holds(s)?;
    Ok(tx
        .prepare_cached(
            "UPDATE pool SET held = ?2, held_until = ?3, held_at = ?5
             WHERE pool_id = ?1 AND ?2 IS NOT NULL AND epoch = ?4 AND held_at < ?5",
        )?
        .execute(params![s.pool, held, held_until, stamp.epoch, stamp.at])?
        > 0)
}

/// Where the quantity is, as it is stored.
fn places(s: &StockStatement) -> Result<Option<String>, DbError> {
    let Some(places) = &s.places else { return Ok(None) };
    let rows: Vec<(&str, i64)> =
        places.iter().map(|(name, quantity)| (name.as_str(), quantity.micros())).collect();
    Ok(Some(serde_json::to_string(&rows).map_err(|error| DbError::Corrupt(error.to_string()))?))
}

/// A statement's holds as they are stored, and the first expiry among them. None: it did not look.
fn holds(s: &StockStatement) -> Result<(Option<String>, Option<i64>), DbError> {
    let Some(held) = &s.held else { return Ok((None, None)) };
    let until = held.iter().map(|(_, until)| *until).min();
    if held.is_empty() {
        return Ok((Some("[]".to_owned()), until));
    }
    let held: Vec<(i64, i64)> = held.iter().map(|(quantity, until)| (quantity.micros(), *until)).collect();
    Ok((Some(serde_json::to_string(&held).map_err(|error| DbError::Corrupt(error.to_string()))?), until))
}

/// Records the ledger's balance alone, for a statement that is older than what the mirror has.
///
/// # Errors
/// When the database refuses.
pub fn put_balance(
    tx: &Transaction<'_>,
    pool: PoolId,
    balance: Option<Quantity>,
    unsettled_ms: Option<i64>,
) -> Result<(), DbError> {
    tx.prepare_cached("UPDATE pool SET balance_micros = ?2, unsettled_ms = ?3 WHERE pool_id = ?1")?
        .execute(params![pool, balance.map(Quantity::micros), unsettled_ms])?;
    Ok(())
}

/// Drops expired holds of unpaid checkouts, which fire no hook in WooCommerce. Returns the pools that changed.
///
/// `now` is this machine's clock: agent and database stand side by side, and a few milliseconds of difference
/// only move the moment at which an already abandoned checkout is listed again.
///
/// # Errors
/// When the database refuses.
pub fn expire_held(tx: &Transaction<'_>, now_us: i64) -> Result<Vec<PoolId>, DbError> {
    let due: Vec<(PoolId, String)> = tx
        .prepare_cached("SELECT pool_id, held FROM pool WHERE held_until <= ?1 LIMIT 1000")?
        .query_map([now_us], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut update = tx.prepare_cached("UPDATE pool SET held = ?2, held_until = ?3 WHERE pool_id = ?1")?;
    for (pool, held) in &due {
        let left: Vec<(i64, i64)> =
            parse_held(held)?.into_iter().filter(|(_, until)| *until > now_us).collect();
        let until = left.iter().map(|(_, until)| *until).min();
        let json = serde_json::to_string(&left).map_err(|error| DbError::Corrupt(error.to_string()))?;
        update.execute(params![pool, json, until])?;
    }
    Ok(due.into_iter().map(|(pool, _)| pool).collect())
}

/// When the next hold expires, by the database's clock.
///
/// # Errors
/// When the database refuses.
pub fn next_held_expiry(conn: &rusqlite::Connection) -> Result<Option<i64>, DbError> {
    Ok(conn
        .query_row("SELECT min(held_until) FROM pool WHERE held_until IS NOT NULL", [], |row| row.get(0))?)
}

/// The locations at which the shop says that something is.
///
/// # Errors
/// When the database refuses.
pub fn locations(conn: &rusqlite::Connection) -> Result<Vec<String>, DbError> {
    let mut select = conn.prepare(
        "SELECT DISTINCT j.value ->> 0 FROM pool p, json_each(p.places) j WHERE p.places IS NOT NULL ORDER BY 1",
    )?;
    let rows = select.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The stored form of holds: (micros, expiry).
pub(crate) fn parse_held(json: &str) -> Result<Vec<(i64, i64)>, DbError> {
    if json == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(json).map_err(|error| DbError::Corrupt(format!("pool.held: {error}")))
}
