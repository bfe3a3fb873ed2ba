//! Orders. What it says by push is signed over the address that it was sent to, which must therefore be known here.
//!
//! Sources: <https://open.shopee.com/documents/v2/v2.order.get_order_list?module=94&type=1>,
//! <https://open.shopee.com/documents/v2/v2.order.get_order_detail?module=94&type=1>,
//! <https://open.shopee.com/documents/v2/v2.logistics.ship_order?module=95&type=1>,
//! <https://open.shopee.com/developer-guide/18> (push).

use super::{ITEM, MODEL, Shopee};
use crate::channels::each::Each;
use crate::channels::facts::{amount, names, text};
use crate::channels::webhook;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Of a list 100 at most, of details 50.
const PAGE: &str = "50";
const BY_ID: usize = 50;
/// "The maximum date range is 15 days."
const RANGE_S: i64 = 15 * 86_400 - 1;
const FIELDS: &str = "item_list,recipient_address,buyer_username,estimated_shipping_fee,actual_shipping_fee,note,message_to_seller,fulfillment_flag,package_list,total_amount";

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(5)),
    overlap: Duration::from_secs(300),
    read_batch: BY_ID,
    returns: None,
};

#[async_trait]
impl Orders for Shopee {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        // A range at a time: its beginning, and the cursor in it.
        let since = since_ms.div_euclid(1000);
        let (from, cursor) = match page.and_then(|page| page.split_once(' ')) {
            Some((from, cursor)) => (from.parse().unwrap_or(since), cursor),
            None => (since, ""),
        };
        let now = self.api.now_s();
        let to = from.saturating_add(RANGE_S).min(now.saturating_add(60));
        let (time_from, time_to) = (from.to_string(), to.to_string());
        let query = [
            ("time_range_field", "update_time"),
            ("time_from", time_from.as_str()),
            ("time_to", time_to.as_str()),
            ("page_size", PAGE),
            ("cursor", cursor),
        ];
        let found: List = self.api.get("/api/v2/order/get_order_list", &query).await?;
        let ids: Vec<String> = found.order_list.into_iter().map(|one| one.order_sn).collect();
        let next = match (found.more, to >= now) {
            (true, _) => Some(format!("{from} {}", found.next_cursor)),
            (false, true) => None,
            (false, false) => Some(format!("{to} ")),
        };
        let (wires, unreadable) =
            if ids.is_empty() { Default::default() } else { self.details(&ids).await?.parts() };
        let orders = wires.into_iter().map(order).collect();
        Ok(OrderPage { orders, unreadable, next, ..OrderPage::default() })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        Ok(self.details(ids).await?.all()?.into_iter().map(order).collect())
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        if self.webhook_url.is_empty() {
            return Err(NotGenuine::Signature(
                "webhook_url is not set; it is the address that was entered for push in the console"
                    .to_owned(),
            ));
        }
        let mut signed = format!("{}|", self.webhook_url).into_bytes();
        signed.extend_from_slice(&delivery.body);
        let key =
            if self.webhook_key.expose_secret().is_empty() { self.api.key() } else { &self.webhook_key };
        webhook::hmac_hex(key, &signed, delivery.header("authorization"))?;
        let body: Push = webhook::json(delivery)?;
        let order = body.data.and_then(|data| data.ordersn).filter(|id| !id.is_empty());
        Ok(Notice {
            key: webhook::digest(delivery),
            sent_ms: Some(body.timestamp.saturating_mul(1000)),
            look: order.is_none(),
            orders: order.into_iter().collect(),
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let found = self.details(std::slice::from_ref(&shipment.order)).await?.all()?;
        // What Shopee's own couriers fetch has its number from Shopee.
        let is_ready = found.iter().any(|wire| wire.order_status == "READY_TO_SHIP");
        if !is_ready || shipment.tracking.is_empty() {
            return Ok(());
        }
        let asked: Parameter = self
            .api
            .get("/api/v2/logistics/get_shipping_parameter", &[("order_sn", &shipment.order)])
            .await?;
        if asked.info_needed.non_integrated.is_none() {
            return Ok(());
        }
        let body = json!({
            "order_sn": shipment.order, "non_integrated": { "tracking_number": shipment.tracking },
        });
        self.api.post_bare("/api/v2/logistics/ship_order", &body).await
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
    ordersn: Option<String>,
}

#[derive(Deserialize)]
struct Parameter {
    #[serde(default)]
    info_needed: Needed,
}

/// What must be said to ship: present where it is a way to do so.
#[derive(Default, Deserialize)]
struct Needed {
    non_integrated: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    order_list: Vec<Listed>,
    #[serde(default)]
    more: bool,
    #[serde(default)]
    next_cursor: String,
}

#[derive(Deserialize)]
struct Listed {
    order_sn: String,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    order_list: Each<Wire>,
}

#[derive(Deserialize)]
struct Wire {
    order_sn: String,
    #[serde(default, deserialize_with = "text")]
    order_status: String,
    #[serde(default)]
    create_time: i64,
    #[serde(default)]
    update_time: i64,
    #[serde(default, deserialize_with = "text")]
    currency: String,
    #[serde(default, deserialize_with = "text")]
    fulfillment_flag: String,
    #[serde(default, deserialize_with = "text")]
    message_to_seller: String,
    #[serde(default, deserialize_with = "amount")]
    estimated_shipping_fee: Decimal,
    #[serde(default)]
    item_list: Vec<Row>,
    #[serde(default)]
    recipient_address: Place,
}

#[derive(Deserialize)]
struct Row {
    item_id: u64,
    #[serde(default)]
    model_id: u64,
    #[serde(default, deserialize_with = "text")]
    item_name: String,
    #[serde(default, deserialize_with = "text")]
    model_name: String,
    #[serde(default, deserialize_with = "text")]
    item_sku: String,
    #[serde(default, deserialize_with = "text")]
    model_sku: String,
    #[serde(default)]
    model_quantity_purchased: i64,
    #[serde(default, deserialize_with = "amount")]
    model_discounted_price: Decimal,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    phone: String,
    #[serde(deserialize_with = "text")]
    district: String,
    #[serde(deserialize_with = "text")]
    city: String,
    #[serde(deserialize_with = "text")]
    state: String,
    #[serde(deserialize_with = "text")]
    region: String,
    #[serde(deserialize_with = "text")]
    zipcode: String,
    #[serde(deserialize_with = "text")]
    full_address: String,
}

impl Shopee {
    async fn details(&self, ids: &[String]) -> Result<Each<Wire>, ChannelError> {
        let list = ids.join(",");
        let query = [("order_sn_list", list.as_str()), ("response_optional_fields", FIELDS)];
        let found: Details = self.api.get("/api/v2/order/get_order_detail", &query).await?;
        Ok(found.order_list)
    }
}

fn order(wire: Wire) -> Order {
    let stage = match wire.order_status.as_str() {
        "CANCELLED" => OrderStage::Cancelled,
        "READY_TO_SHIP" | "PROCESSED" | "RETRY_SHIP" | "IN_CANCEL" => OrderStage::Open,
        "SHIPPED" | "TO_CONFIRM_RECEIVE" | "COMPLETED" | "TO_RETURN" => OrderStage::Shipped,
        _ => OrderStage::Unpaid,
    };
    let by_channel = wire.fulfillment_flag == "fulfilled_by_shopee";
    let line = |row: Row| {
        let sku = if row.model_sku.is_empty() { row.item_sku } else { row.model_sku };
        let ids = [(ITEM, row.item_id), (MODEL, row.model_id)];
        OrderLine {
            id: format!("{}-{}", row.item_id, row.model_id),
            listing: ids
                .map(|(key, id)| (key.to_owned(), id.to_string()))
                .into_iter()
                .collect::<ExternalId>(),
            sku: (!sku.is_empty()).then_some(sku),
            title: [row.item_name.as_str(), &row.model_name].join(" ").trim().to_owned(),
            quantity: row.model_quantity_purchased,
            cancelled: 0,
            returned: 0,
            by_channel,
            total: row.model_discounted_price * Decimal::from(row.model_quantity_purchased),
            // Prices are what the buyer pays; what of it is tax is not told.
            tax: Decimal::ZERO,
        }
    };
    let delivery = address(wire.recipient_address);
    Order {
        number: wire.order_sn.clone(),
        id: wire.order_sn,
        stage,
        placed_ms: wire.create_time.saturating_mul(1000),
        changed_ms: wire.update_time.saturating_mul(1000),
        currency: wire.currency,
        lines: wire.item_list.into_iter().map(line).collect(),
        shipping: Charge::some("Shipping", wire.estimated_shipping_fee, Decimal::ZERO),
        fees: Vec::new(),
        billing: delivery.clone(),
        delivery,
        email: String::new(),
        note: wire.message_to_seller,
        returns: Vec::new(),
    }
}

fn address(at: Place) -> Address {
    let (first_name, last_name) = names(&at.name);
    Address {
        first_name,
        last_name,
        company: String::new(),
        address_1: at.full_address,
        address_2: at.district,
        city: at.city,
        state: at.state,
        postcode: at.zipcode,
        country: at.region,
        phone: at.phone,
    }
}
