//! Orders: receipts with their transactions.
//!
//! Sources: <https://developers.etsy.com/documentation/reference/#operation/getShopReceipts>,
//! <https://developers.etsy.com/documentation/essentials/webhooks>.

use super::{Etsy, LISTING, SKU};
use crate::channels::each::{self, Each};
use crate::channels::facts::{amount, names, text};
use crate::channels::rest::Call;
use crate::channels::webhook;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// `limit` is at most 100.
const PAGE: usize = 100;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    // The inventory is written whole, without comparing.
    before_push: Some(Duration::from_secs(2)),
    overlap: Duration::from_secs(300),
    read_batch: 10,
    returns: None,
};

#[async_trait]
impl Orders for Etsy {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let offset: usize = page.and_then(|page| page.parse().ok()).unwrap_or(0);
        let path = format!("/v3/application/shops/{}/receipts", self.shop);
        // The oldest moment that Etsy takes.
        let since = (since_ms / 1000).max(946_684_800).to_string();
        let (limit, from) = (PAGE.to_string(), offset.to_string());
        let query = [
            ("min_last_modified", since.as_str()),
            ("sort_on", "created"),
            ("sort_order", "asc"),
            ("limit", limit.as_str()),
            ("offset", from.as_str()),
        ];
        let found: Page = self.api.send(Call::get(&path, &query)).await?.json()?;
        let told = found.results.told();
        let read = offset.saturating_add(told);
        let next = (told > 0 && read < found.count).then(|| read.to_string());
        let (wires, unreadable) = found.results.parts();
        let orders = wires.into_iter().map(order).collect();
        Ok(OrderPage { orders, unreadable, next, ..OrderPage::default() })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let mut orders = Vec::new();
        for id in ids {
            let path = format!("/v3/application/shops/{}/receipts/{id}", self.shop);
            match self.api.send(Call::get(&path, &[])).await {
                Ok(reply) => orders.push(order(each::one(&reply)?)),
                Err(ChannelError::Refused { code, .. }) if code == "404" => {}
                Err(error) => return Err(error),
            }
        }
        Ok(orders)
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        // `whsec_` and the key in base64.
        let secret = self.webhook_secret.expose_secret();
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).unwrap_or_default();
        let (id, sent_ms) = webhook::standard(&key, delivery)?;
        let body: Hook = webhook::json(delivery)?;
        let receipt = body
            .resource_url
            .rsplit('/')
            .next()
            .filter(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_digit()));
        Ok(Notice {
            key: id,
            sent_ms: Some(sent_ms),
            look: receipt.is_none(),
            orders: receipt.map(str::to_owned).into_iter().collect(),
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let receipt = format!("/v3/application/shops/{}/receipts/{}", self.shop, shipment.order);
        if shipment.tracking.is_empty() {
            self.api.send(Call::put(&receipt, &[], &json!({ "was_shipped": true }))).await?;
            return Ok(());
        }
        let carrier = if shipment.carrier.is_empty() { "other" } else { &shipment.carrier };
        let body = json!({ "tracking_code": shipment.tracking, "carrier_name": carrier });
        self.api.send(Call::post(&format!("{receipt}/tracking"), &body)).await?;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Hook {
    #[serde(default, deserialize_with = "text")]
    resource_url: String,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    count: usize,
    #[serde(default)]
    results: Each<Receipt>,
}

#[derive(Deserialize)]
struct Receipt {
    receipt_id: i64,
    #[serde(default, deserialize_with = "text")]
    status: String,
    buyer_email: Option<String>,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "text")]
    first_line: String,
    second_line: Option<String>,
    #[serde(default, deserialize_with = "text")]
    city: String,
    state: Option<String>,
    #[serde(default, deserialize_with = "text")]
    zip: String,
    #[serde(default, deserialize_with = "text")]
    country_iso: String,
    message_from_buyer: Option<String>,
    #[serde(default)]
    is_paid: bool,
    #[serde(default)]
    is_shipped: bool,
    #[serde(default)]
    created_timestamp: i64,
    #[serde(default)]
    updated_timestamp: i64,
    total_shipping_cost: Option<Money>,
    total_tax_cost: Option<Money>,
    total_vat_cost: Option<Money>,
    discount_amt: Option<Money>,
    #[serde(default)]
    transactions: Vec<Transaction>,
}

