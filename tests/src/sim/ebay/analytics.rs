//! The Analytics API: how many calls are left today.

use super::endpoint::{Gate, Rules};
use crate::sim::behaviour::Kind;
use crate::sim::clock::{DAY_US, rfc3339_millis};
use crate::sim::http::json as reply_json;
use crate::sim::world::World;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;

const PARAMETERS: &[&str] = &["api_context", "api_name"];

/// `GET /developer/analytics/v1_beta/rate_limit/`.
pub async fn application(world: State<Arc<World>>, query: RawQuery, headers: HeaderMap) -> Response {
    limits(&world.0, query, &headers, "/developer/analytics/v1_beta/rate_limit/", false).await
}

/// `GET /developer/analytics/v1_beta/user_rate_limit/`.
pub async fn user(world: State<Arc<World>>, query: RawQuery, headers: HeaderMap) -> Response {
    limits(&world.0, query, &headers, "/developer/analytics/v1_beta/user_rate_limit/", true).await
}

async fn limits(
    world: &World,
    query: RawQuery,
    headers: &HeaderMap,
    path: &str,
    user_only: bool,
) -> Response {
    let gate = Gate::open(world, "GET", path, "getRateLimits", Kind::Read);
    let rules = Rules { parameters: PARAMETERS, official_path: None, counted: false, user_only };
    let response = match gate.pass(headers, query.0.as_deref(), &rules).await {
        Ok(_) => counts(world),
        Err(refused) => refused,
    };
    gate.close(response)
}

fn counts(world: &World) -> Response {
    let (limit, today) = (world.ebay_limits().daily_calls, world.clock.day());
    let count = world.read(|state| if state.account.calls.0 == today { state.account.calls.1 } else { 0 });
    let rate = json!({
        "count": count,
        "limit": limit,
        "remaining": limit.saturating_sub(count),
        "reset": rfc3339_millis(today.saturating_add(1).saturating_mul(DAY_US)),
        "timeWindow": 86400,
    });
    let resources = json!([{"name": "sell.inventory", "rates": [rate]}]);
    let api =
        json!({"apiContext": "sell", "apiName": "inventory", "apiVersion": "v1", "resources": resources});
    reply_json(200, &json!({"rateLimits": [api]}))
}
