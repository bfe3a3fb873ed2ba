//! A Mirakl marketplace's orders.

use crate::sim::behaviour::Kind;
use crate::sim::clock::rfc3339_seconds;
use crate::sim::http::json;
use crate::sim::rest::{Call, Desk, Operation, Sold, SoldLine};
use axum::response::Response;
use serde_json::{Value, json as value};

pub(super) fn operation(call: &Call) -> Option<Operation> {
    let parts = call.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["api", "orders"]) => {
            Operation::new("orders", Kind::Read).official("get", "/api/orders").paged(&["max", "offset"])
        }
        ("PUT", ["api", "orders", _, "accept"]) => {
            Operation::new("accept", Kind::Write).official("put", "/api/orders/{order_id}/accept")
        }
        ("PUT", ["api", "orders", _, "tracking"]) => {
            Operation::new("tracking", Kind::Write).official("put", "/api/orders/{order_id}/tracking")
        }
        ("PUT", ["api", "orders", _, "ship"]) => Operation::new("ship", Kind::Write),
        _ => return None,
    })
}

pub(super) fn answer(operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Option<Response> {
    if !matches!(operation.name, "orders" | "accept" | "tracking" | "ship") {
        return None;
    }
    if operation.name == "orders" {
        return Some(list(call, desk));
    }
    let id =
        call.parts().get(2).and_then(|name| name.trim_end_matches("-A").parse::<u64>().ok()).unwrap_or(0);
    let body = call.json();
    let Some(sold) = desk.shelf.order(id) else {
        return Some(json(404, &value!({"status": 404, "message": "Order not found"})));
    };
    match operation.name {
        "accept" => sold.acknowledged = true,
        "tracking" => {
            let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            sold.shipments.push((text("carrier_name"), text("tracking_number")));
        }
        _ => sold.stage = "shipped",
    }
    Some(Response::builder().status(204).body(axum::body::Body::empty()).unwrap_or_default())
}

fn list(call: &Call, desk: &mut Desk<'_>) -> Response {
    let (max, offset): (usize, usize) =
        (call.query("max").parse().unwrap_or(10), call.query("offset").parse().unwrap_or(0));
    if max > 100 {
        desk.violation("max is at most 100");
    }
    let since = call.query("start_update_date");
    let wanted: Vec<&str> = call.query("order_ids").split(',').filter(|id| !id.is_empty()).collect();
    let now_us = desk.now_us;
    let all: Vec<Value> = desk
        .shelf
        .sold
        .iter()
        .filter(|sold| sold.listed_us <= now_us && rfc3339_seconds(sold.changed_us).as_str() >= since)
        .filter(|sold| wanted.is_empty() || wanted.contains(&format!("{}-A", sold.id).as_str()))
        .map(order)
        .collect();
    let total = all.len();
    let orders: Vec<Value> = all.into_iter().skip(offset).take(max).collect();
    json(200, &value!({"orders": orders, "total_count": total}))
}

fn units(units: i64) -> f64 {
    f64::from(i32::try_from(units).unwrap_or(0))
}

fn order(sold: &Sold) -> Value {
    let state = match sold.stage {
        "unpaid" => "WAITING_DEBIT_PAYMENT",
        "shipped" => "SHIPPED",
        "cancelled" => "CANCELED",
        _ => "SHIPPING",
    };
    let (placed, changed) = (rfc3339_seconds(sold.placed_us), rfc3339_seconds(sold.changed_us));
    let line = |(index, line): (usize, &SoldLine)| {
        let cancelled = if line.cancelled == 0 {
            value!([])
        } else {
            value!([{"id": "c1", "created_date": changed, "quantity": line.cancelled, "commission_amount": 0.0,
                "commission_total_amount": 0.0, "commission_taxes": [], "reason_code": "15"}])
        };
        value!({"order_line_id": line.id.to_string(), "order_line_index": index + 1, "offer_id": line.listing,
            "offer_sku": line.sku, "offer_state_code": "11", "product_sku": line.sku, "product_title": format!("Title of {}", line.sku),
            "product_medias": [], "quantity": line.quantity, "price": units(line.quantity) * 10.0, "price_unit": 10.0,
            "shipping_price": 4.9, "total_price": units(line.quantity) * 10.0 + 4.9,
            "taxes": [{"amount": units(line.quantity) * 1.9, "code": "VAT", "tax_calculation_rule": "PROPORTIONAL_TO_AMOUNT"}],
            "shipping_taxes": [], "order_line_state": state, "can_refund": false, "category_code": "c", "category_label": "C",
            "commission_fee": 1.0, "commission_rate_vat": 20.0, "commission_vat": 0.2, "total_commission": 1.2,
            "created_date": placed, "last_updated_date": changed, "description": "", "order_line_additional_fields": [],
            "cancelations": cancelled, "refunds": []})
    };
    let address = value!({"firstname": "Ada", "lastname": "Lovelace", "street_1": "12 St James's Square", "city": "London",
        "zip_code": "SW1Y 4JH", "country": "United Kingdom", "country_iso_code": "GB", "phone": "020"});
    let total: i64 = sold.lines.iter().map(|line| line.quantity).sum();
    value!({
        "order_id": format!("{}-A", sold.id), "commercial_id": sold.id.to_string(), "order_state": state,
        "created_date": placed, "last_updated_date": changed, "currency_iso_code": sold.currency,
        "customer": {"customer_id": "7", "firstname": "Ada", "lastname": "Lovelace", "locale": "en_GB",
            "billing_address": address, "shipping_address": address},
        "customer_notification_email": "ada@notification.mirakl.net", "order_tax_mode": "TAX_EXCLUDED",
        "order_lines": sold.lines.iter().enumerate().map(line).collect::<Vec<_>>(),
        "can_cancel": false, "can_shop_ship": true, "fulfillment": {"center": {"code": "DEFAULT"}}, "fully_refunded": false,
        "has_customer_message": false, "has_incident": false, "has_invoice": false, "leadtime_to_ship": 2,
        "paymentType": "CARD", "price": units(total) * 10.0, "shipping_price": 4.9, "total_price": units(total) * 10.0 + 4.9,
        "shipping_type_code": "STD", "shipping_type_label": "Standard", "shipping_zone_code": "GB1", "shipping_zone_label": "GB",
        "total_commission": 1.2,
    })
}
