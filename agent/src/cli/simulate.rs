//! `onhand simulate`

use super::client::Client;
use super::commands::Shown;
use super::rules;
use super::show::{cell, moment, table};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What is to be simulated.
#[derive(Debug, clap::Args)]
pub struct SimulateArgs {
    /// The sales of so many days.
    #[arg(long, default_value_t = 7, conflicts_with = "black_friday")]
    pub days: u32,
    /// A day made up from how fast things sell, instead.
    #[arg(long)]
    pub black_friday: bool,
    /// How long that day is.
    #[arg(long, default_value_t = 24, requires = "black_friday")]
    pub hours: u32,
    /// So many times what sells on other days.
    #[arg(long, default_value_t = 20.0, requires = "black_friday")]
    pub times: f64,
    /// The same seed makes the same day.
    #[arg(long, default_value_t = 1, requires = "black_friday")]
    pub seed: u64,
    /// Beside today's rules, those of this file: `onhand rules export` writes one.
    #[arg(long)]
    pub rules: Option<PathBuf>,
}

pub(super) fn run(client: &Client, args: &SimulateArgs) -> anyhow::Result<Shown> {
    let rules = args.rules.as_deref().map_or(Ok(Value::Null), rules::read_book)?;
    let black_friday =
        args.black_friday.then(|| json!({ "hours": args.hours, "times": args.times, "seed": args.seed }));
    let days = if args.black_friday { Value::Null } else { json!(args.days) };
    let body = json!({ "days": days, "black_friday": black_friday, "rules": rules });
    Ok((client.post("/v1/simulate", &body)?, print))
}

const FIGURES: [(&str, &str); 8] = [
    ("wanted", "units wanted"),
    ("sold", "units sold"),
    ("oversold", "of these not there"),
    ("sold_out", "wanted when there were none"),
    ("calls", "calls"),
    ("changes", "changes told"),
    ("out_of_step_ms", "out of step on average, ms"),
    ("longest_out_of_step_ms", "longest out of step, ms"),
];

fn print(answer: &Value) {
    let since = moment(&json!(answer["since"].as_i64().map(|ms| ms.saturating_mul(1_000))));
    println!("{} variations and their sales from {since} on", cell(&answer["pools"]));
    for channel in answer["channels"].as_array().into_iter().flatten() {
        let heard = match channel["heard_ms"].as_i64() {
            Some(ms) => format!("hears of its sales after {ms} ms"),
            None => "never hears of its sales (`onhand orders mode`)".to_owned(),
        };
        println!("  {}: {heard}, a call takes {} ms", cell(&channel["channel"]), cell(&channel["told_ms"]));
    }
    println!();
    let mut rows: Vec<Value> = FIGURES
        .iter()
        .map(|(key, name)| {
            json!({ "figure": name, "today": answer["today"][key], "changed": answer["changed"][key] })
        })
        .collect();
    let lost = |of: &Value| -> Vec<String> {
        of["lost"].as_object().into_iter().flatten().map(|(why, _)| why.clone()).collect()
    };
    let mut why: Vec<String> = [lost(&answer["today"]), lost(&answer["changed"])].concat();
    why.sort();
    why.dedup();
    for why in why {
        let of = |which: &str| json!(answer[which]["lost"][&why].as_i64().unwrap_or(0));
        rows.push(
            json!({ "figure": format!("lost: {why}"), "today": of("today"), "changed": of("changed") }),
        );
    }
    let mut columns = vec![("figure", "FIGURE"), ("today", "TODAY")];
    if !answer["changed"].is_null() {
        columns.push(("changed", "CHANGED"));
    }
    table(&rows, &columns);
    for (which, name) in [("today", "by today's rules"), ("changed", "by the others")] {
        for one in answer[which]["worst"].as_array().into_iter().flatten() {
            println!("oversold {name}: {} times {}", cell(&one["units"]), cell(&one["sku"]));
        }
    }
}
