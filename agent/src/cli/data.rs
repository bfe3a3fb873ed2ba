//! `onhand data …`: works on the database itself, as the user whose it is.

use crate::config::Config;
use crate::portable::{self, Form, Written};
use clap::{Subcommand, ValueEnum};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// `onhand data …`
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Everything, as it is at this moment, into a folder: variations, listings, rules, ledger, orders. The agent may run.
    Export {
        /// A folder of its own.
        folder: PathBuf,
        /// ndjson can be read back; csv is for spreadsheets.
        #[arg(long = "as", value_enum, default_value_t = ExportForm::Ndjson)]
        form: ExportForm,
        /// The agent's configuration file.
        #[arg(long, env = "ONHAND_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Reads an export into a fresh installation. The agent must be stopped; take the key file along (`secrets.key_file`).
    Import {
        /// As `onhand data export` wrote it.
        folder: PathBuf,
        /// The agent's configuration file.
        #[arg(long, env = "ONHAND_CONFIG")]
        config: Option<PathBuf>,
    },
    /// A copy of the database that can be used as it is. The agent may run.
    Copy {
        /// A file that is not there yet.
        file: PathBuf,
        /// The agent's configuration file.
        #[arg(long, env = "ONHAND_CONFIG")]
        config: Option<PathBuf>,
    },
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportForm {
    /// One JSON object a line.
    Ndjson,
    /// For spreadsheets.
    Csv,
}

pub(super) fn run(command: DataCommand) -> anyhow::Result<()> {
    match command {
        DataCommand::Export { folder, form, config } => {
            let form = if form == ExportForm::Csv { Form::Csv } else { Form::Ndjson };
            print(&portable::export(&load(config.as_deref())?.database, &folder, form)?);
        }
        DataCommand::Import { folder, config } => {
            let config = load(config.as_deref())?;
            anyhow::ensure!(
                UnixStream::connect(&config.api.socket).is_err(),
                "an agent runs here; stop it first (`systemctl stop onhand`)"
            );
            print(&portable::import(&config.database, &folder)?);
        }
        DataCommand::Copy { file, config } => {
            portable::copy(&load(config.as_deref())?.database, &file)?;
            println!("{}", file.display());
        }
    }
    Ok(())
}

fn load(config: Option<&Path>) -> anyhow::Result<Config> {
    Ok(Config::load(config)?)
}

fn print(written: &[Written]) {
    for file in written.iter().filter(|file| file.rows > 0) {
        println!("{:<18} {:>10}", file.table, file.rows);
    }
}
