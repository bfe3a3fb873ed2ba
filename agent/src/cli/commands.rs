//! Commands that ask a running agent.

use super::args::{
    ChannelCommand, Command, DeadLetterCommand, Format, HoldCommand, KindCommand, ListingsCommand,
};
use super::client::Client;
use super::show::{cell, items, moment, table};
use super::{autopsy, changes, cover, csv, hooks, jobs, orders, rules, simulate, top, undo};
use anyhow::Context;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Runs it. False: something is wrong, and it was said.
pub(super) fn run(socket: &Path, format: Format, command: Command) -> anyhow::Result<bool> {
    let client = Client::new(socket)?;
    let (answer, print): (Value, fn(&Value)) = match command {
        Command::Status => (client.get("/v1/status", &[])?, print_status),
        Command::Doctor => return doctor(&client, format),
        Command::Openapi => {
            println!("{}", client.text("/v1/openapi", &[])?);
            return Ok(true);
        }
        Command::Top => return top::run(&client).map(|()| true),
        Command::Channel { command } => channel(&client, command)?,
        Command::Listings { command } => listings(&client, command)?,
        Command::Ledger { of, at, limit } => {
            let [sku, item] = of.query();
            let query = [sku, item, ("at", at), ("limit", Some(limit.to_string()))];
            (client.get("/v1/ledger", &query)?, print_ledger)
        }
        Command::Explain { of } => (client.get("/v1/explain", &of.query())?, print_explanation),
        Command::Autopsy { sku, days } => autopsy::run(&client, sku, days)?,
        Command::Cover(args) => cover::run(&client, &args)?,
        Command::Undo(args) => undo::run(&client, &args)?,
        Command::Jobs { command } => jobs::run(&client, &command)?,
        Command::Changes(args) => changes::run(&client, args)?,
        Command::Simulate(args) => simulate::run(&client, &args)?,
        Command::DeadLetters { command: DeadLetterCommand::List { channel } } => {
            (client.get("/v1/dead-letters", &[("channel", channel)])?, print_dead_letters)
        }
        Command::DeadLetters { command: DeadLetterCommand::Redrive { channel, ids } } => {
            let ids = if ids.is_empty() { Value::Null } else { json!(ids) };
            (
                client.post("/v1/dead-letters/redrive", &json!({ "channel": channel, "ids": ids }))?,
                print_plain,
            )
        }
        Command::Rules { command } => rules::run(&client, command)?,
        Command::Hooks { command } => hooks::run(&client, command)?,
        Command::Orders { command } => orders::run(&client, command)?,
        Command::Holds { command: HoldCommand::List } => (client.get("/v1/holds", &[])?, print_holds),
        Command::Holds { command: HoldCommand::Confirm { id } } => {
            (client.post(&format!("/v1/holds/{id}/confirm"), &json!({}))?, print_plain)
        }
        Command::Holds { command: HoldCommand::Reject { id } } => {
            (client.post(&format!("/v1/holds/{id}/reject"), &json!({}))?, print_plain)
        }
        Command::Resync { channel } => resync(&client, channel)?,
        Command::Reconcile { channel, report } => reconcile(&client, channel, report)?,
        Command::Plan { channel } => (client.get("/v1/plan", &[("channel", Some(channel))])?, print_plan),
        Command::Feeds { channel, limit } => {
            let query = [("channel", channel), ("limit", Some(limit.to_string()))];
            (client.get("/v1/feeds", &query)?, print_feeds)
        }
        Command::Drift { channel, limit } => {
            let query = [("channel", channel), ("limit", Some(limit.to_string()))];
            (client.get("/v1/drift", &query)?, print_drift)
        }
        Command::Kinds { command: KindCommand::List } => (client.get("/v1/kinds", &[])?, print_kinds),
        Command::Kinds { command: KindCommand::Show { kind } } => {
            let kinds = client.get("/v1/kinds", &[])?;
            let found = items(&kinds).iter().find(|one| one["name"] == json!(kind)).cloned();
            (found.with_context(|| format!("there is no kind {kind}; see `onhand kinds list`"))?, print_kind)
        }
        Command::Agent { .. }
        | Command::Config { .. }
        | Command::Data { .. }
        | Command::Install(_)
        | Command::Uninstall
        | Command::StockFile { .. }
        | Command::Completion { .. }
        | Command::Kinds { command: KindCommand::Check { .. } } => {
            anyhow::bail!("this command asks no agent")
        }
    };
    match format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&answer)?),
        Format::Csv => csv::print(&answer)?,
        Format::Table => print(&answer),
    }
    Ok(true)
}

