//! Orders that cannot be read: kept by their number, said to people, and asked for again until they can be.

use super::book::Desk;
use crate::channels::Unreadable;
use crate::db::DbError;
use crate::domain::ChannelId;
use crate::issues::{self, Issue};
use rusqlite::{Connection, Transaction, params};

const CODE: &str = "order_unreadable";
/// Asked for again after this; `onhand orders ask` does not wait.
const AGAIN_MS: i64 = 3_600_000;

/// Notes what a channel told of.
///
/// # Errors
/// When the database refuses.
pub fn note(tx: &Transaction<'_>, desk: &Desk, found: &[Unreadable], now_ms: i64) -> Result<(), DbError> {
    let mut put = tx.prepare_cached(
        "INSERT INTO order_unreadable (channel_id, external, why, first_ms, due_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (channel_id, external) DO UPDATE SET why = ?3, due_ms = ?5",
    )?;
    for one in found {
        let name = one.id.as_deref().unwrap_or("without a number");
        if let Some(id) = &one.id {
            put.execute(params![desk.channel, id, one.why, now_ms, now_ms.saturating_add(AGAIN_MS)])?;
        }
        let message = format!(
            "Order {name} of {} cannot be read ({}). What it sold is not taken off the stock.",
            desk.name, one.why
        );
        let action = format!(
            "Enter it in the shop by hand if it presses. It is asked for again every hour, and by `onhand orders ask {}`; \
             if it stays, the connector must learn this form of order.",
            desk.name
        );
        let issue = Issue { code: CODE, scope: &scope(desk, name), message: &message, action: &action };
        issues::raise(tx, &issue, now_ms)?;
    }
    Ok(())
}

fn scope(desk: &Desk, order: &str) -> String {
    format!("order:{}:{order}", desk.name)
}

/// Those that are to be asked for again.
///
/// # Errors
/// When the database refuses.
pub fn due(conn: &Connection, channel: ChannelId, now_ms: i64, most: usize) -> Result<Vec<String>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT external FROM order_unreadable WHERE channel_id = ?1 AND due_ms <= ?2 ORDER BY due_ms LIMIT ?3",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = select.query_map(params![channel, now_ms, most], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All of a channel are to be asked for with the next asking.
///
/// # Errors
/// When the database refuses.
pub fn due_now(tx: &Transaction<'_>, channel: ChannelId) -> Result<(), DbError> {
    tx.execute("UPDATE order_unreadable SET due_ms = 0 WHERE channel_id = ?1", [channel])?;
    Ok(())
}

/// It can be read, or the channel knows nothing of it any more.
///
/// # Errors
/// When the database refuses.
pub fn gone(tx: &Transaction<'_>, desk: &Desk, order: &str) -> Result<(), DbError> {
    let there = tx
        .prepare_cached("DELETE FROM order_unreadable WHERE channel_id = ?1 AND external = ?2")?
        .execute(params![desk.channel, order])?;
    if there > 0 {
        issues::clear(tx, CODE, &scope(desk, order))?;
    }
    Ok(())
}
