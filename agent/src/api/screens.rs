//! What screens ask for, which show a page of something and how it went lately.

use super::State;
use super::describe::{Items, Paged, Query, Told, items};
use super::problem::Problem;
use crate::domain::SlotState;
use crate::mirror::activity::{self, Stretch};
use crate::mirror::cover::{self, Ask, Cover};
use crate::mirror::listing_page::{self, Page, PageRow, Sort};
use crate::mirror::setting_changes::{self, ChangeRow};
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Query of `GET /v1/listings/page`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// With this in SKU, name or title.
    q: Option<String>,
    channel: Option<String>,
    /// idle, behind, leased, verifying, dead, held.
    state: Option<String>,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    descending: bool,
    /// From 1 on.
    page: Option<i64>,
    /// So many on each; at most 200.
    per_page: Option<i64>,
}

/// A page, and how many there are in all.
#[derive(Serialize, JsonSchema)]
pub struct Counted<T> {
    items: Vec<T>,
    total: i64,
}

/// `GET /v1/listings/page`: listings with what the shop has of them, and how many there are in all.
pub async fn listings(
    FromState(state): FromState<State>,
    Query(asked): Query<PageQuery>,
) -> Told<Counted<PageRow>> {
    if let Some(word) = asked.state.as_deref().filter(|word| *word != "held") {
        let known: Vec<&str> = SlotState::ALL.iter().map(|state| state.as_str()).collect();
        if !known.contains(&word) {
            let known = known.join(", ");
            return Err(Problem::invalid(format!("state: there is no {word}; there are {known}, held")));
        }
    }
    let limit = asked.per_page.unwrap_or(50).clamp(1, 200);
    let number = asked.page.unwrap_or(1).clamp(1, 10_000_000);
    let page = Page {
        q: asked.q.filter(|q| !q.trim().is_empty()),
        channel: asked.channel,
        state: asked.state,
        sort: asked.sort,
        descending: asked.descending,
        offset: (number - 1) * limit,
        limit,
    };
    let (rows, total) = state.app.db.readers.read(move |conn| listing_page::read(conn, &page)).await?;
    Ok(Json(Counted { items: rows, total }))
}

/// Query of `GET /v1/products`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductsQuery {
    channel: Option<String>,
    /// Only those of which a listing shows what it should (or does not).
    in_step: Option<bool>,
}

/// `GET /v1/products`: WooCommerce's ids of the products that are on a channel, or on any.
pub async fn products(
    FromState(state): FromState<State>,
    Query(asked): Query<ProductsQuery>,
) -> Told<Items<i64>> {
    let ids = state
        .app
        .db
        .readers
        .read(move |conn| listing_page::products(conn, asked.channel.as_deref(), asked.in_step))
        .await?;
    Ok(items(ids))
}

/// Query of `GET /v1/activity`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityQuery {
    /// So many stretches; at most 500.
    stretches: Option<i64>,
    /// Each so long; at least a second.
    step_ms: Option<i64>,
}

/// What happened, by stretches.
#[derive(Serialize, JsonSchema)]
pub struct Activity {
    /// Each so long.
    step_ms: i64,
    /// The newest last.
    items: Vec<Stretch>,
}

/// `GET /v1/activity`: stock changes and what channels were told, by stretches of time, the newest last.
pub async fn activity(
    FromState(state): FromState<State>,
    Query(asked): Query<ActivityQuery>,
) -> Told<Activity> {
    let step_ms = asked.step_ms.unwrap_or(60_000).clamp(1_000, 86_400_000);
    let count = asked.stretches.unwrap_or(60).clamp(1, 500);
    let now_ms = state.app.clock.now_ms();
    let since_ms = now_ms - step_ms * (count - 1);
    let rows = state.app.db.readers.read(move |conn| activity::read(conn, since_ms, step_ms, now_ms)).await?;
    Ok(Json(Activity { step_ms, items: rows }))
}

/// Query of `GET /v1/changes`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangesQuery {
    /// Only of this kind: rules, channel, credentials, state, prices, orders, reconcile, hook, done, or an option of the shop.
    setting: Option<String>,
    /// Those before this one.
    cursor: Option<i64>,
    limit: Option<i64>,
}

/// `GET /v1/changes`: who changed which setting, before and after, and who did what; the newest first.
pub async fn changes(
    FromState(state): FromState<State>,
    Query(asked): Query<ChangesQuery>,
) -> Told<Paged<ChangeRow>> {
    let limit = asked.limit.unwrap_or(50).clamp(1, 1000);
    let rows = state
        .app
        .db
        .readers
        .read(move |conn| setting_changes::page(conn, asked.setting.as_deref(), asked.cursor, limit))
        .await?;
    let next_cursor = rows.last().filter(|_| i64::try_from(rows.len()) == Ok(limit)).map(|row| row.id);
    Ok(Json(Paged { items: rows, next_cursor }))
}

/// Query of `GET /v1/cover`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverQuery {
    /// How far back sales are looked at; 30.
    days: Option<i64>,
    /// How long an order to the supplier takes; 14.
    lead_days: Option<i64>,
    /// How long what arrives should last; 30.
    target_days: Option<i64>,
    /// At most so many; 100.
    limit: Option<usize>,
}

/// `GET /v1/cover`: how many days the stock lasts at the rate at which it sells, what is gone soonest first.
pub async fn cover(
    FromState(state): FromState<State>,
    Query(asked): Query<CoverQuery>,
) -> Told<Items<Cover>> {
    let days = |given: Option<i64>, default: i64| given.unwrap_or(default).clamp(1, 365);
    let ask = Ask {
        days: days(asked.days, 30),
        lead_days: days(asked.lead_days, 14),
        target_days: days(asked.target_days, 30),
        limit: asked.limit.unwrap_or(100).clamp(1, 1000),
    };
    let now_ms = state.app.clock.now_ms();
    let rows = state.app.db.readers.read(move |conn| cover::read(conn, &ask, now_ms)).await?;
    Ok(items(rows))
}
