//! What an operator may do with outgoing webhooks.

use super::{App, AppError};
use crate::db::Lane;
use crate::hooks::book::{self, DeliveryRow, HookRow};
use crate::hooks::{Sender, SenderParts};
use crate::mirror::events;
use base64::Engine;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// One that is to be told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddHook {
    /// Where.
    pub url: String,
    /// What it hears of; everything where nothing is said.
    #[serde(default)]
    pub types: Vec<String>,
}

/// Runs until told to stop.
pub async fn run(app: App, stop: CancellationToken) {
    let changes = app.dispatcher.changes();
    app.sender().run(changes, stop).await;
}

impl App {
    /// The one who tells.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender::new(SenderParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            sealer: self.sealer.clone(),
            http: self.http.clone(),
        })
    }

    /// Adds one. Returns its number and the secret with which it can tell that a call is ours; it is shown once.
    ///
    /// # Errors
    /// If the address or a type makes no sense.
    pub async fn add_hook(&self, add: AddHook) -> Result<(i64, SecretString), AppError> {
        let mut problems: Vec<String> = add
            .types
            .iter()
            .filter(|kind| !events::TYPES.contains(&kind.as_str()))
            .map(|kind| format!("types: there is no {kind}; there are {}", events::TYPES.join(", ")))
            .collect();
        problems.extend(crate::channels::endpoint(&add.url).err());
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        let types = if add.types.is_empty() { events::TYPES.map(str::to_owned).to_vec() } else { add.types };
        let mut random = [0u8; 24];
        rand::fill(&mut random);
        let secret =
            SecretString::from(format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(random)));
        let (sealer, sealed, now_ms) = (self.sealer.clone(), secret.clone(), self.clock.now_ms());
        let id = self
            .db
            .writer
            .write(Lane::Normal, move |tx| book::add(tx, &sealer, &add.url, &types, &sealed, now_ms))
            .await?;
        Ok((id, secret))
    }

    /// All of them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn hooks(&self) -> Result<Vec<HookRow>, AppError> {
        Ok(self.db.readers.read(book::all).await?)
    }

    /// Removes one.
    ///
    /// # Errors
    /// If there is none.
    pub async fn remove_hook(&self, hook: i64) -> Result<(), AppError> {
        let there = self.db.writer.write(Lane::Normal, move |tx| {
            crate::issues::clear(tx, "hook_failing", &format!("hook:{hook}"))?;
            book::remove(tx, hook)
        });
        if there.await? { Ok(()) } else { Err(no_hook(hook)) }
    }

    /// Turns one on again, or off.
    ///
    /// # Errors
    /// If there is none.
    pub async fn set_hook(&self, hook: i64, on: bool) -> Result<(), AppError> {
        let message = (!on).then_some("turned off by hand");
        let there =
            self.db.writer.write(Lane::Normal, move |tx| book::set_state(tx, hook, on, message)).await?;
        self.dispatcher.changed();
        if there { Ok(()) } else { Err(no_hook(hook)) }
    }

    /// Tells one that this is a trial.
    ///
    /// # Errors
    /// If there is none.
    pub async fn test_hook(&self, hook: i64) -> Result<(), AppError> {
        if !self.hooks().await?.iter().any(|one| one.id == hook) {
            return Err(no_hook(hook));
        }
        let now_ms = self.clock.now_ms();
        self.db
            .writer
            .write(Lane::Normal, move |tx| {
                let event = events::put(tx, "test", &json!({ "hook": hook }), now_ms)?;
                events::deliver(tx, hook, event, now_ms)
            })
            .await?;
        self.dispatcher.changed();
        Ok(())
    }

    /// Deliveries, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn deliveries(&self, hook: Option<i64>, limit: i64) -> Result<Vec<DeliveryRow>, AppError> {
        Ok(self.db.readers.read(move |conn| book::deliveries(conn, hook, limit)).await?)
    }

    /// Tells again: one delivery, or all that were given up on. Returns how many.
    ///
    /// # Errors
    /// If there is no such delivery.
    pub async fn replay(&self, delivery: Option<i64>, hook: Option<i64>) -> Result<usize, AppError> {
        let now_ms = self.clock.now_ms();
        let count =
            self.db.writer.write(Lane::Normal, move |tx| book::replay(tx, delivery, hook, now_ms)).await?;
        if let (Some(delivery), 0) = (delivery, count) {
            return Err(AppError::NotFound(format!("there is no delivery {delivery}")));
        }
        self.dispatcher.changed();
        Ok(count)
    }
}

fn no_hook(hook: i64) -> AppError {
    AppError::NotFound(format!("there is no webhook {hook}; see `onhand hooks list`"))
}
