//! What left the house of a channel's orders, until the channel has been told.

use crate::db::DbError;
use crate::domain::Shipment;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Puts one in. The same record a second time is the same shipment.
///
/// # Errors
/// When the database refuses.
pub fn put(tx: &Transaction<'_>, said: &onhand_journal::Shipment) -> Result<bool, DbError> {
    let shipment = Shipment {
        order: said.order.clone(),
        lines: said.lines.clone(),
        carrier: said.carrier.clone(),
        tracking: said.tracking.clone(),
        url: said.url.clone(),
        sent_ms: said.at / 1000,
    };
    let body = serde_json::to_string(&shipment).map_err(|error| DbError::Corrupt(error.to_string()))?;
    let put = tx
        .prepare_cached(
            "INSERT INTO shipment (record, channel, external, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (record) DO NOTHING",
        )?
        .execute(params![said.id, said.channel, said.order, body])?;
    Ok(put > 0)
}

/// The oldest one for a channel that is due: its number, how often it was tried, and what it says.
///
/// # Errors
/// When the database refuses.
pub fn due(conn: &Connection, channel: &str, now_ms: i64) -> Result<Option<(i64, u32, Shipment)>, DbError> {
    let found: Option<(i64, u32, String)> = conn
        .prepare_cached(
            "SELECT shipment_id, attempts, body FROM shipment WHERE channel = ?1 AND told_ms IS NULL AND due_ms <= ?2
             ORDER BY due_ms, shipment_id LIMIT 1",
        )?
        .query_row(params![channel, now_ms], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((id, attempts, body)) = found else { return Ok(None) };
    let shipment =
        serde_json::from_str(&body).map_err(|error| DbError::Corrupt(format!("shipment {id}: {error}")))?;
    Ok(Some((id, attempts, shipment)))
}

/// When the next one is due.
///
/// # Errors
/// When the database refuses.
pub fn next_due(conn: &Connection, channel: &str) -> Result<Option<i64>, DbError> {
    Ok(conn
        .prepare_cached("SELECT min(due_ms) FROM shipment WHERE channel = ?1 AND told_ms IS NULL")?
        .query_row([channel], |row| row.get(0))?)
}

/// The channel was told, or will never have it (`message`).
///
/// # Errors
/// When the database refuses.
pub fn told(tx: &Transaction<'_>, id: i64, now_ms: i64, message: Option<&str>) -> Result<(), DbError> {
    tx.execute(
        "UPDATE shipment SET told_ms = ?2, message = ?3 WHERE shipment_id = ?1",
        params![id, now_ms, message],
    )?;
    Ok(())
}

/// Not now.
///
/// # Errors
/// When the database refuses.
pub fn put_off(tx: &Transaction<'_>, id: i64, due_ms: i64, message: &str) -> Result<(), DbError> {
    tx.execute(
        "UPDATE shipment SET attempts = attempts + 1, due_ms = ?2, message = ?3 WHERE shipment_id = ?1",
        params![id, due_ms, message],
    )?;
    Ok(())
}
