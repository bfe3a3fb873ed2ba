//! The HTTP face of the side door.

use super::waits::WantedMap;
use crate::sim::behaviour::Behaviour;
use crate::sim::http::json as reply_json;
use crate::sim::marketplace::Marketplace;
use crate::sim::shopify::seed::Change;
use crate::sim::world::World;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

type Sim = State<Arc<World>>;

/// All routes under `/_sim/`.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sim/health", get(health))
        .route("/_sim/violations", get(violations).delete(clear_violations))
        .route("/_sim/clock", post(clock))
        .route("/_sim/wait", get(wait).post(wait_all))
        .route("/_sim/reset", post(reset_all))
        .route("/_sim/{marketplace}/reset", post(reset))
        .route("/_sim/{marketplace}/seed", post(seed))
        .route("/_sim/{marketplace}/quantities", get(quantities))
        .route("/_sim/{marketplace}/log", get(log))
        .route("/_sim/{marketplace}/requests", get(requests))
        .route("/_sim/{marketplace}/behave", post(behave).get(behaving))
        .route("/_sim/{marketplace}/limits", post(limits).get(limits_now))
        .route("/_sim/{marketplace}/sell", post(sell))
        .route("/_sim/{marketplace}/set", post(set))
        .route("/_sim/{marketplace}/end", post(end))
        .route("/_sim/{marketplace}/remove", post(remove))
        .layer(DefaultBodyLimit::disable())
}

