//! Brings orders to the shop, some at once, each until the shop has it or says why not.

use super::book::{self, OrderState};
use super::parking;
use super::settings::OrderSettings;
use super::shop::{self, Done, Shop, ShopError, ShopLine, ShopOrder};
use crate::channels::Http;
use crate::clock::Clock;
use crate::db::{Db, DbError, Lane};
use crate::domain::{Order, OrderRules, PoolId};
use crate::issues::{self, Issue};
use crate::mirror::listings::{Context, ContextSource, Touched};
use crate::mirror::{events, flight};
use crate::secrets::Sealer;
use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Looked for work after so long even if nobody rang.
const SLOW_LOOK: Duration = Duration::from_secs(30);

/// What a carrier is made of.
#[derive(Clone)]
pub struct CarrierParts {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Settings.
    pub settings: OrderSettings,
    /// Opens statements.
    pub sealer: Sealer,
    /// The way to the shop.
    pub http: Http,
    /// For recomputing.
    pub context: ContextSource,
    /// After an order came home.
    pub on_home: Arc<dyn Fn(Touched) + Send + Sync>,
}

/// The one who brings orders home.
pub struct Carrier {
    parts: CarrierParts,
    wake: Notify,
}

/// A line as the book has it.
struct Item {
    line: String,
    item: Option<i64>,
    quantity: i64,
    wanted: i64,
    /// The line of whose kit it is a part.
    part_of: Option<String>,
}

/// An order that was taken up.
struct Load {
    id: i64,
    channel: String,
    revision: i64,
    rules: OrderRules,
    accept: Vec<String>,
    attempts: u32,
    order: Order,
    marketplace: String,
    items: Vec<Item>,
}

impl Carrier {
    /// Nothing taken up yet.
    #[must_use]
    pub fn new(parts: CarrierParts) -> Arc<Self> {
        Arc::new(Self { parts, wake: Notify::new() })
    }

    /// There is something to bring.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Works until told to stop. What is on its way then is brought to its end.
    ///
    /// # Errors
    /// When the database refuses for good.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) -> Result<(), DbError> {
        self.parts
            .db
            .writer
            .write(Lane::Normal, |tx| {
                // Nobody knows whether the shop had it; it knows.
                tx.execute("UPDATE channel_order SET state = 1, due_ms = 0 WHERE state = 2", [])?;
                Ok::<_, DbError>(())
            })
            .await?;
        let mut calls: JoinSet<Result<(), DbError>> = JoinSet::new();
        while !stop.is_cancelled() {
            let wait = self.start(&mut calls).await?;
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(ended) = calls.join_next(), if !calls.is_empty() => ended.unwrap_or(Ok(()))?,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        while let Some(ended) = calls.join_next().await {
            ended.unwrap_or(Ok(()))?;
        }
        Ok(())
    }

    async fn start(self: &Arc<Self>, calls: &mut JoinSet<Result<(), DbError>>) -> Result<Duration, DbError> {
        let room = self.parts.settings.concurrency.saturating_sub(calls.len());
        if room == 0 {
            return Ok(SLOW_LOOK);
        }
        let now_ms = self.parts.clock.now_ms();
        let (sealer, most) = (self.parts.sealer.clone(), i64::try_from(room).unwrap_or(1));
        let (shop, (loads, news), next_ms) = self
            .parts
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                let Some(shop) = shop::known(tx, &sealer)? else {
                    strangers(tx, now_ms)?;
                    return Ok((None, (Vec::new(), false), None));
                };
                let loads = take(tx, &sealer, now_ms, most)?;
                Ok::<_, DbError>((Some(shop), loads, next_due(tx)?))
            })
            .await?;
        if news {
            (self.parts.on_home)(Touched { news, ..Touched::default() });
        }
        let Some(shop) = shop else { return Ok(SLOW_LOOK) };
        for load in loads {
            let (carrier, shop) = (Arc::clone(self), shop.clone());
            calls.spawn(async move { carrier.bring(load, &shop).await });
        }
        let left = next_ms.map_or(SLOW_LOOK, |next| {
            Duration::from_millis(u64::try_from(next.saturating_sub(now_ms).max(1)).unwrap_or(1))
        });
        Ok(left.min(SLOW_LOOK))
    }

    async fn bring(&self, load: Load, shop: &Shop) -> Result<(), DbError> {
        let statement = statement(&load);
        let result = shop::tell(&self.parts.http, &self.parts.clock, shop, &statement).await;
        let (context, delay_ms, now_ms) =
            ((self.parts.context)(), self.parts.settings.delay_ms(load.attempts), self.parts.clock.now_ms());
        let touched = self
            .parts
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                let (id, revision) = (load.id, load.revision);
                match result {
                    Ok(done) => {
                        issues::clear_code(tx, "shop_away")?;
                        let touched = home(tx, id, revision, &done, &context)?;
                        parking::settle(tx, id)?;
                        Ok::<_, DbError>(touched)
                    }
                    Err(ShopError::Refused { code, message }) => {
                        put_back(tx, id, revision, now_ms, OrderState::Parked, Some((&code, &message)))?;
                        let news = parking::tell(tx, id, &code, &message, now_ms)?;
                        Ok(Touched { news, ..Touched::default() })
                    }
                    Err(error) => {
                        let due_ms = now_ms.saturating_add(delay_ms);
                        let text = error.to_string();
                        put_back(tx, id, revision, due_ms, OrderState::Waiting, Some(("shop_away", &text)))?;
                        let issue = Issue {
                            code: "shop_away",
                            scope: "shop",
                            message: &format!("Orders wait: {text}"),
                            action: "They are kept, and taken off what is listed, until the shop has them.",
                        };
                        issues::raise(tx, &issue, now_ms)?;
                        Ok(Touched::default())
                    }
                }
            })
            .await?;
        (self.parts.on_home)(touched);
        Ok(())
    }
}

