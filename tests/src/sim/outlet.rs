//! Another WooCommerce store that sells, with a side door for tests of other languages and for the demo.

use super::http::json;
use super::markets::{WooCommerce, woocommerce_webhook};
use super::rest::{Market, MarketHandle};
use anyhow::{Context, Result};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json as value;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;

/// A running store and its side door.
pub struct Outlet {
    market: Arc<MarketHandle>,
    door: SocketAddr,
}

#[derive(Deserialize)]
struct Stock {
    sku: String,
    quantity: i64,
}

#[derive(Deserialize)]
struct Sale {
    lines: Vec<(String, i64)>,
    #[serde(default = "euro")]
    currency: String,
}

fn euro() -> String {
    "EUR".to_owned()
}

#[derive(Deserialize)]
struct Hook {
    order: String,
    url: String,
    secret: String,
}

impl Outlet {
    /// Opens it.
    ///
    /// # Errors
    /// There is no port.
    pub async fn open() -> Result<Self> {
        let market = Arc::new(Market::start(WooCommerce, None).await?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("listen")?;
        let door = listener.local_addr()?;
        let app = Router::new()
            .route("/stock", post(stock))
            .route("/sell", post(sell))
            .route("/cancel/{order}", post(cancel))
            .route("/webhook", post(webhook))
            .route("/shown/{sku}", get(shown))
            .route("/order/{order}", get(order))
            .with_state(Arc::clone(&market));
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The store's side door closed.");
            }
        });
        Ok(Self { market, door })
    }

    /// The store's address.
    #[must_use]
    pub fn url(&self) -> String {
        self.market.url()
    }

    /// The side door's.
    #[must_use]
    pub fn door(&self) -> String {
        format!("http://{}", self.door)
    }
}

type Store = State<Arc<MarketHandle>>;

async fn stock(State(market): Store, Json(stock): Json<Stock>) -> Response {
    market.variation(2, &stock.sku, stock.quantity);
    json(200, &value!({}))
}

async fn sell(State(market): Store, Json(sale): Json<Sale>) -> Response {
    let lines: Vec<(&str, i64)> = sale.lines.iter().map(|(sku, units)| (sku.as_str(), *units)).collect();
    let Some(order) = market.sell(&lines) else { return json(409, &value!({"message": "sold out"})) };
    let dollars = sale.currency == "USD";
    market.order(&order, |sold| sold.currency = if dollars { "USD" } else { "EUR" });
    json(200, &value!({ "order": order }))
}

async fn cancel(State(market): Store, Path(order): Path<String>) -> Response {
    market.order(&order, |sold| sold.stage = "cancelled");
    json(200, &value!({}))
}

async fn shown(State(market): Store, Path(sku): Path<String>) -> Response {
    json(200, &value!({ "quantity": market.shown(&sku) }))
}

async fn order(State(market): Store, Path(order): Path<String>) -> Response {
    let sold = market.with_shelf(|shelf| {
        let sold = shelf.order(order.parse().unwrap_or(0))?;
        Some(value!({ "stage": sold.stage, "shipments": sold.shipments }))
    });
    json(if sold.is_some() { 200 } else { 404 }, &sold.unwrap_or_default())
}

#[allow(clippy::disallowed_methods, reason = "the simulator has none of the agent's code")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

/// Sends the webhook as the store would, and tells what it was answered.
async fn webhook(State(market): Store, Json(hook): Json<Hook>) -> Response {
    let made = market.with_shelf(|shelf| {
        shelf.order(hook.order.parse().unwrap_or(0)).map(|sold| woocommerce_webhook(sold, &hook.secret))
    });
    let Some((headers, body)) = made else { return json(404, &value!({})) };
    let mut request = client().post(&hook.url).header("content-type", "application/json").body(body);
    for (name, text) in headers {
        request = request.header(name, text);
    }
    match request.send().await {
        Ok(reply) => json(200, &value!({ "status": reply.status().as_u16() })),
        Err(error) => json(502, &value!({ "message": error.to_string() })),
    }
}
