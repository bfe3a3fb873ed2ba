//! Orders that the retailer sends itself (FBR). The list names changes of the last minutes or of one day; each order
//! is read by itself, for its address and its SKU.
//!
//! Sources: <https://api.bol.com/retailer/public/Retailer-API/v10/functional/retailer-api/orders-shipments.html>.

use super::{Bol, OFFER, notice, returns};
use crate::channels::each;
use crate::channels::facts::{amount, moment, text};
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(5)),
    overlap: Duration::from_secs(300),
    read_batch: 20,
    // The list of returns is gone through as a whole.
    returns: Some(Duration::from_secs(3600)),
};

/// `change-interval-minute` reaches back an hour at most; further back each day is asked for by itself.
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// `latest-change-date` reaches back three months.
const DAYS: i64 = 90;

#[async_trait]
impl Orders for Bol {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let now_ms = self.clock.now_ms();
        // "day page", where day 0 is the last hour.
        let (day, number) = match page.and_then(|page| page.split_once(' ')) {
            Some((day, number)) => (day.parse().unwrap_or(0), number.parse().unwrap_or(1)),
            None => (first_day(since_ms, now_ms), 1),
        };
        let (number_text, minutes, date) = (i64::to_string(&number), "60".to_owned(), day_of(now_ms, day));
        let mut query = vec![("page", number_text.as_str()), ("fulfilment-method", "FBR"), ("status", "ALL")];
        if day == 0 {
            query.push(("change-interval-minute", minutes.as_str()));
        } else {
            query.push(("latest-change-date", date.as_str()));
        }
        let found: Page = self.api.send(Call::get("/retailer/orders", &query)).await?.json()?;
        let ids: BTreeSet<String> = found.orders.into_iter().map(|one| one.order_id).collect();
        let next = match (ids.is_empty(), day) {
            (false, _) => Some(format!("{day} {}", number + 1)),
            (true, 0) => None,
            // The next day, and in the end the last hour.
            (true, day) => Some(format!("{} 1", day - 1)),
        };
        let ids: Vec<String> = ids.into_iter().collect();
        let mut found = OrderPage { next, ..OrderPage::default() };
        for id in ids {
            found.put(&id, self.by_id(std::slice::from_ref(&id)).await)?;
        }
        Ok(found)
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let mut orders = Vec::new();
        for id in ids {
            orders.extend(self.read(id).await?.map(order));
        }
        Ok(orders)
    }

    async fn returned(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        returns::page(self, since_ms, page).await
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        notice::read(delivery)
    }

    fn signed_with(&self, delivery: &Delivery) -> Option<String> {
        notice::signed_with(delivery)
    }

    async fn public_key(&self, id: &str) -> Result<Option<Vec<u8>>, ChannelError> {
        notice::public_key(&self.api, id).await
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let items: Vec<_> = shipment
            .lines
            .iter()
            .map(|(line, units)| json!({ "orderItemId": line, "quantity": units }))
            .collect();
        let mut body = json!({ "orderItems": items, "shipmentReference": shipment.order });
        if !shipment.tracking.is_empty() {
            let carrier = if shipment.carrier.is_empty() { "OTHER" } else { &shipment.carrier };
            body["transport"] = json!({ "transporterCode": carrier.to_ascii_uppercase(), "trackAndTrace": shipment.tracking });
        }
        self.api.send(Call::post("/retailer/shipments", &body)).await?;
        Ok(())
    }
}

