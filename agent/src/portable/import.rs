//! In: an export, into an installation that knows nothing yet.

use super::export::Written;
use super::tables::{self, Table, list, quoted};
use crate::db;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Why nothing was read in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The installation is in use.
    #[error("there are {rows} rows in {table} already: an export is read into a fresh installation")]
    InUse {
        /// Where.
        table: String,
        /// How many.
        rows: i64,
    },
    /// Of another version.
    #[error(
        "the export is of schema {export}, this agent has {agent}: export and import with the same version of onhand, then update"
    )]
    Version {
        /// The export's.
        export: i64,
        /// The agent's.
        agent: i64,
    },
    /// A line that is none.
    #[error("{file}, line {line}: {why}")]
    Line {
        /// Which file.
        file: String,
        /// Which line.
        line: usize,
        /// What is wrong.
        why: String,
    },
}

/// Reads an export in, all of it or nothing. No agent may run.
///
/// # Errors
/// See [`ImportError`]; and if files or the database cannot be read.
pub fn import(database: &Path, folder: &Path) -> anyhow::Result<Vec<Written>> {
    let manifest = std::fs::read_to_string(folder.join("manifest.json"))
        .map_err(|error| anyhow::anyhow!("{} is no export: {error}", folder.display()))?;
    let manifest: Value = serde_json::from_str(&manifest)?;
    let mut conn = db::create(database)?;
    let (export, agent) = (manifest["schema"].as_i64().unwrap_or(0), tables::version(&conn)?);
    if export != agent {
        return Err(ImportError::Version { export, agent }.into());
    }
    // What triggers would add is in the export.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    let tx = conn.transaction()?;
    tx.pragma_update(None, "defer_foreign_keys", true)?;
    let all = tables::all(&tx)?;
    for table in &all {
        let rows: i64 =
            tx.query_row(&format!("SELECT count(*) FROM {}", quoted(&table.name)), [], |row| row.get(0))?;
        // What a fresh installation has of its own makes way.
        if rows > 0 && !["setting", "issue"].contains(&table.name.as_str()) {
            return Err(ImportError::InUse { table: table.name.clone(), rows }.into());
        }
        tx.execute(&format!("DELETE FROM {}", quoted(&table.name)), [])?;
    }
    let mut written = Vec::new();
    for table in all {
        let rows = read(&tx, &table, folder)?;
        written.push(Written { table: table.name, rows });
    }
    tx.commit()?;
    Ok(written)
}

fn read(conn: &Connection, table: &Table, folder: &Path) -> anyhow::Result<u64> {
    let file = format!("{}.ndjson", table.name);
    let wrong = |line: usize, why: String| ImportError::Line { file: file.clone(), line, why };
    let lines = BufReader::new(
        File::open(folder.join(&file))
            .map_err(|error| anyhow::anyhow!("{file}: {error}; it is a part of every export"))?,
    )
    .lines();
    let known: BTreeSet<&str> = table.columns.iter().map(String::as_str).collect();
    let places = vec!["?"; table.columns.len()].join(", ");
    let sql = format!("INSERT INTO {} ({}) VALUES ({places})", quoted(&table.name), list(&table.columns));
    let mut insert = conn.prepare(&sql)?;
    let mut count = 0;
    for (number, line) in (1..).zip(lines) {
        let row: Map<String, Value> =
            serde_json::from_str(&line?).map_err(|error| wrong(number, error.to_string()))?;
        let keys: BTreeSet<&str> = row.keys().map(String::as_str).collect();
        if keys != known {
            let odd: Vec<&&str> = keys.symmetric_difference(&known).collect();
            return Err(wrong(number, format!("these columns are missing or unknown: {odd:?}")).into());
        }
        let values: Vec<Sql> = table
            .columns
            .iter()
            .map(|column| {
                sql_of(&row[column]).ok_or_else(|| wrong(number, format!("{column} cannot be that")))
            })
            .collect::<Result<_, _>>()?;
        insert
            .execute(rusqlite::params_from_iter(values))
            .map_err(|error| wrong(number, error.to_string()))?;
        count += 1;
    }
    Ok(count)
}

fn sql_of(value: &Value) -> Option<Sql> {
    Some(match value {
        Value::Null => Sql::Null,
        Value::String(text) => Sql::Text(text.clone()),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| number.as_f64().map(Sql::Real), |n| Some(Sql::Integer(n)))?
        }
        Value::Object(object) if object.len() == 1 => {
            Sql::Blob(STANDARD.decode(object.get("base64")?.as_str()?).ok()?)
        }
        _ => return None,
    })
}
