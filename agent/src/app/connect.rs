//! Connecting an account, and changing what is known of one: what is not given stays as it is.

use super::channels::BY_HAND;
use super::{App, AppError, lookout};
use crate::allocation::Rules;
use crate::channels::{ChannelKind, Renewals, Secrets, connect};
use crate::db::{DbError, Lane};
use crate::issues;
use crate::mirror::channels::{self as stored, NewChannel, StoredChannel};
use crate::secrets::SealError;
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Why a new channel is paused that is to be looked at first.
pub(super) const TO_LOOK: &str = "connected to be looked at first";

/// A channel to be added, or what changes of one that is there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddChannel {
    /// Its name: lower-case letters, digits and dashes.
    pub name: String,
    /// Which kind of marketplace.
    pub kind: String,
    /// Its settings; of a channel that is there, those that change. An empty one is taken back.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
    /// Its credentials; of a channel that is there, those that change.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub secrets: Secrets,
    /// Its allocation rules; absent: none, or as they were.
    pub rules: Option<Rules>,
    /// Nothing is sent until it is resumed: what would be sent can be looked at first. Absent: it runs, or goes on as it was. What was
    /// paused since its credentials were refused runs again with new ones.
    pub paused: Option<bool>,
    /// The channel is asked first whether it takes these credentials; nothing is stored if it does not.
    #[serde(default)]
    pub check: bool,
}

/// A channel that was stored.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Added {
    /// Its name.
    pub name: String,
    /// Whose account it is, as the channel says; null: it was not asked.
    pub account: Option<String>,
    /// Nothing is sent to it.
    pub paused: bool,
}

