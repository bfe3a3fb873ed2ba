//! The side door from outside, for tests and programs that run the simulator as its own process.

use super::behaviour::Behaviour;
use super::control::{Waited, WantedMap};
use super::ebay::seed::{EbaySeed, EbaySeeded};
use super::marketplace::Marketplace;
use super::record::{RequestRecord, Violation, WriteRecord};
use super::shopify::seed::{ShopifySeed, ShopifySeeded};
use anyhow::{Context, Result, ensure};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Talks to a simulator's `/_sim/` paths.
#[derive(Clone, Debug)]
pub struct SimClient {
    base: String,
    http: reqwest::Client,
}

impl SimClient {
    /// A client of the simulator at `base`, e.g. `http://127.0.0.1:4000`.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: &str) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), http })
    }

    /// Where the simulator is.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T> {
        let mut request = self.http.request(method, format!("{}/_sim/{path}", self.base));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let reply = request.send().await.with_context(|| format!("simulator: {path}"))?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success() || status.as_u16() == 408, "simulator: {path}: {status}: {text}");
        serde_json::from_str(&text).with_context(|| format!("simulator: {path}: {text}"))
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T> {
        self.call(reqwest::Method::POST, path, Some(body)).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(reqwest::Method::GET, path, None).await
    }

    /// Creates products.
    ///
    /// # Errors
    /// As all methods here: the simulator cannot be reached, or refuses.
    pub async fn seed_shopify(&self, seed: &ShopifySeed) -> Result<ShopifySeeded> {
        self.post("shopify/seed", serde_json::to_value(seed)?).await
    }

    /// Creates items, offers and listings.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn seed_ebay(&self, seed: &EbaySeed) -> Result<EbaySeeded> {
        self.post("ebay/seed", serde_json::to_value(seed)?).await
    }

    /// What buyers see, by SKU.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn quantities(&self, marketplace: Marketplace) -> Result<BTreeMap<String, Option<i64>>> {
        self.get(&format!("{}/quantities", marketplace.name())).await
    }

    /// Writes received after number `since`.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn writes(&self, marketplace: Marketplace, since: u64) -> Result<Vec<WriteRecord>> {
        let log: Value = self.get(&format!("{}/log?since={since}", marketplace.name())).await?;
        Ok(serde_json::from_value(log.get("entries").cloned().unwrap_or_default())?)
    }

    /// Requests received after number `since`.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn requests(&self, marketplace: Marketplace, since: u64) -> Result<Vec<RequestRecord>> {
        let log: Value = self.get(&format!("{}/requests?since={since}", marketplace.name())).await?;
        Ok(serde_json::from_value(log.get("entries").cloned().unwrap_or_default())?)
    }

    /// Broken rules so far.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn violations(&self) -> Result<Vec<Violation>> {
        let found: Value = self.get("violations").await?;
        Ok(serde_json::from_value(found.get("violations").cloned().unwrap_or_default())?)
    }

    /// Puts a behaviour in force.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn behave(&self, marketplace: Marketplace, behaviour: &Behaviour) -> Result<()> {
        let mut body = serde_json::to_value(behaviour)?;
        if let (true, Value::Object(body)) = (behaviour.add, &mut body) {
            body.insert("add".to_owned(), json!(true));
        }
        self.post::<Value>(&format!("{}/behave", marketplace.name()), body).await.map(drop)
    }

    /// Changes the limits named in `patch`.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn limits(&self, marketplace: Marketplace, patch: Value) -> Result<()> {
        self.post::<Value>(&format!("{}/limits", marketplace.name()), patch).await.map(drop)
    }

    /// A buyer buys on the marketplace.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn sell(&self, marketplace: Marketplace, sku: &str, quantity: i64) -> Result<()> {
        let body = json!({"sku": sku, "quantity": quantity});
        self.post::<Value>(&format!("{}/sell", marketplace.name()), body).await.map(drop)
    }

    /// Waits until all these SKUs show the wanted quantities.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`]. That the time is over is no error: see [`Waited::reached`].
    pub async fn wait(&self, wanted: &WantedMap) -> Result<Waited> {
        self.post("wait", serde_json::to_value(wanted)?).await
    }

    /// Forgets everything on both marketplaces.
    ///
    /// # Errors
    /// See [`SimClient::seed_shopify`].
    pub async fn reset(&self) -> Result<()> {
        self.post::<Value>("reset", json!({})).await.map(drop)
    }
}
