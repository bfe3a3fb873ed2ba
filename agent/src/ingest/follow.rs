//! Tails the journal: woken by the doorbell, with a slow look as a safety net, since a doorbell may be missed.

use super::apply::{Input, apply};
use super::epoch::EpochTracker;
use crate::clock::Clock;
use crate::db::{Db, DbError, Lane};
use crate::issues::{self, Issue};
use crate::ledger;
use crate::mirror::listings::{self, ContextSource, Touched};
use crate::mirror::pools;
use onhand_journal::{Doorbell, Position, Record, RecordError, Tail, TailError, TailEvent};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixDatagram;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const BATCH_RECORDS: usize = 2_000;
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// The safety net under the doorbell.
const SLOW_LOOK: Duration = Duration::from_secs(1);
const UNREADABLE: &str = "journal_unreadable";

/// How far the follower is; `/v1/settle` and `status` watch it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Everything before this is applied.
    pub position: Position,
    /// Records applied since the start of the agent.
    pub records: u64,
    /// When something was last applied, by this machine's clock.
    pub applied_ms: i64,
    /// How often the end of the journal was seen, with nothing left to do there.
    pub looks: u64,
    /// No pool waits to be compared with its ledger.
    pub settled: bool,
    /// The journal could not be read at the last look.
    pub away: bool,
}

/// Called with what a batch touched, after its commit: wakes dispatch.
pub type OnTouched = Arc<dyn Fn(Touched) + Send + Sync>;

