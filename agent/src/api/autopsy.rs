//! Who sold what was not there, and why.

use super::State;
use super::describe::{Query, Told};
use super::view::only;
use crate::domain::PoolId;
use crate::orders::autopsy::{self, Finding, Moment, Oversold};
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Query of `GET /v1/autopsy`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AutopsyQuery {
    /// Absent: an overview of all.
    sku: Option<String>,
    /// How far back; seven where it is absent.
    days: Option<u32>,
}

/// What was found.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Examined {
    /// Of one SKU.
    One(Dissected),
    /// Of all.
    All(Overview),
}

/// What was sold of one SKU and was not there.
#[derive(Serialize, JsonSchema)]
pub struct Dissected {
    /// Which.
    sku: String,
    /// Its name.
    name: String,
    /// From then on (milliseconds since the Unix epoch).
    since: i64,
    /// So many units.
    oversold: i64,
    /// What happened, the oldest first.
    timeline: Vec<Moment>,
    /// Who sold them, and why that could be.
    findings: Vec<Finding>,
}

/// What was sold and was not there.
#[derive(Serialize, JsonSchema)]
pub struct Overview {
    /// From then on (milliseconds since the Unix epoch).
    since: i64,
    /// By SKU.
    items: Vec<Oversold>,
}

const DAY_MS: i64 = 86_400_000;

/// `GET /v1/autopsy`.
pub async fn autopsy(
    FromState(state): FromState<State>,
    Query(asked): Query<AutopsyQuery>,
) -> Told<Examined> {
    let days = asked.days.unwrap_or(7).clamp(1, 365);
    let since_ms = state.app.clock.now_ms().saturating_sub(i64::from(days).saturating_mul(DAY_MS));
    let Some(sku) = asked.sku else {
        let all = state.app.db.readers.read(move |conn| autopsy::overview(conn, since_ms)).await?;
        return Ok(Json(Examined::All(Overview { since: since_ms, items: all })));
    };
    let variation = only(&state, &sku).await?;
    let (pool, name) = (PoolId(variation.pool), sku.clone());
    let found = state.app.db.readers.read(move |conn| autopsy::examine(conn, pool, &name, since_ms)).await?;
    Ok(Json(Examined::One(Dissected {
        sku,
        name: variation.name,
        since: since_ms,
        oversold: found.oversold,
        timeline: found.timeline,
        findings: found.findings,
    })))
}
