//! Connected accounts, as stored.

use super::events;
use crate::allocation::{PriceRule, Rules};
use crate::db::DbError;
use crate::domain::{ChannelId, OrderRules, ReconcileMode as Mode};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// One connected account.
#[derive(Clone, Debug)]
pub struct StoredChannel {
    /// Its id.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Which kind of marketplace.
    pub kind: String,
    /// Its settings; no secret among them.
    pub config: BTreeMap<String, String>,
    /// Its sealed credentials.
    pub secrets: Vec<u8>,
    /// Its allocation rules.
    pub rules: Rules,
    /// It is worked for.
    pub active: bool,
    /// Why it is paused.
    pub message: Option<String>,
    /// What a difference leads to; `None`: as configured.
    pub reconcile: Option<Mode>,
    /// How its prices follow the shop's; `None`: they are left alone.
    pub prices: Option<PriceRule>,
    /// How its orders come home; `None`: they do not.
    pub orders: Option<OrderRules>,
    /// When a person last gave its credentials.
    pub credentials_ms: Option<i64>,
}

const SELECT: &str = "SELECT channel_id, name, kind, config, secrets, rules, state, message, reconcile, prices, orders, credentials_ms FROM channel";

/// Every channel, by name.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &Connection) -> Result<Vec<StoredChannel>, DbError> {
    let mut select = conn.prepare(&format!("{SELECT} ORDER BY name"))?;
    let rows = select.query_map([], |row| Ok(stored(row)))?;
    rows.map(|row| row?).collect()
}

/// A channel by its name.
///
/// # Errors
/// When the database refuses.
pub fn by_name(conn: &Connection, name: &str) -> Result<Option<StoredChannel>, DbError> {
    conn.query_row(&format!("{SELECT} WHERE name = ?1"), [name], |row| Ok(stored(row)))
        .optional()?
        .transpose()
}

fn stored(row: &Row<'_>) -> Result<StoredChannel, DbError> {
    let corrupt = |error: serde_json::Error| DbError::Corrupt(format!("channel: {error}"));
    let config: String = row.get(3)?;
    let rules: String = row.get(5)?;
    Ok(StoredChannel {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: row.get(2)?,
        config: serde_json::from_str(&config).map_err(corrupt)?,
        secrets: row.get(4)?,
        rules: serde_json::from_str(&rules).map_err(corrupt)?,
        active: row.get::<_, String>(6)? == "active",
        message: row.get(7)?,
        reconcile: row.get::<_, Option<String>>(8)?.as_deref().and_then(Mode::by_name),
        prices: match row.get::<_, Option<String>>(9)? {
            Some(json) => Some(serde_json::from_str(&json).map_err(corrupt)?),
            None => None,
        },
        orders: match row.get::<_, Option<String>>(10)? {
            Some(json) => Some(serde_json::from_str(&json).map_err(corrupt)?),
            None => None,
        },
        credentials_ms: row.get(11)?,
    })
}

/// What is to be stored of a new channel, or of one that is there.
#[derive(Clone, Debug)]
pub struct NewChannel {
    /// Its name.
    pub name: String,
    /// Which kind of marketplace; that of one that is there stays.
    pub kind: String,
    /// All of its settings.
    pub config: BTreeMap<String, String>,
    /// All of its credentials, sealed.
    pub secrets: Vec<u8>,
    /// A person gave credentials just now.
    pub renewed: bool,
    /// Its allocation rules; `None`: as they are.
    pub rules: Option<Rules>,
    /// Why it is paused; `None`: it is worked for.
    pub paused: Option<String>,
}