pub(super) type Shown = (Value, fn(&Value));

fn channel(client: &Client, command: ChannelCommand) -> anyhow::Result<Shown> {
    let act = |name: &str, action: &str| client.post(&format!("/v1/channels/{name}/{action}"), &json!({}));
    Ok(match command {
        ChannelCommand::Add {
            name,
            kind,
            settings,
            secrets,
            paused,
            buffer,
            max_listed,
            unmanaged_quantity,
        } => {
            let mut body = json!({
                "name": name,
                "kind": kind,
                "config": pairs(&settings)?,
                "secrets": read_secrets(&secrets)?,
                // Without the word one that is there stays as it is.
                "paused": paused.then_some(true),
                "check": true,
            });
            if [buffer, max_listed, unmanaged_quantity].iter().any(Option::is_some) {
                body["rules"] = json!({ "buffer": buffer, "max_listed": max_listed, "unmanaged_quantity": unmanaged_quantity });
            }
            (client.post("/v1/channels", &body)?, print_plain)
        }
        ChannelCommand::List => (client.get("/v1/channels", &[])?, print_channels),
        ChannelCommand::Check { name } => (act(&name, "check")?, print_plain),
        ChannelCommand::Remove { name, yes } => {
            anyhow::ensure!(
                yes,
                "nothing was done: with --yes, {name} is forgotten with its credentials, its rules, its listings and what they are linked to; the ledger stays, and what it shows stays as it is"
            );
            (act(&name, "remove")?, print_plain)
        }
        ChannelCommand::Pause { name } => (act(&name, "pause")?, print_plain),
        ChannelCommand::Resume { name } => (act(&name, "resume")?, print_plain),
        ChannelCommand::Prices { name, off, currency, percent, add, round, ending, minimum } => {
            let rule = if off {
                Value::Null
            } else {
                json!({
                    "currency": currency, "percent": percent.unwrap_or_else(|| "0".to_owned()),
                    "add": add.unwrap_or_else(|| "0".to_owned()), "round": round, "ending": ending, "minimum": minimum,
                })
            };
            (client.post(&format!("/v1/channels/{name}/prices"), &json!({ "rule": rule }))?, print_plain)
        }
        ChannelCommand::Reconciliation { name, mode } => {
            let mode = (mode != "default").then_some(mode);
            let path = format!("/v1/channels/{name}/reconciliation");
            (client.post(&path, &json!({ "mode": mode }))?, print_plain)
        }
    })
}

fn listings(client: &Client, command: ListingsCommand) -> anyhow::Result<Shown> {
    Ok(match command {
        ListingsCommand::List { channel, sku, state, limit } => {
            let query =
                [("channel", channel), ("sku", sku), ("state", state), ("limit", Some(limit.to_string()))];
            (client.get("/v1/listings", &query)?, print_listings)
        }
        ListingsCommand::AutoMatch { channel } => {
            (client.post("/v1/listings/auto-match", &json!({ "channel": channel }))?, print_plain)
        }
        ListingsCommand::Export { channel } => {
            (json!(client.text("/v1/listings/mapping", &[("channel", Some(channel))])?), print_text)
        }
        ListingsCommand::Import { channel, file } => {
            let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            (client.upload("/v1/listings/mapping", &[("channel", Some(channel))], bytes)?, print_plain)
        }
        ListingsCommand::Candidates { channel, limit } => {
            let query = [("channel", Some(channel)), ("limit", Some(limit.to_string()))];
            (client.get("/v1/listings/candidates", &query)?, print_candidates)
        }
        ListingsCommand::Work { limit } => {
            (client.get("/v1/work", &[("limit", Some(limit.to_string()))])?, print_work)
        }
        ListingsCommand::Map { channel, sku, item, external } => {
            let body = json!({ "channel": channel, "sku": sku, "item": item, "external": pairs(&external)? });
            (client.post("/v1/listings/map", &body)?, print_plain)
        }
    })
}

