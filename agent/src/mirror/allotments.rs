//! Strict listings: which units are whose alone, and what each is to show because of it. The rules of the game are in
//! `allocation/strict.rs`; who moves them is `dealing.rs`; who asks the shop is `app/strict.rs`.

use super::dealing::Ask;
use super::listings::{Context, Standing};
use crate::allocation::{Allocation, Phase, Reason};
use crate::db::DbError;
use crate::domain::{ListingId, PoolId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// What a strict listing is to show; notes that its pool changed. `by_rules`: what it would show if it were not strict.
pub(super) fn shown(
    tx: &Transaction<'_>,
    now: &Standing,
    by_rules: Allocation,
    ctx: &Context,
) -> Result<Allocation, DbError> {
    let is = |reason| Allocation { desired: Some(0), reason };
    let counted = !matches!(by_rules.reason, Reason::Off | Reason::UnmanagedFixed | Reason::UnmanagedUnknown);
    // A kit has no units that could be kept: its parts have.
    if now.rules.strict != Some(true) || !counted || now.kit {
        leave(tx, now, ctx.now_ms)?;
        return Ok(by_rules);
    }
    if !ctx.homing.contains(&now.channel) {
        leave(tx, now, ctx.now_ms)?;
        return Ok(is(Reason::StrictWithoutOrders));
    }
    let phase: Option<i64> = tx
        .prepare_cached("UPDATE allotment SET look = 1 WHERE listing_id = ?1 RETURNING phase")?
        .query_row([now.listing], |row| row.get(0))
        .optional()?;
    let Some(phase) = phase.map(Phase::from_code) else { return Ok(is(begin(tx, now, ctx.now_ms)?)) };
    if matches!(by_rules.reason, Reason::Deleted | Reason::NotSellable | Reason::UnmanagedOut) {
        if matches!(phase, Phase::Open | Phase::Granted) {
            to_phase(tx, now.listing, Phase::Closing, ctx.now_ms)?;
        }
        return Ok(by_rules);
    }
    Ok(match phase {
        Phase::Open => {
            let opened = tx
                .prepare_cached("SELECT opened FROM allotment WHERE listing_id = ?1")?
                .query_row([now.listing], |row| row.get(0))?;
            Allocation { desired: Some(opened), reason: Reason::Allotted }
        }
        Phase::Leaving => {
            to_phase(tx, now.listing, Phase::Closing, ctx.now_ms)?;
            tx.prepare_cached("UPDATE listing SET strict = 1 WHERE listing_id = ?1")?
                .execute([now.listing])?;
            is(Reason::Emptying)
        }
        Phase::Closing => is(Reason::Emptying),
        Phase::Empty | Phase::Granted => is(Reason::NotAllotted),
    })
}

/// It is strict from now on: what it shows comes first to nothing.
fn begin(tx: &Transaction<'_>, now: &Standing, now_ms: i64) -> Result<Reason, DbError> {
    let added = tx
        .prepare_cached(
            "INSERT INTO allotment (listing_id, channel_id, item_id, phase, since_ms) VALUES (?1, ?2, ?3, 0, ?4)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![now.listing, now.channel, now.item, now_ms])?;
    if added == 0 {
        return Ok(Reason::StrictTwice);
    }
    tx.prepare_cached("UPDATE listing SET strict = 1 WHERE listing_id = ?1")?.execute([now.listing])?;
    Ok(Reason::Emptying)
}

/// Strict no more: what is its own becomes everybody's as soon as the shop knows.
fn leave(tx: &Transaction<'_>, now: &Standing, now_ms: i64) -> Result<(), DbError> {
    if !now.strict {
        return Ok(());
    }
    tx.prepare_cached("UPDATE listing SET strict = 0 WHERE listing_id = ?1")?.execute([now.listing])?;
    to_phase(tx, now.listing, Phase::Leaving, now_ms)
}

pub(super) fn to_phase(
    tx: &Transaction<'_>,
    listing: ListingId,
    phase: Phase,
    now_ms: i64,
) -> Result<(), DbError> {
    // Open is when it sells; in every other phase it could not, which is the price of being strict.
    tx.prepare_cached(
        "UPDATE allotment SET phase = ?2, since_ms = ?3, look = 1, due_ms = 0,
                open_ms = open_ms + CASE phase WHEN 3 THEN ?3 - since_ms ELSE 0 END,
                dry_ms = dry_ms + CASE phase WHEN 3 THEN 0 ELSE ?3 - since_ms END
         WHERE listing_id = ?1",
    )?
    .execute(params![listing, phase.code(), now_ms])?;
    Ok(())
}

/// Linked to another variation, or to none: what the shop keeps for it is given back when it is next compared.
pub(super) fn remapped(tx: &Transaction<'_>, listing: ListingId, item: Option<i64>) -> Result<(), DbError> {
    let gone = tx
        .prepare_cached("DELETE FROM allotment WHERE listing_id = ?1 AND item_id IS NOT ?2")?
        .execute(params![listing, item])?;
    if gone > 0 {
        tx.prepare_cached("UPDATE listing SET strict = 0 WHERE listing_id = ?1")?.execute([listing])?;
    }
    Ok(())
}

/// Is there anything to look after?
///
/// # Errors
/// When the database refuses.
pub fn any(conn: &Connection) -> Result<bool, DbError> {
    Ok(conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM allotment)")?.query_row([], |row| row.get(0))?)
}

pub(super) fn pool_of(tx: &Transaction<'_>, listing: ListingId) -> Result<Option<PoolId>, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT i.pool_id FROM listing l JOIN item i ON i.item_id = l.item_id WHERE l.listing_id = ?1",
        )?
        .query_row([listing], |row| row.get(0))
        .optional()?)
}

