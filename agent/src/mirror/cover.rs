//! How long the stock lasts at the rate at which it sells, and how much to order so that it lasts longer.

use super::activity::first_since;
use super::velocity::SALES;
use crate::db::DbError;
use crate::domain::Quantity;
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

/// A pool that sells.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Cover {
    /// What is counted in it.
    pub skus: Vec<String>,
    /// The first one's name.
    pub name: String,
    /// What the shop has.
    #[schemars(with = "String")]
    pub quantity: Quantity,
    /// Units sold in the time that was looked at, less what came back.
    #[schemars(with = "String")]
    pub sold: Quantity,
    /// Of them in a day.
    pub per_day: f64,
    /// So many days it lasts; 0: there is none.
    pub days: f64,
    /// So many to order now; 0: none yet.
    pub reorder: i64,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// How far back sales are looked at.
    pub days: i64,
    /// How long an order to the supplier takes.
    pub lead_days: i64,
    /// How long what arrives should last.
    pub target_days: i64,
    /// At most so many, the most pressing first.
    pub limit: usize,
}

const DAY_MS: i64 = 86_400_000;

/// Everything that was sold lately, what is gone soonest first.
///
/// # Errors
/// When the database refuses.
pub fn read(conn: &Connection, ask: &Ask, now_ms: i64) -> Result<Vec<Cover>, DbError> {
    let since_ms = now_ms - ask.days * DAY_MS;
    let first = first_since(conn, since_ms)?;
    // A product that is younger than the time that is looked at has had less time to sell.
    let mut select = conn.prepare_cached(
        "SELECT s.pool_id, p.qty_micros, s.sold,
                (SELECT min(recorded_ms) FROM ledger b WHERE b.pool_id = s.pool_id),
                (SELECT json_group_array(i.sku) FROM item i WHERE i.pool_id = s.pool_id AND i.deleted = 0 AND i.sku IS NOT NULL
                     AND i.kind <> 'variable'),
                coalesce((SELECT i.name FROM item i WHERE i.pool_id = s.pool_id AND i.deleted = 0 ORDER BY i.item_id LIMIT 1), '')
         FROM (SELECT pool_id, -sum(delta_micros) AS sold FROM ledger
               WHERE ledger_id >= ?1 AND op = 'delta' AND cause IN (SELECT value FROM json_each(?2)) GROUP BY pool_id) s
         JOIN pool p ON p.pool_id = s.pool_id
         WHERE s.sold > 0 AND p.deleted = 0 AND p.managed = 1 AND p.qty_micros IS NOT NULL",
    )?;
    let causes: Vec<&str> = SALES.iter().copied().chain(RETURNS).collect();
    let causes = serde_json::to_string(&causes).map_err(|error| DbError::Corrupt(error.to_string()))?;
    let rows = select.query_map(params![first, causes], |row| {
        let (quantity, sold): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok((quantity, sold, row.get::<_, i64>(3)?, row.get::<_, String>(4)?, row.get::<_, String>(5)?))
    })?;
    let mut covers = Vec::new();
    for row in rows {
        let (quantity, sold, known_ms, skus, name) = row?;
        let skus = serde_json::from_str(&skus).map_err(|error| DbError::Corrupt(error.to_string()))?;
        covers.push(of(quantity, sold, now_ms - known_ms.max(since_ms), ask, skus, name));
    }
    covers.sort_by(|one, other| one.days.total_cmp(&other.days).then(other.per_day.total_cmp(&one.per_day)));
    covers.truncate(ask.limit);
    Ok(covers)
}

/// What takes back a sale.
const RETURNS: [&str; 3] = ["order_restored", "refund_restocked", "channel_restock"];

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "units and days: far below where that is felt"
)]
fn of(quantity: i64, sold: i64, seen_ms: i64, ask: &Ask, skus: Vec<String>, name: String) -> Cover {
    let units = |micros: i64| micros as f64 / 1e6;
    // One day at least: what was made this morning and sold once does not sell 24 a day.
    let days = (seen_ms as f64 / DAY_MS as f64).max(1.0);
    let per_day = units(sold) / days;
    let there = units(quantity).max(0.0);
    let wanted = per_day * (ask.lead_days + ask.target_days) as f64 - units(quantity);
    // It is ordered when it would be gone before an order arrives.
    let due = there <= per_day * ask.lead_days as f64;
    Cover {
        skus,
        name,
        quantity: Quantity::from_micros(quantity),
        sold: Quantity::from_micros(sold),
        per_day,
        days: there / per_day,
        reorder: if due { wanted.ceil().max(0.0) as i64 } else { 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ASK: Ask = Ask { days: 30, lead_days: 14, target_days: 30, limit: 10 };

    fn cover(quantity: i64, sold: i64, days: i64) -> Cover {
        of(quantity * 1_000_000, sold * 1_000_000, days * DAY_MS, &ASK, Vec::new(), String::new())
    }

    #[test]
    fn as_long_as_it_lasts() {
        let mug = cover(20, 60, 30);
        assert_eq!((mug.per_day, mug.days), (2.0, 10.0));
        assert_eq!(mug.reorder, 2 * (14 + 30) - 20, "gone before an order arrives");
        assert_eq!(cover(29, 60, 30).reorder, 0, "it lasts until then");
        assert_eq!(cover(0, 3, 30).days, 0.0);
        assert_eq!(cover(-2, 30, 30).reorder, 46, "what is owed is ordered too");
        assert_eq!(cover(5, 4, 0).per_day, 4.0, "of this morning");
    }

    proptest! {
        #[test]
        fn what_is_ordered_lasts_as_long_as_it_should(quantity in -50i64..5_000, sold in 1i64..5_000, days in 1i64..365) {
            let cover = cover(quantity, sold, days);
            prop_assert!(cover.days >= 0.0 && cover.per_day > 0.0 && cover.reorder >= 0);
            if cover.reorder > 0 {
                #[allow(clippy::cast_precision_loss, reason = "small numbers")]
                let after = (quantity + cover.reorder) as f64 / cover.per_day;
                prop_assert!(after >= 44.0 - 1e-6 && after <= 44.0 + 1.0 / cover.per_day + 1e-6, "{after}");
            }
        }
    }
}
