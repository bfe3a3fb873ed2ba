//! A change of rules that is tried on a few listings first, and taken back by itself when channels refuse more than they should.

use super::rules::changed;
use super::{App, AppError, RulesOf, SetRules};
use crate::allocation::Rules;
use crate::db::{DbError, behind, on_behalf};
use crate::jobs::{self, What};
use crate::mirror::watch::{self, Watched};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// Looked at again this often, whatever the dispatcher says meanwhile.
const LOOK: Duration = Duration::from_millis(500);

/// A change, and how it is to be made.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Carefully {
    /// What is to be set.
    pub change: SetRules,
    /// So many listings first: those that would show nothing any more, then any.
    #[serde(default = "ten")]
    pub first: usize,
    /// Seconds in which these must have been told, and for which the rest is watched after them.
    #[serde(default = "minute")]
    pub wait_s: u64,
    /// Refusals and differences that are borne with.
    #[serde(default)]
    pub most_wrong: i64,
}

fn ten() -> usize {
    10
}

fn minute() -> u64 {
    60
}

/// How it went.
#[derive(Clone, Debug, Serialize)]
pub struct Careful {
    /// The listings on which it was tried: channel and SKU.
    pub first: Vec<(String, String)>,
    /// What became of them, and of the rest if it came to that.
    pub watched: Watched,
    /// Why it was taken back; null: it holds.
    pub halted: Option<String>,
}

/// What is taken back where it does not come to its end. Nothing of it is set before this is kept.
#[derive(Serialize, Deserialize)]
struct Trial {
    /// What is set.
    set: Rules,
    /// Where, the first listings and then all.
    places: Vec<Tried>,
    /// On whose behalf (JSON).
    actor: Option<String>,
}

/// Rules of one place as they were.
#[derive(Clone, Serialize, Deserialize)]
struct Tried {
    of: RulesOf,
    before: Rules,
}

impl Trial {
    /// The first listings, without the place that is set last.
    fn first(&self) -> &[Tried] {
        self.places.split_last().map_or(&[], |(_, first)| first)
    }

    fn text(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(|error| AppError::Db(DbError::Corrupt(error.to_string())))
    }

    fn read(job: i64, text: &str) -> Result<Self, AppError> {
        serde_json::from_str(text)
            .map_err(|error| AppError::Db(DbError::Corrupt(format!("job {job}: {error}"))))
    }
}

impl App {
    /// Starts it; how it goes is told by the job.
    ///
    /// # Errors
    /// As [`Self::set_rules`]; if there is nothing to be tried.
    pub async fn set_rules_carefully(&self, ask: Carefully) -> Result<i64, AppError> {
        if !ask.change.unset.is_empty() || ask.change.sku.is_some() {
            return Err(AppError::Invalid(vec![
                "a few first: that is for rules that are set for many variations; set or drop the others at once".into(),
            ]));
        }
        // What makes no sense is said at once.
        self.preview_rules(ask.change.clone()).await?;
        let channel = ask.change.channel.clone().unwrap_or_default();
        let (app, undoing, clock) = (self.clone(), self.clone(), self.clock.clone());
        let work = |id| async move { app.carefully(id, ask).await };
        let take_back = |id| async move { undoing.take_back_trial(id).await };
        Ok(self.jobs.start_or_take_back(What::Rules, &channel, clock, work, take_back).await?)
    }

    async fn carefully(&self, job: i64, ask: Carefully) -> Result<Careful, AppError> {
        let began_ms = self.clock.now_ms();
        let wait = Duration::from_secs(ask.wait_s);
        let preview = self.preview_rules(ask.change.clone()).await?;
        let changed = preview.items.iter().filter_map(|one| Some((one.channel.clone(), one.sku.clone()?)));
        let first: Vec<(String, String)> = changed.take(ask.first).collect();
        jobs::total(3);
        let trial = self.trial(&first, &ask.change).await?;
        self.jobs.remember(job, trial.text()?).await?;
        self.try_on(&first, ask.change.set).await?;
        let watched = self.watch_these(&first, began_ms, wait, ask.most_wrong).await?;
        jobs::advance(1);
        let verdict = if watched.wrong() > ask.most_wrong {
            Some(format!("of the first {}, {}", watched.listings, wrong(&watched)))
        } else if watched.waiting > 0 {
            Some(format!(
                "{} of the first {} were not told within {} s",
                watched.waiting, watched.listings, ask.wait_s
            ))
        } else {
            None
        };
        if let Some(why) = verdict {
            self.take_back(trial.first(), ask.change.set).await?;
            return Ok(Careful { first, watched, halted: Some(format!("{why}; nothing else was changed")) });
        }
        self.set_rules(ask.change.clone()).await?;
        // They show the same by the wider rule.
        self.take_back(trial.first(), ask.change.set).await?;
        jobs::advance(1);
        let watched = self.watch_all(ask.change.channel.clone(), began_ms, wait, ask.most_wrong).await?;
        jobs::advance(1);
        if watched.wrong() > ask.most_wrong {
            self.take_back(&trial.places, ask.change.set).await?;
            return Ok(Careful {
                first,
                watched,
                halted: Some(format!("{}; the change was taken back", wrong(&watched))),
            });
        }
        Ok(Careful { first, watched, halted: None })
    }

