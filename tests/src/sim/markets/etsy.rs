//! Etsy's listings: written whole, never with nothing left.

use super::etsy_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The shop. The listing of a product is inactive if its first entry's `extra` says so.
pub struct Etsy;

const SHOP: &str = "4711";
const LIVES_S: i64 = 3600;

fn error(status: u16, message: &str) -> Response {
    json(status, &value!({ "error": message }))
}

impl Rules for Etsy {
    fn documents(&self) -> &'static [&'static str] {
        &["etsy/openapi-v3.json"]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = orders::operation(call) {
            return Some(operation);
        }
        const INVENTORY: &str = "/v3/application/listings/{listing_id}/inventory";
        const LISTING: &str = "/v3/application/shops/{shop_id}/listings/{listing_id}";
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let second = Duration::from_secs(1);
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["v3", "public", "oauth", "token"]) => Operation::new("token", Kind::Token),
            ("GET", ["v3", "application", "shops", _]) => {
                Operation::new("shop", Kind::Read).official("get", "/v3/application/shops/{shop_id}")
            }
            ("GET", ["v3", "application", "shops", _, "listings"]) => Operation::new("listings", Kind::Read)
                .official("get", "/v3/application/shops/{shop_id}/listings"),
            ("PATCH", ["v3", "application", "shops", _, "listings", _]) => {
                Operation::new("update", Kind::Write).official("patch", LISTING).limited(10.0, second, 10.0)
            }
            ("GET", ["v3", "application", "listings", _, "inventory"]) => {
                Operation::new("inventory", Kind::Read).official("get", INVENTORY)
            }
            ("PUT", ["v3", "application", "listings", _, "inventory"]) => {
                Operation::new("write", Kind::Write).official("put", INVENTORY).limited(10.0, second, 10.0)
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if call.header("x-api-key") != "sim-keystring:sim-shared-secret" {
            return Err(error(403, "Shared secret is required in x-api-key header"));
        }
        if !desk.shelf.knows(call.bearer(), desk.now_us) {
            return Err(error(401, "invalid_token"));
        }
        Ok(())
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(answer) = orders::answer(operation, call, desk) {
            return answer;
        }
        match operation.name {
            "token" => token(call, desk),
            "shop" => json(200, &value!({"shop_id": 4711, "shop_name": "SimulatedShop"})),
            "listings" => listings(call, desk),
            "update" => update(call, desk),
            name => {
                let id = call.parts().get(3).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
                if desk.shelf.of_group(id).next().is_none() {
                    return error(404, "Resource not found");
                }
                if name == "inventory" { json(200, &inventory(id, desk)) } else { write(id, call, desk) }
            }
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "Exceeded per second rate limit"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "Server Error")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => json(
                400,
                &value!({"error": "invalid_grant", "error_description": "refresh_token has been revoked"}),
            ),
            _ => error(401, "invalid_token"),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, problem)
    }
}

/// Each refresh token is good for the next refresh.
fn token(call: &Call, desk: &mut Desk<'_>) -> Response {
    let refresh = call.field("refresh_token");
    let known = refresh == "4711.sim-refresh" || desk.shelf.keys.contains_key(&refresh);
    if !known || call.field("client_id") != "sim-keystring" {
        return json(400, &value!({"error": "invalid_grant", "error_description": "code is invalid"}));
    }
    let token = desk.shelf.grant(desk.now_us, LIVES_S);
    let next = format!("4711.sim-refresh-{token}");
    desk.shelf.keys.insert(next.clone(), Value::Null);
    json(
        200,
        &value!({"access_token": token, "token_type": "Bearer", "expires_in": LIVES_S, "refresh_token": next}),
    )
}

fn state(desk: &Desk<'_>, group: u64) -> String {
    let first = desk.shelf.of_group(group).next();
    first.and_then(|entry| entry.extra.as_str()).unwrap_or("active").to_owned()
}

