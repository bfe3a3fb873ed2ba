//! Settings. They belong to the machine, so only php.ini may set them.

use ext_php_rs::flags::IniEntryPermission;
use ext_php_rs::zend::{ExecutorGlobals, IniEntryDef, IniEntryDefs};
use onhand_journal::Limits;
use std::path::PathBuf;

static ENTRIES: IniEntryDefs<5> = IniEntryDefs::new([
    IniEntryDef::new(c"onhand.enabled", c"1", IniEntryPermission::System),
    IniEntryDef::new(c"onhand.journal_dir", c"/var/lib/onhand/journal", IniEntryPermission::System),
    IniEntryDef::new(c"onhand.segment_bytes", c"8388608", IniEntryPermission::System),
    IniEntryDef::new(c"onhand.max_bytes", c"268435456", IniEntryPermission::System),
    IniEntryDef::end(),
]);

/// Registers them.
pub fn register(module: i32) {
    IniEntryDef::register(ENTRIES.as_slice(), module);
}

/// Every setting with its value, as php.ini has it.
pub fn shown() -> Vec<(&'static str, String)> {
    let values = ExecutorGlobals::get().ini_values();
    ["onhand.enabled", "onhand.journal_dir", "onhand.segment_bytes", "onhand.max_bytes"]
        .map(|key| (key, values.get(key).cloned().flatten().unwrap_or_default()))
        .to_vec()
}

/// As set in php.ini.
pub struct Settings {
    /// Off: nothing is appended.
    pub enabled: bool,
    /// Where the journal is.
    pub journal_dir: PathBuf,
    /// Sizes.
    pub limits: Limits,
}

/// Reads them once; they cannot change while the process lives.
pub fn read() -> Settings {
    let values = ExecutorGlobals::get().ini_values();
    let text = |key: &str| values.get(key).cloned().flatten().unwrap_or_default();
    let bytes = |key: &str, default: u64| text(key).trim().parse().ok().filter(|n| *n > 0).unwrap_or(default);
    let default = Limits::default();
    Settings {
        enabled: !matches!(text("onhand.enabled").trim(), "" | "0" | "off" | "Off" | "false" | "no"),
        journal_dir: PathBuf::from(text("onhand.journal_dir")),
        limits: Limits {
            segment_bytes: bytes("onhand.segment_bytes", default.segment_bytes),
            max_bytes: bytes("onhand.max_bytes", default.max_bytes),
        },
    }
}
