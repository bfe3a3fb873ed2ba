//! A signed and authorised call. The status is 200 whatever happened; the code in the body says what did.

use super::errors;
use super::sign::sign;
use super::wire::{Envelope, GrantedBody};
use crate::channels::http::Http;
use crate::channels::token::{Granted, Tokens};
use crate::channels::{ChannelError, Renewals, Settings};
use crate::clock::Clock;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The API of one seller in one country.
pub(super) struct Api {
    http: Http,
    base: String,
    login: String,
    app_key: String,
    app_secret: SecretString,
    refresh: Mutex<SecretString>,
    renewals: Renewals,
    clock: Clock,
    tokens: Tokens,
}

impl Api {
    pub(super) fn new(http: Http, base: String, settings: Settings, clock: Clock) -> Self {
        Self {
            http,
            base,
            login: settings.get("login_endpoint").trim_end_matches('/').to_owned(),
            app_key: settings.get("app_key").to_owned(),
            app_secret: settings.secret("app_secret"),
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
        parameters: &[(&str, &str)],
    ) -> Result<T, ChannelError> {
        self.send(&Method::GET, path, parameters).await
    }

    /// Posts what a payload says.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        payload: &str,
    ) -> Result<T, ChannelError> {
        self.send(&Method::POST, path, &[("payload", payload)]).await
    }

    /// Posts parameters.
    pub(super) async fn post_query<T: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> Result<T, ChannelError> {
        self.send(&Method::POST, path, parameters).await
    }

    /// The application's key.
    pub(super) fn app_key(&self) -> &str {
        &self.app_key
    }

    /// The application's secret.
    pub(super) fn app_secret(&self) -> &SecretString {
        &self.app_secret
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> Result<T, ChannelError> {
        let reply = self
            .tokens
            .send(
                || self.token(),
                |token| async move {
                    let mut all = self.signed(path, parameters, Some(&token));
                    let url = format!("{}{path}", self.base);
                    let request = self.http.request(method.clone(), &url);
                    // A payload is too long for an address; what signs it stays there.
                    let payload =
                        all.iter().position(|(name, _)| name == "payload").map(|at| all.swap_remove(at));
                    let request = request.query(&all);
                    self.http.send(payload.iter().fold(request, |request, one| request.form(&[one]))).await
                },
                errors::is_token_refused,
            )
            .await?;
        let envelope: Envelope<T> = match reply.json() {
            Ok(envelope) => envelope,
            Err(error) => return Err(reply.available().err().unwrap_or(error)),
        };
        match envelope.data {
            Some(data) if envelope.code == "0" => Ok(data),
            _ => Err(errors::of_call(&envelope.code, &envelope.kind, envelope.message, &reply)),
        }
    }

    fn signed(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
        token: Option<&SecretString>,
    ) -> Vec<(String, String)> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut all: Vec<(String, String)> =
            parameters.iter().map(|(name, value)| pair(name, value)).collect();
        all.push(pair("app_key", &self.app_key));
        all.push(pair("timestamp", &self.clock.now_ms().to_string()));
        all.push(pair("sign_method", "sha256"));
        all.extend(token.map(|token| pair("access_token", token.expose_secret())));
        let sign = sign(&self.app_secret, path, &all);
        all.push(pair("sign", &sign));
        all
    }

    async fn token(&self) -> Result<Granted, ChannelError> {
        const PATH: &str = "/auth/token/refresh";
        let refresh = self.refresh.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let all = self.signed(PATH, &[("refresh_token", refresh.expose_secret())], None);
        let request = self.http.request(Method::POST, &format!("{}{PATH}", self.login)).form(&all);
        let reply = self.http.send(request).await?;
        reply.available()?;
        let granted: GrantedBody = reply.json()?;
        let (Some(token), Some(next)) = (granted.access_token, granted.refresh_token) else {
            return Err(errors::no_token(granted.message));
        };
        self.renewals.renewed("refresh_token", &next);
        *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(Granted { token, lives: Duration::from_secs(granted.expires_in), refresh: None })
    }
}
