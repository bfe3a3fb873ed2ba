//! Reading listings and their products.
//!
//! Source: <https://developers.etsy.com/documentation/reference/#operation/getListingsByShop>.

use super::call::Api;
use super::wire::{Inventory, Listing, Listings, Product};
use super::{LISTING, PLACE, SKU};
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::BTreeMap;

/// Most listings a page.
const PAGE: usize = 100;
/// Listings that are for sale, or were until the last one was sold. What the seller put aside is left alone.
const STATES: [&str; 2] = ["active", "sold_out"];

/// One page of products. The cursor is the state and how many of it were read.
pub(super) async fn pull(api: &Api, shop: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let (state, offset) = cursor.and_then(|cursor| cursor.split_once(' ')).unwrap_or((STATES[0], "0"));
    let path = format!("/v3/application/shops/{}/listings", segment(shop));
    let size = PAGE.to_string();
    let query = [("state", state), ("limit", size.as_str()), ("offset", offset), ("includes", "Inventory")];
    let page: Listings = api.send(Call::get(&path, &query)).await?.json()?;
    let next = if page.results.len() == PAGE {
        let read: usize = offset.parse().unwrap_or(0);
        Some(format!("{state} {}", read + PAGE))
    } else {
        STATES.iter().skip_while(|one| **one != state).nth(1).map(|state| format!("{state} 0"))
    };
    Ok(Page { listings: page.results.iter().flat_map(products).collect(), next })
}

fn products(listing: &Listing) -> Vec<RemoteListing> {
    let Some(inventory) = &listing.inventory else { return Vec::new() };
    inventory.present().enumerate().map(|(place, product)| one(listing, place, product)).collect()
}

fn one(listing: &Listing, place: usize, product: &Product) -> RemoteListing {
    let id = listing.listing_id.to_string();
    let (key, value) = match product.sku.as_str() {
        "" => (PLACE, place.to_string()),
        sku => (SKU, sku.to_owned()),
    };
    let choices: Vec<&str> =
        product.property_values.iter().flat_map(|one| one.values.iter().map(String::as_str)).collect();
    RemoteListing {
        external: ExternalId::from([(LISTING.to_owned(), id.clone()), (key.to_owned(), value)]),
        group: Some(id),
        sku: (!product.sku.is_empty()).then(|| product.sku.clone()),
        gtin: None,
        title: format!("{} {}", listing.title, choices.join(", ")).trim_end().to_owned(),
        quantity: Some(if listing.state == "active" { product.quantity() } else { 0 }),
    }
}

/// A listing's products, and its state.
pub(super) async fn inventory(api: &Api, listing: &str) -> Result<Option<Inventory>, ChannelError> {
    let path = format!("/v3/application/listings/{}/inventory", segment(listing));
    match api.send(Call::get(&path, &[("includes", "Listing")])).await {
        Ok(reply) => reply.json().map(Some),
        Err(ChannelError::Refused { code, .. }) if code == "404" => Ok(None),
        Err(error) => Err(error),
    }
}

impl Inventory {
    /// active, inactive, sold_out, draft, expired.
    pub(super) fn state(&self) -> &str {
        self.listing.as_ref().map_or("active", |listing| listing.state.as_str())
    }
}

/// What these show, in their order: nothing can be bought of a listing that is not active.
pub(super) async fn observe(api: &Api, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut read: BTreeMap<&str, Option<Inventory>> = BTreeMap::new();
    for external in listings {
        let id = external.get(LISTING).map_or("", String::as_str);
        if !read.contains_key(id) {
            read.insert(id, inventory(api, id).await?);
        }
    }
    let shown = |external: &ExternalId| {
        let inventory = read.get(external.get(LISTING)?.as_str())?.as_ref()?;
        let place = inventory.find(external)?;
        let quantity = inventory.present().nth(place)?.quantity();
        Some(if inventory.state() == "active" { quantity } else { 0 })
    };
    Ok(listings.iter().map(shown).collect())
}