fn resync(client: &Client, channel: Option<String>) -> anyhow::Result<Shown> {
    let names = match channel {
        Some(name) => vec![name],
        None => {
            items(&client.get("/v1/channels", &[])?).iter().map(|channel| cell(&channel["name"])).collect()
        }
    };
    let mut done = Map::new();
    for name in names {
        let answer = client.post(&format!("/v1/channels/{name}/resync"), &json!({}))?;
        done.insert(name, answer["listings"].clone());
    }
    Ok((Value::Object(done), print_plain))
}

fn reconcile(client: &Client, channel: Option<String>, report: bool) -> anyhow::Result<Shown> {
    let names = match channel {
        Some(name) => vec![name],
        None => {
            items(&client.get("/v1/channels", &[])?).iter().map(|channel| cell(&channel["name"])).collect()
        }
    };
    let mut rows = Vec::new();
    for name in names {
        let body = if report { json!({ "repair": false }) } else { json!({}) };
        let mut answer = client.post(&format!("/v1/channels/{name}/reconcile"), &body)?;
        answer["channel"] = json!(name);
        rows.push(answer);
    }
    Ok((json!({ "items": rows }), print_reconciled))
}

fn print_reconciled(answer: &Value) {
    let columns =
        [("channel", "CHANNEL"), ("compared", "COMPARED"), ("drifted", "DRIFTED"), ("repaired", "REPAIRED")];
    table(items(answer), &columns);
}

fn print_text(answer: &Value) {
    print!("{}", answer.as_str().unwrap_or_default());
}

fn print_candidates(answer: &Value) {
    for open in items(answer) {
        println!("listing {} {} {}", open["listing"], cell(&open["sku"]), cell(&open["title"]));
        for candidate in open["candidates"].as_array().into_iter().flatten() {
            println!(
                "  {:>3} %  variation {} {} {}: {}",
                candidate["confidence"],
                candidate["item"],
                cell(&candidate["sku"]),
                cell(&candidate["name"]),
                cell(&candidate["reason"])
            );
        }
    }
}

fn print_work(answer: &Value) {
    let columns = [
        ("kind", "WHAT"),
        ("sku", "SKU"),
        ("items", "VARIATIONS"),
        ("name", "NAME"),
        ("action", "WHAT TO DO"),
    ];
    table(items(answer), &columns);
}

fn print_plan(plan: &Value) {
    println!(
        "{} listings would be told: {} sold out, {} less, {} more; {} are held for a person's yes",
        plan["listings"], plan["sold_out"], plan["decreases"], plan["increases"], plan["held"]
    );
    println!("{} under the channel's limits", effort(&plan["effort"]));
    println!("a full resync: {}", effort(&plan["resync"]));
    let columns = [
        ("listing", "LISTING"),
        ("sku", "SKU"),
        ("shows", "SHOWS"),
        ("would_show", "WOULD SHOW"),
        ("reason", "REASON"),
    ];
    table(plan["first"].as_array().map_or(&[], Vec::as_slice), &columns);
}

fn effort(effort: &Value) -> String {
    let feeds = match effort["feeds"].as_i64() {
        Some(0) | None => String::new(),
        Some(feeds) => format!(" and {feeds} feeds with {} listings", effort["in_feeds"]),
    };
    format!("{} calls{feeds}, {:.0} seconds", effort["calls"], effort["seconds"].as_f64().unwrap_or(0.0))
}

