//! What moves strict listings from one phase to the next. Steps that need nobody's leave are taken here; for the others it
//! is said what the shop is to be asked.

use super::allotments;
use super::listings::{self, Context};
use crate::allocation::{Holding, Phase, Step, StockView, StrictSettings, steps};
use crate::db::DbError;
use crate::domain::{ChannelId, ListingId, PoolId, SlotState};
use rusqlite::{Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

/// So many pools and requests at once.
const SOME: i64 = 200;
/// While an order of a channel cannot be read its listings are looked at this often.
const BLIND_MS: i64 = 60_000;
/// A listing that the channel will not have is tried again after this.
const REFUSED_MS: i64 = 600_000;

/// What the shop is to note: that so many units are nobody's but this channel's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Whose.
    pub listing: ListingId,
    /// The channel's name.
    pub channel: String,
    /// The variation.
    pub item: i64,
    /// As the shop should have noted it.
    pub from: i64,
    /// As it is to note.
    pub to: i64,
}

/// What came of looking.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// For the shop.
    pub asks: Vec<Ask>,
    /// Pools of which something changed.
    pub pools: BTreeSet<PoolId>,
    /// Channels whose sales must be known before anything goes on.
    pub unknown_sales: BTreeSet<ChannelId>,
    /// When to look again, if nothing happens before.
    pub next_ms: Option<i64>,
}

/// Looks at what has changed, takes the steps that need nobody's leave, and says what the shop is to be asked.
///
/// # Errors
/// When the database refuses.
pub fn plan(tx: &Transaction<'_>, settings: &StrictSettings, ctx: &Context) -> Result<Plan, DbError> {
    let mut plan = Plan::default();
    stuck(tx, ctx, &mut plan)?;
    granted(tx, ctx, &mut plan)?;
    for pool in pools_to_look_at(tx)? {
        deal(tx, pool, settings, ctx, &mut plan)?;
    }
    moving(tx, settings, ctx, &mut plan)?;
    Ok(plan)
}

fn close(tx: &Transaction<'_>, listing: ListingId, now_ms: i64, plan: &mut Plan) -> Result<(), DbError> {
    allotments::to_phase(tx, listing, Phase::Closing, now_ms)?;
    plan.pools.extend(allotments::pool_of(tx, listing)?);
    Ok(())
}

