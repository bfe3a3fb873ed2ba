//! Orders, by the Fulfillment API.
//!
//! Sources: <https://developer.ebay.com/api-docs/sell/fulfillment/resources/order/methods/getOrders>,
//! <https://developer.ebay.com/api-docs/sell/fulfillment/resources/order/shipping_fulfillment/methods/createShippingFulfillment>.

use super::call::Api;
use super::{Ebay, SKU, notice, returns};
use crate::channels::each::Each;
use crate::channels::facts::{amount, moment, names, text, utc};
use crate::channels::{self, ChannelError, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

const PATH: &str = "/sell/fulfillment/v1/order";
/// `limit` is at most 200.
const PAGE: usize = 200;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    // Revisions do not compare.
    before_push: Some(Duration::from_secs(2)),
    overlap: Duration::from_secs(300),
    // `orderIds` takes up to 50.
    read_batch: 50,
    // Each return of the last months is read by itself.
    returns: Some(Duration::from_secs(3 * 3600)),
};

#[async_trait]
impl Orders for Ebay {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let offset: usize = page.and_then(|page| page.parse().ok()).unwrap_or(0);
        // No further back than eBay looks.
        let oldest_ms = self.clock.now_ms().saturating_sub(TWO_YEARS_MS);
        let filter = format!("lastmodifieddate:[{}..]", utc(since_ms.max(oldest_ms)).replace('Z', ".000Z"));
        let (limit, from) = (PAGE.to_string(), offset.to_string());
        let query = [("filter", filter.as_str()), ("limit", limit.as_str()), ("offset", from.as_str())];
        let found: Page = self.sales.get(PATH, &query).await?.json()?;
        let told = found.orders.told();
        let read = offset.saturating_add(told);
        let next = (told > 0 && read < found.total).then(|| read.to_string());
        let (wires, unreadable) = found.orders.parts();
        Ok(OrderPage {
            orders: wires.into_iter().filter_map(|one| self.order(one)).collect(),
            unreadable,
            next,
            ..OrderPage::default()
        })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let found = read(&self.sales, ids).await?.all()?;
        Ok(found.into_iter().filter_map(|one| self.order(one)).collect())
    }

    async fn returned(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        returns::page(self, since_ms, page).await
    }

    fn notice(&self, delivery: &channels::Delivery) -> Result<Notice, NotGenuine> {
        notice::read(delivery)
    }

    fn signed_with(&self, delivery: &channels::Delivery) -> Option<String> {
        notice::signed_with(delivery)
    }

    async fn public_key(&self, id: &str) -> Result<Option<Vec<u8>>, ChannelError> {
        notice::public_key(&self.keys, id).await
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let lines: Vec<_> = shipment
            .lines
            .iter()
            .map(|(line, units)| json!({ "lineItemId": line, "quantity": units }))
            .collect();
        let mut body =
            json!({ "lineItems": lines, "shippedDate": utc(shipment.sent_ms).replace('Z', ".000Z") });
        // Both or none.
        if !shipment.tracking.is_empty() {
            let letters: String = shipment.tracking.chars().filter(char::is_ascii_alphanumeric).collect();
            let carrier = if shipment.carrier.is_empty() { "Other" } else { &shipment.carrier };
            body["trackingNumber"] = json!(letters);
            body["shippingCarrierCode"] = json!(carrier);
        }
        let path = format!("{PATH}/{}/shipping_fulfillment", shipment.order);
        self.sales.post(&path, &body).await?;
        Ok(())
    }
}

/// Those of these that eBay knows.
pub(super) async fn read(sales: &Api, ids: &[String]) -> Result<Each<Wire>, ChannelError> {
    let ids = ids.join(",");
    let found: Page = sales.get(PATH, &[("orderIds", ids.as_str())]).await?.json()?;
    Ok(found.orders)
}

