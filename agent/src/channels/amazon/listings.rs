//! Reading listings items.
//!
//! Source: <https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference>, searchListingsItems.

use super::call::Api;
use super::wire::{Item, Items};
use super::{Account, MERCHANT, SKU};
use crate::channels::http::segment;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::BTreeMap;

/// Where items are.
pub(super) const ITEMS: &str = "/listings/2021-08-01/items";
/// Most items a page, and most identifiers a search.
const PAGE: &str = "20";

/// The query of a page.
pub(super) fn page<'a>(account: &'a Account, size: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("marketplaceIds", account.marketplace.as_str()),
        ("includedData", "summaries,attributes,fulfillmentAvailability"),
        ("pageSize", size),
    ]
}

/// One page of the items that the merchant fulfils.
pub(super) async fn pull(api: &Api, account: &Account, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let mut query = page(account, PAGE);
    if let Some(token) = cursor {
        query.push(("pageToken", token));
    }
    let items: Items = api.get(&format!("{ITEMS}/{}", segment(&account.seller)), &query).await?.json()?;
    let listings = items.items.into_iter().filter(is_merchants).map(listing).collect();
    Ok(Page { listings, next: items.pagination.next_token })
}

/// Not a parent (which has no quantity), and not Amazon's to count.
fn is_merchants(item: &Item) -> bool {
    quantity(item).is_some()
}

fn quantity(item: &Item) -> Option<i64> {
    let own = item.fulfillment_availability.iter().find(|one| one.fulfillment_channel_code == MERCHANT)?;
    // An item that never had a quantity shows none.
    Some(own.quantity.unwrap_or(0))
}

fn listing(item: Item) -> RemoteListing {
    let identifiers = &item.attributes.externally_assigned_product_identifier;
    RemoteListing {
        external: ExternalId::from([(SKU.to_owned(), item.sku.clone())]),
        group: None,
        gtin: identifiers.iter().find_map(|identifier| identifier.value.clone()),
        title: item.summaries.first().map(|summary| summary.item_name.clone()).unwrap_or_default(),
        quantity: quantity(&item),
        sku: Some(item.sku),
    }
}

/// The quantities that sell, in the order of the listings.
pub(super) async fn observe(
    api: &Api,
    account: &Account,
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let skus: Vec<&str> = listings.iter().map(|one| one.get(SKU).map_or("", String::as_str)).collect();
    let mut shown: BTreeMap<String, Option<i64>> = BTreeMap::new();
    // A comma parts identifiers, so that a SKU with one is looked for alone, by its own address.
    let (odd, plain): (Vec<&str>, Vec<&str>) = skus.iter().partition(|sku| sku.contains(','));
    for some in plain.chunks(20) {
        let identifiers = some.join(",");
        let mut query = page(account, PAGE);
        query.extend([("identifiers", identifiers.as_str()), ("identifiersType", "SKU")]);
        let found: Items = api.get(&format!("{ITEMS}/{}", segment(&account.seller)), &query).await?.json()?;
        shown.extend(found.items.into_iter().map(|item| (item.sku.clone(), quantity(&item))));
    }
    for sku in odd {
        let path = format!("{ITEMS}/{}/{}", segment(&account.seller), segment(sku));
        let query =
            [("marketplaceIds", account.marketplace.as_str()), ("includedData", "fulfillmentAvailability")];
        match api.get(&path, &query).await {
            Ok(reply) => {
                let item: Item = reply.json()?;
                shown.insert(sku.to_owned(), quantity(&item));
            }
            Err(ChannelError::Refused { code, .. }) if code == "NotFound" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(skus.iter().map(|sku| shown.get(*sku).copied().flatten()).collect())
}
