//! Orders. What is read is acknowledged: Walmart cancels what nobody has taken notice of.
//!
//! Sources: <https://developer.walmart.com/doc/us/mp/us-mp-orders/>.

use super::{SKU, Walmart, returns};
use crate::channels::each::{self, Each};
use crate::channels::facts::{amount, count, millis, moment, names, text, utc};
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders, webhook};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

const PATH: &str = "/v3/orders";

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(5)),
    overlap: Duration::from_secs(600),
    read_batch: 10,
    returns: Some(Duration::from_secs(900)),
};

/// Named by whoever subscribes.
const SIGNATURE: &str = "x-onhand-signature";

#[derive(Deserialize)]
struct Event {
    source: Option<EventSource>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventSource {
    event_time: Option<String>,
}

#[async_trait]
impl Orders for Walmart {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let reply = match page {
            // "A ready query string": nothing may be added.
            Some(cursor) => self.api.send(Call::get(&format!("{PATH}{cursor}"), &[])).await?,
            None => {
                let since = utc(since_ms);
                let query = [
                    ("lastModifiedStartDate", since.as_str()),
                    // Without it only the last seven days are told of.
                    ("createdStartDate", OLDEST),
                    ("limit", "200"),
                ];
                self.api.send(Call::get(PATH, &query)).await?
            }
        };
        let found: Page = reply.json()?;
        let list = found.list;
        let (orders, unreadable) = list.elements.order.parts();
        for wire in orders.iter().filter(|wire| wire.is_new()) {
            let path = format!("{PATH}/{}/acknowledge", segment(&wire.purchase_order_id));
            self.api.send(Call::post(&path, &json!({}))).await?;
        }
        Ok(OrderPage {
            orders: orders.into_iter().map(order).collect(),
            unreadable,
            next: list.meta.and_then(|meta| meta.next_cursor).filter(|cursor| !cursor.is_empty()),
            ..OrderPage::default()
        })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let mut orders = Vec::new();
        for id in ids {
            match self.api.send(Call::get(&format!("{PATH}/{}", segment(id)), &[])).await {
                Ok(reply) => orders.push(order(each::one::<One>(&reply)?.order())),
                Err(ChannelError::Refused { code, .. }) if code.contains("NOT_FOUND") => {}
                Err(error) => return Err(error),
            }
        }
        Ok(orders)
    }

    async fn returned(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        returns::page(self, since_ms, page).await
    }

