//! Who wants to hear of what, and what became of each delivery.

use crate::db::DbError;
use crate::secrets::Sealer;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

/// What a secret is sealed for.
const PURPOSE: &str = "hook";

/// One that is told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HookRow {
    /// Its number.
    pub id: i64,
    /// Where.
    pub url: String,
    /// What it hears of.
    pub types: Vec<String>,
    /// active, off.
    pub state: String,
    /// Why it is off, or what went wrong last.
    pub message: Option<String>,
    /// Deliveries that wait.
    pub waiting: i64,
    /// Deliveries that were given up on.
    pub given_up: i64,
}

/// A delivery.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeliveryRow {
    /// Its number.
    pub id: i64,
    /// To which hook.
    pub hook: i64,
    /// The event's id, the same for every try.
    pub event: String,
    /// What it says happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened (milliseconds since the Unix epoch).
    pub at: i64,
    /// waiting, done, given_up.
    pub state: &'static str,
    /// Tries so far.
    pub attempts: i64,
    /// When it is tried next, if it waits.
    pub due: Option<i64>,
    /// Status of the last answer.
    pub status: Option<i64>,
    /// What went wrong last.
    pub message: Option<String>,
}

/// A delivery that is to be made.
pub struct Parcel {
    /// Its number.
    pub id: i64,
    /// The hook.
    pub hook: i64,
    /// Where.
    pub url: String,
    /// It is signed with this.
    pub secret: SecretString,
    /// The event's id.
    pub event: String,
    /// What is said.
    pub body: String,
    /// Tries so far.
    pub attempts: u32,
}

/// Adds one.
///
/// # Errors
/// When the database refuses, or the secret cannot be sealed.
pub fn add(
    tx: &Transaction<'_>,
    sealer: &Sealer,
    url: &str,
    types: &[String],
    secret: &SecretString,
    now_ms: i64,
) -> Result<i64, DbError> {
    let sealed = sealer
        .seal_bytes(PURPOSE, secret.expose_secret().as_bytes())
        .map_err(|error| DbError::Corrupt(error.to_string()))?;
    let hook = tx
        .prepare("INSERT INTO hook (url, secret, created_ms) VALUES (?1, ?2, ?3)")?
        .insert(params![url, sealed, now_ms])?;
    for kind in types {
        tx.execute("INSERT OR IGNORE INTO hook_type (type, hook_id) VALUES (?1, ?2)", params![kind, hook])?;
    }
    Ok(hook)
}

