//! What every listing should show, recomputed from state whenever its pool changed.
//!
//! Level-triggered: the desired quantity is a function of the pool, the item and the rules, never accumulated.
//! A listing that differs from what its channel was told becomes `behind`; one that no longer does is idle again.

mod introduce;
mod preview;
mod restate;

pub use introduce::{introduce, introduce_channel};
pub use preview::{Changed, ChannelPreview, Instead, Preview, preview, preview_quantities};
pub use restate::{restate_channel, restate_these};

use crate::allocation::{
    Allocation, Filed, Layers, Places, PriceRule, Reach, Reason, RuleSet, Rules, StockView, VelocitySettings,
    allocate,
};
use crate::db::DbError;
use crate::domain::{ChannelId, ListingId, PoolId, Quantity, SlotState};
use crate::mirror::pools::parse_held;
use crate::mirror::sweep::{self, GuardSettings};
use crate::mirror::velocity;
use crate::mirror::{allotments, kits};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What recomputing needs to know besides the database.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// This machine's clock.
    pub now_ms: i64,
    /// Largest quantity of each channel, by its connector. Channels not named here are left alone.
    pub channel_max: BTreeMap<ChannelId, i64>,
    /// Rules of each channel.
    pub channel_rules: BTreeMap<ChannelId, Rules>,
    /// Rules for a part of the variations.
    pub rule_sets: Arc<Vec<RuleSet>>,
    /// How prices follow the shop's, for channels that do.
    pub channel_prices: BTreeMap<ChannelId, PriceRule>,
    /// How long after a sale each channel shows it; not named: not measured yet.
    pub channel_lags: BTreeMap<ChannelId, i64>,
    /// Channels whose orders come home.
    pub homing: Arc<BTreeSet<ChannelId>>,
    /// With so many or fewer left a pool should be ordered, where the shop does not say; 0: nobody is told.
    pub low_stock: i64,
    /// The velocity buffer.
    pub velocity: VelocitySettings,
    /// When a sweep is held for a person's yes.
    pub guard: GuardSettings,
}

/// A channel whose lag was not measured yet: orders are asked for once a minute, and then it is told.
const LAG_MS: i64 = 62_000;

impl Context {
    /// How far the agent reaches a channel; `None`: it is left alone.
    #[must_use]
    pub fn reach(&self, channel: ChannelId) -> Option<Reach> {
        Some(Reach {
            max: *self.channel_max.get(&channel)?,
            lag_ms: self.channel_lags.get(&channel).copied().unwrap_or(LAG_MS),
            channels: u32::try_from(self.channel_max.len()).unwrap_or(u32::MAX),
            risk_ppm: self.velocity.risk_ppm,
        })
    }
}

/// Gives what recomputing needs: channels may come and go while the agent runs.
pub type ContextSource = std::sync::Arc<dyn Fn() -> Context + Send + Sync>;

/// What recomputing changed.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// Channels with new work.
    pub channels: BTreeSet<ChannelId>,
    /// Channels for which a webhook or a shipment came in.
    pub mail: BTreeSet<String>,
    /// What strict listings may sell is to be looked at.
    pub strict: bool,
    /// Something happened that somebody wants to hear of.
    pub news: bool,
    /// Listings per channel that were zeroed or multiplied without an order as the cause: for the sweep guard.
    pub swept: BTreeMap<ChannelId, Vec<ListingId>>,
}

impl Touched {
    /// Together.
    pub fn add(&mut self, other: Self) {
        self.channels.extend(other.channels);
        self.mail.extend(other.mail);
        self.strict |= other.strict;
        self.news |= other.news;
        for (channel, listings) in other.swept {
            self.swept.entry(channel).or_default().extend(listings);
        }
    }
}

/// A desired quantity this many times the confirmed one counts as multiplied.
const MULTIPLIED: i64 = 10;

/// A listing, with the stock and the rules that hold for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub listing: ListingId,
    pub channel: ChannelId,
    pub item: i64,
    pub stock: StockView,
    pub rules: Rules,
    /// Dispatch takes it for a strict one.
    pub strict: bool,
    /// It is made of others.
    pub kit: bool,
}

struct Current {
    listing: ListingId,
    channel: ChannelId,
    item: i64,
    stock: StockView,
    places: Option<String>,
    strict: bool,
    kit: bool,
    rules: Option<String>,
    /// Where there are rules that ask for it.
    filed: Option<Filed>,
    desired: Option<i64>,
    reason: String,
    sent: Option<i64>,
    confirmed: Option<i64>,
    state: SlotState,
    behind_ms: Option<i64>,
    held_by: Option<i64>,
    /// The channel took the last push and applies it later.
    accepted: bool,
    shop_price: Option<String>,
    desired_price: Option<String>,
    confirmed_price: Option<String>,
}

