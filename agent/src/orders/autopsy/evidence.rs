//! What the agent knows of a pool's sales: its ledger, its channels' orders, and what its listings were told.

use super::finding::Told;
use super::replay::{Change, Event};
use crate::db::DbError;
use crate::domain::PoolId;
use crate::mirror::flight::{CAUSES, reference};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Rows of the ledger that are looked at, the newest.
const ROWS: i64 = 2_000;
const MICROS: i64 = 1_000_000;

/// All there is since a moment.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Units before the first event, if anybody knows.
    pub start: Option<i64>,
    /// What happened, in no order.
    pub events: Vec<Event>,
    /// What the channels were told, in order.
    pub told: Vec<Told>,
}

struct Row {
    at_ms: i64,
    op: String,
    delta: Option<i64>,
    set: Option<i64>,
    balance: Option<i64>,
    cause: String,
    reference: Option<String>,
    line: Option<String>,
    recorded_ms: i64,
}

/// Of an order's line: when the shop's number contained it, and what it put back later.
#[derive(Clone, Copy, Default)]
struct Home {
    at_ms: Option<i64>,
    back: i64,
}

type Homes = BTreeMap<(String, String), Home>;

/// Gathers it.
///
/// # Errors
/// When the database refuses.
pub fn gather(conn: &Connection, pool: PoolId, since_ms: i64) -> Result<Evidence, DbError> {
    let rows = ledger(conn, pool, since_ms)?;
    let mut found = Evidence { start: start(rows.first()), ..Evidence::default() };
    let mut homes = Homes::new();
    for row in rows {
        let is_sale = CAUSES.contains(&row.cause.as_str());
        if let (true, Some(reference), Some(line)) = (is_sale, &row.reference, &row.line) {
            let home = homes.entry((reference.clone(), line.clone())).or_default();
            match row.delta {
                Some(units) if units < 0 => {
                    home.at_ms.get_or_insert(row.at_ms);
                    // The order itself tells when it was made.
                    continue;
                }
                Some(units) => home.back = home.back.saturating_add(units),
                None => {}
            }
        }
        let change = match (row.op.as_str(), row.delta, row.set) {
            (_, _, Some(value)) => Change::Set(value),
            (_, Some(units), None) => Change::Delta(units),
            _ => continue,
        };
        found.events.push(Event {
            at_ms: row.at_ms,
            channel: None,
            what: [row.cause.as_str(), row.reference.as_deref().unwrap_or("")].join(" ").trim().to_owned(),
            change,
            heard_ms: row.recorded_ms,
            home_ms: Some(row.at_ms),
        });
    }
    found.events.extend(sales(conn, pool, since_ms, &homes)?);
    found.told = told(conn, pool, since_ms)?;
    Ok(found)
}

/// Before the first row that is known. `None`: it begins with a number that was written.
fn start(first: Option<&Row>) -> Option<i64> {
    let row = first?;
    Some(row.balance?.saturating_sub(row.delta?))
}

fn ledger(conn: &Connection, pool: PoolId, since_ms: i64) -> Result<Vec<Row>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT at, op, delta_micros, set_micros, balance_micros, cause, ref, line, recorded_ms FROM (
             SELECT * FROM ledger WHERE pool_id = ?1 AND at >= ?2 ORDER BY at DESC, stmt DESC, seq DESC LIMIT ?3)
         ORDER BY at, stmt, seq",
    )?;
    let units = |micros: Option<i64>| micros.map(|micros| micros.div_euclid(MICROS));
    let rows = select.query_map(params![pool, since_ms.saturating_mul(1_000), ROWS], |row| {
        Ok(Row {
            at_ms: row.get::<_, i64>(0)?.div_euclid(1_000),
            op: row.get(1)?,
            delta: units(row.get(2)?),
            set: units(row.get(3)?),
            balance: units(row.get(4)?),
            cause: row.get(5)?,
            reference: row.get(6)?,
            line: row.get(7)?,
            recorded_ms: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn sales(conn: &Connection, pool: PoolId, since_ms: i64, homes: &Homes) -> Result<Vec<Event>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT c.name, o.external, o.number, o.placed_ms, o.first_ms, l.line, l.wanted, l.home, l.home_at
         FROM item i JOIN order_line l ON l.item_id = i.item_id JOIN channel_order o USING (order_id)
              JOIN channel c ON c.channel_id = o.channel_id
         WHERE i.pool_id = ?1 AND o.placed_ms >= ?2",
    )?;
    let rows = select.query_map(params![pool, since_ms], |row| {
        let (channel, external, line): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(5)?);
        let known = homes.get(&(reference(&channel, &external), line)).copied().unwrap_or_default();
        let (home, home_at): (i64, i64) = (row.get(7)?, row.get(8)?);
        Ok(Event {
            at_ms: row.get(3)?,
            what: format!("order {}", row.get::<_, String>(2)?),
            change: Change::Delta(-row.get::<_, i64>(6)?.saturating_add(known.back)),
            heard_ms: row.get(4)?,
            home_ms: known.at_ms.or((home > 0).then(|| home_at.div_euclid(1_000))),
            channel: Some(channel),
        })
    })?;
    let all: Vec<Event> = rows.collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|event| event.change != Change::Delta(0)).collect())
}

fn told(conn: &Connection, pool: PoolId, since_ms: i64) -> Result<Vec<Told>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT c.name, p.quantity, p.outcome, p.sent_ms, p.done_ms
         FROM item i JOIN listing l ON l.item_id = i.item_id JOIN channel c USING (channel_id)
              JOIN push p ON p.listing_id = l.listing_id
         WHERE i.pool_id = ?1 AND p.done_ms >= ?2 ORDER BY p.push_id",
    )?;
    let rows = select.query_map(params![pool, since_ms], |row| {
        Ok(Told {
            channel: row.get(0)?,
            quantity: row.get(1)?,
            outcome: row.get(2)?,
            sent_ms: row.get(3)?,
            done_ms: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Pools of which a channel has sold something since, with the SKU of one of their variations.
///
/// # Errors
/// When the database refuses.
pub fn sold_since(conn: &Connection, since_ms: i64, limit: i64) -> Result<Vec<(PoolId, String)>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT i.pool_id, coalesce(min(i.sku), '#' || i.pool_id)
         FROM channel_order o JOIN order_line l USING (order_id) JOIN item i ON i.item_id = l.item_id
         WHERE o.placed_ms >= ?1 GROUP BY i.pool_id ORDER BY max(o.placed_ms) DESC LIMIT ?2",
    )?;
    let rows = select.query_map(params![since_ms, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
