//! SQLite: one writer thread with two lanes, a few read-only connections, migrations.
//!
//! SQL lives here and in `mirror`, `ledger`, `ingest`, `issues`, `reconcile`, `orders`, `hooks`, `jobs`, `portable` and `dispatch`'s slots.

mod actor;
mod error;
pub(crate) mod migrate;
mod reader;
mod writer;

pub use actor::{behind, on_behalf};
pub use error::DbError;
pub use reader::Readers;
pub use writer::{Lane, Writer};

use std::path::Path;

/// The agent's database: one writer, many readers.
#[derive(Clone, Debug)]
pub struct Db {
    /// All changes go through here, in order.
    pub writer: Writer,
    /// Read-only connections.
    pub readers: Readers,
}

impl Db {
    /// Opens (or creates) the database and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is of a newer version, or is damaged.
    pub fn open(path: &Path) -> Result<Self, DbError> {
        let writer = Writer::open(path)?;
        let readers = Readers::open(path)?;
        Ok(Self { writer, readers })
    }
}

/// A connection of its own to a database that may not be there yet, with the newest schema.
///
/// # Errors
/// If it cannot be opened, or a newer version wrote it.
pub fn create(path: &Path) -> Result<rusqlite::Connection, DbError> {
    let mut conn = rusqlite::Connection::open(path)?;
    configure(&conn, 4096)?;
    migrate::to_latest(&mut conn)?;
    Ok(conn)
}

/// Settings every connection shares.
fn configure(conn: &rusqlite::Connection, cache_kib: u32) -> Result<(), DbError> {
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(())
}