const SELECT: &str =
    "SELECT l.listing_id, l.channel_id, p.qty_micros, p.managed, p.status, p.held, i.sellable,
        i.deleted, l.rules, l.desired, l.reason, l.sent, l.confirmed, l.state, l.behind_ms, l.held_by, l.receipt IS NOT NULL,
        i.price, l.desired_price, l.confirmed_price,
        coalesce((SELECT sum(o.wanted - o.home) FROM item s JOIN order_line o ON o.item_id = s.item_id
                  WHERE s.pool_id = i.pool_id AND o.wanted > o.home), 0),
        p.sold, p.sold_at, i.sku, coalesce(i.parent_id, i.item_id), i.terms, coalesce(p.allotted, 0), l.strict, i.item_id,
        i.kit, p.places
     FROM item i JOIN listing l ON l.item_id = i.item_id LEFT JOIN pool p ON p.pool_id = i.pool_id";

/// Recomputes all listings of these pools. `by_order`: an order is the cause, so the guard has no say.
///
/// # Errors
/// When the database refuses.
pub fn recompute_pools(
    tx: &Transaction<'_>,
    pools: impl IntoIterator<Item = (PoolId, Option<i64>, bool)>,
    ctx: &Context,
) -> Result<Touched, DbError> {
    let mut touched = Touched::default();
    if ctx.channel_max.is_empty() {
        return Ok(touched);
    }
    let mut pools: Vec<(PoolId, Option<i64>, bool)> = pools.into_iter().collect();
    if kits::any(tx)? {
        for (pool, ledger, by_order) in pools.clone() {
            pools.extend(kits::of_pool(tx, pool)?.into_iter().map(|kit| (kit, ledger, by_order)));
        }
    }
    let mut select = tx.prepare_cached(&format!("{SELECT} WHERE i.pool_id = ?1"))?;
    for (pool, ledger, by_order) in pools {
        let rows = select.query_map([pool], |row| current(row, ctx))?;
        for row in rows {
            update(tx, &row??, ledger, by_order, ctx, &mut touched)?;
        }
    }
    sweep::guard(tx, &touched, &ctx.guard, ctx.now_ms)?;
    Ok(touched)
}

/// Recomputes every listing of a channel: after its rules changed, or for a resync.
///
/// # Errors
/// When the database refuses.
pub fn recompute_channel(
    tx: &Transaction<'_>,
    channel: ChannelId,
    ctx: &Context,
) -> Result<Touched, DbError> {
    let mut touched = Touched::default();
    let mut select = tx.prepare(&format!("{SELECT} WHERE l.channel_id = ?1"))?;
    let rows = select.query_map([channel], |row| current(row, ctx))?;
    for row in rows {
        update(tx, &row??, None, false, ctx, &mut touched)?;
    }
    sweep::guard(tx, &touched, &ctx.guard, ctx.now_ms)?;
    Ok(touched)
}

const OF_SKU: &str =
    "channel_id = ?1 AND item_id IN (SELECT item_id FROM item WHERE sku = ?2 AND deleted = 0)";

/// The rules of a channel's listings of a variation; `None`: it has none.
///
/// # Errors
/// When the database refuses.
pub fn rules_of(conn: &Connection, channel: ChannelId, sku: &str) -> Result<Option<Rules>, DbError> {
    let found: Option<Option<String>> = conn
        .query_row(
            &format!("SELECT rules FROM listing WHERE {OF_SKU} LIMIT 1"),
            params![channel, sku],
            |row| row.get(0),
        )
        .optional()?;
    let Some(json) = found else { return Ok(None) };
    match json {
        None => Ok(Some(Rules::default())),
        Some(json) => serde_json::from_str(&json)
            .map(Some)
            .map_err(|error| DbError::Corrupt(format!("rules of listings of {sku}: {error}"))),
    }
}

/// Rules of its own for a channel's listings of a variation, over the channel's.
///
/// # Errors
/// When the database refuses.
pub fn set_rules(tx: &Transaction<'_>, channel: ChannelId, sku: &str, rules: &Rules) -> Result<(), DbError> {
    let json = serde_json::to_string(rules).map_err(|error| DbError::Corrupt(error.to_string()))?;
    let json = (*rules != Rules::default()).then_some(json);
    tx.execute(&format!("UPDATE listing SET rules = ?3 WHERE {OF_SKU}"), params![channel, sku, json])?;
    Ok(())
}

