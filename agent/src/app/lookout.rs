//! What nobody does and somebody should hear of: a channel that falls behind for long, credentials that will soon end.

use super::App;
use crate::db::{DbError, Lane};
use crate::dispatch::backlogs;
use crate::issues::{self, Issue};
use crate::mirror::channels as stored;
use crate::mirror::events;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Often enough for a limit of minutes.
const EVERY: Duration = Duration::from_secs(20);
pub(super) const CODE: &str = "credential_expiring";
const DAY_MS: i64 = 86_400_000;
/// Said so long before the end.
const AHEAD_MS: i64 = 14 * DAY_MS;

/// Runs until told to stop.
pub async fn run(app: App, stop: CancellationToken) {
    let mut lagging = BTreeSet::new();
    loop {
        match app.watch(&lagging).await {
            Ok(now) => lagging = now,
            Err(error) => tracing::error!("What channels lag behind could not be looked at: {error}"),
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

impl App {
    /// Looks once. `known`: channels of which it was told already that they lag; returns those that lag now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn watch(&self, known: &BTreeSet<String>) -> Result<BTreeSet<String>, DbError> {
        let now_ms = self.clock.now_ms();
        let limit_ms = i64::from(self.config.events.lag_seconds).saturating_mul(1000);
        let (channels, backlogs, said) = self
            .db
            .readers
            .read(|conn| {
                let said = issues::open_scopes(conn, CODE)?;
                Ok::<_, DbError>((stored::all(conn)?, backlogs(conn)?, said))
            })
            .await?;
        let is_active = |name: &str| channels.iter().any(|channel| channel.name == name && channel.active);
        let mut lagging = BTreeSet::new();
        let mut news = Vec::new();
        for one in backlogs {
            let waited_ms = one.oldest_behind_ms.map_or(0, |since| now_ms.saturating_sub(since));
            if waited_ms <= limit_ms || !is_active(&one.channel) {
                continue;
            }
            if !known.contains(&one.channel) {
                let data =
                    json!({ "channel": one.channel, "behind": one.behind, "oldest_waits_ms": waited_ms });
                news.push((events::CHANNEL_LAGGING, data));
            }
            lagging.insert(one.channel);
        }
        let ending: Vec<(String, String, i64)> = channels
            .iter()
            .filter_map(|channel| {
                let ends_ms = channel.credentials_ms? + lasts_days(&channel.kind)? * DAY_MS;
                (ends_ms - now_ms <= AHEAD_MS).then(|| (channel.name.clone(), channel.kind.clone(), ends_ms))
            })
            .collect();
        let mended: Vec<String> =
            said.iter().filter(|name| !ending.iter().any(|(other, ..)| other == *name)).cloned().collect();
        let ending: Vec<_> = ending.into_iter().filter(|(name, ..)| !said.contains(name)).collect();
        if news.is_empty() && mended.is_empty() && ending.is_empty() {
            return Ok(lagging);
        }
        let told = self
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                let mut told = false;
                for (kind, data) in news {
                    told |= events::note(tx, kind, &data, now_ms)?;
                }
                for name in mended {
                    issues::clear(tx, CODE, &name)?;
                }
                for (name, kind, ends_ms) in ending {
                    let day = jiff::Timestamp::from_millisecond(ends_ms)
                        .map(|at| at.strftime("%Y-%m-%d").to_string())
                        .unwrap_or_default();
                    let data = json!({ "channel": name, "ends": day });
                    told |= events::note(tx, events::CREDENTIAL_EXPIRING, &data, now_ms)?;
                    let issue = Issue {
                        code: CODE,
                        scope: &name,
                        message: &format!("the credentials of {name} end on {day}, as those of {kind} do"),
                        action: &format!(
                            "Renew them at the channel, then give them to Onhand: Onhand → Settings → {name} → New credentials, or `onhand channel add {name} {kind} --secret …`."
                        ),
                    };
                    issues::raise(tx, &issue, now_ms)?;
                }
                Ok::<_, DbError>(told)
            })
            .await?;
        if told {
            self.dispatcher.changed();
        }
        Ok(lagging)
    }
}

/// How long the credentials that a person gives last at most; `None`: until somebody takes them back.
fn lasts_days(kind: &str) -> Option<i64> {
    match kind {
        // A refresh token lasts 18 months: <https://developer.ebay.com/api-docs/static/oauth-refresh-token-request.html>.
        "ebay" => Some(547),
        // A client secret must be rotated: <https://developer-docs.amazon.com/sp-api/docs/application-client-secret-rotation>.
        "amazon" => Some(180),
        // A shop's authorisation lapses: <https://open.shopee.com/documents>, "Authorization and Authentication".
        "shopee" => Some(365),
        _ => None,
    }
}
