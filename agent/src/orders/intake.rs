//! One channel's orders: asked for in their turn, before a push that could put a sold unit back, and whenever a
//! webhook says that there is something new.

mod came_back;

use super::book::{self, Desk, Entered, Via};
use super::error::IntakeError;
use super::inbox::{self, Believed};
use super::settings::OrderSettings;
use super::{shipping, unreadable};
use crate::channels::{ChannelConnector, ErrorClass, OrderLimits, Orders, PublicKeys, SoldFirst, Unreadable};
use crate::clock::{Clock, millis};
use crate::db::{Db, DbError, Lane};
use crate::domain::{ChannelId, Lag, Order};
use crate::issues::{self, Issue};
use crate::mirror::listings::{ContextSource, Touched};
use crate::secrets::Sealer;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Orders of one page are entered so many at a time, so that the writer is not held up.
const SOME: usize = 100;
/// After a channel that refuses its orders: looked at again after so long at the latest.
const REFUSED: Duration = Duration::from_secs(60);
/// A page that is throttled is asked for again so often, after so long where the channel does not say.
const PATIENCE: u32 = 10;
const AGAIN: Duration = Duration::from_secs(2);
/// Pushes do not wait longer than this for an asking that takes its time.
const LONG_MS: i64 = 10_000;
/// Webhooks that do not say which order have one asking together, this often: a burst of them is no burst of askings.
const LOOK_EVERY_MS: i64 = 500;
/// A push that failed to compare may have an asking of its own, this often.
const STALE_EVERY_MS: i64 = 1_000;

/// Called with what entering an order touched: wakes dispatch, and whoever brings orders to the shop.
pub type OnEntered = Arc<dyn Fn(Touched) + Send + Sync>;

/// What an intake is made of.
pub struct IntakeParts {
    /// The channel.
    pub desk: Desk,
    /// Its API.
    pub connector: Arc<dyn ChannelConnector>,
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Settings.
    pub settings: OrderSettings,
    /// Statements hold addresses.
    pub sealer: Sealer,
    /// For recomputing.
    pub context: ContextSource,
    /// After orders were entered, and after every asking.
    pub on_entered: OnEntered,
}

/// The last asking, as far as pushes are concerned.
#[derive(Clone, Debug, Default)]
struct Asked {
    /// When the last one that ended had begun.
    began_ms: i64,
    /// How long it took.
    took_ms: i64,
    /// A webhook says that there is something new, and not what.
    look: bool,
    /// The channel does not answer: not asked again before this.
    not_before_ms: i64,
    /// A push waits for one that begins after this.
    wanted_ms: Option<i64>,
    /// Somebody wants to know what came back, by an asking that begins after this.
    returns_ms: Option<i64>,
    /// Why the last one failed.
    problem: Option<String>,
    /// There will be no other.
    over: bool,
}

impl Asked {
    fn is_wanted(&self) -> bool {
        self.wanted_ms.is_some() || self.returns_ms.is_some()
    }
}

/// A channel's intake: a handle on its task.
pub struct Intake {
    parts: IntakeParts,
    limits: OrderLimits,
    keys: PublicKeys,
    wake: Notify,
    asked: Mutex<Asked>,
    lag: Mutex<Lag>,
    sweeps: watch::Sender<u64>,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Intake({})", self.parts.desk.name)
    }
}

impl Intake {
    /// `None`: the connector brings no orders home.
    #[must_use]
    pub fn new(parts: IntakeParts) -> Option<Arc<Self>> {
        let limits = *parts.connector.orders()?.limits();
        let (sweeps, _) = watch::channel(0);
        let lag = Mutex::new(Lag::presumed(millis(limits.every)));
        let keys = PublicKeys::new(parts.clock.clone());
        Some(Arc::new(Self {
            parts,
            limits,
            keys,
            wake: Notify::new(),
            asked: Mutex::default(),
            lag,
            sweeps,
        }))
    }

    /// Looks at the webhooks that came in, or asks, now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Asks now, and waits until an asking that began after this has ended.
    ///
    /// # Errors
    /// Why the channel's orders could not be read.
    pub async fn sweep_now(&self) -> Result<(), String> {
        let mut sweeps = self.sweeps.subscribe();
        {
            let mut asked = self.asked();
            asked.wanted_ms = Some(self.parts.clock.now_ms());
            asked.not_before_ms = 0;
            asked.returns_ms = self.limits.returns.and(asked.wanted_ms);
            asked.problem = None;
        }
        self.wake.notify_one();
        // The one under way may have begun before; then there is another.
        while !self.asked().over && sweeps.changed().await.is_ok() && self.asked().is_wanted() {}
        self.asked().problem.clone().map_or(Ok(()), Err)
    }

