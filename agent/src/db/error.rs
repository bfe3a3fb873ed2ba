//! What can go wrong with the database.

/// A failed database operation.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite refused.
    #[error("the database refused: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The schema could not be brought up to date.
    #[error(
        "the database's schema could not be brought up to date: {0}. If a newer onhand wrote it, run that version"
    )]
    Migration(#[from] rusqlite_migration::Error),
    /// The file could not be opened.
    #[error("cannot open the database {path}: {reason}")]
    Open {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The writer thread has ended, because the agent is shutting down.
    #[error("the database is closed")]
    Closed,
    /// A stored value is not what this version writes.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
}

impl DbError {
    /// True when going on cannot help: the disk is full, read-only or damaged.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly, SystemIoFailure,
        };
        match self {
            Self::Sqlite(error) => error.sqlite_error_code().is_some_and(|code| {
                matches!(
                    code,
                    DiskFull | ReadOnly | DatabaseCorrupt | NotADatabase | CannotOpen | SystemIoFailure
                )
            }),
            Self::Migration(_) | Self::Open { .. } => true,
            Self::Closed | Self::Corrupt(_) => false,
        }
    }
}
