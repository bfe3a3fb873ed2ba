//! Magento's orders. A source keeps what was sold until it is sent; until then it is reserved.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Shelf, Sold, SoldLine};
use axum::response::Response;
use serde_json::{Value, json as value};

pub(super) fn operation(method: &str, path: &str) -> Option<Operation> {
    Some(match (method, path) {
        ("GET", "/V1/orders") => Operation::new("orders", Kind::Read).official("get", "/V1/orders"),
        ("POST", path) if path.starts_with("/V1/order/") && path.ends_with("/ship") => {
            Operation::new("ship", Kind::Write).official("post", "/V1/order/{orderId}/ship")
        }
        _ => return None,
    })
}

/// Units of a SKU that open orders have reserved.
pub(super) fn reserved(shelf: &Shelf, sku: &str) -> i64 {
    let open = shelf.sold.iter().filter(|sold| matches!(sold.stage, "unpaid" | "open"));
    let lines = open.flat_map(|sold| &sold.lines).filter(|line| line.sku == sku);
    lines.map(|line| line.quantity - line.cancelled).sum()
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    match operation.name {
        "orders" => Some(list(call, desk)),
        "ship" => Some(ship(call, desk)),
        _ => None,
    }
}

fn list(call: &Call, desk: &Desk<'_>) -> Response {
    let filter =
        |name: &str| call.query(&format!("searchCriteria[filterGroups][0][filters][0][{name}]")).to_owned();
    let (field, wanted) = (filter("field"), filter("value"));
    let matches = |sold: &&Sold| match field.as_str() {
        "updated_at" => time(sold.changed_us).as_str() >= wanted.as_str(),
        "entity_id" => wanted.split(',').any(|id| id == sold.id.to_string()),
        "state" => wanted.split(',').any(|one| one == state(sold)),
        // No filter at all.
        "" => true,
        _ => false,
    };
    let listed = desk.shelf.sold.iter().filter(|sold| sold.listed_us <= desk.now_us);
    let all: Vec<&Sold> = listed.filter(matches).collect();
    let size: usize = call.query("searchCriteria[pageSize]").parse().unwrap_or(20);
    let page: usize = call.query("searchCriteria[currentPage]").parse().unwrap_or(1);
    // Beyond the last page Magento gives the last one again.
    let page = page.min(all.len().div_ceil(size).max(1));
    let some: Vec<Value> = all.iter().skip((page - 1) * size).take(size).map(|sold| order(sold)).collect();
    json(200, &value!({"items": some, "search_criteria": {"filter_groups": []}, "total_count": all.len()}))
}

fn ship(call: &Call, desk: &mut Desk<'_>) -> Response {
    let id = call.path.split('/').rev().nth(1).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    let body = call.json();
    let Some(sold) = desk.shelf.order(id) else {
        let message = "The entity that was requested doesn't exist. Verify the entity and try again.";
        return json(404, &value!({"message": message}));
    };
    if sold.stage != "open" {
        let message = "Shipment Document Validation Error(s):\nA shipment cannot be created when an order has a status of %1";
        return json(400, &value!({"message": message, "parameters": [state(sold)]}));
    }
    let track = |key: &str| {
        body.pointer(&format!("/tracks/0/{key}")).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    sold.shipments.push((track("title"), track("track_number")));
    sold.stage = "shipped";
    json(200, &value!(sold.id))
}

fn time(us: i64) -> String {
    rfc3339_seconds(us).replace('T', " ").replace('Z', "")
}

fn state(sold: &Sold) -> &'static str {
    match sold.stage {
        "unpaid" => "new",
        "shipped" => "complete",
        "cancelled" => "canceled",
        _ => "processing",
    }
}

fn units(units: i64) -> f64 {
    f64::from(i32::try_from(units).unwrap_or(0))
}

/// A configurable product, and the simple one that it stands for.
fn items(sold: &Sold, line: &SoldLine) -> [Value; 2] {
    let shipped = if sold.stage == "shipped" { line.quantity - line.cancelled } else { 0 };
    let cancelled = if sold.stage == "cancelled" { line.quantity } else { line.cancelled };
    let common = value!({"order_id": sold.id, "sku": line.sku, "name": format!("Title of {}", line.sku), "qty_ordered": line.quantity,
        "qty_canceled": cancelled, "qty_refunded": line.returned, "qty_shipped": shipped, "qty_invoiced": line.quantity,
        "row_total": 0, "tax_amount": 0, "discount_amount": 0, "discount_tax_compensation_amount": 0});
    let (mut parent, mut child) = (common.clone(), common);
    parent["item_id"] = value!(line.id);
    parent["product_type"] = value!("configurable");
    parent["product_id"] = value!(line.group);
    parent["row_total"] = value!(units(line.quantity) * 12.0);
    parent["discount_amount"] = value!(units(line.quantity) * 2.0);
    parent["tax_amount"] = value!(units(line.quantity) * 1.9);
    child["item_id"] = value!(line.id + 1_000_000);
    child["parent_item_id"] = value!(line.id);
    child["product_type"] = value!("simple");
    child["product_id"] = value!(line.listing);
    // What is invoiced and sent is counted on the parent.
    child["qty_shipped"] = value!(0);
    [parent, child]
}

fn order(sold: &Sold) -> Value {
    let address = value!({"address_type": "shipping", "firstname": "Ada", "lastname": "Lovelace",
        "street": ["12 St James's Square", "2nd floor"], "city": "London", "postcode": "SW1Y 4JH", "country_id": "GB",
        "telephone": "020", "email": "ada@example.com"});
    let units_sold: i64 = sold.lines.iter().map(|line| line.quantity).sum();
    let total = units(units_sold) * 11.9 + 4.9;
    value!({
        "entity_id": sold.id, "increment_id": format!("{:09}", sold.id), "state": state(sold), "status": state(sold),
        "created_at": time(sold.placed_us), "updated_at": time(sold.changed_us), "order_currency_code": sold.currency,
        "base_grand_total": total, "grand_total": total, "total_due": if sold.stage == "unpaid" { total } else { 0.0 },
        "customer_email": "ada@example.com", "customer_firstname": "Ada", "customer_lastname": "Lovelace", "shipping_amount": 4.9,
        "shipping_tax_amount": 0, "shipping_discount_amount": 0, "billing_address": address,
        "items": sold.lines.iter().flat_map(|line| items(sold, line)).collect::<Vec<_>>(),
        "extension_attributes": {"shipping_assignments": [{"shipping": {"address": address, "method": "flatrate_flatrate"}, "items": []}]},
    })
}
