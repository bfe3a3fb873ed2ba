//! The command line. `agent run` is the daemon; everything else asks a running one.

mod agent;
mod args;
mod client;
mod commands;
mod show;

pub use args::Cli;

use args::{Command, ConfigCommand};
use std::process::ExitCode;

/// Runs a command. Exit codes: 0 done, 1 failed or something is wrong, 2 wrong usage.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("onhand: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<bool> {
    match cli.command {
        Command::Agent { command: args::AgentCommand::Run { config } } => {
            agent::run(config.as_deref())?;
            Ok(true)
        }
        Command::Config { command: ConfigCommand::Defaults } => {
            print!("{}", crate::config::DEFAULTS);
            Ok(true)
        }
        Command::Config { command: ConfigCommand::Check { file } } => Ok(check_config(&file)),
        other => commands::run(&cli.socket, cli.format, other),
    }
}

fn check_config(file: &std::path::Path) -> bool {
    match crate::config::Config::load(Some(file)) {
        Ok(_) => {
            println!("{}: good", file.display());
            true
        }
        Err(error) => {
            for problem in error.problems {
                eprintln!("{}: {problem}", error.path);
            }
            false
        }
    }
}
