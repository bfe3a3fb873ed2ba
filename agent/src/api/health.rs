//! Is everything well, and what to do where it is not.

use super::State;
use super::describe::Told;
use super::fix::{Fix, FixKind};
use crate::db::DbError;
use crate::issues::{self, OpenIssue};
use crate::mirror::{query, sweep};
use axum::Json;
use axum::extract::State as FromState;
use rusqlite::Connection;
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
    /// The button that does it; null: there is none.
    pub fix: Option<Fix>,
}

impl Check {
    fn new(
        name: impl Into<String>,
        status: &'static str,
        message: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), status, message: message.into(), action: action.into(), fix: None }
    }

    fn fixed_by(self, fix: Option<Fix>) -> Self {
        Self { fix, ..self }
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
                open_issues(conn)?,
                sweep::holds(conn)?,
                query::duplicate_skus(conn)?,
                query::without_sku(conn)?,
                query::size(conn)?,
            ))
        })
        .await?;
    if size.items == 0 {
        let action = "The shop is read when Onhand → Set-up is opened, and within the hour anyway; `wp onhand resync` reads it now.";
        let check = Check::new("mirror", "warning", "The mirror is empty.", action);
        checks.push(check.fixed_by(Some(Fix::new(FixKind::Restate))));
    } else {
        let text = format!(
            "{} products and variations, {} stock pools, {} listings.",
            size.items, size.pools, size.listings
        );
        checks.push(Check::new("mirror", "good", text, ""));
    }
    let channels = app.channels().await?;
    checks.extend(channels.iter().map(of_channel));
    for channel in channels.iter().filter(|channel| channel.orders == "off") {
        let text = format!(
            "The orders of {} do not come home: what it sells is not taken off the stock.",
            channel.name
        );
        let action = format!(
            "`onhand orders mode {} order` (or stock), if nothing else enters them in the shop.",
            channel.name
        );
        let fix = Fix::of_channel(FixKind::Orders, &channel.name);
        checks.push(
            Check::new(format!("orders of {}", channel.name), "warning", text, action).fixed_by(Some(fix)),
        );
    }
    for hold in holds {
        let action = format!("`onhand holds confirm {0}` or `onhand holds reject {0}`.", hold.id);
        let check = Check::new(format!("hold {}", hold.id), "error", hold.message, action);
        checks.push(check.fixed_by(Some(Fix::of_channel(FixKind::Holds, &hold.channel))));
    }
    for (sku, count) in duplicates {
        let text = format!("{count} variations share the SKU {sku}; none of them can be matched by it.");
        let check = Check::new("duplicate SKU", "warning", text, "Give each its own SKU in WooCommerce.");
        checks.push(check.fixed_by(Some(Fix { sku: Some(sku), ..Fix::new(FixKind::Skus) })));
    }
    if nameless > 0 {
        let text =
            format!("{nameless} variations have no SKU, the first is {}.", example.unwrap_or_default());
        let action = "Give them SKUs, or link them with `onhand listings map`.";
        let check = Check::new("missing SKU", "warning", text, action);
        checks.push(check.fixed_by(Some(Fix::new(FixKind::Skus))));
    }
    for (issue, fix) in open.into_iter().filter(|(issue, _)| issue.code != "sweep_held") {
        let status = if issue.code.starts_with("channel_") || issue.code == "dead_letter" {
            "error"
        } else {
            "warning"
        };
        let times = if issue.count > 1 { format!(" ({} times)", issue.count) } else { String::new() };
        let text = format!("{}{times}", issue.message);
        checks.push(Check::new(issue.code, status, text, issue.action).fixed_by(fix));
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

/// With what mends each. A variation is edited with its product.
fn open_issues(conn: &Connection) -> Result<Vec<(OpenIssue, Option<Fix>)>, DbError> {
    let mut found = Vec::new();
    for issue in issues::open(conn)? {
        let mut fix = Fix::of_issue(&issue.code, &issue.scope);
        if let Some(fix) = fix.as_mut()
            && let Some(item) = fix.item
        {
            fix.item = Some(query::product_of(conn, item)?);
        }
        found.push((issue, fix));
    }
    Ok(found)
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
        )
        .fixed_by(Some(Fix::of_channel(FixKind::Resume, &channel.name))),
        "circuit_open" => {
            Check::new(name, "error", format!("Down: {message}"), "It is tried again by itself.")
        }
        state => {
            let lag = channel.oldest_behind_ms.unwrap_or(0);
            let text = format!("{state}; {} behind, {} dead letters.", channel.behind, channel.dead);
            let status = if lag > LAG_WARNING_MS || channel.dead > 0 { "warning" } else { "good" };
            let action = if channel.dead > 0 { "See `onhand dead-letters list`." } else { "" };
            let redrive = (channel.dead > 0).then(|| Fix::of_channel(FixKind::Redrive, &channel.name));
            Check::new(name, status, text, action).fixed_by(redrive)
        }
    }
}
