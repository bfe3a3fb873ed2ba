//! Stock files of other systems: what their columns are called and what is in them, declared in TOML, one file a system.
//! A merchant may grow into such a system, or out of it.

pub mod read;
pub mod write;

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Those that come with Onhand.
const BUILT_IN: [(&str, &str); 5] = [
    ("business-central", include_str!("../../stock-files/business-central.toml")),
    ("cin7-core", include_str!("../../stock-files/cin7-core.toml")),
    ("linnworks", include_str!("../../stock-files/linnworks.toml")),
    ("netsuite", include_str!("../../stock-files/netsuite.toml")),
    ("sap-business-one", include_str!("../../stock-files/sap-business-one.toml")),
];

/// What is in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// The seller's code.
    Sku,
    /// EAN, UPC, ISBN.
    Gtin,
    /// The variation's name.
    Name,
    /// Where it is.
    Location,
    /// Units.
    Quantity,
    /// The shop's price.
    Price,
}

/// A column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What it is called; in files that come in, any of these.
    pub names: Vec<String>,
    /// What is in it…
    pub is: Option<Is>,
    /// …or the setting whose words are in it.
    pub text: Option<String>,
    /// Left out where nothing would be in it.
    #[serde(default)]
    pub optional: bool,
}

/// What a person must say, or may.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// What it is.
    pub help: String,
    /// Absent: it must be said.
    pub default: Option<String>,
}

/// A system's stock file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The system and its import.
    pub title: String,
    /// Where that is documented.
    pub source: String,
    /// What to do with the file.
    pub help: String,
    /// Between columns.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// A line for each location of a shop that has several; else a line for the whole.
    #[serde(default)]
    pub by_location: bool,
    /// What is below zero is told as zero.
    #[serde(default)]
    pub floor_zero: bool,
    /// The columns are those of the system's own template, which must be given.
    #[serde(default)]
    pub template_only: bool,
    /// What a person says.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// The columns, in their order.
    pub columns: Vec<Column>,
}

fn comma() -> char {
    ','
}

impl Profile {
    /// One that comes with Onhand, or a file of the merchant's own.
    ///
    /// # Errors
    /// What is wrong, and which there are.
    pub fn find(name: &str) -> Result<Self, Vec<String>> {
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Self::parse(text);
        }
        if !Path::new(name).is_file() {
            let known: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            return Err(vec![format!(
                "there is no profile {name}; there are {}, and any file of yours",
                known.join(", ")
            )]);
        }
        let text = std::fs::read_to_string(name).map_err(|error| vec![format!("{name}: {error}")])?;
        Self::parse(&text)
    }

    /// Those that come with Onhand.
    ///
    /// # Errors
    /// Never, as the tests see.
    pub fn all() -> Result<Vec<(&'static str, Self)>, Vec<String>> {
        BUILT_IN.iter().map(|(name, text)| Ok((*name, Self::parse(text)?))).collect()
    }

    /// From its TOML.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let profile: Self = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
        let mut problems = Vec::new();
        for (place, column) in profile.columns.iter().enumerate() {
            match (&column.is, &column.text) {
                (Some(_), Some(_)) | (None, None) => {
                    problems.push(format!("columns[{place}]: say `is` or `text`"));
                }
                (None, Some(setting)) if !profile.settings.contains_key(setting) => {
                    problems.push(format!("columns[{place}].text: there is no settings.{setting}"));
                }
                _ => {}
            }
            if column.names.is_empty() {
                problems.push(format!("columns[{place}].names: say what it is called"));
            }
        }
        for needed in [Is::Sku, Is::Quantity] {
            if !profile.columns.iter().any(|column| column.is == Some(needed)) {
                problems.push(format!("columns: none is {needed:?}").to_lowercase());
            }
        }
        if !profile.delimiter.is_ascii() {
            problems.push("delimiter: an ASCII letter".to_owned());
        }
        if problems.is_empty() { Ok(profile) } else { Err(problems) }
    }

    /// What a person said, completed; everything that is missing or not known.
    ///
    /// # Errors
    /// All of it.
    pub fn settings(&self, said: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Vec<String>> {
        let mut problems: Vec<String> = said
            .keys()
            .filter(|key| !self.settings.contains_key(*key))
            .map(|key| {
                let known: Vec<&str> = self.settings.keys().map(String::as_str).collect();
                format!("--set {key}: there is no such setting; there are {}", known.join(", "))
            })
            .collect();
        let mut all = BTreeMap::new();
        for (key, setting) in &self.settings {
            match said.get(key).or(setting.default.as_ref()) {
                Some(value) => {
                    all.insert(key.clone(), value.clone());
                }
                None => problems.push(format!("--set {key}=…: {}", setting.help)),
            }
        }
        if problems.is_empty() { Ok(all) } else { Err(problems) }
    }

    /// The column of this name.
    fn named(&self, name: &str) -> Option<&Column> {
        // Templates mark what is compulsory with a star.
        let plain =
            |text: &str| text.trim().trim_start_matches('\u{feff}').trim_end_matches('*').to_lowercase();
        self.columns.iter().find(|column| column.names.iter().any(|known| plain(known) == plain(name)))
    }
}

#[cfg(test)]
mod tests;
