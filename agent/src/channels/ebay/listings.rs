//! Reading inventory items with their offers. The API tells offers for one SKU at a time only.
//!
//! Source: <https://developer.ebay.com/api-docs/sell/inventory/resources/offer/methods/getOffers>.

use super::call::Api;
use super::{OFFER, SKU};
use crate::channels::http::segment;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use serde::Deserialize;

const ITEMS: &str = "/sell/inventory/v1/inventory_item";
/// Items a page: small, since each costs a call for its offers.
const PAGE: &str = "25";
/// "This Offer is not available": the SKU has none.
const NO_OFFER: &str = "25713";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Items {
    #[serde(default)]
    inventory_items: Vec<Item>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    sku: String,
    #[serde(default)]
    product: Product,
    #[serde(default)]
    availability: Availability,
}

#[derive(Default, Deserialize)]
struct Product {
    #[serde(default)]
    title: String,
    #[serde(default)]
    ean: Vec<String>,
    #[serde(default)]
    upc: Vec<String>,
    #[serde(default)]
    isbn: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Availability {
    ship_to_location_availability: ShipTo,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ShipTo {
    quantity: Option<i64>,
}

#[derive(Deserialize)]
struct Offers {
    #[serde(default)]
    offers: Vec<Offer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Offer {
    offer_id: String,
    marketplace_id: Option<String>,
    status: Option<String>,
    available_quantity: Option<i64>,
    listing: Option<Listing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    listing_id: Option<String>,
}

impl Product {
    fn gtin(&self) -> Option<String> {
        // "Does not apply" stands where a seller has no code.
        let is_code =
            |code: &&String| code.chars().all(|c| c.is_ascii_digit() || c == 'X') && !code.is_empty();
        self.ean.iter().chain(&self.upc).chain(&self.isbn).find(is_code).cloned()
    }
}

/// One page of the account's items that have a published offer on the site. The cursor is the API's own `next`.
pub(super) async fn pull(api: &Api, marketplace: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let reply = match cursor {
        // A path with its query, relative to the host; taken as it is, since `offset` counts pages, not items.
        Some(next) => api.get(next, &[]).await?,
        None => api.get(ITEMS, &[("limit", PAGE), ("offset", "0")]).await?,
    };
    let items: Items = reply.json()?;
    let mut listings = Vec::new();
    for item in items.inventory_items {
        let offers = offers_of(api, &item.sku).await?;
        let published = offers.into_iter().find(|offer| {
            offer.marketplace_id.as_deref() == Some(marketplace)
                && offer.status.as_deref() == Some("PUBLISHED")
        });
        if let Some(offer) = published {
            listings.push(listing(item, offer));
        }
    }
    Ok(Page { listings, next: items.next.as_deref().map(path_of) })
}

/// `next` may be an absolute address or a path.
fn path_of(next: &str) -> String {
    match reqwest::Url::parse(next) {
        Ok(url) => format!("{}?{}", url.path(), url.query().unwrap_or_default()),
        Err(_) => next.to_owned(),
    }
}

fn listing(item: Item, offer: Offer) -> RemoteListing {
    RemoteListing {
        quantity: shown(&item, &offer),
        gtin: item.product.gtin(),
        title: item.product.title,
        group: offer.listing.and_then(|listing| listing.listing_id),
        external: ExternalId::from([(SKU.to_owned(), item.sku.clone()), (OFFER.to_owned(), offer.offer_id)]),
        sku: Some(item.sku),
    }
}

/// What buyers see: the lower of the two quantities.
fn shown(item: &Item, offer: &Offer) -> Option<i64> {
    let ship_to = item.availability.ship_to_location_availability.quantity.unwrap_or(0);
    Some(offer.available_quantity.map_or(ship_to, |available| available.min(ship_to)))
}

async fn offers_of(api: &Api, sku: &str) -> Result<Vec<Offer>, ChannelError> {
    match api.get("/sell/inventory/v1/offer", &[("sku", sku)]).await {
        Ok(reply) => Ok(reply.json::<Offers>()?.offers),
        Err(ChannelError::Refused { code, .. }) if code == NO_OFFER => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The quantities that these listings show, in their order.
pub(super) async fn observe(api: &Api, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut shown_all = Vec::with_capacity(listings.len());
    for external in listings {
        shown_all.push(match (external.get(SKU), external.get(OFFER)) {
            (Some(sku), Some(offer)) => observe_one(api, sku, offer).await?,
            _ => None,
        });
    }
    Ok(shown_all)
}

async fn observe_one(api: &Api, sku: &str, offer: &str) -> Result<Option<i64>, ChannelError> {
    let item: Item = match api.get(&format!("{ITEMS}/{}", segment(sku)), &[]).await {
        Ok(reply) => reply.json()?,
        Err(ChannelError::Refused { code, .. }) if code == "25710" || code == "25702" => return Ok(None),
        Err(error) => return Err(error),
    };
    let offers = offers_of(api, sku).await?;
    Ok(offers.iter().find(|one| one.offer_id == offer).and_then(|offer| shown(&item, offer)))
}
