//! Locations: where a pool's units are, and which of those places feed a channel.

use super::Rules;
use crate::db::DbError;
use crate::domain::Quantity;
use internment::Intern;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Names of locations, as a rule has them. There are few such lists, and they are compared and handed on for every listing:
/// each is kept once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(Intern<Vec<String>>);

impl Names {
    /// These, in this order.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self(Intern::new(names))
    }

    /// The names.
    #[must_use]
    pub fn list(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

/// Where a pool's units are: by location, how many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Places(pub Vec<(String, Quantity)>);

impl Places {
    /// As the mirror stores them.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read(stored: &str) -> Result<Self, DbError> {
        let rows: Vec<(String, i64)> = serde_json::from_str(stored)
            .map_err(|error| DbError::Corrupt(format!("pool.places: {error}")))?;
        Ok(Self(rows.into_iter().map(|(name, micros)| (name, Quantity::from_micros(micros))).collect()))
    }

    /// What is at the places that feed a listing; a place that owes units gives none. `None`: all that there is feeds it.
    #[must_use]
    pub fn feeding(&self, rules: &Rules) -> Option<Quantity> {
        let names = rules.locations?;
        let here = self
            .0
            .iter()
            .filter(|(name, quantity)| names.list().contains(name) && *quantity > Quantity::ZERO);
        Some(here.fold(Quantity::ZERO, |sum, (_, quantity)| sum.saturating_add(*quantity)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_at_the_named_places_feeds() {
        let places = Places::read(r#"[["main",2000000],["shop",3000000],["van",-1000000]]"#).unwrap();
        let fed = |names: &[&str]| {
            let names = Names::new(names.iter().map(ToString::to_string).collect());
            places.feeding(&Rules { locations: Some(names), ..Rules::default() }).unwrap().micros()
        };
        assert_eq!(fed(&["shop"]), 3_000_000);
        assert_eq!(fed(&["shop", "main", "van"]), 5_000_000);
        assert_eq!(fed(&["attic"]), 0);
        assert_eq!(places.feeding(&Rules::default()), None);
        assert!(Places::read("{}").is_err());
    }
}
