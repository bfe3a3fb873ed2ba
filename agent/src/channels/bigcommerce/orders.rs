//! Orders, by version 2 of the API: an order, its products and its addresses are a call each.
//!
//! Sources: <https://developer.bigcommerce.com/docs/rest-management/orders>,
//! <https://developer.bigcommerce.com/docs/integrations/webhooks>.

use super::call::Api;
use super::{BigCommerce, PRODUCT, VARIANT};
use crate::channels::each::{self, Each};
use crate::channels::facts::{amount, count, text, utc};
use crate::channels::rest::Call;
use crate::channels::webhook;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::time::Duration;

/// Few, since each costs two more calls of the 150 in 30 seconds.
const PAGE: usize = 20;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(5)),
    overlap: Duration::from_secs(300),
    read_batch: 10,
    returns: None,
};

#[async_trait]
impl Orders for BigCommerce {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let number: u32 = page.and_then(|page| page.parse().ok()).unwrap_or(1);
        let (since, limit, page) = (utc(since_ms), PAGE.to_string(), number.to_string());
        let query = [
            ("min_date_modified", since.as_str()),
            ("sort", "id:asc"),
            ("limit", limit.as_str()),
            ("page", page.as_str()),
        ];
        let found: Each<Wire> = list(&self.sales, "/orders", &query).await?;
        let is_full = found.told() == PAGE;
        let (wires, unreadable) = found.parts();
        let next = is_full.then(|| number.saturating_add(1).to_string());
        let mut page = OrderPage { unreadable, next, ..OrderPage::default() };
        for wire in wires {
            page.put(&wire.id.to_string(), self.whole(wire).await)?;
        }
        Ok(page)
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let mut orders = Vec::new();
        for id in ids {
            match self.sales.send(Call::get(&format!("/orders/{id}"), &[])).await {
                Ok(reply) => orders.extend(self.whole(each::one(&reply)?).await?),
                Err(ChannelError::Refused { code, .. }) if code == "404" => {}
                Err(error) => return Err(error),
            }
        }
        Ok(orders)
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        // Standard Webhooks; the key is the API account's client secret.
        let (id, sent_ms) = webhook::standard(self.client_secret.expose_secret().as_bytes(), delivery)?;
        let body: Hook = webhook::json(delivery)?;
        let order = body.data.filter(|data| data.kind == "order").map(|data| data.id.to_string());
        Ok(Notice {
            key: id,
            sent_ms: Some(sent_ms),
            look: order.is_none(),
            orders: order.into_iter().collect(),
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let path = format!("/orders/{}", shipment.order);
        let products: Vec<Product> = list(&self.sales, &format!("{path}/products"), &MOST).await?;
        let Some(address) = products.first().map(|product| product.order_address_id) else { return Ok(()) };
        let items: Vec<_> = shipment
            .lines
            .iter()
            .filter_map(|(line, units)| {
                Some(json!({ "order_product_id": line.parse::<i64>().ok()?, "quantity": units }))
            })
            .collect();
        let body = json!({
            "order_address_id": address, "tracking_number": shipment.tracking, "tracking_link": shipment.url,
            "comments": shipment.carrier, "items": items,
        });
        self.sales.send(Call::post(&format!("{path}/shipments"), &body)).await?;
        Ok(())
    }
}

const MOST: [(&str, &str); 1] = [("limit", "250")];

/// A list; nothing at all (204) is an empty one.
async fn list<T: DeserializeOwned + Default>(
    api: &Api,
    path: &str,
    query: &[(&str, &str)],
) -> Result<T, ChannelError> {
    let reply = api.send(Call::get(path, query)).await?;
    if reply.status == 204 { Ok(T::default()) } else { each::one(&reply) }
}

#[derive(Deserialize)]
struct Hook {
    data: Option<HookData>,
}

#[derive(Deserialize)]
struct HookData {
    #[serde(default, rename = "type")]
    kind: String,
    id: i64,
}

#[derive(Deserialize)]
struct Wire {
    id: i64,
    status_id: i64,
    #[serde(default, deserialize_with = "text")]
    date_created: String,
    #[serde(default, deserialize_with = "text")]
    date_modified: String,
    #[serde(default, deserialize_with = "text")]
    currency_code: String,
    #[serde(default, deserialize_with = "amount")]
    shipping_cost_ex_tax: Decimal,
    #[serde(default, deserialize_with = "amount")]
    shipping_cost_tax: Decimal,
    #[serde(default, deserialize_with = "amount")]
    discount_amount: Decimal,
    #[serde(default, deserialize_with = "amount")]
    coupon_discount: Decimal,
    #[serde(default, deserialize_with = "text")]
    customer_message: String,
    #[serde(default)]
    is_deleted: bool,
    #[serde(default)]
    billing_address: Place,
}

#[derive(Deserialize)]
struct Product {
    id: i64,
    #[serde(default)]
    product_id: i64,
    variant_id: Option<i64>,
    #[serde(default)]
    order_address_id: i64,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "text")]
    sku: String,
    #[serde(default, deserialize_with = "count")]
    quantity: i64,
    #[serde(default, deserialize_with = "count")]
    quantity_shipped: i64,
    #[serde(default, deserialize_with = "count")]
    quantity_refunded: i64,
    #[serde(default, deserialize_with = "amount")]
    total_ex_tax: Decimal,
    #[serde(default, deserialize_with = "amount")]
    total_tax: Decimal,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "text")]
    first_name: String,
    #[serde(deserialize_with = "text")]
    last_name: String,
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
    zip: String,
    #[serde(deserialize_with = "text")]
    country_iso2: String,
    #[serde(deserialize_with = "text")]
    phone: String,
    #[serde(deserialize_with = "text")]
    email: String,
}