/// Why following stopped.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The journal cannot be read.
    #[error("cannot read the journal: {0}")]
    Journal(#[from] TailError),
    /// The doorbell cannot be bound.
    #[error("cannot bind the doorbell in the journal directory: {0}")]
    Doorbell(std::io::Error),
    /// The database refuses.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The journal's one reader.
pub struct Follower {
    db: Db,
    clock: Clock,
    tail: Tail,
    bell: UnixDatagram,
    epochs: EpochTracker,
    context: ContextSource,
    on_touched: OnTouched,
    progress: watch::Sender<Progress>,
    rest: Duration,
    settle_due: bool,
    held_due_us: Option<i64>,
}

impl Follower {
    /// Opens the journal where the database's cursor stands.
    ///
    /// # Errors
    /// When the journal, its doorbell or the cursor cannot be had.
    pub async fn open(
        db: Db,
        clock: Clock,
        journal_dir: &Path,
        rest: Duration,
        context: ContextSource,
        on_touched: OnTouched,
    ) -> Result<(Self, watch::Receiver<Progress>), FollowError> {
        let (start, epoch, newest_at) = db.readers.read(cursor).await?;
        let tail = Tail::open(journal_dir, start)?;
        let bell = bell(journal_dir)?;
        let (progress, watching) = watch::channel(Progress {
            position: start,
            records: 0,
            applied_ms: clock.now_ms(),
            looks: 0,
            settled: false,
            away: false,
        });
        let follower = Self {
            db,
            clock,
            tail,
            bell,
            epochs: EpochTracker::new(epoch, newest_at),
            context,
            on_touched,
            progress,
            rest,
            settle_due: true,
            held_due_us: Some(0),
        };
        Ok((follower, watching))
    }

    /// Follows until told to stop.
    ///
    /// # Errors
    /// When the database fails for good; systemd starts the agent again. A journal that cannot be read is waited for.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), FollowError> {
        let mut ahead = None;
        while !stop.is_cancelled() {
            let batch = match ahead.take().map_or_else(|| read(&mut self.tail), Ok) {
                Ok(batch) => batch,
                Err(error) => {
                    self.unreadable(&error, &stop).await?;
                    continue;
                }
            };
            if batch.inputs.is_empty() {
                if self.progress.borrow().away {
                    self.readable_again(&stop).await?;
                }
                self.release().await?;
                self.chores().await?;
                let settled = !self.settle_due;
                self.progress.send_modify(|progress| {
                    progress.looks = progress.looks.wrapping_add(1);
                    progress.settled = settled;
                });
                self.idle(&stop).await;
            } else {
                ahead = self.take(batch).await?;
            }
        }
        self.release().await
    }

    /// The directory is gone, or refuses. Nothing is lost by that: what is in it waits, as does the shop's next statement.
    async fn unreadable(&mut self, error: &TailError, stop: &CancellationToken) -> Result<(), FollowError> {
        if !self.progress.borrow().away {
            tracing::error!("The journal cannot be read: {error}");
        }
        let (message, now_ms) = (error.to_string(), self.clock.now_ms());
        self.db
            .writer
            .write(Lane::Normal, move |tx| {
                let issue = Issue {
                    code: UNREADABLE,
                    scope: "journal",
                    message: &format!("The journal cannot be read: {message}"),
                    action: "See to the directory; the agent looks every second and goes on by itself.",
                };
                issues::raise(tx, &issue, now_ms)
            })
            .await?;
        self.progress.send_modify(|progress| progress.away = true);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(SLOW_LOOK) => {}
        }
        self.chores().await
    }

    /// The directory may be another one of the same name: without the doorbell, every statement waits for a slow look.
    async fn readable_again(&mut self, stop: &CancellationToken) -> Result<(), FollowError> {
        let dir = self.tail.dir().to_owned();
        match Tail::open(&dir, self.tail.position()) {
            Ok(tail) => self.tail = tail,
            Err(error) => return self.unreadable(&error, stop).await,
        }
        match bell(&dir) {
            Ok(bell) => self.bell = bell,
            Err(error) => tracing::warn!("{error}"),
        }
        tracing::info!("The journal can be read again.");
        self.db.writer.write(Lane::Normal, |tx| issues::clear(tx, UNREADABLE, "journal")).await?;
        self.progress.send_modify(|progress| progress.away = false);
        Ok(())
    }

    async fn idle(&mut self, stop: &CancellationToken) {
        let mut wait = SLOW_LOOK;
        if self.settle_due {
            wait = wait.min(self.rest.max(Duration::from_millis(20)));
        }
        if let Some(due) = self.held_due_us {
            let left = due.saturating_sub(self.clock.now_us()).max(0);
            wait =
                wait.min(Duration::from_micros(u64::try_from(left).unwrap_or(0)) + Duration::from_millis(1));
        }
        tokio::select! {
            () = stop.cancelled() => {}
            readable = self.bell.readable() => {
                if readable.is_ok() {
                    drain(&self.bell);
                }
            }
            () = tokio::time::sleep(wait) => {}
        }
    }

    /// Applies a batch. While it is being committed the next one is read and decoded.
    async fn take(&mut self, batch: Batch) -> Result<Option<Batch>, FollowError> {
        let Batch { inputs, end, gap } = batch;
        let context = (self.context)();
        let now_ms = context.now_ms;
        let mut epochs = self.epochs.clone();
        let committed = self.db.writer.write(Lane::Urgent, move |tx| {
            let effect = apply(tx, &inputs, end, &context, &mut epochs)?;
            Ok::<_, DbError>((effect, epochs))
        });
        let tail = &mut self.tail;
        // A gap stays in the journal until it is acknowledged: it would be read twice.
        let (committed, ahead) = tokio::join!(committed, async { (!gap).then(|| read(tail)) });
        let (effect, epochs) = committed?;
        self.epochs = epochs;
        self.settle_due |= effect.unsettled;
        if effect.held {
            self.held_due_us = Some(0);
        }
        if gap && let Err(error) = self.tail.acknowledge_gap() {
            // It stands there until the next start, and wants a resync once more then.
            tracing::warn!("{error}");
        }
        let records = u64::try_from(effect.records).unwrap_or(0);
        (self.on_touched)(effect.touched);
        self.progress.send_modify(|progress| {
            progress.position = end;
            progress.records += records;
            progress.applied_ms = now_ms;
        });
        // One that cannot be read now is read by the next look, which says why it cannot.
        Ok(ahead.and_then(Result::ok))
    }

    /// Deletes consumed segments, once what they said is durable.
    async fn release(&mut self) -> Result<(), FollowError> {
        if self.tail.has_consumed_segments() {
            self.db.writer.checkpoint().await?;
            let durable = self.progress.borrow().position;
            if let Err(error) = self.tail.release(durable) {
                tracing::warn!("{error}");
            }
        }
        Ok(())
    }

    /// What happens without any record: pools come to rest, holds of unpaid checkouts expire.
    async fn chores(&mut self) -> Result<(), FollowError> {
        let now_us = self.clock.now_us();
        if self.held_due_us.is_some_and(|due| due <= now_us) {
            self.expire_held(now_us).await?;
        }
        if self.settle_due {
            let now_ms = self.clock.now_ms();
            let rest = i64::try_from(self.rest.as_millis()).unwrap_or(i64::MAX);
            let left = self
                .db
                .writer
                .write(Lane::Normal, move |tx| {
                    ledger::settle(tx, now_ms.saturating_sub(rest), now_ms)?;
                    let left: bool = tx
                        .query_row(
                            "SELECT EXISTS (SELECT 1 FROM pool WHERE unsettled_ms IS NOT NULL)",
                            [],
                            |row| row.get(0),
                        )
                        .map_err(DbError::from)?;
                    Ok::<_, DbError>(left)
                })
                .await?;
            self.settle_due = left;
        }
        Ok(())
    }

    async fn expire_held(&mut self, now_us: i64) -> Result<(), FollowError> {
        let context = (self.context)();
        let (touched, next) = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                let pools = pools::expire_held(tx, now_us)?;
                let touched = listings::recompute_pools(
                    tx,
                    pools.into_iter().map(|pool| (pool, None, true)),
                    &context,
                )?;
                Ok::<_, DbError>((touched, pools::next_held_expiry(tx)?))
            })
            .await?;
        self.held_due_us = next;
        (self.on_touched)(touched);
        Ok(())
    }
}

