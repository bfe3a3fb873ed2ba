//! The book of orders: one row per channel and order, whoever tells of it and however often.

use super::{lines, parking};
use crate::db::DbError;
use crate::domain::{ChannelId, Order, OrderMode, OrderRules, OrderStage, PoolId};
use crate::mirror::flight;
use crate::mirror::listings::{self, Context, Touched};
use crate::secrets::Sealer;
use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

/// Where an order stands on its way home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// The shop has it as it is now.
    Home,
    /// To be told to the shop.
    Waiting,
    /// Being told.
    OnItsWay,
    /// A person has to decide.
    Parked,
}

impl OrderState {
    /// Every state there is.
    pub const ALL: [Self; 4] = [Self::Home, Self::Waiting, Self::OnItsWay, Self::Parked];

    /// As stored.
    #[must_use]
    pub fn code(self) -> i64 {
        match self {
            Self::Home => 0,
            Self::Waiting => 1,
            Self::OnItsWay => 2,
            Self::Parked => 3,
        }
    }

    /// The word shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Waiting => "waiting",
            Self::OnItsWay => "on_its_way",
            Self::Parked => "parked",
        }
    }

    /// Of a stored number.
    #[must_use]
    pub fn from_code(code: i64) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::Waiting)
    }
}

/// Who told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A webhook.
    Webhook,
    /// Asking.
    Poll,
}

impl Via {
    fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Poll => "poll",
        }
    }
}

/// What a statement did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// It is new.
    New,
    /// It says something new of an order that is known.
    Changed,
    /// It says nothing new.
    Known,
    /// Placed before the channel's orders came home, or cancelled before anybody heard of it.
    NotOurs,
}

/// A channel, as far as its orders are concerned.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Its id.
    pub channel: ChannelId,
    /// Its name.
    pub name: String,
    /// Its rules.
    pub rules: OrderRules,
}

struct Before {
    id: i64,
    digest: String,
    changed_ms: i64,
    state: OrderState,
}

/// Enters what a channel says of an order, and takes what it sold off what is listed.
///
/// # Errors
/// When the database refuses, or the order cannot be sealed.
pub fn enter(
    tx: &Transaction<'_>,
    desk: &Desk,
    order: &Order,
    via: Via,
    sealer: &Sealer,
    ctx: &Context,
) -> Result<(Entered, Touched), DbError> {
    let nothing = |entered| Ok((entered, Touched::default()));
    let before = before(tx, desk.channel, &order.id)?;
    let digest = digest(order)?;
    match &before {
        None if order.placed_ms < desk.rules.since_ms || order.stage == OrderStage::Cancelled => {
            return nothing(Entered::NotOurs);
        }
        Some(known) if known.digest == digest || order.changed_ms < known.changed_ms => {
            return nothing(Entered::Known);
        }
        _ => {}
    }
    let statement = serde_json::to_vec(order).map_err(|error| DbError::Corrupt(error.to_string()))?;
    let sealed = sealer
        .seal_bytes(&purpose(&desk.name, &order.id), &statement)
        .map_err(|error| DbError::Corrupt(error.to_string()))?;
    let entered = if before.is_some() { Entered::Changed } else { Entered::New };
    // One that is being told is told again when that has ended.
    let state = match before.as_ref().map(|before| before.state) {
        Some(OrderState::OnItsWay) => OrderState::OnItsWay,
        _ => OrderState::Waiting,
    };
    let id = match before {
        Some(before) => {
            tx.prepare_cached(
                "UPDATE channel_order SET number = ?2, stage = ?3, changed_ms = ?4, digest = ?5, revision = revision + 1,
                        statement = ?6, state = ?7, code = NULL, message = NULL, attempts = 0, due_ms = 0
                 WHERE order_id = ?1",
            )?
            .execute(params![
                before.id,
                order.number,
                order.stage.as_str(),
                order.changed_ms,
                digest,
                sealed,
                state.code()
            ])?;
            before.id
        }
        None => tx
            .prepare_cached(
                "INSERT INTO channel_order (channel_id, external, number, stage, placed_ms, changed_ms, digest, revision,
                        statement, via, state, first_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, ?11)",
            )?
            .insert(params![
                desk.channel,
                order.id,
                order.number,
                order.stage.as_str(),
                order.placed_ms,
                order.changed_ms,
                digest,
                sealed,
                via.as_str(),
                state.code(),
                ctx.now_ms
            ])?,
    };
    lines::write(tx, desk, id, order)?;
    let news = state == OrderState::Waiting && park_if_unknown(tx, id, order, desk, ctx.now_ms)?;
    let mut touched = recompute(tx, id, ctx)?;
    touched.news |= news;
    Ok((entered, touched))
}

