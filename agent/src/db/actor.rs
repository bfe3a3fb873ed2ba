//! On whose behalf something is written. A request says so once; whatever it writes carries the name, and the triggers that
//! note changes of settings read it as `onhand_actor()`. What the agent does by itself has nobody behind it.

use super::DbError;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use std::cell::RefCell;
use std::sync::Arc;

tokio::task_local! {
    static BEHIND: Arc<str>;
}

thread_local! {
    /// Of the job that this thread is at.
    static NOW: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Does something on somebody's behalf (JSON: kind, id, name, via).
pub async fn on_behalf<T>(actor: Arc<str>, work: impl Future<Output = T>) -> T {
    BEHIND.scope(actor, work).await
}

/// On whose behalf this task works.
pub fn behind() -> Option<Arc<str>> {
    BEHIND.try_with(Arc::clone).ok()
}

/// The next thing this thread writes is on this one's behalf.
pub(super) fn acting(actor: Option<Arc<str>>) {
    NOW.with(|now| now.replace(actor));
}

pub(super) fn register(conn: &Connection) -> Result<(), DbError> {
    conn.create_scalar_function("onhand_actor", 0, FunctionFlags::SQLITE_UTF8, |_| {
        Ok(NOW.with(|now| now.borrow().as_deref().map(str::to_owned)))
    })?;
    Ok(())
}
