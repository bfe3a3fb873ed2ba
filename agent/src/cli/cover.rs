//! `onhand cover`

use super::client::Client;
use super::commands::Shown;
use super::show::{cell, items, table};
use serde_json::{Value, json};

/// What is asked.
#[derive(Debug, clap::Args)]
pub struct CoverArgs {
    /// How far back sales are looked at.
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// How many days an order to the supplier takes.
    #[arg(long, default_value_t = 14)]
    lead_days: u32,
    /// How many days what arrives should last.
    #[arg(long, default_value_t = 30)]
    target_days: u32,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

pub(super) fn run(client: &Client, args: &CoverArgs) -> anyhow::Result<Shown> {
    let query = [
        ("days", Some(args.days.to_string())),
        ("lead_days", Some(args.lead_days.to_string())),
        ("target_days", Some(args.target_days.to_string())),
        ("limit", Some(args.limit.to_string())),
    ];
    Ok((client.get("/v1/cover", &query)?, print))
}

fn print(answer: &Value) {
    let mut rows = items(answer).to_vec();
    if rows.is_empty() {
        println!("Nothing was sold in that time.");
        return;
    }
    for row in &mut rows {
        let skus: Vec<String> = row["skus"].as_array().into_iter().flatten().map(cell).collect();
        row["sku"] = json!(skus.join(", "));
        for key in ["per_day", "days"] {
            row[key] = json!(format!("{:.1}", row[key].as_f64().unwrap_or(0.0)));
        }
    }
    let columns = [
        ("sku", "SKU"),
        ("quantity", "IN STOCK"),
        ("sold", "SOLD"),
        ("per_day", "PER DAY"),
        ("days", "LASTS DAYS"),
        ("reorder", "ORDER"),
    ];
    table(&rows, &columns);
}
