//! What was sold, made into Onhand's own shape by the declaration's template. What does not fit is told without the
//! order's content: it may hold a person's address.

use super::call::{Api, broken};
use super::errors::{NOT_FOUND, body};
use super::shipping;
use super::spec::{Declaration, DeclaredOrders};
use crate::channels::each::{self, Unreadable};
use crate::channels::facts::{amount, count, millis, text, utc};
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders, webhook};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use minijinja::{Value, context};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// A declared channel's orders.
pub(super) struct DeclaredSales {
    api: Arc<Api>,
    spec: Arc<Declaration>,
    limits: OrderLimits,
}

impl DeclaredSales {
    /// Nothing where the declaration tells nothing of orders.
    pub(super) fn of(api: &Arc<Api>, spec: &Arc<Declaration>) -> Option<Self> {
        let orders = spec.orders.as_ref()?;
        let limits = OrderLimits {
            every: Duration::from_secs(orders.every),
            // A declared push sets; what it would put back must have come home first.
            before_push: Some(Duration::from_secs(orders.before_push)),
            overlap: Duration::from_secs(orders.overlap),
            read_batch: 1,
            returns: None,
        };
        Some(Self { api: Arc::clone(api), spec: Arc::clone(spec), limits })
    }

    fn told(&self) -> Result<&DeclaredOrders, ChannelError> {
        self.spec.orders.as_ref().ok_or_else(|| broken("orders", "is missing".to_owned()))
    }

    /// The order as the channel tells it. `None`: it knows none of that number.
    async fn raw(&self, id: &str) -> Result<Option<Value>, ChannelError> {
        let orders = self.told()?;
        let reply = match self.api.send(&orders.by_id, context! { id }).await {
            Ok(reply) => reply,
            Err(ChannelError::Refused { code, .. }) if code == NOT_FOUND || code == "404" => return Ok(None),
            Err(error) => return Err(error),
        };
        let context = self.api.context(context! { body => body(&reply)? });
        let found = self
            .api
            .filler
            .value(&orders.found, &context)
            .map_err(|problem| broken("orders.found", problem))?;
        Ok((!found.is_undefined() && !found.is_none()).then_some(found))
    }

    /// `None`: none of ours.
    fn read(&self, orders: &DeclaredOrders, raw: &Value) -> Result<Option<Order>, String> {
        let context = self.api.context(context! { order => raw });
        if let Some(only) = &orders.only
            && !self.api.filler.value(only, &context)?.is_true()
        {
            return Ok(None);
        }
        let made = self.api.filler.made(&orders.order, &context)?;
        Made::read(made).map(Some)
    }

    async fn whole(&self, orders: &DeclaredOrders, id: &str) -> Result<Option<Order>, ChannelError> {
        match self.raw(id).await? {
            Some(raw) => self.read(orders, &raw).map_err(each::refused),
            None => Ok(None),
        }
    }
}

#[async_trait]
impl Orders for DeclaredSales {
    fn limits(&self) -> &OrderLimits {
        &self.limits
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let orders = self.told()?;
        let cursor = page.unwrap_or_default();
        let given = context! { since => utc(since_ms), now => utc(self.api.now_ms()), cursor };
        let body = body(&self.api.send(&orders.changed, given).await?)?;
        let fail = |problem| broken("orders", problem);
        let listed = self.api.filler.list(&orders.list, &context! { body }).map_err(fail)?;
        let context = context! { body, cursor, count => listed.len() };
        let next = self.api.filler.word(&orders.next, &context).map_err(fail)?;
        let mut page = OrderPage { next, ..OrderPage::default() };
        for raw in listed {
            let id = self.api.filler.word(&orders.id, &context! { order => raw }).map_err(fail)?;
            match id {
                Some(id) if orders.stubs => page.put(&id, self.whole(orders, &id).await)?,
                id => match self.read(orders, &raw) {
                    Ok(order) => page.orders.extend(order),
                    Err(why) => page.unreadable.push(Unreadable { id, why }),
                },
            }
        }
        Ok(page)
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let orders = self.told()?;
        let mut found = Vec::new();
        for id in ids {
            found.extend(self.whole(orders, id).await?);
        }
        Ok(found)
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        match &self.spec.orders {
            Some(orders) if orders.unsigned_webhook => Ok(webhook::unsigned(delivery)),
            _ => Err(NotGenuine::NotExpected),
        }
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let orders = self.told()?;
        if let Some(why) = &orders.no_ship {
            return Err(ChannelError::Refused { code: "not_told".to_owned(), message: why.clone() });
        }
        let Some(raw) = self.raw(&shipment.order).await? else {
            let message = format!("there is no order {} any more", shipment.order);
            return Err(ChannelError::Refused { code: NOT_FOUND.to_owned(), message });
        };
        shipping::tell(&self.api, &orders.ship, &raw, shipment).await
    }
}

