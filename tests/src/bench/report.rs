//! What a benchmark says: name → value, unit, goal, samples.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// One measured figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// What it should be, in words ("<= 5", ">= 0.5"), or empty.
    pub goal: String,
    /// How many measurements are behind it.
    pub samples: u64,
}

/// All figures of a run, by name.
pub type Report = BTreeMap<String, Figure>;

/// Adds figures to the report file, so that several programs can write into one.
///
/// # Errors
/// When the file cannot be read or written.
pub fn merge(path: &Path, figures: Report) -> anyhow::Result<()> {
    let mut report: Report = match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Report::new(),
        Err(error) => return Err(error.into()),
    };
    report.extend(figures);
    std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    Ok(())
}

/// Prints the report file as a table.
///
/// # Errors
/// When the file cannot be read.
pub fn print(path: &Path) -> anyhow::Result<()> {
    let report: Report = serde_json::from_slice(&std::fs::read(path)?)?;
    println!("{:<44} {:>12}  {:<12} {:<10} {:>8}", "FIGURE", "VALUE", "UNIT", "GOAL", "SAMPLES");
    for (name, figure) in report {
        println!(
            "{name:<44} {:>12.3}  {:<12} {:<10} {:>8}",
            figure.value, figure.unit, figure.goal, figure.samples
        );
    }
    Ok(())
}
