//! The Onhand PHP extension: appends records to the journal and rings the agent's doorbell.
//!
//! It starts no thread, opens nothing before it is needed, never waits, and survives `fork`. Whatever fails around
//! it (a directory, a disk) is a return value; only a record that breaks the shape throws.

mod exception;
mod functions;
mod ini;
mod journal;
mod value;

use ext_php_rs::prelude::*;
use ext_php_rs::zend::ModuleEntry;
use ext_php_rs::{info_table_end, info_table_header, info_table_row, info_table_start};

/// MINIT: nothing but the settings; a web server forks after this.
fn startup(_kind: i32, module: i32) -> i32 {
    ini::register(module);
    0
}

/// The section in `phpinfo()`.
extern "C" fn info(_module: *mut ModuleEntry) {
    // A panic must not unwind into PHP.
    let _ = std::panic::catch_unwind(|| {
        let health = journal::health();
        info_table_start!();
        info_table_row!("Onhand", "enabled");
        info_table_row!("Version", env!("CARGO_PKG_VERSION"));
        info_table_row!("Journal", health.journal_dir.as_str());
        info_table_row!("Journal writable", if health.writable { "yes" } else { "no" });
        info_table_row!("Agent listening", if health.agent_listening { "yes" } else { "no" });
        info_table_row!("Last error", health.last_error.as_deref().unwrap_or("none"));
        info_table_end!();
        info_table_start!();
        info_table_header!("Directive", "Value");
        for (key, value) in ini::shown() {
            info_table_row!(key, value.as_str());
        }
        info_table_end!();
    });
}

#[php_module]
#[php(startup = "startup")]
pub fn module(module: ModuleBuilder) -> ModuleBuilder {
    let module = module
        .name("onhand")
        .version(env!("CARGO_PKG_VERSION"))
        .info_function(info)
        .class::<exception::InvalidRecordException>();
    functions::register(module)
}