/// All of them.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &Connection) -> Result<Vec<HookRow>, DbError> {
    let mut types = conn.prepare_cached("SELECT type FROM hook_type WHERE hook_id = ?1 ORDER BY type")?;
    let mut select = conn.prepare_cached(
        "SELECT hook_id, url, state, message,
                (SELECT count(*) FROM delivery d WHERE d.hook_id = h.hook_id AND d.state = 0),
                (SELECT count(*) FROM delivery d WHERE d.hook_id = h.hook_id AND d.state = 2)
         FROM hook h ORDER BY hook_id",
    )?;
    let rows = select.query_map([], |row| {
        let id: i64 = row.get(0)?;
        Ok(HookRow {
            id,
            url: row.get(1)?,
            types: types.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?,
            state: row.get(2)?,
            message: row.get(3)?,
            waiting: row.get(4)?,
            given_up: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes one, with what was to be told to it. False: there is none.
///
/// # Errors
/// When the database refuses.
pub fn remove(tx: &Transaction<'_>, hook: i64) -> Result<bool, DbError> {
    Ok(tx.execute("DELETE FROM hook WHERE hook_id = ?1", [hook])? > 0)
}

/// Turns one on or off. False: there is none.
///
/// # Errors
/// When the database refuses.
pub fn set_state(tx: &Transaction<'_>, hook: i64, on: bool, message: Option<&str>) -> Result<bool, DbError> {
    let state = if on { "active" } else { "off" };
    Ok(tx.execute(
        "UPDATE hook SET state = ?2, message = ?3 WHERE hook_id = ?1",
        params![hook, state, message],
    )? > 0)
}

/// Deliveries, newest first.
///
/// # Errors
/// When the database refuses.
pub fn deliveries(conn: &Connection, hook: Option<i64>, limit: i64) -> Result<Vec<DeliveryRow>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT d.delivery_id, d.hook_id, e.id, e.type, e.at_ms, d.state, d.attempts, d.due_ms, d.status, d.message
         FROM delivery d JOIN event e USING (event_id) WHERE ?1 IS NULL OR d.hook_id = ?1
         ORDER BY d.delivery_id DESC LIMIT ?2",
    )?;
    let rows = select.query_map(params![hook, limit], |row| {
        let state: i64 = row.get(5)?;
        Ok(DeliveryRow {
            id: row.get(0)?,
            hook: row.get(1)?,
            event: row.get(2)?,
            kind: row.get(3)?,
            at: row.get(4)?,
            state: ["waiting", "done", "given_up"]
                .get(usize::try_from(state).unwrap_or(0))
                .unwrap_or(&"waiting"),
            attempts: row.get(6)?,
            due: if state == 0 { row.get(7)? } else { None },
            status: row.get(8)?,
            message: row.get(9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Tells again: one delivery, or all of a hook that were given up on. Returns how many.
///
/// # Errors
/// When the database refuses.
pub fn replay(
    tx: &Transaction<'_>,
    delivery: Option<i64>,
    hook: Option<i64>,
    now_ms: i64,
) -> Result<usize, DbError> {
    Ok(tx.execute(
        "UPDATE delivery SET state = 0, attempts = 0, due_ms = ?3
         WHERE (?1 IS NOT NULL AND delivery_id = ?1) OR (?1 IS NULL AND state = 2 AND (?2 IS NULL OR hook_id = ?2))",
        params![delivery, hook, now_ms],
    )?)
}

/// What is due, and when to look again.
///
/// # Errors
/// When the database refuses, or a secret does not open.
pub fn due(
    conn: &Connection,
    sealer: &Sealer,
    now_ms: i64,
    most: i64,
) -> Result<(Vec<Parcel>, Option<i64>), DbError> {
    let mut select = conn.prepare_cached(
        "SELECT d.delivery_id, d.hook_id, h.url, h.secret, e.id, e.body, d.attempts
         FROM delivery d JOIN hook h USING (hook_id) JOIN event e USING (event_id)
         WHERE d.state = 0 AND d.due_ms <= ?1 AND h.state = 'active' ORDER BY d.due_ms, d.delivery_id LIMIT ?2",
    )?;
    let mut parcels = Vec::new();
    let mut rows = select.query(params![now_ms, most])?;
    while let Some(row) = rows.next()? {
        let sealed: Vec<u8> = row.get(3)?;
        let plain =
            sealer.unseal_bytes(PURPOSE, &sealed).map_err(|error| DbError::Corrupt(error.to_string()))?;
        let secret = String::from_utf8(plain).map_err(|error| DbError::Corrupt(error.to_string()))?;
        parcels.push(Parcel {
            id: row.get(0)?,
            hook: row.get(1)?,
            url: row.get(2)?,
            secret: secret.into(),
            event: row.get(4)?,
            body: row.get(5)?,
            attempts: row.get(6)?,
        });
    }
    let next = conn
        .prepare_cached(
            "SELECT min(d.due_ms) FROM delivery d JOIN hook h USING (hook_id)
             WHERE d.state = 0 AND d.due_ms > ?1 AND h.state = 'active'",
        )?
        .query_row([now_ms], |row| row.get(0))
        .optional()?
        .flatten();
    Ok((parcels, next))
}

/// What became of a try. `again_ms`: when it is tried again; `None`: it is done, or given up.
///
/// # Errors
/// When the database refuses.
pub fn tried(
    tx: &Transaction<'_>,
    delivery: i64,
    status: Option<u16>,
    problem: Option<&str>,
    again_ms: Option<i64>,
    now_ms: i64,
) -> Result<(), DbError> {
    let state = match (problem, again_ms) {
        (None, _) => 1,
        (Some(_), Some(_)) => 0,
        (Some(_), None) => 2,
    };
    tx.prepare_cached(
        "UPDATE delivery SET state = ?2, attempts = attempts + 1, due_ms = coalesce(?3, due_ms), status = ?4, message = ?5,
                done_ms = CASE WHEN ?2 = 0 THEN NULL ELSE ?6 END WHERE delivery_id = ?1",
    )?
    .execute(params![delivery, state, again_ms, status, problem, now_ms])?;
    Ok(())
}

/// Forgets some of what happened before this and waits for nobody; returns how much.
///
/// # Errors
/// When the database refuses.
pub fn prune(tx: &Transaction<'_>, before_ms: i64) -> Result<usize, DbError> {
    Ok(tx.execute(
        "DELETE FROM event WHERE event_id IN (
            SELECT event_id FROM event e WHERE at_ms < ?1
                   AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.event_id = e.event_id AND d.state = 0) LIMIT 10000)",
        [before_ms],
    )?)
}