#[derive(Deserialize)]
struct Transaction {
    transaction_id: i64,
    title: Option<String>,
    #[serde(default)]
    quantity: i64,
    listing_id: Option<i64>,
    sku: Option<String>,
    price: Option<Money>,
}

/// An integer and what it is to be divided by.
#[derive(Deserialize)]
struct Money {
    #[serde(deserialize_with = "amount")]
    amount: Decimal,
    #[serde(deserialize_with = "amount")]
    divisor: Decimal,
    #[serde(default, deserialize_with = "text")]
    currency_code: String,
}

fn value(money: Option<&Money>) -> Decimal {
    money.and_then(|money| money.amount.checked_div(money.divisor)).unwrap_or_default()
}

fn order(receipt: Receipt) -> Order {
    let stage = match receipt.status.to_ascii_lowercase().as_str() {
        "canceled" => OrderStage::Cancelled,
        // Money given back for what was sent puts nothing back on the shelf.
        "fully refunded" if !receipt.is_shipped => OrderStage::Cancelled,
        _ if receipt.is_shipped => OrderStage::Shipped,
        _ if !receipt.is_paid => OrderStage::Unpaid,
        _ => OrderStage::Open,
    };
    let currency = receipt
        .transactions
        .iter()
        .find_map(|one| Some(one.price.as_ref()?.currency_code.clone()))
        .unwrap_or_default();
    // Taxes are told of the whole receipt: they go with its first line.
    let mut tax = value(receipt.total_tax_cost.as_ref()) + value(receipt.total_vat_cost.as_ref());
    let line = |one: Transaction| {
        let sku = one.sku.filter(|sku| !sku.is_empty());
        let mut listing = ExternalId::new();
        if let Some(id) = one.listing_id {
            listing.insert(LISTING.to_owned(), id.to_string());
        }
        if let Some(sku) = &sku {
            listing.insert(SKU.to_owned(), sku.clone());
        }
        OrderLine {
            id: one.transaction_id.to_string(),
            listing,
            sku,
            title: one.title.unwrap_or_default(),
            quantity: one.quantity,
            cancelled: 0,
            returned: 0,
            by_channel: false,
            total: value(one.price.as_ref()) * Decimal::from(one.quantity),
            tax: std::mem::take(&mut tax),
        }
    };
    let lines = receipt.transactions.into_iter().map(line).collect();
    let (first_name, last_name) = names(&receipt.name);
    let delivery = Address {
        first_name,
        last_name,
        company: String::new(),
        address_1: receipt.first_line,
        address_2: receipt.second_line.unwrap_or_default(),
        city: receipt.city,
        state: receipt.state.unwrap_or_default(),
        postcode: receipt.zip,
        country: receipt.country_iso,
        phone: String::new(),
    };
    Order {
        id: receipt.receipt_id.to_string(),
        number: receipt.receipt_id.to_string(),
        stage,
        placed_ms: receipt.created_timestamp.saturating_mul(1000),
        changed_ms: receipt.updated_timestamp.saturating_mul(1000),
        currency,
        lines,
        shipping: Charge::some("Etsy shipping", value(receipt.total_shipping_cost.as_ref()), Decimal::ZERO),
        fees: Charge::some("Etsy discount", -value(receipt.discount_amt.as_ref()), Decimal::ZERO),
        billing: delivery.clone(),
        delivery,
        email: receipt.buyer_email.unwrap_or_default(),
        note: receipt.message_from_buyer.unwrap_or_default(),
        returns: Vec::new(),
    }
}
