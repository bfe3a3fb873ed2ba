//! The configuration: TOML, every key optional, every mistake reported at once with its key.

use crate::allocation::{StrictSettings, VelocitySettings};
use crate::dispatch::DispatchSettings;
use crate::mirror::sweep::GuardSettings;
use crate::orders::OrderSettings;
use crate::reconcile::ReconcileSettings;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The commented defaults, as `onhand config defaults` prints them.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// The agent's database.
    pub database: PathBuf,
    /// The hand-over from the shop.
    pub journal: Journal,
    /// The local API.
    pub api: Api,
    /// Where the sealing key lies.
    pub secrets: Secrets,
    /// Logging.
    pub log: Log,
    /// The account of every change.
    pub ledger: Ledger,
    /// Kinds of channel that are declared and not compiled.
    pub channels: Channels,
    /// Waiting for channels.
    pub http: Http,
    /// The sweep guard.
    pub guard: GuardSettings,
    /// The velocity buffer.
    pub velocity: VelocitySettings,
    /// Strict mode.
    pub strict: StrictSettings,
    /// What outgoing webhooks tell.
    pub events: Events,
    /// Exports by a schedule.
    pub exports: Exports,
    /// The queue.
    pub dispatch: DispatchSettings,
    /// Comparing the channels with the shop.
    pub reconcile: ReconcileSettings,
    /// Bringing orders home.
    pub orders: OrderSettings,
}

/// `[events]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Events {
    /// With so many units or fewer left `stock.low` is told, where the shop does not say at how many; 0: never.
    pub low_stock: i64,
    /// A channel that has waited longer is lagging.
    pub lag_seconds: u32,
}

impl Default for Events {
    fn default() -> Self {
        Self { low_stock: 0, lag_seconds: 300 }
    }
}

/// `[exports]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exports {
    /// Hours between two; 0: none are made.
    pub every_hours: u32,
    /// Where their folders are.
    pub dir: PathBuf,
    /// For spreadsheets instead of to be read back.
    pub csv: bool,
    /// So many are kept.
    pub keep: usize,
}

impl Default for Exports {
    fn default() -> Self {
        Self { every_hours: 0, dir: PathBuf::from("/var/lib/onhand/exports"), csv: false, keep: 7 }
    }
}

/// `[journal]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    /// Where the shop writes.
    pub dir: PathBuf,
}

/// `[api]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Api {
    /// The Unix socket.
    pub socket: PathBuf,
}

/// `[secrets]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Secrets {
    /// The key file.
    pub key_file: PathBuf,
}

/// `[log]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// Level or filter.
    pub level: String,
    /// text or json.
    pub format: String,
}

/// `[ledger]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// When a pool counts as resting.
    pub rest_ms: u64,
    /// How long pushes are kept.
    pub keep_pushes_days: u32,
}

/// `[channels]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Channels {
    /// Where declarations are looked for.
    pub dir: PathBuf,
}

/// `[http]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Http {
    /// To connect.
    pub connect_timeout_ms: u64,
    /// For a whole reply.
    pub timeout_ms: u64,
}

/// What is wrong with a configuration: every mistake, each with its key.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {}", problems.join("\n"))]
pub struct ConfigError {
    /// Which file.
    pub path: String,
    /// The mistakes.
    pub problems: Vec<String>,
}

