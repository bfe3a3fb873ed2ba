//! `onhand`: the agent and its command line.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    onhand::cli::run(onhand::cli::Cli::parse())
}
