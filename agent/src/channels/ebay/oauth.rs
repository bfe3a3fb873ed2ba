//! The access token: fetched with the refresh token, kept in memory, renewed before it expires.
//!
//! Source: <https://developer.ebay.com/api-docs/static/oauth-refresh-token-request.html>.

use crate::channels::ChannelError;
use crate::channels::http::Http;
use crate::clock::Clock;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

const SCOPE: &str = "https://api.ebay.com/oauth/api_scope/sell.inventory";
/// Renewed this long before it expires, so that no call begins with a token that ends on its way.
const MARGIN_MS: i64 = 300_000;

/// Who asks, and for whom.
pub(super) struct Credentials {
    pub client_id: String,
    pub client_secret: SecretString,
    pub refresh_token: SecretString,
}

#[derive(Clone)]
struct Token {
    value: SecretString,
    renew_ms: i64,
}

/// The token of one account. Callers that find it expired wait for one renewal together.
pub(super) struct Tokens {
    http: Http,
    url: String,
    credentials: Credentials,
    clock: Clock,
    current: Mutex<Option<Token>>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    expires_in: i64,
}

#[derive(Default, Deserialize)]
struct Denied {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Tokens {
    pub(super) fn new(http: Http, base: &str, credentials: Credentials, clock: Clock) -> Self {
        let url = format!("{base}/identity/v1/oauth2/token");
        Self { http, url, credentials, clock, current: Mutex::new(None) }
    }

    /// A token that is good for the next minutes. `refused`: one that the API has just refused.
    pub(super) async fn get(&self, refused: Option<&SecretString>) -> Result<SecretString, ChannelError> {
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref() {
            let is_refused = refused.is_some_and(|old| old.expose_secret() == token.value.expose_secret());
            if !is_refused && self.clock.now_ms() < token.renew_ms {
                return Ok(token.value.clone());
            }
        }
        let token = self.fetch().await?;
        let value = token.value.clone();
        *current = Some(token);
        Ok(value)
    }

    async fn fetch(&self) -> Result<Token, ChannelError> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", self.credentials.refresh_token.expose_secret()),
            ("scope", SCOPE),
        ];
        let request = self
            .http
            .request(reqwest::Method::POST, &self.url)
            .basic_auth(&self.credentials.client_id, Some(self.credentials.client_secret.expose_secret()))
            .form(&form);
        let asked_ms = self.clock.now_ms();
        let reply = self.http.send(request).await?;
        reply.available()?;
        if reply.status != 200 {
            return Err(denied(reply.json::<Denied>()?));
        }
        let granted: Granted = reply.json()?;
        let life_ms = granted.expires_in.saturating_mul(1000);
        // A token of a short life is used for half of it.
        let renew_ms = asked_ms.saturating_add((life_ms - MARGIN_MS).max(life_ms / 2));
        Ok(Token { value: granted.access_token, renew_ms })
    }
}

fn denied(denied: Denied) -> ChannelError {
    let action = match denied.error.as_str() {
        "invalid_client" => {
            "Check client_id and client_secret: developer.ebay.com → Your Account → Application Keys"
        }
        "invalid_scope" => {
            "Let the seller sign in again and grant the scope sell.inventory: developer.ebay.com → User Tokens"
        }
        _ => {
            "The refresh token has expired or was revoked: let the seller sign in again at developer.ebay.com → User Tokens"
        }
    };
    ChannelError::Unauthorized {
        message: format!("{} ({})", denied.error_description, denied.error),
        action: action.to_owned(),
    }
}
