//! What a connector must be told, as data: one list serves the checks, the CLI and the set-up screens.

use super::Renewals;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use std::collections::BTreeMap;

/// Values that must never be shown.
pub type Secrets = BTreeMap<String, SecretString>;

/// Something a connector must or may be told.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Field {
    /// Its key.
    pub key: &'static str,
    /// Its default; `None`: it must be given.
    pub default: Option<&'static str>,
    /// It is sealed at rest and never shown.
    pub secret: bool,
    /// What it is and where to find it.
    pub help: &'static str,
}

/// Checked settings of one connected account.
#[derive(Debug)]
pub struct Settings {
    values: BTreeMap<String, String>,
    secrets: Secrets,
    /// Told of secrets that take the place of those given.
    pub renewals: Renewals,
}

impl Settings {
    /// Checks everything at once.
    ///
    /// # Errors
    /// Every mistake, each with its key.
    pub fn check(
        fields: &[Field],
        config: &BTreeMap<String, String>,
        secrets: &Secrets,
        renewals: Renewals,
    ) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        for (key, is_secret) in
            config.keys().map(|key| (key, false)).chain(secrets.keys().map(|key| (key, true)))
        {
            match fields.iter().find(|field| field.key == key) {
                None => problems.push(format!("{key}: unknown; known are {}", known(fields))),
                Some(field) if field.secret && !is_secret => {
                    problems.push(format!("{key}: is a secret; give it as one, so that it is sealed"));
                }
                Some(field) if !field.secret && is_secret => {
                    problems.push(format!("{key}: is not a secret; give it as a plain setting"));
                }
                Some(_) => {}
            }
        }
        let mut settings = Self { values: BTreeMap::new(), secrets: Secrets::new(), renewals };
        for field in fields {
            let given = if field.secret {
                secrets.get(field.key).map(|value| value.expose_secret().trim().to_owned())
            } else {
                config.get(field.key).map(|value| value.trim().to_owned())
            };
            match given.filter(|value| !value.is_empty()).or_else(|| field.default.map(str::to_owned)) {
                None => problems.push(format!("{}: missing. {}", field.key, field.help)),
                Some(value) if field.secret => {
                    settings.secrets.insert(field.key.to_owned(), SecretString::from(value));
                }
                Some(value) => {
                    settings.values.insert(field.key.to_owned(), value);
                }
            }
        }
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    /// A setting; empty if it is optional and was not given.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        self.values.get(key).map_or("", String::as_str)
    }

    /// A secret.
    #[must_use]
    pub fn secret(&self, key: &str) -> SecretString {
        self.secrets.get(key).cloned().unwrap_or_default()
    }
}

fn known(fields: &[Field]) -> String {
    fields.iter().map(|field| field.key).collect::<Vec<_>>().join(", ")
}

/// Checks an API's address: encrypted, unless it is this machine.
///
/// # Errors
/// What is wrong with it.
pub fn endpoint(url: &str) -> Result<(), String> {
    let parsed: reqwest::Url =
        url.parse().map_err(|error| format!("endpoint: {url:?} is no URL: {error}"))?;
    let local = matches!(parsed.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if local => Ok(()),
        _ => Err(format!(
            "endpoint: {url:?} must begin with https://, so that the credentials are not sent in the clear"
        )),
    }
}
