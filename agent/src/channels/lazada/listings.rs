//! Reading items and their SKUs.
//!
//! Sources: <https://open.lazada.com/apps/doc/api?path=%2Fproducts%2Fget>,
//! <https://open.lazada.com/apps/doc/api?path=%2Fproduct%2Fitem%2Fget>.

use super::call::Api;
use super::wire::{Product, Products};
use super::{ITEM, SKU};
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::{BTreeMap, BTreeSet};

/// Most items a page.
const PAGE: usize = 50;

/// One page of items with their SKUs.
pub(super) async fn pull(api: &Api, warehouse: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let (offset, limit) = (cursor.unwrap_or("0"), PAGE.to_string());
    let query = [("filter", "live"), ("offset", offset), ("limit", limit.as_str())];
    let page: Products = api.get("/products/get", &query).await?;
    let next = offset.parse::<usize>().unwrap_or(0) + page.products.len();
    let more = !page.products.is_empty() && next < page.total_products;
    let listings = page.products.into_iter().flat_map(|product| listings(product, warehouse)).collect();
    Ok(Page { listings, next: more.then(|| next.to_string()) })
}

fn listings(product: Product, warehouse: &str) -> Vec<RemoteListing> {
    let (item, title) = (product.item_id.to_string(), product.attributes.name);
    product
        .skus
        .into_iter()
        .map(|sku| RemoteListing {
            external: ExternalId::from([
                (ITEM.to_owned(), item.clone()),
                (SKU.to_owned(), sku.id.to_string()),
            ]),
            group: Some(item.clone()),
            quantity: Some(sku.units(warehouse)),
            sku: Some(sku.seller_sku).filter(|sku| !sku.is_empty()),
            gtin: None,
            title: title.clone(),
        })
        .collect()
}

/// The quantities, in the order of the listings: one call for each item.
pub(super) async fn observe(
    api: &Api,
    warehouse: &str,
    wanted: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let items: BTreeSet<&String> = wanted.iter().filter_map(|one| one.get(ITEM)).collect();
    let mut shown: BTreeMap<ExternalId, Option<i64>> = BTreeMap::new();
    for item in items {
        match api.get::<Product>("/product/item/get", &[("item_id", item.as_str())]).await {
            Ok(product) => {
                let found = listings(product, warehouse).into_iter();
                shown.extend(found.map(|listing| (listing.external, listing.quantity)));
            }
            // The item is not there any more.
            Err(ChannelError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(wanted.iter().map(|one| shown.get(one).copied().flatten()).collect())
}
