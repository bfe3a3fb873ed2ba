//! Reading items and their models.
//!
//! Sources: get_item_list, get_item_base_info and get_model_list at <https://open.shopee.com/documents/v2>.

use super::call::Api;
use super::wire::{BaseInfo, Item, ItemList, ModelList};
use super::{ITEM, MODEL};
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::{BTreeMap, BTreeSet};

/// Most items of which get_item_base_info tells at once.
const PAGE: &str = "50";

/// One page of items, each with its models.
pub(super) async fn pull(api: &Api, location: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let offset = cursor.unwrap_or("0");
    let query = [("offset", offset), ("page_size", PAGE), ("item_status", "NORMAL")];
    let page: ItemList = api.get("/api/v2/product/get_item_list", &query).await?;
    let ids: BTreeSet<u64> = page.item.iter().map(|item| item.item_id).collect();
    let mut listings = Vec::new();
    for item in base_info(api, &ids).await? {
        if item.has_model {
            listings.extend(models(api, location, &item).await?);
        } else {
            listings.push(whole(&item, location));
        }
    }
    Ok(Page { listings, next: page.has_next_page.then(|| page.next_offset.to_string()) })
}

async fn base_info(api: &Api, ids: &BTreeSet<u64>) -> Result<Vec<Item>, ChannelError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let list = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let info: BaseInfo =
        api.get("/api/v2/product/get_item_base_info", &[("item_id_list", list.as_str())]).await?;
    Ok(info.item_list)
}

async fn model_list(api: &Api, item: u64) -> Result<ModelList, ChannelError> {
    api.get("/api/v2/product/get_model_list", &[("item_id", item.to_string().as_str())]).await
}

fn id(item: u64, model: u64) -> ExternalId {
    ExternalId::from([(ITEM.to_owned(), item.to_string()), (MODEL.to_owned(), model.to_string())])
}

fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn whole(item: &Item, location: &str) -> RemoteListing {
    RemoteListing {
        external: id(item.item_id, 0),
        group: Some(item.item_id.to_string()),
        sku: filled(&item.item_sku),
        gtin: filled(&item.gtin_code),
        title: item.item_name.clone(),
        quantity: Some(item.stock_info_v2.units(location)),
    }
}

async fn models(api: &Api, location: &str, item: &Item) -> Result<Vec<RemoteListing>, ChannelError> {
    let list = model_list(api, item.item_id).await?;
    Ok(list
        .model
        .into_iter()
        .map(|model| RemoteListing {
            external: id(item.item_id, model.model_id),
            group: Some(item.item_id.to_string()),
            sku: filled(&model.model_sku),
            gtin: filled(&model.gtin_code),
            title: format!("{} {}", item.item_name, model.model_name).trim_end().to_owned(),
            quantity: Some(model.stock_info_v2.units(location)),
        })
        .collect())
}

/// The quantities, in the order of the listings: one call for each item with models, one for all that have none.
pub(super) async fn observe(
    api: &Api,
    location: &str,
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let number = |external: &ExternalId, key: &str| external.get(key).and_then(|id| id.parse::<u64>().ok());
    let wanted: BTreeSet<u64> = listings.iter().filter_map(|one| number(one, ITEM)).collect();
    let mut shown: BTreeMap<(u64, u64), i64> = BTreeMap::new();
    for item in base_info(api, &wanted).await? {
        if !item.has_model {
            shown.insert((item.item_id, 0), item.stock_info_v2.units(location));
            continue;
        }
        for model in model_list(api, item.item_id).await?.model {
            shown.insert((item.item_id, model.model_id), model.stock_info_v2.units(location));
        }
    }
    Ok(listings
        .iter()
        .map(|one| shown.get(&(number(one, ITEM)?, number(one, MODEL).unwrap_or(0))).copied())
        .collect())
}
