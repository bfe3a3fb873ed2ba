//! Connected accounts: checking them, pausing and resuming, how they are doing.

use super::connect::TO_LOOK;
use super::{App, AppError};
use crate::allocation::{PriceRule, Rules};
use crate::channels::Prices;
use crate::db::{DbError, Lane};
use crate::dispatch::{ActiveChannel, Plan, Runtime, backlogs, plan};
use crate::domain::{ChannelId, OrderMode};
use crate::issues;
use crate::mirror::channels::{self as stored, StoredChannel};
use crate::mirror::listings;
use crate::orders::book::OrderState;
use crate::orders::query;
use schemars::JsonSchema;
use serde::Serialize;

/// A channel, as shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChannelStatus {
    /// Its name.
    pub name: String,
    /// Which kind of marketplace.
    pub kind: String,
    /// active, paused, circuit_open, throttled.
    pub state: &'static str,
    /// It is paused since it was connected: nothing was ever sent to it.
    pub unfinished: bool,
    /// Listings of it are linked to variations.
    pub linked: bool,
    /// Listings behind.
    pub behind: i64,
    /// How long the oldest of them waits.
    pub oldest_behind_ms: Option<i64>,
    /// Dead letters.
    pub dead: i64,
    /// When something was last confirmed (milliseconds since the Unix epoch).
    pub last_push_at: Option<i64>,
    /// Why it is paused, or what went wrong last.
    pub message: Option<String>,
    /// How its orders come home: order, stock, off, or none where this kind of channel cannot.
    pub orders: &'static str,
    /// Orders on their way home.
    pub orders_waiting: i64,
    /// Orders that wait for a person.
    pub orders_parked: i64,
    /// What a difference leads to: repair, report or off.
    pub reconcile: &'static str,
    /// How its prices follow the shop's; null: they are left alone.
    pub prices: Option<PriceRule>,
    /// Its prices could follow the shop's.
    pub takes_prices: bool,
}

/// Why a channel is paused that a person has paused.
pub(super) const BY_HAND: &str = "paused by hand";

impl App {
    /// What would be sent to the channel, and how long that takes under its limits. Nothing is sent.
    ///
    /// # Errors
    /// If there is no such channel.
    pub async fn plan(&self, name: &str) -> Result<Plan, AppError> {
        let channel = self.stored_channel(name).await?;
        let connector = self.connector(&channel)?.connector;
        let (limits, feeds) = (connector.limits().clone(), connector.feeds().map(|feeds| *feeds.limits()));
        Ok(self.db.readers.read(move |conn| plan(conn, channel.id, &limits, feeds.as_ref())).await?)
    }

    /// Proves the credentials. Returns the account's name.
    ///
    /// # Errors
    /// Which permission is missing and where to renew it.
    pub async fn check_channel(&self, name: &str) -> Result<String, AppError> {
        let channel = self.stored_channel(name).await?;
        let active = self.connector(&channel)?;
        Ok(active.connector.check().await?)
    }

    /// Stops sending to the channel. What it should show is computed all the same.
    ///
    /// # Errors
    /// If there is no such channel.
    pub async fn pause_channel(&self, name: &str) -> Result<(), AppError> {
        let channel = self.stored_channel(name).await?;
        self.dispatcher.stop(channel.id);
        let now_ms = self.clock.now_ms();
        self.db
            .writer
            .write(Lane::Urgent, move |tx| stored::set_state(tx, channel.id, false, Some(BY_HAND), now_ms))
            .await?;
        Ok(())
    }

    /// Sends to the channel again: everything that changed meanwhile, once.
    ///
    /// # Errors
    /// If there is no such channel, or its credentials cannot be opened.
    pub async fn resume_channel(&self, name: &str) -> Result<(), AppError> {
        let channel = self.stored_channel(name).await?;
        let active = self.connector(&channel)?;
        let now_ms = self.clock.now_ms();
        self.db
            .writer
            .write(Lane::Urgent, move |tx| stored::set_state(tx, channel.id, true, None, now_ms))
            .await?;
        let active = self.with_orders(active, channel.orders);
        self.resumed(active, channel.rules, channel.prices).await
    }

    pub(super) async fn resumed(
        &self,
        active: ActiveChannel,
        rules: Rules,
        prices: Option<PriceRule>,
    ) -> Result<(), AppError> {
        self.introduce(&active, rules, prices);
        let (id, scope, context) = (active.id, format!("channel:{}", active.name), self.context());
        self.db
            .writer
            .write(Lane::Urgent, move |tx| {
                for code in ["channel_unauthorized", "channel_unusable", "channel_down"] {
                    issues::clear(tx, code, &scope)?;
                }
                listings::recompute_channel(tx, id, &context)
            })
            .await?;
        self.dispatcher.start(active);
        Ok(())
    }

