//! Comparisons in their turn: the channel that was compared longest ago first, one at a time.

use super::App;
use crate::db::DbError;
use crate::reconcile::Mode;
use rusqlite::Connection;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Looked at after so long even if nothing is due: channels come and go.
const LOOK: Duration = Duration::from_secs(300);
const HOUR_MS: i64 = 3_600_000;

/// Runs until told to stop. A comparison that fails is tried again when it is due the next time.
pub async fn run(app: App, stop: CancellationToken) {
    loop {
        let wait = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            wait = next(&app) => wait,
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn next(app: &App) -> Duration {
    let (every_ms, mode) = (i64::from(app.config.reconcile.every_hours) * HOUR_MS, app.config.reconcile.mode);
    let now_ms = app.clock.now_ms();
    let due = app.db.readers.read(move |conn| oldest(conn, mode)).await;
    match due {
        Ok(Some((name, due_ms))) if due_ms.saturating_add(every_ms) <= now_ms => {
            match app.reconcile_channel(&name, None).await {
                Ok(summary) => tracing::info!(
                    channel = %name,
                    compared = summary.compared,
                    drifted = summary.drifted,
                    repaired = summary.repaired,
                    "Compared the channel with the shop."
                ),
                Err(error) => tracing::warn!(channel = %name, "The channel could not be compared: {error}"),
            }
            Duration::ZERO
        }
        Ok(Some((_, due_ms))) => {
            let left = due_ms.saturating_add(every_ms).saturating_sub(now_ms);
            Duration::from_millis(u64::try_from(left).unwrap_or(0)).min(LOOK)
        }
        Ok(None) => LOOK,
        Err(error) => {
            tracing::error!("The next comparison is not known: {error}");
            LOOK
        }
    }
}

/// The active channel that was compared longest ago, and when: since it was added, where it never was.
fn oldest(conn: &Connection, default: Mode) -> Result<Option<(String, i64)>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT c.name, coalesce((SELECT max(r.began_ms) FROM reconciliation r WHERE r.channel_id = c.channel_id), c.created_ms)
         FROM channel c WHERE c.state = 'active' AND coalesce(c.reconcile, ?1) <> 'off' ORDER BY 2 LIMIT 1",
    )?;
    let mut rows = select.query([default.name()])?;
    Ok(match rows.next()? {
        Some(row) => Some((row.get(0)?, row.get(1)?)),
        None => None,
    })
}
