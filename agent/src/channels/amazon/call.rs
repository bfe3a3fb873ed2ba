//! An authorised call to the Selling Partner API.

use super::errors;
use super::oauth::{self, Credentials};
use crate::channels::ChannelError;
use crate::channels::http::{Http, Reply};
use crate::channels::token::Tokens;
use crate::clock::Clock;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::Value;

/// The API of one account.
pub(super) struct Api {
    http: Http,
    base: String,
    credentials: Credentials,
    tokens: Tokens,
}

impl Api {
    pub(super) fn new(http: Http, base: String, credentials: Credentials, clock: Clock) -> Self {
        Self { http, base, credentials, tokens: Tokens::new(clock) }
    }

    /// Reads.
    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Reply, ChannelError> {
        self.send(Method::GET, path, query, None).await
    }

    /// Patches with a JSON body.
    pub(super) async fn patch(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: &Value,
    ) -> Result<Reply, ChannelError> {
        self.send(Method::PATCH, path, query, Some(body)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, ChannelError> {
        let method = &method;
        let reply = self
            .tokens
            .send(
                || oauth::fetch(&self.http, &self.credentials),
                |token| async move {
                    let url = format!("{}{path}", self.base);
                    let request = self.http.request(method.clone(), &url).query(query);
                    let request = request.header("x-amz-access-token", token.expose_secret());
                    let request = match body {
                        Some(body) => request.json(body),
                        None => request,
                    };
                    self.http.send(request).await
                },
                // An expired token and a missing role are both refused with 403; a new token tells them apart.
                |reply| matches!(reply.status, 401 | 403),
            )
            .await?;
        errors::checked(reply)
    }
}
