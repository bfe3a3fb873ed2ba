//! What can be looked at.

use super::State;
use super::describe::{Items, Paged, Path, Query, Told, items};
use super::problem::Problem;
use crate::app::ChannelStatus;
use crate::db::DbError;
use crate::dispatch::Plan;
use crate::dispatch::dead_letters::DeadLetter;
use crate::dispatch::feeds::Feed;
use crate::dispatch::{self, dead_letters};
use crate::domain::{ListingId, SlotState};
use crate::issues::{self, OpenIssue};
use crate::mirror::candidates::{self, Counts, Open, Work};
use crate::mirror::query::{self, ListingFilter, ListingRow, Size, VariationFilter, VariationRow};
use crate::mirror::snapshots::{self, Reading, Snapshot};
use crate::mirror::sweep::{self, Hold};
use crate::mirror::watch::{self, Watched};
use crate::reconcile::{self, Drift};
use axum::Json;
use axum::extract::State as FromState;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

const DEFAULT_PAGE: i64 = 50;
const MAX_PAGE: i64 = 100_000;

pub(super) fn page(limit: Option<i64>) -> i64 {
    limit.unwrap_or(DEFAULT_PAGE).clamp(1, MAX_PAGE)
}

/// How far the agent has read.
#[derive(Serialize, JsonSchema)]
pub struct JournalStatus {
    segment: u64,
    offset: u64,
    /// Written and not read yet.
    lag_bytes: u64,
    /// Read since the start.
    records: u64,
    /// When the last of them was applied (milliseconds); 0: none was since the start.
    last_record_at: i64,
}

/// At a glance.
#[derive(Serialize, JsonSchema)]
pub struct Status {
    version: &'static str,
    journal: JournalStatus,
    mirror: Size,
    shop: Reading,
    channels: Vec<ChannelStatus>,
    /// A channel that has waited for longer is lagging.
    lag_limit_seconds: u32,
    /// Why the shop is to be restated, since the journal lost something; null: nothing is missing.
    resync_wanted: Option<Value>,
    issues: Vec<OpenIssue>,
}

/// `GET /v1/status`.
pub async fn status(FromState(state): FromState<State>) -> Told<Status> {
    let app = &state.app;
    // First: where nothing was left to be read, what is read now holds all that was written before.
    let progress = *app.progress.borrow();
    let lag = onhand_journal::bytes_after(&app.config.journal.dir, progress.position).unwrap_or(0);
    let (size, shop, wanted, open) = app
        .db
        .readers
        .read(|conn| {
            Ok::<_, DbError>((
                query::size(conn)?,
                snapshots::reading(conn)?,
                issues::resync_wanted(conn)?,
                issues::open(conn)?,
            ))
        })
        .await?;
    let wanted: Option<Value> = wanted.and_then(|text| serde_json::from_str(&text).ok());
    Ok(Json(Status {
        version: env!("CARGO_PKG_VERSION"),
        journal: JournalStatus {
            segment: progress.position.segment,
            offset: progress.position.offset,
            lag_bytes: lag,
            records: progress.records,
            last_record_at: progress.applied_ms,
        },
        mirror: size,
        shop,
        channels: app.channels().await?,
        lag_limit_seconds: app.config.events.lag_seconds,
        resync_wanted: wanted,
        issues: open,
    }))
}

/// Query of `GET /v1/watch`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchQuery {
    channel: Option<String>,
    /// This agent's clock, as an answer before told it; absent: now.
    since: Option<i64>,
}

/// What was seen, and when.
#[derive(Serialize, JsonSchema)]
pub struct WatchedAt {
    /// This agent's clock, in milliseconds: `since` of the next look.
    now: i64,
    #[serde(flatten)]
    watched: Watched,
}

/// `GET /v1/watch`: what channels refused, or showed otherwise, since then.
pub async fn watched(FromState(state): FromState<State>, Query(asked): Query<WatchQuery>) -> Told<WatchedAt> {
    let now_ms = state.app.clock.now_ms();
    let since_ms = asked.since.unwrap_or(now_ms);
    let channel = asked.channel;
    let watched =
        state.app.db.readers.read(move |conn| watch::all(conn, channel.as_deref(), since_ms)).await?;
    Ok(Json(WatchedAt { now: now_ms, watched }))
}

