//! Outgoing webhooks.

use super::State;
use super::operate::body;
use super::problem::Problem;
use crate::app::AddHook;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as FromState};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

type Answer = Result<Json<Value>, Problem>;

/// `GET /v1/hooks`.
pub async fn list(FromState(state): FromState<State>) -> Answer {
    Ok(Json(json!({ "items": state.app.hooks().await? })))
}

/// `POST /v1/hooks`: its secret is told this once.
pub async fn add(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let add: AddHook = body(&bytes)?;
    let (id, secret) = state.app.add_hook(add).await?;
    Ok(Json(json!({ "id": id, "secret": secret.expose_secret() })))
}

/// `POST /v1/hooks/{id}/{action}`: remove, on, off, test.
pub async fn act(FromState(state): FromState<State>, Path((id, action)): Path<(i64, String)>) -> Answer {
    match action.as_str() {
        "remove" => state.app.remove_hook(id).await?,
        "on" => state.app.set_hook(id, true).await?,
        "off" => state.app.set_hook(id, false).await?,
        "test" => state.app.test_hook(id).await?,
        other => {
            return Err(Problem::invalid(format!("there is no {other}; there are remove, on, off and test")));
        }
    }
    Ok(Json(json!({ "id": id, "done": action })))
}

/// Query of `GET /v1/deliveries`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveriesQuery {
    hook: Option<i64>,
    limit: Option<i64>,
}

/// `GET /v1/deliveries`: newest first.
pub async fn deliveries(FromState(state): FromState<State>, Query(asked): Query<DeliveriesQuery>) -> Answer {
    let limit = asked.limit.unwrap_or(50).clamp(1, 1000);
    Ok(Json(json!({ "items": state.app.deliveries(asked.hook, limit).await? })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// This one, whatever became of it.
    delivery: Option<i64>,
    /// All of this hook that were given up on; absent: of all.
    hook: Option<i64>,
}

/// `POST /v1/deliveries/replay`.
pub async fn replay(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let Replay { delivery, hook } = body(&bytes)?;
    Ok(Json(json!({ "told_again": state.app.replay(delivery, hook).await? })))
}
