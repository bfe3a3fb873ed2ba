//! One batch of journal records, applied in the writer's transaction.

use super::EpochTracker;
use crate::db::DbError;
use crate::domain::PoolId;
use crate::issues;
use crate::ledger;
use crate::mirror::listings::{self, Context, Touched};
use crate::mirror::{
    Stamp, events, flight, inbox, items, pools, setting_changes, shipments, snapshots, velocity,
};
use onhand_journal::{ItemStatement, Position, Record, StockStatement};
use rusqlite::{Transaction, params};
use std::collections::BTreeMap;

/// What the follower read, in the journal's order.
#[derive(Debug)]
pub enum Input {
    /// A whole, well-formed record.
    Record(Box<Record>),
    /// Something that is no record: torn, hostile, or of a newer version. Set aside and reported.
    Unreadable {
        /// Short code for the issue list.
        code: &'static str,
        /// What was found and where.
        message: String,
    },
    /// Records were dropped because the journal was full.
    Gap {
        /// Since when, in microseconds.
        since: i64,
    },
}

/// What a batch did.
#[derive(Debug, Default)]
pub struct Effect {
    /// Listings and channels touched.
    pub touched: Touched,
    /// Records applied.
    pub records: usize,
    /// Something waits for its pool to rest.
    pub unsettled: bool,
    /// The shop says of some order that it has taken more than the mirror shows.
    claimed: bool,
    /// The velocity buffer keeps some listing at zero.
    fast: bool,
    /// Somebody wants to hear of what happens; what counts as little.
    hooks: Option<i64>,
    /// A hold may expire earlier than known so far.
    pub held: bool,
}

/// Dirty pools of a batch: newest ledger row, and whether orders alone are the cause.
type Dirty = BTreeMap<PoolId, (Option<i64>, bool)>;

/// Applies a batch and moves the cursor to `end`.
///
/// # Errors
/// When the database refuses; nothing of the batch is applied then.
pub fn apply(
    tx: &Transaction<'_>,
    batch: &[Input],
    end: Position,
    ctx: &Context,
    epochs: &mut EpochTracker,
) -> Result<Effect, DbError> {
    let mut effect = Effect {
        claimed: flight::any_claimed(tx)?,
        fast: velocity::any_in_force(tx)?,
        hooks: events::wanted(tx)?.then_some(ctx.low_stock),
        ..Effect::default()
    };
    let mut dirty = Dirty::new();
    for input in batch {
        match input {
            Input::Record(record) => {
                effect.records += 1;
                apply_record(tx, record, ctx.now_ms, epochs, &mut dirty, &mut effect)?;
            }
            Input::Unreadable { code, message } => unreadable(tx, code, message, ctx.now_ms)?,
            Input::Gap { since } => issues::want_resync(
                tx,
                since / 1000,
                "the journal was full and records were dropped",
                ctx.now_ms,
            )?,
        }
    }
    let pools = dirty.into_iter().map(|(pool, (ledger, by_order))| (pool, ledger, by_order));
    let seen = std::mem::take(&mut effect.touched);
    effect.touched =
        Touched { mail: seen.mail, news: seen.news, ..listings::recompute_pools(tx, pools, ctx)? };
    tx.prepare_cached(
        "UPDATE journal_cursor SET segment = ?1, offset = ?2, epoch = ?3, newest_at = ?4, applied_ms = ?5",
    )?
    .execute(params![
        i64::try_from(end.segment).unwrap_or(i64::MAX),
        i64::try_from(end.offset).unwrap_or(i64::MAX),
        epochs.epoch,
        epochs.newest_at,
        ctx.now_ms
    ])?;
    Ok(effect)
}

fn apply_record(
    tx: &Transaction<'_>,
    record: &Record,
    now_ms: i64,
    epochs: &mut EpochTracker,
    dirty: &mut Dirty,
    effect: &mut Effect,
) -> Result<(), DbError> {
    match record {
        Record::Stock(s) => {
            let stamp = stamp(tx, epochs, s.at, &s.req, now_ms)?;
            apply_stock(tx, s, stamp, now_ms, dirty, effect)
        }
        Record::Item(s) => {
            let stamp = stamp(tx, epochs, s.at, &s.req, now_ms)?;
            apply_item(tx, s, stamp, now_ms, dirty)
        }
        Record::SnapshotBegin(s) => {
            let stamp = stamp(tx, epochs, s.at, &s.req, now_ms)?;
            if s.scope == "all" {
                issues::resync_begun(tx, &s.snap)?;
            }
            snapshots::begin(tx, s, stamp, now_ms)
        }
        Record::SnapshotEnd(s) => {
            let closed = snapshots::end(tx, s)?;
            for pool in closed.forgotten {
                dirty.entry(pool).or_insert((None, false)).1 = false;
            }
            if closed.whole_store {
                issues::resync_done(tx, &s.snap)?;
            }
            match closed.incomplete {
                Some(message) => unreadable(tx, "snapshot_incomplete", &message, now_ms),
                None => Ok(()),
            }
        }
        Record::Webhook(webhook) => {
            if inbox::put(tx, webhook)? {
                effect.touched.mail.insert(webhook.channel.clone());
            }
            Ok(())
        }
        Record::Shipment(shipment) => {
            if shipments::put(tx, shipment)? {
                effect.touched.mail.insert(shipment.channel.clone());
            }
            Ok(())
        }
        Record::Setting(change) => setting_changes::told(tx, change),
    }
}

