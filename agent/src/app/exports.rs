//! Exports by a schedule: a folder each, the newest few kept. The folders' names say when they were made, so that a restart repeats
//! nothing.

use super::App;
use crate::config::Exports;
use crate::db::{DbError, Lane};
use crate::issues::{self, Issue};
use crate::portable::{self, Form};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Looked at so often whether one is due.
const LOOK: Duration = Duration::from_secs(300);
const HOUR_MS: i64 = 3_600_000;
const NAME: &str = "onhand-%Y%m%dT%H%M%SZ";
/// While it is written.
const UNFINISHED: &str = ".unfinished";

/// Runs until told to stop.
pub async fn run(app: App, stop: CancellationToken) {
    if app.config.exports.every_hours == 0 {
        return stop.cancelled().await;
    }
    loop {
        if let Err(error) = app.export_if_due().await {
            tracing::error!("The scheduled export could not be noted: {error}");
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

impl App {
    /// Makes one if the newest is old enough. What goes wrong is an issue until one succeeds. Returns the folder.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn export_if_due(&self) -> Result<Option<PathBuf>, DbError> {
        let (settings, database, now_ms) =
            (self.config.exports.clone(), self.config.database.clone(), self.clock.now_ms());
        // Files are written for seconds: not by a thread that others wait for.
        let made = tokio::task::spawn_blocking(move || make(&settings, &database, now_ms)).await;
        let made = made.unwrap_or_else(|error| Err(anyhow::anyhow!("it was cut short: {error}")));
        let (outcome, problem) = match made {
            Ok(None) => return Ok(None),
            Ok(Some(folder)) => (Some(folder), None),
            Err(error) => (None, Some(format!("{error:#}"))),
        };
        self.db
            .writer
            .write(Lane::Normal, move |tx| match problem {
                None => issues::clear(tx, "export_failed", "exports"),
                Some(message) => {
                    let issue = Issue {
                        code: "export_failed",
                        scope: "exports",
                        message: &format!("the scheduled export was not made: {message}"),
                        action: "Look at `exports.dir` and the room on its disk; it is tried again in five minutes.",
                    };
                    issues::raise(tx, &issue, now_ms)
                }
            })
            .await?;
        Ok(outcome)
    }
}

fn make(settings: &Exports, database: &Path, now_ms: i64) -> anyhow::Result<Option<PathBuf>> {
    let dir = &settings.dir;
    std::fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
    let there = made_before(dir)?;
    let every_ms = i64::from(settings.every_hours).saturating_mul(HOUR_MS);
    if there.last().is_some_and(|(_, at_ms)| now_ms.saturating_sub(*at_ms) < every_ms) {
        return Ok(None);
    }
    let at = jiff::Timestamp::from_millisecond(now_ms)?;
    let folder = dir.join(at.strftime(NAME).to_string());
    let unfinished = dir.join(format!("{}{UNFINISHED}", at.strftime(NAME)));
    // Left by one that was killed.
    for left in std::fs::read_dir(dir)?.flatten().filter(|entry| is_unfinished(&entry.path())) {
        std::fs::remove_dir_all(left.path())?;
    }
    let form = if settings.csv { Form::Csv } else { Form::Ndjson };
    portable::export(database, &unfinished, form)?;
    std::fs::rename(&unfinished, &folder)?;
    let surplus = (there.len() + 1).saturating_sub(settings.keep.max(1));
    for (old, _) in there.iter().take(surplus) {
        std::fs::remove_dir_all(old)?;
    }
    tracing::info!(folder = %folder.display(), "Exported everything.");
    Ok(Some(folder))
}

fn is_unfinished(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(UNFINISHED))
}

/// Those that are whole, the oldest first. Other folders are nobody's business.
fn made_before(dir: &Path) -> anyhow::Result<Vec<(PathBuf, i64)>> {
    let mut found: Vec<(PathBuf, i64)> = std::fs::read_dir(dir)?
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let at = jiff::civil::DateTime::strptime(NAME, name.to_str()?).ok()?;
            let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
            Some((entry.path(), at))
        })
        .collect();
    found.sort_by_key(|(_, at_ms)| *at_ms);
    Ok(found)
}
