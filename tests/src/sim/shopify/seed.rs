//! Puts products into the simulated store, and changes made on the marketplace itself.

use super::gid::gid;
use super::state::{Level, Location, Product, Variant};
use crate::sim::marketplace::Marketplace;
use crate::sim::op::{Op, State};
use crate::sim::record::{WriteOutcome, WriteRecord};
use serde::{Deserialize, Serialize};

/// What to create. Existing listings stay.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ShopifySeed {
    /// Name of the location to stock them at; the first one there is, or "Shop location", unless said.
    pub location: Option<String>,
    pub products: Vec<ProductSeed>,
    /// Many alike, instead of a list.
    pub generate: Option<Generate>,
}

/// Many listings alike: SKUs are `sku` with `{n}` replaced by 1, 2, ...
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generate {
    pub count: u64,
    pub sku: String,
    #[serde(default)]
    pub quantity: i64,
}

/// A product.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProductSeed {
    pub title: String,
    pub variants: Vec<VariantSeed>,
}

/// A variant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VariantSeed {
    pub sku: Option<String>,
    pub barcode: Option<String>,
    pub title: String,
    pub quantity: i64,
    pub tracked: bool,
    /// Whether it is stocked at the location.
    pub stocked: bool,
    /// False for a bundle's parent.
    pub mutable: bool,
}

impl Default for VariantSeed {
    fn default() -> Self {
        let title = "Default Title".to_owned();
        Self { sku: None, barcode: None, title, quantity: 0, tracked: true, stocked: true, mutable: true }
    }
}

/// What was created.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShopifySeeded {
    pub location: Created,
    /// Empty if the listings were generated.
    pub variants: Vec<CreatedVariant>,
    pub count: u64,
}

/// A location created or found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Created {
    pub id: String,
    pub name: String,
}

/// The ids of a variant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedVariant {
    pub sku: Option<String>,
    pub product_id: String,
    pub variant_id: String,
    pub inventory_item_id: String,
}

/// Variants per generated product.
const PER_PRODUCT: u64 = 100;

/// Decides what seeding creates.
#[must_use]
pub fn seed(state: &State, seed: &ShopifySeed, now_us: i64) -> (Vec<Op>, ShopifySeeded) {
    let mut next = state.shop.next_id();
    let mut id = || {
        next = next.saturating_add(1);
        next
    };
    let mut ops = Vec::new();
    let name = seed.location.as_deref();
    let known = state.shop.locations.values().find(|l| name.is_none_or(|n| n == l.name));
    let location = known.cloned().unwrap_or_else(|| {
        let location = Location { id: id(), name: name.unwrap_or("Shop location").to_owned() };
        ops.push(Op::Location(location.clone()));
        location
    });
    let generated = seed.generate.as_ref().map(generated).unwrap_or_default();
    let (mut created, mut count) = (Vec::new(), 0_u64);
    for product in seed.products.iter().chain(&generated) {
        let product_id = id();
        ops.push(Op::Product(Product { id: product_id, title: product.title.clone() }));
        for v in &product.variants {
            let (variant, item) = (id(), id());
            count = count.saturating_add(1);
            if seed.generate.is_none() {
                created.push(CreatedVariant {
                    sku: v.sku.clone(),
                    product_id: gid("Product", product_id),
                    variant_id: gid("ProductVariant", variant),
                    inventory_item_id: gid("InventoryItem", item),
                });
            }
            ops.push(Op::Variant(Variant {
                id: variant,
                product: product_id,
                item,
                sku: v.sku.clone(),
                barcode: v.barcode.clone(),
                title: v.title.clone(),
                tracked: v.tracked,
                mutable: v.mutable,
                price: None,
            }));
            if v.stocked {
                let level = Level {
                    item,
                    location: location.id,
                    available: v.quantity,
                    committed: 0,
                    updated_us: now_us,
                };
                ops.push(Op::Level(level));
            }
        }
    }
    let location = Created { id: gid("Location", location.id), name: location.name };
    (ops, ShopifySeeded { location, variants: created, count })
}

fn generated(generate: &Generate) -> Vec<ProductSeed> {
    let mut products: Vec<ProductSeed> = Vec::new();
    for n in 1..=generate.count {
        let sku = generate.sku.replace("{n}", &n.to_string());
        let variant = VariantSeed {
            title: sku.clone(),
            sku: Some(sku),
            quantity: generate.quantity,
            ..VariantSeed::default()
        };
        match products.last_mut() {
            Some(product) if n % PER_PRODUCT != 1 => product.variants.push(variant),
            _ => products
                .push(ProductSeed { title: format!("Generated product {n}"), variants: vec![variant] }),
        }
    }
    products
}

/// How somebody else changes a quantity.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// A buyer buys so many.
    Sell(i64),
    /// A person sets the quantity.
    Set(i64),
}

/// Decides a change made on the marketplace itself; `None` if there is no such stocked SKU.
#[must_use]
pub fn change(state: &State, sku: &str, change: Change, now_us: i64) -> Option<(Vec<Op>, i64)> {
    let shop = &state.shop;
    let level = shop.variants_of_sku(sku).find_map(|v| shop.levels(v.item).next())?;
    let mut level = level.clone();
    let before = level.available;
    let outcome = match change {
        Change::Sell(quantity) => {
            level.available = level.available.saturating_sub(quantity);
            level.committed = level.committed.saturating_add(quantity);
            WriteOutcome::Sold
        }
        Change::Set(quantity) => {
            level.available = quantity;
            WriteOutcome::SetByHand
        }
    };
    level.updated_us = now_us;
    let after = level.available;
    let record = WriteRecord {
        n: state.next_write(Marketplace::Shopify),
        at_us: now_us,
        request: 0,
        sku: Some(sku.to_owned()),
        external: gid("InventoryItem", level.item),
        quantity: None,
        before: Some(before),
        after: Some(after),
        outcome,
        code: None,
        key: None,
    };
    Some((vec![Op::Level(level), Op::Write(Marketplace::Shopify, record)], after))
}

/// Decides the end of the listings of a SKU: no longer stocked, or gone altogether with `forget`.
#[must_use]
pub fn end(state: &State, sku: &str, forget: bool) -> Vec<Op> {
    let shop = &state.shop;
    let mut ops = Vec::new();
    for v in shop.variants_of_sku(sku) {
        if forget {
            ops.push(Op::ForgetVariant(v.id));
        } else {
            ops.extend(shop.levels(v.item).map(|l| Op::ForgetLevel { item: l.item, location: l.location }));
        }
    }
    ops
}
