//! Dispatch in virtual time: the real queue, database and connectors, simulated marketplaces, and a clock that is moved
//! on only when everybody has done what there was to do. An hour under a documented limit takes seconds, and the same
//! run gives the same result however busy the machine is.

mod plain;
mod watched;

pub use plain::{Plain, Received, Trouble};
pub use watched::{Latency, Watched};

use crate::sim::clock::SimClock;
use onhand::channels::ChannelConnector;
use onhand::clock::Clock;
use onhand::db::{Db, DbError, Lane};
use onhand::dispatch::{ActiveChannel, DispatchSettings, Dispatcher};
use onhand::domain::ChannelId;
use onhand::mirror::mapping;
use rusqlite::{Connection, Transaction, params};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Variations of a T-shirt.
pub const VARIATIONS: usize = 12;

/// Time passes in strokes of this.
const STEP: Duration = Duration::from_millis(500);

/// A dispatcher in virtual time.
pub struct Lab {
    pub db: Db,
    pub clock: Clock,
    pub dispatcher: Dispatcher,
    /// Looks past the queue of jobs.
    conn: Connection,
    busy: Arc<AtomicUsize>,
    clocks: Vec<SimClock>,
    stop: CancellationToken,
    _dir: tempfile::TempDir,
}

impl Lab {
    /// To be opened within a runtime of one thread whose time is paused.
    ///
    /// # Errors
    /// When there is no place for the database.
    pub fn open(settings: DispatchSettings) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("onhand.db");
        let db = Db::open(&path)?;
        let clock = Clock::manual(Clock::system().now_ms());
        let stop = CancellationToken::new();
        Ok(Self {
            dispatcher: Dispatcher::new(db.clone(), clock.clone(), settings, stop.clone()),
            conn: Connection::open(&path)?,
            db,
            clock,
            busy: Arc::default(),
            clocks: Vec::new(),
            stop,
            _dir: dir,
        })
    }

    /// A marketplace's clock goes with the lab's from now on.
    pub fn keeps_time(&mut self, clock: &SimClock) {
        clock.stop();
        self.clocks.push(clock.clone());
    }

    /// Connects a channel and takes in its listings. Nothing is to be sent yet.
    ///
    /// # Errors
    /// When the channel cannot be read.
    pub async fn channel(
        &self,
        name: &str,
        kind: &str,
        connector: &dyn ChannelConnector,
    ) -> anyhow::Result<ChannelId> {
        let (stored, now_ms) = ((name.to_owned(), kind.to_owned()), self.clock.now_ms());
        let id = self
            .write(move |tx| {
                tx.execute(
                    "INSERT INTO channel (name, kind, config, secrets, created_ms) VALUES (?1, ?2, '{}', x'', ?3)",
                    params![stored.0, stored.1, now_ms],
                )?;
                Ok(ChannelId(tx.last_insert_rowid()))
            })
            .await?;
        let take_in = async {
            let mut cursor = None;
            loop {
                let page = connector.pull(cursor.as_deref()).await?;
                let listings = page.listings;
                self.write(move |tx| mapping::store_page(tx, id, &listings, now_ms)).await?;
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => return Ok(id),
                }
            }
        };
        awake(take_in).await
    }

    /// Starts a channel's worker.
    pub fn start(&self, id: ChannelId, name: &str, connector: Arc<dyn ChannelConnector>, latency: Latency) {
        let connector = Arc::new(Watched::new(connector, Arc::clone(&self.busy), latency));
        self.dispatcher.start(ActiveChannel { id, name: name.to_owned(), connector, sold_first: None });
    }

    /// Every listing of a channel is to show this.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn want(&self, id: ChannelId, quantity: i64) -> Result<usize, DbError> {
        let now_ms = self.clock.now_ms();
        self.write(move |tx| {
            Ok(tx.execute(
                "UPDATE listing SET desired = ?2, version = version + 1, state = 1, urgency = 1, behind_ms = ?3, due_ms = 0
                 WHERE channel_id = ?1",
                params![id, quantity, now_ms],
            )?)
        })
        .await
    }

    /// A job of the database.
    ///
    /// # Errors
    /// Its own.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        awake(self.db.writer.write(Lane::Normal, job)).await
    }

    /// A look at the database.
    #[must_use]
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Whether anything of a channel is still to be sent or confirmed.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn is_behind(&self, id: ChannelId) -> anyhow::Result<bool> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM listing INDEXED BY listing_state
                                WHERE channel_id = ?1 AND state IN (1, 2, 3, 5))",
            )?
            .query_row([id], |row| row.get(0))?)
    }

    /// When each channel was in step, from now; a channel that is not by the end is not named.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn in_step(
        &self,
        channels: &[ChannelId],
        step: Duration,
        end: Duration,
    ) -> anyhow::Result<BTreeMap<ChannelId, Duration>> {
        let mut done = BTreeMap::new();
        let mut passed = Duration::ZERO;
        self.calm().await;
        while passed <= end && done.len() < channels.len() {
            for id in channels {
                if !done.contains_key(id) && !self.is_behind(*id)? {
                    done.insert(*id, passed);
                }
            }
            self.step(step).await;
            passed += step;
        }
        Ok(done)
    }

    /// Lets time pass, and everything happen that is due meanwhile.
    pub async fn pass(&self, time: Duration) {
        let mut left = time;
        while left > Duration::ZERO {
            let step = left.min(STEP);
            self.step(step).await;
            left -= step;
        }
    }

    /// Lets time pass at one stroke.
    async fn step(&self, time: Duration) {
        self.clock.advance(time);
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.clocks.iter().for_each(|clock| clock.advance_ms(ms));
        tokio::time::advance(time).await;
        self.calm().await;
    }

    /// Waits until nobody has anything to do before time passes.
    pub async fn calm(&self) {
        let mut quiet = 0;
        while quiet < 3 {
            for _ in 0..8 {
                tokio::task::yield_now().await;
            }
            let busy = self.busy.load(Ordering::SeqCst) > 0 || self.db.writer.waiting() > 0;
            quiet = if busy { 0 } else { quiet + 1 };
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Keeps the runtime from moving its clock on while something outside of it is waited for.
async fn awake<T>(job: impl Future<Output = T>) -> T {
    let watch = async {
        loop {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        done = job => done,
        () = watch => unreachable!("it never ends"),
    }
}
