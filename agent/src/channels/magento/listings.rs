//! Reading source items.
//!
//! Source: <https://developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches/>.

use super::call::Api;
use super::search::Search;
use super::wire::SourceItems;
use super::{SKU, reserved};
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::BTreeMap;

const PAGE: usize = 100;

const ITEMS: &str = "/V1/inventory/source-items";

fn of_source(source: &str) -> Search {
    Search::default().filter("source_code", source, "eq")
}

/// One page of the source's items, less what is reserved.
pub(super) async fn pull(api: &Api, source: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let number: usize = cursor.and_then(|page| page.parse().ok()).unwrap_or(1);
    let reserved = reserved::units(api).await?;
    let page: SourceItems = of_source(source).page(PAGE, number).run(api, ITEMS).await?;
    let next = (number * PAGE < page.total_count).then(|| (number + 1).to_string());
    let listings = page.items.into_iter().map(|item| RemoteListing {
        external: ExternalId::from([(SKU.to_owned(), item.sku.clone())]),
        group: None,
        gtin: None,
        title: String::new(),
        quantity: Some(item.for_sale(&reserved)),
        sku: Some(item.sku),
    });
    Ok(Page { listings: listings.collect(), next })
}

/// What these have at the source, in their order.
pub(super) async fn observe(
    api: &Api,
    source: &str,
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let skus: Vec<&str> = listings.iter().map(|one| one.get(SKU).map_or("", String::as_str)).collect();
    // A comma parts the values of "in": a SKU with one is asked for alone.
    let (odd, plain): (Vec<&str>, Vec<&str>) = skus.iter().partition(|sku| sku.contains(','));
    let mut searches: Vec<Search> = plain
        .chunks(PAGE)
        .map(|some| of_source(source).filter("sku", &some.join(","), "in").page(PAGE, 1))
        .collect();
    searches.extend(odd.iter().map(|sku| of_source(source).filter("sku", sku, "eq").page(1, 1)));
    let reserved = reserved::units(api).await?;
    let mut shown: BTreeMap<String, i64> = BTreeMap::new();
    for search in searches {
        let found: SourceItems = search.run(api, ITEMS).await?;
        shown.extend(found.items.iter().map(|item| (item.sku.clone(), item.for_sale(&reserved))));
    }
    Ok(skus.iter().map(|sku| shown.get(*sku).copied()).collect())
}
