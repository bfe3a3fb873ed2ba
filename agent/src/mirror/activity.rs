//! How much happened when: stock changes and what channels were told, counted by stretches of time.

use crate::db::DbError;
use rusqlite::{Connection, OptionalExtension};
use schemars::JsonSchema;
use serde::Serialize;

/// A stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stretch {
    /// Its beginning (milliseconds since the Unix epoch).
    pub at: i64,
    /// Rows of the ledger.
    pub changes: i64,
    /// Quantities that channels took.
    pub pushed: i64,
    /// Tries that failed.
    pub failed: i64,
}

/// Every stretch from `since_ms` to `now_ms`, oldest first, the empty ones too.
///
/// # Errors
/// When the database refuses.
pub fn read(conn: &Connection, since_ms: i64, step_ms: i64, now_ms: i64) -> Result<Vec<Stretch>, DbError> {
    let step_ms = step_ms.max(1);
    let begin = since_ms.div_euclid(step_ms);
    let mut stretches: Vec<Stretch> = (begin..=now_ms.div_euclid(step_ms))
        .map(|number| Stretch { at: number * step_ms, ..Stretch::default() })
        .collect();
    let first = first_since(conn, begin * step_ms)?;
    let mut changes = conn.prepare_cached(
        "SELECT recorded_ms / ?2, count(*) FROM ledger WHERE ledger_id >= ?1 AND op <> 'baseline' GROUP BY 1",
    )?;
    let mut pushes = conn.prepare_cached(
        "SELECT done_ms / ?2, sum(outcome IN ('applied', 'accepted')),
                sum(outcome NOT IN ('applied', 'accepted')) FROM push WHERE done_ms >= ?1 GROUP BY 1",
    )?;
    let place = |number: i64| usize::try_from(number - begin).ok();
    let rows = changes.query_map([first, step_ms], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for row in rows {
        let (number, count) = row?;
        if let Some(stretch) = place(number).and_then(|at| stretches.get_mut(at)) {
            stretch.changes = count;
        }
    }
    let rows =
        pushes.query_map([begin * step_ms, step_ms], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for row in rows {
        let (number, pushed, failed) = row?;
        if let Some(stretch) = place(number).and_then(|at| stretches.get_mut(at)) {
            (stretch.pushed, stretch.failed) = (pushed, failed);
        }
    }
    Ok(stretches)
}

/// The first row of the ledger that was recorded at or after this: rows are recorded in the order of their ids, so that
/// it can be found by halving.
pub(super) fn first_since(conn: &Connection, since_ms: i64) -> Result<i64, DbError> {
    let (mut low, mut high): (i64, i64) = conn.query_row(
        "SELECT coalesce(min(ledger_id), 0), coalesce(max(ledger_id), -1) + 1 FROM ledger",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut select = conn
        .prepare_cached("SELECT recorded_ms FROM ledger WHERE ledger_id >= ?1 ORDER BY ledger_id LIMIT 1")?;
    while low < high {
        let middle = low + (high - low) / 2;
        let recorded: Option<i64> = select.query_row([middle], |row| row.get(0)).optional()?;
        if recorded.is_none_or(|recorded| recorded >= since_ms) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stretch_has_its_counts() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "CREATE TABLE ledger (ledger_id INTEGER PRIMARY KEY, op TEXT, recorded_ms INTEGER);
             CREATE TABLE push (outcome TEXT, done_ms INTEGER);
             INSERT INTO ledger VALUES (3, 'delta', 90), (4, 'delta', 105), (7, 'set', 105), (8, 'baseline', 131), (9, 'delta', 139);
             INSERT INTO push VALUES ('applied', 99), ('accepted', 111), ('rejected', 119), ('applied', 130);",
        )
        .unwrap();
        let counts = |since, now| -> Vec<(i64, i64, i64, i64)> {
            let rows = read(&conn, since, 10, now).unwrap();
            rows.iter().map(|row| (row.at, row.changes, row.pushed, row.failed)).collect()
        };
        assert_eq!(counts(104, 139), [(100, 2, 0, 0), (110, 0, 1, 1), (120, 0, 0, 0), (130, 1, 1, 0)]);
        for since in 80..145 {
            let first = first_since(&conn, since).unwrap();
            let wanted: Option<i64> = conn
                .query_row("SELECT min(ledger_id) FROM ledger WHERE recorded_ms >= ?1", [since], |row| {
                    row.get(0)
                })
                .unwrap();
            let found: Option<i64> = conn
                .query_row("SELECT min(ledger_id) FROM ledger WHERE ledger_id >= ?1", [first], |row| {
                    row.get(0)
                })
                .unwrap();
            assert_eq!(found, wanted, "since {since}");
        }
    }
}