/// Something in the journal could not be used. What it may have said, a resync says again.
fn unreadable(tx: &Transaction<'_>, code: &str, message: &str, now_ms: i64) -> Result<(), DbError> {
    let action = "It was set aside; `wp onhand resync` restates what it may have said.";
    issues::raise(tx, &issues::Issue { code, scope: "journal", message, action }, now_ms)?;
    issues::want_resync(tx, now_ms, "a part of the journal could not be used", now_ms)
}

fn stamp(
    tx: &Transaction<'_>,
    epochs: &mut EpochTracker,
    at: i64,
    req: &str,
    now_ms: i64,
) -> Result<Stamp, DbError> {
    let verdict = epochs.observe(at, req);
    if verdict.jumped {
        issues::want_resync(tx, now_ms, "the database's clock jumped back", now_ms)?;
        flight::clock_jumped(tx)?;
    }
    Ok(Stamp { epoch: verdict.epoch, at })
}

fn apply_stock(
    tx: &Transaction<'_>,
    s: &StockStatement,
    stamp: Stamp,
    now_ms: i64,
    dirty: &mut Dirty,
    effect: &mut Effect,
) -> Result<(), DbError> {
    let pool = PoolId(s.pool);
    let before = pools::get(tx, pool)?;
    let appended = ledger::append(tx, s, before.and_then(|b| b.balance), now_ms)?;
    let newest = before.is_none_or(|b| b.stamp <= stamp);
    let quantity = if newest { s.qty } else { before.and_then(|b| b.quantity) };
    let balance = if quantity.is_none() && newest { None } else { appended.balance };
    let unsettled = (balance != quantity).then_some(now_ms);
    effect.unsettled |= unsettled.is_some();
    let mut sales = before.and_then(|b| b.sales);
    let sold = if appended.fresh { velocity::units_sold(&s.moves) } else { 0.0 };
    if sold > 0.0 {
        sales = Some(velocity::sold(tx, pool, sales, sold, s.at, effect.fast)?);
    }
    let mut landed = false;
    if appended.fresh {
        for movement in &s.moves {
            landed |= flight::moved(tx, pool, movement, s.at, appended.last)?;
        }
    }
    if newest {
        if effect.claimed {
            flight::overtaken(tx, pool, s.at)?;
        }
        effect.held |= s.held.as_ref().is_some_and(|held| !held.is_empty());
        pools::put(tx, s, stamp, balance, unsettled, sales.as_ref())?;
        if let Some(low) = effect.hooks {
            effect.touched.news |= events::stock(tx, s, before.and_then(|b| b.quantity), low, now_ms)?;
        }
        let entry = dirty.entry(pool).or_insert((None, true));
        entry.0 = appended.last.or(entry.0);
        entry.1 &= appended.by_order;
    } else {
        pools::put_balance(tx, pool, balance, unsettled)?;
        if let Some(sales) = sales.filter(|_| sold > 0.0) {
            velocity::put(tx, pool, &sales)?;
        }
        let held = s.held.is_some() && pools::put_late_holds(tx, s, stamp)?;
        effect.held |= held;
        if landed || held {
            let entry = dirty.entry(pool).or_insert((None, true));
            entry.1 &= appended.by_order;
        }
        // Overtaken by a newer statement, but it did arrive: the snapshot is not short of it.
        if let Some(snap) = &s.snap {
            tx.prepare_cached("UPDATE pool SET snap = ?2 WHERE pool_id = ?1")?
                .execute(params![pool, snap])?;
        }
    }
    Ok(())
}

fn apply_item(
    tx: &Transaction<'_>,
    s: &ItemStatement,
    stamp: Stamp,
    now_ms: i64,
    dirty: &mut Dirty,
) -> Result<(), DbError> {
    let change = items::apply(tx, s, stamp)?;
    if !change.applied {
        if let Some(snap) = &s.snap {
            tx.prepare_cached("UPDATE item SET snap = ?2 WHERE item_id = ?1")?
                .execute(params![s.item, snap])?;
        }
        return Ok(());
    }
    // Mended problems are reported no more; those that remain are raised again.
    tx.prepare_cached("DELETE FROM issue WHERE scope = ?1")?.execute([format!("item:{}", s.item)])?;
    for problem in &s.problems {
        issues::raise_item_problem(tx, s, problem, now_ms)?;
    }
    dirty.entry(PoolId(s.pool)).or_insert((None, false)).1 = false;
    Ok(())
}