/// Query of `GET /v1/variations`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariationQuery {
    sku: Option<String>,
    q: Option<String>,
    items: Option<String>,
    limit: Option<i64>,
    cursor: Option<i64>,
}

/// `GET /v1/variations`.
pub async fn variations(
    FromState(state): FromState<State>,
    Query(asked): Query<VariationQuery>,
) -> Told<Paged<VariationRow>> {
    let items = match asked.items.as_deref().map(ids).transpose() {
        Ok(items) => items,
        Err(error) => return Err(Problem::invalid(format!("items: {error}"))),
    };
    let filter = VariationFilter {
        sku: asked.sku,
        q: asked.q,
        items,
        after: asked.cursor.unwrap_or(0),
        limit: page(asked.limit),
    };
    let (limit, now_us) = (filter.limit, state.app.clock.now_us());
    let rows = state.app.db.readers.read(move |conn| query::variations(conn, &filter, now_us)).await?;
    let next = rows.last().filter(|_| full(rows.len(), limit)).map(|row| row.item);
    Ok(Json(Paged { items: rows, next_cursor: next }))
}

/// A list of numbers with commas, as a JSON list.
fn ids(text: &str) -> Result<String, std::num::ParseIntError> {
    let ids: Vec<i64> = text.split(',').map(|id| id.trim().parse()).collect::<Result<_, _>>()?;
    Ok(json!(ids).to_string())
}

fn full(count: usize, limit: i64) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= limit)
}

/// Query of `GET /v1/listings`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingQuery {
    channel: Option<String>,
    sku: Option<String>,
    /// All of these variations, and nothing else of this is asked: their ids with commas.
    items: Option<String>,
    state: Option<String>,
    limit: Option<i64>,
    cursor: Option<i64>,
}

/// `GET /v1/listings`.
pub async fn listings(
    FromState(state): FromState<State>,
    Query(asked): Query<ListingQuery>,
) -> Told<Paged<ListingRow>> {
    if let Some(items) = asked.items {
        let items = ids(&items).map_err(|error| Problem::invalid(format!("items: {error}")))?;
        let rows = state.app.db.readers.read(move |conn| query::listings_of(conn, &items)).await?;
        return Ok(Json(Paged { items: rows, next_cursor: None }));
    }
    let code = match asked.state {
        None => None,
        Some(word) => match SlotState::ALL.iter().find(|state| state.as_str() == word) {
            Some(state) => Some(state.code()),
            None => return Err(Problem::invalid(format!("state: there is no {word:?}"))),
        },
    };
    let filter = ListingFilter {
        channel: asked.channel,
        sku: asked.sku,
        state: code,
        item: None,
        after: asked.cursor.unwrap_or(0),
        limit: page(asked.limit),
    };
    let limit = filter.limit;
    let rows = state.app.db.readers.read(move |conn| query::listings(conn, &filter)).await?;
    let next = rows.last().filter(|_| full(rows.len(), limit)).map(|row| row.id);
    Ok(Json(Paged { items: rows, next_cursor: next }))
}

/// The variation with an id, or else the one with a SKU.
pub(super) async fn one(
    state: &State,
    item: Option<i64>,
    sku: Option<&str>,
) -> Result<query::VariationRow, Problem> {
    let Some(item) = item else {
        return only(state, sku.ok_or_else(|| Problem::invalid("name a sku or an item"))?).await;
    };
    let filter =
        VariationFilter { items: Some(json!([item]).to_string()), limit: 1, ..VariationFilter::default() };
    let now_us = state.app.clock.now_us();
    let found = state.app.db.readers.read(move |conn| query::variations(conn, &filter, now_us)).await?;
    found.into_iter().next().ok_or_else(|| Problem::not_found(format!("there is no variation #{item}")))
}

