//! Reading variants and their available quantity at a location.

use super::graphql::Graphql;
use super::{ITEM, LOCATION};
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Variants a page: the most that stays well under the limit of 1,000 points a query.
const PAGE: u32 = 100;
/// Inventory items a read.
const READ: usize = 100;

const PULL: &str = "query OnhandListings($first: Int!, $after: String, $location: ID!) {
  productVariants(first: $first, after: $after) {
    nodes {
      sku barcode displayName
      inventoryItem { id tracked inventoryLevel(locationId: $location) { quantities(names: [\"available\"]) { quantity } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}";

const OBSERVE: &str = "query OnhandQuantities($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id inventoryLevel(locationId: $location) { quantities(names: [\"available\"]) { quantity } }
    }
  }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Variants {
    product_variants: Connection,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    nodes: Vec<Variant>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Variant {
    sku: Option<String>,
    barcode: Option<String>,
    display_name: String,
    inventory_item: Item,
}

#[derive(Deserialize)]
struct Nodes {
    nodes: Vec<Option<Item>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    #[serde(default)]
    tracked: bool,
    inventory_level: Option<Level>,
}

#[derive(Deserialize)]
struct Level {
    quantities: Vec<Quantity>,
}

#[derive(Deserialize)]
struct Quantity {
    quantity: i64,
}

impl Item {
    fn available(&self) -> Option<i64> {
        self.inventory_level.as_ref()?.quantities.first().map(|one| one.quantity)
    }
}

/// One page of the shop's variants.
pub(super) async fn pull(api: &Graphql, location: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let variables = json!({ "first": PAGE, "after": cursor, "location": location });
    let (data, _) = api.run::<Variants>(PULL, variables).await?;
    let variants = data.product_variants;
    let listings = variants.nodes.into_iter().map(|variant| listing(variant, location)).collect();
    let next = variants.page_info.end_cursor.filter(|_| variants.page_info.has_next_page);
    Ok(Page { listings, next })
}

fn listing(variant: Variant, location: &str) -> RemoteListing {
    // An item that Shopify does not track has no quantity to be set.
    let quantity = variant.inventory_item.available().filter(|_| variant.inventory_item.tracked);
    RemoteListing {
        external: ExternalId::from([
            (ITEM.to_owned(), variant.inventory_item.id),
            (LOCATION.to_owned(), location.to_owned()),
        ]),
        quota_key: None,
        sku: variant.sku.filter(|sku| !sku.is_empty()),
        gtin: variant.barcode.filter(|code| !code.is_empty()),
        title: variant.display_name,
        quantity,
    }
}

/// The available quantities of these listings, in their order.
pub(super) async fn observe(
    api: &Graphql,
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut by_location: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for external in listings {
        if let (Some(item), Some(location)) = (external.get(ITEM), external.get(LOCATION)) {
            by_location.entry(location).or_default().push(item);
        }
    }
    let mut shown: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (location, items) in by_location {
        for ids in items.chunks(READ) {
            let (data, _) = api.run::<Nodes>(OBSERVE, json!({ "ids": ids, "location": location })).await?;
            for item in data.nodes.into_iter().flatten() {
                if let Some(quantity) = item.available() {
                    shown.insert((item.id, location.to_owned()), quantity);
                }
            }
        }
    }
    let of = |external: &ExternalId| {
        shown.get(&(external.get(ITEM)?.clone(), external.get(LOCATION)?.clone())).copied()
    };
    Ok(listings.iter().map(of).collect())
}
