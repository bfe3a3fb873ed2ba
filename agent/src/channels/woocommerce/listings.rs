//! Reading products and their variations.
//!
//! Source: <https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-products>.

use super::call::Api;
use super::wire::Product;
use super::{PRODUCT, SIMPLE, VARIATION};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use std::collections::BTreeMap;

/// Products a page: few, since each variable one costs calls for its variations.
const PRODUCTS: usize = 20;
/// Variations a page, and ids a search: the most the API allows.
const MOST: usize = 100;

/// One page of products, with all of their variations. The cursor is the page's number.
pub(super) async fn pull(api: &Api, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let page: u32 = cursor.and_then(|page| page.parse().ok()).unwrap_or(1);
    let (number, size) = (page.to_string(), PRODUCTS.to_string());
    let query = [("page", number.as_str()), ("per_page", size.as_str()), ("orderby", "id"), ("order", "asc")];
    let products: Vec<Product> = api.send(Call::get("/products", &query)).await?.json()?;
    let is_full = products.len() == PRODUCTS;
    let mut listings = Vec::new();
    for product in products {
        match product.kind.as_str() {
            "variable" => variations(api, &product, &mut listings).await?,
            "simple" => listings.push(listing(product, None)),
            // Grouped and external products have no stock of their own.
            _ => {}
        }
    }
    Ok(Page { listings, next: is_full.then(|| page.saturating_add(1).to_string()) })
}

async fn variations(
    api: &Api,
    product: &Product,
    listings: &mut Vec<RemoteListing>,
) -> Result<(), ChannelError> {
    let path = format!("/products/{}/variations", product.id);
    for page in 1_u32.. {
        let (number, size) = (page.to_string(), MOST.to_string());
        let query =
            [("page", number.as_str()), ("per_page", size.as_str()), ("orderby", "id"), ("order", "asc")];
        let some: Vec<Product> = api.send(Call::get(&path, &query)).await?.json()?;
        let is_full = some.len() == MOST;
        listings.extend(some.into_iter().map(|variation| listing(variation, Some(product))));
        if !is_full {
            break;
        }
    }
    Ok(())
}

fn listing(one: Product, parent: Option<&Product>) -> RemoteListing {
    let product = parent.map_or(one.id, |parent| parent.id);
    let mut external = ExternalId::from([(PRODUCT.to_owned(), product.to_string())]);
    if parent.is_some() {
        external.insert(VARIATION.to_owned(), one.id.to_string());
    }
    let some = |text: String| (!text.is_empty()).then_some(text);
    RemoteListing {
        external,
        group: Some(parent.map_or_else(|| SIMPLE.to_owned(), |parent| parent.id.to_string())),
        sku: some(one.sku),
        gtin: some(one.global_unique_id),
        title: parent.map_or(one.name.clone(), |parent| format!("{} {}", parent.name, one.name)),
        quantity: Some(one.stock_quantity.unwrap_or(0)),
    }
}

/// The quantities of these, in their order; each product's in one call.
pub(super) async fn observe(api: &Api, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut groups: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for external in listings {
        let product = external.get(PRODUCT).map_or("", String::as_str);
        match external.get(VARIATION) {
            Some(variation) => groups.entry(Some(product)).or_default().push(variation),
            None => groups.entry(None).or_default().push(product),
        }
    }
    let mut shown: BTreeMap<String, i64> = BTreeMap::new();
    for (parent, ids) in groups {
        let path = parent.map_or_else(|| "/products".to_owned(), |id| format!("/products/{id}/variations"));
        for some in ids.chunks(MOST) {
            let (include, size) = (some.join(","), MOST.to_string());
            let query = [("include", include.as_str()), ("per_page", size.as_str())];
            let found: Vec<Product> = match api.send(Call::get(&path, &query)).await {
                Ok(reply) => reply.json()?,
                // The product itself is gone.
                Err(ChannelError::Refused { code, .. }) if code.ends_with("invalid_id") => Vec::new(),
                Err(error) => return Err(error),
            };
            let counted = |one: &Product| (one.id.to_string(), one.stock_quantity.unwrap_or(0));
            shown.extend(found.iter().map(counted));
        }
    }
    let id = |external: &ExternalId| external.get(VARIATION).or_else(|| external.get(PRODUCT)).cloned();
    Ok(listings.iter().map(|external| shown.get(&id(external)?).copied()).collect())
}
