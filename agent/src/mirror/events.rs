//! Events for outgoing webhooks: noted in the transaction in which they happen, so that none is told that did not, and none is
//! forgotten that did.

use crate::db::DbError;
use crate::domain::{PoolId, Quantity};
use onhand_journal::{Backorders, StockStatement};
use rusqlite::{Connection, Transaction, params};
use serde_json::{Value, json};

/// A pool's quantity is another one.
pub const STOCK_CHANGED: &str = "stock.changed";
/// Nothing is left of it.
pub const SOLD_OUT: &str = "stock.sold_out";
/// So little is left that it should be ordered.
pub const LOW: &str = "stock.low";
/// There is something again.
pub const BACK_IN_STOCK: &str = "stock.back_in_stock";
/// A channel shows something else than it should.
pub const DRIFT: &str = "drift.found";
/// A channel's order is in the shop.
pub const ORDER_IMPORTED: &str = "order.imported";
/// A channel's order waits for a person: an oversold one, for instance.
pub const ORDER_PARKED: &str = "order.parked";
/// A channel is not told anything any more.
pub const CHANNEL_PAUSED: &str = "channel.paused";

/// More was sold than there is, and the shop takes no backorders.
pub const OVERSOLD: &str = "stock.oversold";
/// A channel has not been told for longer than the limit what it should show.
pub const CHANNEL_LAGGING: &str = "channel.lagging";
/// A channel's credentials will soon end.
pub const CREDENTIAL_EXPIRING: &str = "credential.expiring";

/// Every type there is.
pub const TYPES: [&str; 11] = [
    STOCK_CHANGED,
    SOLD_OUT,
    LOW,
    BACK_IN_STOCK,
    OVERSOLD,
    DRIFT,
    ORDER_IMPORTED,
    ORDER_PARKED,
    CHANNEL_PAUSED,
    CHANNEL_LAGGING,
    CREDENTIAL_EXPIRING,
];

/// Is anything wanted at all? Asked once a batch, so that a statement costs nothing for it.
///
/// # Errors
/// When the database refuses.
pub fn wanted(conn: &Connection) -> Result<bool, DbError> {
    Ok(conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM hook_type)")?.query_row([], |row| row.get(0))?)
}

/// Something happened. True: somebody wants to hear of it.
///
/// # Errors
/// When the database refuses.
pub fn note(tx: &Transaction<'_>, kind: &str, data: &Value, now_ms: i64) -> Result<bool, DbError> {
    let hooks: Vec<i64> = tx
        .prepare_cached(
            "SELECT hook_id FROM hook_type t JOIN hook h USING (hook_id) WHERE t.type = ?1 AND h.state = 'active'",
        )?
        .query_map([kind], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if hooks.is_empty() {
        return Ok(false);
    }
    let event = put(tx, kind, data, now_ms)?;
    for hook in hooks {
        deliver(tx, hook, event, now_ms)?;
    }
    Ok(true)
}

/// What happened, told to nobody yet.
///
/// # Errors
/// When the database refuses.
pub fn put(tx: &Transaction<'_>, kind: &str, data: &Value, now_ms: i64) -> Result<i64, DbError> {
    let at = jiff::Timestamp::from_millisecond(now_ms).map(|at| at.to_string()).unwrap_or_default();
    let body = json!({ "type": kind, "timestamp": at, "data": data }).to_string();
    let mut id = [0u8; 12];
    rand::fill(&mut id);
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(tx
        .prepare_cached("INSERT INTO event (id, type, at_ms, body) VALUES ('msg_' || ?1, ?2, ?3, ?4)")?
        .insert(params![id, kind, now_ms, body])?)
}

/// It is to be told to this one.
///
/// # Errors
/// When the database refuses.
pub fn deliver(tx: &Transaction<'_>, hook: i64, event: i64, now_ms: i64) -> Result<(), DbError> {
    tx.prepare_cached("INSERT INTO delivery (hook_id, event_id, due_ms) VALUES (?1, ?2, ?3)")?
        .execute(params![hook, event, now_ms])?;
    Ok(())
}

/// What a statement about a pool makes happen. `low`: with so many or fewer it should be ordered, where the shop does not say; 0: never.
///
/// # Errors
/// When the database refuses.
pub fn stock(
    tx: &Transaction<'_>,
    s: &StockStatement,
    before: Option<Quantity>,
    low: i64,
    now_ms: i64,
) -> Result<bool, DbError> {
    let (Some(now), Some(before)) = (s.qty, before) else { return Ok(false) };
    if now == before {
        return Ok(false);
    }
    let skus: Vec<String> = tx
        .prepare_cached(
            "SELECT sku FROM item WHERE pool_id = ?1 AND deleted = 0 AND sku IS NOT NULL AND kind <> 'variable' ORDER BY item_id",
        )?
        .query_map([PoolId(s.pool)], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let because = s.moves.last().map(|movement| {
        json!({ "cause": movement.cause.as_str(), "ref": movement.reference, "actor": movement.actor.kind.as_str() })
    });
    let data = json!({ "pool": s.pool, "skus": skus, "quantity": now, "before": before, "because": because });
    let low = s.low.map_or(low.saturating_mul(1_000_000), Quantity::micros);
    let is_low = |quantity: Quantity| low > 0 && quantity.micros() <= low;
    let none = |quantity: Quantity| quantity.micros() <= 0;
    let mut told = note(tx, STOCK_CHANGED, &data, now_ms)?;
    for (kind, happened) in [
        (SOLD_OUT, none(now) && !none(before)),
        (OVERSOLD, now.micros() < 0 && now.micros() < before.micros() && s.backorders == Backorders::No),
        (BACK_IN_STOCK, none(before) && !none(now)),
        (LOW, is_low(now) && !none(now) && !is_low(before)),
    ] {
        if happened {
            told |= note(tx, kind, &data, now_ms)?;
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, Lane};

    fn stated(low: Value) -> StockStatement {
        serde_json::from_value(json!({
            "t": "stock", "at": 1, "pool": 7, "qty": "4", "managed": true, "status": "instock", "backorders": "no",
            "held": [], "low": low, "req": "r", "snap": null, "moves": [],
        }))
        .unwrap()
    }

    #[tokio::test]
    async fn low_is_what_the_shop_calls_low_and_else_what_is_configured() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("onhand.db")).unwrap();
        let told = |low: Value, configured: i64, before: i64| {
            db.writer.write(Lane::Normal, move |tx| {
                tx.execute_batch(
                    "DELETE FROM hook; DELETE FROM event;
                     INSERT INTO hook (hook_id, url, secret, created_ms) VALUES (1, 'https://one.example', x'', 0);
                     INSERT INTO hook_type (type, hook_id) VALUES ('stock.low', 1);",
                )?;
                let before = Some(Quantity::from_micros(before * 1_000_000));
                stock(tx, &stated(low), before, configured, 0)?;
                Ok::<i64, DbError>(tx.query_row("SELECT count(*) FROM event", [], |row| row.get(0))?)
            })
        };
        for (low, configured, before, expected) in [
            (json!("4"), 0, 5, 1),
            (json!("4.5"), 0, 5, 1),
            (json!("3"), 4, 5, 0),
            (json!("0"), 4, 5, 0),
            (json!("9"), 0, 5, 0),
            (Value::Null, 4, 5, 1),
            (Value::Null, 0, 5, 0),
        ] {
            let count = told(low.clone(), configured, before).await.unwrap();
            assert_eq!(count, expected, "low {low}, configured {configured}, before {before}");
        }
    }
}
