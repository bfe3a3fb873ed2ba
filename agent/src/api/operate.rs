//! What can be done.

use super::State;
use super::answers::{Kept, Linked, Mode, Now, Priced, Proved, Redriven, Started, ToldAgain};
use super::describe::{Body, Items, Named, Numbered, Path, Query, Told, items};
use super::problem::Problem;
use crate::allocation::PriceRule;
use crate::allocation::Rules;
use crate::app::{
    AddChannel, Added, Carefully, RulesOf, RulesRow, SetRules, Settled, Simulate, Simulated, Supposed, Undone,
};
use crate::db::{DbError, Lane};
use crate::dispatch::dead_letters;
use crate::domain::{ExternalId, ReconcileMode};
use crate::mirror::listings::Preview;
use crate::mirror::mapping_file::Imported;
use crate::mirror::matching::Matched;
use crate::mirror::removal::Removed;
use crate::reconcile::compare::Counts;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// `POST /v1/channels`.
pub async fn add_channel(FromState(state): FromState<State>, Body(add): Body<AddChannel>) -> Told<Added> {
    Ok(Json(state.app.add_channel(add).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reconcile {
    /// Instead of the channel's own mode.
    repair: Option<bool>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reconciliation {
    /// repair, report, off; null: as configured.
    mode: Option<ReconcileMode>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// null: prices are left alone.
    rule: Option<PriceRule>,
}

/// `POST /v1/channels/{name}/check`: proves its credentials.
pub async fn check(FromState(state): FromState<State>, Path(Named { name }): Path<Named>) -> Told<Proved> {
    Ok(Json(Proved { account: state.app.check_channel(&name).await? }))
}

/// `POST /v1/channels/{name}/remove`: what is known of it is forgotten; the ledger stays.
pub async fn remove_channel(
    FromState(state): FromState<State>,
    Path(Named { name }): Path<Named>,
) -> Told<Removed> {
    Ok(Json(state.app.remove_channel(&name).await?))
}

/// `POST /v1/channels/{name}/pause`: it is told nothing until it is resumed.
pub async fn pause(FromState(state): FromState<State>, Path(Named { name }): Path<Named>) -> Told<Now> {
    state.app.pause_channel(&name).await?;
    Ok(Json(Now { state: "paused" }))
}

/// `POST /v1/channels/{name}/resume`.
pub async fn resume(FromState(state): FromState<State>, Path(Named { name }): Path<Named>) -> Told<Now> {
    state.app.resume_channel(&name).await?;
    Ok(Json(Now { state: "active" }))
}

/// `POST /v1/channels/{name}/resync`: it is told every quantity again.
pub async fn resync(
    FromState(state): FromState<State>,
    Path(Named { name }): Path<Named>,
) -> Told<ToldAgain> {
    Ok(Json(ToldAgain { listings: state.app.resync_channel(&name).await? }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resync {
    ids: Vec<i64>,
}

/// `POST /v1/listings/resync`: these are told again.
pub async fn resync_listings(
    FromState(state): FromState<State>,
    Body(asked): Body<Resync>,
) -> Told<ToldAgain> {
    Ok(Json(ToldAgain { listings: state.app.resync_listings(asked.ids).await? }))
}

/// `POST /v1/channels/{name}/reconcile`: it is compared with what it should show; waits for the end.
pub async fn reconcile(
    FromState(state): FromState<State>,
    Path(Named { name }): Path<Named>,
    Body(asked): Body<Reconcile>,
) -> Told<Counts> {
    Ok(Json(state.app.reconcile_channel(&name, asked.repair).await?))
}

/// `POST /v1/channels/{name}/reconciliation`.
pub async fn reconciliation(
    FromState(state): FromState<State>,
    Path(Named { name }): Path<Named>,
    Body(asked): Body<Reconciliation>,
) -> Told<Mode> {
    state.app.set_reconcile_mode(&name, asked.mode).await?;
    Ok(Json(Mode { mode: asked.mode }))
}

/// `POST /v1/channels/{name}/prices`.
pub async fn prices(
    FromState(state): FromState<State>,
    Path(Named { name }): Path<Named>,
    Body(asked): Body<Prices>,
) -> Told<Priced> {
    state.app.set_prices(&name, asked.rule.clone()).await?;
    Ok(Json(Priced { rule: asked.rule }))
}

/// `GET /v1/rules`: of a channel or of all, for all variations or for some.
pub async fn rules(FromState(state): FromState<State>, Query(asked): Query<RulesOf>) -> Told<Rules> {
    Ok(Json(state.app.rules(&asked).await?))
}

/// `GET /v1/rules/all`: all of them but those of single listings.
pub async fn all_rules(FromState(state): FromState<State>) -> Told<Items<RulesRow>> {
    Ok(items(state.app.all_rules().await?))
}

/// `POST /v1/rules`.
pub async fn set_rules(FromState(state): FromState<State>, Body(change): Body<SetRules>) -> Told<Rules> {
    Ok(Json(state.app.set_rules(change).await?))
}

/// `POST /v1/rules/preview`: what every listing would show by them. Changes nothing.
pub async fn preview_rules(
    FromState(state): FromState<State>,
    Body(change): Body<SetRules>,
) -> Told<Preview> {
    Ok(Json(state.app.preview_rules(change).await?))
}

/// `POST /v1/quantities/preview`: what channels would show if the shop had these. Changes nothing.
pub async fn preview_quantities(
    FromState(state): FromState<State>,
    Body(supposed): Body<Supposed>,
) -> Told<Preview> {
    Ok(Json(state.app.preview_quantities(supposed).await?))
}

/// `POST /v1/rules/careful`: as `POST /v1/rules`, on a few listings first; a job.
pub async fn set_rules_carefully(
    FromState(state): FromState<State>,
    Body(ask): Body<Carefully>,
) -> Told<Started> {
    Ok(Json(Started { id: state.app.set_rules_carefully(ask).await? }))
}

/// `POST /v1/changes/{id}/undo`: as it was before this change.
pub async fn undo(FromState(state): FromState<State>, Path(Numbered { id }): Path<Numbered>) -> Told<Undone> {
    Ok(Json(state.app.undo_change(id).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redrive {
    channel: Option<String>,
    ids: Option<Vec<i64>>,
}

/// `POST /v1/dead-letters/redrive`.
pub async fn redrive(FromState(state): FromState<State>, Body(asked): Body<Redrive>) -> Told<Redriven> {
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
    Ok(Json(Redriven { redriven: count }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Map {
    channel: String,
    sku: Option<String>,
    item: Option<i64>,
    external: ExternalId,
}

/// Query of `POST /v1/listings/mapping`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingQuery {
    channel: String,
}

/// `POST /v1/listings/mapping`: a CSV file as `GET` gives it.
pub async fn import_mapping(
    FromState(state): FromState<State>,
    Query(asked): Query<MappingQuery>,
    bytes: Bytes,
) -> Told<Imported> {
    Ok(Json(state.app.import_mapping(&asked.channel, &bytes).await?))
}

/// `POST /v1/listings/map`.
pub async fn map_listing(FromState(state): FromState<State>, Body(map): Body<Map>) -> Told<Linked> {
    let listing = state.app.map_listing(&map.channel, map.sku, map.item, map.external).await?;
    Ok(Json(Linked { listing }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AutoMatch {
    channel: String,
}

/// `POST /v1/listings/auto-match`.
pub async fn auto_match(FromState(state): FromState<State>, Body(asked): Body<AutoMatch>) -> Told<Matched> {
    Ok(Json(state.app.auto_match(&asked.channel).await?))
}

/// `POST /v1/holds/{id}/confirm`: what is held goes.
pub async fn confirm(FromState(state): FromState<State>, Path(Numbered { id }): Path<Numbered>) -> Told<Now> {
    state.app.decide_hold(id, true).await?;
    Ok(Json(Now { state: "confirmed" }))
}

/// `POST /v1/holds/{id}/reject`: it is kept back for good.
pub async fn reject(FromState(state): FromState<State>, Path(Numbered { id }): Path<Numbered>) -> Told<Now> {
    state.app.decide_hold(id, false).await?;
    Ok(Json(Now { state: "rejected" }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    timeout_ms: Option<u64>,
}

/// `POST /v1/settle`.
pub async fn settle(FromState(state): FromState<State>, Body(asked): Body<Settle>) -> Told<Settled> {
    let timeout = Duration::from_millis(asked.timeout_ms.unwrap_or(10_000).min(600_000));
    Ok(Json(state.app.settle(timeout).await?))
}

/// `GET /v1/rules/book`: all rules, as a simulation takes them.
pub async fn rule_book(FromState(state): FromState<State>) -> Told<Items<RulesRow>> {
    Ok(items(state.app.whole_book().await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Book {
    rules: Vec<SetRules>,
}

/// `POST /v1/rules/book`: these rules and no others.
pub async fn set_rule_book(
    FromState(state): FromState<State>,
    Body(Book { rules }): Body<Book>,
) -> Told<Kept> {
    state.app.set_book(&rules).await?;
    Ok(Json(Kept { rules: rules.len() }))
}

/// `POST /v1/simulate`.
pub async fn simulate(FromState(state): FromState<State>, Body(ask): Body<Simulate>) -> Told<Simulated> {
    Ok(Json(state.app.simulate(ask).await?))
}
