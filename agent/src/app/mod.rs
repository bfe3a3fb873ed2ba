//! The assembly: database, journal follower, dispatcher and connectors, joined. What the API and the CLI may do
//! with a running agent is a function here.

mod careful;
mod channels;
mod connect;
mod exports;
mod hooks;
mod jobs;
mod lookout;
mod mapping;
mod orders;
mod quantities;
mod reconcile;
mod remove;
mod renewals;
mod rule_book;
mod rules;
mod schedule;
mod settle;
mod simulate;
mod strict;
mod undo;
mod velocity;

pub use careful::{Careful, Carefully};
pub use channels::ChannelStatus;
pub use connect::{AddChannel, Added};
pub use exports::run as export_in_turn;
pub use hooks::{AddHook, run as tell};
pub use lookout::run as keep_watch;
pub use orders::{OrderTasks, SetOrders};
pub use quantities::{Supposed, SupposedQuantity};
pub use rules::{RulesOf, RulesRow, SetRules};
pub use settle::Settled;
pub use simulate::{Simulate, Simulated};
pub use strict::run as deal_out;
pub use undo::Undone;
pub use velocity::run as keep_pace;

use crate::allocation::{PriceRule, Reach, RuleSet, Rules};
use crate::channels::{Http, HttpSettings, Kinds, client};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, DbError, Lane};
use crate::dispatch::{ActiveChannel, Dispatcher};
use crate::domain::ChannelId;
use crate::ingest::{Follower, Progress};
use crate::issues::{self, Issue};
use crate::jobs::Jobs;
use crate::mirror::channels::{self as stored, StoredChannel};
use crate::mirror::listings::{Context, Touched};
use crate::orders::CarrierParts;
use crate::secrets::{SealError, Sealer};
use anyhow::Context as _;
pub use schedule::run as compare_in_turn;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Why something an operator asked for was not done.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// What was asked for makes no sense; every mistake.
    #[error("{}", .0.join("; "))]
    Invalid(Vec<String>),
    /// A channel refused.
    #[error(transparent)]
    Channel(#[from] crate::channels::ChannelError),
    /// The database refuses.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Credentials cannot be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// What outgoing webhooks told is kept for a month.
const EVENTS_MS: i64 = 30 * 86_400_000;

/// What is known of the connected channels without asking the database.
#[derive(Clone, Debug, Default)]
struct Known {
    max: BTreeMap<ChannelId, i64>,
    rules: BTreeMap<ChannelId, Rules>,
    prices: BTreeMap<ChannelId, PriceRule>,
    /// Rules for a part of the variations.
    rule_sets: Arc<Vec<RuleSet>>,
    /// How long after a sale each shows it.
    lags: BTreeMap<ChannelId, i64>,
    /// Channels whose kind brings orders home.
    sells: BTreeSet<ChannelId>,
    /// Channels whose orders do come home.
    homing: Arc<BTreeSet<ChannelId>>,
}

/// A running agent.
#[derive(Clone)]
pub struct App {
    /// Its configuration.
    pub config: Arc<Config>,
    /// Its database.
    pub db: Db,
    /// Its clock.
    pub clock: Clock,
    /// Its queue.
    pub dispatcher: Arc<Dispatcher>,
    /// How far the journal is applied.
    pub progress: watch::Receiver<Progress>,
    /// What brings orders home.
    pub orders: Arc<OrderTasks>,
    /// The kinds of channel that can be connected.
    pub kinds: Arc<Kinds>,
    http: Http,
    sealer: Sealer,
    known: Arc<RwLock<Known>>,
    comparing: reconcile::Comparing,
    jobs: Jobs,
}

/// An agent with the journal's follower, which is to be run.
pub struct Assembly {
    /// The agent.
    pub app: App,
    /// The journal's one reader.
    pub follower: Follower,
}

impl App {
    /// Opens everything and starts the channels' workers.
    ///
    /// # Errors
    /// What cannot be opened, and where.
    pub async fn open(config: Config, clock: Clock, stop: CancellationToken) -> anyhow::Result<Assembly> {
        make_parent(&config.database)?;
        make_parent(&config.secrets.key_file)?;
        std::fs::create_dir_all(&config.journal.dir)
            .with_context(|| format!("cannot make the journal directory {}", config.journal.dir.display()))?;
        let db = Db::open(&config.database)?;
        let sealer = Sealer::open(&config.secrets.key_file)?;
        let http = client(&HttpSettings {
            connect_timeout: Duration::from_millis(config.http.connect_timeout_ms),
            timeout: Duration::from_millis(config.http.timeout_ms),
            ..HttpSettings::default()
        })?;
        let (kinds, wrong) = Kinds::with_dir(&config.channels.dir);
        let dispatcher =
            Arc::new(Dispatcher::new(db.clone(), clock.clone(), config.dispatch.clone(), stop.clone()));
        let known = Arc::new(RwLock::new(Known::default()));
        let context = context_source(&known, &clock, &config);
        let carried = Arc::clone(&dispatcher);
        let carrier = CarrierParts {
            db: db.clone(),
            clock: clock.clone(),
            settings: config.orders.clone(),
            sealer: sealer.clone(),
            http: http.clone(),
            context: Arc::clone(&context),
            on_home: Arc::new(move |touched: Touched| {
                carried.wake(touched.channels);
                carried.changed();
            }),
        };
        let orders = OrderTasks::new(carrier, stop);
        let on_touched = {
            let (dispatcher, orders) = (Arc::clone(&dispatcher), Arc::clone(&orders));
            Arc::new(move |touched: Touched| {
                orders.mail(&touched.mail);
                dispatcher.wake(touched.channels);
                if touched.strict || touched.news {
                    dispatcher.changed();
                }
            })
        };
        let rest = Duration::from_millis(config.ledger.rest_ms);
        let (follower, progress) =
            Follower::open(db.clone(), clock.clone(), &config.journal.dir, rest, context, on_touched).await?;
        let jobs = Jobs::open(db.clone(), clock.now_ms()).await?;
        let app = Self {
            config: Arc::new(config),
            db,
            clock,
            dispatcher,
            progress,
            orders,
            kinds: Arc::new(kinds),
            http,
            sealer,
            known,
            comparing: reconcile::Comparing::default(),
            jobs,
        };
        app.kinds_unusable(wrong).await?;
        app.connect_all().await?;
        app.take_back_trials().await?;
        Ok(Assembly { app, follower })
    }

    /// Says which declared kinds of channel cannot be used, and why.
    async fn kinds_unusable(&self, wrong: Vec<String>) -> Result<(), AppError> {
        let now_ms = self.clock.now_ms();
        self.db
            .writer
            .write(Lane::Urgent, move |tx| {
                issues::clear_code(tx, "kind_unusable")?;
                for (number, problem) in wrong.iter().enumerate() {
                    tracing::error!("A kind of channel cannot be used: {problem}");
                    let issue = Issue {
                        code: "kind_unusable",
                        scope: &format!("kind:{number}"),
                        message: problem,
                        action: "Correct the file (`onhand kinds check FILE` looks at it), then start the agent again.",
                    };
                    issues::raise(tx, &issue, now_ms)?;
                }
                Ok::<_, DbError>(())
            })
            .await?;
        Ok(())
    }

    async fn connect_all(&self) -> Result<(), AppError> {
        self.read_rule_sets().await?;
        for channel in self.db.readers.read(stored::all).await? {
            match self.connector(&channel) {
                Ok(active) => {
                    self.introduce(&active, channel.rules, channel.prices.clone());
                    // What a paused channel sells comes home all the same.
                    let active = self.with_orders(active, channel.orders);
                    if channel.active {
                        self.dispatcher.start(active);
                    }
                }
                Err(error) => self.unusable(&channel, &error).await?,
            }
        }
        Ok(())
    }

    fn connector(&self, channel: &StoredChannel) -> Result<ActiveChannel, AppError> {
        let kind = self
            .kinds
            .get(&channel.kind)
            .ok_or_else(|| AppError::NotFound(format!("there is no kind of channel {}", channel.kind)))?;
        let secrets = self.sealer.unseal(&channel.name, &channel.secrets)?;
        let connector = crate::channels::connect(
            kind,
            &channel.config,
            &secrets,
            &self.http,
            &self.clock,
            self.renewals(&channel.name),
        )
        .map_err(AppError::Invalid)?;
        Ok(ActiveChannel { id: channel.id, name: channel.name.clone(), connector, sold_first: None })
    }

    /// From now on the channel's listings are computed.
    fn introduce(&self, channel: &ActiveChannel, rules: Rules, prices: Option<PriceRule>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.max.insert(channel.id, channel.connector.limits().max_quantity);
        known.rules.insert(channel.id, rules);
        if channel.connector.orders().is_some() {
            known.sells.insert(channel.id);
        }
        match prices {
            Some(prices) => known.prices.insert(channel.id, prices),
            None => known.prices.remove(&channel.id),
        };
    }

    /// How far the agent reaches a channel, if it can be used at all.
    #[must_use]
    pub fn reach(&self, channel: ChannelId) -> Option<Reach> {
        self.context().reach(channel)
    }

    fn brings_orders(&self, channel: ChannelId) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).sells.contains(&channel)
    }

    /// From now on the channel's listings are computed by these rules.
    fn rules_changed(&self, channel: ChannelId, rules: Rules) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).rules.insert(channel, rules);
    }

    async fn unusable(&self, channel: &StoredChannel, error: &AppError) -> Result<(), AppError> {
        tracing::error!(channel = %channel.name, "The channel cannot be used: {error}");
        let (name, message, now_ms) = (channel.name.clone(), error.to_string(), self.clock.now_ms());
        self.db
            .writer
            .write(Lane::Urgent, move |tx| {
                let issue = Issue {
                    code: "channel_unusable",
                    scope: &format!("channel:{name}"),
                    message: &format!("{name} cannot be used: {message}"),
                    action: &format!(
                        "Give it its credentials again: Onhand → Settings → {name} → New credentials, or `onhand channel add {name}`."
                    ),
                };
                issues::raise(tx, &issue, now_ms)
            })
            .await?;
        Ok(())
    }

    /// Something changed what listings should show: whoever tells the channels, and whoever deals out, looks at it.
    fn touched(&self, touched: Touched) {
        self.dispatcher.wake(touched.channels);
        if touched.strict || touched.news {
            self.dispatcher.changed();
        }
    }

    /// What recomputing needs to know now.
    fn context(&self) -> Context {
        context_source(&self.known, &self.clock, &self.config)()
    }

    /// Forgets what is too old to be of use. Run now and then.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn prune(&self) -> Result<usize, DbError> {
        let keep = i64::from(self.config.ledger.keep_pushes_days).saturating_mul(86_400_000);
        let now_ms = self.clock.now_ms();
        self.prune_orders(now_ms).await?;
        let before = now_ms.saturating_sub(keep);
        let events = now_ms.saturating_sub(EVENTS_MS);
        self.db.writer.write(Lane::Normal, move |tx| crate::hooks::book::prune(tx, events)).await?;
        let mut pruned = 0;
        loop {
            let some = self
                .db
                .writer
                .write(Lane::Normal, move |tx| crate::dispatch::prune(tx, before, now_ms))
                .await?;
            if some == 0 {
                return Ok(pruned);
            }
            pruned += some;
        }
    }
}

fn context_source(
    known: &Arc<RwLock<Known>>,
    clock: &Clock,
    config: &Config,
) -> Arc<dyn Fn() -> Context + Send + Sync> {
    let (known, clock, guard, velocity) = (Arc::clone(known), clock.clone(), config.guard, config.velocity);
    let low_stock = config.events.low_stock;
    Arc::new(move || {
        let known = known.read().unwrap_or_else(PoisonError::into_inner);
        Context {
            now_ms: clock.now_ms(),
            channel_max: known.max.clone(),
            channel_rules: known.rules.clone(),
            rule_sets: Arc::clone(&known.rule_sets),
            channel_prices: known.prices.clone(),
            channel_lags: known.lags.clone(),
            homing: Arc::clone(&known.homing),
            low_stock,
            velocity,
            guard,
        }
    })
}

fn make_parent(path: &std::path::Path) -> anyhow::Result<()> {
    match path.parent() {
        Some(parent) => std::fs::create_dir_all(parent)
            .with_context(|| format!("cannot make the directory {}", parent.display())),
        None => Ok(()),
    }
}