/// Orders wait for a shop that nobody knows.
fn strangers(tx: &Transaction<'_>, now_ms: i64) -> Result<(), DbError> {
    let waiting: bool =
        tx.query_row("SELECT EXISTS (SELECT 1 FROM channel_order WHERE state = 1)", [], |row| row.get(0))?;
    if waiting {
        let issue = Issue {
            code: "shop_away",
            scope: "shop",
            message: "Orders wait: no shop has introduced itself to the agent.",
            action: "Run `wp onhand connect` in the shop.",
        };
        issues::raise(tx, &issue, now_ms)?;
    }
    Ok(())
}

fn next_due(tx: &Transaction<'_>) -> Result<Option<i64>, DbError> {
    Ok(tx
        .prepare_cached("SELECT min(due_ms) FROM channel_order WHERE state = 1")?
        .query_row([], |row| row.get(0))?)
}

/// Takes up the oldest that are due.
///
/// Also: somebody wants to hear of one that cannot be.
fn take(tx: &Transaction<'_>, sealer: &Sealer, now_ms: i64, most: i64) -> Result<(Vec<Load>, bool), DbError> {
    type Row = (i64, String, String, i64, Option<String>, String, u32, Vec<u8>, String);
    let rows: Vec<Row> = tx
        .prepare_cached(
            "SELECT o.order_id, c.name, o.external, o.revision, c.orders, o.accept, o.attempts, o.statement, c.kind
             FROM channel_order o JOIN channel c USING (channel_id)
             WHERE o.state = 1 AND o.due_ms <= ?1 ORDER BY o.due_ms, o.order_id LIMIT ?2",
        )?
        .query_map(params![now_ms, most], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
                row.get(7)?,
                row.get(8)?,
            ))
        })?
        .collect::<Result<_, _>>()?;
    let (mut loads, mut news) = (Vec::new(), false);
    for (id, channel, external, revision, rules, accept, attempts, sealed, kind) in rows {
        let Some(rules) = rules else {
            let why = "The orders of this channel do not come home any more; switch them on and try again.";
            news |= parking::park(tx, id, "orders_off", why, now_ms)?;
            continue;
        };
        let rules = serde_json::from_str(&rules).map_err(|error| DbError::Corrupt(error.to_string()))?;
        let order = match book::open(sealer, &channel, &external, &sealed) {
            Ok(order) => order,
            Err(error) => {
                news |= parking::park(tx, id, "unreadable", &error.to_string(), now_ms)?;
                continue;
            }
        };
        let items = tx
            .prepare_cached(
                "SELECT line, item_id, quantity, wanted, part_of FROM order_line WHERE order_id = ?1",
            )?
            .query_map([id], |row| {
                Ok(Item {
                    line: row.get(0)?,
                    item: row.get(1)?,
                    quantity: row.get(2)?,
                    wanted: row.get(3)?,
                    part_of: row.get(4)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        tx.prepare_cached("UPDATE channel_order SET state = 2 WHERE order_id = ?1")?.execute([id])?;
        let accept = accept.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        loads.push(Load { id, channel, revision, rules, accept, attempts, order, marketplace: kind, items });
    }
    Ok((loads, news))
}

fn statement(load: &Load) -> ShopOrder {
    let order = &load.order;
    let line = |line: &crate::domain::OrderLine| {
        let known = load.items.iter().find(|known| known.line == line.id)?;
        Some(ShopLine {
            line: line.id.clone(),
            of: None,
            item: known.item?,
            title: line.title.clone(),
            quantity: line.quantity,
            taken: known.wanted,
            back: line.cancelled.max(0).saturating_add(line.returned.max(0)).min(line.quantity.max(0)),
            total: line.total,
            tax: line.tax,
        })
    };
    let parts = order.lines.iter().flat_map(|line| {
        let of = |known: &&Item| known.part_of.as_ref() == Some(&line.id);
        load.items.iter().filter(of).filter_map(|known| {
            Some(ShopLine {
                line: known.line.clone(),
                of: Some(line.id.clone()),
                item: known.item?,
                title: line.title.clone(),
                quantity: known.quantity,
                taken: known.wanted,
                back: 0,
                total: rust_decimal::Decimal::ZERO,
                tax: rust_decimal::Decimal::ZERO,
            })
        })
    });
    ShopOrder {
        channel: load.channel.clone(),
        marketplace: load.marketplace.clone(),
        order: order.id.clone(),
        number: order.number.clone(),
        revision: load.revision,
        mode: load.rules.mode,
        stage: order.stage.as_str(),
        placed: order.placed_ms / 1000,
        currency: order.currency.clone(),
        lines: order.lines.iter().filter_map(line).chain(parts).collect(),
        shipping: order.shipping.clone(),
        fees: order.fees.clone(),
        billing: order.billing.clone(),
        delivery: order.delivery.clone(),
        email: order.email.clone(),
        note: order.note.clone(),
        known_buyer: load.rules.known_buyer,
        accept: load.accept.clone(),
    }
}

/// The shop has it. What it took stops being in flight once the mirror shows it.
fn home(
    tx: &Transaction<'_>,
    id: i64,
    revision: i64,
    done: &Done,
    context: &Context,
) -> Result<Touched, DbError> {
    put_back(tx, id, revision, 0, OrderState::Home, None)?;
    let told: Option<(String, String, String)> = tx
        .prepare_cached(
            "SELECT c.name, o.external, o.number FROM channel_order o JOIN channel c USING (channel_id)
             WHERE o.order_id = ?1 AND o.home_ms IS NULL",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if let Some((channel, order, number)) = told {
        let data = json!({ "channel": channel, "order": order, "number": number, "shop_order": done.order, "lines": done.lines });
        events::note(tx, events::ORDER_IMPORTED, &data, context.now_ms)?;
    }
    tx.prepare_cached(
        "UPDATE channel_order SET shop_order = coalesce(?2, shop_order), home_revision = ?3, home_ms = coalesce(home_ms, ?4)
         WHERE order_id = ?1",
    )?
    .execute(params![id, done.order, revision, context.now_ms])?;
    let mut line = tx.prepare_cached(
        "UPDATE order_line SET applied = ?3, applied_at = ?4 WHERE order_id = ?1 AND line = ?2 RETURNING item_id",
    )?;
    for (name, units) in &done.lines {
        // Strictly after the statement that the shop made of it.
        let item: Option<Option<i64>> = line
            .query_row(params![id, name, units, done.at.saturating_add(1)], |row| row.get(0))
            .optional()?;
        let pool: Option<(PoolId, i64)> = tx
            .prepare_cached(
                "SELECT p.pool_id, p.at FROM item i JOIN pool p USING (pool_id) WHERE i.item_id = ?1",
            )?
            .query_row([item.flatten()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((pool, at)) = pool {
            flight::overtaken(tx, pool, at)?;
        }
    }
    book::recompute(tx, id, context)
}

/// What became of it; if something new was heard of it meanwhile, it is told again.
fn put_back(
    tx: &Transaction<'_>,
    id: i64,
    revision: i64,
    due_ms: i64,
    state: OrderState,
    why: Option<(&str, &str)>,
) -> Result<(), DbError> {
    let (code, message) = why.unzip();
    tx.prepare_cached(
        "UPDATE channel_order SET
                state = CASE WHEN revision = ?2 THEN ?3 ELSE 1 END,
                due_ms = CASE WHEN revision = ?2 THEN ?4 ELSE 0 END,
                attempts = CASE WHEN ?3 = 1 AND revision = ?2 THEN attempts + 1 ELSE 0 END,
                code = ?5, message = ?6
         WHERE order_id = ?1",
    )?
    .execute(params![id, revision, state.code(), due_ms, code, message])?;
    Ok(())
}
