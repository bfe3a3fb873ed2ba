//! Sales in flight: units that a channel has sold and that the mirror's quantity does not reflect yet.
//!
//! They are taken off what every channel shows from the moment the order is known. They stop counting in the very
//! transaction in which the shop's statement that contains the sale is applied, so that no unit is ever counted twice
//! or not at all. That moment is known in two ways, and `home_at` keeps them from being counted twice:
//!
//! - the statement names the sale among its movements (cause `channel_order`), or
//! - that statement was lost or overtaken, and a later one was read after the time at which the shop says it had
//!   taken the units.

use crate::db::DbError;
use crate::domain::PoolId;
use onhand_journal::{MoveOp, Movement};
use rusqlite::{OptionalExtension, Transaction, params};

/// Causes of movements that a channel's order made.
pub const CAUSES: [&str; 2] = ["channel_order", "channel_restock"];

const MICROS: i64 = 1_000_000;

/// Names a channel's order in a movement: `channel:order`.
#[must_use]
pub fn reference(channel: &str, order: &str) -> String {
    format!("{channel}:{order}")
}

/// What channels are told because of a sale stands under this in place of a ledger row, until the sale has one.
#[must_use]
pub fn stands_for(order: i64) -> i64 {
    -order
}

/// A movement that the ledger has not had before, and the pool's newest row with it. True: a sale in flight has come
/// home with it, and what channels were told because of it stands under that row from now on.
///
/// # Errors
/// When the database refuses.
pub fn moved(
    tx: &Transaction<'_>,
    pool: PoolId,
    movement: &Movement,
    at: i64,
    row: Option<i64>,
) -> Result<bool, DbError> {
    let parts = movement.reference.as_deref().and_then(|reference| reference.split_once(':'));
    let (true, MoveOp::Delta, Some((channel, order)), Some(line), Some(delta)) =
        (CAUSES.contains(&movement.cause.as_str()), movement.op, parts, &movement.line, movement.qty)
    else {
        return Ok(false);
    };
    let moved: Option<i64> = tx
        .prepare_cached(
            "UPDATE order_line SET home = home - ?4, home_at = ?5
             WHERE line = ?3 AND home_at <= ?5 AND order_id =
                   (SELECT o.order_id FROM channel_order o JOIN channel c USING (channel_id) WHERE c.name = ?1 AND o.external = ?2)
             RETURNING order_id",
        )?
        .query_row(params![channel, order, line, delta.micros().div_euclid(MICROS), at], |row| row.get(0))
        .optional()?;
    let Some(order) = moved else { return Ok(false) };
    tx.prepare_cached("UPDATE push SET ledger_id = ?2 WHERE ledger_id = ?1")?
        .execute(params![stands_for(order), row])?;
    tx.prepare_cached(
        "UPDATE listing SET cause_ledger = ?2
         WHERE item_id IN (SELECT item_id FROM item WHERE pool_id = ?3) AND cause_ledger = ?1",
    )?
    .execute(params![stands_for(order), row, pool])?;
    Ok(true)
}

/// Is there any line of which the shop says more than the mirror shows? Hardly ever; asked once a batch, so that a
/// statement costs nothing for it.
///
/// # Errors
/// When the database refuses.
pub fn any_claimed(tx: &Transaction<'_>) -> Result<bool, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM order_line INDEXED BY order_line_claimed WHERE applied IS NOT NULL AND applied <> home)",
        )?
        .query_row([], |row| row.get(0))?)
}

/// The pool's quantity as of `at` is known: what the shop took before that is part of it, whether or not the movement
/// was seen.
///
/// # Errors
/// When the database refuses.
pub fn overtaken(tx: &Transaction<'_>, pool: PoolId, at: i64) -> Result<bool, DbError> {
    let changed = tx
        .prepare_cached(
            "UPDATE order_line SET home = applied, home_at = applied_at
             WHERE item_id IN (SELECT item_id FROM item WHERE pool_id = ?1) AND applied IS NOT NULL AND applied <> home
                   AND applied_at > home_at AND applied_at <= ?2",
        )?
        .execute(params![pool, at])?;
    Ok(changed > 0)
}

/// The database's clock begins anew: times of the old one are before everything that it will say.
///
/// # Errors
/// When the database refuses.
pub fn clock_jumped(tx: &Transaction<'_>) -> Result<(), DbError> {
    tx.execute(
        "UPDATE order_line SET home_at = -1, applied_at = CASE WHEN applied IS NULL THEN NULL ELSE 0 END
         WHERE home_at > 0 OR applied IS NOT NULL",
        [],
    )?;
    Ok(())
}
