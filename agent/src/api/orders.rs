//! Orders coming home.

use super::State;
use super::answers::{Asked, Closed, Introduced, OrdersNow, Retried};
use super::describe::{Body, Named, Numbered, Paged, Path, Query, Told};
use super::problem::Problem;
use crate::app::SetOrders;
use crate::orders::book::OrderState;
use crate::orders::query::OrderFilter;
use crate::orders::query::OrderRow;
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;

/// Query of `GET /v1/orders`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrdersQuery {
    channel: Option<String>,
    /// home, waiting, on_its_way, parked.
    state: Option<String>,
    /// With this in its number, in the shop's number of it, or in a SKU or title of what was bought.
    q: Option<String>,
    limit: Option<usize>,
    /// Older than the order of this number.
    cursor: Option<i64>,
}

/// `GET /v1/orders`: newest first.
pub async fn list(
    FromState(state): FromState<State>,
    Query(asked): Query<OrdersQuery>,
) -> Told<Paged<OrderRow>> {
    let wanted = match asked.state.as_deref() {
        None => None,
        Some(word) => {
            Some(OrderState::ALL.into_iter().find(|one| one.as_str() == word).ok_or_else(|| {
                let known: Vec<&str> = OrderState::ALL.into_iter().map(OrderState::as_str).collect();
                Problem::invalid(format!("state: there is no {word}; there are {}", known.join(", ")))
            })?)
        }
    };
    let limit = asked.limit.unwrap_or(50).clamp(1, 1000);
    let q = asked.q.filter(|q| !q.trim().is_empty());
    let filter = OrderFilter { channel: asked.channel, state: wanted, q, before: asked.cursor, limit };
    let orders = state.app.list_orders(filter).await?;
    let next = orders.last().filter(|_| orders.len() == limit).map(|order| order.id);
    Ok(Json(Paged { items: orders, next_cursor: next }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Absent: all.
    id: Option<i64>,
    /// oversold, currency, buyer.
    #[serde(default)]
    accept: Vec<String>,
}

/// `POST /v1/orders/retry`.
pub async fn retry(FromState(state): FromState<State>, Body(asked): Body<Retry>) -> Told<Retried> {
    Ok(Json(Retried { retried: state.app.retry_orders(asked.id, asked.accept).await? }))
}

/// `POST /v1/orders/{id}/close`.
pub async fn close(
    FromState(state): FromState<State>,
    Path(Numbered { id }): Path<Numbered>,
) -> Told<Closed> {
    state.app.close_order(id).await?;
    Ok(Json(Closed { closed: id }))
}

/// `POST /v1/channels/{name}/orders`.
pub async fn set(
    FromState(state): FromState<State>,
    Path(Named { name }): Path<Named>,
    Body(asked): Body<SetOrders>,
) -> Told<OrdersNow> {
    Ok(Json(OrdersNow { rules: state.app.set_orders(&name, asked).await? }))
}

/// `POST /v1/channels/{name}/orders/ask`: asks the channel now, and waits for the answer.
pub async fn ask(FromState(state): FromState<State>, Path(Named { name }): Path<Named>) -> Told<Asked> {
    state.app.ask_orders(&name).await?;
    Ok(Json(Asked { asked: name }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    url: String,
    #[schemars(with = "String")]
    secret: SecretString,
}

/// `POST /v1/shop`: the shop introduces itself.
pub async fn introduce(FromState(state): FromState<State>, Body(shop): Body<Shop>) -> Told<Introduced> {
    let url = shop.url.clone();
    state.app.introduce_shop(shop.url, shop.secret).await?;
    Ok(Json(Introduced { url }))
}