/// What was read in one go.
struct Batch {
    inputs: Vec<Input>,
    end: Position,
    gap: bool,
}

fn bell(journal_dir: &Path) -> Result<UnixDatagram, FollowError> {
    Doorbell::bind(journal_dir)
        .and_then(|bell| UnixDatagram::from_std(bell.into_socket()))
        .map_err(FollowError::Doorbell)
}

fn read(tail: &mut Tail) -> Result<Batch, TailError> {
    let events = tail.next_batch(BATCH_RECORDS, BATCH_BYTES)?;
    let gap = events.iter().any(|event| matches!(event, TailEvent::Gap { .. }));
    Ok(Batch { inputs: events.into_iter().map(decode).collect(), end: tail.position(), gap })
}

/// Where the database's cursor stands: position, epoch, newest stamp.
fn cursor(conn: &rusqlite::Connection) -> Result<(Position, i64, i64), DbError> {
    Ok(conn.query_row("SELECT segment, offset, epoch, newest_at FROM journal_cursor", [], |row| {
        let position = Position {
            segment: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            offset: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
        };
        Ok((position, row.get(2)?, row.get(3)?))
    })?)
}

/// One wake-up is enough for any number of rings.
fn drain(bell: &UnixDatagram) {
    let mut byte = [0u8; 16];
    while bell.try_recv(&mut byte).is_ok() {}
}

fn decode(event: TailEvent) -> Input {
    match event {
        TailEvent::Record { payload, position_after } => match Record::from_json(&payload) {
            Ok(record) => Input::Record(Box::new(record)),
            Err(error) => Input::Unreadable {
                code: match error {
                    RecordError::Unknown { .. } => "record_unknown",
                    _ => "record_invalid",
                },
                message: format!(
                    "A record ending at {position_after} was set aside: {error}. It begins with {}",
                    excerpt(&payload)
                ),
            },
        },
        TailEvent::Torn { position_after, bytes, excerpt: start, reason } => Input::Unreadable {
            code: "record_torn",
            message: format!(
                "{bytes} bytes ending at {position_after} are no whole record ({reason}): {start}"
            ),
        },
        TailEvent::Gap { since } => Input::Gap { since },
    }
}

fn excerpt(payload: &[u8]) -> String {
    String::from_utf8_lossy(payload).chars().take(80).collect()
}
