//! Reading products and their quantities.
//!
//! Sources: <https://partner.tiktokshop.com/docv2/page/search-products-202309>,
//! <https://partner.tiktokshop.com/docv2/page/inventory-search-202309>.

use super::call::Api;
use super::wire::{Inventories, Product, Products, Sku, Stock};
use super::{PRODUCT, SKU};
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use serde_json::json;
use std::collections::BTreeMap;

/// Most products a page.
const PAGE: &str = "100";

/// One page of products that are live.
pub(super) async fn pull(api: &Api, warehouse: &str, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let mut query = vec![("page_size", PAGE)];
    query.extend(cursor.map(|token| ("page_token", token)));
    let body = json!({ "status": "ACTIVATE" });
    let page: Products = api.shop("/product/202309/products/search", &query, &body).await?;
    let listings = page.products.iter().flat_map(|product| {
        product.skus.iter().map(|sku| listing(product, sku, warehouse)).collect::<Vec<_>>()
    });
    Ok(Page {
        listings: listings.collect(),
        next: (!page.next_page_token.is_empty()).then_some(page.next_page_token.clone()),
    })
}

fn listing(product: &Product, sku: &Sku, warehouse: &str) -> RemoteListing {
    RemoteListing {
        external: ExternalId::from([
            (PRODUCT.to_owned(), product.id.clone()),
            (SKU.to_owned(), sku.id.clone()),
        ]),
        group: Some(product.id.clone()),
        sku: (!sku.seller_sku.is_empty()).then(|| sku.seller_sku.clone()),
        gtin: None,
        title: product.title.clone(),
        quantity: Some(units(&sku.inventory, warehouse)),
    }
}

fn units(stock: &[Stock], warehouse: &str) -> i64 {
    let own = stock.iter().filter(|one| warehouse.is_empty() || one.warehouse_id == warehouse);
    own.map(|one| one.quantity).sum()
}

/// What these show, in their order.
pub(super) async fn observe(
    api: &Api,
    warehouse: &str,
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let ids: Vec<&str> = listings.iter().map(|one| one.get(SKU).map_or("", String::as_str)).collect();
    let body = json!({ "sku_ids": ids });
    let found: Inventories = api.shop("/product/202309/inventory/search", &[], &body).await?;
    let shown: BTreeMap<String, i64> = found
        .inventory
        .into_iter()
        .flat_map(|product| product.skus)
        .map(|sku| (sku.id, units(&sku.warehouse_inventory, warehouse)))
        .collect();
    Ok(ids.iter().map(|id| shown.get(*id).copied()).collect())
}