    /// "HMACSHA256 of complete response, using clientSecret as key"
    /// (<https://developer.walmart.com/us-marketplace/reference/createsubscription>); not said: in hex or in base64.
    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        let given = delivery.header(SIGNATURE);
        let is_hex =
            given.is_some_and(|text| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if is_hex {
            webhook::hmac_hex(&self.webhook_secret, &delivery.body, given)?;
        } else {
            webhook::body(&self.webhook_secret, delivery, SIGNATURE)?;
        }
        let event: Event = webhook::json(delivery)?;
        let source = event.source.unwrap_or_default();
        Ok(Notice {
            key: webhook::digest(delivery),
            sent_ms: source.event_time.as_deref().and_then(moment),
            orders: Vec::new(),
            // What it says of the order is not documented well enough to be relied on.
            look: true,
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let line = |(line, units): &(String, i64)| {
            json!({
                "lineNumber": line,
                // Ours to choose: it comes back with the line.
                "sellerOrderId": shipment.order,
                "orderLineStatuses": { "orderLineStatus": [{
                    "status": "Shipped",
                    "statusQuantity": { "unitOfMeasurement": "EACH", "amount": units.to_string() },
                    "trackingInfo": {
                        "shipDateTime": shipment.sent_ms,
                        "carrierName": carrier(&shipment.carrier),
                        "methodCode": "Standard",
                        "trackingNumber": shipment.tracking,
                        "trackingURL": shipment.url,
                    },
                }] },
            })
        };
        let lines: Vec<Value> = shipment.lines.iter().map(line).collect();
        let body = json!({ "orderShipment": { "orderLines": { "orderLine": lines } } });
        let path = format!("{PATH}/{}/shipping", segment(&shipment.order));
        self.api.send(Call::post(&path, &body)).await?;
        Ok(())
    }
}

/// The last 180 days are kept at most: anything older will do.
const OLDEST: &str = "2020-01-01T00:00:00Z";

/// Carriers that Walmart names itself, as far as shops name them alike.
fn carrier(name: &str) -> Value {
    match ["UPS", "USPS", "FedEx", "DHL", "OnTrac"].into_iter().find(|known| known.eq_ignore_ascii_case(name))
    {
        Some(known) => json!({ "carrier": known }),
        None => json!({ "otherCarrier": if name.is_empty() { "Other" } else { name } }),
    }
}

#[derive(Deserialize)]
struct Page {
    list: List,
}

#[derive(Deserialize)]
struct List {
    meta: Option<Meta>,
    #[serde(default)]
    elements: Elements,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    pub next_cursor: Option<String>,
}

#[derive(Default, Deserialize)]
struct Elements {
    #[serde(default)]
    order: Each<Wire>,
}

/// The document shows the order bare; examples of it are wrapped.
#[derive(Deserialize)]
#[serde(untagged)]
enum One {
    Wrapped { order: Box<Wire> },
    Bare(Box<Wire>),
}

impl One {
    fn order(self) -> Wire {
        match self {
            Self::Wrapped { order } | Self::Bare(order) => *order,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    purchase_order_id: String,
    #[serde(default, deserialize_with = "text")]
    customer_order_id: String,
    #[serde(default, deserialize_with = "text")]
    customer_email_id: String,
    #[serde(default, deserialize_with = "millis")]
    order_date: i64,
    shipping_info: Option<Shipping>,
    order_lines: Lines,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shipping {
    #[serde(default, deserialize_with = "text")]
    phone: String,
    postal_address: Option<Place>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Place {
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    address1: String,
    address2: Option<String>,
    #[serde(deserialize_with = "text")]
    city: String,
    #[serde(deserialize_with = "text")]
    state: String,
    #[serde(deserialize_with = "text")]
    postal_code: String,
    #[serde(deserialize_with = "text")]
    country: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lines {
    #[serde(default)]
    order_line: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    line_number: String,
    item: Item,
    charges: Option<Charges>,
    order_line_quantity: Quantity,
    #[serde(default)]
    status_date: i64,
    order_line_statuses: Option<Statuses>,
    fulfillment: Option<Fulfillment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(default, deserialize_with = "text")]
    product_name: String,
    sku: String,
}

#[derive(Deserialize)]
struct Charges {
    #[serde(default)]
    charge: Vec<Charged>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Charged {
    #[serde(default, deserialize_with = "text")]
    charge_type: String,
    charge_amount: Money,
    tax: Option<Tax>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tax {
    tax_amount: Option<Money>,
}

#[derive(Deserialize)]
struct Money {
    #[serde(default, deserialize_with = "text")]
    currency: String,
    #[serde(default, deserialize_with = "amount")]
    amount: Decimal,
}

#[derive(Deserialize)]
struct Quantity {
    #[serde(default, deserialize_with = "count")]
    amount: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statuses {
    #[serde(default)]
    order_line_status: Vec<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default, deserialize_with = "text")]
    status: String,
    status_quantity: Option<Quantity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fulfillment {
    #[serde(default, deserialize_with = "text")]
    fulfillment_option: String,
}

impl Line {
    fn units(&self, wanted: &[&str]) -> i64 {
        let all = self.order_line_statuses.iter().flat_map(|all| &all.order_line_status);
        all.filter(|one| wanted.contains(&one.status.as_str()))
            .map(|one| one.status_quantity.as_ref().map_or(0, |quantity| quantity.amount))
            .sum()
    }
}

impl Wire {
    fn is_new(&self) -> bool {
        self.order_lines.order_line.iter().any(|line| line.units(&["Created"]) > 0)
    }
}

fn order(wire: Wire) -> Order {
    let lines = &wire.order_lines.order_line;
    let all =
        |statuses: &[&str]| lines.iter().all(|line| line.units(statuses) >= line.order_line_quantity.amount);
    let stage = if all(&["Cancelled"]) {
        OrderStage::Cancelled
    } else if all(&["Shipped", "Delivered", "Cancelled", "Refund"]) {
        OrderStage::Shipped
    } else {
        OrderStage::Open
    };
    let charges = |line: &Line, kind: &str| -> (Decimal, Decimal) {
        let all = line.charges.iter().flat_map(|all| &all.charge).filter(|one| one.charge_type == kind);
        all.fold((Decimal::ZERO, Decimal::ZERO), |(total, tax), one| {
            let more = one
                .tax
                .as_ref()
                .and_then(|tax| tax.tax_amount.as_ref())
                .map_or(Decimal::ZERO, |tax| tax.amount);
            (total + one.charge_amount.amount, tax + more)
        })
    };
    let currency = lines
        .iter()
        .flat_map(|line| line.charges.iter().flat_map(|all| &all.charge))
        .map(|one| one.charge_amount.currency.clone())
        .next()
        .unwrap_or_default();
    let (shipping, shipping_tax) = lines
        .iter()
        .map(|line| charges(line, "SHIPPING"))
        .fold((Decimal::ZERO, Decimal::ZERO), |(total, tax), (more, more_tax)| {
            (total + more, tax + more_tax)
        });
    let line = |line: &Line| {
        let (total, tax) = charges(line, "PRODUCT");
        OrderLine {
            id: line.line_number.clone(),
            listing: ExternalId::from([(SKU.to_owned(), line.item.sku.clone())]),
            sku: Some(line.item.sku.clone()),
            title: line.item.product_name.clone(),
            quantity: line.order_line_quantity.amount,
            cancelled: line.units(&["Cancelled"]),
            returned: 0,
            // Walmart Fulfillment Services send from Walmart's own warehouses.
            by_channel: line.fulfillment.as_ref().is_some_and(|one| one.fulfillment_option == "WFS"),
            total,
            tax,
        }
    };
    let to = wire.shipping_info;
    let phone = to.as_ref().map(|to| to.phone.clone()).unwrap_or_default();
    let delivery = to.and_then(|to| to.postal_address).map(|at| address(at, phone)).unwrap_or_default();
    Order {
        id: wire.purchase_order_id,
        number: wire.customer_order_id,
        stage,
        placed_ms: wire.order_date,
        changed_ms: lines.iter().map(|line| line.status_date).max().unwrap_or(wire.order_date),
        currency,
        lines: lines.iter().map(line).collect(),
        shipping: Charge::some("Walmart shipping", shipping, shipping_tax),
        fees: Vec::new(),
        billing: delivery.clone(),
        delivery,
        email: wire.customer_email_id,
        note: String::new(),
        returns: Vec::new(),
    }
}

fn address(at: Place, phone: String) -> Address {
    let (first_name, last_name) = names(&at.name);
    // Three letters there, two here: Walmart sells in few countries.
    let country = match at.country.as_str() {
        "USA" => "US",
        "CAN" => "CA",
        "MEX" => "MX",
        other => other,
    };
    Address {
        first_name,
        last_name,
        company: String::new(),
        address_1: at.address1,
        address_2: at.address2.unwrap_or_default(),
        city: at.city,
        state: at.state,
        postcode: at.postal_code,
        country: country.to_owned(),
        phone,
    }
}
