//! The listener.

use super::config::SimConfig;
use super::world::World;
use super::{control, ebay, http, shopify};
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The simulator.
pub struct Sim;

/// A running simulator. It stops listening when this is dropped.
pub struct SimHandle {
    /// Where it listens.
    pub addr: SocketAddr,
    world: Arc<World>,
    serving: JoinHandle<()>,
}

impl Sim {
    /// Starts both marketplaces on one listener.
    ///
    /// # Errors
    /// The address is taken, or the state file or a specification cannot be read.
    pub async fn start(config: SimConfig) -> Result<SimHandle> {
        let wanted = config.addr;
        let world = Arc::new(World::open(config)?);
        let listener = TcpListener::bind(wanted).await.with_context(|| format!("listen on {wanted}"))?;
        let addr = listener.local_addr()?;
        let listener = listener.tap_io(|stream: &mut TcpStream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "A connection keeps its delay.");
            }
        });
        let app = router(Arc::clone(&world));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The simulator stopped listening.");
            }
        });
        Ok(SimHandle { addr, world, serving })
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .merge(shopify::routes())
        .merge(ebay::routes())
        .merge(control::routes())
        .fallback(unknown)
        .with_state(world)
}

/// A path that neither marketplace has is a mistake of the client, whoever it meant.
async fn unknown(State(world): State<Arc<World>>, request: Request) -> Response {
    let marketplace = match request.uri().path() {
        path if path.starts_with("/admin/") => Some(super::Marketplace::Shopify),
        path if path.starts_with("/_sim/") => None,
        _ => Some(super::Marketplace::Ebay),
    };
    let detail = format!("{} {} does not exist", request.method(), request.uri());
    if let Some(marketplace) = marketplace {
        world.violated(marketplace, "path", &detail);
    }
    http::json(
        404,
        &serde_json::json!({"errors": [{"errorId": 2002, "message": "Resource not found", "longMessage": detail}]}),
    )
}

impl SimHandle {
    /// The world behind it, for tests in the same process.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// `http://127.0.0.1:PORT`: what a connector takes as its endpoint, for either marketplace.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Runs until the process ends.
    pub async fn join(mut self) {
        if let Err(error) = (&mut self.serving).await {
            tracing::error!(%error, "The simulator's listener failed.");
        }
    }
}

impl Drop for SimHandle {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
