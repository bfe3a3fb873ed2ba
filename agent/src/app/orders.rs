//! Orders coming home: which channels' are taken in, and what a person may do with one.

use super::{App, AppError};
use crate::channels::SoldFirst;
use crate::db::{DbError, Lane};
use crate::dispatch::ActiveChannel;
use crate::domain::{ChannelId, KnownBuyer, OrderMode, OrderRules, Restock};
use crate::issues;
use crate::mirror::channels as stored;
use crate::mirror::listings::Touched;
use crate::orders::book::{self, Desk};
use crate::orders::query::{self, OrderFilter, OrderRow};
use crate::orders::{Carrier, CarrierParts, Intake, IntakeParts, parking, shop, unreadable};
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The tasks that bring orders home.
pub struct OrderTasks {
    intakes: Mutex<BTreeMap<String, (Arc<Intake>, CancellationToken)>>,
    carrier: Arc<Carrier>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// How a channel's orders are to come home.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetOrders {
    /// order, stock; null: they do not.
    pub mode: Option<OrderMode>,
    /// Orders placed before this (milliseconds since the Unix epoch) are none of ours; absent: as before, else now.
    pub since_ms: Option<i64>,
    /// What puts units back.
    #[serde(default)]
    pub restock: Restock,
    /// A customer of the shop bought.
    #[serde(default)]
    pub known_buyer: KnownBuyer,
}

impl OrderTasks {
    /// Starts the carrier.
    pub(super) fn new(parts: CarrierParts, stop: CancellationToken) -> Arc<Self> {
        let carrier = Carrier::new(parts);
        let tasks = TaskTracker::new();
        let (run, until) = (Arc::clone(&carrier), stop.clone());
        tasks.spawn(async move {
            if let Err(error) = run.run(until).await {
                tracing::error!("Orders are not brought home any more: {error}");
            }
        });
        Arc::new(Self { intakes: Mutex::default(), carrier, tasks, stop })
    }

    fn start(&self, parts: IntakeParts) -> Option<Arc<Intake>> {
        let name = parts.desk.name.clone();
        let intake = Intake::new(parts)?;
        let stop = self.stop.child_token();
        self.end(&name);
        self.intakes().insert(name, (Arc::clone(&intake), stop.clone()));
        self.tasks.spawn(Arc::clone(&intake).run(stop));
        Some(intake)
    }

    pub(super) fn end(&self, name: &str) {
        if let Some((_, stop)) = self.intakes().remove(name) {
            stop.cancel();
        }
    }

    fn of(&self, name: &str) -> Option<Arc<Intake>> {
        self.intakes().get(name).map(|(intake, _)| Arc::clone(intake))
    }

    /// How long after it was placed a channel's order is heard of; `None`: its orders do not come home.
    pub(super) fn lag_of(&self, name: &str) -> Option<i64> {
        self.of(name).map(|intake| intake.lag().ms())
    }

    /// The longest time after which a channel's order is heard of, among those whose orders come home.
    pub(super) fn lag_ms(&self) -> i64 {
        self.intakes().values().map(|(intake, _)| intake.lag().ms()).max().unwrap_or(0)
    }

    /// The channel's orders are asked for as soon as may be.
    pub(super) fn want(&self, channel: ChannelId) {
        if let Some((intake, _)) = self.intakes().values().find(|(intake, _)| intake.channel() == channel) {
            intake.want();
        }
    }

