//! Reading the book, and what a person may do with an order.

use super::book::OrderState;
use crate::db::DbError;
use crate::domain::ChannelId;
use rusqlite::{Connection, Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;

/// An order, as shown. No name and no address.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrderRow {
    /// Our number of it.
    pub id: i64,
    /// Which channel.
    pub channel: String,
    /// The channel's id of it.
    pub order: String,
    /// As the buyer knows it.
    pub number: String,
    /// unpaid, open, shipped, cancelled.
    pub stage: String,
    /// home, waiting, on_its_way, parked.
    pub state: &'static str,
    /// Milliseconds since the Unix epoch.
    pub placed_ms: i64,
    /// When it was first heard of.
    pub first_ms: i64,
    /// When the shop first had it.
    pub home_ms: Option<i64>,
    /// webhook or poll.
    pub via: String,
    /// WooCommerce's id of it.
    pub shop_order: Option<i64>,
    /// Why it is parked or waits.
    pub code: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    /// What was bought.
    pub lines: Vec<LineRow>,
}

/// A line of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LineRow {
    /// The channel's id of it.
    pub line: String,
    /// The variation, if it is known.
    pub item: Option<i64>,
    /// The seller's code.
    pub sku: Option<String>,
    /// For people.
    pub title: String,
    /// Units ordered.
    pub quantity: i64,
    /// Units that are out of the stock because of it, or are to be.
    pub taken: i64,
    /// Of these, units that the mirror shows.
    pub home: i64,
}

/// Which orders.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// Of this channel.
    pub channel: Option<String>,
    /// In this state.
    pub state: Option<OrderState>,
    /// With this in its number, in the shop's number of it, or in a SKU or title of what was bought.
    pub q: Option<String>,
    /// Older than this one.
    pub before: Option<i64>,
    /// Most.
    pub limit: usize,
}

