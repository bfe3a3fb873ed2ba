//! Long work: started, looked at, cancelled.

use super::State;
use super::answers::{Cancelled, Started};
use super::describe::{Body, Items, Numbered, Path, Query, Told, items};
use crate::jobs::Job;
use crate::jobs::What;
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use serde::Deserialize;

/// Query of `GET /v1/jobs`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobsQuery {
    /// Only those that run.
    #[serde(default)]
    running: bool,
    limit: Option<i64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    what: What,
    channel: String,
}

/// `GET /v1/jobs`: the newest first.
pub async fn list(FromState(state): FromState<State>, Query(asked): Query<JobsQuery>) -> Told<Items<Job>> {
    let limit = asked.limit.unwrap_or(20).clamp(1, 1000);
    Ok(items(state.app.list_jobs(asked.running, limit).await?))
}

/// `GET /v1/jobs/{id}`.
pub async fn one(FromState(state): FromState<State>, Path(Numbered { id }): Path<Numbered>) -> Told<Job> {
    Ok(Json(state.app.job(id).await?))
}

/// `POST /v1/jobs`: starts one; where the same is running, that one's number.
pub async fn start(FromState(state): FromState<State>, Body(start): Body<Start>) -> Told<Started> {
    let id = state.app.start_job(start.what, &start.channel).await?;
    Ok(Json(Started { id }))
}

/// `POST /v1/jobs/{id}/cancel`.
pub async fn cancel(
    FromState(state): FromState<State>,
    Path(Numbered { id }): Path<Numbered>,
) -> Told<Cancelled> {
    state.app.cancel_job(id).await?;
    Ok(Json(Cancelled { id, state: "cancelled" }))
}