    /// Something for these channels came in.
    pub(super) fn mail<'a>(&self, channels: impl IntoIterator<Item = &'a String>) {
        for channel in channels {
            if let Some(intake) = self.of(channel) {
                intake.wake();
            }
        }
    }

    /// After the stop token: waits until what is on its way is at its end.
    pub async fn drained(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn intakes(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (Arc<Intake>, CancellationToken)>> {
        self.intakes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// The channel with its orders taken in by these rules.
    pub(super) fn with_orders(&self, mut active: ActiveChannel, rules: Option<OrderRules>) -> ActiveChannel {
        self.come_home(active.id, rules.is_some());
        let Some(rules) = rules else {
            self.orders.end(&active.name);
            active.sold_first = None;
            return active;
        };
        let (dispatcher, carrier) = (Arc::clone(&self.dispatcher), Arc::clone(&self.orders.carrier));
        let app = self.clone();
        let parts = IntakeParts {
            desk: Desk { channel: active.id, name: active.name.clone(), rules },
            connector: Arc::clone(&active.connector),
            db: self.db.clone(),
            clock: self.clock.clone(),
            settings: self.config.orders.clone(),
            sealer: self.sealer.clone(),
            context: Arc::new(move || app.context()),
            on_entered: Arc::new(move |touched: Touched| {
                carrier.wake();
                dispatcher.wake(touched.channels);
                dispatcher.changed();
            }),
        };
        active.sold_first = self.orders.start(parts).map(|intake| intake as Arc<dyn SoldFirst>);
        active
    }

    /// How a channel's orders come home from now on.
    ///
    /// # Errors
    /// If there is no such channel, or its kind brings no orders home.
    pub async fn set_orders(&self, name: &str, set: SetOrders) -> Result<Option<OrderRules>, AppError> {
        let channel = self.stored_channel(name).await?;
        let active = self.connector(&channel)?;
        if set.mode.is_some() && active.connector.orders().is_none() {
            return Err(AppError::Invalid(vec![format!(
                "the orders of {} channels cannot be brought home yet; what they sell must be entered in the shop by hand",
                channel.kind
            )]));
        }
        let before = channel.orders.map(|rules| rules.since_ms);
        let rules = set.mode.map(|mode| OrderRules {
            mode,
            // Many channels tell of whole seconds.
            since_ms: set.since_ms.or(before).unwrap_or_else(|| self.clock.now_ms() / 1000 * 1000),
            restock: set.restock,
            known_buyer: set.known_buyer,
        });
        let (id, scope) = (channel.id, format!("channel:{name}"));
        self.db
            .writer
            .write(Lane::Urgent, move |tx| {
                if set.since_ms.is_some() {
                    query::ask_anew(tx, id)?;
                }
                if rules.is_none() {
                    // What nobody asks for need not be readable.
                    issues::clear(tx, "orders_unreadable", &scope)?;
                    issues::clear(tx, "returns_unreadable", &scope)?;
                }
                stored::set_orders(tx, id, rules.as_ref())
            })
            .await?;
        let active = self.with_orders(active, rules);
        if channel.active {
            self.dispatcher.start(active);
        }
        // What may be strict hangs on it.
        self.recompute_channel(id).await?;
        Ok(rules)
    }

    fn come_home(&self, channel: ChannelId, they_do: bool) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let homing = Arc::make_mut(&mut known.homing);
        if they_do {
            homing.insert(channel);
        } else {
            homing.remove(&channel);
        }
    }

    /// Asks a channel for its orders now, and waits for the answer.
    ///
    /// # Errors
    /// If there is no such channel, or its orders do not come home.
    pub async fn ask_orders(&self, name: &str) -> Result<(), AppError> {
        let id = self.stored_channel(name).await?.id;
        self.db.writer.write(Lane::Normal, move |tx| unreadable::due_now(tx, id)).await?;
        let intake = self.orders.of(name).ok_or_else(|| {
            AppError::NotFound(format!("the orders of {name} do not come home; see `onhand orders mode`"))
        })?;
        intake
            .sweep_now()
            .await
            .map_err(|why| AppError::Invalid(vec![format!("the orders of {name} cannot be read: {why}")]))
    }

    /// Orders, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list_orders(&self, filter: OrderFilter) -> Result<Vec<OrderRow>, AppError> {
        Ok(self.db.readers.read(move |conn| query::orders(conn, &filter)).await?)
    }

    /// Tries parked or waiting orders again: one, or all. Its variations are looked for again. Returns how many.
    ///
    /// # Errors
    /// If there is no such order.
    pub async fn retry_orders(&self, only: Option<i64>, accept: Vec<String>) -> Result<usize, AppError> {
        let unknown: Vec<String> = accept
            .iter()
            .filter(|word| !ACCEPTABLE.contains(&word.as_str()))
            .map(|word| format!("accept: there is no {word}; there are {}", ACCEPTABLE.join(", ")))
            .collect();
        if !unknown.is_empty() {
            return Err(AppError::Invalid(unknown));
        }
        let (sealer, context) = (self.sealer.clone(), self.context());
        let (count, touched) = self
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                let mut all = Touched::default();
                let parked = query::parked(tx, only, None)?;
                for one in &parked {
                    query::retry(tx, one.id, &accept)?;
                    let Some(channel) = stored::by_name(tx, &one.channel)? else { continue };
                    let Some(rules) = channel.orders else { continue };
                    let order = book::open(&sealer, &one.channel, &one.external, &one.statement)?;
                    let desk = Desk { channel: channel.id, name: channel.name, rules };
                    let touched = book::look_up(tx, &desk, one.id, &order, &context)?;
                    all.add(touched);
                    parking::settle(tx, one.id)?;
                }
                Ok::<_, DbError>((parked.len(), all))
            })
            .await?;
        if let (Some(id), 0) = (only, count) {
            return Err(AppError::NotFound(format!("no order {id} is parked or waits")));
        }
        self.touched(touched);
        self.orders.carrier.wake();
        Ok(count)
    }

    /// A person deals with an order by hand: nothing more is done about it.
    ///
    /// # Errors
    /// If there is no such order that is parked or waits.
    pub async fn close_order(&self, id: i64) -> Result<(), AppError> {
        let context = self.context();
        let touched = self
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                if !query::close(tx, id)? {
                    return Ok(None);
                }
                parking::settle(tx, id)?;
                book::recompute(tx, id, &context).map(Some)
            })
            .await?;
        let touched: Option<Touched> = touched;
        let touched =
            touched.ok_or_else(|| AppError::NotFound(format!("no order {id} is parked or waits")))?;
        self.touched(touched);
        Ok(())
    }

    /// The shop introduces itself: where its REST namespace is, and the secret that it knows the agent by.
    ///
    /// # Errors
    /// If the address makes no sense.
    pub async fn introduce_shop(&self, url: String, secret: SecretString) -> Result<(), AppError> {
        crate::channels::endpoint(&url).map_err(|problem| AppError::Invalid(vec![problem]))?;
        let (sealer, now_ms) = (self.sealer.clone(), self.clock.now_ms());
        let url = url.trim_end_matches('/').to_owned();
        self.db
            .writer
            .write(Lane::Normal, move |tx| {
                shop::keep(tx, &sealer, &url, &secret, now_ms)?;
                query::due_now(tx)?;
                crate::issues::clear_code(tx, "shop_away")
            })
            .await?;
        self.orders.carrier.wake();
        Ok(())
    }
}

impl App {
    /// Forgets addresses that nobody needs any more, and webhooks that nobody came for.
    pub(super) async fn prune_orders(&self, now_ms: i64) -> Result<(), DbError> {
        let keep_ms = i64::from(self.config.orders.keep_addresses_days).saturating_mul(DAY_MS);
        self.db
            .writer
            .write(Lane::Normal, move |tx| {
                query::forget_addresses(tx, now_ms.saturating_sub(keep_ms))?;
                crate::mirror::inbox::forget(tx, now_ms.saturating_sub(DAY_MS))?;
                query::forget_webhooks(tx, now_ms.saturating_sub(7 * DAY_MS))
            })
            .await
    }
}

const DAY_MS: i64 = 86_400_000;

/// What a person may agree to.
const ACCEPTABLE: [&str; 3] = ["oversold", "currency", "buyer"];
