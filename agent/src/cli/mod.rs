//! The command line. `agent run` is the daemon; everything else asks a running one.

mod agent;
mod args;
mod autopsy;
mod changes;
mod client;
mod commands;
mod cover;
mod csv;
mod data;
mod hooks;
mod install;
mod jobs;
mod orders;
mod rules;
mod rules_args;
mod show;
mod simulate;
mod stock_file;
mod top;
mod undo;
mod variation;

pub use args::Cli;

use anyhow::Context;
use args::{Command, ConfigCommand, KindCommand};
use clap::CommandFactory;
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
        Command::Install(options) => {
            install::run(&options)?;
            Ok(true)
        }
        Command::Uninstall => {
            install::remove()?;
            Ok(true)
        }
        Command::Config { command: ConfigCommand::Defaults } => {
            print!("{}", crate::config::DEFAULTS);
            Ok(true)
        }
        Command::Config { command: ConfigCommand::Check { file } } => Ok(check_config(&file)),
        Command::Kinds { command: KindCommand::Check { file } } => check_kind(&file),
        Command::Data { command } => {
            data::run(command)?;
            Ok(true)
        }
        Command::StockFile { command } => {
            stock_file::run(command)?;
            Ok(true)
        }
        Command::Completion { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "onhand", &mut std::io::stdout());
            Ok(true)
        }
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

fn check_kind(file: &std::path::Path) -> anyhow::Result<bool> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    match crate::channels::declared::read(&text) {
        Ok(spec) => {
            println!("{}: good; {} is the kind {}", file.display(), spec.title, spec.kind);
            Ok(true)
        }
        Err(problems) => {
            for problem in problems {
                eprintln!("{}: {problem}", file.display());
            }
            Ok(false)
        }
    }
}
