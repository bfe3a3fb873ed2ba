//! What PHP sees.

use crate::exception::invalid;
use crate::{journal, value};
use ext_php_rs::boxed::ZBox;
use ext_php_rs::prelude::*;
use ext_php_rs::types::ZendHashTable;

/// Appends records to the journal in one write and rings the doorbell. Returns how many: all, or 0 when the journal
/// cannot be written (see onhand_last_error()). A record that breaks the shape throws; nothing is written then.
#[php_function]
pub fn onhand_append(records: &ZendHashTable) -> PhpResult<i64> {
    let mut payloads = Vec::with_capacity(records.len());
    for (index, record) in records.values().enumerate() {
        payloads.push(value::payload(record).map_err(|message| invalid(index, &message))?);
    }
    Ok(i64::try_from(journal::append(&payloads)).unwrap_or(0))
}

/// Why the last append failed: what, where, what to do. Null when it worked.
#[php_function]
pub fn onhand_last_error() -> Option<String> {
    journal::last_error()
}

/// The state of the journal and of this process's writer.
#[php_function]
pub fn onhand_health() -> PhpResult<ZBox<ZendHashTable>> {
    let health = journal::health();
    let mut table = ZendHashTable::new();
    table.insert("version", env!("CARGO_PKG_VERSION"))?;
    table.insert("format", i64::from(onhand_journal::VERSION))?;
    table.insert("journal_dir", health.journal_dir)?;
    table.insert("writable", health.writable)?;
    table.insert("segment", health.segment)?;
    table.insert("segments", health.segments)?;
    table.insert("bytes", health.bytes)?;
    table.insert("gap", health.gap)?;
    table.insert("agent_listening", health.agent_listening)?;
    table.insert("appended", health.appended)?;
    table.insert("failed", health.failed)?;
    table.insert("last_error", health.last_error)?;
    Ok(table)
}

/// Adds the functions to the module.
pub fn register(module: ModuleBuilder) -> ModuleBuilder {
    module
        .function(wrap_function!(onhand_append))
        .function(wrap_function!(onhand_last_error))
        .function(wrap_function!(onhand_health))
}
