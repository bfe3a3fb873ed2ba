//! When a pool has rested, balance and quantity must agree; the rest is made visible.

use crate::db::DbError;
use crate::domain::{PoolId, Quantity};
use rusqlite::{Transaction, params};

struct Rested {
    pool: PoolId,
    quantity: Option<i64>,
    balance: Option<i64>,
    at: i64,
    /// Its last activity.
    unsettled_ms: i64,
}

/// Writes one `unexplained` row for each pool that has rested since before `rested_before_ms` and whose balance
/// differs from its quantity. Returns how many rows were written.
///
/// # Errors
/// When the database refuses.
pub fn settle(tx: &Transaction<'_>, rested_before_ms: i64, now_ms: i64) -> Result<usize, DbError> {
    let rested: Vec<Rested> = tx
        .prepare_cached(
            "SELECT pool_id, qty_micros, balance_micros, at, unsettled_ms FROM pool
             WHERE unsettled_ms IS NOT NULL AND unsettled_ms <= ?1 LIMIT 1000",
        )?
        .query_map([rested_before_ms], |row| {
            Ok(Rested {
                pool: row.get(0)?,
                quantity: row.get(1)?,
                balance: row.get(2)?,
                at: row.get(3)?,
                unsettled_ms: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut written = 0;
    for pool in rested {
        if pool.quantity != pool.balance {
            unexplained(tx, &pool, now_ms.saturating_sub(rested_before_ms).max(0), now_ms)?;
            written += 1;
        }
        tx.prepare_cached(
            "UPDATE pool SET unsettled_ms = NULL, balance_micros = qty_micros WHERE pool_id = ?1",
        )?
        .execute([pool.pool])?;
    }
    Ok(written)
}

fn unexplained(tx: &Transaction<'_>, pool: &Rested, rest_ms: i64, now_ms: i64) -> Result<(), DbError> {
    let delta = pool.quantity.zip(pool.balance).map(|(quantity, balance)| quantity.saturating_sub(balance));
    let note = note(tx, pool, rest_ms)?;
    tx.prepare_cached(
        "INSERT INTO ledger (pool_id, at, stmt, seq, op, delta_micros, set_micros, balance_micros, cause, actor_kind,
                req, note, recorded_ms)
         VALUES (?1, ?2, ?3, -2, 'unexplained', ?4, ?5, ?5, 'unexplained', 'system', '', ?6, ?7)",
    )?
    .execute(params![pool.pool, pool.at, now_ms, delta, pool.quantity, note, now_ms])?;
    Ok(())
}

/// Names the sets that the difference lies between: their place among the deltas cannot be known.
fn note(tx: &Transaction<'_>, pool: &Rested, rest_ms: i64) -> Result<String, DbError> {
    let sets = sets_of_the_storm(tx, pool, rest_ms)?;
    let show = |micros: Option<i64>| {
        micros.map_or_else(|| "no number".to_owned(), |m| Quantity::from_micros(m).to_string())
    };
    let difference =
        format!("the shop says {}, the ledger's balance was {}", show(pool.quantity), show(pool.balance));
    Ok(match (sets.first(), sets.last()) {
        (Some(first), Some(last)) if first == last => {
            format!("{difference}; the order of set #{first} among its neighbours is not known")
        }
        (Some(first), Some(last)) => {
            format!(
                "{difference}; it lies between the sets #{first} and #{last}, whose order among the other movements is not known ({} sets)",
                sets.len()
            )
        }
        _ => format!(
            "{difference}; something changed the stock without telling WooCommerce (raw SQL, a restore, a killed process)"
        ),
    })
}

/// Those since the pool last rested, when balance and quantity agreed: no two movements of a storm are further apart than that.
fn sets_of_the_storm(tx: &Transaction<'_>, pool: &Rested, rest_ms: i64) -> Result<Vec<i64>, DbError> {
    let mut newest = tx.prepare_cached(
        "SELECT ledger_id, op, recorded_ms FROM ledger WHERE pool_id = ?1 ORDER BY ledger_id DESC",
    )?;
    let mut rows = newest.query([pool.pool])?;
    let mut sets = Vec::new();
    let mut after = pool.unsettled_ms;
    while let Some(row) = rows.next()? {
        let (id, op, recorded_ms): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let rested = after.saturating_sub(recorded_ms) > rest_ms;
        if rested || matches!(op.as_str(), "unexplained" | "baseline") {
            break;
        }
        if op == "set" {
            sets.push(id);
        }
        after = recorded_ms;
    }
    sets.reverse();
    Ok(sets)
}
