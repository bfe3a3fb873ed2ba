//! Access tokens that end: fetched when first needed, renewed before they expire, once for all who wait.

use super::http::{Http, Reply};
use super::{ChannelError, Secrets};
use crate::clock::Clock;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::future::Future;
use std::time::Duration;
use tokio::sync::Mutex;

/// Renewed this long before it expires, so that no call begins with a token that ends on its way.
const MARGIN_MS: i64 = 300_000;

/// A token as granted.
#[derive(Debug)]
pub struct Granted {
    /// What is sent with every call.
    pub token: SecretString,
    /// How long it is good.
    pub lives: Duration,
    /// The refresh token that takes the place of the one used, where a channel hands out a new one each time.
    pub refresh: Option<SecretString>,
}

#[derive(Clone)]
struct Token {
    value: SecretString,
    renew_ms: i64,
}

/// The token of one account.
pub struct Tokens {
    clock: Clock,
    current: Mutex<Option<Token>>,
}

impl Tokens {
    /// None yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, current: Mutex::new(None) }
    }

    /// A token that is good for the next minutes. `refused`: one that the API has just refused.
    ///
    /// # Errors
    /// What `fetch` says.
    pub async fn get<F>(
        &self,
        refused: Option<&SecretString>,
        fetch: impl FnOnce() -> F,
    ) -> Result<SecretString, ChannelError>
    where
        F: Future<Output = Result<Granted, ChannelError>>,
    {
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref() {
            let is_refused = refused.is_some_and(|old| old.expose_secret() == token.value.expose_secret());
            if !is_refused && self.clock.now_ms() < token.renew_ms {
                return Ok(token.value.clone());
            }
        }
        let asked_ms = self.clock.now_ms();
        let granted = fetch().await?;
        let life_ms = i64::try_from(granted.lives.as_millis()).unwrap_or(i64::MAX);
        // A token of a short life is used for half of it.
        let renew_ms = asked_ms.saturating_add((life_ms - MARGIN_MS).max(life_ms / 2));
        *current = Some(Token { value: granted.token.clone(), renew_ms });
        Ok(granted.token)
    }

    /// Sends with a token; once more with a new one if the API says that this one is no good. That says nothing of
    /// the credentials yet: tokens end early when a seller changes the password or signs in again.
    ///
    /// # Errors
    /// What `fetch` or `send` say.
    pub async fn send<F, S>(
        &self,
        fetch: impl Fn() -> F,
        send: impl Fn(SecretString) -> S,
        is_refused: impl Fn(&Reply) -> bool,
    ) -> Result<Reply, ChannelError>
    where
        F: Future<Output = Result<Granted, ChannelError>>,
        S: Future<Output = Result<Reply, ChannelError>>,
    {
        let token = self.get(None, &fetch).await?;
        let reply = send(token.clone()).await?;
        if !is_refused(&reply) {
            return Ok(reply);
        }
        send(self.get(Some(&token), &fetch).await?).await
    }
}

/// A refusal as OAuth words it (RFC 6749, section 5.2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Denied {
    /// Its code.
    pub error: String,
    /// In words.
    pub error_description: String,
}

#[derive(Deserialize)]
struct GrantedBody {
    access_token: SecretString,
    expires_in: u64,
    refresh_token: Option<SecretString>,
}

/// Asks for a token as OAuth 2 has it. `advice` tells for an error code what to do.
///
/// # Errors
/// `Unauthorized` with the advice, or what is wrong with the server.
pub async fn oauth(
    http: &Http,
    request: reqwest::RequestBuilder,
    advice: impl Fn(&str) -> &'static str,
) -> Result<Granted, ChannelError> {
    let reply = http.send(request).await?;
    reply.available()?;
    if reply.status != 200 {
        let denied: Denied = reply.json()?;
        return Err(ChannelError::Unauthorized {
            message: format!("{} ({})", denied.error_description, denied.error),
            action: advice(&denied.error).to_owned(),
        });
    }
    let granted: GrantedBody = reply.json()?;
    Ok(Granted {
        token: granted.access_token,
        lives: Duration::from_secs(granted.expires_in),
        refresh: granted.refresh_token,
    })
}

/// Where a connector hands in a secret that took the place of another, to be sealed and stored.
#[derive(Clone, Default)]
pub struct Renewals(Option<std::sync::Arc<dyn Fn(Secrets) + Send + Sync>>);

impl std::fmt::Debug for Renewals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Renewals")
    }
}

impl Renewals {
    /// Told of every renewal.
    pub fn new(told: impl Fn(Secrets) + Send + Sync + 'static) -> Self {
        Self(Some(std::sync::Arc::new(told)))
    }

    /// This secret has a new value.
    pub fn renewed(&self, key: &str, value: &SecretString) {
        if let Some(told) = &self.0 {
            told(Secrets::from([(key.to_owned(), value.clone())]));
        }
    }
}
