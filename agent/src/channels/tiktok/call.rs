//! A signed and authorised call.

use super::errors;
use super::sign::sign;
use super::wire::{Envelope, Granted as GrantedBody};
use crate::channels::http::Http;
use crate::channels::token::{Granted, Tokens};
use crate::channels::{ChannelError, Renewals, Settings};
use crate::clock::Clock;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The API of one shop.
pub(super) struct Api {
    http: Http,
    base: String,
    login: String,
    app_key: String,
    app_secret: SecretString,
    cipher: String,
    refresh: Mutex<SecretString>,
    renewals: Renewals,
    clock: Clock,
    tokens: Tokens,
}

impl Api {
    pub(super) fn new(http: Http, settings: Settings, clock: Clock) -> Self {
        let text = |key: &str| settings.get(key).trim_end_matches('/').to_owned();
        Self {
            http,
            base: text("endpoint"),
            login: text("login_endpoint"),
            app_key: text("app_key"),
            app_secret: settings.secret("app_secret"),
            cipher: text("shop_cipher"),
            refresh: Mutex::new(settings.secret("refresh_token")),
            renewals: settings.renewals,
            tokens: Tokens::new(clock.clone()),
            clock,
        }
    }

    /// Asks for what belongs to the shop.
    pub(super) async fn shop<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: &Value,
    ) -> Result<T, ChannelError> {
        let mut query = query.to_vec();
        query.push(("shop_cipher", &self.cipher));
        self.send(Method::POST, path, &query, Some(body)).await
    }

    /// Reads what belongs to the shop.
    pub(super) async fn shop_get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, ChannelError> {
        let mut query = query.to_vec();
        query.push(("shop_cipher", &self.cipher));
        self.send(Method::GET, path, &query, None).await
    }

    /// The application's key.
    pub(super) fn app_key(&self) -> &str {
        &self.app_key
    }

    /// The application's secret.
    pub(super) fn app_secret(&self) -> &SecretString {
        &self.app_secret
    }

    /// Asks for what belongs to the seller.
    pub(super) async fn seller<T: DeserializeOwned>(&self, path: &str) -> Result<T, ChannelError> {
        self.send(Method::GET, path, &[], None).await
    }

    /// The shop's cipher.
    pub(super) fn cipher(&self) -> &str {
        &self.cipher
    }

    /// What is wrong is said in the body, whatever the status.
    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<T, ChannelError> {
        let (method, text) = (&method, body.map(ToString::to_string).unwrap_or_default());
        let text = &text;
        let reply = self
            .tokens
            .send(
                || self.token(),
                |token| async move {
                    let mut query: Vec<(String, String)> =
                        query.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
                    query.push(("app_key".to_owned(), self.app_key.clone()));
                    query.push(("timestamp".to_owned(), (self.clock.now_ms() / 1000).to_string()));
                    query.push(("sign".to_owned(), sign(&self.app_secret, path, &query, text)));
                    let request = self
                        .http
                        .request(method.clone(), &format!("{}{path}", self.base))
                        .query(&query)
                        .header(CONTENT_TYPE, "application/json")
                        .header("x-tts-access-token", token.expose_secret());
                    let request = if text.is_empty() { request } else { request.body(text.clone()) };
                    self.http.send(request).await
                },
                errors::is_token_refused,
            )
            .await?;
        let envelope: Envelope<T> = match reply.json() {
            Ok(envelope) => envelope,
            Err(error) => return Err(reply.available().err().unwrap_or(error)),
        };
        match envelope.data {
            Some(data) if envelope.code == 0 => Ok(data),
            _ => Err(errors::of_call(envelope.code, envelope.message, &reply)),
        }
    }

    async fn token(&self) -> Result<Granted, ChannelError> {
        let refresh = self.refresh.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let query = [
            ("app_key", self.app_key.as_str()),
            ("app_secret", self.app_secret.expose_secret()),
            ("refresh_token", refresh.expose_secret()),
            ("grant_type", "refresh_token"),
        ];
        let url = format!("{}/api/v2/token/refresh", self.login);
        let reply = self.http.send(self.http.request(Method::GET, &url).query(&query)).await?;
        reply.available()?;
        let envelope: Envelope<GrantedBody> = reply.json()?;
        let Some(granted) = envelope.data.filter(|_| envelope.code == 0) else {
            return Err(errors::no_token(envelope.message));
        };
        self.renewals.renewed("refresh_token", &granted.refresh_token);
        *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = granted.refresh_token;
        // A moment, not a duration.
        let lives = granted.access_token_expire_in.saturating_sub(self.clock.now_ms() / 1000);
        Ok(Granted {
            token: granted.access_token,
            lives: Duration::from_secs(u64::try_from(lives).unwrap_or(0)),
            refresh: None,
        })
    }
}
