//! An authorised call. The access token lasts fifteen minutes.
//!
//! Source: <https://developer.walmart.com/us-marketplace/reference/tokenapi>.

use super::errors;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::{Call, JSON};
use crate::channels::token::{Granted, Tokens};
use crate::channels::{ChannelError, Settings};
use crate::clock::Clock;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::time::Duration;

/// The API of one account.
pub(super) struct Api {
    http: Http,
    base: String,
    client_id: String,
    client_secret: SecretString,
    tokens: Tokens,
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: SecretString,
    expires_in: u64,
}

impl Api {
    pub(super) fn new(http: Http, settings: &Settings, clock: Clock) -> Self {
        Self {
            http,
            base: settings.get("endpoint").trim_end_matches('/').to_owned(),
            client_id: settings.get("client_id").to_owned(),
            client_secret: settings.secret("client_secret"),
            tokens: Tokens::new(clock),
        }
    }

    /// Sends it; errors of the call as a whole are errors here.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ChannelError> {
        let reply = self
            .tokens
            .send(
                || self.token(),
                |token| async move {
                    let request = headers(call.request(&self.http, &self.base));
                    self.http.send(request.header("WM_SEC.ACCESS_TOKEN", token.expose_secret())).await
                },
                |reply| reply.status == 401,
            )
            .await?;
        if reply.status < 400 { Ok(reply) } else { Err(errors::of_call(&reply)) }
    }

    /// Hands in a feed: a file of JSON.
    pub(super) async fn upload(&self, path: &str, file: String) -> Result<Reply, ChannelError> {
        let file = &file;
        let reply = self
            .tokens
            .send(
                || self.token(),
                |token| async move {
                    let part = Part::text(file.clone()).file_name("feed.json").mime_str(JSON);
                    let part = part.map_err(|error| ChannelError::Refused {
                        code: "media".to_owned(),
                        message: error.to_string(),
                    })?;
                    let request = self.http.request(Method::POST, &format!("{}{path}", self.base));
                    let request = headers(request.multipart(Form::new().part("file", part)));
                    self.http.send(request.header("WM_SEC.ACCESS_TOKEN", token.expose_secret())).await
                },
                |reply| reply.status == 401,
            )
            .await?;
        if reply.status < 400 { Ok(reply) } else { Err(errors::of_call(&reply)) }
    }

    async fn token(&self) -> Result<Granted, ChannelError> {
        let request = self
            .http
            .request(reqwest::Method::POST, &format!("{}/v3/token", self.base))
            .basic_auth(&self.client_id, Some(self.client_secret.expose_secret()))
            .form(&[("grant_type", "client_credentials")]);
        let reply = self.http.send(headers(request)).await?;
        if reply.status != 200 {
            return Err(errors::of_token(&reply));
        }
        let body: TokenBody = reply.json()?;
        Ok(Granted { token: body.access_token, lives: Duration::from_secs(body.expires_in), refresh: None })
    }
}

/// Required with every call; the correlation id names it in Walmart's own logs.
fn headers(request: RequestBuilder) -> RequestBuilder {
    let id: u128 = rand::random();
    request
        .header("WM_QOS.CORRELATION_ID", format!("{id:032x}"))
        .header("WM_SVC.NAME", "Walmart Marketplace")
        .header("Accept", "application/json")
}
