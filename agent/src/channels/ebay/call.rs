//! An authorised call to the Inventory or the Fulfillment API.

use super::errors::{self, Errors};
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
    scope: &'static str,
    credentials: Credentials,
    tokens: Tokens,
}

impl Api {
    pub(super) fn new(
        http: Http,
        base: String,
        scope: &'static str,
        credentials: Credentials,
        clock: Clock,
    ) -> Self {
        Self { tokens: Tokens::new(clock), http, base, scope, credentials }
    }

    /// Reads.
    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Reply, ChannelError> {
        self.send(Method::GET, path, query, None).await
    }

    /// Posts a JSON body.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Reply, ChannelError> {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, ChannelError> {
        let method = &method;
        let reply =
            self.tokens
                .send(
                    || oauth::fetch(&self.http, &self.base, self.scope, &self.credentials),
                    |token| async move {
                        self.once(method.clone(), path, query, body, token.expose_secret()).await
                    },
                    |reply| reply.status == 401,
                )
                .await?;
        checked(reply)
    }

    async fn once(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
        token: &str,
    ) -> Result<Reply, ChannelError> {
        let mut request =
            self.http.request(method, &format!("{}{path}", self.base)).bearer_auth(token).query(query);
        if let Some(body) = body {
            // A required header of this API, even where there is no text in it.
            request = request.json(body).header("Content-Language", "en-US");
        }
        self.http.send(request).await
    }
}

/// Errors of the call as a whole. A row's own errors are in the body of a 200 or 207.
fn checked(reply: Reply) -> Result<Reply, ChannelError> {
    if reply.status < 400 {
        return Ok(reply);
    }
    // eBay words its own errors in JSON, whatever the status; what is not JSON comes from something before it.
    match reply.json::<Errors>() {
        Ok(body) => match body.errors.first() {
            Some(error) => Err(errors::of_call(error, &reply)),
            None => reply.available().and_then(|()| Err(errors::refused(&reply))),
        },
        Err(not_json) => reply.available().and(Err(not_json)),
    }
}
