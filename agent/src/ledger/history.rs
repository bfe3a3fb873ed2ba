//! Reading the ledger: every movement of a pool, what each channel was told because of it, and any past moment.

use crate::db::DbError;
use crate::domain::{PoolId, Quantity};
use rusqlite::{Connection, OptionalExtension, Row, params};
use schemars::JsonSchema;
use serde::Serialize;

/// Who did it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LedgerActor {
    /// user, customer, guest, api, cli, cron, system.
    pub kind: String,
    /// Its id, where it has one.
    pub id: Option<i64>,
    /// Its name.
    pub name: Option<String>,
}

/// What a channel was told because of a movement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LedgerPush {
    /// Which channel.
    pub channel: String,
    /// Which listing; 0: its channel was removed since.
    pub listing: i64,
    /// The quantity it was told.
    pub quantity: i64,
    /// What became of it.
    pub outcome: String,
    /// When it was sent (milliseconds since the Unix epoch).
    pub sent_at: i64,
    /// When its reply was there.
    pub done_at: i64,
    /// From the shop's statement to the reply, in milliseconds; below zero where a channel's sale was taken off before it.
    pub latency_ms: i64,
}

/// One row.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LedgerRow {
    /// Its number.
    pub id: i64,
    /// When (microseconds, the shop database's clock).
    pub at: i64,
    /// delta, set, status, baseline, unexplained.
    pub op: String,
    /// The exact change.
    #[schemars(with = "Option<String>")]
    pub delta: Option<Quantity>,
    /// The value that was set.
    #[schemars(with = "Option<String>")]
    pub set_to: Option<Quantity>,
    /// The running balance after it.
    #[schemars(with = "Option<String>")]
    pub balance: Option<Quantity>,
    /// Why.
    pub cause: String,
    /// Order, product, route or file.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The order's line.
    pub line: Option<String>,
    /// Who.
    pub actor: LedgerActor,
    /// More, where there is something to say.
    pub note: Option<String>,
    /// What channels were told because of it.
    pub pushes: Vec<LedgerPush>,
}

/// A pool's account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct History {
    /// Which pool.
    pub pool: i64,
    /// The shop's newest quantity.
    #[schemars(with = "Option<String>")]
    pub quantity: Option<Quantity>,
    /// The ledger's balance: now, or at the moment asked for.
    #[schemars(with = "Option<String>")]
    pub balance: Option<Quantity>,
    /// The rows, newest first.
    pub rows: Vec<LedgerRow>,
    /// Where to go on.
    pub next_cursor: Option<i64>,
}

/// Which rows.
#[derive(Clone, Copy, Debug)]
pub struct HistoryFilter {
    /// Of this pool.
    pub pool: PoolId,
    /// Not after this moment (microseconds, the shop database's clock).
    pub at: Option<i64>,
    /// Before this row.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// Reads them; `None` if the pool is not known.
///
/// # Errors
/// When the database refuses.
pub fn read(conn: &Connection, filter: &HistoryFilter) -> Result<Option<History>, DbError> {
    let known: Option<(Option<i64>, Option<i64>)> = conn
        .query_row("SELECT qty_micros, balance_micros FROM pool WHERE pool_id = ?1", [filter.pool], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((quantity, balance)) = known else { return Ok(None) };
    let mut select = conn.prepare_cached(
        "SELECT ledger_id, at, op, delta_micros, set_micros, balance_micros, cause, ref, line, actor_kind, actor_id,
                actor_name, note FROM ledger
         WHERE pool_id = ?1 AND (?2 IS NULL OR at <= ?2) AND (?3 IS NULL OR ledger_id < ?3)
         ORDER BY ledger_id DESC LIMIT ?4",
    )?;
    let mut rows: Vec<LedgerRow> = select
        .query_map(params![filter.pool, filter.at, filter.before, filter.limit], row)?
        .collect::<Result<_, _>>()?;
    let mut pushes = conn.prepare_cached(
        "SELECT coalesce(p.channel, c.name), p.listing_id, p.quantity, p.outcome, p.sent_ms, p.done_ms, p.done_ms - l.recorded_ms
         FROM push p JOIN ledger l ON l.ledger_id = p.ledger_id LEFT JOIN listing o ON o.listing_id = p.listing_id
              LEFT JOIN channel c USING (channel_id)
         WHERE p.ledger_id = ?1 AND (p.channel IS NOT NULL OR c.name IS NOT NULL) ORDER BY p.push_id",
    )?;
    for row in &mut rows {
        row.pushes = pushes.query_map([row.id], push)?.collect::<Result<_, _>>()?;
    }
    let balance = match filter.at {
        Some(_) if filter.before.is_none() => rows.first().and_then(|row| row.balance),
        _ => balance.map(Quantity::from_micros),
    };
    let full = i64::try_from(rows.len()).is_ok_and(|count| count == filter.limit);
    Ok(Some(History {
        pool: filter.pool.0,
        quantity: quantity.map(Quantity::from_micros),
        balance,
        next_cursor: rows.last().filter(|_| full).map(|row| row.id),
        rows,
    }))
}

fn row(row: &Row<'_>) -> rusqlite::Result<LedgerRow> {
    let micros =
        |index| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(index)?.map(Quantity::from_micros));
    Ok(LedgerRow {
        id: row.get(0)?,
        at: row.get(1)?,
        op: row.get(2)?,
        delta: micros(3)?,
        set_to: micros(4)?,
        balance: micros(5)?,
        cause: row.get(6)?,
        reference: row.get(7)?,
        line: row.get(8)?,
        actor: LedgerActor { kind: row.get(9)?, id: row.get(10)?, name: row.get(11)? },
        note: row.get(12)?,
        pushes: Vec::new(),
    })
}

fn push(row: &Row<'_>) -> rusqlite::Result<LedgerPush> {
    Ok(LedgerPush {
        channel: row.get(0)?,
        listing: row.get(1)?,
        quantity: row.get(2)?,
        outcome: row.get(3)?,
        sent_at: row.get(4)?,
        done_at: row.get(5)?,
        latency_ms: row.get(6)?,
    })
}
