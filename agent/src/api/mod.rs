//! The local API: HTTP/1.1 with JSON on a Unix socket. The file's permissions are the lock.

mod answers;
mod autopsy;
mod behalf;
mod data;
mod describe;
mod explain;
mod fix;
mod health;
mod hooks;
mod jobs;
mod ledger;
mod operate;
mod orders;
mod problem;
mod routes;
mod screens;
mod strict;
mod view;

pub use behalf::ACTOR;
pub use health::Check;
pub use routes::router;

use crate::app::App;
use anyhow::Context;
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
