//! Who changed which setting, before and after.

use crate::db::DbError;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A setting that the shop keeps was changed there. The same record a second time is the same change.
///
/// # Errors
/// When the database refuses.
pub fn told(tx: &Transaction<'_>, said: &onhand_journal::SettingChange) -> Result<(), DbError> {
    let actor = serde_json::to_string(&said.actor).map_err(|error| DbError::Corrupt(error.to_string()))?;
    tx.execute(
        "INSERT INTO setting_change (at_ms, actor, setting, subject, before, after, record)
         VALUES (?1, ?2, ?3, 'shop', ?4, ?5, ?6) ON CONFLICT (record) DO NOTHING",
        params![said.at / 1000, actor, said.setting, said.before, said.after, said.id],
    )?;
    Ok(())
}

/// Somebody did something that is no setting, such as sending everything again.
///
/// # Errors
/// When the database refuses.
pub fn done(tx: &Transaction<'_>, at_ms: i64, actor: &str, what: &str, asked: &Value) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO setting_change (at_ms, actor, setting, subject, after) VALUES (?1, ?2, 'done', ?3, ?4)",
        params![at_ms, actor, what, asked.to_string()],
    )?;
    Ok(())
}

/// A change, to be taken back.
#[derive(Clone, Debug)]
pub struct Change {
    /// What kind of thing.
    pub setting: String,
    /// Which one.
    pub subject: String,
    /// As it was.
    pub before: Option<Value>,
    /// As it was then.
    pub after: Option<Value>,
    /// Of rules: what they are for.
    pub place: Option<Value>,
    /// It can be taken back.
    pub undo: bool,
}

/// What can be taken back: rules whose place is known, and what one word says of a channel or an outgoing webhook that is still
/// there. Credentials are not kept, and what the shop keeps is set there.
const CAN_BE_UNDONE: &str =
    "(setting = 'rules' AND place IS NOT NULL OR setting IN ('prices', 'orders', 'reconcile', 'state')
    OR setting = 'hook' AND before IS NOT NULL AND after IS NOT NULL)";

/// One of them.
///
/// # Errors
/// When the database refuses.
pub fn one(conn: &Connection, id: i64) -> Result<Option<Change>, DbError> {
    let read = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    Ok(conn
        .prepare_cached(&format!(
            "SELECT setting, subject, before, after, place, {CAN_BE_UNDONE} FROM setting_change WHERE change_id = ?1"
        ))?
        .query_row([id], |row| {
            Ok(Change {
                setting: row.get(0)?,
                subject: row.get(1)?,
                before: read(row.get(2)?),
                after: read(row.get(3)?),
                place: read(row.get(4)?),
                undo: row.get(5)?,
            })
        })
        .optional()?)
}

/// A change, as people are told of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChangeRow {
    /// Its number.
    pub id: i64,
    /// When (milliseconds since the Unix epoch).
    pub at: i64,
    /// Who: kind, and where they are known id and name.
    pub actor: Value,
    /// What kind of thing; done: something that is no setting was done.
    pub setting: String,
    /// Which one.
    pub subject: String,
    /// As it was; null: it was not.
    pub before: Value,
    /// As it was then; null: it was not any more.
    pub after: Value,
    /// It can be taken back.
    pub undo: bool,
}

/// The newest first; `before`: those older than this one.
///
/// # Errors
/// When the database refuses.
pub fn page(
    conn: &Connection,
    setting: Option<&str>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<ChangeRow>, DbError> {
    let mut select = conn.prepare_cached(&format!(
        "SELECT change_id, at_ms, actor, setting, subject, before, after, {CAN_BE_UNDONE} FROM setting_change
         WHERE (?1 IS NULL OR setting = ?1) AND (?2 IS NULL OR change_id < ?2) ORDER BY change_id DESC LIMIT ?3"
    ))?;
    let read = |text: Option<String>| {
        text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap_or(Value::String(text)))
    };
    let rows = select.query_map(params![setting, before, limit], |row| {
        Ok(ChangeRow {
            id: row.get(0)?,
            at: row.get(1)?,
            actor: read(Some(row.get(2)?)),
            setting: row.get(3)?,
            subject: row.get(4)?,
            before: read(row.get(5)?),
            after: read(row.get(6)?),
            undo: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
