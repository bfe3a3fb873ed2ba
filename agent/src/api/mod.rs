//! The local API: HTTP/1.1 with JSON on a Unix socket. The file's permissions are the lock.

mod autopsy;
mod behalf;
mod explain;
mod health;
mod hooks;
mod jobs;
mod operate;
mod orders;
mod problem;
mod screens;
mod strict;
mod view;

pub use behalf::ACTOR;
pub use health::Check;

use crate::app::App;
use anyhow::Context;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use metrics_exporter_prometheus::PrometheusHandle;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

/// What handlers share.
#[derive(Clone)]
pub struct State {
    app: App,
    metrics: PrometheusHandle,
}

impl State {
    /// Of a running agent.
    #[must_use]
    pub fn new(app: App, metrics: PrometheusHandle) -> Self {
        Self { app, metrics }
    }
}

/// A mapping of a few hundred thousand listings.
const LARGEST_FILE: usize = 128 * 1024 * 1024;

/// All routes.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/v1/health", get(health::health))
        .route("/v1/status", get(view::status))
        .route("/v1/variations", get(view::variations))
        .route("/v1/listings", get(view::listings))
        .route("/v1/listings/page", get(screens::listings))
        .route("/v1/cover", get(screens::cover))
        .route("/v1/products", get(screens::products))
        .route("/v1/activity", get(screens::activity))
        .route("/v1/changes", get(screens::changes))
        .route("/v1/changes/{id}/undo", post(operate::undo))
        .route("/v1/ledger", get(view::ledger))
        .route("/v1/explain", get(explain::explain))
        .route("/v1/autopsy", get(autopsy::autopsy))
        .route("/v1/snapshots/{snap}", get(view::snapshot))
        .route("/v1/channels", get(view::channels).post(operate::add_channel))
        .route("/v1/channels/{name}/{action}", post(operate::channel_action))
        .route("/v1/channels/{name}/orders", post(orders::set))
        .route("/v1/channels/{name}/orders/ask", post(orders::ask))
        .route("/v1/orders", get(orders::list))
        .route("/v1/orders/retry", post(orders::retry))
        .route("/v1/orders/{id}/close", post(orders::close))
        .route("/v1/shop", post(orders::introduce))
        .route("/v1/hooks", get(hooks::list).post(hooks::add))
        .route("/v1/hooks/{id}/{action}", post(hooks::act))
        .route("/v1/deliveries", get(hooks::deliveries))
        .route("/v1/deliveries/replay", post(hooks::replay))
        .route("/v1/rules/all", get(operate::all_rules))
        .route("/v1/rules/book", get(operate::rule_book).post(operate::set_rule_book))
        .route("/v1/simulate", post(operate::simulate))
        .route("/v1/rules/preview", post(operate::preview_rules))
        .route("/v1/rules", get(operate::rules).post(operate::set_rules))
        .route("/v1/plan", get(view::plan))
        .route("/v1/kinds", get(view::kinds))
        .route("/v1/drift", get(view::drift))
        .route("/v1/feeds", get(view::feeds))
        .route("/v1/dead-letters", get(view::dead_letters))
        .route("/v1/dead-letters/redrive", post(operate::redrive))
        .route("/v1/listings/map", post(operate::map_listing))
        .route(
            "/v1/listings/mapping",
            get(view::export_mapping)
                .post(operate::import_mapping)
                .layer(DefaultBodyLimit::max(LARGEST_FILE)),
        )
        .route("/v1/listings/candidates", get(view::candidates))
        .route("/v1/work", get(view::work))
        .route("/v1/listings/auto-match", post(operate::auto_match))
        .route("/v1/holds", get(view::holds))
        .route("/v1/holds/{id}/{action}", post(operate::hold_action))
        .route("/v1/jobs", get(jobs::list).post(jobs::start))
        .route("/v1/jobs/{id}", get(jobs::one))
        .route("/v1/jobs/{id}/cancel", post(jobs::cancel))
        .route("/v1/settle", post(operate::settle))
        .route("/metrics", get(view::metrics))
        .fallback(problem::no_route)
        .layer(axum::middleware::from_fn_with_state(state.clone(), behalf::note))
        .with_state(state)
}

/// Binds the socket, in place of one that a killed agent left behind.
///
/// # Errors
/// If another agent answers there, or the socket cannot be made.
pub fn bind(path: &Path) -> anyhow::Result<UnixListener> {
    let at = path.display();
    if std::os::unix::net::UnixStream::connect(path).is_ok() {
        anyhow::bail!("another agent already answers at {at}; stop it first");
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot take the place of the old socket {at}"));
        }
        _ => {}
    }
    let listener = UnixListener::bind(path).with_context(|| format!("cannot make the socket {at}"))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))
        .with_context(|| format!("cannot set the permissions of {at}"))?;
    Ok(listener)
}

/// Serves until told to stop; requests under way are finished.
///
/// # Errors
/// If the listener fails.
pub async fn serve(listener: UnixListener, state: State, stop: CancellationToken) -> anyhow::Result<()> {
    axum::serve(listener, router(state)).with_graceful_shutdown(stop.cancelled_owned()).await?;
    Ok(())
}
