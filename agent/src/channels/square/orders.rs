//! Orders and sales of one location: what is sold over the counter is an order, too.
//!
//! Sources: <https://developer.squareup.com/reference/square/orders-api/search-orders>,
//! <https://developer.squareup.com/docs/webhooks/step3validate>.

use super::returns::{self, Back};
use super::{Square, VARIATION};
use crate::channels::each::{self, Each, Unreadable};
use crate::channels::facts::{count, moment, names, text, utc};
use crate::channels::rest::Call;
use crate::channels::webhook;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// At most 1000; more than are ever new at once.
const PAGE: usize = 200;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    // A physical count does not compare.
    before_push: Some(Duration::from_secs(2)),
    overlap: Duration::from_secs(300),
    // "A maximum of 100 orders can be retrieved per request."
    read_batch: 100,
    returns: None,
};

#[async_trait]
impl Orders for Square {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let mut body = json!({
            "location_ids": [self.location],
            "limit": PAGE,
            "query": {
                "filter": {
                    "state_filter": { "states": ["OPEN", "COMPLETED", "CANCELED"] },
                    "date_time_filter": { "updated_at": { "start_at": utc(since_ms) } },
                },
                // "You must set the sort field to the field that is filtered."
                "sort": { "sort_field": "UPDATED_AT", "sort_order": "ASC" },
            },
        });
        if let Some(cursor) = page {
            body["cursor"] = json!(cursor);
        }
        let found: Page = self.api.send(Call::post("/v2/orders/search", &body)).await?.json()?;
        let (orders, unreadable) = self.told(found.orders).await?;
        Ok(OrderPage {
            orders,
            unreadable,
            next: found.cursor.filter(|cursor| !cursor.is_empty()),
            ..OrderPage::default()
        })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let (orders, unreadable) = self.told(self.read(ids).await?).await?;
        match unreadable.into_iter().next() {
            None => Ok(orders),
            Some(bad) => Err(each::refused(bad.why)),
        }
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        // The address is signed with the body.
        let mut signed = self.webhook_url.clone().into_bytes();
        signed.extend_from_slice(&delivery.body);
        let key = self.webhook_key.expose_secret().as_bytes();
        webhook::hmac(key, &signed, delivery.header("x-square-hmacsha256-signature"))?;
        let body: Hook = webhook::json(delivery)?;
        let order = body.data.and_then(|data| data.object).and_then(|object| object.order());
        Ok(Notice {
            key: body.event_id,
            sent_ms: moment(&body.created_at),
            look: order.is_none(),
            orders: order.into_iter().collect(),
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let path = format!("/v2/orders/{}", shipment.order);
        let one: One = self.api.send(Call::get(&path, &[])).await?.json()?;
        let open: Vec<Value> = one
            .order
            .fulfillments
            .iter()
            .filter(|part| !matches!(part.state.as_str(), "COMPLETED" | "CANCELED" | "FAILED"))
            .map(|part| {
                json!({ "uid": part.uid, "state": "COMPLETED",
                    "shipment_details": { "carrier": shipment.carrier, "tracking_number": shipment.tracking } })
            })
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let body = json!({ "order": { "location_id": self.location, "version": one.order.version, "fulfillments": open } });
        self.api.send(Call::put(&path, &[], &body)).await?;
        Ok(())
    }
}

impl Square {
    pub(super) async fn read(&self, ids: &[String]) -> Result<Each<Wire>, ChannelError> {
        let body = json!({ "location_id": self.location, "order_ids": ids });
        let found: Page = self.api.send(Call::post("/v2/orders/batch-retrieve", &body)).await?.json()?;
        Ok(found.orders)
    }

