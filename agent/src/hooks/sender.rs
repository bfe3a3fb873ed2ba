//! Makes the deliveries: some at once, each until it is taken, by the convention's schedule.

use super::book::{self, Parcel};
use crate::channels::Http;
use crate::clock::Clock;
use crate::db::{Db, DbError, Lane};
use crate::issues::{self, Issue};
use crate::secrets::Sealer;
use rand::Rng;
use secrecy::ExposeSecret;
use standardwebhooks::Webhook;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Waits between tries, as the convention recommends; after the last one it is given up.
const WAITS_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Looked for even if nobody said that something happened.
const SLOW_LOOK: Duration = Duration::from_secs(5);
/// At once.
const AT_ONCE: usize = 8;
/// After so many tries in vain people are told.
const PATIENCE: u32 = 2;

/// What a sender is made of.
#[derive(Clone)]
pub struct SenderParts {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Opens secrets.
    pub sealer: Sealer,
    /// The way out.
    pub http: Http,
}

/// The one who tells.
#[derive(Clone)]
pub struct Sender {
    parts: SenderParts,
}

/// How a try ended.
struct Tried {
    status: Option<u16>,
    problem: Option<String>,
    /// "410 Gone": nothing is wanted here any more.
    gone: bool,
}

impl Sender {
    /// Nothing taken up yet.
    #[must_use]
    pub fn new(parts: SenderParts) -> Self {
        Self { parts }
    }

    /// Works until told to stop. `changes`: something may have happened.
    pub async fn run(self, mut changes: watch::Receiver<u64>, stop: CancellationToken) {
        loop {
            let wait = self.send().await.unwrap_or_else(|error| {
                tracing::error!("Webhooks could not be sent: {error}");
                SLOW_LOOK
            });
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Makes every delivery that is due; returns how long there is nothing to do if nothing happens.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn send(&self) -> Result<Duration, DbError> {
        loop {
            let (sealer, now_ms) = (self.parts.sealer.clone(), self.parts.clock.now_ms());
            let most = i64::try_from(AT_ONCE).unwrap_or(1);
            let (parcels, next_ms) =
                self.parts.db.readers.read(move |conn| book::due(conn, &sealer, now_ms, most)).await?;
            if parcels.is_empty() {
                let left = next_ms.map_or(SLOW_LOOK, |next| {
                    Duration::from_millis(u64::try_from(next.saturating_sub(now_ms).max(1)).unwrap_or(1))
                });
                return Ok(left.min(SLOW_LOOK));
            }
            let mut calls = JoinSet::new();
            for parcel in parcels {
                let sender = self.clone();
                calls.spawn(async move { sender.deliver(parcel).await });
            }
            while let Some(ended) = calls.join_next().await {
                ended.unwrap_or(Ok(()))?;
            }
        }
    }

    async fn deliver(&self, parcel: Parcel) -> Result<(), DbError> {
        let tried = self.attempt(&parcel).await;
        let now_ms = self.parts.clock.now_ms();
        let wait_s = usize::try_from(parcel.attempts).ok().and_then(|tries| WAITS_S.get(tries)).copied();
        let again_ms = wait_s.filter(|_| !tried.gone).map(|wait_s| {
            // Up to a tenth more, so that what failed together is not tried together.
            let jitter = rand::rng().random_range(0..=wait_s.saturating_mul(100));
            now_ms.saturating_add(wait_s.saturating_mul(1_000)).saturating_add(jitter)
        });
        self.parts
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                let problem = tried.problem.as_deref();
                book::tried(tx, parcel.id, tried.status, problem, again_ms, now_ms)?;
                let scope = format!("hook:{}", parcel.hook);
                let Some(problem) = problem else { return issues::clear(tx, "hook_failing", &scope) };
                if tried.gone {
                    book::set_state(tx, parcel.hook, false, Some("it answered 410 Gone: it wants nothing any more"))?;
                }
                if tried.gone || parcel.attempts >= PATIENCE {
                    let message = format!("The webhook {} is not taken: {problem}", parcel.url);
                    let action = "Mend the service, then `onhand hooks replay`; `onhand hooks remove` if it is gone for good.";
                    let issue = Issue { code: "hook_failing", scope: &scope, message: &message, action };
                    issues::raise(tx, &issue, now_ms)?;
                }
                Ok(())
            })
            .await
    }

    async fn attempt(&self, parcel: &Parcel) -> Tried {
        let failed = |status, problem| Tried { status, problem: Some(problem), gone: false };
        let at_s = self.parts.clock.now_ms() / 1_000;
        let signed = Webhook::new(parcel.secret.expose_secret())
            .and_then(|webhook| webhook.sign(&parcel.event, at_s, parcel.body.as_bytes()));
        let signature = match signed {
            Ok(signature) => signature,
            Err(error) => return failed(None, format!("it cannot be signed: {error}")),
        };
        let request = self
            .parts
            .http
            .request(reqwest::Method::POST, &parcel.url)
            .header("content-type", "application/json")
            .header("webhook-id", &parcel.event)
            .header("webhook-timestamp", at_s.to_string())
            .header("webhook-signature", signature)
            .body(parcel.body.clone());
        match self.parts.http.send(request).await {
            Ok(reply) if (200..300).contains(&reply.status) => {
                Tried { status: Some(reply.status), problem: None, gone: false }
            }
            Ok(reply) => Tried {
                gone: reply.status == 410,
                ..failed(Some(reply.status), format!("HTTP {}: {}", reply.status, reply.excerpt()))
            },
            Err(error) => failed(None, error.to_string()),
        }
    }
}
