//! `onhand undo`: what would take movements back, as a file for `wp onhand write`. Changes nothing itself.

use super::client::Client;
use super::commands::Shown;
use super::show::{cell, items, table};
use anyhow::{Context, ensure};
use serde_json::Value;
use std::path::PathBuf;

/// What is to be taken back.
#[derive(Debug, clap::Args)]
pub struct UndoArgs {
    /// What was moved from then on, such as 2026-11-27T09:30.
    #[arg(long)]
    since: String,
    /// And before then; without it, until now.
    #[arg(long)]
    until: Option<String>,
    /// Of this cause, such as import, product_edit or api: as `onhand ledger` shows it.
    #[arg(long)]
    cause: Option<String>,
    /// Of this order, product, route or file.
    #[arg(long = "ref")]
    reference: Option<String>,
    /// By somebody of this name.
    #[arg(long)]
    actor: Option<String>,
    /// Where to write it; `wp onhand write FILE --dry-run` shows what it would do.
    #[arg(long)]
    to: Option<PathBuf>,
}

pub(super) fn run(client: &Client, args: &UndoArgs) -> anyhow::Result<Shown> {
    ensure!(
        args.cause.is_some() || args.reference.is_some() || args.actor.is_some(),
        "say whose movements: --cause, --ref or --actor. Everything, sales among it, is taken back by nothing"
    );
    let query = [
        ("since", Some(args.since.clone())),
        ("until", args.until.clone()),
        ("cause", args.cause.clone()),
        ("ref", args.reference.clone()),
        ("actor", args.actor.clone()),
    ];
    let answer = client.get("/v1/ledger/undo", &query)?;
    if let Some(path) = &args.to {
        let file =
            std::fs::File::create_new(path).with_context(|| format!("{} cannot be made", path.display()))?;
        let mut csv = csv::Writer::from_writer(file);
        csv.write_record(["id", "stock_change"])?;
        for row in items(&answer) {
            csv.write_record([cell(&row["id"]), cell(&row["stock_change"])])?;
        }
        csv.flush()?;
        eprintln!("Look first: wp onhand write {} --dry-run", path.display());
    }
    Ok((answer, print))
}

fn print(answer: &Value) {
    if items(answer).is_empty() {
        println!("Nothing was moved so, or it was taken back already.");
        return;
    }
    let columns = [
        ("sku", "SKU"),
        ("name", "NAME"),
        ("movements", "MOVEMENTS"),
        ("moved", "MOVED"),
        ("stock_change", "TAKES IT BACK"),
        ("quantity", "IN STOCK"),
    ];
    table(items(answer), &columns);
}