impl Config {
    /// Reads a file; without one, the defaults.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = path else {
            return Self::parse("").map_err(|problems| ConfigError { path: "defaults".to_owned(), problems });
        };
        let fail = |problems| ConfigError { path: path.display().to_string(), problems };
        let text =
            std::fs::read_to_string(path).map_err(|error| fail(vec![format!("cannot be read: {error}")]))?;
        Self::parse(&text).map_err(fail)
    }

    /// Reads TOML over the defaults.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let broken = |error: toml::de::Error| vec![error.to_string().trim_end().to_owned()];
        let mut settings: Table = DEFAULTS.parse().map_err(broken)?;
        let given: Table = text.parse().map_err(broken)?;
        let mut problems = Vec::new();
        overlay(&mut settings, given, "", &mut problems);
        let config: Self = match Value::Table(settings).try_into() {
            Ok(config) => config,
            Err(error) => {
                problems.push(error.to_string().trim_end().to_owned());
                return Err(problems);
            }
        };
        problems.extend(config.problems());
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// What is of the right type and makes no sense all the same.
    fn problems(&self) -> Vec<String> {
        let mut problems = self.dispatch.validate();
        problems.extend(self.reconcile.validate());
        problems.extend(self.orders.validate());
        for (key, path) in [
            ("database", &self.database),
            ("journal.dir", &self.journal.dir),
            ("api.socket", &self.api.socket),
            ("channels.dir", &self.channels.dir),
            ("secrets.key_file", &self.secrets.key_file),
        ] {
            if !path.is_absolute() {
                problems.push(format!("{key} must be an absolute path, not {}", path.display()));
            }
        }
        if !matches!(self.log.format.as_str(), "text" | "json") {
            problems.push(format!("log.format must be text or json, not {:?}", self.log.format));
        }
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&self.log.level) {
            problems.push(format!("log.level: {error}"));
        }
        if self.guard.share_percent > 100 {
            problems
                .push(format!("guard.share_percent must be at most 100, not {}", self.guard.share_percent));
        }
        if self.guard.minimum < 0 || self.guard.window_ms < 0 {
            problems.push("guard.minimum and guard.window_ms must not be below zero".to_owned());
        }
        if !(0..=500_000).contains(&self.velocity.risk_ppm) {
            problems.push(format!(
                "velocity.risk_ppm must be 0 to 500000 (millionths), not {}",
                self.velocity.risk_ppm
            ));
        }
        if self.strict.settle_ms < 0 || self.strict.rebalance_ms < 0 {
            problems.push("strict.settle_ms and strict.rebalance_ms must not be below zero".to_owned());
        }
        if self.http.timeout_ms == 0 || self.http.connect_timeout_ms == 0 {
            problems.push("http.timeout_ms and http.connect_timeout_ms must be above zero".to_owned());
        }
        problems
    }
}

/// Puts what is given over the defaults, naming every key that is unknown or of the wrong type.
fn overlay(defaults: &mut Table, given: Table, path: &str, problems: &mut Vec<String>) {
    for (key, value) in given {
        let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (defaults.get_mut(&key), value) {
            (None, _) => {
                let known: Vec<&str> = defaults.keys().map(String::as_str).collect();
                problems.push(format!("{name}: unknown key; known here are {}", known.join(", ")));
            }
            (Some(Value::Table(inner)), Value::Table(value)) => overlay(inner, value, &name, problems),
            (Some(slot @ Value::Float(_)), value @ Value::Integer(_)) => *slot = value,
            (Some(slot), value) if slot.type_str() == value.type_str() => *slot = value,
            (Some(slot), value) => {
                problems.push(format!(
                    "{name}: must be {}, not {}",
                    article(slot.type_str()),
                    article(value.type_str())
                ));
            }
        }
    }
}

fn article(kind: &str) -> String {
    let a = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{a} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_name_every_key() {
        let whole = toml::to_string(&Config::parse("").unwrap()).unwrap();
        assert_eq!(Config::parse(&whole), Config::parse(""));
    }

    #[test]
    fn the_printed_defaults_are_the_defaults() {
        let config = Config::parse("").unwrap();
        assert_eq!(config.dispatch, DispatchSettings::default());
        assert_eq!(config.velocity, VelocitySettings::default());
        assert_eq!(config.strict, StrictSettings::default());
        assert_eq!(config.guard, GuardSettings::default());
        assert_eq!(config.reconcile, ReconcileSettings::default());
        assert_eq!(config.orders, OrderSettings::default());
    }

    #[test]
    fn every_mistake_is_named_at_once_with_its_key() {
        let text = "databse = \"/x\"\n[journal]\ndir = 5\n[dispatch]\nmax_attempts = 0\nlease = 3\n[log]\nformat = \"xml\"\n";
        let problems = Config::parse(text).unwrap_err();
        for key in [
            "databse: unknown",
            "journal.dir: must be",
            "dispatch.lease: unknown",
            "dispatch.max_attempts",
            "log.format",
        ] {
            assert!(problems.iter().any(|problem| problem.starts_with(key)), "{key} in {problems:?}");
        }
        assert_eq!(problems.len(), 5);
    }

    #[test]
    fn broken_toml_says_where() {
        let problems = Config::parse("[journal\ndir=").unwrap_err();
        assert!(problems.concat().contains("line 1"), "{problems:?}");
    }
}
