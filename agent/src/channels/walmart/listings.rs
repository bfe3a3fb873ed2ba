//! Reading inventories. The API tells neither title nor GTIN there: Walmart's own key is the SKU.
//!
//! Source: <https://developer.walmart.com/us-marketplace/reference/getmultinodeinventoryforallskuandallshipnodes>.

use super::SKU;
use super::call::Api;
use super::errors::is_unknown;
use super::wire::{Inventories, Inventory, Item, OfNodes};
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;

/// Most inventories a page.
const PAGE: &str = "50";

/// One page.
pub(super) async fn pull(api: &Api, nodes: &[String], cursor: Option<&str>) -> Result<Page, ChannelError> {
    let mut query = vec![("limit", PAGE)];
    query.extend(cursor.map(|cursor| ("nextCursor", cursor)));
    let page: Inventories = api.send(Call::get("/v3/inventories", &query)).await?.json()?;
    let listings = page.elements.inventories.into_iter().map(|item| listing(item, nodes)).collect();
    Ok(Page { listings, next: page.meta.next_cursor.filter(|next| !next.is_empty()) })
}

fn listing(item: Item, nodes: &[String]) -> RemoteListing {
    let own = item.nodes.iter().filter(|one| nodes.is_empty() || nodes.contains(&one.ship_node));
    RemoteListing {
        external: ExternalId::from([(SKU.to_owned(), item.sku.clone())]),
        group: None,
        gtin: None,
        title: String::new(),
        quantity: Some(own.map(|one| one.input_qty.units()).sum()),
        sku: Some(item.sku),
    }
}

/// The quantities of these SKUs, in their order.
pub(super) async fn observe(
    api: &Api,
    nodes: &[String],
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut shown = Vec::with_capacity(listings.len());
    for external in listings {
        let sku = external.get(SKU).map_or("", String::as_str);
        let reply = if nodes.len() > 1 {
            api.send(Call::get(&format!("/v3/inventories/{}", segment(sku)), &[])).await
        } else {
            let mut query = vec![("sku", sku)];
            query.extend(nodes.first().map(|node| ("shipNode", node.as_str())));
            api.send(Call::get("/v3/inventory", &query)).await
        };
        shown.push(match reply {
            Ok(reply) if nodes.len() > 1 => {
                let own =
                    reply.json::<OfNodes>()?.nodes.into_iter().filter(|one| nodes.contains(&one.ship_node));
                Some(own.map(|one| one.input_qty.units()).sum())
            }
            Ok(reply) => Some(reply.json::<Inventory>()?.quantity.units()),
            Err(ChannelError::Refused { code, .. }) if is_unknown(&code) => None,
            Err(error) => return Err(error),
        });
    }
    Ok(shown)
}