impl Bol {
    /// `None`: bol knows no such order.
    pub(super) async fn read(&self, id: &str) -> Result<Option<Wire>, ChannelError> {
        match self.api.send(Call::get(&format!("/retailer/orders/{}", segment(id)), &[])).await {
            Ok(reply) => Ok(Some(each::one(&reply)?)),
            Err(ChannelError::Refused { code, .. }) if code == "404" => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// How many days back to begin; the last hour alone is day 0.
fn first_day(since_ms: i64, now_ms: i64) -> i64 {
    let back_ms = now_ms.saturating_sub(since_ms);
    if back_ms <= HOUR_MS { 0 } else { (back_ms / DAY_MS).saturating_add(1).min(DAYS) }
}

/// bol's calendar, some days back: day 1 is today.
fn day_of(now_ms: i64, day: i64) -> String {
    let ms = now_ms.saturating_sub(day.saturating_sub(1).max(0).saturating_mul(DAY_MS));
    let moment = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    // The Netherlands' day: an hour or two ahead of UTC's, so that the overlap covers the rest.
    moment.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(1))).date().to_string()
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    orders: Vec<Reduced>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reduced {
    order_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wire {
    order_id: String,
    #[serde(default, deserialize_with = "text")]
    order_placed_date_time: String,
    shipment_details: Option<Person>,
    billing_details: Option<Person>,
    #[serde(default)]
    pub order_items: Vec<Item>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Person {
    #[serde(deserialize_with = "text")]
    first_name: String,
    #[serde(deserialize_with = "text")]
    surname: String,
    #[serde(deserialize_with = "text")]
    street_name: String,
    #[serde(deserialize_with = "text")]
    house_number: String,
    #[serde(deserialize_with = "text")]
    house_number_extension: String,
    #[serde(deserialize_with = "text")]
    extra_address_information: String,
    #[serde(deserialize_with = "text")]
    zip_code: String,
    #[serde(deserialize_with = "text")]
    city: String,
    #[serde(deserialize_with = "text")]
    country_code: String,
    #[serde(deserialize_with = "text")]
    email: String,
    #[serde(deserialize_with = "text")]
    company: String,
    #[serde(deserialize_with = "text")]
    delivery_phone_number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    pub order_item_id: String,
    fulfilment: Option<Fulfilment>,
    offer: Option<Offer>,
    pub product: Option<Product>,
    #[serde(default)]
    quantity: i64,
    #[serde(default)]
    quantity_shipped: i64,
    #[serde(default)]
    quantity_cancelled: i64,
    #[serde(default, deserialize_with = "amount")]
    total_price: Decimal,
    #[serde(default, deserialize_with = "text")]
    latest_changed_date_time: String,
}

#[derive(Deserialize)]
struct Fulfilment {
    #[serde(default, deserialize_with = "text")]
    method: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Offer {
    offer_id: Option<String>,
    reference: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Product {
    #[serde(default, deserialize_with = "text")]
    pub ean: String,
    #[serde(default, deserialize_with = "text")]
    title: String,
}

pub(super) fn order(wire: Wire) -> Order {
    let all = |done: fn(&Item) -> i64| wire.order_items.iter().all(|item| done(item) >= item.quantity);
    let stage = if all(|item| item.quantity_cancelled) {
        OrderStage::Cancelled
    } else if all(|item| item.quantity_shipped.saturating_add(item.quantity_cancelled)) {
        OrderStage::Shipped
    } else {
        OrderStage::Open
    };
    let line = |item: &Item| OrderLine {
        id: item.order_item_id.clone(),
        listing: item
            .offer
            .iter()
            .filter_map(|offer| Some((OFFER.to_owned(), offer.offer_id.clone()?)))
            .collect::<ExternalId>(),
        sku: item.offer.as_ref().and_then(|offer| offer.reference.clone()).filter(|sku| !sku.is_empty()),
        title: item.product.as_ref().map(|product| product.title.clone()).unwrap_or_default(),
        quantity: item.quantity,
        cancelled: item.quantity_cancelled,
        returned: 0,
        by_channel: item.fulfilment.as_ref().is_some_and(|one| one.method == "FBB"),
        // With the customer's tax in it: bol does not tell that apart.
        total: item.total_price,
        tax: Decimal::ZERO,
    };
    let changed = wire.order_items.iter().filter_map(|item| moment(&item.latest_changed_date_time)).max();
    let placed_ms = moment(&wire.order_placed_date_time).unwrap_or(0);
    let delivery = wire.shipment_details.unwrap_or_default();
    Order {
        number: wire.order_id.clone(),
        id: wire.order_id,
        stage,
        placed_ms,
        changed_ms: changed.unwrap_or(placed_ms),
        currency: "EUR".to_owned(),
        lines: wire.order_items.iter().map(line).collect(),
        shipping: Vec::new(),
        fees: Vec::new(),
        billing: wire.billing_details.map(address).unwrap_or_default(),
        email: delivery.email.clone(),
        delivery: address(delivery),
        note: String::new(),
        returns: Vec::new(),
    }
}

fn address(at: Person) -> Address {
    let house = format!("{} {} {}", at.street_name, at.house_number, at.house_number_extension);
    Address {
        first_name: at.first_name,
        last_name: at.surname,
        company: at.company,
        address_1: house.split_whitespace().collect::<Vec<_>>().join(" "),
        address_2: at.extra_address_information,
        city: at.city,
        state: String::new(),
        postcode: at.zip_code,
        country: at.country_code,
        phone: at.delivery_phone_number,
    }
}
