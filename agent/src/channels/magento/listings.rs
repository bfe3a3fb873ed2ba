//! Reading source items.
//!
//! Source: <https://developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches/>.

use super::SKU;
use super::call::Api;
use super::wire::SourceItems;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::BTreeMap;

const PAGE: usize = 100;

/// A search: filters that all must hold.
struct Search(Vec<(String, String)>);

impl Search {
    fn of_source(source: &str) -> Self {
        Self(Vec::new()).filter(0, "source_code", source, "eq")
    }

    fn filter(mut self, group: usize, field: &str, value: &str, condition: &str) -> Self {
        let key = |name: &str| format!("searchCriteria[filterGroups][{group}][filters][0][{name}]");
        let pairs = [("field", field), ("value", value), ("conditionType", condition)];
        self.0.extend(pairs.map(|(name, text)| (key(name), text.to_owned())));
        self
    }

    fn page(mut self, size: usize, number: usize) -> Self {
        self.0.push(("searchCriteria[pageSize]".to_owned(), size.to_string()));
        self.0.push(("searchCriteria[currentPage]".to_owned(), number.to_string()));
        self
    }

    async fn run(&self, api: &Api) -> Result<SourceItems, ChannelError> {
        let query: Vec<(&str, &str)> =
            self.0.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        api.send(Call::get("/V1/inventory/source-items", &query)).await?.json()
    }
}

/// One page of the source's items. A page beyond the last is the last one again, so that the count ends it.
pub(super) async fn pull(api: &Api, source: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let number: usize = cursor.and_then(|page| page.parse().ok()).unwrap_or(1);
    let page = Search::of_source(source).page(PAGE, number).run(api).await?;
    let next = (number * PAGE < page.total_count).then(|| (number + 1).to_string());
    let listings = page.items.into_iter().map(|item| RemoteListing {
        external: ExternalId::from([(SKU.to_owned(), item.sku.clone())]),
        group: None,
        gtin: None,
        title: String::new(),
        quantity: Some(item.units()),
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
        .map(|some| Search::of_source(source).filter(1, "sku", &some.join(","), "in").page(PAGE, 1))
        .collect();
    searches.extend(odd.iter().map(|sku| Search::of_source(source).filter(1, "sku", sku, "eq").page(1, 1)));
    let mut shown: BTreeMap<String, i64> = BTreeMap::new();
    for search in searches {
        let found = search.run(api).await?;
        shown.extend(found.items.iter().map(|item| (item.sku.clone(), item.units())));
    }
    Ok(skus.iter().map(|sku| shown.get(*sku).copied()).collect())
}
