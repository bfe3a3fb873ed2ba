//! Orders that wait for a person: in the book, among what is wrong, and told to whoever wants to hear of it.

use crate::db::DbError;
use crate::issues::{self, Issue};
use crate::mirror::events;
use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::json;

const ISSUE: &str = "order_parked";

/// Parks an order with its reason. True: somebody wants to hear of it.
///
/// # Errors
/// When the database refuses.
pub(super) fn park(
    tx: &Transaction<'_>,
    id: i64,
    code: &str,
    message: &str,
    now_ms: i64,
) -> Result<bool, DbError> {
    tx.prepare_cached("UPDATE channel_order SET state = 3, code = ?2, message = ?3 WHERE order_id = ?1")?
        .execute(params![id, code, message])?;
    tell(tx, id, code, message, now_ms)
}

/// Says that an order is parked; once for as long as the reason is the same.
///
/// # Errors
/// When the database refuses.
pub(super) fn tell(
    tx: &Transaction<'_>,
    id: i64,
    code: &str,
    message: &str,
    now_ms: i64,
) -> Result<bool, DbError> {
    let (channel, order, number) = names(tx, id)?;
    let scope = scope(&channel, &order);
    let message = format!("{message} ({channel} order {number})");
    let known: Option<String> = tx
        .prepare_cached("SELECT message FROM issue WHERE code = ?1 AND scope = ?2")?
        .query_row(params![ISSUE, scope], |row| row.get(0))
        .optional()?;
    let issue = Issue {
        code: ISSUE,
        scope: &scope,
        message: &message,
        action: "See to it, then try it again: WooCommerce → Onhand → Orders, or `onhand orders retry`.",
    };
    issues::raise(tx, &issue, now_ms)?;
    if known.as_ref() == Some(&message) {
        return Ok(false);
    }
    let data = json!({ "channel": channel, "order": order, "number": number, "code": code, "why": message });
    events::note(tx, events::ORDER_PARKED, &data, now_ms)
}

/// It waits for nobody any more: it is home, or a person has dealt with it. One that is still parked stays among what is wrong.
///
/// # Errors
/// When the database refuses.
pub fn settle(tx: &Transaction<'_>, id: i64) -> Result<(), DbError> {
    let parked: bool = tx
        .prepare_cached("SELECT state = 3 FROM channel_order WHERE order_id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if parked {
        return Ok(());
    }
    let (channel, order, _) = names(tx, id)?;
    issues::clear(tx, ISSUE, &scope(&channel, &order))
}

fn scope(channel: &str, order: &str) -> String {
    format!("order:{channel}:{order}")
}

/// Channel, the channel's id of the order, and its number.
fn names(tx: &Transaction<'_>, id: i64) -> Result<(String, String, String), DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT c.name, o.external, o.number FROM channel_order o JOIN channel c USING (channel_id) WHERE o.order_id = ?1",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}
