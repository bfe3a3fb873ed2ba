//! An authorised call. Access tokens last an hour; each refresh brings a new refresh token.
//!
//! Source: <https://developers.etsy.com/documentation/essentials/authentication>.

use super::wire::Refusal;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::{Call, JSON, refusal};
use crate::channels::token::{Granted, Tokens, oauth};
use crate::channels::{ChannelError, Renewals, Settings};
use crate::clock::Clock;
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Mutex, PoisonError};

const RENEW: &str = "The seller's grant has ended, was withdrawn or lacks listings_r and listings_w: let the seller sign in again for your application, etsy.com/developers → Your apps";

/// The API of one shop.
pub(super) struct Api {
    http: Http,
    base: String,
    keystring: String,
    shared_secret: SecretString,
    refresh: Mutex<SecretString>,
    renewals: Renewals,
    tokens: Tokens,
}

impl Api {
    pub(super) fn new(http: Http, settings: Settings, clock: Clock) -> Self {
        Self {
            http,
            base: settings.get("endpoint").trim_end_matches('/').to_owned(),
            keystring: settings.get("keystring").to_owned(),
            shared_secret: settings.secret("shared_secret"),
            refresh: Mutex::new(settings.secret("refresh_token")),
            renewals: settings.renewals,
            tokens: Tokens::new(clock),
        }
    }

    /// Sends it; a refusal is an error here.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ChannelError> {
        self.sent(call, &[]).await
    }

    /// Sends a form.
    pub(super) async fn patch(&self, path: &str, form: &[(&str, &str)]) -> Result<Reply, ChannelError> {
        let call = Call { method: &reqwest::Method::PATCH, path, query: &[], body: None, media: JSON };
        self.sent(call, form).await
    }

    async fn sent(&self, call: Call<'_>, form: &[(&str, &str)]) -> Result<Reply, ChannelError> {
        // "keystring:shared_secret": both parts since 2025.
        let key = format!("{}:{}", self.keystring, self.shared_secret.expose_secret());
        let key = &key;
        let reply = self
            .tokens
            .send(
                || self.token(),
                |token| async move {
                    let request = call.request(&self.http, &self.base).header("x-api-key", key);
                    let request = if form.is_empty() { request } else { request.form(form) };
                    self.http.send(request.bearer_auth(token.expose_secret())).await
                },
                |reply| reply.status == 401,
            )
            .await?;
        if reply.status < 400 {
            return Ok(reply);
        }
        let words = reply.json::<Refusal>().ok().map(|body| (reply.status.to_string(), body.error));
        Err(refusal(&reply, words, RENEW))
    }

    async fn token(&self) -> Result<Granted, ChannelError> {
        let refresh = self.refresh.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", self.keystring.as_str()),
            ("refresh_token", refresh.expose_secret()),
        ];
        let url = format!("{}/v3/public/oauth/token", self.base);
        let request = self.http.request(reqwest::Method::POST, &url).form(&form);
        let granted = oauth(&self.http, request, |_| RENEW).await?;
        if let Some(new) = &granted.refresh {
            *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = new.clone();
            self.renewals.renewed("refresh_token", new);
        }
        Ok(granted)
    }
}
