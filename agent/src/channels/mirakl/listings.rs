//! Reading offers.
//!
//! Source: <https://developer.mirakl.com/content/product/mmp/rest/seller/openapi3/offers/of21>.

use super::SKU;
use super::call::Api;
use super::wire::{Offer, Offers};
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;

/// Most offers a page.
const PAGE: usize = 100;

/// One page of offers. The cursor is how many were read.
pub(super) async fn pull(api: &Api, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let (size, offset) = (PAGE.to_string(), cursor.unwrap_or("0"));
    let query = [("max", size.as_str()), ("offset", offset)];
    let page: Offers = api.get("/api/offers", &query).await?.json()?;
    let read = offset.parse::<usize>().unwrap_or(0) + page.offers.len();
    let next = (!page.offers.is_empty() && read < page.total_count).then(|| read.to_string());
    Ok(Page { listings: page.offers.into_iter().map(listing).collect(), next })
}

fn listing(offer: Offer) -> RemoteListing {
    RemoteListing {
        external: ExternalId::from([(SKU.to_owned(), offer.shop_sku.clone())]),
        group: None,
        gtin: offer.product_references.into_iter().map(|one| one.reference).find(|code| !code.is_empty()),
        title: offer.product_title.unwrap_or_default(),
        quantity: Some(offer.quantity.unwrap_or(0)),
        sku: Some(offer.shop_sku),
    }
}

/// What these offers have, in their order.
pub(super) async fn observe(api: &Api, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut shown = Vec::with_capacity(listings.len());
    for external in listings {
        let sku = external.get(SKU).map_or("", String::as_str);
        let found: Offers = api.get("/api/offers", &[("sku", sku)]).await?.json()?;
        let own = found.offers.iter().find(|offer| offer.shop_sku == sku);
        shown.push(own.map(|offer| offer.quantity.unwrap_or(0)));
    }
    Ok(shown)
}