/// Was to be opened, and nobody knows whether the channel took it, or it will not have it: begun anew from zero.
fn stuck(tx: &Transaction<'_>, ctx: &Context, plan: &mut Plan) -> Result<(), DbError> {
    let stuck: Vec<(ListingId, bool)> = tx
        .prepare_cached(
            "SELECT l.listing_id, l.state = 4 FROM listing l INDEXED BY listing_strict JOIN allotment a USING (listing_id)
             WHERE l.strict = 1 AND l.state IN (1, 4) AND l.desired > 0 AND a.phase = 3
                   AND (l.state = 4 OR l.confirmed IS NOT 0 OR l.sent IS NOT 0) LIMIT ?1",
        )?
        .query_map([SOME], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (listing, refused) in stuck {
        close(tx, listing, ctx.now_ms, plan)?;
        if refused {
            tx.prepare_cached("UPDATE allotment SET due_ms = ?2 WHERE listing_id = ?1")?
                .execute(params![listing, ctx.now_ms.saturating_add(REFUSED_MS)])?;
        }
    }
    Ok(())
}

/// Opens what was granted once all others of the pool have confirmed that they show no more than they should.
fn granted(tx: &Transaction<'_>, ctx: &Context, plan: &mut Plan) -> Result<(), DbError> {
    let ready: Vec<ListingId> = tx
        .prepare_cached(
            "SELECT a.listing_id FROM allotment a INDEXED BY allotment_moving JOIN item i USING (item_id)
             WHERE a.phase <> 3 AND a.phase = 2 AND NOT EXISTS (
                SELECT 1 FROM item s JOIN listing o ON o.item_id = s.item_id
                WHERE s.pool_id = i.pool_id AND o.strict = 0 AND o.desired IS NOT NULL
                      AND max(coalesce(o.confirmed, 0), coalesce(o.sent, 0)) > o.desired) LIMIT ?1",
        )?
        .query_map([SOME], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for listing in ready {
        tx.prepare_cached("UPDATE allotment SET opened = units - flight WHERE listing_id = ?1")?
            .execute([listing])?;
        allotments::to_phase(tx, listing, Phase::Open, ctx.now_ms)?;
        plan.pools.extend(allotments::pool_of(tx, listing)?);
    }
    Ok(())
}

fn pools_to_look_at(tx: &Transaction<'_>) -> Result<Vec<PoolId>, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT DISTINCT i.pool_id FROM allotment a INDEXED BY allotment_look JOIN item i USING (item_id)
             WHERE a.look = 1 LIMIT ?1",
        )?
        .query_map([SOME], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

struct Row {
    phase: Phase,
    units: i64,
    flight: i64,
    since_ms: i64,
    due_ms: i64,
    channel: String,
}

fn rows(tx: &Transaction<'_>, pool: PoolId) -> Result<BTreeMap<ListingId, Row>, DbError> {
    let mut select = tx.prepare_cached(
        "SELECT a.listing_id, a.phase, a.units, a.flight, a.since_ms, a.due_ms, c.name
         FROM item i JOIN allotment a ON a.item_id = i.item_id JOIN channel c ON c.channel_id = a.channel_id
         WHERE i.pool_id = ?1",
    )?;
    let rows = select.query_map([pool], |row| {
        Ok((
            row.get(0)?,
            Row {
                phase: Phase::from_code(row.get(1)?),
                units: row.get(2)?,
                flight: row.get(3)?,
                since_ms: row.get(4)?,
                due_ms: row.get(5)?,
                channel: row.get(6)?,
            },
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deals out what is free of a pool.
fn deal(
    tx: &Transaction<'_>,
    pool: PoolId,
    settings: &StrictSettings,
    ctx: &Context,
    plan: &mut Plan,
) -> Result<(), DbError> {
    tx.prepare_cached(
        "UPDATE allotment SET look = 0 WHERE look = 1 AND item_id IN (SELECT item_id FROM item WHERE pool_id = ?1)",
    )?
    .execute([pool])?;
    let rows = rows(tx, pool)?;
    let standing = listings::of_pool(tx, pool, ctx)?;
    let Some(stock) = standing.first().map(|one| StockView { fed: None, ..one.stock }) else { return Ok(()) };
    let mut holdings = Vec::new();
    for one in standing.iter().filter(|one| one.strict) {
        let (Some(row), Some(reach)) = (rows.get(&one.listing), ctx.reach(one.channel)) else { continue };
        let ready = row.due_ms <= ctx.now_ms;
        if !ready {
            plan.next_ms = plan.next_ms.into_iter().chain([row.due_ms]).min();
        }
        let left = row.units.saturating_sub(row.flight);
        holdings.push(Holding {
            fed: one.stock.fed,
            listing: one.listing,
            phase: row.phase,
            left,
            ready,
            rules: one.rules,
            reach,
        });
    }
    // Whoever shows nothing has waited for this long, and nobody has been closed for others since.
    let newest_ms = rows.values().filter(|row| row.phase != Phase::Granted).map(|row| row.since_ms).max();
    let rebalance_ms = newest_ms.unwrap_or(0).saturating_add(settings.rebalance_ms);
    for step in steps(&stock, &holdings, rebalance_ms <= ctx.now_ms) {
        match step {
            Step::Close(listing) => close(tx, listing, ctx.now_ms, plan)?,
            Step::Grant(listing, units) => {
                let (Some(row), Some(one)) =
                    (rows.get(&listing), standing.iter().find(|one| one.listing == listing))
                else {
                    continue;
                };
                plan.asks.push(Ask {
                    listing,
                    channel: row.channel.clone(),
                    item: one.item,
                    from: row.units,
                    to: row.flight.saturating_add(units),
                });
            }
        }
    }
    let waits = rows.values().any(|row| row.due_ms > ctx.now_ms);
    if waits || (rebalance_ms > ctx.now_ms && rows.values().any(|row| row.phase == Phase::Empty)) {
        // It is looked at again then.
        tx.prepare_cached(
            "UPDATE allotment SET look = 1 WHERE phase = 1 AND item_id IN (SELECT item_id FROM item WHERE pool_id = ?1)",
        )?
        .execute([pool])?;
        plan.next_ms = plan.next_ms.into_iter().chain(Some(rebalance_ms).filter(|ms| *ms > ctx.now_ms)).min();
    }
    Ok(())
}

/// What is being emptied, and what is strict no more.
fn moving(
    tx: &Transaction<'_>,
    settings: &StrictSettings,
    ctx: &Context,
    plan: &mut Plan,
) -> Result<(), DbError> {
    struct Moving {
        ask: Ask,
        channel: ChannelId,
        leaving: bool,
        zero_ms: Option<i64>,
        swept_ms: i64,
        flight: i64,
        due_ms: i64,
        /// An order of the channel cannot be read: nobody knows what it sold.
        blind: bool,
    }
    let moving: Vec<Moving> = tx
        .prepare_cached(
            "SELECT a.listing_id, c.name, a.item_id, a.units, a.flight, a.channel_id, a.phase,
                    CASE WHEN l.state = ?1 AND l.desired = 0 AND l.confirmed = 0 THEN l.confirmed_ms END,
                    coalesce(o.swept_ms, 0), a.due_ms,
                    EXISTS (SELECT 1 FROM order_unreadable u WHERE u.channel_id = a.channel_id)
             FROM allotment a INDEXED BY allotment_moving JOIN listing l USING (listing_id)
                  JOIN channel c ON c.channel_id = a.channel_id LEFT JOIN order_cursor o ON o.channel_id = a.channel_id
             WHERE a.phase <> 3 AND a.phase IN (0, 4) ORDER BY a.due_ms LIMIT ?2",
        )?
        .query_map(params![SlotState::Idle.code(), SOME], |row| {
            let flight: i64 = row.get(4)?;
            let leaving = Phase::from_code(row.get(6)?) == Phase::Leaving;
            Ok(Moving {
                ask: Ask {
                    listing: row.get(0)?,
                    channel: row.get(1)?,
                    item: row.get(2)?,
                    from: row.get(3)?,
                    to: if leaving { 0 } else { flight },
                },
                channel: row.get(5)?,
                leaving,
                zero_ms: row.get(7)?,
                swept_ms: row.get(8)?,
                flight,
                due_ms: row.get(9)?,
                blind: row.get(10)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    for one in moving {
        if one.leaving && one.ask.from == 0 {
            allotments::gone(tx, one.ask.listing)?;
            continue;
        }
        if !one.leaving {
            let Some(zero_ms) = one.zero_ms else { continue };
            // All it had is known to be sold: there is nothing else to be heard of.
            let all_sold = one.ask.from > 0 && one.ask.from <= one.flight;
            let from_ms = zero_ms.saturating_add(settings.settle_ms);
            if !all_sold && one.blind {
                plan.next_ms = plan.next_ms.into_iter().chain([ctx.now_ms.saturating_add(BLIND_MS)]).min();
                continue;
            }
            if !all_sold && one.swept_ms <= from_ms {
                if ctx.now_ms > from_ms {
                    plan.unknown_sales.insert(one.channel);
                } else {
                    plan.next_ms = plan.next_ms.into_iter().chain([from_ms.saturating_add(1)]).min();
                }
                continue;
            }
            if one.ask.from == one.flight {
                allotments::settled(tx, one.ask.listing, ctx.now_ms)?;
                plan.pools.extend(allotments::pool_of(tx, one.ask.listing)?);
                continue;
            }
        }
        if one.due_ms <= ctx.now_ms {
            plan.asks.push(one.ask);
        } else {
            plan.next_ms = plan.next_ms.into_iter().chain([one.due_ms]).min();
        }
    }
    Ok(())
}