const TWO_YEARS_MS: i64 = 729 * 86_400_000;

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    total: usize,
    #[serde(default)]
    orders: Each<Wire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wire {
    pub order_id: String,
    #[serde(default, deserialize_with = "text")]
    creation_date: String,
    #[serde(default, deserialize_with = "text")]
    last_modified_date: String,
    #[serde(default, deserialize_with = "text")]
    order_fulfillment_status: String,
    #[serde(default, deserialize_with = "text")]
    order_payment_status: String,
    #[serde(default, deserialize_with = "text")]
    buyer_checkout_notes: String,
    cancel_status: Option<Cancel>,
    #[serde(default)]
    fulfillment_start_instructions: Vec<Instruction>,
    #[serde(default)]
    pub line_items: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cancel {
    #[serde(default, deserialize_with = "text")]
    cancel_state: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Instruction {
    shipping_step: Option<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    ship_to: Option<Contact>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Contact {
    #[serde(deserialize_with = "text")]
    full_name: String,
    #[serde(deserialize_with = "text")]
    company_name: String,
    #[serde(deserialize_with = "text")]
    email: String,
    contact_address: Place,
    primary_phone: Option<Phone>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Phone {
    #[serde(default, deserialize_with = "text")]
    phone_number: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Place {
    #[serde(deserialize_with = "text")]
    address_line1: String,
    #[serde(deserialize_with = "text")]
    address_line2: String,
    #[serde(deserialize_with = "text")]
    city: String,
    #[serde(deserialize_with = "text")]
    state_or_province: String,
    #[serde(deserialize_with = "text")]
    postal_code: String,
    #[serde(deserialize_with = "text")]
    country_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub line_item_id: String,
    #[serde(default, deserialize_with = "text")]
    pub legacy_item_id: String,
    sku: Option<String>,
    #[serde(default, deserialize_with = "text")]
    title: String,
    #[serde(default)]
    quantity: i64,
    #[serde(default, deserialize_with = "text")]
    listing_marketplace_id: String,
    line_item_cost: Option<Money>,
    discounted_line_item_cost: Option<Money>,
    delivery_cost: Option<Delivery>,
    #[serde(default)]
    taxes: Vec<Tax>,
    #[serde(default)]
    ebay_collect_and_remit_taxes: Vec<Tax>,
}

#[derive(Deserialize)]
struct Money {
    #[serde(default, deserialize_with = "amount")]
    value: Decimal,
    #[serde(default, deserialize_with = "text")]
    currency: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    shipping_cost: Option<Money>,
}

#[derive(Deserialize)]
struct Tax {
    amount: Option<Money>,
}

fn sum<'a>(amounts: impl Iterator<Item = Option<&'a Money>>) -> Decimal {
    amounts.flatten().map(|money| money.value).sum()
}

impl Ebay {
    /// `None`: of another of eBay's sites, which is another channel's business.
    pub(super) fn order(&self, wire: Wire) -> Option<Order> {
        let own = |line: &Line| {
            line.listing_marketplace_id.is_empty() || line.listing_marketplace_id == self.marketplace
        };
        let lines: Vec<Line> = wire.line_items.into_iter().filter(own).collect();
        let currency =
            lines.first()?.line_item_cost.as_ref().map(|cost| cost.currency.clone()).unwrap_or_default();
        let shipping = sum(lines.iter().map(|line| line.delivery_cost.as_ref()?.shipping_cost.as_ref()));
        let cancelled = wire.cancel_status.is_some_and(|cancel| cancel.cancel_state == "CANCELED");
        let refunded = wire.order_payment_status == "FULLY_REFUNDED";
        let stage = match wire.order_fulfillment_status.as_str() {
            _ if cancelled => OrderStage::Cancelled,
            "FULFILLED" => OrderStage::Shipped,
            "NOT_STARTED" if refunded => OrderStage::Cancelled,
            _ if matches!(wire.order_payment_status.as_str(), "PENDING" | "FAILED") => OrderStage::Unpaid,
            _ => OrderStage::Open,
        };
        let to = wire.fulfillment_start_instructions.into_iter().find_map(|one| one.shipping_step?.ship_to);
        let email = to.as_ref().map(|to| to.email.clone()).unwrap_or_default();
        let delivery = to.map(address).unwrap_or_default();
        Some(Order {
            number: wire.order_id.clone(),
            id: wire.order_id,
            stage,
            placed_ms: moment(&wire.creation_date).unwrap_or(0),
            changed_ms: moment(&wire.last_modified_date).unwrap_or(0),
            currency,
            lines: lines.into_iter().map(line).collect(),
            shipping: Charge::some("eBay shipping", shipping, Decimal::ZERO),
            fees: Vec::new(),
            billing: delivery.clone(),
            delivery,
            email,
            note: wire.buyer_checkout_notes,
            returns: Vec::new(),
        })
    }
}

fn line(line: Line) -> OrderLine {
    let sku = line.sku.filter(|sku| !sku.is_empty());
    let taxes = line.taxes.iter().chain(&line.ebay_collect_and_remit_taxes);
    OrderLine {
        id: line.line_item_id,
        listing: sku.iter().map(|sku| (SKU.to_owned(), sku.clone())).collect::<ExternalId>(),
        sku,
        title: line.title,
        quantity: line.quantity,
        cancelled: 0,
        returned: 0,
        by_channel: false,
        total: line
            .discounted_line_item_cost
            .or(line.line_item_cost)
            .map_or(Decimal::ZERO, |cost| cost.value),
        tax: sum(taxes.map(|tax| tax.amount.as_ref())),
    }
}

fn address(to: Contact) -> Address {
    let (first_name, last_name) = names(&to.full_name);
    let at = to.contact_address;
    Address {
        first_name,
        last_name,
        company: to.company_name,
        address_1: at.address_line1,
        address_2: at.address_line2,
        city: at.city,
        state: at.state_or_province,
        postcode: at.postal_code,
        country: at.country_code,
        phone: to.primary_phone.map(|phone| phone.phone_number).unwrap_or_default(),
    }
}
