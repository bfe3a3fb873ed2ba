//! What can be done.

use super::State;
use super::problem::Problem;
use crate::allocation::PriceRule;
use crate::app::{AddChannel, RulesOf, SetRules, Simulate};
use crate::db::{DbError, Lane};
use crate::dispatch::dead_letters;
use crate::domain::{ExternalId, ReconcileMode};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as FromState};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

type Answer = Result<Json<Value>, Problem>;

/// A body, with an error that names the place of a mistake and never the value: it may be a secret.
pub(super) fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Problem> {
    let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let kind = match error.inner().classify() {
            serde_json::error::Category::Data => {
                let text = error.inner().to_string();
                if text.contains("unknown field") || text.contains("missing field") {
                    text
                } else {
                    "wrong type".to_owned()
                }
            }
            _ => "no JSON".to_owned(),
        };
        Problem::invalid(format!("{}: {kind}", error.path()))
    })
}

/// `POST /v1/channels`.
pub async fn add_channel(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let add: AddChannel = body(&bytes)?;
    let name = add.name.clone();
    state.app.add_channel(add).await?;
    Ok(Json(json!({ "name": name })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reconcile {
    /// Instead of the channel's own mode.
    repair: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reconciliation {
    /// repair, report, off; null: as configured.
    mode: Option<ReconcileMode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prices {
    /// null: prices are left alone.
    rule: Option<PriceRule>,
}

/// `POST /v1/channels/{name}/{action}`.
pub async fn channel_action(
    FromState(state): FromState<State>,
    Path((name, action)): Path<(String, String)>,
    bytes: Bytes,
) -> Answer {
    let app = &state.app;
    Ok(Json(match action.as_str() {
        "check" => json!({ "account": app.check_channel(&name).await? }),
        "pause" => {
            app.pause_channel(&name).await?;
            json!({ "state": "paused" })
        }
        "resume" => {
            app.resume_channel(&name).await?;
            json!({ "state": "active" })
        }
        "resync" => json!({ "listings": app.resync_channel(&name).await? }),
        "reconcile" => {
            let asked: Reconcile = body(&bytes)?;
            json!(app.reconcile_channel(&name, asked.repair).await?)
        }
        "reconciliation" => {
            let asked: Reconciliation = body(&bytes)?;
            app.set_reconcile_mode(&name, asked.mode).await?;
            json!({ "mode": asked.mode })
        }
        "prices" => {
            let asked: Prices = body(&bytes)?;
            app.set_prices(&name, asked.rule.clone()).await?;
            json!({ "rule": asked.rule })
        }
        other => {
            return Err(Problem::not_found(format!(
                "there is no {other}; there are check, pause, resume, resync, reconcile, reconciliation, prices"
            )));
        }
    }))
}

/// `GET /v1/rules`: of a channel or of all, for all variations or for some.
pub async fn rules(FromState(state): FromState<State>, Query(asked): Query<RulesOf>) -> Answer {
    Ok(Json(json!(state.app.rules(&asked).await?)))
}

/// `GET /v1/rules/all`: all of them but those of single listings.
pub async fn all_rules(FromState(state): FromState<State>) -> Answer {
    Ok(Json(json!({ "items": state.app.all_rules().await? })))
}

/// `POST /v1/rules`.
pub async fn set_rules(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let change: SetRules = body(&bytes)?;
    Ok(Json(json!(state.app.set_rules(change).await?)))
}

/// `POST /v1/rules/preview`: what every listing would show by them. Changes nothing.
pub async fn preview_rules(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let change: SetRules = body(&bytes)?;
    Ok(Json(json!(state.app.preview_rules(change).await?)))
}

/// `POST /v1/changes/{id}/undo`: rules as they were before this change.
pub async fn undo(FromState(state): FromState<State>, Path(id): Path<i64>) -> Answer {
    Ok(Json(json!(state.app.undo_change(id).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redrive {
    channel: Option<String>,
    ids: Option<Vec<i64>>,
}

/// `POST /v1/dead-letters/redrive`.
pub async fn redrive(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let asked: Redrive = body(&bytes)?;
    let now_ms = state.app.clock.now_ms();
    let (channels, count) = state
        .app
        .db
        .writer
        .write(Lane::Normal, move |tx| {
            dead_letters::redrive(tx, asked.channel.as_deref(), asked.ids.as_deref(), now_ms)
        })
        .await
        .map_err(|error: DbError| Problem::from(error))?;
    state.app.dispatcher.wake(channels);
    Ok(Json(json!({ "redriven": count })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Map {
    channel: String,
    sku: Option<String>,
    item: Option<i64>,
    external: ExternalId,
}

/// Query of `POST /v1/listings/mapping`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingQuery {
    channel: String,
}

/// `POST /v1/listings/mapping`: a CSV file as `GET` gives it.
pub async fn import_mapping(
    FromState(state): FromState<State>,
    Query(asked): Query<MappingQuery>,
    bytes: Bytes,
) -> Answer {
    Ok(Json(json!(state.app.import_mapping(&asked.channel, &bytes).await?)))
}

/// `POST /v1/listings/map`.
pub async fn map_listing(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let map: Map = body(&bytes)?;
    let listing = state.app.map_listing(&map.channel, map.sku, map.item, map.external).await?;
    Ok(Json(json!({ "listing": listing })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AutoMatch {
    channel: String,
}

/// `POST /v1/listings/auto-match`.
pub async fn auto_match(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let asked: AutoMatch = body(&bytes)?;
    Ok(Json(json!(state.app.auto_match(&asked.channel).await?)))
}

/// `POST /v1/holds/{id}/{action}`.
pub async fn hold_action(
    FromState(state): FromState<State>,
    Path((id, action)): Path<(i64, String)>,
) -> Answer {
    let confirm = match action.as_str() {
        "confirm" => true,
        "reject" => false,
        other => {
            return Err(Problem::not_found(format!("there is no {other}; there are confirm and reject")));
        }
    };
    state.app.decide_hold(id, confirm).await?;
    Ok(Json(json!({ "state": if confirm { "confirmed" } else { "rejected" } })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settle {
    timeout_ms: Option<u64>,
}

/// `POST /v1/settle`.
pub async fn settle(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let asked: Settle = body(&bytes)?;
    let timeout = Duration::from_millis(asked.timeout_ms.unwrap_or(10_000).min(600_000));
    Ok(Json(json!(state.app.settle(timeout).await?)))
}

/// `GET /v1/rules/book`: all rules, as a simulation takes them.
pub async fn rule_book(FromState(state): FromState<State>) -> Answer {
    Ok(Json(json!({ "items": state.app.whole_book().await? })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    rules: Vec<SetRules>,
}

/// `POST /v1/rules/book`: these rules and no others.
pub async fn set_rule_book(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let Book { rules } = body(&bytes)?;
    state.app.set_book(&rules).await?;
    Ok(Json(json!({ "rules": rules.len() })))
}

/// `POST /v1/simulate`.
pub async fn simulate(FromState(state): FromState<State>, bytes: Bytes) -> Answer {
    let ask: Simulate = body(&bytes)?;
    Ok(Json(json!(state.app.simulate(ask).await?)))
}
