//! Orders. Each unit is an item of its own there; here the units of a SKU are one line.
//!
//! Sources: <https://open.lazada.com/apps/doc/api?path=%2Forders%2Fget>,
//! <https://open.lazada.com/apps/doc/api?path=%2Forders%2Fitems%2Fget>,
//! <https://open.lazada.com/apps/doc/api?path=%2Forder%2Frts>,
//! <https://open.lazada.com/apps/doc/doc?nodeId=29526&docId=120168> (push).

use super::{ITEM, Lazada, SKU};
use crate::channels::each::{self, Each, Unreadable};
use crate::channels::facts::{amount, count, text, utc};
use crate::channels::webhook;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// "limit: at most 100", and items of as many orders at once.
const PAGE: usize = 100;
/// Items that have not left the house and will not.
const GONE: [&str; 2] = ["canceled", "cancelled"];
const SENT: [&str; 6] = ["shipped", "delivered", "confirmed", "failed", "failed_delivery", "lost_by_3pl"];
const BACK: [&str; 2] = ["returned", "package_returned"];

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(5)),
    overlap: Duration::from_secs(300),
    read_batch: 20,
    returns: None,
};

#[async_trait]
impl Orders for Lazada {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let offset: usize = page.and_then(|page| page.parse().ok()).unwrap_or(0);
        let (since, limit, from) =
            (utc(since_ms).replace('Z', "+00:00"), PAGE.to_string(), offset.to_string());
        let query = [
            ("update_after", since.as_str()),
            ("sort_by", "updated_at"),
            ("sort_direction", "ASC"),
            ("limit", limit.as_str()),
            ("offset", from.as_str()),
        ];
        let found: List = self.api.get("/orders/get", &query).await?;
        let next = (found.orders.told() == PAGE).then(|| (offset + PAGE).to_string());
        let (wires, unreadable) = found.orders.parts();
        Ok(OrderPage { next, ..self.whole(wires, unreadable).await? })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let mut wires = Vec::new();
        for id in ids {
            match self.api.get("/order/get", &[("order_id", id)]).await {
                Ok(wire) => wires.push(wire),
                // "E016: Invalid Order ID"
                Err(ChannelError::Refused { code, .. }) if code == "16" => {}
                Err(error) => return Err(error),
            }
        }
        let page = self.whole(wires, Vec::new()).await?;
        match page.unreadable.into_iter().next() {
            Some(bad) => Err(each::refused(bad.why)),
            None => Ok(page.orders),
        }
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        let mut signed = self.api.app_key().as_bytes().to_vec();
        signed.extend_from_slice(&delivery.body);
        webhook::hmac_hex(self.api.app_secret(), &signed, delivery.header("authorization"))?;
        let body: Push = webhook::json(delivery)?;
        let order = body.data.and_then(|data| data.trade_order_id).filter(|id| !id.is_empty());
        Ok(Notice {
            key: webhook::digest(delivery),
            sent_ms: Some(body.timestamp.saturating_mul(1000)),
            look: order.is_none(),
            orders: order.into_iter().collect(),
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let list = format!("[{}]", shipment.order);
        let found: Vec<Items> = self.api.get("/orders/items/get", &[("order_ids", &list)]).await?;
        let items: Vec<&Item> = found.iter().flat_map(|one| &one.order_items).collect();
        let mut ids = Vec::new();
        for (sku, units) in &shipment.lines {
            let of_sku = items.iter().filter(|item| item.sku_key() == *sku && item.is_to_be_sent());
            ids.extend(
                of_sku.take(usize::try_from(*units).unwrap_or(0)).map(|item| item.order_item_id.to_string()),
            );
        }
        if ids.is_empty() || shipment.tracking.is_empty() {
            return Ok(());
        }
        let items = format!("[{}]", ids.join(","));
        let query = [
            ("delivery_type", "dropship"),
            ("order_item_ids", items.as_str()),
            ("shipment_provider", shipment.carrier.as_str()),
            ("tracking_number", shipment.tracking.as_str()),
        ];
        self.api.post_query::<serde_json::Value>("/order/rts", &query).await?;
        Ok(())
    }
}

impl Lazada {
    /// With what was bought.
    async fn whole(
        &self,
        wires: Vec<Wire>,
        mut unreadable: Vec<Unreadable>,
    ) -> Result<OrderPage, ChannelError> {
        if wires.is_empty() {
            return Ok(OrderPage { unreadable, ..OrderPage::default() });
        }
        let ids: Vec<String> = wires.iter().map(|wire| wire.order_id.to_string()).collect();
        let list = format!("[{}]", ids.join(","));
        let found: Each<Items> = self.api.get("/orders/items/get", &[("order_ids", &list)]).await?;
        let (found, bad) = found.parts();
        let mut items: BTreeMap<u64, Vec<Item>> = BTreeMap::new();
        for one in found {
            items.entry(one.order_id).or_default().extend(one.order_items);
        }
        // An order without what was bought is none.
        let is_bad = |wire: &Wire| bad.iter().any(|one| one.id == Some(wire.order_id.to_string()));
        let (without, wires): (Vec<Wire>, Vec<Wire>) = wires.into_iter().partition(is_bad);
        let is_known =
            |one: &Unreadable| without.iter().any(|wire| one.id == Some(wire.order_id.to_string()));
        unreadable.extend(bad.iter().filter(|one| is_known(one)).cloned());
        let country = self.country.to_uppercase();
        let of = |wire: Wire| {
            let own = items.remove(&wire.order_id).unwrap_or_default();
            order(wire, &own, &country)
        };
        let orders = wires.into_iter().map(of).collect();
        Ok(OrderPage { orders, unreadable, ..OrderPage::default() })
    }
}

#[derive(Deserialize)]
struct Push {
    #[serde(default)]
    timestamp: i64,
    data: Option<PushData>,
}

#[derive(Deserialize)]
struct PushData {
    trade_order_id: Option<String>,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    orders: Each<Wire>,
}

#[derive(Deserialize)]
struct Wire {
    order_id: u64,
    #[serde(default)]
    created_at: String,
    #[serde(default)]
    updated_at: String,
    #[serde(default, deserialize_with = "amount")]
    shipping_fee: Decimal,
    #[serde(default, deserialize_with = "text")]
    buyer_note: String,
    #[serde(default)]
    address_shipping: Place,
    #[serde(default)]
    address_billing: Place,
}

#[derive(Deserialize)]
struct Items {
    order_id: u64,
    #[serde(default)]
    order_items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    order_item_id: u64,
    #[serde(default, deserialize_with = "text")]
    sku: String,
    #[serde(default, deserialize_with = "count")]
    sku_id: i64,
    #[serde(default, deserialize_with = "count")]
    product_id: i64,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "text")]
    variation: String,
    #[serde(default, deserialize_with = "text")]
    status: String,
    #[serde(default, deserialize_with = "text")]
    currency: String,
    #[serde(default, deserialize_with = "amount")]
    paid_price: Decimal,
    #[serde(default, deserialize_with = "amount")]
    tax_amount: Decimal,
    #[serde(default, deserialize_with = "count")]
    is_fbl: i64,
}

