//! The one connection that writes, on a thread of its own.
//!
//! Two lanes: what a shop's customers wait for (the journal, results of pushes) goes before what can wait
//! (mapping, history pruning). Jobs of one lane run in the order in which they were given. Each job runs in a
//! transaction of its own: it commits when the job returns `Ok` and leaves no trace otherwise.

use super::{DbError, actor, configure, migrate};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Who goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Stock changes and results of pushes.
    Urgent,
    /// Everything else.
    Normal,
}

#[derive(Default)]
struct Queue {
    urgent: VecDeque<Job>,
    normal: VecDeque<Job>,
    handles: usize,
}

struct Shared {
    queue: Mutex<Queue>,
    ready: Condvar,
    waiting: AtomicUsize,
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        // A job that panicked poisons nothing: the queue itself is consistent at every await point.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle on the writer thread. The thread ends when the last handle is dropped and its queue is empty.
pub struct Writer {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Clone for Writer {
    fn clone(&self) -> Self {
        self.shared.lock().handles += 1;
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.lock().handles -= 1;
        self.shared.ready.notify_one();
    }
}

impl Writer {
    pub(super) fn open(path: &Path) -> Result<Self, DbError> {
        let mut conn = Connection::open(path)
            .map_err(|error| DbError::Open { path: path.display().to_string(), reason: error.to_string() })?;
        configure(&conn, 6 * 1024)?;
        migrate::to_latest(&mut conn)?;
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue { handles: 1, ..Queue::default() }),
            ready: Condvar::new(),
            waiting: AtomicUsize::new(0),
        });
        let worker = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("onhand-db".into())
            .spawn(move || run(&worker, conn))
            .map_err(|error| DbError::Open { path: path.display().to_string(), reason: error.to_string() })?;
        Ok(Self { shared })
    }

    /// Runs `job` in a transaction and waits for its commit.
    ///
    /// # Errors
    /// The job's own error (nothing was changed then), or that the database is closed.
    pub async fn write<T, E, F>(&self, lane: Lane, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    {
        let (done, result) = oneshot::channel();
        let behind = actor::behind();
        self.push(
            lane,
            Box::new(move |conn| {
                actor::acting(behind);
                // The receiver is gone only if its task was cancelled: then nobody waits for the answer.
                let _ = done.send(in_transaction(conn, job));
            }),
        );
        result.await.unwrap_or_else(|_| Err(E::from(DbError::Closed)))
    }

    /// Makes everything committed so far durable, so that what it was read from may be deleted.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn checkpoint(&self) -> Result<(), DbError> {
        let (done, result) = oneshot::channel();
        self.push(
            Lane::Normal,
            Box::new(move |conn| {
                let outcome =
                    conn.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(())).map_err(DbError::from);
                let _ = done.send(outcome);
            }),
        );
        result.await.unwrap_or(Err(DbError::Closed))
    }

    /// Jobs that are queued or under way.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.shared.waiting.load(Ordering::SeqCst)
    }

    fn push(&self, lane: Lane, job: Job) {
        self.shared.waiting.fetch_add(1, Ordering::SeqCst);
        let mut queue = self.shared.lock();
        match lane {
            Lane::Urgent => queue.urgent.push_back(job),
            Lane::Normal => queue.normal.push_back(job),
        }
        drop(queue);
        self.shared.ready.notify_one();
    }
}

fn in_transaction<T, E, F>(conn: &mut Connection, job: F) -> Result<T, E>
where
    E: From<DbError>,
    F: FnOnce(&Transaction<'_>) -> Result<T, E>,
{
    let tx = conn
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| E::from(DbError::from(error)))?;
    let value = job(&tx)?;
    tx.commit().map_err(|error| E::from(DbError::from(error)))?;
    Ok(value)
}

fn run(shared: &Shared, mut conn: Connection) {
    while let Some(job) = next(shared) {
        // A panicking job must not take the database with it; its caller sees `Closed`.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(&mut conn)));
        shared.waiting.fetch_sub(1, Ordering::SeqCst);
        if outcome.is_err() {
            tracing::error!("A database job panicked; its transaction was rolled back.");
        }
    }
}

fn next(shared: &Shared) -> Option<Job> {
    let mut queue = shared.lock();
    loop {
        if let Some(job) = queue.urgent.pop_front() {
            return Some(job);
        }
        if let Some(job) = queue.normal.pop_front() {
            return Some(job);
        }
        if queue.handles == 0 {
            return None;
        }
        queue = shared.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
    }
}
