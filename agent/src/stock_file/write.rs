//! A stock file for another system.

use super::{Column, Is, Profile};
use crate::domain::Quantity;
use std::collections::BTreeMap;
use std::io::Write;

/// What a line is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StockRow {
    /// The seller's code.
    pub sku: String,
    /// EAN, UPC, ISBN.
    pub gtin: Option<String>,
    /// The variation's name.
    pub name: String,
    /// The shop's price.
    pub price: Option<String>,
    /// Units.
    pub quantity: Quantity,
    /// Where they are, by location; empty: the shop has one place.
    pub places: Vec<(String, Quantity)>,
}

/// Writes it line by line.
pub struct StockWriter<W: Write> {
    csv: csv::Writer<W>,
    profile: Profile,
    settings: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    /// Of the profile; `None`: a column of the template that is left empty.
    columns: Vec<Option<Column>>,
    /// Columns of the template that are not known.
    pub unknown: Vec<String>,
}

impl<W: Write> StockWriter<W> {
    /// `said`: settings; `names`: what that system calls the shop's locations; `template`: that system's own line of names.
    ///
    /// # Errors
    /// What is wrong, all of it.
    pub fn new(
        to: W,
        profile: Profile,
        said: &BTreeMap<String, String>,
        names: BTreeMap<String, String>,
        template: Option<&[String]>,
    ) -> Result<Self, Vec<String>> {
        let settings = profile.settings(said)?;
        let mut unknown = Vec::new();
        let columns: Vec<(String, Option<Column>)> = match template {
            None if profile.template_only => {
                return Err(vec![format!("--template FILE: {}", profile.help)]);
            }
            None => {
                let filled = |column: &&Column| !column.optional || !is_empty(column, &settings, &names);
                let name = |column: &Column| column.names.first().cloned().unwrap_or_default();
                profile
                    .columns
                    .iter()
                    .filter(filled)
                    .map(|column| (name(column), Some(column.clone())))
                    .collect()
            }
            Some(given) => given
                .iter()
                .map(|name| {
                    let column = profile.named(name).cloned();
                    if column.is_none() {
                        unknown.push(name.clone());
                    }
                    (name.clone(), column)
                })
                .collect(),
        };
        for needed in [Is::Sku, Is::Quantity] {
            if !columns.iter().flat_map(|(_, column)| column).any(|column| column.is == Some(needed)) {
                return Err(vec![
                    format!("the template has no column that is known to be the {needed:?}").to_lowercase(),
                ]);
            }
        }
        let delimiter = u8::try_from(profile.delimiter).unwrap_or(b',');
        let mut csv = csv::WriterBuilder::new().delimiter(delimiter).from_writer(to);
        csv.write_record(columns.iter().map(|(name, _)| name)).map_err(|error| vec![error.to_string()])?;
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        Ok(Self { csv, profile, settings, names, columns, unknown })
    }

    /// A line, or one for each place. Says how many.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&mut self, row: &StockRow) -> std::io::Result<usize> {
        let one_place = self.settings.get("location").cloned().unwrap_or_default();
        if !self.profile.by_location || row.places.is_empty() {
            self.line(row, &one_place, row.quantity)?;
            return Ok(1);
        }
        for (place, units) in &row.places {
            let place = self.names.get(place).unwrap_or(place).clone();
            self.line(row, &place, *units)?;
        }
        Ok(row.places.len())
    }

    fn line(&mut self, row: &StockRow, place: &str, units: Quantity) -> std::io::Result<()> {
        let units = if self.profile.floor_zero { units.max(Quantity::ZERO) } else { units };
        let units = units.to_string();
        let cell = |column: &Option<Column>| -> &str {
            let Some(column) = column else { return "" };
            match (column.is, &column.text) {
                (Some(Is::Sku), _) => &row.sku,
                (Some(Is::Gtin), _) => row.gtin.as_deref().unwrap_or_default(),
                (Some(Is::Name), _) => &row.name,
                (Some(Is::Price), _) => row.price.as_deref().unwrap_or_default(),
                (Some(Is::Location), _) => place,
                (Some(Is::Quantity), _) => &units,
                (None, Some(setting)) => self.settings.get(setting).map_or("", String::as_str),
                (None, None) => "",
            }
        };
        let cells: Vec<&str> = self.columns.iter().map(cell).collect();
        self.csv.write_record(cells).map_err(std::io::Error::other)
    }

    /// Nothing is left in between.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.csv.flush()
    }
}

fn is_empty(column: &Column, settings: &BTreeMap<String, String>, names: &BTreeMap<String, String>) -> bool {
    let said = |key: &str| settings.get(key).is_some_and(|value| !value.is_empty());
    match (&column.text, column.is) {
        (Some(setting), _) => !said(setting),
        (None, Some(Is::Location)) => !said("location") && names.is_empty(),
        _ => false,
    }
}
