//! Outgoing webhooks.

use super::State;
use super::answers::{HookAdded, HookDone, Replayed};
use super::describe::{Body, Items, Numbered, Path, Query, Told, items};
use crate::app::AddHook;
use crate::hooks::book::{DeliveryRow, HookRow};
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::Deserialize;

/// `GET /v1/hooks`.
pub async fn list(FromState(state): FromState<State>) -> Told<Items<HookRow>> {
    Ok(items(state.app.hooks().await?))
}

/// `POST /v1/hooks`: its secret is told this once.
pub async fn add(FromState(state): FromState<State>, Body(add): Body<AddHook>) -> Told<HookAdded> {
    let (id, secret) = state.app.add_hook(add).await?;
    Ok(Json(HookAdded { id, secret: Some(secret.expose_secret().to_owned()) }))
}

/// `POST /v1/hooks/{id}/remove`: what it was to be told is forgotten.
pub async fn remove(
    FromState(state): FromState<State>,
    Path(Numbered { id }): Path<Numbered>,
) -> Told<HookDone> {
    state.app.remove_hook(id).await?;
    done(id, "remove")
}

/// `POST /v1/hooks/{id}/on`.
pub async fn on(FromState(state): FromState<State>, Path(Numbered { id }): Path<Numbered>) -> Told<HookDone> {
    state.app.set_hook(id, true).await?;
    done(id, "on")
}

/// `POST /v1/hooks/{id}/off`.
pub async fn off(
    FromState(state): FromState<State>,
    Path(Numbered { id }): Path<Numbered>,
) -> Told<HookDone> {
    state.app.set_hook(id, false).await?;
    done(id, "off")
}

/// `POST /v1/hooks/{id}/test`: it is told that this is a test.
pub async fn test(
    FromState(state): FromState<State>,
    Path(Numbered { id }): Path<Numbered>,
) -> Told<HookDone> {
    state.app.test_hook(id).await?;
    done(id, "test")
}

#[allow(clippy::unnecessary_wraps, reason = "an answer like the others")]
fn done(id: i64, what: &'static str) -> Told<HookDone> {
    Ok(Json(HookDone { id, done: what }))
}

/// Query of `GET /v1/deliveries`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveriesQuery {
    hook: Option<i64>,
    limit: Option<i64>,
}

/// `GET /v1/deliveries`: newest first.
pub async fn deliveries(
    FromState(state): FromState<State>,
    Query(asked): Query<DeliveriesQuery>,
) -> Told<Items<DeliveryRow>> {
    let limit = asked.limit.unwrap_or(50).clamp(1, 1000);
    Ok(items(state.app.deliveries(asked.hook, limit).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// This one, whatever became of it.
    delivery: Option<i64>,
    /// All of this hook that were given up on; absent: of all.
    hook: Option<i64>,
}

/// `POST /v1/deliveries/replay`.
pub async fn replay(
    FromState(state): FromState<State>,
    Body(Replay { delivery, hook }): Body<Replay>,
) -> Told<Replayed> {
    Ok(Json(Replayed { told_again: state.app.replay(delivery, hook).await? }))
}
