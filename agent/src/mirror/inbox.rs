//! Webhooks that the shop relayed, until the channel they are for has looked at them.

use crate::db::DbError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use onhand_journal::Webhook;
use rusqlite::{Connection, Transaction, params};

/// One of them.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its number.
    pub id: i64,
    /// When the shop received it.
    pub at_ms: i64,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// Puts one in. The same record a second time is the same webhook.
///
/// # Errors
/// When the database refuses.
pub fn put(tx: &Transaction<'_>, webhook: &Webhook) -> Result<bool, DbError> {
    let Ok(body) = STANDARD.decode(&webhook.body) else { return Ok(false) };
    let headers =
        serde_json::to_string(&webhook.headers).map_err(|error| DbError::Corrupt(error.to_string()))?;
    let put = tx
        .prepare_cached(
            "INSERT INTO inbox (record, channel, at_ms, headers, body) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (record) DO NOTHING",
        )?
        .execute(params![webhook.id, webhook.channel, webhook.at / 1000, headers, body])?;
    Ok(put > 0)
}

/// Those for a channel, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn of_channel(conn: &Connection, channel: &str, limit: usize) -> Result<Vec<Waiting>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT inbox_id, at_ms, headers, body FROM inbox WHERE channel = ?1 ORDER BY inbox_id LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = select.query_map(params![channel, limit], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?))
    })?;
    rows.map(|row| {
        let (id, at_ms, headers, body) = row?;
        let headers = serde_json::from_str(&headers)
            .map_err(|error| DbError::Corrupt(format!("inbox {id}: {error}")))?;
        Ok(Waiting { id, at_ms, headers, body })
    })
    .collect()
}

/// Takes them out.
///
/// # Errors
/// When the database refuses.
pub fn remove(tx: &Transaction<'_>, ids: &[i64]) -> Result<(), DbError> {
    let mut delete = tx.prepare_cached("DELETE FROM inbox WHERE inbox_id = ?1")?;
    for id in ids {
        delete.execute([id])?;
    }
    Ok(())
}

/// Forgets those that nobody came for: their channel is not there, or its orders do not come home.
///
/// # Errors
/// When the database refuses.
pub fn forget(tx: &Transaction<'_>, before_ms: i64) -> Result<usize, DbError> {
    Ok(tx.execute("DELETE FROM inbox WHERE at_ms < ?1", [before_ms])?)
}
