//! This process's one appender, opened when first needed.

use crate::ini;
use onhand_journal::{Appender, append, segment};
use std::cell::RefCell;
use std::path::PathBuf;

struct State {
    enabled: bool,
    dir: PathBuf,
    appender: Appender,
    appended: i64,
    failed: i64,
    last_error: Option<String>,
}

thread_local! {
    // Per thread, which under ZTS means per request handler; nothing here is shared.
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

/// What `onhand_health()` and `phpinfo()` show.
pub struct Health {
    pub journal_dir: String,
    pub writable: bool,
    pub segment: Option<i64>,
    pub segments: i64,
    pub bytes: i64,
    pub gap: bool,
    pub agent_listening: bool,
    pub appended: i64,
    pub failed: i64,
    pub last_error: Option<String>,
}

fn with<T>(job: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(|state| job(state.get_or_insert_with(open)))
}

fn open() -> State {
    let settings = ini::read();
    State {
        enabled: settings.enabled,
        appender: Appender::new(&settings.journal_dir, settings.limits),
        dir: settings.journal_dir,
        appended: 0,
        failed: 0,
        last_error: None,
    }
}

/// Appends; what went wrong is kept for `onhand_last_error()`.
pub fn append(payloads: &[Vec<u8>]) -> usize {
    with(|state| {
        let outcome = if state.enabled {
            state.appender.append(payloads).map_err(|error| error.to_string())
        } else {
            Err("onhand.enabled is off in php.ini: nothing is written to the journal".to_owned())
        };
        match outcome {
            Ok(written) => {
                state.appended += i64::try_from(written).unwrap_or(0);
                state.last_error = None;
                written
            }
            Err(message) => {
                state.failed += i64::try_from(payloads.len()).unwrap_or(0);
                state.last_error = Some(message);
                0
            }
        }
    })
}

/// Why the last append failed.
pub fn last_error() -> Option<String> {
    with(|state| state.last_error.clone())
}

/// How the journal is.
pub fn health() -> Health {
    with(|state| {
        let numbers = segment::list(&state.dir).unwrap_or_default();
        let bytes = numbers
            .iter()
            .filter_map(|number| std::fs::metadata(segment::path(&state.dir, *number)).ok())
            .map(|meta| meta.len())
            .sum::<u64>();
        Health {
            journal_dir: state.dir.display().to_string(),
            writable: onhand_journal::is_writable(&state.dir),
            segment: numbers.last().and_then(|number| i64::try_from(*number).ok()),
            segments: i64::try_from(numbers.len()).unwrap_or(i64::MAX),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            gap: state.dir.join(append::GAP).exists(),
            agent_listening: state.appender.ring(),
            appended: state.appended,
            failed: state.failed,
            last_error: state.last_error.clone(),
        }
    })
}
