//! A simulated shop: what WooCommerce with the plugin does with stock and with orders that the agent brings, without
//! PHP. It states its stock in the agent's journal as the plugin does, and knows the agent by its signature.

mod counter;
mod route;

pub use counter::{Brought, Counter, Mishap};

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::put;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The secret that it knows the agent by.
pub const SECRET: &str = "simulated-shop-secret";

/// A running shop.
pub struct SimShop {
    counter: Arc<Mutex<Counter>>,
    addr: SocketAddr,
    serving: JoinHandle<()>,
}

impl SimShop {
    /// Opens it on a free port, over an agent's journal.
    ///
    /// # Errors
    /// There is no port.
    pub async fn open(journal: &Path) -> Result<Self> {
        let counter = Arc::new(Mutex::new(Counter::new(journal)));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("listen")?;
        let addr = listener.local_addr()?;
        let app = Router::new()
            .route("/wp-json/onhand/v1/orders", put(route::orders))
            .route("/wp-json/onhand/v1/allotments", put(route::allotments))
            .with_state(Arc::clone(&counter));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The simulated shop closed.");
            }
        });
        Ok(Self { counter, addr, serving })
    }

    /// Its REST namespace.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/wp-json/onhand/v1", self.addr)
    }

    /// Its counter, for as long as the guard lives.
    pub fn counter(&self) -> MutexGuard<'_, Counter> {
        self.counter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SimShop {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
