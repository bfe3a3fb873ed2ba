//! Reading: all listings by pages, and the quantities of a few.

use super::super::{ChannelError, Page, RemoteListing};
use super::graphql::Api;
use super::wire_reads::{LISTINGS, Level, ListingsData, QUANTITIES, QuantitiesData, Variant};
use super::{ITEM, LOCATION, MAX_ARRAY, Shopify};
use crate::domain::ExternalId;
use serde_json::json;
use std::collections::BTreeMap;

/// One page of variants; 250 is the most there may be on one and costs about 45 points
/// (<https://shopify.dev/docs/api/usage/pagination-graphql>). The cursor is Shopify's own.
///
/// # Errors
/// Every class of [`ChannelError`].
pub async fn pull(shop: &Shopify, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let location = shop.location().await?;
    let variables = json!({"first": MAX_ARRAY, "after": cursor, "location": location});
    let page = shop.api.call::<ListingsData>(LISTINGS, &variables).await?.data.product_variants;
    let next = page.page_info.end_cursor.filter(|_| page.page_info.has_next_page);
    let listings = page.nodes.into_iter().map(|variant| listing(variant, location)).collect();
    Ok(Page { listings, next })
}

/// A variant as a listing. One that is not stocked at the location is a listing too, with no quantity: a push to it
/// then says what to do, whereas a listing left out would just be missing.
fn listing(variant: Variant, location: &str) -> RemoteListing {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    // A product without variations has one variant of this name.
    let title = variant.display_name.trim_end_matches(" - Default Title").to_owned();
    RemoteListing {
        quantity: variant.inventory_item.inventory_level.as_ref().and_then(Level::available),
        external: BTreeMap::from([
            (ITEM.to_owned(), variant.inventory_item.id),
            (LOCATION.to_owned(), location.to_owned()),
        ]),
        group: None,
        sku: filled(variant.sku),
        gtin: filled(variant.barcode),
        title,
    }
}

/// Reads quantities: one call per location and 250 items (about 500 points), since both bound what one may ask.
/// `None` where the item is gone, is not stocked at its location, or the identifiers are not complete.
///
/// # Errors
/// Every class of [`ChannelError`].
pub async fn observe(api: &Api, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut by_location: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (at, external) in listings.iter().enumerate() {
        if let (Some(item), Some(location)) = (external.get(ITEM), external.get(LOCATION)) {
            by_location.entry(location).or_default().push((at, item));
        }
    }
    let mut observed = vec![None; listings.len()];
    for (location, wanted) in by_location {
        for some in wanted.chunks(MAX_ARRAY) {
            let ids: Vec<&str> = some.iter().map(|(_, item)| *item).collect();
            let variables = json!({"ids": ids, "location": location});
            let nodes = api.call::<QuantitiesData>(QUANTITIES, &variables).await?.data.nodes;
            for ((at, _), node) in some.iter().zip(nodes) {
                let level = node.and_then(|stock| stock.inventory_level);
                if let Some(slot) = observed.get_mut(*at) {
                    *slot = level.as_ref().and_then(Level::available);
                }
            }
        }
    }
    Ok(observed)
}
