//! What an operator should know about: one row per code and scope, counted rather than repeated.

use crate::db::DbError;
use onhand_journal::ItemStatement;
use rusqlite::{OptionalExtension, Transaction, params};
use schemars::JsonSchema;

/// Something that needs a look.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// Stable code, for scripts.
    pub code: &'a str,
    /// What it is about: `journal`, `channel:ebay`, `item:124`.
    pub scope: &'a str,
    /// What happened and where.
    pub message: &'a str,
    /// What to do.
    pub action: &'a str,
}

/// Records it, or counts it again.
///
/// # Errors
/// When the database refuses.
pub fn raise(tx: &Transaction<'_>, issue: &Issue<'_>, now_ms: i64) -> Result<(), DbError> {
    tx.prepare_cached(
        "INSERT INTO issue (code, scope, message, action, count, first_ms, last_ms) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)
         ON CONFLICT (code, scope) DO UPDATE SET message = ?3, action = ?4, count = count + 1, last_ms = ?5",
    )?
    .execute(params![issue.code, issue.scope, issue.message, issue.action, now_ms])?;
    Ok(())
}

/// An issue as shown.
#[derive(Clone, Debug, serde::Serialize, JsonSchema)]
pub struct OpenIssue {
    /// Stable code, for scripts.
    pub code: String,
    /// What it is about.
    pub scope: String,
    /// What happened and where.
    pub message: String,
    /// What to do.
    pub action: String,
    /// How often.
    pub count: i64,
    /// When last (milliseconds since the Unix epoch).
    pub last_at: i64,
}

/// The newest hundred.
///
/// # Errors
/// When the database refuses.
pub fn open(conn: &rusqlite::Connection) -> Result<Vec<OpenIssue>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT code, scope, message, action, count, last_ms FROM issue ORDER BY last_ms DESC, scope LIMIT 100",
    )?;
    let rows = select.query_map([], |row| {
        Ok(OpenIssue {
            code: row.get(0)?,
            scope: row.get(1)?,
            message: row.get(2)?,
            action: row.get(3)?,
            count: row.get(4)?,
            last_at: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What those of a code are about.
///
/// # Errors
/// When the database refuses.
pub fn open_scopes(conn: &rusqlite::Connection, code: &str) -> Result<Vec<String>, DbError> {
    let mut select = conn.prepare_cached("SELECT scope FROM issue WHERE code = ?1 ORDER BY scope")?;
    let rows = select.query_map([code], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes it: it is mended.
///
/// # Errors
/// When the database refuses.
pub fn clear(tx: &Transaction<'_>, code: &str, scope: &str) -> Result<(), DbError> {
    tx.prepare_cached("DELETE FROM issue WHERE code = ?1 AND scope = ?2")?.execute(params![code, scope])?;
    Ok(())
}

/// Removes every one of a code.
///
/// # Errors
/// When the database refuses.
pub fn clear_code(tx: &Transaction<'_>, code: &str) -> Result<(), DbError> {
    tx.execute("DELETE FROM issue WHERE code = ?1", [code])?;
    Ok(())
}

/// A problem that the plugin found with a variation's own data.
///
/// # Errors
/// When the database refuses.
pub fn raise_item_problem(
    tx: &Transaction<'_>,
    item: &ItemStatement,
    problem: &str,
    now_ms: i64,
) -> Result<(), DbError> {
    let (code, detail) = problem.split_once(':').unwrap_or((problem, ""));
    let (message, action) = match code {
        "sku_too_long" => (
            format!(
                "The SKU of product #{} ({}) is {detail} bytes long and was left out.",
                item.item, item.name
            ),
            "Give it a SKU of at most 100 characters in WooCommerce.",
        ),
        "gtin_too_long" => (
            format!(
                "The GTIN of product #{} ({}) is {detail} characters long and was left out.",
                item.item, item.name
            ),
            "Correct the GTIN in WooCommerce.",
        ),
        "stock_not_a_number" => (
            format!("The stock of product #{} ({}) is no number; channels show 0.", item.item, item.name),
            "Set the stock quantity in WooCommerce.",
        ),
        "stock_empty" => (
            format!(
                "Product #{} ({}) manages stock but has no quantity; channels show 0.",
                item.item, item.name
            ),
            "Set the stock quantity in WooCommerce.",
        ),
        _ => (
            format!("Product #{} ({}): {problem}", item.item, item.name),
            "Correct the product in WooCommerce.",
        ),
    };
    let scope = format!("item:{}", item.item);
    raise(tx, &Issue { code, scope: &scope, message: &message, action }, now_ms)
}

const RESYNC_WANTED: &str = "resync_wanted";

/// Notes that only a restatement of the whole store can bring certainty back.
///
/// # Errors
/// When the database refuses.
pub fn want_resync(tx: &Transaction<'_>, since_ms: i64, reason: &str, now_ms: i64) -> Result<(), DbError> {
    let value = serde_json::json!({ "since": since_ms, "reason": reason, "noted": now_ms }).to_string();
    tx.execute(
        "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
        params![RESYNC_WANTED, value],
    )?;
    raise(
        tx,
        &Issue {
            code: RESYNC_WANTED,
            scope: "shop",
            message: &format!("Some changes may be missing: {reason}."),
            action: "Run `wp onhand resync`; the plugin also does so by itself within the hour.",
        },
        now_ms,
    )
}

/// A snapshot of the whole store begins: whatever was missed before it, it will say.
///
/// # Errors
/// When the database refuses.
pub fn resync_begun(tx: &Transaction<'_>, snap: &str) -> Result<(), DbError> {
    tx.execute(
        "UPDATE setting SET value = json_set(value, '$.covered_by', ?2) WHERE key = ?1",
        params![RESYNC_WANTED, snap],
    )?;
    Ok(())
}

/// A snapshot of the whole store was applied. The wish is fulfilled, unless it was repeated after the snapshot began.
///
/// # Errors
/// When the database refuses.
pub fn resync_done(tx: &Transaction<'_>, snap: &str) -> Result<(), DbError> {
    let covered = tx.execute(
        "DELETE FROM setting WHERE key = ?1 AND json_extract(value, '$.covered_by') = ?2",
        params![RESYNC_WANTED, snap],
    )?;
    if covered > 0 {
        clear(tx, RESYNC_WANTED, "shop")?;
        tx.execute("DELETE FROM issue WHERE scope = 'journal'", [])?;
    }
    Ok(())
}

/// Why a resync is wanted, as JSON, if it is.
///
/// # Errors
/// When the database refuses.
pub fn resync_wanted(conn: &rusqlite::Connection) -> Result<Option<String>, DbError> {
    Ok(conn
        .query_row("SELECT value FROM setting WHERE key = ?1", [RESYNC_WANTED], |row| row.get(0))
        .optional()?)
}