/// The one variation with a SKU.
pub(super) async fn only(state: &State, sku: &str) -> Result<query::VariationRow, Problem> {
    let filter = VariationFilter { sku: Some(sku.to_owned()), limit: 3, ..VariationFilter::default() };
    let now_us = state.app.clock.now_us();
    let mut rows = state.app.db.readers.read(move |conn| query::variations(conn, &filter, now_us)).await?;
    match rows.len() {
        0 => Err(Problem::not_found(format!("no variation has the SKU {sku}"))),
        1 => Ok(rows.remove(0)),
        _ => {
            let ids: Vec<String> = rows.iter().map(|row| format!("#{}", row.item)).collect();
            Err(Problem::invalid(format!("several variations have the SKU {sku}: {}", ids.join(", "))))
        }
    }
}

/// Which snapshot.
#[derive(Deserialize, JsonSchema)]
pub struct Snap {
    snap: String,
}

/// Query of `GET /v1/snapshots/{snap}`.
#[derive(Deserialize, JsonSchema)]
pub struct SnapshotQuery {
    wait_ms: Option<u64>,
}

/// `GET /v1/snapshots/{snap}`.
pub async fn snapshot(
    FromState(state): FromState<State>,
    Path(Snap { snap }): Path<Snap>,
    Query(asked): Query<SnapshotQuery>,
) -> Told<Snapshot> {
    let wait = Duration::from_millis(asked.wait_ms.unwrap_or(0).min(600_000));
    match state.app.snapshot(&snap, wait).await? {
        Some(found) => Ok(Json(found)),
        None => Err(Problem::not_found(format!("the snapshot {snap} was not read yet"))),
    }
}

/// `GET /v1/channels`.
pub async fn channels(FromState(state): FromState<State>) -> Told<Items<ChannelStatus>> {
    Ok(items(state.app.channels().await?))
}

/// Query of `GET /v1/dead-letters`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadLetterQuery {
    channel: Option<String>,
}

/// `GET /v1/dead-letters`.
pub async fn dead_letters(
    FromState(state): FromState<State>,
    Query(asked): Query<DeadLetterQuery>,
) -> Told<Items<DeadLetter>> {
    let list =
        state.app.db.readers.read(move |conn| dead_letters::list(conn, asked.channel.as_deref())).await?;
    Ok(items(list))
}

/// Query of `GET /v1/plan`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanQuery {
    channel: String,
}

/// `GET /v1/plan`: what would be sent to a channel, and how long that takes.
pub async fn plan(FromState(state): FromState<State>, Query(asked): Query<PlanQuery>) -> Told<Plan> {
    Ok(Json(state.app.plan(&asked.channel).await?))
}

/// Query of `GET /v1/listings/mapping` and `GET /v1/listings/candidates`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingQuery {
    channel: String,
    after: Option<i64>,
    limit: Option<i64>,
}

/// `GET /v1/listings/mapping`: a channel's mapping as CSV.
pub async fn export_mapping(
    FromState(state): FromState<State>,
    Query(asked): Query<MappingQuery>,
) -> Result<([(HeaderName, &'static str); 1], String), Problem> {
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8")], state.app.export_mapping(&asked.channel).await?))
}

/// Listings that are not linked, with how many there are in all.
#[derive(Serialize, JsonSchema)]
pub struct Unlinked {
    /// Of this page.
    items: Vec<Open>,
    /// Where the next page begins; null: this is the last.
    next_after: Option<ListingId>,
    #[serde(flatten)]
    counts: Counts,
}

/// `GET /v1/listings/candidates`: listings that could not be linked beyond doubt, and what they might be.
pub async fn candidates(
    FromState(state): FromState<State>,
    Query(asked): Query<MappingQuery>,
) -> Told<Unlinked> {
    let id = state.app.channel_id(&asked.channel).await?;
    let (after, limit) = (ListingId(asked.after.unwrap_or(0)), page(asked.limit).min(500));
    let (list, counts) = state
        .app
        .db
        .readers
        .read(move |conn| {
            Ok::<_, DbError>((candidates::open(conn, id, after, limit)?, candidates::counts(conn, id)?))
        })
        .await?;
    let next_after = list.last().filter(|_| full(list.len(), limit)).map(|open| open.listing);
    Ok(Json(Unlinked { items: list, next_after, counts }))
}

/// Query of `GET /v1/work`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkQuery {
    limit: Option<i64>,
    /// Those behind the one whose first variation this is.
    cursor: Option<i64>,
}

/// `GET /v1/work`: SKUs that are missing, or that several variations share.
pub async fn work(FromState(state): FromState<State>, Query(asked): Query<WorkQuery>) -> Told<Paged<Work>> {
    let limit = page(asked.limit);
    let list = state.app.db.readers.read(move |conn| candidates::work(conn, asked.cursor, limit)).await?;
    let next = list.last().filter(|_| full(list.len(), limit)).and_then(|work| work.items.first().copied());
    Ok(Json(Paged { items: list, next_cursor: next }))
}

/// Query of `GET /v1/drift` and `GET /v1/feeds`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecentQuery {
    channel: Option<String>,
    limit: Option<i64>,
}