fn product(entry: &Entry) -> Value {
    value!({"product_id": entry.id, "sku": entry.sku, "is_deleted": false,
        "offerings": [{"offering_id": entry.id + 1_000_000, "quantity": entry.quantity, "is_enabled": true, "is_deleted": false,
            "price": {"amount": 1999, "divisor": 100, "currency_code": "USD"}, "readiness_state_id": 99}],
        "property_values": [{"property_id": 200, "property_name": "Primary color", "scale_id": null, "scale_name": null,
            "value_ids": [entry.id], "values": [entry.title]}]})
}

fn inventory(group: u64, desk: &Desk<'_>) -> Value {
    let products: Vec<Value> = desk.shelf.of_group(group).map(product).collect();
    value!({"products": products, "price_on_property": [], "quantity_on_property": [200], "sku_on_property": [200],
        "readiness_state_on_property": [], "listing": {"listing_id": group, "title": "T", "state": state(desk, group)}})
}

fn listings(call: &Call, desk: &Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let mut groups: Vec<u64> = desk.shelf.entries.iter().map(|entry| entry.group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups.retain(|group| state(desk, *group) == call.query("state"));
    let page = groups.iter().skip(number("offset", 0)).take(number("limit", 25));
    let results: Vec<Value> = page
        .map(|group| {
            value!({"listing_id": group, "title": format!("Listing {group}"), "state": state(desk, *group),
                "inventory": inventory(*group, desk)})
        })
        .collect();
    json(200, &value!({"count": groups.len(), "results": results}))
}

fn update(call: &Call, desk: &mut Desk<'_>) -> Response {
    let parts = call.parts();
    let group = parts.last().and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    if parts.get(3).is_none_or(|shop| shop != SHOP) || desk.shelf.of_group(group).next().is_none() {
        return error(404, "Resource not found");
    }
    let state = call.field("state");
    for entry in desk.shelf.entries.iter_mut().filter(|entry| entry.group == group) {
        entry.extra = value!(state);
        // Nothing of an inactive listing can be bought; what it kept comes back with it.
    }
    json(200, &value!({"listing_id": group, "title": "T", "state": state}))
}

fn write(group: u64, call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let products = body.get("products").and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |product: &Value| product.get("sku").and_then(Value::as_str).unwrap_or_default().to_owned();
    let quantity =
        |product: &Value| product.pointer("/offerings/0/quantity").and_then(Value::as_i64).unwrap_or(0);
    let siblings = desk.shelf.of_group(group).count();
    if products.len() != siblings {
        desk.violation(format!(
            "{} products written where there are {siblings}: the others would be gone",
            products.len()
        ));
    }
    for product in &products {
        let kept = desk.shelf.of_group(group).find(|entry| entry.sku == text(product)).map(self::product);
        let price = product.pointer("/offerings/0/price").and_then(Value::as_f64);
        let values = product.pointer("/property_values/0/values");
        match price {
            None => desk.violation(format!("the product {} lost its price", text(product))),
            Some(19.99) => {}
            Some(price) => {
                desk.shelf.price(&text(product), price, "");
                let varies = body.get("price_on_property").and_then(Value::as_array);
                if siblings > 1 && varies.is_none_or(Vec::is_empty) {
                    desk.violation("prices vary, and no property is named by which they do");
                }
            }
        }
        if values != kept.as_ref().and_then(|kept| kept.pointer("/property_values/0/values")) {
            desk.violation(format!("the product {} lost a field", text(product)));
        }
        if quantity(product) > 999 {
            return error(400, "There was a problem with /quantity : cannot be greater than 999");
        }
        let changes =
            desk.shelf.by_sku(&text(product)).is_some_and(|entry| entry.quantity != quantity(product));
        if changes && desk.refuses(&text(product)).is_some() {
            return error(400, "The product was refused for the test");
        }
    }
    if products.iter().all(|product| quantity(product) == 0) {
        desk.violation("a listing was written with nothing left");
        return error(400, "One offering must have quantity greater than 0");
    }
    for product in &products {
        desk.shelf.set(&text(product), quantity(product));
    }
    json(200, &inventory(group, desk))
}
