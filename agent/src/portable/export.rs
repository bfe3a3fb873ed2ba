//! Out: one moment of the whole database, row by row.

use super::tables::{self, Table, list, quoted};
use crate::db::DbError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// In which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One JSON object a line; can be read back.
    Ndjson,
    /// For spreadsheets.
    #[default]
    Csv,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
}

/// Writes every table into a folder of its own, all of them as they were at one moment. An agent may run meanwhile.
///
/// # Errors
/// If there is no such database, or the folder cannot be made or is not empty.
pub fn export(database: &Path, folder: &Path, form: Form) -> anyhow::Result<Vec<Written>> {
    let mut conn = open(database)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    anyhow::ensure!(
        std::fs::read_dir(folder)?.next().is_none(),
        "{} is not empty: an export is a folder of its own",
        folder.display()
    );
    // One transaction: every table is of the same moment.
    let tx = conn.transaction()?;
    let mut written = Vec::new();
    for table in tables::all(&tx)? {
        let ending = if form == Form::Csv { "csv" } else { "ndjson" };
        let mut file = BufWriter::new(create(&folder.join(format!("{}.{ending}", table.name)))?);
        let rows = match form {
            Form::Ndjson => lines(&tx, &table, &mut file)?,
            Form::Csv => spreadsheet(&tx, &table, &mut file)?,
        };
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        written.push(Written { table: table.name, rows });
    }
    let manifest = json!({ "onhand": env!("CARGO_PKG_VERSION"), "schema": tables::version(&tx)? });
    writeln!(create(&folder.join("manifest.json"))?, "{manifest}")?;
    Ok(written)
}

/// One table, as it is at one moment, row by row into whatever takes it. An agent may run meanwhile.
///
/// # Errors
/// If there is no such database or table, or nobody takes it any more.
pub fn one(database: &Path, table: &str, form: Form, mut to: impl Write) -> anyhow::Result<u64> {
    let mut conn = open(database)?;
    let tx = conn.transaction()?;
    let table = tables::all(&tx)?
        .into_iter()
        .find(|one| one.name == table)
        .ok_or_else(|| anyhow::anyhow!("there is no table {table}"))?;
    let rows = match form {
        Form::Ndjson => lines(&tx, &table, &mut to)?,
        Form::Csv => spreadsheet(&tx, &table, &mut to)?,
    };
    to.flush()?;
    Ok(rows)
}

/// What there is, by name.
///
/// # Errors
/// When the database refuses.
pub fn names(conn: &Connection) -> Result<Vec<String>, DbError> {
    Ok(tables::all(conn)?.into_iter().map(|table| table.name).collect())
}

/// A copy of the database that can be used as it is, of one moment. An agent may run meanwhile.
///
/// # Errors
/// If there is no such database, or the file is there already.
pub fn copy(database: &Path, file: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(!file.exists(), "{} is there already", file.display());
    let to = file.to_str().ok_or_else(|| anyhow::anyhow!("{} is no text", file.display()))?;
    // Made here, so that nobody else may read it while it grows.
    drop(create(file)?);
    open(database)?.execute("VACUUM INTO ?1", [to]).map_err(DbError::from)?;
    Ok(())
}

fn open(database: &Path) -> anyhow::Result<Connection> {
    anyhow::ensure!(
        database.exists(),
        "there is no database at {}; see `database` in the configuration",
        database.display()
    );
    Ok(Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?)
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn each(
    conn: &Connection,
    table: &Table,
    mut row: impl FnMut(&rusqlite::Row<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let order = if table.order.is_empty() { "rowid".to_owned() } else { list(&table.order) };
    let sql = format!("SELECT {} FROM {} ORDER BY {order}", list(&table.columns), quoted(&table.name));
    let mut select = conn.prepare(&sql)?;
    let mut rows = select.query([])?;
    let mut count = 0;
    while let Some(found) = rows.next()? {
        row(found)?;
        count += 1;
    }
    Ok(count)
}

fn lines(conn: &Connection, table: &Table, file: &mut impl Write) -> anyhow::Result<u64> {
    each(conn, table, |row| {
        let mut object = Map::new();
        for (index, column) in table.columns.iter().enumerate() {
            object.insert(column.clone(), json_of(row.get_ref(index)?)?);
        }
        serde_json::to_writer(&mut *file, &Value::Object(object))?;
        Ok(file.write_all(b"\n")?)
    })
}

fn json_of(value: ValueRef<'_>) -> anyhow::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(text) => json!(std::str::from_utf8(text)?),
        ValueRef::Blob(bytes) => json!({ "base64": STANDARD.encode(bytes) }),
    })
}

fn spreadsheet(conn: &Connection, table: &Table, file: &mut impl Write) -> anyhow::Result<u64> {
    let mut sheet = csv::Writer::from_writer(file);
    sheet.write_record(&table.columns)?;
    let count = each(conn, table, |row| {
        for index in 0..table.columns.len() {
            let cell = match row.get_ref(index)? {
                ValueRef::Null => String::new(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) => std::str::from_utf8(text)?.to_owned(),
                ValueRef::Blob(bytes) => STANDARD.encode(bytes),
            };
            sheet.write_field(cell)?;
        }
        Ok(sheet.write_record(None::<&[u8]>)?)
    })?;
    sheet.flush()?;
    Ok(count)
}
