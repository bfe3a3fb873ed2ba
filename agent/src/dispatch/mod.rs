//! The queue: who is told what, when, and what happens if it fails. All policy is here, for all channels alike;
//! a connector only speaks its API.

mod bulk;
mod circuit;
pub mod dead_letters;
mod ending;
mod feed_ending;
pub mod feeds;
mod from_zero;
pub mod metrics;
mod outcome;
mod pacing;
mod plan;
mod quota;
mod retry;
mod runtime;
mod settings;
mod slots;
mod urgency;
mod worker;

pub use circuit::CircuitState;
pub use plan::{Plan, of_channel as plan};
pub use runtime::Runtime;
pub use settings::DispatchSettings;
pub use slots::{Backlog, backlogs, on_their_way, prune};

use crate::channels::{ChannelConnector, SoldFirst};
use crate::clock::Clock;
use crate::db::Db;
use crate::domain::ChannelId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use worker::{Shared, Worker};

/// A channel that is to be worked for.
#[derive(Clone)]
pub struct ActiveChannel {
    /// Its id.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Its API.
    pub connector: Arc<dyn ChannelConnector>,
    /// Its orders, if they come home: asked for before a push that could put a sold unit back.
    pub sold_first: Option<Arc<dyn SoldFirst>>,
}

struct Running {
    shared: Shared,
    connector: Arc<dyn ChannelConnector>,
}

/// All channels' workers.
pub struct Dispatcher {
    db: Db,
    clock: Clock,
    settings: DispatchSettings,
    running: Mutex<BTreeMap<ChannelId, Running>>,
    changes: watch::Sender<u64>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Dispatcher {
    /// No worker yet.
    #[must_use]
    pub fn new(db: Db, clock: Clock, settings: DispatchSettings, stop: CancellationToken) -> Self {
        let (changes, _) = watch::channel(0);
        Self { db, clock, settings, running: Mutex::default(), changes, tasks: TaskTracker::new(), stop }
    }

    /// Starts a channel's worker, in place of an earlier one.
    pub fn start(&self, channel: ActiveChannel) {
        let shared = Shared {
            wake: Arc::new(Notify::new()),
            runtime: Arc::default(),
            stop: self.stop.child_token(),
            changes: self.changes.clone(),
        };
        let running = Running { shared: shared.clone(), connector: Arc::clone(&channel.connector) };
        if let Some(before) = self.running().insert(channel.id, running) {
            before.shared.stop.cancel();
        }
        let worker = Worker::new(channel, self.db.clone(), self.clock.clone(), self.settings.clone(), shared);
        self.tasks.spawn(worker.run());
    }

    /// Stops a channel's worker. A call under way is finished.
    pub fn stop(&self, channel: ChannelId) {
        if let Some(running) = self.running().remove(&channel) {
            running.shared.stop.cancel();
        }
    }

    /// Tells workers that they have something to do.
    pub fn wake(&self, channels: impl IntoIterator<Item = ChannelId>) {
        let running = self.running();
        for channel in channels {
            if let Some(one) = running.get(&channel) {
                one.shared.wake.notify_one();
            }
        }
    }

    /// A channel's API, if it is being worked for.
    #[must_use]
    pub fn connector(&self, channel: ChannelId) -> Option<Arc<dyn ChannelConnector>> {
        self.running().get(&channel).map(|running| Arc::clone(&running.connector))
    }

    /// What a channel's worker is doing.
    #[must_use]
    pub fn runtime(&self, channel: ChannelId) -> Option<Runtime> {
        let running = self.running();
        let runtime = &running.get(&channel)?.shared.runtime;
        Some(runtime.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Changes whenever a call has ended and its outcome is stored.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Something else happened that whoever watches for changes waits for.
    pub fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// After the stop token: waits until every call under way has ended.
    pub async fn drained(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn running(&self) -> std::sync::MutexGuard<'_, BTreeMap<ChannelId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
