//! Reading variants and their stock at the location.
//!
//! Sources: <https://developer.bigcommerce.com/docs/rest-catalog/product-variants>,
//! <https://developer.bigcommerce.com/docs/rest-management/inventory/items>.

use super::call::Api;
use super::wire::{Item, List, Product, Variant};
use super::{PRODUCT, VARIANT};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::{BTreeMap, BTreeSet};

/// Variants a page, and ids a search.
const PAGE: &str = "250";

/// What stock belongs to: the variant, or its product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Counted {
    Variant(i64),
    Product(i64),
}

/// One page of variants.
pub(super) async fn pull(api: &Api, location: i64, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let query = [("limit", PAGE), ("page", cursor.unwrap_or("1"))];
    let variants: List<Variant> = api.send(Call::get("/catalog/variants", &query)).await?.json()?;
    let products: BTreeSet<String> = variants.data.iter().map(|one| one.product_id.to_string()).collect();
    let ids = products.into_iter().collect::<Vec<_>>().join(",");
    let query = [("id:in", ids.as_str()), ("include_fields", "name,inventory_tracking"), ("limit", PAGE)];
    let products: List<Product> = api.send(Call::get("/catalog/products", &query)).await?.json()?;
    let products: BTreeMap<i64, Product> = products.data.into_iter().map(|one| (one.id, one)).collect();
    let counted: Vec<Counted> = variants.data.iter().map(|one| counted_by(one, &products)).collect();
    let stock = stock(api, location, &counted).await?;
    let mut seen = BTreeSet::new();
    let mut listings = Vec::new();
    for (variant, counted) in variants.data.into_iter().zip(counted) {
        // Variants that a product counts together are one listing.
        if seen.insert(counted) {
            let title = products.get(&variant.product_id).map(|product| product.name.clone());
            listings.push(listing(variant, counted, title, &stock));
        }
    }
    let pages = variants.meta.pagination;
    let next = (pages.current_page < pages.total_pages).then(|| (pages.current_page + 1).to_string());
    Ok(Page { listings, next })
}

fn counted_by(variant: &Variant, products: &BTreeMap<i64, Product>) -> Counted {
    match products.get(&variant.product_id) {
        Some(product) if product.inventory_tracking == "product" => Counted::Product(product.id),
        _ => Counted::Variant(variant.id),
    }
}

fn listing(
    variant: Variant,
    counted: Counted,
    title: Option<String>,
    stock: &BTreeMap<Counted, i64>,
) -> RemoteListing {
    let external = match counted {
        Counted::Variant(id) => ExternalId::from([(VARIANT.to_owned(), id.to_string())]),
        Counted::Product(id) => ExternalId::from([(PRODUCT.to_owned(), id.to_string())]),
    };
    RemoteListing {
        external,
        group: Some(variant.product_id.to_string()),
        sku: variant.sku.filter(|sku| !sku.is_empty()),
        gtin: variant.upc.filter(|upc| !upc.is_empty()),
        title: title.unwrap_or_default(),
        quantity: Some(stock.get(&counted).copied().unwrap_or(0)),
    }
}

/// What is on hand at the location.
async fn stock(api: &Api, location: i64, wanted: &[Counted]) -> Result<BTreeMap<Counted, i64>, ChannelError> {
    let path = format!("/inventory/locations/{location}/items");
    let variants: Vec<String> = ids(wanted, |one| match one {
        Counted::Variant(id) => Some(id),
        Counted::Product(_) => None,
    });
    let products: Vec<String> = ids(wanted, |one| match one {
        Counted::Product(id) => Some(id),
        Counted::Variant(_) => None,
    });
    let mut found = BTreeMap::new();
    for (key, ids) in [("variant_id:in", variants), ("product_id:in", products)] {
        for some in ids.chunks(250) {
            let list = some.join(",");
            let query = [(key, list.as_str()), ("limit", PAGE)];
            let items: List<Item> = api.send(Call::get(&path, &query)).await?.json()?;
            for item in items.data {
                let onhand = item.total_inventory_onhand;
                found.extend(item.identity.variant_id.map(|id| (Counted::Variant(id), onhand)));
                found.extend(item.identity.product_id.map(|id| (Counted::Product(id), onhand)));
            }
        }
    }
    Ok(found)
}

fn ids(wanted: &[Counted], of: impl Fn(Counted) -> Option<i64>) -> Vec<String> {
    wanted.iter().filter_map(|one| of(*one)).map(|id| id.to_string()).collect()
}

/// What these show, in their order.
pub(super) async fn observe(
    api: &Api,
    location: i64,
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let counted = |external: &ExternalId| {
        let number = |key: &str| external.get(key)?.parse::<i64>().ok();
        number(VARIANT).map(Counted::Variant).or_else(|| number(PRODUCT).map(Counted::Product))
    };
    let wanted: Vec<Option<Counted>> = listings.iter().map(counted).collect();
    let known: Vec<Counted> = wanted.iter().flatten().copied().collect();
    let stock = stock(api, location, &known).await?;
    Ok(wanted.into_iter().map(|one| stock.get(&one?).copied()).collect())
}
