//! Reads: inventory items and offers.

use super::endpoint::{Gate, Query, Rules};
use super::error::EbayError;
use super::state::{Account, Item, Offer};
use super::wire::BulkGetInventoryItem;
use crate::sim::behaviour::Kind;
use crate::sim::http::json as reply_json;
use crate::sim::world::World;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;

/// Most items in one `bulkGetInventoryItem`.
const MAX_BULK: usize = 25;
const ROOT: &str = "/sell/inventory/v1";

const LIST: Rules = rules(&["limit", "offset"], "get", "/inventory_item");
const ONE: Rules = rules(&[], "get", "/inventory_item/{sku}");
const BULK: Rules = rules(&[], "post", "/bulk_get_inventory_item");
const OFFERS: Rules = rules(&["sku", "format", "limit", "marketplace_id", "offset"], "get", "/offer");

const fn rules(parameters: &'static [&'static str], method: &'static str, path: &'static str) -> Rules {
    Rules { parameters, official_path: Some((method, path)), counted: true, user_only: true }
}

/// `GET /inventory_item`.
pub async fn list(State(world): State<Arc<World>>, query: RawQuery, headers: HeaderMap) -> Response {
    let gate =
        Gate::open(&world, "GET", "/sell/inventory/v1/inventory_item", "getInventoryItems", Kind::Read);
    let response = match gate.pass(&headers, query.0.as_deref(), &LIST).await {
        Ok((_, query)) => page_of(&query, 25, 200).map_or_else(
            |e| e.reply(),
            |page| {
                world.read(|state| {
                    let items = state.account.items.values();
                    page.reply("inventory_item", "inventoryItems", items.len(), items, |i| {
                        item(&state.account, i, true)
                    })
                })
            },
        ),
        Err(refused) => refused,
    };
    gate.close(response)
}

/// `GET /inventory_item/{sku}`.
pub async fn one(
    State(world): State<Arc<World>>,
    Path(sku): Path<String>,
    query: RawQuery,
    headers: HeaderMap,
) -> Response {
    let gate =
        Gate::open(&world, "GET", "/sell/inventory/v1/inventory_item/{sku}", "getInventoryItem", Kind::Read);
    let response = match gate.pass(&headers, query.0.as_deref(), &ONE).await {
        Ok(_) => world.read(|state| match state.account.items.get(&sku) {
            Some(found) => reply_json(200, &item(&state.account, found, true)),
            None => EbayError::entity_not_found().reply(),
        }),
        Err(refused) => refused,
    };
    gate.close(response)
}

/// `POST /bulk_get_inventory_item`.
pub async fn bulk_get(
    State(world): State<Arc<World>>,
    query: RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = "/sell/inventory/v1/bulk_get_inventory_item";
    let gate = Gate::open(&world, "POST", path, "bulkGetInventoryItem", Kind::Read);
    let response = match gate.pass(&headers, query.0.as_deref(), &BULK).await {
        Ok(_) => bulk(&gate, &headers, &body).unwrap_or_else(|refused| refused),
        Err(refused) => refused,
    };
    gate.close(response)
}

fn bulk(gate: &Gate<'_>, headers: &HeaderMap, body: &[u8]) -> Result<Response, Response> {
    let official = gate.world.ebay.official.as_ref().map(|o| &o.bulk_get);
    let wanted: BulkGetInventoryItem = gate.body(headers, body, official)?;
    let rows = wanted.requests.len();
    gate.world.note(gate.request, |r| r.rows = u64::try_from(rows).unwrap_or(u64::MAX));
    let mut seen = HashSet::new();
    let unique = wanted.requests.iter().all(|r| seen.insert(r.sku.as_str()));
    if rows == 0 || rows > MAX_BULK || !unique {
        gate.violation(&format!("{rows} rows, unique: {unique}"));
        let error = if unique { EbayError::too_many_items(MAX_BULK) } else { EbayError::duplicate_sku() };
        return Err(error.reply());
    }
    let (status, responses) = gate.world.read(|state| {
        let found = wanted.requests.iter().map(|r| state.account.items.get(&r.sku)).collect::<Vec<_>>();
        let status = if found.iter().all(Option::is_some) { 200 } else { 207 };
        let row = |(r, found): (&super::wire::GetInventoryItem, &Option<&Item>)| match found {
            Some(found) => {
                json!({"sku": r.sku, "statusCode": 200, "inventoryItem": item(&state.account, found, false)})
            }
            None => {
                json!({"sku": r.sku, "statusCode": 404, "errors": [EbayError::sku_not_found(&r.sku).json()]})
            }
        };
        (status, wanted.requests.iter().zip(&found).map(row).collect::<Vec<_>>())
    });
    Ok(reply_json(status, &json!({"responses": responses})))
}

