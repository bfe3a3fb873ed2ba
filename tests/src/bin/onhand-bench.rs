//! The agent's benchmarks that need no shop. `scripts/bench` runs them all and prints one table.

use clap::{Parser, Subcommand};
use onhand_tests::bench::{ingest, report};
use std::path::PathBuf;

#[derive(Parser)]
struct Args {
    /// Where the figures are added.
    #[arg(long, default_value = "target/bench.json")]
    out: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Journal → mirror, as a share of a bare insert loop.
    Ingest {
        #[arg(long, default_value_t = 100_000)]
        records: usize,
        #[arg(long, default_value_t = 10_000)]
        pools: i64,
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let figures = match args.what {
        What::Ingest { records, pools, rounds } => ingest::run(records, pools, rounds).await?,
    };
    for (name, figure) in &figures {
        println!("{name}: {:.3} {} (goal {})", figure.value, figure.unit, figure.goal);
    }
    report::merge(&args.out, figures)
}
