//! `onhand stock-file …`: works on the database itself, as the user whose it is, and on files.

use crate::config::Config;
use crate::db::DbError;
use crate::mirror::stock_rows;
use crate::stock_file::write::StockWriter;
use crate::stock_file::{Profile, read};
use anyhow::{Context, bail};
use clap::Subcommand;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// `onhand stock-file …`
#[derive(Debug, Subcommand)]
pub enum StockFileCommand {
    /// Systems whose stock files are known, and what each must be told.
    List,
    /// Writes what the shop has as a file that another system imports.
    Write {
        /// `onhand stock-file list` names them; or a file of your own that is written like those.
        profile: String,
        /// A setting of the profile, as key=value.
        #[arg(long = "set", value_name = "KEY=VALUE")]
        set: Vec<String>,
        /// What that system calls one of your locations, as yours=theirs.
        #[arg(long = "location", value_name = "YOURS=THEIRS")]
        locations: Vec<String>,
        /// That system's own template: its line of names is taken over as it is.
        #[arg(long)]
        template: Option<PathBuf>,
        /// The file; without it, the terminal.
        #[arg(long)]
        to: Option<PathBuf>,
        /// The agent's configuration file.
        #[arg(long, env = "ONHAND_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Turns another system's stock file into one for `wp onhand write`: all of it, or nothing where a line is wrong.
    Read {
        /// As for `write`.
        profile: String,
        /// The file; - is what is handed over.
        file: PathBuf,
        /// Only what lies there, by that system's name of it.
        #[arg(long = "only", value_name = "THEIRS")]
        only: Vec<String>,
    },
}

pub(super) fn run(command: StockFileCommand) -> anyhow::Result<()> {
    match command {
        StockFileCommand::List => {
            for (name, profile) in told(Profile::all())? {
                println!("{name}: {}\n  {}\n  {}", profile.title, profile.help, profile.source);
                for (key, setting) in &profile.settings {
                    let default = match &setting.default {
                        Some(text) => format!(" [{text}]"),
                        None => " (needed)".to_owned(),
                    };
                    println!("  --set {key}=…: {}{default}", setting.help);
                }
            }
            Ok(())
        }
        StockFileCommand::Write { profile, set, locations, template, to, config } => {
            let profile = told(Profile::find(&profile))?;
            let template = template.map(|file| header(&file, profile.delimiter)).transpose()?;
            let (set, names) = (pairs("--set", set)?, pairs("--location", locations)?);
            let database = Config::load(config.as_deref())?.database;
            match &to {
                Some(path) => {
                    let file = std::fs::File::create_new(path)
                        .with_context(|| format!("{} cannot be made", path.display()))?;
                    write(file, &database, profile, &set, names, template.as_deref())
                }
                None => write(std::io::stdout(), &database, profile, &set, names, template.as_deref()),
            }
        }
        StockFileCommand::Read { profile, file, only } => {
            let profile = told(Profile::find(&profile))?;
            let bytes = if file == Path::new("-") {
                let mut bytes = Vec::new();
                std::io::stdin().read_to_end(&mut bytes)?;
                bytes
            } else {
                std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?
            };
            let rows = told(read::read(&profile, &bytes, &only.into_iter().collect::<BTreeSet<_>>()))?;
            let mut csv = csv::Writer::from_writer(BufWriter::new(std::io::stdout()));
            csv.write_record(["sku", "stock_quantity"])?;
            for (sku, units) in rows {
                csv.write_record([sku, units.to_string()])?;
            }
            Ok(csv.flush()?)
        }
    }
}

fn write(
    to: impl Write,
    database: &Path,
    profile: Profile,
    set: &BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    template: Option<&[String]>,
) -> anyhow::Result<()> {
    let conn = rusqlite::Connection::open_with_flags(
        database,
        rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .with_context(|| format!("{} cannot be opened", database.display()))?;
    let mut file = told(StockWriter::new(BufWriter::new(to), profile, set, names, template))?;
    for name in &file.unknown {
        eprintln!("The column {name:?} of the template is left empty: nobody said what it is.");
    }
    let mut lines = 0;
    let nameless = stock_rows::each(&conn, |row| {
        lines += file.put(row)?;
        Ok::<_, Failed>(())
    })?;
    file.finish()?;
    eprintln!("{lines} lines.");
    if nameless > 0 {
        eprintln!("{nameless} have no SKU and are not among them: `onhand listings work` names them.");
    }
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("it cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

fn told<T>(result: Result<T, Vec<String>>) -> anyhow::Result<T> {
    match result {
        Ok(value) => Ok(value),
        Err(problems) => bail!("{}", problems.join("\n")),
    }
}

fn pairs(option: &str, said: Vec<String>) -> anyhow::Result<BTreeMap<String, String>> {
    let pair = |one: String| match one.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => bail!("{option} {one}: write it as one=other"),
    };
    said.into_iter().map(pair).collect()
}

fn header(file: &Path, delimiter: char) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut csv = csv::ReaderBuilder::new().delimiter(u8::try_from(delimiter)?).from_reader(text.as_slice());
    Ok(csv.headers()?.iter().map(ToOwned::to_owned).collect())
}
