//! The agent's benchmarks that need no shop. `scripts/bench` runs them all and prints one table.

use clap::{Parser, Subcommand};
use onhand_tests::bench::{ingest, memory, report};
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
    /// The agent's resident memory with a catalogue on two channels.
    Memory {
        /// The agent's program.
        #[arg(long)]
        agent: PathBuf,
        #[arg(long, default_value_t = 10_000)]
        variations: usize,
    },
    /// Figures that another program measured: a JSON file of the same form.
    Merge { file: PathBuf },
    /// Everything measured so far, as a table.
    Table,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let figures = match args.what {
        What::Ingest { records, pools, rounds } => ingest::run(records, pools, rounds).await?,
        What::Memory { agent, variations } => memory::run(&agent, variations).await?,
        What::Merge { file } => serde_json::from_slice(&std::fs::read(file)?)?,
        What::Table => {
            report::print(&args.out)?;
            return Ok(());
        }
    };
    for (name, figure) in &figures {
        println!("{name}: {:.3} {} (goal {})", figure.value, figure.unit, figure.goal);
    }
    report::merge(&args.out, figures)
}
