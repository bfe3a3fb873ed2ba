//! A signed and authorised call. What is wrong is said in the body, whatever the status.

use super::errors;
use super::sign::sign;
use super::wire::{Envelope, GrantedBody};
use crate::channels::http::{Http, Reply};
use crate::channels::token::{Granted, Tokens};
use crate::channels::{ChannelError, Renewals, Settings};
use crate::clock::Clock;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The API of one shop.
pub(super) struct Api {
    http: Http,
    base: String,
    partner: String,
    shop: String,
    key: SecretString,
    refresh: Mutex<SecretString>,
    renewals: Renewals,
    clock: Clock,
    tokens: Tokens,
}

impl Api {
    pub(super) fn new(http: Http, settings: Settings, clock: Clock) -> Self {
        Self {
            http,
            base: settings.get("endpoint").trim_end_matches('/').to_owned(),
            partner: settings.get("partner_id").to_owned(),
            shop: settings.get("shop_id").to_owned(),
            key: settings.secret("partner_key"),
            refresh: Mutex::new(settings.secret("refresh_token")),
            renewals: settings.renewals,
            tokens: Tokens::new(clock.clone()),
            clock,
        }
    }

    /// Reads.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, ChannelError> {
        self.send(&Method::GET, path, query, None).await
    }

    /// Posts.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, ChannelError> {
        self.send(&Method::POST, path, &[], Some(body)).await
    }

    /// Posts what is answered by nothing but that it worked.
    pub(super) async fn post_bare(&self, path: &str, body: &Value) -> Result<(), ChannelError> {
        let reply = self.call(&Method::POST, path, &[], Some(body)).await?;
        let envelope: Envelope<Value> = match reply.json() {
            Ok(envelope) => envelope,
            Err(error) => return Err(reply.available().err().unwrap_or(error)),
        };
        if envelope.error.is_empty() {
            Ok(())
        } else {
            Err(errors::of_call(&envelope.error, envelope.message, &reply))
        }
    }

    /// The application's key.
    pub(super) fn key(&self) -> &SecretString {
        &self.key
    }

    /// Seconds since 1970.
    pub(super) fn now_s(&self) -> i64 {
        self.clock.now_ms() / 1000
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<T, ChannelError> {
        answer(&self.call(method, path, query, body).await?)
    }

    async fn call(
        &self,
        method: &Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, ChannelError> {
        self.tokens
            .send(
                || self.token(),
                |token| async move {
                    let now = self.now();
                    let token = token.expose_secret();
                    let sign = sign(&self.key, &[&self.partner, path, &now, token, &self.shop]);
                    let request = self
                        .http
                        .request(method.clone(), &format!("{}{path}", self.base))
                        .query(&[
                            ("partner_id", self.partner.as_str()),
                            ("timestamp", &now),
                            ("access_token", token),
                            ("shop_id", &self.shop),
                            ("sign", &sign),
                        ])
                        .query(query);
                    self.http.send(body.iter().fold(request, |request, body| request.json(body))).await
                },
                errors::is_token_refused,
            )
            .await
    }

    /// Seconds since 1970. A signature is good for five minutes.
    fn now(&self) -> String {
        self.now_s().to_string()
    }

    /// A refresh token is good for one use and thirty days, an access token for four hours.
    async fn token(&self) -> Result<Granted, ChannelError> {
        const PATH: &str = "/api/v2/auth/access_token/get";
        let refresh = self.refresh.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let now = self.now();
        let sign = sign(&self.key, &[&self.partner, PATH, &now]);
        let body = json!({
            "refresh_token": refresh.expose_secret(),
            "partner_id": self.partner.parse::<u64>().ok(),
            "shop_id": self.shop.parse::<u64>().ok(),
        });
        let request = self
            .http
            .request(Method::POST, &format!("{}{PATH}", self.base))
            .query(&[("partner_id", self.partner.as_str()), ("timestamp", &now), ("sign", &sign)])
            .json(&body);
        let reply = self.http.send(request).await?;
        reply.available()?;
        let granted: GrantedBody = reply.json()?;
        let (Some(token), Some(next)) = (granted.access_token, granted.refresh_token) else {
            return Err(errors::no_token(granted.message));
        };
        self.renewals.renewed("refresh_token", &next);
        *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(Granted { token, lives: Duration::from_secs(granted.expire_in), refresh: None })
    }
}

fn answer<T: DeserializeOwned>(reply: &Reply) -> Result<T, ChannelError> {
    let envelope: Envelope<T> = match reply.json() {
        Ok(envelope) => envelope,
        Err(error) => return Err(reply.available().err().unwrap_or(error)),
    };
    match envelope.response {
        Some(response) if envelope.error.is_empty() => Ok(response),
        _ => Err(errors::of_call(&envelope.error, envelope.message, reply)),
    }
}
