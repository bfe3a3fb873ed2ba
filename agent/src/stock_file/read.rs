//! A stock file of another system, for this shop.

use super::{Is, Profile};
use crate::domain::Quantity;
use std::collections::{BTreeMap, BTreeSet};

/// Mistakes that are told at once.
const MOST: usize = 20;

/// Units by SKU, in the order of the file. What lies at several places is added up; `only`: those places alone.
///
/// # Errors
/// Every mistake, each with its line; nothing is read then.
pub fn read(
    profile: &Profile,
    bytes: &[u8],
    only: &BTreeSet<String>,
) -> Result<Vec<(String, Quantity)>, Vec<String>> {
    let delimiter = delimiter(profile, bytes);
    let mut csv = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let names = csv.headers().map_err(|error| vec![format!("line 1: {error}")])?.clone();
    let place_of = |is: Is| {
        names.iter().position(|name| profile.named(name).is_some_and(|column| column.is == Some(is)))
    };
    let missing = |is: Is| {
        let known: Vec<String> = profile
            .columns
            .iter()
            .filter(|column| column.is == Some(is))
            .flat_map(|column| column.names.clone())
            .collect();
        format!("line 1: no column is called {}", known.join(" or "))
    };
    let (sku, quantity, location) = (place_of(Is::Sku), place_of(Is::Quantity), place_of(Is::Location));
    let (Some(sku), Some(quantity)) = (sku, quantity) else {
        let lost = [(sku, Is::Sku), (quantity, Is::Quantity)];
        return Err(lost.iter().filter(|(found, _)| found.is_none()).map(|(_, is)| missing(*is)).collect());
    };
    if !only.is_empty() && location.is_none() {
        return Err(vec![missing(Is::Location)]);
    }
    let (mut order, mut units) = (Vec::new(), BTreeMap::new());
    let (mut problems, mut seen) = (Vec::new(), BTreeSet::new());
    for record in csv.records() {
        if problems.len() >= MOST {
            problems.push("… and perhaps more".to_owned());
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(error.to_string());
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |place: usize| record.get(place).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let here = location.map(cell).unwrap_or_default();
        if !only.is_empty() && !only.contains(here) {
            continue;
        }
        let (sku, text) = (cell(sku).to_owned(), cell(quantity));
        if sku.is_empty() {
            problems.push(format!("line {line}: it has no SKU"));
            continue;
        }
        let Ok(more) = text.parse::<Quantity>() else {
            problems.push(format!("line {line}: {text:?} is no number of units of {sku}"));
            continue;
        };
        if !seen.insert((sku.clone(), here.to_owned())) {
            let at = if here.is_empty() { String::new() } else { format!(" at {here}") };
            problems.push(format!("line {line}: {sku} is there a second time{at}"));
            continue;
        }
        let sum = units.entry(sku.clone()).or_insert_with(|| {
            order.push(sku);
            Quantity::ZERO
        });
        *sum = sum.saturating_add(more);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(order
        .into_iter()
        .map(|sku| (units.get(&sku).copied().unwrap_or(Quantity::ZERO), sku))
        .map(|(units, sku)| (sku, units))
        .collect())
}

/// The profile's, unless the line of names has none of it and many of another: spreadsheets save as they like.
fn delimiter(profile: &Profile, bytes: &[u8]) -> u8 {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let own = u8::try_from(profile.delimiter).unwrap_or(b',');
    let count = |wanted: u8| first.iter().filter(|byte| **byte == wanted).count();
    if count(own) > 0 {
        return own;
    }
    [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|candidate| count(*candidate))
        .filter(|found| count(*found) > 0)
        .unwrap_or(own)
}