/// Where variations with this SKU are counted.
///
/// # Errors
/// When the database refuses.
pub fn pools_of_sku(conn: &Connection, sku: &str) -> Result<Vec<PoolId>, DbError> {
    let mut select =
        conn.prepare_cached("SELECT DISTINCT pool_id FROM item WHERE sku = ?1 AND deleted = 0")?;
    let rows = select.query_map([sku], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Of a row's columns SKU, product and terms.
pub(super) fn filed(row: &Row<'_>, first: usize) -> rusqlite::Result<Filed> {
    let terms: String = row.get(first + 2)?;
    let corrupt = |error| {
        rusqlite::Error::FromSqlConversionFailure(first + 2, rusqlite::types::Type::Text, Box::new(error))
    };
    Ok(Filed {
        sku: row.get(first)?,
        product: row.get(first + 1)?,
        terms: serde_json::from_str(&terms).map_err(corrupt)?,
    })
}

fn current(row: &Row<'_>, ctx: &Context) -> rusqlite::Result<Result<Current, DbError>> {
    let now_ms = ctx.now_ms;
    let held_json: Option<String> = row.get(5)?;
    let held = match held_json.as_deref().map(parse_held).transpose() {
        Ok(held) => held.unwrap_or_default(),
        Err(error) => return Ok(Err(error)),
    };
    let held: i64 = held
        .iter()
        .filter(|(_, until)| *until > now_ms.saturating_mul(1000))
        .fold(0, |sum, (micros, _)| i64::saturating_add(sum, *micros));
    let filed = if ctx.rule_sets.is_empty() { None } else { Some(filed(row, 23)?) };
    let pool_known = row.get::<_, Option<bool>>(3)?;
    let (status, reason): (Option<String>, String) = (row.get(4)?, row.get(10)?);
    Ok(Ok(Current {
        listing: row.get(0)?,
        channel: row.get(1)?,
        stock: StockView {
            quantity: row.get::<_, Option<i64>>(2)?.map(Quantity::from_micros),
            managed: pool_known.unwrap_or(false),
            in_stock: status.is_some_and(|status| status != "outofstock"),
            fed: None,
            held: Quantity::from_micros(held),
            in_flight: row.get(20)?,
            allotted: row.get(26)?,
            pace: velocity::pace_of_row(row, 21, now_ms.saturating_mul(1000), velocity::in_force(&reason))?,
            sellable: row.get(6)?,
            deleted: row.get(7)?,
        },
        places: row.get(30)?,
        strict: row.get(27)?,
        item: row.get(28)?,
        kit: row.get(29)?,
        rules: row.get(8)?,
        filed,
        desired: row.get(9)?,
        reason,
        sent: row.get(11)?,
        confirmed: row.get(12)?,
        state: SlotState::from_code(row.get(13)?),
        behind_ms: row.get(14)?,
        held_by: row.get(15)?,
        accepted: row.get(16)?,
        shop_price: row.get(17)?,
        desired_price: row.get(18)?,
        confirmed_price: row.get(19)?,
    }))
}

/// By which rules it is listed, and of which stock.
fn standing(conn: &Connection, now: &Current, ctx: &Context) -> Result<Standing, DbError> {
    let channel_rules = ctx.channel_rules.get(&now.channel).copied().unwrap_or_default();
    let own: Rules = match &now.rules {
        Some(json) => serde_json::from_str(json)
            .map_err(|error| DbError::Corrupt(format!("rules of listing {}: {error}", now.listing)))?,
        None => Rules::default(),
    };
    let rules = match &now.filed {
        None => own.over(channel_rules),
        Some(filed) => Layers::of(own, now.channel, channel_rules, filed, &ctx.rule_sets).merged(),
    };
    let Current { listing, channel, item, stock, strict, kit, .. } = *now;
    let stock = match &now.places {
        _ if kit => kits::view(stock, &kits::parts(conn, item, &rules, ctx.now_ms)?),
        Some(places) if rules.locations.is_some() => {
            StockView { fed: Places::read(places)?.feeding(&rules), ..stock }
        }
        _ => stock,
    };
    Ok(Standing { listing, channel, item, stock, rules, strict, kit })
}

/// All listings of a pool.
pub(super) fn of_pool(tx: &Transaction<'_>, pool: PoolId, ctx: &Context) -> Result<Vec<Standing>, DbError> {
    let mut select = tx.prepare_cached(&format!("{SELECT} WHERE i.pool_id = ?1"))?;
    let rows = select.query_map([pool], |row| current(row, ctx))?;
    rows.map(|row| standing(tx, &row??, ctx)).collect()
}

fn update(
    tx: &Transaction<'_>,
    now: &Current,
    ledger: Option<i64>,
    by_order: bool,
    ctx: &Context,
    touched: &mut Touched,
) -> Result<(), DbError> {
    let Some(reach) = ctx.reach(now.channel) else { return Ok(()) };
    let standing = standing(tx, now, ctx)?;
    let mut allocation = allocate(&standing.stock, &standing.rules, &reach);
    if standing.strict || standing.rules.strict == Some(true) {
        allocation = allotments::shown(tx, &standing, allocation, ctx)?;
        touched.strict = true;
    }
    let Allocation { desired, reason } = allocation;
    let rule = ctx.channel_prices.get(&now.channel);
    // What is not listed by us is not priced by us.
    let price = rule.filter(|_| desired.is_some()).and_then(|rule| rule.price(now.shop_price.as_deref()?));
    let same = desired == now.desired && price == now.desired_price;
    if same && reason.as_str() == now.reason {
        return Ok(());
    }
    if same {
        tx.prepare_cached("UPDATE listing SET reason = ?2 WHERE listing_id = ?1")?
            .execute(params![now.listing, reason.as_str()])?;
        return Ok(());
    }
    let sweep = !by_order && is_sweep(now.confirmed, desired, reason);
    write(tx, now, &Wanted { desired, price, reason }, ledger, sweep, ctx.now_ms)?;
    touched.channels.insert(now.channel);
    if sweep {
        touched.swept.entry(now.channel).or_default().push(now.listing);
    }
    Ok(())
}

/// Would this change, made to many listings at once, be the mark of a broken import?
fn is_sweep(confirmed: Option<i64>, desired: Option<i64>, reason: Reason) -> bool {
    match (confirmed, desired) {
        (Some(shown), Some(0)) => {
            shown > 0 && !matches!(reason, Reason::Off | Reason::SellingFast) && !reason.is_strict()
        }
        (Some(shown), Some(wanted)) => shown > 0 && wanted / MULTIPLIED >= shown && !reason.is_strict(),
        _ => false,
    }
}

/// What a listing should show.
struct Wanted {
    desired: Option<i64>,
    price: Option<String>,
    reason: Reason,
}

fn write(
    tx: &Transaction<'_>,
    now: &Current,
    wanted: &Wanted,
    ledger: Option<i64>,
    sweep: bool,
    now_ms: i64,
) -> Result<(), DbError> {
    // What the channel was last told decides: a change that returns to it before it was sent costs nothing.
    let desired = wanted.desired;
    let priced = wanted.price.is_none() || wanted.price == now.confirmed_price;
    let in_step = desired.is_none() || (desired == now.confirmed && desired == now.sent && priced);
    let state = match now.state {
        // The outcome of the attempt under way decides what comes next.
        SlotState::Leased => now.state,
        SlotState::Verifying if !now.accepted => now.state,
        // The channel works on what it was told last: only another wish overtakes that.
        SlotState::Verifying | SlotState::InFeed if desired.is_none() || (desired == now.sent && priced) => {
            now.state
        }
        _ if in_step => SlotState::Idle,
        _ => SlotState::Behind,
    };
    let behind_ms = if in_step { None } else { now.behind_ms.or(Some(now_ms)) };
    let held_by = if sweep { now.held_by } else { None };
    tx.prepare_cached(
        "UPDATE listing SET desired = ?2, reason = ?3, version = version + 1, cause_ledger = coalesce(?4, cause_ledger),
                state = ?5, behind_ms = ?7,
                due_ms = CASE WHEN ?5 = 1 AND (state <> 1 OR ?6 < urgency) THEN 0 ELSE due_ms END, urgency = ?6,
                attempts = CASE WHEN ?5 = 1 AND state <> 1 THEN 0 ELSE attempts END,
                held_by = ?8, swept_ms = CASE WHEN ?9 THEN ?10 ELSE NULL END, desired_price = ?11
         WHERE listing_id = ?1",
    )?
    .execute(params![
        now.listing,
        desired,
        wanted.reason.as_str(),
        ledger,
        state.code(),
        // What was sent and not confirmed may be there, or come: the most it may show counts.
        urgency(now.confirmed.max(now.sent), desired),
        behind_ms,
        held_by,
        sweep,
        now_ms,
        wanted.price
    ])?;
    Ok(())
}

/// Sold out goes before a decrease, a decrease before an increase.
#[must_use]
pub fn urgency(shown: Option<i64>, desired: Option<i64>) -> i64 {
    match (shown, desired) {
        (Some(0), Some(0)) => 2,
        (_, Some(0)) => 0,
        (Some(shown), Some(wanted)) if wanted < shown => 1,
        (None, Some(_)) => 1,
        _ => 2,
    }
}
