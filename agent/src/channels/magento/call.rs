//! An authorised call.

use super::wire::Refusal;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::{Call, refusal};
use crate::channels::{ChannelError, Settings};
use secrecy::{ExposeSecret, SecretString};

const RENEW: &str = "The integration was deactivated or lacks Catalog → Inventory or Sales → Orders: System → Extensions → Integrations; since 2.4.4 also Stores → Configuration → Services → OAuth → \"Allow OAuth Access Tokens to be used as standalone Bearer tokens\"";

/// The API of one store.
pub(super) struct Api {
    http: Http,
    base: String,
    token: SecretString,
}

impl Api {
    pub(super) fn new(http: Http, settings: &Settings) -> Self {
        let base = format!("{}/rest/default", settings.get("endpoint").trim_end_matches('/'));
        Self { http, base, token: settings.secret("access_token") }
    }

    /// Sends it; a refusal is an error here.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ChannelError> {
        let request = call.request(&self.http, &self.base).bearer_auth(self.token.expose_secret());
        let reply = self.http.send(request.header("Accept", "application/json")).await?;
        if reply.status < 400 {
            return Ok(reply);
        }
        let words = reply.json::<Refusal>().ok().map(|body| (reply.status.to_string(), body.words()));
        Err(refusal(&reply, words, RENEW))
    }
}
