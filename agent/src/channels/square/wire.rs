//! What the API says, as far as we listen.

use serde::Deserialize;

/// A body with nothing but errors.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Errors {
    pub errors: Vec<Problem>,
}

/// An error. `field` points into the request: `changes[0].physical_count.catalog_object_id`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub code: String,
    pub detail: String,
    pub field: String,
}

/// Counts, by variation.
#[derive(Deserialize)]
pub(super) struct Counts {
    #[serde(default)]
    pub counts: Vec<Count>,
    pub cursor: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Count {
    pub catalog_object_id: String,
    pub location_id: String,
    pub state: String,
    /// A decimal number.
    pub quantity: String,
}

impl Count {
    /// Whole units.
    #[allow(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer there is")]
    pub(super) fn units(&self) -> i64 {
        self.quantity.parse::<f64>().map_or(0, |units| units.floor() as i64)
    }
}

/// Objects of the catalog.
#[derive(Deserialize)]
pub(super) struct Objects {
    #[serde(default)]
    pub objects: Vec<Object>,
    pub cursor: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Object {
    pub id: String,
    #[serde(default)]
    pub is_deleted: bool,
    pub item_variation_data: Option<Variation>,
}

#[derive(Deserialize)]
pub(super) struct Variation {
    pub item_id: Option<String>,
    #[serde(default)]
    pub name: String,
    pub sku: Option<String>,
    pub upc: Option<String>,
}

/// A location.
#[derive(Deserialize)]
pub(super) struct LocationBody {
    pub location: Location,
}

#[derive(Deserialize)]
pub(super) struct Location {
    #[serde(default)]
    pub name: String,
}
