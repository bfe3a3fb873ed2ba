//! Jobs, as stored.

use super::{Job, What};
use crate::db::DbError;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// How one ended.
pub(super) struct Ended {
    pub state: &'static str,
    pub done: i64,
    pub total: Option<i64>,
    pub result: Option<String>,
    pub message: Option<String>,
    /// What was to be taken back could not be.
    pub leaves_undo: bool,
}

/// A new one; or the same that is running, and false.
pub(super) fn begin(
    tx: &Transaction<'_>,
    what: What,
    channel: &str,
    now_ms: i64,
) -> Result<(i64, bool), DbError> {
    let what = what.as_str();
    let running = tx
        .query_row(
            "SELECT job_id FROM job WHERE state = 'running' AND what = ?1 AND channel = ?2",
            params![what, channel],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = running {
        return Ok((id, false));
    }
    tx.execute(
        "INSERT INTO job (what, channel, state, began_ms) VALUES (?1, ?2, 'running', ?3)",
        params![what, channel, now_ms],
    )?;
    Ok((tx.last_insert_rowid(), true))
}

pub(super) fn end(tx: &Transaction<'_>, id: i64, ended: &Ended, now_ms: i64) -> Result<(), DbError> {
    tx.execute(
        "UPDATE job SET state = ?2, done = ?3, total = ?4, result = ?5, message = ?6, ended_ms = ?7,
                undo = CASE WHEN ?8 THEN undo END
         WHERE job_id = ?1",
        params![
            id,
            ended.state,
            ended.done,
            ended.total,
            ended.result,
            ended.message,
            now_ms,
            ended.leaves_undo
        ],
    )?;
    Ok(())
}

/// What is to be taken back where it does not come to its end. Written before anything is done.
pub(super) fn remember(tx: &Transaction<'_>, id: i64, undo: &str) -> Result<(), DbError> {
    tx.execute("UPDATE job SET undo = ?2 WHERE job_id = ?1", params![id, undo])?;
    Ok(())
}

pub(super) fn undo_of(conn: &Connection, id: i64) -> Result<Option<String>, DbError> {
    Ok(conn.query_row("SELECT undo FROM job WHERE job_id = ?1", [id], |row| row.get(0)).optional()?.flatten())
}

/// What jobs that do not run any more have left behind: number and what is to be taken back.
pub(super) fn left_behind(conn: &Connection) -> Result<Vec<(i64, String)>, DbError> {
    let mut select =
        conn.prepare("SELECT job_id, undo FROM job WHERE undo IS NOT NULL AND state <> 'running'")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What an interrupted one had done is as it was before.
pub(super) fn taken_back(tx: &Transaction<'_>, id: i64) -> Result<(), DbError> {
    tx.execute(
        "UPDATE job SET undo = NULL, message = 'the agent was started anew, and what was done so far was taken back; start it again'
         WHERE job_id = ?1",
        [id],
    )?;
    Ok(())
}

/// What ran when the agent ended.
pub(super) fn interrupted(tx: &Transaction<'_>, now_ms: i64) -> Result<(), DbError> {
    tx.execute(
        "UPDATE job SET state = 'interrupted', ended_ms = ?1, message = 'the agent was started anew; start it again'
         WHERE state = 'running'",
        [now_ms],
    )?;
    Ok(())
}

const SELECT: &str =
    "SELECT job_id, what, channel, state, began_ms, ended_ms, done, total, result, message FROM job";

pub(super) fn list(conn: &Connection, running: bool, limit: i64) -> Result<Vec<Job>, DbError> {
    let mut select = conn.prepare_cached(&format!(
        "{SELECT} WHERE ?1 = 0 OR state = 'running' ORDER BY job_id DESC LIMIT ?2"
    ))?;
    let rows = select.query_map(params![running, limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn one(conn: &Connection, id: i64) -> Result<Option<Job>, DbError> {
    Ok(conn.prepare_cached(&format!("{SELECT} WHERE job_id = ?1"))?.query_row([id], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Job> {
    let result: Option<String> = row.get(8)?;
    Ok(Job {
        id: row.get(0)?,
        what: row.get(1)?,
        channel: row.get(2)?,
        state: row.get(3)?,
        began_at: row.get(4)?,
        ended_at: row.get(5)?,
        done: row.get(6)?,
        total: row.get(7)?,
        left_ms: None,
        result: result.and_then(|text| serde_json::from_str(&text).ok()),
        message: row.get(9)?,
    })
}
