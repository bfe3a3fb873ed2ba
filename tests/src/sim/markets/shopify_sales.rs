//! Shopify's orders alone, by the GraphQL Admin API. The inventory is simulated in `sim::shopify`.
//!
//! Documents are held against the official schema where it is at hand; what is answered is what was selected.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Operation, Rules, Sold, SoldLine, euros};
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Map, Value, json as value};
use sha2::Sha256;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The shop's orders.
pub struct ShopifySales {
    schema: Option<Arc<Valid<Schema>>>,
}

impl ShopifySales {
    /// With the official schema, if the folder of specifications has it.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub async fn open(specs: Option<&Path>) -> anyhow::Result<Self> {
        let source = crate::sim::shopify::schema::SchemaSource::start(specs);
        Ok(Self { schema: if source.is_official() { Some(source.get().await?) } else { None } })
    }
}

fn refusal(message: &str, code: &str) -> Value {
    value!({"errors": [{"message": message, "extensions": {"code": code}}]})
}

impl Rules for ShopifySales {
    fn operation(&self, call: &Call) -> Option<Operation> {
        if call.method != "POST" || !call.path.ends_with("/graphql.json") {
            return None;
        }
        let writes = call
            .json()
            .get("query")
            .and_then(Value::as_str)
            .is_some_and(|query| query.starts_with("mutation"));
        Some(if writes { Operation::new("sent", Kind::Write) } else { Operation::new("graphql", Kind::Read) })
    }

    fn authorise(&self, call: &Call, _: &Desk<'_>) -> Result<(), Response> {
        if call.header("x-shopify-access-token") == "shpat_simulated" {
            return Ok(());
        }
        Err(json(
            401,
            &value!({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}),
        ))
    }

