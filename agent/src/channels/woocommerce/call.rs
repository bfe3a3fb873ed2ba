//! An authorised call: key and secret as user and password, which WooCommerce takes over https alone.

use super::wire::Refusal;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::{Call, refusal};
use crate::channels::{ChannelError, Settings};
use secrecy::{ExposeSecret, SecretString};

const RENEW: &str = "The key was revoked or may only read: in the other store, WooCommerce → Settings → Advanced → REST API, make one with Read/Write permission of a user who may edit products";

/// The API of one store.
pub(super) struct Api {
    http: Http,
    base: String,
    key: String,
    secret: SecretString,
}

impl Api {
    pub(super) fn new(http: Http, settings: &Settings) -> Self {
        Self {
            http,
            base: format!("{}/wp-json/wc/v3", settings.get("endpoint").trim_end_matches('/')),
            key: settings.get("consumer_key").to_owned(),
            secret: settings.secret("consumer_secret"),
        }
    }

    /// Sends it; a refusal is an error here.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ChannelError> {
        let request =
            call.request(&self.http, &self.base).basic_auth(&self.key, Some(self.secret.expose_secret()));
        let reply = self.http.send(request).await?;
        if reply.status < 400 {
            return Ok(reply);
        }
        let words = reply.json::<Refusal>().ok().map(|body| (body.code, body.message));
        Err(refusal(&reply, words, RENEW))
    }
}