/// Orders, newest first.
///
/// # Errors
/// When the database refuses.
pub fn orders(conn: &Connection, filter: &OrderFilter) -> Result<Vec<OrderRow>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT o.order_id, c.name, o.external, o.number, o.stage, o.state, o.placed_ms, o.first_ms, o.home_ms, o.via,
                o.shop_order, o.code, o.message
         FROM channel_order o JOIN channel c USING (channel_id)
         WHERE (?1 IS NULL OR c.name = ?1) AND (?2 IS NULL OR o.state = ?2) AND (?3 IS NULL OR o.order_id < ?3)
           AND (?5 IS NULL OR instr(lower(o.number || ' ' || o.external || ' ' || coalesce(o.shop_order, '')), ?5) > 0
                OR EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.order_id
                           AND instr(lower(coalesce(l.sku, '') || ' ' || l.title), ?5) > 0))
         ORDER BY o.order_id DESC LIMIT ?4",
    )?;
    let mut lines = conn.prepare_cached(
        "SELECT line, item_id, sku, title, quantity, wanted, home FROM order_line WHERE order_id = ?1 ORDER BY line",
    )?;
    let rows = select.query_map(
        params![
            filter.channel,
            filter.state.map(OrderState::code),
            filter.before,
            i64::try_from(filter.limit).unwrap_or(i64::MAX),
            filter.q.as_ref().map(|q| q.to_lowercase()),
        ],
        |row| {
            Ok(OrderRow {
                id: row.get(0)?,
                channel: row.get(1)?,
                order: row.get(2)?,
                number: row.get(3)?,
                stage: row.get(4)?,
                state: OrderState::from_code(row.get(5)?).as_str(),
                placed_ms: row.get(6)?,
                first_ms: row.get(7)?,
                home_ms: row.get(8)?,
                via: row.get(9)?,
                shop_order: row.get(10)?,
                code: row.get(11)?,
                message: row.get(12)?,
                lines: Vec::new(),
            })
        },
    )?;
    let mut found = Vec::new();
    for row in rows {
        let mut order = row?;
        order.lines = lines
            .query_map([order.id], |row| {
                Ok(LineRow {
                    line: row.get(0)?,
                    item: row.get(1)?,
                    sku: row.get(2)?,
                    title: row.get(3)?,
                    quantity: row.get(4)?,
                    taken: row.get(5)?,
                    home: row.get(6)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        found.push(order);
    }
    Ok(found)
}

/// Orders in each state, by channel: for status and metrics.
///
/// # Errors
/// When the database refuses.
pub fn counts(conn: &Connection) -> Result<Vec<(String, OrderState, i64)>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT c.name, o.state, count(*) FROM channel_order o JOIN channel c USING (channel_id) WHERE o.state > 0 GROUP BY 1, 2",
    )?;
    let rows =
        select.query_map([], |row| Ok((row.get(0)?, OrderState::from_code(row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Orders on their way to the shop, but for those that the shop did not take at once, and webhooks not looked at.
///
/// # Errors
/// When the database refuses.
pub fn under_way(conn: &Connection) -> Result<i64, DbError> {
    Ok(conn
        .prepare_cached(
            "SELECT (SELECT count(*) FROM channel_order WHERE state IN (1, 2) AND attempts = 0 AND code IS NULL)
                    + (SELECT count(*) FROM inbox i JOIN channel c ON c.name = i.channel WHERE c.orders IS NOT NULL)",
        )?
        .query_row([], |row| row.get(0))?)
}

/// A parked order that is to be tried again.
#[derive(Clone, Debug)]
pub struct ToTry {
    /// Our number of it.
    pub id: i64,
    /// Its channel.
    pub channel: String,
    /// The channel's id of it.
    pub external: String,
    /// Sealed.
    pub statement: Vec<u8>,
}

/// Parked orders: these, or all.
///
/// # Errors
/// When the database refuses.
pub fn parked(conn: &Connection, only: Option<i64>, code: Option<&str>) -> Result<Vec<ToTry>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT o.order_id, c.name, o.external, o.statement FROM channel_order o JOIN channel c USING (channel_id)
         WHERE o.state IN (1, 3) AND (?1 IS NULL OR o.order_id = ?1) AND (?2 IS NULL OR o.code = ?2)",
    )?;
    let rows = select.query_map(params![only, code], |row| {
        Ok(ToTry { id: row.get(0)?, channel: row.get(1)?, external: row.get(2)?, statement: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Tries it again, with what a person agrees to.
///
/// # Errors
/// When the database refuses.
pub fn retry(tx: &Transaction<'_>, id: i64, accept: &[String]) -> Result<(), DbError> {
    // The revision counts: what was agreed to makes it another statement than the one that the shop refused.
    tx.execute(
        "UPDATE channel_order SET state = 1, due_ms = 0, attempts = 0, code = NULL, message = NULL, revision = revision + 1,
                accept = CASE WHEN ?2 = '' THEN accept ELSE ?2 END
         WHERE order_id = ?1 AND state IN (1, 3)",
        params![id, accept.join(",")],
    )?;
    Ok(())
}

/// A person deals with it by hand: it is not brought to the shop, and nothing is taken off for it.
///
/// # Errors
/// When the database refuses.
pub fn close(tx: &Transaction<'_>, id: i64) -> Result<bool, DbError> {
    let closed = tx.execute(
        "UPDATE channel_order SET state = 0, code = 'closed', message = 'closed by hand' WHERE order_id = ?1 AND state IN (1, 3)",
        [id],
    )?;
    if closed > 0 {
        tx.execute("UPDATE order_line SET wanted = home WHERE order_id = ?1", [id])?;
    }
    Ok(closed > 0)
}

/// Forgets the addresses of orders that have not changed for long. The rows stay.
///
/// # Errors
/// When the database refuses.
pub fn forget_addresses(tx: &Transaction<'_>, before_ms: i64) -> Result<usize, DbError> {
    Ok(tx.execute(
        "UPDATE channel_order SET statement = x'' WHERE state = 0 AND changed_ms < ?1 AND first_ms < ?1 AND length(statement) > 0",
        [before_ms],
    )?)
}

/// The channel is asked from the beginning of its time again.
///
/// # Errors
/// When the database refuses.
pub fn ask_anew(tx: &Transaction<'_>, channel: ChannelId) -> Result<(), DbError> {
    tx.execute("DELETE FROM order_cursor WHERE channel_id = ?1", [channel])?;
    Ok(())
}

/// Nothing waits any longer for a shop that does not answer.
///
/// # Errors
/// When the database refuses.
pub fn due_now(tx: &Transaction<'_>) -> Result<(), DbError> {
    tx.execute("UPDATE channel_order SET due_ms = 0 WHERE state = 1", [])?;
    Ok(())
}

/// Forgets which webhooks came before.
///
/// # Errors
/// When the database refuses.
pub fn forget_webhooks(tx: &Transaction<'_>, before_ms: i64) -> Result<(), DbError> {
    tx.execute("DELETE FROM webhook_seen WHERE seen_ms < ?1", [before_ms])?;
    Ok(())
}