/// `GET /offer?sku=`.
pub async fn offers(State(world): State<Arc<World>>, query: RawQuery, headers: HeaderMap) -> Response {
    let gate = Gate::open(&world, "GET", "/sell/inventory/v1/offer", "getOffers", Kind::Read);
    let response = match gate.pass(&headers, query.0.as_deref(), &OFFERS).await {
        Ok((_, query)) => offers_of(&gate, &query).unwrap_or_else(|e| e.reply()),
        Err(refused) => refused,
    };
    gate.close(response)
}

fn offers_of(gate: &Gate<'_>, query: &Query) -> Result<Response, EbayError> {
    let page = page_of(query, 100, 100)?;
    let sku = query.get("sku").filter(|sku| !sku.is_empty() && sku.chars().count() <= 50);
    let sku = sku.ok_or_else(EbayError::invalid_sku)?;
    gate.world.read(|state| {
        let found: Vec<&Offer> = state.account.offers_of(sku).collect();
        if found.is_empty() {
            return Err(EbayError::offer_not_available(sku, 404));
        }
        Ok(page.reply("offer", "offers", found.len(), found.into_iter(), |o| offer(&state.account, o)))
    })
}

/// A page: its size and its number, from 0.
struct Page {
    limit: usize,
    offset: usize,
}

fn page_of(query: &Query, default: usize, max: usize) -> Result<Page, EbayError> {
    let number = |name: &str, default: usize| {
        let text = query
            .get(name)
            .map(|v| v.parse().map_err(|_| EbayError::pagination(&format!("{name} is no number"))));
        text.unwrap_or(Ok(default))
    };
    let (limit, offset) = (number("limit", default)?, number("offset", 0)?);
    if limit == 0 || limit > max {
        return Err(EbayError::pagination(&format!("limit must be between 1 and {max}")));
    }
    Ok(Page { limit, offset })
}

impl Page {
    fn reply<T>(
        &self,
        resource: &str,
        list: &str,
        total: usize,
        all: impl Iterator<Item = T>,
        show: impl Fn(T) -> Value,
    ) -> Response {
        let href = |offset: usize| format!("{ROOT}/{resource}?limit={}&offset={offset}", self.limit);
        let shown: Vec<Value> =
            all.skip(self.offset.saturating_mul(self.limit)).take(self.limit).map(show).collect();
        let pages = total.div_ceil(self.limit);
        let size = if list == "offers" { shown.len() } else { pages };
        let mut reply = json!({
            "href": href(self.offset),
            "limit": self.limit,
            "size": size,
            "total": total,
            list: shown,
        });
        if let Value::Object(reply) = &mut reply {
            if self.offset + 1 < pages {
                reply.insert("next".to_owned(), json!(href(self.offset + 1)));
            }
            if self.offset > 0 {
                reply.insert("prev".to_owned(), json!(href(self.offset - 1)));
            }
        }
        reply_json(200, &reply)
    }
}

fn item(account: &Account, item: &Item, group_ids: bool) -> Value {
    let mut ship_to = json!({});
    if let (Some(quantity), Value::Object(ship_to)) = (item.ship_to, &mut ship_to) {
        ship_to.insert("quantity".to_owned(), json!(quantity));
    }
    let mut shown = json!({
        "sku": item.sku,
        "locale": "en_US",
        "condition": "NEW",
        "product": {"title": item.title, "ean": item.ean},
        "availability": {"shipToLocationAvailability": ship_to},
    });
    if let (Some(group), Value::Object(shown)) = (&item.group, &mut shown) {
        if group_ids {
            shown.insert("groupIds".to_owned(), json!([group]));
        }
        let listed = account.offers_of(&item.sku).filter_map(|o| o.listing);
        let keys: Vec<String> = listed.map(|l| format!("{l}-{}", item.sku)).collect();
        shown.insert("inventoryItemGroupKeys".to_owned(), json!(keys));
    }
    shown
}

fn offer(account: &Account, offer: &Offer) -> Value {
    let listing = account.listing_of(offer);
    let live = listing.is_some_and(|l| !l.ended);
    let mut shown = json!({
        "offerId": offer.id.to_string(),
        "sku": offer.sku,
        "marketplaceId": "EBAY_US",
        "format": "FIXED_PRICE",
        "listingDuration": "GTC",
        "pricingSummary": {"price": {"value": offer.price, "currency": offer.currency}},
        "status": if live { "PUBLISHED" } else { "UNPUBLISHED" },
    });
    if let Value::Object(shown) = &mut shown {
        if let Some(available) = offer.available {
            shown.insert("availableQuantity".to_owned(), json!(available));
        }
        if let Some(listing) = listing {
            let status = if !live {
                "ENDED"
            } else if account.shown(&offer.sku) == Some(0) {
                "OUT_OF_STOCK"
            } else {
                "ACTIVE"
            };
            let details = json!({
                "listingId": listing.id.to_string(),
                "listingStatus": status,
                "listingOnHold": listing.on_hold,
                "soldQuantity": offer.sold,
            });
            shown.insert("listing".to_owned(), details);
        }
    }
    shown
}
