//! Routes of eBay's side, and what every call must get past before it is worked on.

use super::error::EbayError;
use super::{analytics, auth, items, update};
use crate::sim::behaviour::Kind;
use crate::sim::http::{Verdict, html, says_json, with_retry_after};
use crate::sim::marketplace::Marketplace;
use crate::sim::op::Op;
use crate::sim::world::World;
use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub const EBAY: Marketplace = Marketplace::Ebay;

/// All routes of eBay's side.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/identity/v1/oauth2/token", post(auth::token))
        .route("/sell/inventory/v1/bulk_update_price_quantity", post(update::bulk_update))
        .route("/sell/inventory/v1/bulk_get_inventory_item", post(items::bulk_get))
        .route("/sell/inventory/v1/inventory_item", get(items::list))
        .route("/sell/inventory/v1/inventory_item/{sku}", get(items::one))
        .route("/sell/inventory/v1/offer", get(items::offers))
        .route("/developer/analytics/v1_beta/rate_limit/", get(analytics::application))
        .route("/developer/analytics/v1_beta/user_rate_limit/", get(analytics::user))
}

/// What a call must keep to.
pub struct Rules {
    /// Query parameters it may have.
    pub parameters: &'static [&'static str],
    /// Its method and path in the official document.
    pub official_path: Option<(&'static str, &'static str)>,
    /// Whether it counts against the daily quota.
    pub counted: bool,
    /// Whether only a seller's token will do.
    pub user_only: bool,
}

/// Query parameters of a call.
pub type Query = BTreeMap<String, String>;

/// One call on its way in.
pub struct Gate<'w> {
    pub world: &'w World,
    pub request: u64,
    operation: &'static str,
    kind: Kind,
}

impl<'w> Gate<'w> {
    /// Records that a call was received.
    pub fn open(world: &'w World, method: &str, path: &str, operation: &'static str, kind: Kind) -> Self {
        let request = world.received(EBAY, method, path);
        world.note(request, |r| r.operation = operation.to_owned());
        Self { world, request, operation, kind }
    }

    /// Records the answer.
    pub fn close(&self, response: Response) -> Response {
        self.world.note(self.request, |r| r.status = response.status().as_u16());
        response
    }

    /// Behaviours, token, quota, parameters, in this order. A write's delay is left to the write.
    ///
    /// # Errors
    /// The reply that ends the call here.
    pub async fn pass(
        &self,
        headers: &HeaderMap,
        query: Option<&str>,
        rules: &Rules,
    ) -> Result<(Verdict, Query), Response> {
        let mut verdict = Verdict::of(self.world.judge(EBAY, self.kind));
        self.world.note(self.request, |r| r.behaviours.clone_from(&verdict.names));
        verdict.delay += Duration::from_millis(self.world.ebay_limits().latency_ms);
        if self.kind != Kind::Write && !verdict.delay.is_zero() {
            tokio::time::sleep(verdict.delay).await;
        }
        if let Some(front) = verdict.front {
            return Err(front.reply());
        }
        if let Some(fail) = &verdict.fail {
            return Err(failed(fail.status.unwrap_or(500), fail.retry_after_s));
        }
        if let Some(hang) = verdict.hang_before {
            return Err(hang.wait().await);
        }
        auth::bearer(self.world, headers, verdict.revoked, rules.user_only).map_err(|e| e.reply())?;
        if let Some(throttle) = &verdict.throttle {
            return Err(with_retry_after(EbayError::too_many_requests().reply(), throttle.retry_after_s));
        }
        if rules.counted {
            self.count()?;
        }
        if verdict.concurrent {
            return Err(EbayError::concurrent().reply());
        }
        let query = self.parameters(query.unwrap_or_default(), rules)?;
        Ok((verdict, query))
    }

    fn count(&self) -> Result<(), Response> {
        let (limit, today) = (self.world.ebay_limits().daily_calls, self.world.clock.day());
        let counted = self.world.commit(|state| {
            let calls = if state.account.calls.0 == today { state.account.calls.1 } else { 0 };
            let within = calls < limit;
            (within.then(|| Op::Calls { day: today, calls: calls + 1 }).into_iter().collect(), within)
        });
        match counted {
            Ok(true) => Ok(()),
            Ok(false) => Err(EbayError::too_many_requests().reply()),
            Err(_) => Err(EbayError::system().reply()),
        }
    }

    fn parameters(&self, query: &str, rules: &Rules) -> Result<Query, Response> {
        let query: Query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let official = self.world.ebay.official.as_ref().zip(rules.official_path);
        let official =
            official.map(|(o, (method, path))| o.document.query_parameters(path, method).unwrap_or_default());
        for name in query.keys() {
            let known = rules.parameters.contains(&name.as_str());
            if !known || official.as_ref().is_some_and(|list| !list.contains(name)) {
                return Err(self.violated(&format!("unknown query parameter {name}")));
            }
        }
        Ok(query)
    }

    /// Records a broken rule and words the refusal.
    pub fn violated(&self, detail: &str) -> Response {
        self.violation(detail);
        EbayError::invalid_request(detail).reply()
    }

    /// Records a broken rule that eBay answers in its own way.
    pub fn violation(&self, detail: &str) {
        self.world.violated(EBAY, self.operation, detail);
    }

    /// Reads a JSON body, held against the official schema and the typed model.
    ///
    /// # Errors
    /// The refusal.
    pub fn body<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        official: Option<&jsonschema::Validator>,
    ) -> Result<T, Response> {
        if !says_json(headers) {
            return Err(self.violated("Content-Type must be application/json"));
        }
        let value: Value =
            serde_json::from_slice(body).map_err(|e| self.violated(&format!("no JSON: {e}")))?;
        let problems = official.map(|v| crate::sim::openapi::problems(v, &value)).unwrap_or_default();
        if !problems.is_empty() {
            return Err(self.violated(&problems.join("; ")));
        }
        serde_json::from_value(value).map_err(|e| self.violated(&e.to_string()))
    }
}

fn failed(status: u16, retry_after: Option<u64>) -> Response {
    let response = match status {
        500 => EbayError::system().reply(),
        status => html(status, "Service Unavailable"),
    };
    with_retry_after(response, retry_after)
}
