//! Orders. One that waits for the shop's word is accepted: without it there is no address, and it lapses.
//!
//! Source: <https://developer.mirakl.com/content/product/mmp/rest/seller/openapi3/orders>.

use super::{Mirakl, SKU};
use crate::channels::each::Each;
use crate::channels::facts::{amount, moment, text, utc};
use crate::channels::http::segment;
use crate::channels::{ChannelError, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// `max` is at most 100.
const PAGE: usize = 100;

static LIMITS: OrderLimits = OrderLimits {
    // OR11 may be called once a minute.
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(60)),
    overlap: Duration::from_secs(300),
    read_batch: PAGE,
    returns: None,
};

#[async_trait]
impl Orders for Mirakl {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let offset: usize = page.and_then(|page| page.parse().ok()).unwrap_or(0);
        let (since, max, from) = (utc(since_ms), PAGE.to_string(), offset.to_string());
        let query = [("start_update_date", since.as_str()), ("max", max.as_str()), ("offset", from.as_str())];
        let found: Page = self.api.get("/api/orders", &query).await?.json()?;
        let told = found.orders.told();
        let (wires, unreadable) = found.orders.parts();
        for wire in wires.iter().filter(|wire| wire.order_state == "WAITING_ACCEPTANCE") {
            let lines: Vec<_> = wire
                .order_lines
                .iter()
                .map(|line| json!({ "id": line.order_line_id, "accepted": true }))
                .collect();
            let path = format!("/api/orders/{}/accept", segment(&wire.order_id));
            self.api.put(&path, &json!({ "order_lines": lines })).await?;
        }
        let read = offset.saturating_add(told);
        let next = (told > 0 && read < found.total_count).then(|| read.to_string());
        let orders = wires.into_iter().map(order).collect();
        Ok(OrderPage { orders, unreadable, next, ..OrderPage::default() })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let (ids, max) = (ids.join(","), PAGE.to_string());
        let query = [("order_ids", ids.as_str()), ("max", max.as_str())];
        let found: Page = self.api.get("/api/orders", &query).await?.json()?;
        Ok(found.orders.all()?.into_iter().map(order).collect())
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let path = format!("/api/orders/{}", segment(&shipment.order));
        if !shipment.tracking.is_empty() {
            let body = json!({
                "carrier_name": shipment.carrier, "tracking_number": shipment.tracking, "carrier_url": shipment.url,
            });
            self.api.put(&format!("{path}/tracking"), &body).await?;
        }
        self.api.put(&format!("{path}/ship"), &json!({})).await?;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    orders: Each<Wire>,
    #[serde(default)]
    total_count: usize,
}

#[derive(Deserialize)]
struct Wire {
    order_id: String,
    #[serde(default, deserialize_with = "text")]
    commercial_id: String,
    order_state: String,
    #[serde(default, deserialize_with = "text")]
    order_tax_mode: String,
    #[serde(default, deserialize_with = "text")]
    created_date: String,
    #[serde(default, deserialize_with = "text")]
    last_updated_date: String,
    currency_iso_code: String,
    customer_notification_email: Option<String>,
    customer: Option<Customer>,
    #[serde(default)]
    order_lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Customer {
    billing_address: Option<Place>,
    shipping_address: Option<Place>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "text")]
    firstname: String,
    #[serde(deserialize_with = "text")]
    lastname: String,
    #[serde(deserialize_with = "text")]
    company: String,
    #[serde(deserialize_with = "text")]
    street_1: String,
    #[serde(deserialize_with = "text")]
    street_2: String,
    #[serde(deserialize_with = "text")]
    city: String,
    #[serde(deserialize_with = "text")]
    state: String,
    #[serde(deserialize_with = "text")]
    zip_code: String,
    #[serde(deserialize_with = "text")]
    country_iso_code: String,
    #[serde(deserialize_with = "text")]
    phone: String,
}