impl Item {
    fn sku_key(&self) -> String {
        if self.sku_id > 0 { self.sku_id.to_string() } else { self.sku.clone() }
    }

    fn is_to_be_sent(&self) -> bool {
        let known = [&GONE[..], &SENT[..], &BACK[..]].concat();
        !known.contains(&self.status.as_str()) && self.status != "unpaid"
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "text")]
    first_name: String,
    #[serde(deserialize_with = "text")]
    last_name: String,
    #[serde(deserialize_with = "text")]
    phone: String,
    #[serde(deserialize_with = "text")]
    address1: String,
    #[serde(deserialize_with = "text")]
    address2: String,
    #[serde(deserialize_with = "text")]
    address3: String,
    #[serde(deserialize_with = "text")]
    city: String,
    #[serde(deserialize_with = "text")]
    post_code: String,
}

fn order(wire: Wire, items: &[Item], country: &str) -> Order {
    let all = |states: &[&str]| {
        !items.is_empty() && items.iter().all(|item| states.contains(&item.status.as_str()))
    };
    let stage = if all(&GONE) {
        OrderStage::Cancelled
    } else if all(&[&GONE[..], &SENT[..], &BACK[..]].concat()) {
        OrderStage::Shipped
    } else if items.iter().any(|item| item.status == "unpaid") {
        OrderStage::Unpaid
    } else {
        OrderStage::Open
    };
    let mut lines: BTreeMap<String, OrderLine> = BTreeMap::new();
    for item in items {
        let line = lines.entry(item.sku_key()).or_insert_with(|| OrderLine {
            id: item.sku_key(),
            listing: listing(item),
            sku: (!item.sku.is_empty()).then(|| item.sku.clone()),
            title: [item.name.as_str(), &item.variation].join(" ").trim().to_owned(),
            quantity: 0,
            cancelled: 0,
            returned: 0,
            // Fulfilled by Lazada.
            by_channel: item.is_fbl == 1,
            total: Decimal::ZERO,
            tax: Decimal::ZERO,
        });
        line.quantity += 1;
        line.cancelled += i64::from(GONE.contains(&item.status.as_str()) && stage != OrderStage::Cancelled);
        line.returned += i64::from(BACK.contains(&item.status.as_str()));
        line.total += item.paid_price;
        line.tax += item.tax_amount;
    }
    Order {
        id: wire.order_id.to_string(),
        number: wire.order_id.to_string(),
        stage,
        placed_ms: moment(&wire.created_at),
        changed_ms: moment(&wire.updated_at),
        currency: items.first().map(|item| item.currency.clone()).unwrap_or_default(),
        lines: lines.into_values().collect(),
        shipping: Charge::some("Shipping", wire.shipping_fee, Decimal::ZERO),
        fees: Vec::new(),
        billing: address(wire.address_billing, country),
        delivery: address(wire.address_shipping, country),
        email: String::new(),
        note: wire.buyer_note,
        returns: Vec::new(),
    }
}

fn listing(item: &Item) -> ExternalId {
    let ids = [(ITEM, item.product_id), (SKU, item.sku_id)];
    ids.into_iter().filter(|(_, id)| *id > 0).map(|(key, id)| (key.to_owned(), id.to_string())).collect()
}

/// As in "2018-10-04 16:52:42 +0800".
fn moment(text: &str) -> i64 {
    jiff::Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).map_or(0, jiff::Timestamp::as_millisecond)
}

fn address(at: Place, country: &str) -> Address {
    Address {
        first_name: at.first_name,
        last_name: at.last_name,
        company: String::new(),
        address_1: at.address1,
        address_2: at.address2,
        city: at.city,
        state: at.address3,
        postcode: at.post_code,
        country: country.to_owned(),
        phone: at.phone,
    }
}