/// Stores a channel. One of the same name keeps its listings, and all that is not given.
///
/// # Errors
/// When the database refuses.
pub fn put(tx: &Transaction<'_>, channel: &NewChannel, now_ms: i64) -> Result<ChannelId, DbError> {
    let corrupt = |error: serde_json::Error| DbError::Corrupt(error.to_string());
    let config = serde_json::to_string(&channel.config).map_err(corrupt)?;
    let rules = channel.rules.as_ref().map(serde_json::to_string).transpose().map_err(corrupt)?;
    let state = if channel.paused.is_some() { "paused" } else { "active" };
    Ok(tx.query_row(
        "INSERT INTO channel (name, kind, config, secrets, rules, state, message, created_ms, credentials_ms)
         VALUES (?1, ?2, ?3, ?4, coalesce(?5, '{}'), ?6, ?7, ?8, ?8)
         ON CONFLICT (name) DO UPDATE SET config = ?3, secrets = ?4, rules = coalesce(?5, rules), state = ?6, message = ?7,
            credentials_ms = CASE WHEN ?9 THEN ?8 ELSE credentials_ms END
         RETURNING channel_id",
        params![
            channel.name,
            channel.kind,
            config,
            channel.secrets,
            rules,
            state,
            channel.paused,
            now_ms,
            channel.renewed
        ],
        |row| row.get(0),
    )?)
}

/// Channels of which a listing is linked.
///
/// # Errors
/// When the database refuses.
pub fn linked(conn: &Connection) -> Result<BTreeSet<ChannelId>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT channel_id FROM channel c
         WHERE EXISTS (SELECT 1 FROM listing l WHERE l.channel_id = c.channel_id AND l.item_id IS NOT NULL)",
    )?;
    let rows = select.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps renewed credentials.
///
/// # Errors
/// When the database refuses.
pub fn renew(tx: &Transaction<'_>, channel: ChannelId, sealed: &[u8]) -> Result<(), DbError> {
    tx.execute("UPDATE channel SET secrets = ?2 WHERE channel_id = ?1", params![channel, sealed])?;
    Ok(())
}

/// What a difference on the channel leads to.
///
/// # Errors
/// When the database refuses.
pub fn set_reconcile(tx: &Transaction<'_>, channel: ChannelId, mode: Option<Mode>) -> Result<(), DbError> {
    let mode = mode.map(Mode::name);
    tx.execute("UPDATE channel SET reconcile = ?2 WHERE channel_id = ?1", params![channel, mode])?;
    Ok(())
}

/// How a channel's prices follow the shop's from now on.
///
/// # Errors
/// When the database refuses.
pub fn set_prices(tx: &Transaction<'_>, channel: ChannelId, rule: Option<&PriceRule>) -> Result<(), DbError> {
    let json = rule.map(serde_json::to_string).transpose();
    let json = json.map_err(|error| DbError::Corrupt(error.to_string()))?;
    tx.execute("UPDATE channel SET prices = ?2 WHERE channel_id = ?1", params![channel, json])?;
    Ok(())
}

/// A channel's allocation rules from now on.
///
/// # Errors
/// When the database refuses.
pub fn set_rules(tx: &Transaction<'_>, channel: ChannelId, rules: &Rules) -> Result<(), DbError> {
    let json = serde_json::to_string(rules).map_err(|error| DbError::Corrupt(error.to_string()))?;
    tx.execute("UPDATE channel SET rules = ?2 WHERE channel_id = ?1", params![channel, json])?;
    Ok(())
}

/// How a channel's orders come home from now on.
///
/// # Errors
/// When the database refuses.
pub fn set_orders(
    tx: &Transaction<'_>,
    channel: ChannelId,
    rules: Option<&OrderRules>,
) -> Result<(), DbError> {
    let json = rules.map(serde_json::to_string).transpose();
    let json = json.map_err(|error| DbError::Corrupt(error.to_string()))?;
    tx.execute("UPDATE channel SET orders = ?2 WHERE channel_id = ?1", params![channel, json])?;
    Ok(())
}

/// Pauses or resumes a channel.
///
/// # Errors
/// When the database refuses.
pub fn set_state(
    tx: &Transaction<'_>,
    channel: ChannelId,
    active: bool,
    message: Option<&str>,
    now_ms: i64,
) -> Result<(), DbError> {
    let state = if active { "active" } else { "paused" };
    let name: String = tx.query_row(
        "UPDATE channel SET state = ?2, message = ?3 WHERE channel_id = ?1 RETURNING name",
        params![channel, state, message],
        |row| row.get(0),
    )?;
    if !active {
        events::note(tx, events::CHANNEL_PAUSED, &json!({ "channel": name, "why": message }), now_ms)?;
    }
    Ok(())
}
