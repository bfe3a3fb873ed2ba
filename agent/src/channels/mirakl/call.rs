//! An authorised call: the key stands in the header by itself, without a scheme.

use super::wire::Refusal;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::{Call, refusal};
use crate::channels::{ChannelError, Settings};
use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

const RENEW: &str = "The API key was replaced or its user may not manage offers: in the marketplace's back office, your name → API key";

/// The API of one shop.
pub(super) struct Api {
    http: Http,
    base: String,
    shop: String,
    key: SecretString,
}

impl Api {
    pub(super) fn new(http: Http, settings: &Settings) -> Self {
        Self {
            http,
            base: settings.get("endpoint").trim_end_matches('/').to_owned(),
            shop: settings.get("shop_id").to_owned(),
            key: settings.secret("api_key"),
        }
    }

    /// Reads.
    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Reply, ChannelError> {
        self.sent(Call::get(path, query).request(&self.http, &self.base)).await
    }

    /// Puts a JSON body.
    pub(super) async fn put(&self, path: &str, body: &Value) -> Result<Reply, ChannelError> {
        self.sent(Call::put(path, &[], body).request(&self.http, &self.base)).await
    }

    /// Uploads a file.
    pub(super) async fn upload(&self, path: &str, name: &str, file: Vec<u8>) -> Result<Reply, ChannelError> {
        let form = Form::new().part("file", Part::bytes(file).file_name(name.to_owned()));
        let request = self.http.request(reqwest::Method::POST, &format!("{}{path}", self.base));
        self.sent(request.multipart(form)).await
    }

    async fn sent(&self, request: RequestBuilder) -> Result<Reply, ChannelError> {
        let request = request.header("Authorization", self.key.expose_secret());
        let request =
            if self.shop.is_empty() { request } else { request.query(&[("shop_id", self.shop.as_str())]) };
        let reply = self.http.send(request).await?;
        if reply.status < 400 {
            return Ok(reply);
        }
        let words = reply.json::<Refusal>().ok().map(|body| (reply.status.to_string(), body.message));
        Err(refusal(&reply, words, RENEW))
    }
}
