//! `onhand agent run`: the daemon's life.

use crate::api;
use crate::app::{App, Assembly};
use crate::clock::Clock;
use crate::config::Config;
use crate::telemetry;
use sd_notify::NotifyState;
use std::path::Path;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

const PRUNE_EVERY: Duration = Duration::from_secs(3600);

/// Runs until SIGTERM or SIGINT.
pub(super) fn run(config: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    telemetry::logging(&config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("onhand")
        .enable_all()
        .build()?;
    runtime.block_on(live(config))
}

async fn live(config: Config) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let metrics = telemetry::metrics()?;
    let socket = config.api.socket.clone();
    // First of all, so that a second agent finds out before it touches anything.
    let listener = api::bind(&socket)?;
    let Assembly { app, follower } = App::open(config, Clock::system(), stop.clone()).await?;
    let follow = tokio::spawn(follower.run(stop.clone()));
    let serve = tokio::spawn(api::serve(listener, api::State::new(app.clone(), metrics), stop.clone()));
    let compare = tokio::spawn(crate::app::compare_in_turn(app.clone(), stop.clone()));
    let pace = tokio::spawn(crate::app::keep_pace(app.clone(), stop.clone()));
    let watch = tokio::spawn(crate::app::keep_watch(app.clone(), stop.clone()));
    let exports = tokio::spawn(crate::app::export_in_turn(app.clone(), stop.clone()));
    let dealer = tokio::spawn(crate::app::deal_out(app.clone(), stop.clone()));
    let teller = tokio::spawn(crate::app::tell(app.clone(), stop.clone()));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), socket = %socket.display(), "The agent runs.");
    notify(&[NotifyState::Ready, NotifyState::Status("following the journal")]);
    let ended = until_stopped(&app, follow).await;
    notify(&[NotifyState::Stopping]);
    stop.cancel();
    app.dispatcher.drained().await;
    app.orders.drained().await;
    serve.await??;
    compare.await?;
    pace.await?;
    watch.await?;
    exports.await?;
    dealer.await?;
    teller.await?;
    let removed = std::fs::remove_file(&socket);
    tracing::info!(socket_removed = removed.is_ok(), "The agent has stopped.");
    ended
}

/// Waits for a signal; if the follower ends by itself, that is an error.
async fn until_stopped(
    app: &App,
    mut follow: tokio::task::JoinHandle<Result<(), impl std::error::Error + Send + Sync + 'static>>,
) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut watchdog = tokio::time::interval(watchdog_period());
    let mut prune = tokio::time::interval(PRUNE_EVERY);
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            ended = &mut follow => {
                ended??;
                anyhow::bail!("the journal is no longer followed");
            }
            _ = watchdog.tick() => notify(&[NotifyState::Watchdog]),
            _ = prune.tick() => {
                app.prune().await?;
            }
        }
    }
}

/// Half of what systemd asks for; rarely, where it does not.
fn watchdog_period() -> Duration {
    sd_notify::watchdog_enabled()
        .map_or(Duration::from_secs(600), |period| period / 2)
        .max(Duration::from_millis(100))
}

/// Outside of systemd there is nobody to tell.
fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!("systemd was not told: {error}");
    }
}
