//! `onhand jobs`

use super::client::Client;
use super::commands::{Shown, print_plain};
use super::show::{items, moment, table};
use serde_json::{Value, json};

/// What can be done about long work.
#[derive(Debug, clap::Subcommand)]
pub enum JobCommand {
    /// The newest first.
    List {
        /// Only those that run.
        #[arg(long)]
        running: bool,
        /// At most so many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Ends one before its next step.
    Cancel {
        /// Its number.
        id: i64,
    },
}

pub(super) fn run(client: &Client, command: &JobCommand) -> anyhow::Result<Shown> {
    Ok(match command {
        JobCommand::List { running, limit } => {
            let query = [("running", Some(running.to_string())), ("limit", Some(limit.to_string()))];
            (client.get("/v1/jobs", &query)?, print)
        }
        JobCommand::Cancel { id } => {
            (client.post(&format!("/v1/jobs/{id}/cancel"), &json!({}))?, print_plain)
        }
    })
}

fn print(answer: &Value) {
    let mut rows = items(answer).to_vec();
    if rows.is_empty() {
        println!("Nothing was started yet.");
        return;
    }
    for row in &mut rows {
        row["began"] = json!(moment(&json!(row["began_at"].as_i64().unwrap_or(0).saturating_mul(1000))));
        let total = row["total"].as_i64().map_or_else(|| "?".to_owned(), |total| total.to_string());
        row["far"] = json!(format!("{} of {total}", row["done"]));
        let ended = if row["message"].is_null() { &row["result"] } else { &row["message"] };
        row["end"] = if ended.is_null() { json!("-") } else { json!(ended.to_string()) };
    }
    let columns = [
        ("id", "NO."),
        ("began", "BEGAN"),
        ("what", "WHAT"),
        ("channel", "CHANNEL"),
        ("state", "STATE"),
        ("far", "HOW FAR"),
        ("end", "WHAT CAME OF IT"),
    ];
    table(&rows, &columns);
}
