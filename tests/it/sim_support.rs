//! What the simulator's own tests share: a running simulator and the two ways to talk to it.

use onhand_tests::sim::ebay::seed::{EbaySeed, EbaySeeded};
use onhand_tests::sim::shopify::seed::{ShopifySeed, ShopifySeeded};
use onhand_tests::sim::{Sim, SimConfig, SimHandle, spec};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The documents the agent needs, and one more with everything about a change.
pub const SET: &str = "#graphql
  mutation InventoryQuantityContractSet($input: InventorySetQuantitiesInput!, $idempotencyKey: String!) {
    inventorySetQuantities(input: $input) @idempotent(key: $idempotencyKey) {
      inventoryAdjustmentGroup {
        id
        createdAt
        reason
        referenceDocumentUri
        changes { name delta quantityAfterChange item { id } location { id name } }
      }
      userErrors { field message code }
    }
  }
";

/// A running simulator with clients of both marketplaces.
pub struct Rig {
    pub sim: SimHandle,
    pub http: Client,
    pub token: String,
}

/// A configuration without official specifications: quick to start.
pub fn plain() -> SimConfig {
    SimConfig { spec_dir: None, ..SimConfig::default() }
}

/// The official specifications, or a loud note that a test is skipped.
pub fn official(test: &str) -> Option<PathBuf> {
    let dir = spec::find();
    if dir.is_none() {
        eprintln!("SKIPPED {test}: no official specifications (set {})", spec::SPEC_DIR_VAR);
    }
    dir
}

impl Rig {
    /// Starts a simulator.
    pub async fn start(config: SimConfig) -> Self {
        let sim = Sim::start(config).await.unwrap();
        let http = Client::builder().no_proxy().build().unwrap();
        Self { sim, http, token: String::new() }
    }

    /// Sends a GraphQL request as the app would.
    pub async fn graphql(&self, query: &str, variables: Value) -> (u16, Value) {
        let url = format!("{}/admin/api/2026-07/graphql.json", self.sim.url());
        let body = json!({"query": query, "variables": variables});
        let request = self.http.post(url).header("X-Shopify-Access-Token", "shpat_simulated").json(&body);
        answer(request).await
    }

    /// Sets one quantity.
    pub async fn set(&self, item: &str, location: &str, quantity: i64, from: Value, key: &str) -> Value {
        let row = json!({
            "inventoryItemId": item, "locationId": location, "quantity": quantity, "changeFromQuantity": from,
        });
        let input = json!({"name": "available", "reason": "correction", "quantities": [row]});
        let (status, reply) = self.graphql(SET, json!({"input": input, "idempotencyKey": key})).await;
        assert_eq!(status, 200, "{reply}");
        reply
    }

    /// Creates products.
    pub fn seed_shopify(&self, seed: Value) -> ShopifySeeded {
        let seed: ShopifySeed = serde_json::from_value(seed).unwrap();
        self.sim.world().seed_shopify(&seed).unwrap()
    }

    /// Creates items.
    pub fn seed_ebay(&self, seed: Value) -> EbaySeeded {
        let seed: EbaySeed = serde_json::from_value(seed).unwrap();
        self.sim.world().seed_ebay(&seed).unwrap()
    }

    /// Asks for an access token.
    pub async fn ask_token(&self, refresh_token: &str) -> (u16, Value) {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        let url = format!("{}/identity/v1/oauth2/token", self.sim.url());
        answer(self.http.post(url).basic_auth("sim-client-id", Some("sim-client-secret")).form(&form)).await
    }

    /// Gets an access token for the calls to come.
    pub async fn sign_in(&mut self) {
        let (status, reply) = self.ask_token("v^1.1#i^1#r^1#simulated-refresh-token").await;
        assert_eq!(status, 200, "{reply}");
        self.token = reply["access_token"].as_str().unwrap().to_owned();
    }

    /// A call to the Inventory API, not sent yet.
    pub fn inventory(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/sell/inventory/v1{path}", self.sim.url());
        self.http.request(method, url).bearer_auth(&self.token)
    }

    /// Reads from the Inventory API.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.inventory(Method::GET, path)).await
    }

    /// Updates quantities.
    pub async fn update(&self, rows: Value) -> (u16, Value) {
        let body = json!({"requests": rows});
        answer(self.inventory(Method::POST, "/bulk_update_price_quantity").json(&body)).await
    }

    /// Fails the test if a request broke the specification.
    pub fn assert_no_violations(&self) {
        assert_eq!(self.sim.world().violations(), []);
    }
}

/// Status and JSON body of a reply.
pub async fn answer(request: RequestBuilder) -> (u16, Value) {
    let reply = request.send().await.unwrap();
    let status = reply.status().as_u16();
    let text = reply.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// The user errors' codes of a reply.
pub fn codes(reply: &Value) -> Vec<&str> {
    let errors = reply["data"]["inventorySetQuantities"]["userErrors"].as_array();
    errors.into_iter().flatten().filter_map(|e| e["code"].as_str()).collect()
}
