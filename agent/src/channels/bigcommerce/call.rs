//! An authorised call.

use super::errors;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Settings};
use secrecy::{ExposeSecret, SecretString};

/// The API of one store.
pub(super) struct Api {
    http: Http,
    base: String,
    token: SecretString,
}

impl Api {
    pub(super) fn new(http: Http, settings: &Settings, version: &str) -> Self {
        let endpoint = settings.get("endpoint").trim_end_matches('/');
        Self {
            http,
            base: format!("{endpoint}/stores/{}/{version}", settings.get("store_hash")),
            token: settings.secret("access_token"),
        }
    }

    /// Sends it; a refusal is an error here.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ChannelError> {
        let request = call
            .request(&self.http, &self.base)
            .header("X-Auth-Token", self.token.expose_secret())
            .header("Accept", "application/json");
        let reply = self.http.send(request).await?;
        if reply.status < 400 { Ok(reply) } else { Err(errors::of_call(&reply)) }
    }
}
