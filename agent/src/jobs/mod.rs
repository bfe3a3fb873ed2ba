//! Long work that a person starts and need not wait for: it runs in the agent, says how far it is, can be cancelled between two
//! steps, and how it ended is kept.

pub mod book;
mod progress;

pub use progress::{advance, total};

use crate::db::{Db, DbError, Lane};
use progress::Progress;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

/// What can be done at length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A channel's listings are read and linked to variations.
    Match,
    /// A channel's listings are compared with what they should show.
    Compare,
    /// Rules are changed, a few listings first.
    Rules,
}

impl What {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Compare => "compare",
            Self::Rules => "rules",
        }
    }
}

/// A piece of work, as shown.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// match, compare, rules.
    pub what: String,
    /// Of which channel.
    pub channel: String,
    /// running, done, failed, cancelled, interrupted.
    pub state: String,
    /// When it began (milliseconds since the Unix epoch).
    pub began_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Steps that are done.
    pub done: i64,
    /// Of so many, as far as anybody knows.
    pub total: Option<i64>,
    /// How long it will still take, at the pace so far (milliseconds).
    pub left_ms: Option<i64>,
    /// What came of it.
    pub result: Option<Value>,
    /// Why it failed.
    pub message: Option<String>,
}

/// The jobs that run now.
#[derive(Clone)]
pub struct Jobs {
    db: Db,
    running: Arc<Mutex<BTreeMap<i64, Arc<Progress>>>>,
}

impl Jobs {
    /// Takes over the book; what ran when the agent ended was interrupted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(db: Db, now_ms: i64) -> Result<Self, DbError> {
        db.writer.write(Lane::Normal, move |tx| book::interrupted(tx, now_ms)).await?;
        Ok(Self { db, running: Arc::default() })
    }

    /// Starts it; where the same is running already, that one. `work` is told its number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn start<T, E, W>(
        &self,
        what: What,
        channel: &str,
        clock: crate::clock::Clock,
        work: impl FnOnce(i64) -> W,
    ) -> Result<i64, DbError>
    where
        T: Serialize + Send + 'static,
        E: Display + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        self.start_or_take_back(what, channel, clock, work, |_| std::future::ready(Ok(()))).await
    }

    /// As [`Self::start`], of what is to be done whole or not at all: `take_back` undoes what [`Self::remember`] was told if it is
    /// cancelled or fails. What the agent's end leaves behind, [`Self::left_behind`] knows at the next start.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn start_or_take_back<T, E, W, B>(
        &self,
        what: What,
        channel: &str,
        clock: crate::clock::Clock,
        work: impl FnOnce(i64) -> W,
        take_back: impl FnOnce(i64) -> B,
    ) -> Result<i64, DbError>
    where
        T: Serialize + Send + 'static,
        E: Display + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
        B: Future<Output = Result<(), E>> + Send + 'static,
    {
        let (name, now_ms) = (channel.to_owned(), clock.now_ms());
        let (id, is_new) =
            self.db.writer.write(Lane::Normal, move |tx| book::begin(tx, what, &name, now_ms)).await?;
        if !is_new {
            return Ok(id);
        }
        let progress = Arc::new(Progress::default());
        self.lock().insert(id, Arc::clone(&progress));
        let jobs = self.clone();
        let behind = crate::db::behind();
        let work = progress::of(Arc::clone(&progress), work(id));
        let take_back = take_back(id);
        let whole = async move {
            let outcome = work.await;
            let back = if matches!(outcome, Some(Ok(_))) { Ok(()) } else { take_back.await };
            (outcome, back)
        };
        tokio::spawn(async move {
            // On behalf of whoever started it.
            let (outcome, back) = match behind {
                Some(actor) => crate::db::on_behalf(actor, whole).await,
                None => whole.await,
            };
            let (mut state, result, mut message) = match outcome {
                None => ("cancelled", None, None),
                Some(Ok(value)) => ("done", serde_json::to_string(&value).ok(), None),
                Some(Err(error)) => ("failed", None, Some(error.to_string())),
            };
            let leaves_undo = back.is_err();
            if let Err(error) = back {
                state = "failed";
                let why = message.map_or_else(String::new, |why| format!("{why}; "));
                message = Some(format!(
                    "{why}what was done so far is taken back at the agent's next start: {error}"
                ));
            }
            let (now_ms, (done, total)) = (clock.now_ms(), progress.counts());
            let ended = book::Ended { state, done, total, result, message, leaves_undo };
            let kept: Result<(), DbError> =
                jobs.db.writer.write(Lane::Normal, move |tx| book::end(tx, id, &ended, now_ms)).await;
            if let Err(error) = kept {
                tracing::error!(%error, job = id, "How a job ended could not be kept.");
            }
            jobs.lock().remove(&id);
        });
        Ok(id)
    }

    /// What is to be taken back where this job does not come to its end.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remember(&self, id: i64, undo: String) -> Result<(), DbError> {
        self.db.writer.write(Lane::Normal, move |tx| book::remember(tx, id, &undo)).await
    }

    /// What is to be taken back of this one; `None`: nothing was done yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn undo_of(&self, id: i64) -> Result<Option<String>, DbError> {
        self.db.readers.read(move |conn| book::undo_of(conn, id)).await
    }

    /// What jobs that do not run any more have left to be taken back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn left_behind(&self) -> Result<Vec<(i64, String)>, DbError> {
        self.db.readers.read(book::left_behind).await
    }

    /// It is as it was before this job.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn taken_back(&self, id: i64) -> Result<(), DbError> {
        self.db.writer.write(Lane::Normal, move |tx| book::taken_back(tx, id)).await
    }

    /// Ends it before its next step. False: it does not run.
    #[must_use]
    pub fn cancel(&self, id: i64) -> bool {
        self.lock().get(&id).map(|progress| progress.cancel()).is_some()
    }

    /// The newest first, with how far those are that run.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, running: bool, limit: i64, now_ms: i64) -> Result<Vec<Job>, DbError> {
        let jobs = self.db.readers.read(move |conn| book::list(conn, running, limit)).await?;
        Ok(jobs.into_iter().map(|job| self.now(job, now_ms)).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn one(&self, id: i64, now_ms: i64) -> Result<Option<Job>, DbError> {
        let job = self.db.readers.read(move |conn| book::one(conn, id)).await?;
        Ok(job.map(|job| self.now(job, now_ms)))
    }

    fn now(&self, mut job: Job, now_ms: i64) -> Job {
        let progress = self.lock().get(&job.id).cloned();
        if let Some(progress) = progress
            && job.state == "running"
        {
            (job.done, job.total) = progress.counts();
            job.left_ms = left(now_ms.saturating_sub(job.began_at), job.done, job.total);
        }
        job
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<i64, Arc<Progress>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// At the pace so far.
fn left(took_ms: i64, done: i64, total: Option<i64>) -> Option<i64> {
    let more = total?.saturating_sub(done).max(0);
    (done > 0).then(|| took_ms.max(0).saturating_mul(more) / done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_estimate_needs_a_pace_and_an_end() {
        assert_eq!(left(1000, 10, Some(40)), Some(3000));
        assert_eq!(left(1000, 0, Some(40)), None);
        assert_eq!(left(1000, 10, None), None);
    }

    proptest! {
        #[test]
        fn it_is_never_below_zero(took in any::<i64>(), done in 0i64..1_000_000, total in proptest::option::of(0i64..1_000_000)) {
            prop_assert!(left(took, done, total).is_none_or(|left| left >= 0));
        }
    }
}
