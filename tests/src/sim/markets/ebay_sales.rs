//! eBay's Fulfillment API and its returns: orders and shipments. The Inventory API is simulated in `sim::ebay`.

use super::ebay_returns as returns;
use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::oauth::{self, Client};
use crate::sim::rest::{Call, Desk, Operation, Rules, Sold, SoldLine, euros};
use crate::sim::signing;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The seller's orders.
pub struct EbaySales;

const CLIENT: Client = Client {
    fields: &[
        ("grant_type", "refresh_token"),
        ("refresh_token", "v^1.1#i^1#r^1#simulated-refresh-token"),
        ("scope", "https://api.ebay.com/oauth/api_scope/sell.fulfillment"),
    ],
    basic: Some(("sim-client-id", "sim-client-secret")),
    lives_s: 7200,
};

/// Without a scope: all that was granted.
const ALL: Client = Client {
    fields: &[
        ("grant_type", "refresh_token"),
        ("refresh_token", "v^1.1#i^1#r^1#simulated-refresh-token"),
        ("scope", ""),
    ],
    ..CLIENT
};

const APPLICATION: Client = Client {
    fields: &[("grant_type", "client_credentials"), ("scope", "https://api.ebay.com/oauth/api_scope")],
    ..CLIENT
};

fn error(status: u16, id: u64, message: &str) -> Response {
    json(
        status,
        &value!({"errors": [{"errorId": id, "domain": "API_FULFILLMENT", "category": "REQUEST", "message": message}]}),
    )
}

impl Rules for EbaySales {
    fn documents(&self) -> &'static [&'static str] {
        &["ebay/sell_fulfillment_v1_oas3.json", "ebay/commerce_notification_v1_oas3.json"]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = returns::operation(call) {
            return Some(operation);
        }
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["identity", "v1", "oauth2", "token"]) => Operation::new("token", Kind::Token),
            ("GET", ["sell", "fulfillment", "v1", "order"]) => {
                Operation::new("orders", Kind::Read).official("get", "/order")
            }
            ("POST", ["sell", "fulfillment", "v1", "order", _, "shipping_fulfillment"]) => {
                Operation::new("ship", Kind::Write).official("post", "/order/{orderId}/shipping_fulfillment")
            }
            ("GET", ["commerce", "notification", "v1", "public_key", _]) => {
                Operation::new("key", Kind::Read).official("get", "/public_key/{public_key_id}")
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if returns::operation(call).is_some() {
            return returns::authorise(call, desk);
        }
        if desk.shelf.knows(call.bearer(), desk.now_us) { Ok(()) } else { Err(self.revoked(Kind::Read)) }
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        match operation.name {
            "token" if call.field("grant_type") == "client_credentials" => {
                oauth::grant(&APPLICATION, call, desk)
            }
            "token" if call.field("scope").is_empty() => oauth::grant(&ALL, call, desk),
            "token" => oauth::grant(&CLIENT, call, desk),
            returns::SEARCH => returns::search(call, desk),
            returns::ONE => returns::one(call, desk),
            "key" => key(call),
            "orders" => list(call, desk),
            _ => ship(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(
            error(429, 2001, "The request limit has been reached for the resource."),
            retry_after_s,
        )
    }

    fn failed(&self, status: u16) -> Response {
        error(status, 30500, "System error")
    }

    fn revoked(&self, _: Kind) -> Response {
        error(401, 1001, "Invalid access token")
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, 30700, problem)
    }
}

fn key(call: &Call) -> Response {
    if call.parts().last().is_none_or(|id| id != KEY) {
        return error(404, 195_001, "The specified key id is invalid.");
    }
    json(200, &value!({"algorithm": "ECDSA", "digest": "SHA1", "key": signing::curve_public()}))
}

/// A notification of an order, as eBay makes and signs it.
#[must_use]
pub fn webhook(sold: &Sold, at_s: i64) -> (Vec<(String, String)>, Vec<u8>) {
    let body = value!({
        "metadata": {"topic": "ORDER_CONFIRMATION", "schemaVersion": "1.0", "deprecated": false},
        "notification": {"notificationId": format!("49feeaeb-{}", sold.id), "eventDate": millis(sold.placed_us),
            "publishDate": millis(at_s * 1_000_000), "publishAttemptCount": 1,
            "data": {"order": {"orderId": name(sold.id)}}},
    })
    .to_string()
    .into_bytes();
    let header =
        value!({"alg": "ecdsa", "kid": KEY, "signature": signing::curve_sign(&body), "digest": "SHA1"});
    (vec![("x-ebay-signature".into(), STANDARD.encode(header.to_string()))], body)
}