    /// Sends every quantity of the channel again, whatever it was told before.
    ///
    /// # Errors
    /// If there is no such channel.
    pub async fn resync_channel(&self, name: &str) -> Result<usize, AppError> {
        let channel = self.stored_channel(name).await?;
        let (context, now_ms) = (self.context(), self.clock.now_ms());
        let count = self
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                listings::recompute_channel(tx, channel.id, &context)?;
                listings::restate_channel(tx, channel.id, now_ms)
            })
            .await?;
        self.dispatcher.wake([channel.id]);
        Ok(count)
    }

    /// Tells these listings again, whatever they were told before. What was given up on is for `redrive`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn resync_listings(&self, ids: Vec<i64>) -> Result<usize, AppError> {
        let now_ms = self.clock.now_ms();
        let (count, channels) =
            self.db.writer.write(Lane::Normal, move |tx| listings::restate_these(tx, &ids, now_ms)).await?;
        self.dispatcher.wake(channels);
        Ok(count)
    }

    /// How the channel's prices follow the shop's from now on; `None`: they are left alone.
    ///
    /// # Errors
    /// If there is no such channel, its prices cannot be set, or the rule makes no sense.
    pub async fn set_prices(&self, name: &str, rule: Option<PriceRule>) -> Result<(), AppError> {
        let channel = self.stored_channel(name).await?;
        let active = self.connector(&channel)?;
        let mut problems = rule.as_ref().map(PriceRule::problems).unwrap_or_default();
        if rule.is_some() && active.connector.prices() == Prices::No {
            problems.push(format!(
                "{} channels take quantities only: their prices stay as they are",
                channel.kind
            ));
        }
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        let (id, stored_rule) = (channel.id, rule.clone());
        self.db
            .writer
            .write(Lane::Normal, move |tx| stored::set_prices(tx, id, stored_rule.as_ref()))
            .await?;
        self.introduce(&active, channel.rules, rule);
        let context = self.context();
        self.db.writer.write(Lane::Normal, move |tx| listings::recompute_channel(tx, id, &context)).await?;
        self.dispatcher.wake([id]);
        Ok(())
    }

    /// Every channel and how it is doing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn channels(&self) -> Result<Vec<ChannelStatus>, AppError> {
        let (channels, backlogs, counts, linked) = self
            .db
            .readers
            .read(|conn| {
                Ok::<_, DbError>((
                    stored::all(conn)?,
                    backlogs(conn)?,
                    query::counts(conn)?,
                    stored::linked(conn)?,
                ))
            })
            .await?;
        let now_ms = self.clock.now_ms();
        let mut list = Vec::new();
        for channel in channels {
            let backlog =
                backlogs.iter().find(|one| one.channel == channel.name).cloned().unwrap_or_default();
            let runtime = self.dispatcher.runtime(channel.id).unwrap_or_default();
            let orders = |wanted: &[OrderState]| -> i64 {
                let of = |(name, state, count): &(String, OrderState, i64)| {
                    (*name == channel.name && wanted.contains(state)).then_some(*count)
                };
                counts.iter().filter_map(of).sum()
            };
            let brings = self.brings_orders(channel.id);
            let takes_prices =
                self.connector(&channel).is_ok_and(|active| active.connector.prices() != Prices::No);
            list.push(ChannelStatus {
                orders: match channel.orders.map(|rules| rules.mode) {
                    Some(OrderMode::Order) => "order",
                    Some(OrderMode::Stock) => "stock",
                    None if brings => "off",
                    None => "none",
                },
                orders_waiting: orders(&[OrderState::Waiting, OrderState::OnItsWay]),
                orders_parked: orders(&[OrderState::Parked]),
                reconcile: channel.reconcile.unwrap_or(self.config.reconcile.mode).name(),
                prices: channel.prices.clone(),
                takes_prices,
                state: state(&channel, &runtime, now_ms),
                unfinished: !channel.active && channel.message.as_deref() == Some(TO_LOOK),
                linked: linked.contains(&channel.id),
                behind: backlog.behind,
                oldest_behind_ms: backlog.oldest_behind_ms.map(|since| now_ms.saturating_sub(since).max(0)),
                dead: backlog.dead,
                last_push_at: runtime.last_push_ms,
                message: channel.message.or(runtime.message),
                name: channel.name,
                kind: channel.kind,
            });
        }
        Ok(list)
    }

    /// A channel's id, by its name.
    ///
    /// # Errors
    /// If there is no such channel.
    pub async fn channel_id(&self, name: &str) -> Result<ChannelId, AppError> {
        Ok(self.stored_channel(name).await?.id)
    }

    pub(super) async fn stored_channel(&self, name: &str) -> Result<StoredChannel, AppError> {
        let wanted = name.to_owned();
        let found = self.db.readers.read(move |conn| stored::by_name(conn, &wanted)).await?;
        found.ok_or_else(|| AppError::NotFound(format!("there is no channel {name}")))
    }
}

fn state(channel: &StoredChannel, runtime: &Runtime, now_ms: i64) -> &'static str {
    use crate::dispatch::CircuitState;
    if !channel.active {
        return "paused";
    }
    match runtime.circuit {
        CircuitState::Open { .. } | CircuitState::HalfOpen => "circuit_open",
        CircuitState::Closed if runtime.throttled_until_ms.is_some_and(|until| until > now_ms) => "throttled",
        CircuitState::Closed => "active",
    }
}
