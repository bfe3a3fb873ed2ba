//! `onhand rules …`

use super::client::Client;
use super::commands::{Shown, print_plain};
use super::rules_args::{RulesCommand, RulesFor};
use super::show::{cell, items, table};
use anyhow::Context;
use serde_json::{Map, Value, json};
use std::path::Path;

pub(super) fn run(client: &Client, command: RulesCommand) -> anyhow::Result<Shown> {
    Ok(match command {
        RulesCommand::List => (client.get("/v1/rules/all", &[])?, print_all),
        RulesCommand::Export => (client.get("/v1/rules/book", &[])?, print_book),
        RulesCommand::Import { file } => {
            (client.post("/v1/rules/book", &json!({ "rules": read_book(&file)? }))?, print_plain)
        }
        RulesCommand::Show { of } => {
            let RulesFor { channel, sku, product, tag, category } = of;
            let product = product.map(|id| id.to_string());
            let query = [
                ("channel", channel),
                ("sku", sku),
                ("product", product),
                ("tag", tag),
                ("category", category),
            ];
            (client.get("/v1/rules", &query)?, print_plain)
        }
        RulesCommand::Set {
            of,
            enabled,
            strict,
            locations,
            numbers,
            unset,
            dry_run,
            first,
            wait,
            most_wrong,
        } => {
            let set = json!({
                "enabled": enabled, "buffer": numbers.buffer, "max_listed": numbers.max_listed,
                "percent": numbers.percent, "min_listed": numbers.min_listed, "stop_at": numbers.stop_at,
                "risk_ppm": numbers.risk_ppm, "strict": strict, "locations": locations,
                "unmanaged_quantity": numbers.unmanaged_quantity,
            });
            let body = json!({
                "channel": of.channel, "sku": of.sku, "product": of.product, "tag": of.tag, "category": of.category,
                "set": set, "unset": unset,
            });
            if dry_run {
                (client.post("/v1/rules/preview", &body)?, print_preview)
            } else if let Some(first) = first {
                let asked =
                    json!({ "change": body, "first": first, "wait_s": wait, "most_wrong": most_wrong });
                (carefully(client, &asked)?, print_careful)
            } else {
                (client.post("/v1/rules", &body)?, print_plain)
            }
        }
    })
}

/// Waits for the end: a script wants to know it.
fn carefully(client: &Client, asked: &Value) -> anyhow::Result<Value> {
    let id = client.post("/v1/rules/careful", asked)?["id"].to_string();
    loop {
        let job = client.get(&format!("/v1/jobs/{id}"), &[])?;
        match job["state"].as_str() {
            Some("running") => std::thread::sleep(std::time::Duration::from_millis(300)),
            Some("done") if job["result"]["halted"].is_string() => {
                anyhow::bail!("halted: {}", cell(&job["result"]["halted"]));
            }
            Some("done") => return Ok(job["result"].clone()),
            _ => anyhow::bail!("{}: {}", cell(&job["state"]), cell(&job["message"])),
        }
    }
}

fn print_careful(answer: &Value) {
    let first = answer["first"].as_array().map_or(0, Vec::len);
    println!("Tried on {first} listings first; now it holds for all of them.");
    if answer["watched"]["waiting"] != json!(0) {
        println!("{} are still to be told.", answer["watched"]["waiting"]);
    }
}

/// The rules of a file, as the API takes them.
pub(super) fn read_book(path: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file: toml::Table =
        toml::from_str(&text).with_context(|| format!("{} is no TOML", path.display()))?;
    let unknown: Vec<&String> = file.keys().filter(|key| *key != "rules").collect();
    anyhow::ensure!(unknown.is_empty(), "{}: there are only [[rules]], no {unknown:?}", path.display());
    Ok(serde_json::to_value(file.get("rules").cloned().unwrap_or(toml::Value::Array(Vec::new())))?)
}

/// As TOML, without what says nothing.
fn print_book(answer: &Value) {
    let said = |value: &Value| -> Map<String, Value> {
        let all = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        all.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    println!("# The fewer variations a rule is for, the sooner it is heard, wherever it stands here.");
    for row in items(answer) {
        let mut entry = said(row);
        entry.remove("rules");
        entry.insert("set".to_owned(), Value::Object(said(&row["rules"])));
        match toml::to_string(&json!({ "rules": [entry] })) {
            Ok(text) => println!("\n{}", text.trim_end()),
            Err(error) => eprintln!("{row} cannot be written: {error}"),
        }
    }
}

fn print_preview(answer: &Value) {
    if answer["changed"] == json!(0) {
        println!("No listing would show anything else.");
        return;
    }
    let channels = answer["channels"].as_array().into_iter().flatten();
    for one in channels.filter(|one| one["changed"] != json!(0)) {
        println!(
            "{}: {} listings would show something else, {} units in all would become {}; {} would be sold out there",
            cell(&one["channel"]),
            one["changed"],
            one["units"],
            one["units_then"],
            one["emptied"]
        );
    }
    let columns =
        [("channel", "CHANNEL"), ("sku", "SKU"), ("now", "NOW"), ("then", "THEN"), ("because", "BECAUSE")];
    table(items(answer), &columns);
}

fn print_all(answer: &Value) {
    let mut rows = items(answer).to_vec();
    if rows.is_empty() {
        println!("There are no rules: everything shows what is available.");
        return;
    }
    for row in &mut rows {
        let narrow = ["sku", "product", "tag", "category"].into_iter().find(|kind| !row[*kind].is_null());
        row["for"] =
            json!(narrow.map_or("everything".to_owned(), |kind| format!("{kind} {}", cell(&row[kind]))));
        row["on"] = if row["channel"].is_null() { json!("all channels") } else { row["channel"].clone() };
        let rules = row["rules"].as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        let said: Vec<String> = rules.map(|(name, value)| format!("{name}={}", cell(value))).collect();
        row["say"] = json!(said.join(" "));
    }
    table(&rows, &[("for", "FOR"), ("on", "ON"), ("say", "RULES")]);
    println!(
        "\nThe first that says something decides, rule by rule; a single listing's own go before all of these."
    );
}