impl BigCommerce {
    /// `None`: a checkout that was not finished.
    async fn whole(&self, wire: Wire) -> Result<Option<Order>, ChannelError> {
        // Order statuses: <https://developer.bigcommerce.com/docs/rest-management/orders/order-status>.
        let stage = match wire.status_id {
            0 => return Ok(None),
            _ if wire.is_deleted => OrderStage::Cancelled,
            1 | 7 => OrderStage::Unpaid,
            2 | 4 | 10 => OrderStage::Shipped,
            5 | 6 => OrderStage::Cancelled,
            _ => OrderStage::Open,
        };
        let path = format!("/orders/{}", wire.id);
        let products: Vec<Product> = list(&self.sales, &format!("{path}/products"), &MOST).await?;
        let places: Vec<Place> = list(&self.sales, &format!("{path}/shipping_addresses"), &MOST).await?;
        let line = |product: Product| {
            let variant = product.variant_id.filter(|id| *id > 0);
            let key = variant.map_or((PRODUCT, product.product_id), |id| (VARIANT, id));
            let sent = product.quantity_shipped.min(product.quantity_refunded);
            OrderLine {
                id: product.id.to_string(),
                listing: ExternalId::from([(key.0.to_owned(), key.1.to_string())]),
                sku: Some(product.sku).filter(|sku| !sku.is_empty()),
                title: product.name,
                quantity: product.quantity,
                // Refunded before it was sent, it was not sent.
                cancelled: product.quantity_refunded - sent,
                returned: sent,
                by_channel: false,
                total: product.total_ex_tax,
                tax: product.total_tax,
            }
        };
        let discount = wire.discount_amount + wire.coupon_discount;
        Ok(Some(Order {
            id: wire.id.to_string(),
            number: wire.id.to_string(),
            stage,
            placed_ms: dated(&wire.date_created),
            changed_ms: dated(&wire.date_modified),
            currency: wire.currency_code,
            lines: products.into_iter().map(line).collect(),
            shipping: Charge::some("Shipping", wire.shipping_cost_ex_tax, wire.shipping_cost_tax),
            fees: Charge::some("Discount", -discount, Decimal::ZERO),
            email: wire.billing_address.email.clone(),
            delivery: places.into_iter().next().map(address).unwrap_or_default(),
            billing: address(wire.billing_address),
            note: wire.customer_message,
            returns: Vec::new(),
        }))
    }
}

/// As RFC 2822 has it.
fn dated(text: &str) -> i64 {
    jiff::fmt::rfc2822::parse(text).map_or(0, |zoned| zoned.timestamp().as_millisecond())
}

fn address(at: Place) -> Address {
    Address {
        first_name: at.first_name,
        last_name: at.last_name,
        company: at.company,
        address_1: at.street_1,
        address_2: at.street_2,
        city: at.city,
        state: at.state,
        postcode: at.zip,
        country: at.country_iso2,
        phone: at.phone,
    }
}
