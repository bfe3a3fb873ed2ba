//! What there is to be taken along, as the database itself says.

use crate::db::DbError;
use rusqlite::Connection;

/// A table and its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// By what its rows are ordered, so that the same rows make the same file.
    pub order: Vec<String>,
}

/// Of the machine, not of the shop.
const LEFT_OUT: &str = "journal_cursor";

/// All of them, by name.
pub(super) fn all(conn: &Connection) -> Result<Vec<Table>, DbError> {
    let mut select = conn.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> ?1
         ORDER BY name",
    )?;
    let names: Vec<String> = select.query_map([LEFT_OUT], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.into_iter().map(|name| of(conn, name)).collect()
}

fn of(conn: &Connection, name: String) -> Result<Table, DbError> {
    let mut select = conn.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let found: Vec<(String, i64)> =
        select.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut keys: Vec<&(String, i64)> = found.iter().filter(|(_, pk)| *pk > 0).collect();
    keys.sort_by_key(|(_, pk)| *pk);
    let order = keys.into_iter().map(|(column, _)| column.clone()).collect();
    Ok(Table { columns: found.into_iter().map(|(column, _)| column).collect(), order, name })
}

/// The version of the schema.
pub(super) fn version(conn: &Connection) -> Result<i64, DbError> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Several, with commas.
pub(super) fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}