    /// How everything is that it is going to set.
    async fn trial(&self, first: &[(String, String)], change: &SetRules) -> Result<Trial, AppError> {
        let mut places = Vec::new();
        let first = first.iter().map(|(channel, sku)| of_listing(channel, sku));
        for of in first.chain([change.of()]) {
            let before = self.rules(&of).await?;
            places.push(Tried { of, before });
        }
        Ok(Trial { set: change.set, places, actor: behind().map(|actor| actor.to_string()) })
    }

    async fn try_on(&self, first: &[(String, String)], set: Rules) -> Result<(), AppError> {
        for (channel, sku) in first {
            let RulesOf { channel, sku, .. } = of_listing(channel, sku);
            self.set_rules(SetRules { channel, sku, set, ..SetRules::default() }).await?;
        }
        Ok(())
    }

    async fn take_back(&self, tried: &[Tried], set: Rules) -> Result<(), AppError> {
        for one in tried {
            self.put_back(&one.of, one.before, set).await?;
        }
        Ok(())
    }

    /// What was set is dropped, and what was there before is there again; unless it was not set yet, or somebody has set something
    /// else since.
    async fn put_back(&self, of: &RulesOf, before: Rules, set: Rules) -> Result<(), AppError> {
        match self.rules(of).await {
            Ok(now) if now == changed(before, &set, &[])? => {}
            // Also when there is no such thing any more.
            Ok(_) | Err(AppError::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
        let RulesOf { channel, sku, product, tag, category } = of.clone();
        let names = serde_json::to_value(set).ok().and_then(|value| match value {
            Value::Object(names) => {
                Some(names.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name).collect())
            }
            _ => None,
        });
        let unset = names.unwrap_or_default();
        self.set_rules(SetRules { channel, sku, product, tag, category, set: before, unset }).await?;
        Ok(())
    }

    /// Of a job that was cancelled or failed.
    async fn take_back_trial(&self, job: i64) -> Result<(), AppError> {
        match self.jobs.undo_of(job).await? {
            Some(text) => {
                let trial = Trial::read(job, &text)?;
                self.take_back(&trial.places, trial.set).await
            }
            // Nothing was set yet.
            None => Ok(()),
        }
    }

    /// Trials in whose middle the agent was killed: everything is as it was before them.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn take_back_trials(&self) -> Result<(), AppError> {
        for (job, text) in self.jobs.left_behind().await? {
            let trial = Trial::read(job, &text)?;
            let back = self.take_back(&trial.places, trial.set);
            match trial.actor.clone() {
                Some(actor) => on_behalf(actor.into(), back).await?,
                None => back.await?,
            }
            self.jobs.taken_back(job).await?;
            tracing::warn!(job, "A change of rules was interrupted while it was tried; it was taken back.");
        }
        Ok(())
    }

    async fn watch_these(
        &self,
        listings: &[(String, String)],
        since_ms: i64,
        wait: Duration,
        most_wrong: i64,
    ) -> Result<Watched, AppError> {
        let listings = listings.to_vec();
        self.watched(wait, most_wrong, move |conn| watch::these(conn, &listings, since_ms)).await
    }

    async fn watch_all(
        &self,
        channel: Option<String>,
        since_ms: i64,
        wait: Duration,
        most_wrong: i64,
    ) -> Result<Watched, AppError> {
        self.watched(wait, most_wrong, move |conn| watch::all(conn, channel.as_deref(), since_ms)).await
    }

    /// Until nothing waits, too much is wrong, or the time is over.
    async fn watched(
        &self,
        wait: Duration,
        most_wrong: i64,
        look: impl Fn(&rusqlite::Connection) -> Result<Watched, crate::db::DbError> + Clone + Send + 'static,
    ) -> Result<Watched, AppError> {
        let end = tokio::time::Instant::now() + wait;
        let mut changes = self.dispatcher.changes();
        loop {
            let look = look.clone();
            let watched = self.db.readers.read(move |conn| look(conn)).await?;
            let now = tokio::time::Instant::now();
            if watched.waiting == 0 || watched.wrong() > most_wrong || now >= end {
                return Ok(watched);
            }
            let _ = tokio::time::timeout_at(end.min(now + LOOK), changes.changed()).await;
        }
    }
}

fn of_listing(channel: &str, sku: &str) -> RulesOf {
    RulesOf { channel: Some(channel.to_owned()), sku: Some(sku.to_owned()), ..RulesOf::default() }
}

fn wrong(watched: &Watched) -> String {
    format!("{} were refused and {} showed something else", watched.refused, watched.drifted)
}
