//! Reading items and their variations.
//!
//! Source: <https://developers.mercadolivre.com.br/en_us/items-and-searches>: scrolling, and twenty items at once.

use super::call::Api;
use super::wire::{Answer, Item, Search, named};
use super::{ITEM, VARIATION};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::{BTreeMap, BTreeSet};

/// Most items of which can be asked at once; a page has as many.
const SOME: &str = "20";
const FIELDS: &str = "id,title,status,available_quantity,attributes,seller_custom_field,variations,shipping";

/// Ids of the seller's items. A scroll lasts five minutes.
pub(super) async fn search(api: &Api, scroll: Option<&str>) -> Result<Search, ChannelError> {
    let path = format!("/users/{}/items/search", api.user().await?.id);
    let mut query = vec![("search_type", "scan"), ("limit", SOME)];
    query.extend(scroll.map(|scroll| ("scroll_id", scroll)));
    api.send(Call::get(&path, &query)).await?.json()
}

/// One page of items with their variations.
pub(super) async fn pull(api: &Api, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let found = search(api, cursor).await?;
    let ids: BTreeSet<String> = found.results.into_iter().collect();
    if ids.is_empty() {
        return Ok(Page::default());
    }
    let items = items(api, &ids).await?;
    Ok(Page {
        listings: items.into_iter().filter(is_sellers).flat_map(listings).collect(),
        next: found.scroll_id,
    })
}

/// Not what Mercado Libre keeps itself, and not what has ended.
fn is_sellers(item: &Item) -> bool {
    item.shipping.logistic_type.as_deref() != Some("fulfillment") && item.status != "closed"
}

async fn items(api: &Api, ids: &BTreeSet<String>) -> Result<Vec<Item>, ChannelError> {
    let list = ids.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    // The seller's SKU is among the attributes that are not told unless they are asked for.
    let query = [("ids", list.as_str()), ("attributes", FIELDS), ("include_attributes", "all")];
    let answers: Vec<Answer> = api.send(Call::get("/items", &query)).await?.json()?;
    let good = answers.into_iter().filter(|answer| answer.code == 200);
    Ok(good.filter_map(|answer| serde_json::from_value(answer.body).ok()).collect())
}

fn listings(item: Item) -> Vec<RemoteListing> {
    let id = |variation: Option<u64>| {
        let mut id = ExternalId::from([(ITEM.to_owned(), item.id.clone())]);
        id.extend(variation.map(|variation| (VARIATION.to_owned(), variation.to_string())));
        id
    };
    let own = |custom: &Option<String>| custom.clone().filter(|custom| !custom.is_empty());
    if item.variations.is_empty() {
        return vec![RemoteListing {
            external: id(None),
            group: Some(item.id.clone()),
            sku: named(&item.attributes, "SELLER_SKU").or_else(|| own(&item.seller_custom_field)),
            gtin: named(&item.attributes, "GTIN"),
            title: item.title.clone(),
            quantity: Some(item.available_quantity),
        }];
    }
    item.variations
        .iter()
        .map(|variation| {
            let values = variation.attribute_combinations.iter().filter_map(|one| one.value_name.clone());
            RemoteListing {
                external: id(Some(variation.id)),
                group: Some(item.id.clone()),
                sku: named(&variation.attributes, "SELLER_SKU")
                    .or_else(|| own(&variation.seller_custom_field)),
                gtin: named(&variation.attributes, "GTIN"),
                title: format!("{} {}", item.title, values.collect::<Vec<_>>().join(" "))
                    .trim_end()
                    .to_owned(),
                quantity: Some(variation.available_quantity),
            }
        })
        .collect()
}

/// The quantities, in the order of the listings.
pub(super) async fn observe(api: &Api, wanted: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
    let ids: BTreeSet<String> = wanted.iter().filter_map(|one| one.get(ITEM).cloned()).collect();
    let found = items(api, &ids).await?.into_iter().filter(is_sellers).flat_map(listings);
    let shown: BTreeMap<ExternalId, Option<i64>> = found.map(|one| (one.external, one.quantity)).collect();
    Ok(wanted.iter().map(|one| shown.get(one).copied().flatten()).collect())
}