fn print_kinds(answer: &Value) {
    table(items(answer), &[("name", "KIND"), ("title", "CHANNEL"), ("declared", "DECLARED")]);
}

fn print_kind(kind: &Value) {
    println!("{} ({})", cell(&kind["title"]), cell(&kind["name"]));
    let fields = kind["fields"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    table(
        fields,
        &[("key", "SETTING"), ("secret", "SECRET"), ("default", "DEFAULT"), ("help", "WHAT IT IS")],
    );
}

fn print_feeds(answer: &Value) {
    let columns = [
        ("id", "FEED"),
        ("channel", "CHANNEL"),
        ("receipt", "THE CHANNEL'S NUMBER"),
        ("listings", "LISTINGS"),
        ("open", "OPEN"),
        ("made", "MADE"),
        ("ended", "ENDED"),
        ("message", "HOW"),
    ];
    let rows: Vec<Value> = items(answer)
        .iter()
        .map(|feed| {
            let mut row = feed.clone();
            for (from, to) in [("made_ms", "made"), ("ended_ms", "ended")] {
                row[to] = feed[from].as_i64().map_or(Value::Null, |ms| json!(moment(&json!(ms * 1000))));
            }
            row
        })
        .collect();
    table(&rows, &columns);
}

fn print_drift(answer: &Value) {
    let columns = [
        ("found_at", "FOUND AT"),
        ("channel", "CHANNEL"),
        ("sku", "SKU"),
        ("desired", "DESIRED"),
        ("confirmed", "CONFIRMED"),
        ("shown", "SHOWN"),
        ("cause", "LIKELY CAUSE"),
        ("repaired", "REPAIRED"),
    ];
    table(items(answer), &columns);
}

fn doctor(client: &Client, format: Format) -> anyhow::Result<bool> {
    let health = client.get("/v1/health", &[])?;
    if format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&health)?);
    } else if format == Format::Csv {
        csv::print(&health["checks"])?;
    } else {
        for check in health["checks"].as_array().into_iter().flatten() {
            println!("{:<8} {}: {}", cell(&check["status"]), cell(&check["name"]), cell(&check["message"]));
            let action = cell(&check["action"]);
            if !action.is_empty() {
                println!("         {action}");
            }
        }
    }
    Ok(health["status"] != "failing")
}

fn pairs(list: &[String]) -> anyhow::Result<Map<String, Value>> {
    let mut map = Map::new();
    for pair in list {
        let (key, value) = pair.split_once('=').with_context(|| format!("{pair:?} is not KEY=VALUE"))?;
        map.insert(key.to_owned(), json!(value));
    }
    Ok(map)
}

/// Values from files and the environment; what was typed is never repeated, it may be the secret itself.
fn read_secrets(list: &[String]) -> anyhow::Result<Map<String, Value>> {
    let mut map = Map::new();
    for pair in list {
        let (key, from) = pair.split_once('=').context("a secret is not KEY=@FILE or KEY=env:NAME")?;
        let value = if let Some(file) = from.strip_prefix('@') {
            std::fs::read_to_string(file).with_context(|| format!("{key}: {file} cannot be read"))?
        } else if let Some(name) = from.strip_prefix("env:") {
            std::env::var(name).with_context(|| format!("{key}: the variable {name} is not set"))?
        } else {
            anyhow::bail!(
                "{key}: give @FILE or env:NAME; a secret on the command line can be seen by everybody on this machine"
            )
        };
        map.insert(key.to_owned(), json!(value.trim()));
    }
    Ok(map)
}

pub(super) fn print_plain(answer: &Value) {
    println!("{}", cell(answer));
}

fn print_status(status: &Value) {
    let (mirror, journal) = (&status["mirror"], &status["journal"]);
    println!(
        "agent {}: {} products and variations, {} pools, {} listings; journal {} bytes behind",
        cell(&status["version"]),
        mirror["items"],
        mirror["pools"],
        mirror["listings"],
        journal["lag_bytes"]
    );
    print_channels(&json!({ "items": status["channels"] }));
    for issue in status["issues"].as_array().into_iter().flatten() {
        println!("! {} {}", cell(&issue["message"]), cell(&issue["action"]));
    }
}