/// `GET /v1/drift`: listings that showed something else than they should, newest first.
pub async fn drift(
    FromState(state): FromState<State>,
    Query(asked): Query<RecentQuery>,
) -> Told<Items<Drift>> {
    let limit = page(asked.limit);
    let list = state
        .app
        .db
        .readers
        .read(move |conn| reconcile::drifts(conn, asked.channel.as_deref(), limit))
        .await?;
    Ok(items(list))
}

/// A kind of channel.
#[derive(Serialize, JsonSchema)]
pub struct Kind {
    /// As `kind` of a channel.
    name: String,
    /// For people.
    title: String,
    /// By a TOML file, and not compiled in.
    declared: bool,
    /// What it must be told.
    fields: Vec<KindField>,
}

/// What a channel must be told.
#[derive(Serialize, JsonSchema)]
pub struct KindField {
    /// Its name.
    key: String,
    /// Taken where nothing is given; null: it must be given.
    default: Option<String>,
    /// It is sealed, and never told.
    secret: bool,
    /// What it is and where it is found.
    help: String,
}

impl KindField {
    fn of(field: &crate::channels::Field) -> Self {
        Self {
            key: field.key.to_owned(),
            default: field.default.map(ToOwned::to_owned),
            secret: field.secret,
            help: field.help.to_owned(),
        }
    }
}

/// `GET /v1/kinds`: what can be connected, and what each must be told.
#[allow(clippy::unused_async, reason = "a handler like the others")]
pub async fn kinds(FromState(state): FromState<State>) -> Told<Items<Kind>> {
    let kind = |kind: &crate::channels::ChannelKind| Kind {
        name: kind.name.to_owned(),
        title: kind.title.to_owned(),
        declared: kind.is_declared(),
        fields: kind.fields.iter().map(KindField::of).collect(),
    };
    Ok(items(state.app.kinds.iter().map(kind).collect()))
}

/// `GET /v1/feeds`: jobs that carry many listings, newest first.
pub async fn feeds(
    FromState(state): FromState<State>,
    Query(asked): Query<RecentQuery>,
) -> Told<Items<Feed>> {
    let limit = page(asked.limit);
    let list = state
        .app
        .db
        .readers
        .read(move |conn| dispatch::feeds::list(conn, asked.channel.as_deref(), limit))
        .await?;
    Ok(items(list))
}

/// `GET /v1/holds`.
pub async fn holds(FromState(state): FromState<State>) -> Told<Items<Hold>> {
    Ok(items(state.app.db.readers.read(sweep::holds).await?))
}

/// `GET /metrics`, for Prometheus.
pub async fn metrics(FromState(state): FromState<State>) -> Result<String, Problem> {
    let backlogs = state.app.db.readers.read(dispatch::backlogs).await?;
    dispatch::metrics::backlog(&backlogs, state.app.clock.now_ms());
    Ok(state.metrics.render())
}
