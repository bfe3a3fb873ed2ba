//! The ledger, and what would take some of it back.

use super::State;
use super::describe::{Items, Query, Told, items};
use super::problem::Problem;
use super::view::{one, page};
use crate::domain::PoolId;
use crate::ledger::history::{self, History, HistoryFilter};
use crate::ledger::undo::{self, UndoFilter, UndoRow};
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use serde::Deserialize;

/// Query of `GET /v1/ledger`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerQuery {
    sku: Option<String>,
    /// WooCommerce's id of a variation: where it has no SKU, or shares one.
    item: Option<i64>,
    pool: Option<i64>,
    /// As it was at this moment; without a zone it is the time of the agent's machine.
    at: Option<String>,
    limit: Option<i64>,
    cursor: Option<i64>,
}

/// `GET /v1/ledger`.
pub async fn rows(FromState(state): FromState<State>, Query(asked): Query<LedgerQuery>) -> Told<History> {
    let at = asked.at.as_deref().map(moment).transpose().map_err(Problem::invalid)?;
    let pool = match asked.pool {
        Some(pool) => pool,
        None => one(&state, asked.item, asked.sku.as_deref()).await?.pool,
    };
    let filter = HistoryFilter { pool: PoolId(pool), at, before: asked.cursor, limit: page(asked.limit) };
    match state.app.db.readers.read(move |conn| history::read(conn, &filter)).await? {
        Some(found) => Ok(Json(found)),
        None => Err(Problem::not_found(format!("there is no pool {pool}"))),
    }
}

/// Query of `GET /v1/ledger/undo`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoQuery {
    /// A date and time.
    since: String,
    until: Option<String>,
    cause: Option<String>,
    r#ref: Option<String>,
    actor: Option<String>,
}

/// `GET /v1/ledger/undo`: what would take movements back; changes nothing.
pub async fn take_back(
    FromState(state): FromState<State>,
    Query(asked): Query<UndoQuery>,
) -> Told<Items<UndoRow>> {
    if asked.cause.is_none() && asked.r#ref.is_none() && asked.actor.is_none() {
        return Err(Problem::invalid("say whose movements: cause, ref or actor"));
    }
    let filter = UndoFilter {
        since: moment(&asked.since)
            .map_err(|problem| Problem::invalid(problem.replacen("at:", "since:", 1)))?,
        until: asked
            .until
            .as_deref()
            .map(moment)
            .transpose()
            .map_err(|problem| Problem::invalid(problem.replacen("at:", "until:", 1)))?,
        cause: asked.cause,
        reference: asked.r#ref,
        actor: asked.actor,
    };
    Ok(items(state.app.db.readers.read(move |conn| undo::rows(conn, &filter)).await?))
}

/// A moment in microseconds: a date and time with or without a zone, a date, or microseconds as they are.
fn moment(text: &str) -> Result<i64, String> {
    if let Ok(micros) = text.parse::<i64>() {
        return Ok(micros);
    }
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Ok(timestamp.as_microsecond());
    }
    let civil: jiff::civil::DateTime = text.parse().map_err(|error| {
        format!("at: {text:?} is no time such as 2026-11-27T09:30 or 2026-11-27T09:30Z: {error}")
    })?;
    let zoned = civil.to_zoned(jiff::tz::TimeZone::system()).map_err(|error| format!("at: {error}"))?;
    Ok(zoned.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_moment_with_a_zone_is_the_same_wherever_the_agent_runs() {
        let noon = 1_795_780_800_000_000;
        for text in ["2026-11-27T12:00:00.000Z", "2026-11-27T17:30:00+05:30", "1795780800000000"] {
            assert_eq!(moment(text), Ok(noon), "{text}");
        }
        assert!(moment("yesterday").unwrap_err().contains("no time such as"));
    }
}
