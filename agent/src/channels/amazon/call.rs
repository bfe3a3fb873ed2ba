//! An authorised call to the Selling Partner API.

use super::errors;
use super::oauth::{self, Credentials};
use crate::channels::http::{Http, Reply};
use crate::channels::token::Tokens;
use crate::channels::{ChannelError, endpoint};
use crate::clock::Clock;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
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

    /// Posts a JSON body.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Reply, ChannelError> {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    /// Puts a document where Amazon said; the address itself is the permission.
    pub(super) async fn upload(&self, url: &str, content: &str, body: String) -> Result<(), ChannelError> {
        let request =
            self.http.request(Method::PUT, elsewhere(url)?).header(CONTENT_TYPE, content).body(body);
        stored(self.http.send(request).await?).map(|_| ())
    }

    /// Gets a document from where Amazon said.
    pub(super) async fn download(&self, url: &str) -> Result<Reply, ChannelError> {
        stored(self.http.send(self.http.request(Method::GET, elsewhere(url)?)).await?)
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

/// An address that a reply named, held to the same rules as one that a merchant names.
fn elsewhere(url: &str) -> Result<&str, ChannelError> {
    let refused = |message| ChannelError::Refused { code: "document address".to_owned(), message };
    endpoint(url).map_err(refused)?;
    Ok(url)
}

/// The store behind such an address has errors of its own (XML), none of which is about credentials.
fn stored(reply: Reply) -> Result<Reply, ChannelError> {
    if reply.status < 400 {
        return Ok(reply);
    }
    Err(ChannelError::Unavailable {
        status: reply.status,
        message: reply.excerpt(),
        after: reply.retry_after(),
    })
}