impl App {
    /// Stores a channel, sealed, and starts its worker, or changes what is known of one.
    ///
    /// # Errors
    /// Every mistake in what was given; with `check` also what the channel says of the credentials.
    pub async fn add_channel(&self, add: AddChannel) -> Result<Added, AppError> {
        let mut problems = Vec::new();
        let is_name = !add.name.is_empty()
            && add.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !is_name {
            problems.push(format!("name: {:?} must be lower-case letters, digits and dashes", add.name));
        }
        problems.extend(add.rules.iter().flat_map(Rules::problems).map(|problem| problem.to_string()));
        let Some(kind) = self.kinds.get(&add.kind) else {
            let known: Vec<&str> = self.kinds.iter().map(|kind| kind.name.as_str()).collect();
            problems.push(format!("kind: there is no {:?}; there are {}", add.kind, known.join(", ")));
            return Err(AppError::Invalid(problems));
        };
        let before = match self.stored_channel(&add.name).await {
            Ok(before) => Some(before),
            Err(AppError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        if let Some(before) = before.as_ref().filter(|before| before.kind != add.kind) {
            problems.push(format!(
                "kind: {} exists already and is a {} channel; it cannot become {}: give the new one another name",
                add.name, before.kind, add.kind
            ));
            return Err(AppError::Invalid(problems));
        }
        let (account, used) = self.prove(kind, before.as_ref(), &add, problems).await?;
        let paused = self.paused_by(before.as_ref(), &add).await?;
        let (name, paused) = (add.name.clone(), self.put(add, used, paused).await?);
        let channel = self.stored_channel(&name).await?;
        let active = self.connector(&channel)?;
        if paused {
            self.introduce(&active, channel.rules, channel.prices);
            self.dispatcher.stop(channel.id);
            self.with_orders(active, channel.orders);
        } else {
            let active = self.with_orders(active, channel.orders);
            self.resumed(active, channel.rules, channel.prices).await?;
        }
        Ok(Added { name, account, paused })
    }

    /// Makes a connector of what would be stored, and where that is wished asks the channel. Returns the account's name, and secrets
    /// that the channel has put in the place of those given meanwhile.
    async fn prove(
        &self,
        kind: &ChannelKind,
        before: Option<&StoredChannel>,
        add: &AddChannel,
        mut problems: Vec<String>,
    ) -> Result<(Option<String>, Secrets), AppError> {
        let config = merged(before, &add.config);
        let mut secrets = before.map(|before| self.opened(before)).unwrap_or_default();
        extend(&mut secrets, &add.secrets);
        // Nothing is stored yet to which a renewed secret could be added.
        let used = Arc::new(Mutex::new(Secrets::new()));
        let keep = Arc::clone(&used);
        let renewals = Renewals::new(move |renewed| {
            keep.lock().unwrap_or_else(PoisonError::into_inner).extend(renewed);
        });
        let connector = match connect(kind, &config, &secrets, &self.http, &self.clock, renewals) {
            Ok(connector) if problems.is_empty() => connector,
            Ok(_) => return Err(AppError::Invalid(problems)),
            Err(more) => {
                problems.extend(more);
                return Err(AppError::Invalid(problems));
            }
        };
        if !add.check {
            return Ok((None, Secrets::new()));
        }
        let checked = connector.check().await;
        let used = std::mem::take(&mut *used.lock().unwrap_or_else(PoisonError::into_inner));
        match checked {
            Ok(account) => Ok((Some(account), used)),
            Err(error) => {
                // What is stored was used up by asking, and not what was given.
                if before.is_some() && used.keys().any(|key| !add.secrets.contains_key(key)) {
                    self.keep_renewed(add.name.clone(), used).await;
                }
                Err(error.into())
            }
        }
    }

    /// What is sealed of it; nothing if that does not open: it is to be given anew then.
    fn opened(&self, channel: &StoredChannel) -> Secrets {
        self.sealer.unseal(&channel.name, &channel.secrets).unwrap_or_default()
    }

    /// Why it is to be paused; `None`: it runs.
    async fn paused_by(
        &self,
        before: Option<&StoredChannel>,
        add: &AddChannel,
    ) -> Result<Option<String>, AppError> {
        let as_it_was = match before.filter(|before| !before.active) {
            None => None,
            Some(before) => {
                let scope = format!("channel:{}", before.name);
                let refused =
                    self.db.readers.read(|conn| issues::open_scopes(conn, "channel_unauthorized")).await?;
                let message = before.message.clone().unwrap_or_else(|| BY_HAND.to_owned());
                let by_refusal = refused.contains(&scope) && ![BY_HAND, TO_LOOK].contains(&message.as_str());
                (!by_refusal || add.secrets.is_empty()).then_some(message)
            }
        };
        Ok(match add.paused {
            None => as_it_was,
            Some(false) => None,
            Some(true) => as_it_was.or_else(|| Some(before.map_or(TO_LOOK, |_| BY_HAND).to_owned())),
        })
    }

    /// What is stored may have been renewed since it was read: what was given is added to it in one transaction.
    async fn put(&self, add: AddChannel, used: Secrets, paused: Option<String>) -> Result<bool, AppError> {
        let (sealer, now_ms, is_paused) = (self.sealer.clone(), self.clock.now_ms(), paused.is_some());
        let app = self.clone();
        let written: Result<(), SealError> = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                let before = stored::by_name(tx, &add.name)?;
                let mut secrets = before.as_ref().map(|before| app.opened(before)).unwrap_or_default();
                extend(&mut secrets, &add.secrets);
                extend(&mut secrets, &used);
                let sealed = match sealer.seal(&add.name, &secrets) {
                    Ok(sealed) => sealed,
                    Err(error) => return Ok::<_, DbError>(Err(error)),
                };
                let scope = format!("channel:{}", add.name);
                if !add.secrets.is_empty() {
                    issues::clear(tx, lookout::CODE, &add.name)?;
                    issues::clear(tx, "secret_not_stored", &scope)?;
                    issues::clear(tx, "channel_unauthorized", &scope)?;
                }
                let new = NewChannel {
                    config: merged(before.as_ref(), &add.config),
                    secrets: sealed,
                    renewed: !add.secrets.is_empty(),
                    name: add.name,
                    kind: add.kind,
                    rules: add.rules,
                    paused,
                };
                stored::put(tx, &new, now_ms)?;
                Ok(Ok(()))
            })
            .await?;
        written?;
        Ok(is_paused)
    }
}

/// Settings as they were, with what was given in their place.
fn merged(before: Option<&StoredChannel>, given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut config = before.map(|before| before.config.clone()).unwrap_or_default();
    config.extend(given.clone());
    config.retain(|_, value| !value.trim().is_empty());
    config
}

fn extend(secrets: &mut Secrets, given: &Secrets) {
    secrets.extend(given.clone());
    secrets.retain(|_, value| !value.expose_secret().trim().is_empty());
}