fn done<T: serde::Serialize>(result: anyhow::Result<T>) -> Response {
    match result.and_then(|value| Ok(serde_json::to_value(value)?)) {
        Ok(value) => reply_json(200, &value),
        Err(error) => reply_json(400, &json!({"error": format!("{error:#}")})),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> anyhow::Result<T> {
    let body = if body.is_empty() { b"{}" } else { body };
    Ok(serde_json::from_slice(body)?)
}

async fn health(State(world): Sim) -> Response {
    let spec = |official: bool| if official { "official" } else { "built in" };
    done(Ok(json!({
        "ok": true,
        "shopify_spec": spec(world.shopify.schema.is_official()),
        "ebay_spec": spec(world.ebay.is_official()),
    })))
}

async fn violations(State(world): Sim) -> Response {
    done(Ok(json!({"violations": world.violations()})))
}

async fn clear_violations(State(world): Sim) -> Response {
    world.clear_violations();
    done(Ok(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: i64,
}

async fn clock(State(world): Sim, body: Bytes) -> Response {
    done(read::<Advance>(&body).map(|a| {
        world.clock.advance_ms(a.advance_ms);
        json!({"now_us": world.clock.now_us()})
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitQuery {
    channel: Marketplace,
    sku: String,
    quantity: i64,
    timeout_ms: u64,
}

async fn wait(State(world): Sim, Query(query): Query<WaitQuery>) -> Response {
    let mut wanted = WantedMap { timeout_ms: query.timeout_ms, ..WantedMap::default() };
    let map = match query.channel {
        Marketplace::Shopify => &mut wanted.shopify,
        Marketplace::Ebay => &mut wanted.ebay,
    };
    map.insert(query.sku, query.quantity);
    waited(&world, &wanted).await
}

async fn wait_all(State(world): Sim, body: Bytes) -> Response {
    match read::<WantedMap>(&body) {
        Ok(wanted) => waited(&world, &wanted).await,
        Err(error) => done::<Value>(Err(error)),
    }
}

async fn waited(world: &World, wanted: &WantedMap) -> Response {
    let waited = world.wait_for(wanted).await;
    reply_json(if waited.reached { 200 } else { 408 }, &json!(waited))
}

async fn reset_all(State(world): Sim) -> Response {
    done(Marketplace::ALL.iter().try_for_each(|m| world.reset(*m)).map(|()| json!({})))
}

async fn reset(State(world): Sim, Path(marketplace): Path<Marketplace>) -> Response {
    done(world.reset(marketplace).map(|()| json!({})))
}

async fn seed(State(world): Sim, Path(marketplace): Path<Marketplace>, body: Bytes) -> Response {
    match marketplace {
        Marketplace::Shopify => done(read(&body).and_then(|seed| world.seed_shopify(&seed))),
        Marketplace::Ebay => done(read(&body).and_then(|seed| world.seed_ebay(&seed))),
    }
}

/// `?sku=A&sku=B`, or none for all.
async fn quantities(
    State(world): Sim,
    Path(marketplace): Path<Marketplace>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let skus: Vec<String> = query.into_iter().filter(|(name, _)| name == "sku").map(|(_, sku)| sku).collect();
    done(Ok(world.quantities(marketplace, &skus)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    #[serde(default)]
    since: u64,
}

async fn log(State(world): Sim, Path(marketplace): Path<Marketplace>, Query(q): Query<Since>) -> Response {
    let entries = world.writes(marketplace, q.since);
    let last = entries.last().map_or(q.since, |e| e.n);
    done(Ok(json!({"entries": entries, "last": last})))
}

async fn requests(
    State(world): Sim,
    Path(marketplace): Path<Marketplace>,
    Query(q): Query<Since>,
) -> Response {
    let entries = world.requests(marketplace, q.since);
    let last = entries.last().map_or(q.since, |e| e.n);
    done(Ok(json!({"entries": entries, "last": last})))
}

async fn behave(State(world): Sim, Path(marketplace): Path<Marketplace>, body: Bytes) -> Response {
    let behaviour = read::<Behaviour>(&body);
    done(behaviour.map(|behaviour| json!({"active": world.behave(marketplace, behaviour)})))
}

async fn behaving(State(world): Sim, Path(marketplace): Path<Marketplace>) -> Response {
    done(Ok(json!({"active": world.behaving(marketplace)})))
}

/// A patch: only the limits named change.
async fn limits(State(world): Sim, Path(marketplace): Path<Marketplace>, body: Bytes) -> Response {
    let patched = read::<BTreeMap<String, Value>>(&body).and_then(|patch| {
        let mut limits = limits_of(&world, marketplace)?;
        if let Value::Object(limits) = &mut limits {
            limits.extend(patch);
        }
        match marketplace {
            Marketplace::Shopify => world.set_shopify_limits(serde_json::from_value(limits)?),
            Marketplace::Ebay => world.set_ebay_limits(serde_json::from_value(limits)?),
        }
        limits_of(&world, marketplace)
    });
    done(patched)
}

async fn limits_now(State(world): Sim, Path(marketplace): Path<Marketplace>) -> Response {
    done(limits_of(&world, marketplace))
}

fn limits_of(world: &World, marketplace: Marketplace) -> anyhow::Result<Value> {
    Ok(match marketplace {
        Marketplace::Shopify => serde_json::to_value(world.shopify_limits())?,
        Marketplace::Ebay => serde_json::to_value(world.ebay_limits())?,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SkuQuantity {
    sku: String,
    quantity: i64,
}

async fn sell(State(world): Sim, Path(marketplace): Path<Marketplace>, body: Bytes) -> Response {
    let sold =
        read::<SkuQuantity>(&body).and_then(|s| world.change(marketplace, &s.sku, Change::Sell(s.quantity)));
    done(sold.map(|shown| json!({"quantity": shown})))
}

async fn set(State(world): Sim, Path(marketplace): Path<Marketplace>, body: Bytes) -> Response {
    let set =
        read::<SkuQuantity>(&body).and_then(|s| world.change(marketplace, &s.sku, Change::Set(s.quantity)));
    done(set.map(|shown| json!({"quantity": shown})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sku {
    sku: String,
}

async fn end(State(world): Sim, Path(marketplace): Path<Marketplace>, body: Bytes) -> Response {
    done(read::<Sku>(&body).and_then(|s| world.end(marketplace, &s.sku, false)).map(|()| json!({})))
}

async fn remove(State(world): Sim, Path(marketplace): Path<Marketplace>, body: Bytes) -> Response {
    done(read::<Sku>(&body).and_then(|s| world.end(marketplace, &s.sku, true)).map(|()| json!({})))
}
