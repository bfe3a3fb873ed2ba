//! A Shopify store as far as inventory goes. Pure data; changed only through [`crate::sim::op::Op`].

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Where ids start; real ones are long, and the kinds must not share any by chance.
const FIRST_ID: u64 = 51_000_000_001;

/// A product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Product {
    pub id: u64,
    pub title: String,
}

/// A variant and its inventory item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Variant {
    pub id: u64,
    pub product: u64,
    pub item: u64,
    pub sku: Option<String>,
    pub barcode: Option<String>,
    pub title: String,
    pub tracked: bool,
    /// False for the parents of bundles.
    pub mutable: bool,
    #[serde(default)]
    pub price: Option<String>,
}

/// A place stock sits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Location {
    pub id: u64,
    pub name: String,
}

/// Stock of an item at a location.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Level {
    pub item: u64,
    pub location: u64,
    pub available: i64,
    /// Sold, not shipped yet.
    pub committed: i64,
    pub updated_us: i64,
}

impl Level {
    /// Physically present.
    #[must_use]
    pub const fn on_hand(&self) -> i64 {
        self.available.saturating_add(self.committed)
    }
}

/// What an idempotency key stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyRecord {
    pub key: String,
    /// Fingerprint of the input it was used with.
    pub params: u64,
    pub at_us: i64,
    /// The result, unless the attempt failed.
    pub group: Option<Group>,
    pub failed: bool,
}

/// An adjustment group: what one mutation changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub id: u64,
    pub created_us: i64,
    pub reason: String,
    pub reference_document_uri: Option<String>,
    pub changes: Vec<Change>,
}

/// One changed quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub name: String,
    pub delta: i64,
    pub item: u64,
    pub location: u64,
}

/// The store.
#[derive(Debug, Default)]
pub struct Shop {
    pub products: BTreeMap<u64, Product>,
    pub variants: BTreeMap<u64, Variant>,
    pub locations: BTreeMap<u64, Location>,
    levels: HashMap<u64, BTreeMap<u64, Level>>,
    by_item: BTreeMap<u64, u64>,
    /// Keyed by the SKU in lower case.
    by_sku: HashMap<String, Vec<u64>>,
    by_product: HashMap<u64, Vec<u64>>,
    keys: HashMap<String, KeyRecord>,
    last_id: u64,
}

impl Shop {
    /// An id never used before.
    #[must_use]
    pub fn next_id(&self) -> u64 {
        self.last_id.max(FIRST_ID).saturating_add(1)
    }

    const fn saw(&mut self, id: u64) {
        if id > self.last_id {
            self.last_id = id;
        }
    }

    pub(crate) fn put_location(&mut self, location: Location) {
        self.saw(location.id);
        self.locations.insert(location.id, location);
    }

    pub(crate) fn put_product(&mut self, product: Product) {
        self.saw(product.id);
        self.products.insert(product.id, product);
    }

    pub(crate) fn put_variant(&mut self, variant: Variant) {
        self.saw(variant.id.max(variant.item));
        self.forget_indexes(variant.id);
        self.by_item.insert(variant.item, variant.id);
        self.by_product.entry(variant.product).or_default().push(variant.id);
        if let Some(sku) = &variant.sku {
            self.by_sku.entry(sku.to_lowercase()).or_default().push(variant.id);
        }
        self.variants.insert(variant.id, variant);
    }

    fn forget_indexes(&mut self, id: u64) {
        let Some(old) = self.variants.get(&id) else { return };
        self.by_item.remove(&old.item);
        if let Some(ids) = self.by_product.get_mut(&old.product) {
            ids.retain(|v| *v != id);
        }
        if let Some(ids) = old.sku.as_ref().and_then(|sku| self.by_sku.get_mut(&sku.to_lowercase())) {
            ids.retain(|v| *v != id);
        }
    }

    pub(crate) fn forget_variant(&mut self, id: u64) {
        self.forget_indexes(id);
        if let Some(old) = self.variants.remove(&id) {
            self.levels.remove(&old.item);
        }
    }

    pub(crate) fn put_level(&mut self, level: Level) {
        self.levels.entry(level.item).or_default().insert(level.location, level);
    }

    pub(crate) fn forget_level(&mut self, item: u64, location: u64) {
        if let Some(levels) = self.levels.get_mut(&item) {
            levels.remove(&location);
        }
    }

    pub(crate) fn put_key(&mut self, record: KeyRecord) {
        if let Some(group) = &record.group {
            self.saw(group.id);
        }
        self.keys.insert(record.key.clone(), record);
    }

    /// What is known of an idempotency key.
    #[must_use]
    pub fn key(&self, key: &str) -> Option<&KeyRecord> {
        self.keys.get(key)
    }

    /// The variant an inventory item belongs to.
    #[must_use]
    pub fn variant_of_item(&self, item: u64) -> Option<&Variant> {
        self.by_item.get(&item).and_then(|id| self.variants.get(id))
    }

    /// Inventory items with ids above `after`, in the order of their ids.
    pub fn items_after(&self, after: u64) -> impl Iterator<Item = &Variant> {
        self.by_item.range(after.saturating_add(1)..).map(|(_, id)| id).filter_map(|id| self.variants.get(id))
    }

    /// Variants with this SKU, in the order they were created. SKUs are not unique here.
    pub fn variants_of_sku<'s>(&'s self, sku: &'s str) -> impl Iterator<Item = &'s Variant> {
        self.variants_like_sku(sku).filter(move |v| v.sku.as_deref() == Some(sku))
    }

    /// Variants with this SKU in any mixture of upper and lower case, as the search finds them.
    pub fn variants_like_sku(&self, sku: &str) -> impl Iterator<Item = &Variant> {
        self.by_sku.get(&sku.to_lowercase()).into_iter().flatten().filter_map(|id| self.variants.get(id))
    }

    /// Variants of a product.
    pub fn variants_of_product(&self, product: u64) -> impl Iterator<Item = &Variant> {
        self.by_product.get(&product).into_iter().flatten().filter_map(|id| self.variants.get(id))
    }

    /// Stock of an item at a location, if it is stocked there.
    #[must_use]
    pub fn level(&self, item: u64, location: u64) -> Option<&Level> {
        self.levels.get(&item)?.get(&location)
    }

    /// Stock of an item everywhere.
    pub fn levels(&self, item: u64) -> impl Iterator<Item = &Level> {
        self.levels.get(&item).into_iter().flat_map(BTreeMap::values)
    }

    /// What a buyer sees: available at all locations; `None` if the item is stocked nowhere.
    #[must_use]
    pub fn shown(&self, item: u64) -> Option<i64> {
        self.levels(item).map(|l| l.available).reduce(i64::saturating_add)
    }
}