/// Looks again for the variations of an order's lines. Parked, if one is still not known.
///
/// # Errors
/// When the database refuses.
pub fn look_up(
    tx: &Transaction<'_>,
    desk: &Desk,
    id: i64,
    order: &Order,
    ctx: &Context,
) -> Result<Touched, DbError> {
    lines::write(tx, desk, id, order)?;
    let news = park_if_unknown(tx, id, order, desk, ctx.now_ms)?;
    let mut touched = recompute(tx, id, ctx)?;
    touched.news |= news;
    Ok(touched)
}

/// What everybody lists, less what the order has sold.
///
/// # Errors
/// When the database refuses.
pub fn recompute(tx: &Transaction<'_>, id: i64, ctx: &Context) -> Result<Touched, DbError> {
    let pools: Vec<PoolId> = tx
        .prepare_cached(
            "SELECT DISTINCT i.pool_id FROM order_line o JOIN item i ON i.item_id = o.item_id WHERE o.order_id = ?1",
        )?
        .query_map([id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    listings::recompute_pools(
        tx,
        pools.into_iter().map(|pool| (pool, Some(flight::stands_for(id)), true)),
        ctx,
    )
}

/// An order of which a line is of no known variation, or of one of several, cannot become one of the shop's. True: somebody
/// wants to hear of it.
fn park_if_unknown(
    tx: &Transaction<'_>,
    id: i64,
    order: &Order,
    desk: &Desk,
    now_ms: i64,
) -> Result<bool, DbError> {
    let unknown: Vec<(String, bool)> = tx
        .prepare_cached(
            "SELECT coalesce(o.sku, o.title),
                    (SELECT count(*) FROM item i WHERE i.sku = o.sku AND i.deleted = 0 AND i.kind <> 'variable') > 1
             FROM order_line o WHERE o.order_id = ?1 AND o.item_id IS NULL AND o.wanted > 0 ORDER BY o.line",
        )?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let is_stock = desk.rules.mode == OrderMode::Stock;
    if unknown.is_empty() || (is_stock && order.lines.iter().all(|line| line.by_channel)) {
        return Ok(false);
    }
    let names = |shared: bool| {
        let names: Vec<&str> =
            unknown.iter().filter(|(_, is)| *is == shared).map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    };
    let (none, several) = (names(false), names(true));
    let mut sentences = Vec::new();
    if !none.is_empty() {
        sentences.push(format!(
            "The shop has no variation for {none}. Link the listing (WooCommerce → Onhand → Listings, or `onhand listings map`) or give a variation this SKU, then try again."
        ));
    }
    if !several.is_empty() {
        sentences.push(format!(
            "Several variations of the shop have the SKU {several}, and nothing tells which one was sold. Give each a SKU of its own, or link the listing to the right one, then try again."
        ));
    }
    let code = if none.is_empty() { "shared_sku" } else { "unknown_sku" };
    parking::park(tx, id, code, &sentences.join(" "), now_ms)
}

fn before(tx: &Transaction<'_>, channel: ChannelId, external: &str) -> Result<Option<Before>, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT order_id, digest, changed_ms, state FROM channel_order WHERE channel_id = ?1 AND external = ?2",
        )?
        .query_row(params![channel, external], |row| {
            Ok(Before {
                id: row.get(0)?,
                digest: row.get(1)?,
                changed_ms: row.get(2)?,
                state: OrderState::from_code(row.get(3)?),
            })
        })
        .optional()?)
}

/// Of everything but the time at which the channel touched it: that alone says nothing.
fn digest(order: &Order) -> Result<String, DbError> {
    let bare = Order { changed_ms: 0, ..order.clone() };
    let text = serde_json::to_vec(&bare).map_err(|error| DbError::Corrupt(error.to_string()))?;
    Ok(hex(&Sha256::digest(text)))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an order's statement is sealed for.
#[must_use]
pub fn purpose(channel: &str, order: &str) -> String {
    format!("order:{channel}:{order}")
}

/// A statement of the book, opened.
///
/// # Errors
/// If it was sealed with another key.
pub fn open(sealer: &Sealer, channel: &str, order: &str, sealed: &[u8]) -> Result<Order, DbError> {
    let plain = sealer
        .unseal_bytes(&purpose(channel, order), sealed)
        .map_err(|error| DbError::Corrupt(error.to_string()))?;
    serde_json::from_slice(&plain).map_err(|error| DbError::Corrupt(format!("order {order}: {error}")))
}