pub(super) fn settled(tx: &Transaction<'_>, listing: ListingId, now_ms: i64) -> Result<(), DbError> {
    to_phase(tx, listing, Phase::Empty, now_ms)
}

pub(super) fn gone(tx: &Transaction<'_>, listing: ListingId) -> Result<(), DbError> {
    tx.prepare_cached("DELETE FROM allotment WHERE listing_id = ?1")?.execute([listing])?;
    Ok(())
}

/// The shop has noted so many units, which may be other than was asked for: what it says holds. Returns the pools that
/// changed.
///
/// # Errors
/// When the database refuses.
pub fn noted(tx: &Transaction<'_>, answers: &[(Ask, i64)], now_ms: i64) -> Result<BTreeSet<PoolId>, DbError> {
    let mut pools = BTreeSet::new();
    for (ask, units) in answers {
        let row: Option<(i64, i64)> = tx
            .prepare_cached(
                "UPDATE allotment SET units = ?2 WHERE listing_id = ?1 AND item_id = ?3 RETURNING phase, flight",
            )?
            .query_row(params![ask.listing, units, ask.item], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((phase, flight)) = row else { continue };
        pools.extend(pool_of(tx, ask.listing)?);
        match Phase::from_code(phase) {
            Phase::Empty if *units > flight => to_phase(tx, ask.listing, Phase::Granted, now_ms)?,
            Phase::Closing if *units <= flight => settled(tx, ask.listing, now_ms)?,
            Phase::Leaving if *units == 0 => gone(tx, ask.listing)?,
            // Not what was asked for: asked again, a little later.
            _ => tell_later(tx, &[ask.listing], now_ms.saturating_add(1_000))?,
        }
    }
    Ok(pools)
}

/// The shop could not be asked.
///
/// # Errors
/// When the database refuses.
pub fn tell_later(tx: &Transaction<'_>, listings: &[ListingId], due_ms: i64) -> Result<(), DbError> {
    for listing in listings {
        tx.prepare_cached("UPDATE allotment SET due_ms = ?2, look = 1 WHERE listing_id = ?1")?
            .execute(params![listing, due_ms])?;
    }
    Ok(())
}

/// Of what the shop has noted, by channel and variation, what is nobody's here: to be given back.
///
/// # Errors
/// When the database refuses.
pub fn nobodys(tx: &Transaction<'_>, noted: &[(String, i64, i64)]) -> Result<Vec<Ask>, DbError> {
    let mut known = tx.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM allotment a JOIN channel c USING (channel_id) WHERE c.name = ?1 AND a.item_id = ?2)",
    )?;
    let mut asks = Vec::new();
    for (channel, item, units) in noted {
        if *units > 0 && !known.query_row(params![channel, item], |row| row.get::<_, bool>(0))? {
            asks.push(Ask {
                listing: ListingId(0),
                channel: channel.clone(),
                item: *item,
                from: *units,
                to: 0,
            });
        }
    }
    Ok(asks)
}

/// A strict listing, as people are told of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AllotmentRow {
    /// Which listing.
    pub listing: i64,
    /// emptying, empty, granted, open, leaving.
    pub phase: &'static str,
    /// Units that are its alone.
    pub units: i64,
    /// Of these, sold and not home yet.
    pub in_flight: i64,
    /// What the channel was set to while it is open.
    pub opened: i64,
    /// Units that it has sold since it is strict.
    pub sold: i64,
    /// For so long it could sell.
    pub open_ms: i64,
    /// For so long it could not, since units are first taken back or held by others.
    pub dry_ms: i64,
}

/// The strict listings of a variation.
///
/// # Errors
/// When the database refuses.
pub fn of_item(conn: &Connection, item: i64, now_ms: i64) -> Result<Vec<AllotmentRow>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT listing_id, phase, units, flight, opened, sold,
                open_ms + CASE phase WHEN 3 THEN ?2 - since_ms ELSE 0 END, dry_ms + CASE phase WHEN 3 THEN 0 ELSE ?2 - since_ms END
         FROM allotment WHERE item_id = ?1 ORDER BY listing_id",
    )?;
    let rows = select.query_map(params![item, now_ms], |row| {
        Ok(AllotmentRow {
            listing: row.get(0)?,
            phase: Phase::from_code(row.get(1)?).as_str(),
            units: row.get(2)?,
            in_flight: row.get(3)?,
            opened: row.get(4)?,
            sold: row.get(5)?,
            open_ms: row.get(6)?,
            dry_ms: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