fn print_channels(answer: &Value) {
    let columns = [
        ("name", "CHANNEL"),
        ("kind", "KIND"),
        ("state", "STATE"),
        ("behind", "BEHIND"),
        ("oldest_behind_ms", "OLDEST MS"),
        ("dead", "DEAD"),
        ("message", "MESSAGE"),
    ];
    table(items(answer), &columns);
}

fn print_listings(answer: &Value) {
    let columns = [
        ("id", "LISTING"),
        ("channel", "CHANNEL"),
        ("sku", "SKU"),
        ("item", "VARIATION"),
        ("desired", "DESIRED"),
        ("confirmed", "CONFIRMED"),
        ("state", "STATE"),
        ("reason", "REASON"),
        ("last_error", "LAST ERROR"),
    ];
    table(items(answer), &columns);
}

fn print_dead_letters(answer: &Value) {
    let columns = [
        ("id", "LISTING"),
        ("channel", "CHANNEL"),
        ("sku", "SKU"),
        ("desired", "DESIRED"),
        ("code", "CODE"),
        ("message", "MESSAGE"),
    ];
    table(items(answer), &columns);
}

fn print_holds(answer: &Value) {
    table(items(answer), &[("id", "HOLD"), ("channel", "CHANNEL"), ("message", "MESSAGE")]);
}

fn print_ledger(answer: &Value) {
    println!(
        "pool {}: the shop has {}, the balance is {}",
        cell(&answer["pool"]),
        cell(&answer["quantity"]),
        cell(&answer["balance"])
    );
    for row in answer["rows"].as_array().into_iter().flatten().rev() {
        let change = match (row["op"].as_str(), &row["delta"], &row["set_to"]) {
            (Some("delta"), delta, _) => signed(delta),
            (Some(op @ ("status" | "place")), _, _) => op.to_owned(),
            (_, _, value) => format!("= {}", cell(value)),
        };
        let actor = &row["actor"];
        let who = actor["name"].as_str().or(actor["kind"].as_str()).unwrap_or("-");
        println!(
            "{}  {change:>7}  balance {:>6}  {} {}  by {who}{}",
            moment(&row["at"]),
            cell(&row["balance"]),
            cell(&row["cause"]),
            row["ref"].as_str().unwrap_or(""),
            row["note"].as_str().map(|note| format!("  ({note})")).unwrap_or_default()
        );
        for push in row["pushes"].as_array().into_iter().flatten() {
            // What another channel sold is taken off before the shop's own number falls.
            let ms = push["latency_ms"].as_i64().unwrap_or(0);
            let when = if ms < 0 { format!("{} ms before", -ms) } else { format!("after {ms} ms") };
            println!(
                "{:25} {} was told {}: {} {when}",
                "",
                cell(&push["channel"]),
                push["quantity"],
                cell(&push["outcome"])
            );
        }
    }
}

fn signed(delta: &Value) -> String {
    let text = cell(delta);
    if text.starts_with('-') { text } else { format!("+{text}") }
}

fn print_explanation(answer: &Value) {
    println!(
        "{} {} (variation {}): {} in the shop, {} held, {} available",
        cell(&answer["sku"]),
        cell(&answer["name"]),
        answer["item"],
        cell(&answer["quantity"]),
        cell(&answer["held"]),
        cell(&answer["available"])
    );
    for listing in answer["listings"].as_array().into_iter().flatten() {
        println!(
            "{}: should show {}, shows {}",
            cell(&listing["channel"]),
            cell(&listing["desired"]),
            cell(&listing["confirmed"])
        );
        for step in listing["steps"].as_array().into_iter().flatten() {
            println!("  - {}", cell(step));
        }
    }
}
