//! `onhand changes`

use super::client::Client;
use super::commands::{Shown, print_plain};
use super::show::{items, moment, table};
use serde_json::{Value, json};

/// What is asked.
#[derive(Debug, clap::Args)]
pub struct ChangesArgs {
    /// Only of this kind: rules, channel, credentials, state, prices, orders, reconcile, hook, done, alerts, locations, routing.
    #[arg(long)]
    setting: Option<String>,
    /// Those before the one with this number.
    #[arg(long)]
    before: Option<i64>,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Takes back the change with this number, unless it was changed since.
    #[arg(long, value_name = "NUMBER")]
    undo: Option<i64>,
}

pub(super) fn run(client: &Client, args: ChangesArgs) -> anyhow::Result<Shown> {
    if let Some(id) = args.undo {
        return Ok((client.post(&format!("/v1/changes/{id}/undo"), &json!({}))?, print_plain));
    }
    let query = [
        ("setting", args.setting),
        ("cursor", args.before.map(|id| id.to_string())),
        ("limit", Some(args.limit.to_string())),
    ];
    Ok((client.get("/v1/changes", &query)?, print))
}

fn print(answer: &Value) {
    let mut rows = items(answer).to_vec();
    if rows.is_empty() {
        println!("Nothing was changed yet.");
        return;
    }
    for row in &mut rows {
        row["when"] = json!(moment(&json!(row["at"].as_i64().unwrap_or(0).saturating_mul(1000))));
        let actor = [&row["actor"]["kind"], &row["actor"]["name"]];
        row["who"] = json!(actor.iter().filter_map(|word| word.as_str()).collect::<Vec<_>>().join(" "));
        for key in ["before", "after"] {
            row[key] = json!(if row[key].is_null() { "-".to_owned() } else { row[key].to_string() });
        }
    }
    let columns = [
        ("id", "NO."),
        ("when", "WHEN"),
        ("who", "WHO"),
        ("setting", "WHAT"),
        ("subject", "OF"),
        ("before", "BEFORE"),
        ("after", "AFTER"),
    ];
    table(&rows, &columns);
}
