//! `onhand hooks …`

use super::client::Client;
use super::commands::{Shown, print_plain};
use super::show::{cell, items, moment, table};
use clap::Subcommand;
use serde_json::{Value, json};

/// `onhand hooks …`
#[derive(Debug, Subcommand)]
pub enum HooksCommand {
    /// Which services are told.
    List,
    /// Tells a service from now on. Prints the secret with which it can check that a call is ours, this once.
    Add {
        /// Where, such as https://erp.example/onhand.
        url: String,
        /// What it hears of; everything without it: stock.changed, stock.sold_out, stock.low, stock.back_in_stock,
        /// drift.found, order.imported, channel.paused.
        #[arg(long = "event")]
        events: Vec<String>,
    },
    /// Tells it nothing any more.
    Remove {
        /// Its number.
        id: i64,
    },
    /// Tells it again after it was turned off.
    On {
        /// Its number.
        id: i64,
    },
    /// Keeps what happens from it; what waits goes on waiting.
    Off {
        /// Its number.
        id: i64,
    },
    /// Sends it a trial.
    Test {
        /// Its number.
        id: i64,
    },
    /// What was told, newest first, and what became of it.
    Deliveries {
        /// Of this one only.
        #[arg(long)]
        hook: Option<i64>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Tells again: one delivery, or all that were given up on.
    Replay {
        /// This one.
        #[arg(long)]
        delivery: Option<i64>,
        /// Of this service only.
        #[arg(long)]
        hook: Option<i64>,
    },
}

pub(super) fn run(client: &Client, command: HooksCommand) -> anyhow::Result<Shown> {
    let act = |id: i64, action: &str| client.post(&format!("/v1/hooks/{id}/{action}"), &json!({}));
    Ok(match command {
        HooksCommand::List => (client.get("/v1/hooks", &[])?, print_hooks),
        HooksCommand::Add { url, events } => {
            (client.post("/v1/hooks", &json!({ "url": url, "types": events }))?, print_plain)
        }
        HooksCommand::Remove { id } => (act(id, "remove")?, print_plain),
        HooksCommand::On { id } => (act(id, "on")?, print_plain),
        HooksCommand::Off { id } => (act(id, "off")?, print_plain),
        HooksCommand::Test { id } => (act(id, "test")?, print_plain),
        HooksCommand::Deliveries { hook, limit } => {
            let query = [("hook", hook.map(|id| id.to_string())), ("limit", Some(limit.to_string()))];
            (client.get("/v1/deliveries", &query)?, print_deliveries)
        }
        HooksCommand::Replay { delivery, hook } => (
            client.post("/v1/deliveries/replay", &json!({ "delivery": delivery, "hook": hook }))?,
            print_plain,
        ),
    })
}

fn print_hooks(answer: &Value) {
    let mut rows = items(answer).to_vec();
    if rows.is_empty() {
        println!("No service is told of anything; `onhand hooks add URL`.");
        return;
    }
    for row in &mut rows {
        let types: Vec<String> = row["types"].as_array().into_iter().flatten().map(cell).collect();
        row["hears"] = json!(types.join(" "));
    }
    let columns = [
        ("id", "ID"),
        ("url", "URL"),
        ("state", "STATE"),
        ("waiting", "WAITING"),
        ("given_up", "GIVEN UP"),
        ("hears", "HEARS OF"),
        ("message", "MESSAGE"),
    ];
    table(&rows, &columns);
}

fn print_deliveries(answer: &Value) {
    let mut rows = items(answer).to_vec();
    for row in &mut rows {
        row["happened"] = json!(moment(&json!(row["at"].as_i64().map(|ms| ms.saturating_mul(1_000)))));
    }
    let columns = [
        ("id", "ID"),
        ("hook", "HOOK"),
        ("happened", "HAPPENED"),
        ("type", "WHAT"),
        ("state", "STATE"),
        ("attempts", "TRIES"),
        ("status", "HTTP"),
        ("message", "MESSAGE"),
    ];
    table(&rows, &columns);
}
