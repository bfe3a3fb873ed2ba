//! An authorised call. A token is used until it ends: bol asks not to fetch one early.
//!
//! Source: <https://api.bol.com/retailer/public/Retailer-API/authentication.html>.

use super::wire::Problem;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::{Call, refusal};
use crate::channels::token::{Granted, Tokens, oauth};
use crate::channels::{ChannelError, Settings};
use crate::clock::Clock;
use secrecy::{ExposeSecret, SecretString};

/// Of requests and replies alike; plain JSON is refused.
const MEDIA: &str = "application/vnd.retailer.v10+json";
const RENEW: &str =
    "Check client_id and client_secret: partner.bol.com → Settings → API settings → Retailer API";

/// The API of one account.
pub(super) struct Api {
    http: Http,
    base: String,
    login: String,
    client_id: String,
    client_secret: SecretString,
    tokens: Tokens,
}

impl Api {
    pub(super) fn new(http: Http, settings: &Settings, clock: Clock) -> Self {
        let address = |key: &str| settings.get(key).trim_end_matches('/').to_owned();
        Self {
            http,
            base: address("endpoint"),
            login: address("login_endpoint"),
            client_id: settings.get("client_id").to_owned(),
            client_secret: settings.secret("client_secret"),
            tokens: Tokens::new(clock),
        }
    }

    /// Sends it; a refusal is an error here.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ChannelError> {
        self.accepting(call, MEDIA).await
    }

    /// Fetches a file.
    pub(super) async fn csv(&self, path: &str) -> Result<Reply, ChannelError> {
        self.accepting(Call::get(path, &[]), "application/vnd.retailer.v10+csv").await
    }

    async fn accepting(&self, call: Call<'_>, media: &str) -> Result<Reply, ChannelError> {
        let call = Call { media: MEDIA, ..call };
        let reply = self
            .tokens
            .send(
                || self.token(),
                |token| async move {
                    let request = call.request(&self.http, &self.base).header("Accept", media);
                    self.http.send(request.bearer_auth(token.expose_secret())).await
                },
                |reply| reply.status == 401,
            )
            .await?;
        if reply.status < 400 {
            return Ok(reply);
        }
        let words = reply.json::<Problem>().ok().map(|body| (reply.status.to_string(), body.words()));
        Err(refusal(&reply, words, RENEW))
    }

    async fn token(&self) -> Result<Granted, ChannelError> {
        let request = self
            .http
            .request(reqwest::Method::POST, &format!("{}/token", self.login))
            .basic_auth(&self.client_id, Some(self.client_secret.expose_secret()))
            .form(&[("grant_type", "client_credentials")]);
        oauth(&self.http, request, |_| RENEW).await
    }
}