    /// Whose orders.
    #[must_use]
    pub fn channel(&self) -> ChannelId {
        self.parts.desk.channel
    }

    /// Asks as soon as it may; whoever watches for changes learns when that has ended.
    pub fn want(&self) {
        self.asked().wanted_ms.get_or_insert(self.parts.clock.now_ms());
        self.wake.notify_one();
    }

    /// How long after it was placed an order is heard of.
    #[must_use]
    pub fn lag(&self) -> Lag {
        *self.lag.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works until told to stop.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        self.work(&stop).await;
        {
            let mut asked = self.asked();
            asked.over = true;
            asked.wanted_ms = None;
            asked.problem = Some("it was stopped".to_owned());
        }
        // Whoever still waits.
        self.sweeps.send_modify(|count| *count = count.wrapping_add(1));
    }

    async fn work(&self, stop: &CancellationToken) {
        let (mut due_ms, mut returns) = (0, came_back::Turn::default());
        let mut failures = 0u32;
        let mut shipment_ms = None;
        while !stop.is_cancelled() {
            let work = async {
                // What a webhook names may not be readable; that keeps nobody from asking.
                let inbox = self.read_inbox().await;
                let next_ms = shipping::tell(&self.parts, self.orders()?).await?;
                let now_ms = self.parts.clock.now_ms();
                let (wanted, look_ms) = self.wanted(now_ms);
                due_ms = due_ms.min(look_ms);
                if wanted || due_ms <= now_ms {
                    self.asked().look = false;
                    due_ms = now_ms.saturating_add(millis(self.limits.every));
                    self.sweep(now_ms).await?;
                    self.read_again().await?;
                }
                inbox?;
                self.ask_what_came_back(&mut returns).await;
                Ok::<_, IntakeError>(next_ms)
            };
            let result = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                result = work => result,
            };
            let mut returns_ms = i64::MAX;
            match result {
                Ok(next_ms) => {
                    failures = 0;
                    shipment_ms = next_ms;
                    let is_wanted = self.asked().returns_ms.is_some();
                    returns_ms = self.limits.returns.map_or(i64::MAX, |_| returns.next_ms(is_wanted));
                }
                Err(error) => {
                    let wait = self.failed(&error, failures).await;
                    failures = failures.saturating_add(1);
                    due_ms = self.parts.clock.now_ms().saturating_add(millis(wait));
                }
            }
            self.sweeps.send_modify(|count| *count = count.wrapping_add(1));
            let left = Duration::from_millis(
                u64::try_from(
                    shipment_ms
                        .unwrap_or(due_ms)
                        .min(due_ms)
                        .min(returns_ms)
                        .saturating_sub(self.parts.clock.now_ms())
                        .max(1),
                )
                .unwrap_or(1),
            );
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(left) => {}
            }
        }
    }

    /// Is an asking wanted now, and when at the latest is the one for which webhooks are a reason?
    fn wanted(&self, now_ms: i64) -> (bool, i64) {
        let asked = self.asked();
        let look_ms = asked.began_ms.saturating_add(LOOK_EVERY_MS).max(asked.not_before_ms);
        (
            asked.wanted_ms.is_some() && asked.not_before_ms <= now_ms,
            if asked.look { look_ms } else { i64::MAX },
        )
    }

    /// Everything that changed since the last time, page by page.
    async fn sweep(&self, began_ms: i64) -> Result<(), IntakeError> {
        let orders = self.orders()?;
        let (channel, since) = (self.parts.desk.channel, self.parts.desk.rules.since_ms);
        let since_ms = self.parts.db.readers.read(move |conn| cursor(conn, channel, since)).await?;
        let mut page: Option<String> = None;
        let mut patience = PATIENCE;
        loop {
            let found = match orders.changed(since_ms, page.as_deref()).await {
                Ok(found) => found,
                // In the midst of many pages that is no failure: the same page is asked for again.
                Err(error) if patience > 0 => {
                    let ErrorClass::Throttle(after) = error.class() else { return Err(error.into()) };
                    patience -= 1;
                    tokio::time::sleep(after.unwrap_or(AGAIN).min(REFUSED)).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            self.enter(found.orders, Via::Poll).await?;
            self.unreadable(found.unreadable).await?;
            page = found.next;
            if page.is_none() {
                break;
            }
            patience = PATIENCE;
            if let Some(wait) = found.headroom.wait {
                tokio::time::sleep(wait).await;
            }
        }
        let next_ms = began_ms.saturating_sub(millis(self.limits.overlap)).max(since_ms);
        let scope = format!("channel:{}", self.parts.desk.name);
        self.parts
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                tx.execute(
                    "INSERT INTO order_cursor (channel_id, since_ms, swept_ms) VALUES (?1, ?2, ?3)
                     ON CONFLICT (channel_id) DO UPDATE SET since_ms = ?2, swept_ms = ?3",
                    rusqlite::params![channel, next_ms, began_ms],
                )?;
                issues::clear(tx, "orders_unreadable", &scope)
            })
            .await?;
        self.ended(began_ms, 0);
        Ok(())
    }

    async fn unreadable(&self, found: Vec<Unreadable>) -> Result<(), IntakeError> {
        if found.is_empty() {
            return Ok(());
        }
        let (desk, now_ms) = (self.parts.desk.clone(), self.parts.clock.now_ms());
        self.parts
            .db
            .writer
            .write(Lane::Normal, move |tx| unreadable::note(tx, &desk, &found, now_ms))
            .await?;
        Ok(())
    }

    /// What could not be read some time ago, one by one.
    async fn read_again(&self) -> Result<(), IntakeError> {
        let (channel, now_ms) = (self.parts.desk.channel, self.parts.clock.now_ms());
        let most = self.limits.read_batch;
        let due =
            self.parts.db.readers.read(move |conn| unreadable::due(conn, channel, now_ms, most)).await?;
        for id in due {
            match self.orders()?.by_id(std::slice::from_ref(&id)).await {
                Ok(found) => {
                    self.enter(found, Via::Poll).await?;
                    let desk = self.parts.desk.clone();
                    self.parts
                        .db
                        .writer
                        .write(Lane::Normal, move |tx| unreadable::gone(tx, &desk, &id))
                        .await?;
                }
                Err(error) if error.class() == ErrorClass::Reject => {
                    self.unreadable(vec![Unreadable { id: Some(id), why: error.to_string() }]).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Webhooks: looked at, and what they name is read. They stay in the inbox until that has worked.
    async fn read_inbox(&self) -> Result<(), IntakeError> {
        let orders = self.orders()?;
        loop {
            let Believed { ids, keys, take_out, look, doubts } =
                inbox::look(&self.parts, orders, &self.keys, self.limits.read_batch).await?;
            if take_out.is_empty() {
                return Ok(());
            }
            let mut look = look;
            if !ids.is_empty() {
                match orders.by_id(&ids).await {
                    Ok(found) => self.enter(found, Via::Webhook).await?,
                    // It will not be readable the next time either: the list may tell more.
                    Err(error) if error.class() == ErrorClass::Reject => {
                        tracing::warn!(channel = %self.parts.desk.name, "Orders named by webhooks: {error}");
                        look = true;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            if look {
                self.asked().look = true;
            }
            inbox::done(&self.parts, keys, take_out, doubts).await?;
        }
    }

    async fn enter(&self, orders: Vec<Order>, via: Via) -> Result<(), IntakeError> {
        let mut left = orders.into_iter();
        loop {
            let some: Vec<Order> = left.by_ref().take(SOME).collect();
            if some.is_empty() {
                return Ok(());
            }
            let (desk, sealer, context) =
                (self.parts.desk.clone(), self.parts.sealer.clone(), (self.parts.context)());
            let (touched, lags) = self
                .parts
                .db
                .writer
                .write(Lane::Urgent, move |tx| {
                    let (mut all, mut lags): (Option<Touched>, _) = (None, Vec::new());
                    for order in &some {
                        unreadable::gone(tx, &desk, &order.id)?;
                        let (entered, touched) = book::enter(tx, &desk, order, via, &sealer, &context)?;
                        if entered == Entered::New {
                            lags.push(context.now_ms.saturating_sub(order.placed_ms));
                        }
                        if matches!(entered, Entered::New | Entered::Changed) {
                            all.get_or_insert_default().add(touched);
                        }
                    }
                    Ok::<_, DbError>((all, lags))
                })
                .await?;
            {
                let mut lag = self.lag.lock().unwrap_or_else(PoisonError::into_inner);
                lags.into_iter().for_each(|ms| lag.heard(ms));
            }
            if let Some(touched) = touched {
                (self.parts.on_entered)(touched);
            }
        }
    }

    fn orders(&self) -> Result<&dyn Orders, IntakeError> {
        self.parts.connector.orders().ok_or(IntakeError::None)
    }

    /// An asking has ended, one way or the other: pushes need not wait for it any more.
    fn ended(&self, began_ms: i64, not_before_ms: i64) {
        let now_ms = self.parts.clock.now_ms();
        {
            let mut asked = self.asked();
            asked.began_ms = began_ms;
            asked.took_ms = now_ms.saturating_sub(began_ms).max(0);
            asked.not_before_ms = not_before_ms;
            if not_before_ms == 0 {
                asked.problem = None;
            } else {
                asked.returns_ms = None;
            }
            if asked.wanted_ms.is_some_and(|wanted| wanted <= began_ms) || not_before_ms > 0 {
                asked.wanted_ms = None;
            }
        }
        let mut touched = Touched::default();
        touched.channels.insert(self.parts.desk.channel);
        (self.parts.on_entered)(touched);
    }

    /// How long to wait. Pushes go on meanwhile: a channel whose orders cannot be read is told what is known.
    async fn failed(&self, error: &IntakeError, failures: u32) -> Duration {
        let name = &self.parts.desk.name;
        tracing::warn!(channel = %name, "The orders could not be read: {error}");
        let backoff = Duration::from_secs(1u64 << failures.min(6)).min(REFUSED);
        let wait = match error {
            IntakeError::Channel(error) => match error.class() {
                ErrorClass::Throttle(Some(after)) => after.max(backoff),
                ErrorClass::Reauth | ErrorClass::Reject => REFUSED,
                _ => backoff,
            },
            _ => backoff,
        };
        let now_ms = self.parts.clock.now_ms();
        self.asked().problem = Some(error.to_string());
        self.ended(now_ms, now_ms.saturating_add(millis(wait)));
        // One bad reply is no news; what stays is.
        if failures > 1
            || matches!(error, IntakeError::Channel(error) if matches!(error.class(), ErrorClass::Reauth | ErrorClass::Reject))
        {
            let (scope, message) =
                (format!("channel:{name}"), format!("The orders of {name} cannot be read: {error}"));
            let action = format!(
                "What it sells is not taken off the stock. See to it, then `onhand orders ask {name}`."
            );
            let raised = self.parts.db.writer.write(Lane::Normal, move |tx| {
                let issue =
                    Issue { code: "orders_unreadable", scope: &scope, message: &message, action: &action };
                issues::raise(tx, &issue, now_ms)
            });
            if let Err(error) = raised.await {
                tracing::error!("Nor could that be noted: {error}");
            }
        }
        wait
    }
}

impl SoldFirst for Intake {
    fn ready(&self, stale: bool) -> bool {
        let now_ms = self.parts.clock.now_ms();
        let mut asked = self.asked();
        if asked.not_before_ms > now_ms {
            return true;
        }
        let window_ms = if stale {
            STALE_EVERY_MS
        } else {
            match self.limits.before_push {
                None => return true,
                // A channel that is slow to answer is not asked without an end.
                Some(window) => millis(window).max(asked.took_ms.saturating_mul(2)),
            }
        };
        if now_ms.saturating_sub(asked.began_ms) <= window_ms {
            return true;
        }
        let wanted_ms = *asked.wanted_ms.get_or_insert(now_ms);
        if now_ms.saturating_sub(wanted_ms) > LONG_MS {
            return true;
        }
        drop(asked);
        self.wake.notify_one();
        false
    }
}

fn cursor(conn: &rusqlite::Connection, channel: ChannelId, first_ms: i64) -> Result<i64, DbError> {
    use rusqlite::OptionalExtension;
    let since: Option<i64> = conn
        .query_row("SELECT since_ms FROM order_cursor WHERE channel_id = ?1", [channel], |row| row.get(0))
        .optional()?;
    Ok(since.unwrap_or(first_ms).max(first_ms))
}
