//! The agent's benchmarks that need no shop. `scripts/bench` runs them all and prints one table.

use clap::{Parser, Subcommand};
use onhand_tests::bench::{convergence, ingest, isolation, memory, orders, races, report, urgency};
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
    /// A burst of orders from eight channels at once.
    Orders {
        /// The agent's program.
        #[arg(long)]
        agent: PathBuf,
        #[arg(long, default_value_t = 10_000)]
        orders: usize,
    },
    /// How long each channel takes to show so many changed variations, in virtual time, against the least.
    Converge {
        #[arg(long, default_value_t = 10_000)]
        variations: usize,
    },
    /// An hour of fifty times more changes than the limit allows, most urgent first and first in first out.
    Urgency,
    /// How much longer a channel takes beside one in trouble, in virtual time.
    Isolation,
    /// Units sold twice by a shop and two channels, with and without the velocity buffer, in virtual time.
    Races {
        #[arg(long, default_value_t = 1_000)]
        runs: usize,
        /// Accepted risk, in millionths.
        #[arg(long, default_value_t = 1_000)]
        risk_ppm: i64,
    },
    /// Figures that another program measured: a JSON file of the same form.
    Merge { file: PathBuf },
    /// Everything measured so far, as a table.
    Table,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let many = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    // Virtual time needs a runtime of one thread.
    let paused = || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let figures = match args.what {
        What::Ingest { records, pools, rounds } => many()?.block_on(ingest::run(records, pools, rounds))?,
        What::Memory { agent, variations } => many()?.block_on(memory::run(&agent, variations))?,
        What::Orders { agent, orders } => many()?.block_on(orders::run(&agent, orders))?,
        What::Converge { variations } => {
            convergence::report(&paused()?.block_on(convergence::run(variations))?, variations)
        }
        What::Urgency => {
            let urgent = paused()?.block_on(urgency::run(urgency::Order::UrgentFirst))?;
            urgency::report(&urgent, &paused()?.block_on(urgency::run(urgency::Order::FirstInFirstOut))?)
        }
        What::Isolation => isolation::report(&paused()?.block_on(isolation::run())?),
        What::Races { runs, risk_ppm } => {
            let mut figures = report::Report::new();
            for (name, rush) in [("steady", races::Rush::Steady), ("last_unit", races::Rush::LastUnit)] {
                let run = |against| paused()?.block_on(races::run(runs, rush, against));
                let without = run(races::Against::Nothing)?;
                let with = run(races::Against::Buffer(risk_ppm))?;
                let strict = run(races::Against::Strict)?;
                figures.extend(races::report(name, risk_ppm, &without, &with, &strict));
            }
            figures
        }
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
