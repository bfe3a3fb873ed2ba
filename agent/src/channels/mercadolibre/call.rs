//! An authorised call. An access token lasts six hours; a refresh token is good for one use.

use super::errors;
use super::wire::User;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::Call;
use crate::channels::token::{Granted, Tokens, oauth};
use crate::channels::{ChannelError, Renewals, Settings};
use crate::clock::Clock;
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Mutex, PoisonError};
use tokio::sync::OnceCell;

/// The API of one seller.
pub(super) struct Api {
    http: Http,
    base: String,
    client_id: String,
    client_secret: SecretString,
    refresh: Mutex<SecretString>,
    renewals: Renewals,
    tokens: Tokens,
    user: OnceCell<User>,
}

impl Api {
    pub(super) fn new(http: Http, settings: Settings, clock: Clock) -> Self {
        Self {
            http,
            base: settings.get("endpoint").trim_end_matches('/').to_owned(),
            client_id: settings.get("client_id").to_owned(),
            client_secret: settings.secret("client_secret"),
            refresh: Mutex::new(settings.secret("refresh_token")),
            renewals: settings.renewals,
            tokens: Tokens::new(clock),
            user: OnceCell::new(),
        }
    }

    /// Sends it; a refusal is an error here.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ChannelError> {
        let reply = self
            .tokens
            .send(
                || self.token(),
                |token| async move {
                    let request = call.request(&self.http, &self.base).bearer_auth(token.expose_secret());
                    // Of shipments: with where they go.
                    let request = request.header("Accept", "application/json").header("x-format-new", "true");
                    self.http.send(request).await
                },
                |reply| reply.status == 401,
            )
            .await?;
        if reply.status < 400 { Ok(reply) } else { Err(errors::of_call(&reply)) }
    }

    /// Whose token it is; asked for once.
    pub(super) async fn user(&self) -> Result<&User, ChannelError> {
        self.user.get_or_try_init(|| async { self.send(Call::get("/users/me", &[])).await?.json() }).await
    }

    async fn token(&self) -> Result<Granted, ChannelError> {
        let refresh = self.refresh.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let request = self
            .http
            .request(reqwest::Method::POST, &format!("{}/oauth/token", self.base))
            .header("Accept", "application/json")
            .form(&[
                ("grant_type", "refresh_token"),
                ("client_id", self.client_id.as_str()),
                ("client_secret", self.client_secret.expose_secret()),
                ("refresh_token", refresh.expose_secret()),
            ]);
        let granted = oauth(&self.http, request, |_| errors::RENEW).await?;
        if let Some(next) = &granted.refresh {
            self.renewals.renewed("refresh_token", next);
            *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = next.clone();
        }
        Ok(granted)
    }
}