/// What a template makes: an [`Order`], with amounts and moments as channels write them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    #[serde(deserialize_with = "word")]
    id: String,
    #[serde(default, deserialize_with = "word")]
    number: String,
    stage: Option<OrderStage>,
    #[serde(deserialize_with = "moment")]
    placed: i64,
    #[serde(deserialize_with = "moment")]
    changed: i64,
    #[serde(deserialize_with = "text")]
    currency: String,
    lines: Vec<MadeLine>,
    #[serde(default)]
    charges: Vec<MadeCharge>,
    #[serde(default)]
    shipping: Vec<MadeCharge>,
    #[serde(default)]
    billing: Place,
    #[serde(default)]
    delivery: Place,
    #[serde(default, deserialize_with = "text")]
    email: String,
    #[serde(default, deserialize_with = "text")]
    note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MadeLine {
    #[serde(deserialize_with = "word")]
    id: String,
    #[serde(default)]
    listing: std::collections::BTreeMap<String, serde_json::Value>,
    #[serde(default, deserialize_with = "word")]
    sku: String,
    #[serde(default, deserialize_with = "text")]
    title: String,
    #[serde(deserialize_with = "count")]
    quantity: i64,
    #[serde(default, deserialize_with = "count")]
    cancelled: i64,
    #[serde(default, deserialize_with = "count")]
    returned: i64,
    #[serde(default)]
    by_channel: Option<bool>,
    #[serde(deserialize_with = "amount")]
    total: Decimal,
    #[serde(default, deserialize_with = "amount")]
    tax: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MadeCharge {
    #[serde(deserialize_with = "text")]
    title: String,
    #[serde(deserialize_with = "amount")]
    total: Decimal,
    #[serde(default, deserialize_with = "amount")]
    tax: Decimal,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Place {
    #[serde(deserialize_with = "text")]
    first_name: String,
    #[serde(deserialize_with = "text")]
    last_name: String,
    #[serde(deserialize_with = "text")]
    company: String,
    #[serde(deserialize_with = "text")]
    address_1: String,
    #[serde(deserialize_with = "text")]
    address_2: String,
    #[serde(deserialize_with = "text")]
    city: String,
    #[serde(deserialize_with = "text")]
    state: String,
    #[serde(deserialize_with = "text")]
    postcode: String,
    #[serde(deserialize_with = "text")]
    country: String,
    #[serde(deserialize_with = "text")]
    phone: String,
}

/// A number or a text, as a text; nothing is an empty one.
fn word<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(from)? {
        serde_json::Value::Null => Ok(String::new()),
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("neither a text nor a number")),
    }
}

/// As [`millis`]; nothing is the beginning of time.
fn moment<'de, D: serde::Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    match serde_json::Value::deserialize(from)? {
        serde_json::Value::Null => Ok(0),
        other => millis(other).map_err(serde::de::Error::custom),
    }
}

impl Made {
    /// Whether this is the shape, whatever is in it: for a trial on nothing.
    pub(super) fn fits(made: serde_json::Value) -> Result<(), String> {
        serde_path_to_error::deserialize::<_, Self>(made)
            .map(|_| ())
            .map_err(|error| format!("{}: {}", error.path(), error.inner()))
    }

    fn read(made: serde_json::Value) -> Result<Order, String> {
        let made: Self = each::read(&made)?;
        let stage = made.stage.ok_or("stage: is missing")?;
        if made.id.is_empty() || made.lines.iter().any(|line| line.id.is_empty()) {
            return Err("id: is missing, of the order or of a line".to_owned());
        }
        if made.lines.is_empty() {
            return Err("lines: there are none".to_owned());
        }
        let charges = |all: Vec<MadeCharge>| {
            all.into_iter().flat_map(|one| Charge::some(&one.title, one.total, one.tax)).collect()
        };
        Ok(Order {
            number: if made.number.is_empty() { made.id.clone() } else { made.number },
            id: made.id,
            stage,
            placed_ms: made.placed,
            changed_ms: made.changed,
            currency: made.currency,
            lines: made.lines.into_iter().map(line).collect(),
            shipping: charges(made.shipping),
            fees: charges(made.charges),
            billing: place(made.billing),
            delivery: place(made.delivery),
            email: made.email,
            note: made.note,
            returns: Vec::new(),
        })
    }
}

fn line(made: MadeLine) -> OrderLine {
    let known = |(key, value): (String, serde_json::Value)| match value {
        serde_json::Value::String(text) if !text.is_empty() => Some((key, text)),
        serde_json::Value::Number(number) => Some((key, number.to_string())),
        _ => None,
    };
    OrderLine {
        id: made.id,
        listing: made.listing.into_iter().filter_map(known).collect::<ExternalId>(),
        sku: Some(made.sku).filter(|sku| !sku.is_empty()),
        title: made.title,
        quantity: made.quantity,
        cancelled: made.cancelled,
        returned: made.returned,
        by_channel: made.by_channel.unwrap_or_default(),
        total: made.total,
        tax: made.tax,
    }
}

fn place(made: Place) -> Address {
    Address {
        first_name: made.first_name,
        last_name: made.last_name,
        company: made.company,
        address_1: made.address_1.trim().to_owned(),
        address_2: made.address_2.trim().to_owned(),
        city: made.city,
        state: made.state,
        postcode: made.postcode,
        country: made.country,
        phone: made.phone,
    }
}