    /// What these say; of a return, the sale that it is of, as it is now.
    async fn told(&self, found: Each<Wire>) -> Result<(Vec<Order>, Vec<Unreadable>), ChannelError> {
        let (mut wires, mut unreadable) = found.parts();
        let mut back = returns::by_sale(&wires);
        let others: Vec<String> =
            back.keys().filter(|id| !wires.iter().any(|wire| wire.id == **id)).cloned().collect();
        let (sales, bad) = returns::sales(self, &others).await?;
        wires.extend(sales);
        unreadable.extend(bad);
        let orders = wires.into_iter().filter_map(order).map(|order| match back.remove(&order.id) {
            Some(came_back) => came_back.told_with(order),
            None => order,
        });
        Ok((orders.collect(), unreadable))
    }
}

#[derive(Deserialize)]
struct Hook {
    event_id: String,
    #[serde(default, deserialize_with = "text")]
    created_at: String,
    data: Option<HookData>,
}

#[derive(Deserialize)]
struct HookData {
    object: Option<HookObject>,
}

#[derive(Deserialize)]
struct HookObject {
    order_created: Option<Named>,
    order_updated: Option<Named>,
    order_fulfillment_updated: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    order_id: String,
}

impl HookObject {
    fn order(self) -> Option<String> {
        self.order_created.or(self.order_updated).or(self.order_fulfillment_updated).map(|one| one.order_id)
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    orders: Each<Wire>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct One {
    order: Wire,
}

#[derive(Deserialize)]
pub(super) struct Wire {
    pub id: String,
    #[serde(default, deserialize_with = "text")]
    pub state: String,
    #[serde(default)]
    version: i64,
    #[serde(default, deserialize_with = "text")]
    created_at: String,
    #[serde(default, deserialize_with = "text")]
    pub updated_at: String,
    #[serde(default, deserialize_with = "text")]
    reference_id: String,
    total_money: Option<Money>,
    #[serde(default)]
    line_items: Vec<Line>,
    #[serde(default)]
    service_charges: Vec<ServiceCharge>,
    #[serde(default)]
    fulfillments: Vec<Part>,
    #[serde(default)]
    pub returns: Vec<Back>,
}

#[derive(Deserialize)]
struct Line {
    uid: Option<String>,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "count")]
    quantity: i64,
    catalog_object_id: Option<String>,
    total_tax_money: Option<Money>,
    total_money: Option<Money>,
}

#[derive(Deserialize)]
struct ServiceCharge {
    #[serde(default, deserialize_with = "text")]
    name: String,
    total_money: Option<Money>,
    total_tax_money: Option<Money>,
}

#[derive(Deserialize)]
struct Part {
    uid: Option<String>,
    #[serde(default, deserialize_with = "text")]
    state: String,
    shipment_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    recipient: Option<Recipient>,
}

#[derive(Deserialize)]
struct Recipient {
    #[serde(default, deserialize_with = "text")]
    display_name: String,
    #[serde(default, deserialize_with = "text")]
    email_address: String,
    #[serde(default, deserialize_with = "text")]
    phone_number: String,
    address: Option<Place>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "text")]
    address_line_1: String,
    #[serde(deserialize_with = "text")]
    address_line_2: String,
    #[serde(deserialize_with = "text")]
    locality: String,
    #[serde(deserialize_with = "text")]
    administrative_district_level_1: String,
    #[serde(deserialize_with = "text")]
    postal_code: String,
    #[serde(deserialize_with = "text")]
    country: String,
}

#[derive(Deserialize)]
struct Money {
    #[serde(default, deserialize_with = "count")]
    amount: i64,
    #[serde(default, deserialize_with = "text")]
    currency: String,
}

/// In the smallest unit of the currency, which the yen has none below.
fn value(money: Option<&Money>) -> Decimal {
    money.map_or(Decimal::ZERO, |money| {
        Decimal::new(money.amount, if money.currency == "JPY" { 0 } else { 2 })
    })
}

/// `None`: nothing of the catalogue was sold; a gift card, a free amount, or the order of a mere return.
fn order(wire: Wire) -> Option<Order> {
    let line = |(place, line): (usize, Line)| {
        let id = line.catalog_object_id?;
        let tax = value(line.total_tax_money.as_ref());
        Some(OrderLine {
            id: line.uid.unwrap_or_else(|| place.to_string()),
            listing: ExternalId::from([(VARIATION.to_owned(), id)]),
            sku: None,
            title: line.name,
            quantity: line.quantity,
            cancelled: 0,
            returned: 0,
            by_channel: false,
            total: value(line.total_money.as_ref()) - tax,
            tax,
        })
    };
    let lines: Vec<OrderLine> = wire.line_items.into_iter().enumerate().filter_map(line).collect();
    if lines.is_empty() {
        return None;
    }
    let done = |part: &Part| matches!(part.state.as_str(), "COMPLETED" | "CANCELED" | "FAILED");
    let stage = match wire.state.as_str() {
        "CANCELED" => OrderStage::Cancelled,
        // Over the counter, or all of it handed over.
        "COMPLETED" => OrderStage::Shipped,
        _ if !wire.fulfillments.is_empty() && wire.fulfillments.iter().all(done) => OrderStage::Shipped,
        // A ticket that is open on the till.
        _ if wire.fulfillments.is_empty() => OrderStage::Unpaid,
        _ => OrderStage::Open,
    };
    let to = wire.fulfillments.into_iter().find_map(|part| part.shipment_details?.recipient);
    let email = to.as_ref().map(|to| to.email_address.clone()).unwrap_or_default();
    let delivery = to.map(address).unwrap_or_default();
    Some(Order {
        number: if wire.reference_id.is_empty() { wire.id.clone() } else { wire.reference_id },
        id: wire.id,
        stage,
        placed_ms: moment(&wire.created_at).unwrap_or(0),
        changed_ms: moment(&wire.updated_at).unwrap_or(0),
        currency: wire.total_money.map(|money| money.currency).unwrap_or_default(),
        lines,
        shipping: wire
            .service_charges
            .iter()
            .map(|one| {
                let tax = value(one.total_tax_money.as_ref());
                Charge { title: one.name.clone(), total: value(one.total_money.as_ref()) - tax, tax }
            })
            .collect(),
        fees: Vec::new(),
        billing: delivery.clone(),
        delivery,
        email,
        note: String::new(),
        returns: Vec::new(),
    })
}

fn address(to: Recipient) -> Address {
    let (first_name, last_name) = names(&to.display_name);
    let at = to.address.unwrap_or_default();
    Address {
        first_name,
        last_name,
        company: String::new(),
        address_1: at.address_line_1,
        address_2: at.address_line_2,
        city: at.locality,
        state: at.administrative_district_level_1,
        postcode: at.postal_code,
        country: at.country,
        phone: to.phone_number,
    }
}
