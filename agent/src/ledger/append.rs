//! Movements of one statement become rows, each exactly once.

use crate::db::DbError;
use crate::domain::Quantity;
use onhand_journal::{MoveOp, Movement, StockStatement};
use rusqlite::{Transaction, params};

/// What appending did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// The running balance after the statement.
    pub balance: Option<Quantity>,
    /// The last row written.
    pub last: Option<i64>,
    /// An order is among the causes.
    pub by_order: bool,
    /// Its movements were not recorded before.
    pub fresh: bool,
}

/// Appends the statement's movements. `balance` is the pool's so far; without one the first statement founds it.
///
/// # Errors
/// When the database refuses.
pub fn append(
    tx: &Transaction<'_>,
    s: &StockStatement,
    balance: Option<Quantity>,
    recorded_ms: i64,
) -> Result<Appended, DbError> {
    let stmt = statement_key(&s.id);
    let mut out = Appended { balance, ..Appended::default() };
    if balance.is_none()
        && let Some(founded) = baseline(s)
    {
        let row = Row { op: "baseline", delta: None, set: Some(founded), balance: Some(founded), note: None };
        let cause = Cause { cause: if s.snap.is_some() { "resync" } else { "first_seen" }, movement: None };
        if let Some(id) = insert(tx, s, stmt, -1, &row, &cause, recorded_ms)? {
            out.balance = Some(founded);
            out.last = Some(id);
        }
    }
    for (seq, movement) in (0i64..).zip(&s.moves) {
        let after = match movement.op {
            MoveOp::Delta => out.balance.zip(movement.qty).map(|(sum, delta)| sum.saturating_add(delta)),
            MoveOp::Set => movement.qty,
            // Counting begins (again) with what is stated.
            MoveOp::Status => out.balance.or(s.qty),
            MoveOp::Place => out.balance,
        };
        let note = placed(movement);
        let founds = movement.op == MoveOp::Status && out.balance.is_none();
        let row = Row {
            op: movement.op.as_str(),
            delta: movement.qty.filter(|_| movement.op == MoveOp::Delta),
            set: if founds { after } else { movement.qty.filter(|_| movement.op == MoveOp::Set) },
            balance: after,
            note: note.as_deref(),
        };
        let cause = Cause { cause: &movement.cause, movement: Some(movement) };
        out.by_order |= is_order(&movement.cause);
        if let Some(id) = insert(tx, s, stmt, seq, &row, &cause, recorded_ms)? {
            out.balance = after;
            out.last = Some(id);
            out.fresh = true;
        }
    }
    Ok(out)
}

/// The balance before the movements of a pool's first statement: what it states, less what it says happened.
fn baseline(s: &StockStatement) -> Option<Quantity> {
    let mut before = s.qty?;
    // Nothing but a switch or a status: its own row says what counting begins with.
    if !s.moves.is_empty() && s.moves.iter().all(|movement| movement.op == MoveOp::Status) {
        return None;
    }
    for movement in s.moves.iter().rev() {
        match movement.op {
            MoveOp::Delta => before = before.saturating_sub(movement.qty?),
            // A set founds the balance by itself.
            MoveOp::Set => return None,
            MoveOp::Status | MoveOp::Place => {}
        }
    }
    Some(before)
}

/// Where it happened, and, where the whole stays what it was, how much.
fn placed(movement: &Movement) -> Option<String> {
    let place = movement.place.as_deref()?;
    Some(match (movement.op, movement.qty) {
        (MoveOp::Place, Some(more)) if more > Quantity::ZERO => format!("{place}: +{more}"),
        (MoveOp::Place, Some(less)) => format!("{place}: {less}"),
        _ => format!("at {place}"),
    })
}

/// True for causes that come from an order: these may empty a shop, that is what it is for.
#[must_use]
fn is_order(cause: &str) -> bool {
    matches!(
        cause,
        "order_reduced"
            | "order_restored"
            | "refund_restocked"
            | "order_edited"
            | "channel_order"
            | "channel_restock"
            | "routed"
    )
}

struct Row<'a> {
    op: &'a str,
    delta: Option<Quantity>,
    set: Option<Quantity>,
    balance: Option<Quantity>,
    note: Option<&'a str>,
}

struct Cause<'a> {
    cause: &'a str,
    movement: Option<&'a Movement>,
}

/// `None` when this movement was recorded before: the statement came twice.
fn insert(
    tx: &Transaction<'_>,
    s: &StockStatement,
    stmt: i64,
    seq: i64,
    row: &Row<'_>,
    cause: &Cause<'_>,
    recorded_ms: i64,
) -> Result<Option<i64>, DbError> {
    let movement = cause.movement;
    let inserted = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO ledger (pool_id, at, stmt, seq, op, delta_micros, set_micros, balance_micros, cause,
                    ref, line, actor_kind, actor_id, actor_name, req, note, recorded_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        )?
        .execute(params![
            s.pool,
            s.at,
            stmt,
            seq,
            row.op,
            row.delta.map(Quantity::micros),
            row.set.map(Quantity::micros),
            row.balance.map(Quantity::micros),
            cause.cause,
            movement.and_then(|m| m.reference.as_deref()),
            movement.and_then(|m| m.line.as_deref()),
            movement.map_or("system", |m| m.actor.kind.as_str()),
            movement.and_then(|m| m.actor.id),
            movement.and_then(|m| m.actor.name.as_deref()),
            s.req,
            row.note,
            recorded_ms
        ])?;
    Ok((inserted > 0).then(|| tx.last_insert_rowid()))
}

/// The record's id as a number: it is 16 hexadecimal digits; anything else is hashed, never refused.
#[allow(clippy::cast_possible_wrap, reason = "the bits are what matters")]
fn statement_key(id: &str) -> i64 {
    u64::from_str_radix(id, 16)
        .unwrap_or_else(|_| u64::from(crc(id)) << 32 | u64::try_from(id.len()).unwrap_or(0)) as i64
}

fn crc(id: &str) -> u32 {
    onhand_journal::crc32(id.as_bytes())
}
