//! Reading item variations and their counts.
//!
//! Sources: <https://developer.squareup.com/reference/square/catalog-api/list-catalog>,
//! <https://developer.squareup.com/reference/square/inventory-api/batch-retrieve-inventory-counts>.

use super::VARIATION;
use super::call::Api;
use super::wire::{Counts, Object, Objects};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// One page of variations, with their counts at the location.
pub(super) async fn pull(api: &Api, location: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let mut query = vec![("types", "ITEM_VARIATION")];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let page: Objects = api.send(Call::get("/v2/catalog/list", &query)).await?.json()?;
    let objects: Vec<Object> = page.objects.into_iter().filter(|object| !object.is_deleted).collect();
    let ids: Vec<&str> = objects.iter().map(|object| object.id.as_str()).collect();
    let counts = counts(api, location, &ids).await?;
    let listings = objects.into_iter().filter_map(|object| listing(object, &counts)).collect();
    Ok(Page { listings, next: page.cursor.filter(|next| !next.is_empty()) })
}

fn listing(object: Object, counts: &BTreeMap<String, i64>) -> Option<RemoteListing> {
    let variation = object.item_variation_data?;
    Some(RemoteListing {
        quantity: Some(counts.get(&object.id).copied().unwrap_or(0)),
        external: ExternalId::from([(VARIATION.to_owned(), object.id)]),
        group: variation.item_id,
        sku: variation.sku.filter(|sku| !sku.is_empty()),
        gtin: variation.upc.filter(|upc| !upc.is_empty()),
        title: variation.name,
    })
}

/// What is in stock at the location. A variation that was never counted is not there.
pub(super) async fn counts(
    api: &Api,
    location: &str,
    ids: &[&str],
) -> Result<BTreeMap<String, i64>, ChannelError> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(1000) {
        let mut cursor: Option<String> = None;
        loop {
            let mut body =
                json!({ "catalog_object_ids": some, "location_ids": [location], "states": ["IN_STOCK"] });
            if let (Some(cursor), Some(body)) = (&cursor, body.as_object_mut()) {
                body.insert("cursor".to_owned(), json!(cursor));
            }
            let page: Counts =
                api.send(Call::post("/v2/inventory/counts/batch-retrieve", &body)).await?.json()?;
            found.extend(page.counts.iter().map(|one| (one.catalog_object_id.clone(), one.units())));
            cursor = page.cursor.filter(|next| !next.is_empty());
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(found)
}

/// The quantities of these variations, in their order. One without a count shows 0 if it is in the catalog.
pub(super) async fn observe(
    api: &Api,
    location: &str,
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let ids: Vec<&str> = listings.iter().map(|one| one.get(VARIATION).map_or("", String::as_str)).collect();
    let body = json!({ "object_ids": ids });
    let known: Objects = api.send(Call::post("/v2/catalog/batch-retrieve", &body)).await?.json()?;
    let known: BTreeSet<String> =
        known.objects.into_iter().filter(|object| !object.is_deleted).map(|object| object.id).collect();
    let counts = counts(api, location, &ids).await?;
    let shown = |id: &str| known.contains(id).then(|| counts.get(id).copied().unwrap_or(0));
    Ok(ids.into_iter().map(shown).collect())
}