    fn answer(&self, _: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        let body = call.json();
        let query = body.get("query").and_then(Value::as_str).unwrap_or_default();
        let variables = body.get("variables").cloned().unwrap_or_default();
        let document = match &self.schema {
            None => None,
            Some(schema) => match ExecutableDocument::parse_and_validate(schema, query, "query") {
                Ok(document) => Some(document),
                Err(wrong) => {
                    desk.violation(wrong.errors.to_string());
                    return json(200, &refusal(&wrong.errors.to_string(), "undefinedField"));
                }
            },
        };
        let whole = if query.starts_with("query OnhandOrders(") {
            list(&variables, desk)
        } else if query.starts_with("query OnhandOrdersById") {
            by_id(&variables, desk)
        } else if query.starts_with("query OnhandLinesOf") {
            let after: usize = variables["after"].as_str().and_then(|after| after.parse().ok()).unwrap_or(0);
            let sold = variables["id"].as_str().and_then(|id| desk.shelf.order(number(id)));
            value!({ "order": sold.map(|sold| value!({ "lineItems": lines(sold, after) })) })
        } else if query.starts_with("query OnhandToSend") {
            to_send(&variables, desk)
        } else {
            sent(&variables, desk)
        };
        let selected = document
            .as_ref()
            .and_then(|document| document.operations.get(None).ok().map(|operation| (document, operation)))
            .map(|(document, operation)| selection(document, &operation.selection_set, &whole));
        json(200, &value!({ "data": selected.unwrap_or(whole) }))
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(json(200, &refusal("Throttled", "THROTTLED")), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        json(status, &refusal("Internal error", "INTERNAL_SERVER_ERROR"))
    }

    fn revoked(&self, _: Kind) -> Response {
        json(
            401,
            &value!({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}),
        )
    }

    fn malformed(&self, problem: &str) -> Response {
        json(200, &refusal(problem, "BAD_REQUEST"))
    }
}

/// What of a value was asked for.
fn selection(document: &ExecutableDocument, set: &SelectionSet, whole: &Value) -> Value {
    match whole {
        Value::Array(all) => all.iter().map(|one| selection(document, set, one)).collect(),
        Value::Object(object) if !set.selections.is_empty() => {
            let mut picked = Map::new();
            let mut open: Vec<&Selection> = set.selections.iter().rev().collect();
            while let Some(one) = open.pop() {
                match one {
                    Selection::Field(field) => {
                        let found = object.get(field.name.as_str()).cloned().unwrap_or_default();
                        let key = field.response_key().to_string();
                        picked.insert(key, selection(document, &field.selection_set, &found));
                    }
                    Selection::InlineFragment(fragment) => {
                        open.extend(fragment.selection_set.selections.iter().rev());
                    }
                    Selection::FragmentSpread(spread) => {
                        let fragment = document.fragments.get(&spread.fragment_name);
                        open.extend(
                            fragment.into_iter().flat_map(|f| f.selection_set.selections.iter().rev()),
                        );
                    }
                }
            }
            Value::Object(picked)
        }
        other => other.clone(),
    }
}

fn gid(kind: &str, id: u64) -> String {
    format!("gid://shopify/{kind}/{id}")
}

fn number(gid: &str) -> u64 {
    gid.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(0)
}

fn list(variables: &Value, desk: &mut Desk<'_>) -> Value {
    let first = variables["first"].as_u64().and_then(|first| usize::try_from(first).ok()).unwrap_or(0);
    let after: u64 = variables["after"].as_str().and_then(|after| after.parse().ok()).unwrap_or(0);
    let query = variables["query"].as_str().unwrap_or_default();
    let Some(since) = query.strip_prefix("updated_at:>='").and_then(|rest| rest.strip_suffix('\'')) else {
        desk.violation(format!("a search that the simulator does not know: {query}"));
        return Value::Null;
    };
    let changed =
        |sold: &&Sold| sold.listed_us <= desk.now_us && rfc3339_seconds(sold.changed_us).as_str() >= since;
    let mut all: Vec<&Sold> = desk.shelf.sold.iter().filter(changed).filter(|sold| sold.id > after).collect();
    let more = all.len() > first;
    all.truncate(first);
    let end = all.last().map(|sold| sold.id.to_string());
    value!({"orders": {"nodes": all.into_iter().map(order).collect::<Vec<_>>(),
        "pageInfo": {"hasNextPage": more, "endCursor": end}}})
}

fn by_id(variables: &Value, desk: &mut Desk<'_>) -> Value {
    let ids = variables["ids"].as_array().cloned().unwrap_or_default();
    let nodes = ids.iter().map(|id| {
        let found = id.as_str().and_then(|id| desk.shelf.order(number(id)));
        found.map_or(Value::Null, |sold| order(sold))
    });
    value!({ "nodes": nodes.collect::<Vec<_>>() })
}

fn to_send(variables: &Value, desk: &mut Desk<'_>) -> Value {
    let Some(sold) = variables["id"].as_str().and_then(|id| desk.shelf.order(number(id))) else {
        return value!({ "order": null });
    };
    let left = |line: &SoldLine| if sold.stage == "shipped" { 0 } else { line.quantity - line.cancelled };
    let lines = sold.lines.iter().map(|line| {
        value!({"id": gid("FulfillmentOrderLineItem", line.id), "remainingQuantity": left(line),
            "lineItem": {"id": gid("LineItem", line.id)}})
    });
    let status = if sold.stage == "shipped" { "CLOSED" } else { "OPEN" };
    value!({"order": {"fulfillmentOrders": {"nodes": [{"id": gid("FulfillmentOrder", sold.id), "status": status,
        "lineItems": {"nodes": lines.collect::<Vec<_>>()}}]}}})
}

fn sent(variables: &Value, desk: &mut Desk<'_>) -> Value {
    let fulfillment = &variables["fulfillment"];
    let part =
        fulfillment["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderId"].as_str().unwrap_or_default();
    let text = |key: &str| fulfillment["trackingInfo"][key].as_str().unwrap_or_default().to_owned();
    match desk.shelf.order(number(part)) {
        Some(sold) if sold.stage != "shipped" => {
            sold.stage = "shipped";
            sold.shipments.push((text("company"), text("number")));
            value!({"fulfillmentCreate": {"fulfillment": {"id": gid("Fulfillment", 1)}, "userErrors": []}})
        }
        _ => value!({"fulfillmentCreate": {"fulfillment": null,
            "userErrors": [{"field": ["fulfillment"], "message": "The fulfillment order is not open."}]}}),
    }
}

fn order(sold: &Sold) -> Value {
    let money = |cents: i64| value!({"shopMoney": {"amount": euros(cents), "currencyCode": sold.currency}});
    let address = value!({"firstName": "Ada", "lastName": "Lovelace", "company": null, "address1": "12 St James's Square",
        "address2": null, "city": "London", "provinceCode": null, "zip": "SW1Y 4JH", "countryCodeV2": "GB", "phone": "020"});
    let refunds = sold.lines.iter().filter(|line| line.returned > 0).map(|line| {
        value!({"refundLineItems": {"nodes": [{"quantity": line.returned, "restockType": "RETURN",
            "lineItem": {"id": gid("LineItem", line.id)}}]}})
    });
    let cancelled = (sold.stage == "cancelled").then(|| rfc3339_seconds(sold.changed_us));
    value!({
        "id": gid("Order", sold.id), "name": format!("#{}", 1000 + sold.id), "test": false,
        "createdAt": rfc3339_seconds(sold.placed_us), "updatedAt": rfc3339_seconds(sold.changed_us), "cancelledAt": cancelled,
        "currencyCode": sold.currency, "email": "ada@example.com", "note": null, "taxesIncluded": false,
        "displayFinancialStatus": if sold.stage == "unpaid" { "PENDING" } else { "PAID" },
        "displayFulfillmentStatus": if sold.stage == "shipped" { "FULFILLED" } else { "UNFULFILLED" },
        "billingAddress": address, "shippingAddress": address,
        "shippingLine": {"title": "Standard", "discountedPriceSet": money(490), "taxLines": [{"priceSet": money(93)}]},
        "lineItems": lines(sold, 0),
        "refunds": refunds.collect::<Vec<_>>(),
    })
}

/// Fifty of its lines, from a place on.
fn lines(sold: &Sold, from: usize) -> Value {
    let money = |cents: i64| value!({"shopMoney": {"amount": euros(cents), "currencyCode": sold.currency}});
    let line = |line: &SoldLine| {
        let (cents, tax) = Sold::cents(line);
        value!({"id": gid("LineItem", line.id), "sku": line.sku, "name": format!("Title of {}", line.sku),
            "quantity": line.quantity, "currentQuantity": line.quantity - line.cancelled - line.returned,
            "variant": {"inventoryItem": {"id": gid("InventoryItem", line.listing)}},
            "discountedTotalSet": money(cents), "taxLines": [{"priceSet": money(tax)}]})
    };
    let nodes: Vec<Value> = sold.lines.iter().skip(from).take(50).map(line).collect();
    let end = from + nodes.len();
    value!({"nodes": nodes, "pageInfo": {"hasNextPage": end < sold.lines.len(), "endCursor": end.to_string()}})
}

/// A webhook `orders/updated` as Shopify sends it: headers and body.
#[must_use]
pub fn webhook(sold: &Sold, secret: &str) -> (Vec<(String, String)>, Vec<u8>) {
    let body = value!({"id": sold.id, "admin_graphql_api_id": gid("Order", sold.id), "name": format!("#{}", 1000 + sold.id),
        "updated_at": rfc3339_seconds(sold.changed_us), "financial_status": "paid"})
    .to_string()
    .into_bytes();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(&body));
    let signature = mac.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    let headers = [
        ("X-Shopify-Topic", "orders/updated".to_owned()),
        ("X-Shopify-Hmac-SHA256", signature),
        ("X-Shopify-Webhook-Id", format!("b54557e4-{}", sold.changed_us)),
    ];
    (headers.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(), body)
}
