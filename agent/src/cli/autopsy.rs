//! `onhand autopsy`

use super::client::Client;
use super::commands::Shown;
use super::show::{cell, items, moment, table};
use serde_json::{Value, json};

pub(super) fn run(client: &Client, sku: Option<String>, days: u32) -> anyhow::Result<Shown> {
    let print: fn(&Value) = if sku.is_some() { print_one } else { print_all };
    Ok((client.get("/v1/autopsy", &[("sku", sku), ("days", Some(days.to_string()))])?, print))
}

fn at(ms: &Value) -> Value {
    json!(moment(&json!(ms.as_i64().map(|ms| ms.saturating_mul(1_000)))))
}

fn print_all(answer: &Value) {
    let mut rows: Vec<Value> = items(answer).to_vec();
    if rows.is_empty() {
        println!("Nothing was oversold since {}.", cell(&at(&answer["since"])));
        return;
    }
    for row in &mut rows {
        row["last"] = at(&row["last_at"]);
        let channels: Vec<String> = row["channels"].as_array().into_iter().flatten().map(cell).collect();
        row["by"] = json!(if channels.is_empty() { "shop".to_owned() } else { channels.join(", ") });
    }
    table(&rows, &[("sku", "SKU"), ("units", "UNITS"), ("by", "SOLD BY"), ("last", "LAST")]);
    println!("\n`onhand autopsy --sku SKU` shows how it came to that.");
}

fn print_one(answer: &Value) {
    let sku = cell(&answer["sku"]);
    if answer["oversold"] == json!(0) {
        println!("Nothing of {sku} was oversold since {}.", cell(&at(&answer["since"])));
    } else {
        println!(
            "{} of {sku} ({}) sold that were not there",
            cell(&answer["oversold"]),
            cell(&answer["name"])
        );
    }
    let mut rows: Vec<Value> = answer["timeline"].as_array().cloned().unwrap_or_default();
    for row in &mut rows {
        row["when"] = at(&row["at"]);
        row["units"] = row["change"].as_i64().map_or(json!("set"), |units| json!(format!("{units:+}")));
        row["missing"] = if row["oversold"] == json!(0) { json!("") } else { row["oversold"].clone() };
        row["heard"] = json!(format!("{} ms", row["heard_after_ms"]));
    }
    let columns = [
        ("when", "SOLD AT"),
        ("who", "BY"),
        ("what", "WHAT"),
        ("units", "UNITS"),
        ("left", "REALLY LEFT"),
        ("missing", "NOT THERE"),
        ("heard", "HEARD AFTER"),
    ];
    table(&rows, &columns);
    for one in answer["findings"].as_array().into_iter().flatten() {
        println!(
            "\n{} {}: {} not there; the listing showed {}, {} ms behind",
            cell(&one["channel"]),
            cell(&one["order"]),
            one["units"],
            cell(&one["showed"]),
            one["behind_ms"]
        );
        one["why"].as_array().into_iter().flatten().for_each(|why| println!("  - {}", cell(why)));
        let rules: Vec<String> = one["prevented_by"].as_array().into_iter().flatten().map(cell).collect();
        println!("  would have been prevented by `{}`", rules.join("` or `"));
    }
}