const KEY: &str = "9936261a-7d7b-4621-a0f1-96ccb428af48";

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let (limit, offset) =
        (call.query("limit").parse().unwrap_or(50), call.query("offset").parse().unwrap_or(0));
    if limit > 200 {
        return error(400, 30810, "Invalid 'limit'. The limit value must be between 1 and 200.");
    }
    let since =
        call.query("filter").strip_prefix("lastmodifieddate:[").and_then(|rest| rest.strip_suffix("..]"));
    let wanted: Vec<&str> = call.query("orderIds").split(',').filter(|id| !id.is_empty()).collect();
    if wanted.is_empty() && since.is_none() {
        desk.violation("a list of changes needs its filter");
    }
    let now_us = desk.now_us;
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us)
        .filter(|sold| match since {
            Some(since) => millis(sold.changed_us).as_str() >= since,
            None => wanted.contains(&name(sold.id).as_str()),
        })
        .map(order)
        .collect();
    let total = all.len();
    let orders: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    json(
        200,
        &value!({"href": "https://api.ebay.com/sell/fulfillment/v1/order", "total": total, "limit": limit,
        "offset": offset, "orders": orders}),
    )
}

fn ship(call: &Call, desk: &mut Desk<'_>) -> Response {
    let parts = call.parts();
    let id = parts.get(4).map_or(0, |name| number(name));
    let body = call.json();
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (carrier, tracking) = (text("shippingCarrierCode"), text("trackingNumber"));
    if carrier.is_empty() != tracking.is_empty() {
        return error(400, 32210, "shippingCarrierCode and trackingNumber go together");
    }
    let Some(sold) = desk.shelf.order(id) else { return error(404, 32100, "Invalid order ID") };
    sold.stage = "shipped";
    sold.shipments.push((carrier, tracking));
    json(201, &value!({}))
}

pub(super) fn name(id: u64) -> String {
    format!("12-{id:05}-{id:05}")
}

fn number(name: &str) -> u64 {
    name.rsplit('-').next().and_then(|id| id.parse().ok()).unwrap_or(0)
}

pub(super) fn millis(us: i64) -> String {
    rfc3339_seconds(us).replace('Z', ".000Z")
}

fn order(sold: &Sold) -> Value {
    let money = |cents: i64| value!({"value": euros(cents), "currency": sold.currency});
    let status = if sold.stage == "shipped" { "FULFILLED" } else { "NOT_STARTED" };
    let line = |line: &SoldLine| {
        let (cents, tax) = Sold::cents(line);
        value!({"lineItemId": line.id.to_string(), "legacyItemId": line.group.to_string(), "sku": line.sku,
            "title": format!("Title of {}", line.sku), "quantity": line.quantity, "soldFormat": "FIXED_PRICE",
            "listingMarketplaceId": "EBAY_US", "purchaseMarketplaceId": "EBAY_US", "lineItemFulfillmentStatus": status,
            "lineItemCost": money(cents), "total": money(cents + tax), "taxes": [{"amount": money(tax)}],
            "deliveryCost": {"shippingCost": money(490)}})
    };
    value!({
        "orderId": name(sold.id), "creationDate": millis(sold.placed_us), "lastModifiedDate": millis(sold.changed_us),
        "orderFulfillmentStatus": status, "sellerId": "seller",
        "orderPaymentStatus": if sold.stage == "unpaid" { "PENDING" } else { "PAID" },
        "cancelStatus": {"cancelState": if sold.stage == "cancelled" { "CANCELED" } else { "NONE_REQUESTED" }},
        "buyer": {"username": "ada"}, "buyerCheckoutNotes": "Ring twice",
        "fulfillmentStartInstructions": [{"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": {"shipTo": {
            "fullName": "Ada Lovelace", "email": "ada@members.ebay.com", "primaryPhone": {"phoneNumber": "020"},
            "contactAddress": {"addressLine1": "12 St James's Square", "city": "London", "postalCode": "SW1Y 4JH",
                "countryCode": "GB"}}}}],
        "lineItems": sold.lines.iter().map(line).collect::<Vec<_>>(),
    })
}
