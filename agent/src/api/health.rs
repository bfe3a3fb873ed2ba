//! Is everything well, and what to do where it is not.

use super::State;
use super::describe::Told;
use crate::db::DbError;
use crate::issues;
use crate::mirror::{query, sweep};
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use serde::Serialize;

/// A listing that is behind for longer than this is worth a warning.
const LAG_WARNING_MS: i64 = 60_000;

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// good, warning, error.
    pub status: &'static str,
    /// What was found.
    pub message: String,
    /// What to do.
    pub action: String,
    /// Which channel wants new credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_of: Option<String>,
}

/// What new credentials mend.
const OF_CREDENTIALS: &[&str] =
    &["channel_unauthorized", "channel_unusable", "credential_expiring", "secret_not_stored"];

impl Check {
    fn new(
        name: impl Into<String>,
        status: &'static str,
        message: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            status,
            message: message.into(),
            action: action.into(),
            credentials_of: None,
        }
    }
}

/// Everything that was looked at.
#[derive(Serialize, JsonSchema)]
pub struct Health {
    /// ok, warning, error.
    status: &'static str,
    checks: Vec<Check>,
}

/// `GET /v1/health`.
pub async fn health(FromState(state): FromState<State>) -> Told<Health> {
    let app = &state.app;
    let mut checks = vec![journal(&state)];
    let (open, holds, duplicates, (nameless, example), size) = app
        .db
        .readers
        .read(|conn| {
            Ok::<_, DbError>((
                issues::open(conn)?,
                sweep::holds(conn)?,
                query::duplicate_skus(conn)?,
                query::without_sku(conn)?,
                query::size(conn)?,
            ))
        })
        .await?;
    if size.items == 0 {
        let action = "The shop is read when Onhand → Set-up is opened, and within the hour anyway; `wp onhand resync` reads it now.";
        checks.push(Check::new("mirror", "warning", "The mirror is empty.", action));
    } else {
        let text = format!(
            "{} products and variations, {} stock pools, {} listings.",
            size.items, size.pools, size.listings
        );
        checks.push(Check::new("mirror", "good", text, ""));
    }
    for channel in app.channels().await? {
        checks.push(of_channel(&channel));
    }
    for channel in app.channels().await?.iter().filter(|channel| channel.orders == "off") {
        let text = format!(
            "The orders of {} do not come home: what it sells is not taken off the stock.",
            channel.name
        );
        let action = format!(
            "`onhand orders mode {} order` (or stock), if nothing else enters them in the shop.",
            channel.name
        );
        checks.push(Check::new(format!("orders of {}", channel.name), "warning", text, action));
    }
    for hold in holds {
        let action = format!("`onhand holds confirm {0}` or `onhand holds reject {0}`.", hold.id);
        checks.push(Check::new(format!("hold {}", hold.id), "error", hold.message, action));
    }
    for (sku, count) in duplicates {
        let text = format!("{count} variations share the SKU {sku}; none of them can be matched by it.");
        checks.push(Check::new("duplicate SKU", "warning", text, "Give each its own SKU in WooCommerce."));
    }
    if nameless > 0 {
        let text =
            format!("{nameless} variations have no SKU, the first is {}.", example.unwrap_or_default());
        checks.push(Check::new(
            "missing SKU",
            "warning",
            text,
            "Give them SKUs, or link them with `onhand listings map`.",
        ));
    }
    for issue in open.iter().filter(|issue| issue.code != "sweep_held") {
        let status = if issue.code.starts_with("channel_") || issue.code == "dead_letter" {
            "error"
        } else {
            "warning"
        };
        let times = if issue.count > 1 { format!(" ({} times)", issue.count) } else { String::new() };
        let scope = issue.scope.strip_prefix("channel:").unwrap_or(&issue.scope);
        let credentials_of = OF_CREDENTIALS.contains(&issue.code.as_str()).then(|| scope.to_owned());
        let (message, action) = (format!("{}{times}", issue.message), issue.action.clone());
        checks.push(Check { credentials_of, ..Check::new(issue.code.clone(), status, message, action) });
    }
    let worst = |status| checks.iter().any(|check| check.status == status);
    let status = if worst("error") {
        "failing"
    } else if worst("warning") {
        "degraded"
    } else {
        "ok"
    };
    Ok(Json(Health { status, checks }))
}

fn journal(state: &State) -> Check {
    let dir = &state.app.config.journal.dir;
    let position = state.app.progress.borrow().position;
    match onhand_journal::bytes_after(dir, position) {
        Ok(0) => Check::new("journal", "good", format!("{} is read to its end.", dir.display()), ""),
        Ok(bytes) => {
            Check::new("journal", "good", format!("{}: {bytes} bytes to be read.", dir.display()), "")
        }
        Err(error) => Check::new(
            "journal",
            "error",
            format!("{} cannot be read: {error}", dir.display()),
            "Check the directory's permissions.",
        ),
    }
}

fn of_channel(channel: &crate::app::ChannelStatus) -> Check {
    let name = format!("channel {}", channel.name);
    let message = channel.message.clone().unwrap_or_default();
    match channel.state {
        "paused" if channel.unfinished => Check::new(
            name,
            "warning",
            "Connected, and not live yet.",
            format!("Go on under Onhand → Set-up, or run `onhand channel resume {}`.", channel.name),
        ),
        "paused" => Check::new(
            name,
            "error",
            format!("Paused: {message}"),
            format!("`onhand channel resume {}`.", channel.name),
        ),
        "circuit_open" => {
            Check::new(name, "error", format!("Down: {message}"), "It is tried again by itself.")
        }
        state => {
            let lag = channel.oldest_behind_ms.unwrap_or(0);
            let text = format!("{state}; {} behind, {} dead letters.", channel.behind, channel.dead);
            let status = if lag > LAG_WARNING_MS || channel.dead > 0 { "warning" } else { "good" };
            let action = if channel.dead > 0 { "See `onhand dead-letters list`." } else { "" };
            Check::new(name, status, text, action)
        }
    }
}
