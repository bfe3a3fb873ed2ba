//! Read-only connections, so that a screen never waits for the writer and the writer never for a screen.

use super::{DbError, configure};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

const CONNECTIONS: usize = 3;

/// A small pool of read-only connections.
#[derive(Clone, Debug)]
pub struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, DbError> {
        let readers = Self {
            path: path.to_owned(),
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
        };
        let first = readers.connect()?;
        readers.idle().push(first);
        Ok(readers)
    }

    /// Runs a query on a blocking thread, with a consistent view for all of it.
    ///
    /// # Errors
    /// The job's own error, or that no connection could be had.
    pub async fn read<T, E, F>(&self, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else {
            return Err(E::from(DbError::Closed));
        };
        let readers = self.clone();
        let outcome = tokio::task::spawn_blocking(move || {
            let taken = readers.idle().pop();
            let mut conn = match taken {
                Some(conn) => conn,
                None => readers.connect().map_err(E::from)?,
            };
            let tx = conn.transaction().map_err(|error| E::from(DbError::from(error)))?;
            let result = job(&tx);
            drop(tx);
            readers.idle().push(conn);
            drop(permit);
            result
        });
        outcome.await.unwrap_or_else(|_| Err(E::from(DbError::Closed)))
    }

    fn connect(&self) -> Result<Connection, DbError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.path, flags).map_err(|error| DbError::Open {
            path: self.path.display().to_string(),
            reason: error.to_string(),
        })?;
        configure(&conn, 1024)?;
        conn.pragma_update(None, "query_only", true)?;
        Ok(conn)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
