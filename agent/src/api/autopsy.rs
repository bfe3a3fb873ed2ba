//! Who sold what was not there, and why.

use super::State;
use super::describe::Query;
use super::problem::Problem;
use super::view::only;
use crate::domain::PoolId;
use crate::orders::autopsy;
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// Query of `GET /v1/autopsy`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AutopsyQuery {
    /// Absent: an overview of all.
    sku: Option<String>,
    /// How far back; seven where it is absent.
    days: Option<u32>,
}

const DAY_MS: i64 = 86_400_000;

/// `GET /v1/autopsy`.
pub async fn autopsy(
    FromState(state): FromState<State>,
    Query(asked): Query<AutopsyQuery>,
) -> Result<Json<Value>, Problem> {
    let days = asked.days.unwrap_or(7).clamp(1, 365);
    let since_ms = state.app.clock.now_ms().saturating_sub(i64::from(days).saturating_mul(DAY_MS));
    let Some(sku) = asked.sku else {
        let all = state.app.db.readers.read(move |conn| autopsy::overview(conn, since_ms)).await?;
        return Ok(Json(json!({ "since": since_ms, "items": all })));
    };
    let variation = only(&state, &sku).await?;
    let (pool, name) = (PoolId(variation.pool), sku.clone());
    let found = state.app.db.readers.read(move |conn| autopsy::examine(conn, pool, &name, since_ms)).await?;
    Ok(Json(json!({
        "sku": sku, "name": variation.name, "since": since_ms, "oversold": found.oversold,
        "timeline": found.timeline, "findings": found.findings,
    })))
}