#[derive(Deserialize)]
struct Line {
    order_line_id: String,
    offer_sku: Option<String>,
    #[serde(default, deserialize_with = "text")]
    product_title: String,
    #[serde(default)]
    quantity: i64,
    #[serde(default, deserialize_with = "text")]
    order_line_state: String,
    #[serde(default, deserialize_with = "amount")]
    price: Decimal,
    #[serde(default, deserialize_with = "amount")]
    shipping_price: Decimal,
    #[serde(default)]
    taxes: Vec<Tax>,
    #[serde(default)]
    shipping_taxes: Vec<Tax>,
    #[serde(default)]
    cancelations: Vec<Units>,
    #[serde(default)]
    refunds: Vec<Units>,
}

#[derive(Deserialize)]
struct Tax {
    #[serde(default, deserialize_with = "amount")]
    amount: Decimal,
}

#[derive(Deserialize)]
struct Units {
    quantity: Option<i64>,
}

fn sum(taxes: &[Tax]) -> Decimal {
    taxes.iter().map(|tax| tax.amount).sum()
}

fn units(all: &[Units]) -> i64 {
    all.iter().map(|one| one.quantity.unwrap_or(0)).sum()
}

fn order(wire: Wire) -> Order {
    let stage = match wire.order_state.as_str() {
        "SHIPPED" | "TO_COLLECT" | "RECEIVED" | "CLOSED" => OrderStage::Shipped,
        "REFUSED" | "CANCELED" => OrderStage::Cancelled,
        "SHIPPING" | "PARTIALLY_SHIPPED" => OrderStage::Open,
        // Before its payment: what it takes is kept.
        _ => OrderStage::Unpaid,
    };
    let with_tax = wire.order_tax_mode == "TAX_INCLUDED";
    let net = |price: Decimal, tax: Decimal| if with_tax { price - tax } else { price };
    let shipping: (Decimal, Decimal) =
        wire.order_lines.iter().fold((Decimal::ZERO, Decimal::ZERO), |(price, tax), line| {
            let more = sum(&line.shipping_taxes);
            (price + net(line.shipping_price, more), tax + more)
        });
    let line = |line: Line| {
        let gone = matches!(line.order_line_state.as_str(), "REFUSED" | "CANCELED");
        let tax = sum(&line.taxes);
        let back = units(&line.refunds);
        OrderLine {
            id: line.order_line_id,
            listing: line.offer_sku.iter().map(|sku| (SKU.to_owned(), sku.clone())).collect::<ExternalId>(),
            sku: line.offer_sku,
            title: line.product_title,
            quantity: line.quantity,
            cancelled: if gone { line.quantity } else { units(&line.cancelations) },
            // Refunded before it was sent, it was not sent.
            returned: back,
            by_channel: false,
            total: net(line.price, tax),
            tax,
        }
    };
    let (billing, delivery) =
        wire.customer.map(|one| (one.billing_address, one.shipping_address)).unwrap_or_default();
    Order {
        number: if wire.commercial_id.is_empty() { wire.order_id.clone() } else { wire.commercial_id },
        id: wire.order_id,
        stage,
        placed_ms: moment(&wire.created_date).unwrap_or(0),
        changed_ms: moment(&wire.last_updated_date).unwrap_or(0),
        currency: wire.currency_iso_code,
        lines: wire.order_lines.into_iter().map(line).collect(),
        shipping: Charge::some("Shipping", shipping.0, shipping.1),
        fees: Vec::new(),
        billing: billing.map(address).unwrap_or_default(),
        delivery: delivery.map(address).unwrap_or_default(),
        email: wire.customer_notification_email.unwrap_or_default(),
        note: String::new(),
        returns: Vec::new(),
    }
}

fn address(at: Place) -> Address {
    Address {
        first_name: at.firstname,
        last_name: at.lastname,
        company: at.company,
        address_1: at.street_1,
        address_2: at.street_2,
        city: at.city,
        state: at.state,
        postcode: at.zip_code,
        country: at.country_iso_code,
        phone: at.phone,
    }
}
