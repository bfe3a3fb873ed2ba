//! Orders. Each unit is a line item of its own there; here the units of a SKU are one line.
//!
//! Sources: <https://partner.tiktokshop.com/docv2/page/get-order-list-202309>,
//! <https://partner.tiktokshop.com/docv2/page/get-order-detail-202309>,
//! <https://partner.tiktokshop.com/docv2/page/mark-package-as-shipped-202309>,
//! <https://partner.tiktokshop.com/docv2/page/1-order-status-change>.

use super::{PRODUCT, SKU, TikTok};
use crate::channels::each::Each;
use crate::channels::facts::{amount, names, text};
use crate::channels::webhook;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// "page_size: 1 to 100", and up to 50 orders by id.
const PAGE: &str = "100";
const BY_ID: usize = 50;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(5)),
    overlap: Duration::from_secs(300),
    read_batch: BY_ID,
    returns: None,
};

#[async_trait]
impl Orders for TikTok {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let query = [
            ("page_size", PAGE),
            ("sort_field", "update_time"),
            ("sort_order", "ASC"),
            ("page_token", page.unwrap_or("")),
        ];
        let query = if page.is_some() { &query[..] } else { &query[..3] };
        let body = json!({ "update_time_ge": since_ms.div_euclid(1000) });
        let found: Page = self.api.shop("/order/202309/orders/search", query, &body).await?;
        let next = (!found.next_page_token.is_empty()).then_some(found.next_page_token);
        let (wires, unreadable) = found.orders.parts();
        let orders = wires.into_iter().map(order).collect();
        Ok(OrderPage { orders, unreadable, next, ..OrderPage::default() })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        Ok(self.wires(&ids.join(",")).await?.into_iter().map(order).collect())
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        let mut signed = self.api.app_key().as_bytes().to_vec();
        signed.extend_from_slice(&delivery.body);
        webhook::hmac_hex(self.api.app_secret(), &signed, delivery.header("authorization"))?;
        let body: Hook = webhook::json(delivery)?;
        // Only changes of an order's state name one.
        let order = body.data.and_then(|data| data.order_id);
        Ok(Notice {
            key: if body.tts_notification_id.is_empty() {
                webhook::digest(delivery)
            } else {
                body.tts_notification_id
            },
            sent_ms: Some(body.timestamp.saturating_mul(1000)),
            look: order.is_none(),
            orders: order.into_iter().collect(),
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let Some(wire) = self.wires(&shipment.order).await?.into_iter().next() else { return Ok(()) };
        // TikTok's own labels tell TikTok of themselves.
        if wire.shipping_type == "TIKTOK" {
            return Ok(());
        }
        let mut items = Vec::new();
        for (sku, units) in &shipment.lines {
            let of_sku = wire.line_items.iter().filter(|item| item.sku_id == *sku && item.is_to_be_sent());
            items.extend(of_sku.take(usize::try_from(*units).unwrap_or(0)).map(|item| item.id.clone()));
        }
        if items.is_empty() {
            return Ok(());
        }
        let provider = self.provider(&wire.delivery_option_id, &shipment.carrier).await?;
        let path = format!("/fulfillment/202309/orders/{}/packages", shipment.order);
        let body = json!({
            "order_line_item_ids": items, "tracking_number": shipment.tracking, "shipping_provider_id": provider,
        });
        self.api.shop::<serde_json::Value>(&path, &[], &body).await?;
        Ok(())
    }
}

impl TikTok {
    async fn wires(&self, ids: &str) -> Result<Vec<Wire>, ChannelError> {
        let found: Page = self.api.shop_get("/order/202309/orders", &[("ids", ids)]).await?;
        found.orders.all()
    }

    /// The carrier's id with TikTok, for this way of delivery.
    async fn provider(&self, option: &str, carrier: &str) -> Result<String, ChannelError> {
        let path = format!("/logistics/202309/delivery_options/{option}/shipping_providers");
        let found: Providers = self.api.shop_get(&path, &[]).await?;
        let wanted = carrier.to_lowercase();
        let of_name = found.shipping_providers.iter().find(|one| {
            let name = one.name.to_lowercase();
            !wanted.is_empty() && (name.contains(&wanted) || wanted.contains(&name))
        });
        let known: Vec<&str> = found.shipping_providers.iter().map(|one| one.name.as_str()).collect();
        of_name.map(|one| one.id.clone()).ok_or_else(|| ChannelError::Refused {
            code: "carrier".to_owned(),
            message: format!(
                "TikTok Shop does not know the carrier {carrier:?}; it knows {}",
                known.join(", ")
            ),
        })
    }
}

#[derive(Deserialize)]
struct Hook {
    #[serde(default)]
    tts_notification_id: String,
    #[serde(default)]
    timestamp: i64,
    data: Option<HookData>,
}

#[derive(Deserialize)]
struct HookData {
    order_id: Option<String>,
}

#[derive(Deserialize)]
struct Providers {
    #[serde(default)]
    shipping_providers: Vec<Provider>,
}

#[derive(Deserialize)]
struct Provider {
    id: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    orders: Each<Wire>,
    #[serde(default)]
    next_page_token: String,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    create_time: i64,
    #[serde(default)]
    update_time: i64,
    #[serde(default, deserialize_with = "text")]
    fulfillment_type: String,
    #[serde(default, deserialize_with = "text")]
    shipping_type: String,
    #[serde(default, deserialize_with = "text")]
    delivery_option_id: String,
    #[serde(default, deserialize_with = "text")]
    buyer_email: String,
    #[serde(default, deserialize_with = "text")]
    buyer_message: String,
    #[serde(default)]
    line_items: Vec<Item>,
    #[serde(default)]
    payment: Payment,
    #[serde(default)]
    recipient_address: Place,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    sku_id: String,
    #[serde(default, deserialize_with = "text")]
    product_id: String,
    #[serde(default, deserialize_with = "text")]
    seller_sku: String,
    #[serde(default, deserialize_with = "text")]
    product_name: String,
    #[serde(default, deserialize_with = "text")]
    sku_name: String,
    #[serde(default, deserialize_with = "text")]
    display_status: String,
    #[serde(default, deserialize_with = "amount")]
    sale_price: Decimal,
    #[serde(default)]
    item_tax: Vec<Tax>,
}

impl Item {
    fn is_cancelled(&self) -> bool {
        self.display_status == "CANCELLED"
    }

    fn is_to_be_sent(&self) -> bool {
        matches!(self.display_status.as_str(), "AWAITING_SHIPMENT" | "ON_HOLD" | "")
    }
}

#[derive(Deserialize)]
struct Tax {
    #[serde(default, deserialize_with = "amount")]
    tax_amount: Decimal,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payment {
    #[serde(deserialize_with = "text")]
    currency: String,
    #[serde(deserialize_with = "amount")]
    shipping_fee: Decimal,
    #[serde(deserialize_with = "amount")]
    shipping_fee_tax: Decimal,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    address_line1: String,
    #[serde(deserialize_with = "text")]
    address_line2: String,
    #[serde(deserialize_with = "text")]
    address_detail: String,
    #[serde(deserialize_with = "text")]
    postal_code: String,
    #[serde(deserialize_with = "text")]
    region_code: String,
    #[serde(deserialize_with = "text")]
    phone_number: String,
    district_info: Vec<District>,
}

#[derive(Deserialize)]
struct District {
    #[serde(default, deserialize_with = "text")]
    address_level_name: String,
    #[serde(default, deserialize_with = "text")]
    address_name: String,
}

fn order(wire: Wire) -> Order {
    let stage = match wire.status.as_str() {
        "CANCELLED" => OrderStage::Cancelled,
        "AWAITING_SHIPMENT" | "PARTIALLY_SHIPPING" => OrderStage::Open,
        "AWAITING_COLLECTION" | "IN_TRANSIT" | "DELIVERED" | "COMPLETED" => OrderStage::Shipped,
        // Not paid, or paid within the hour in which the buyer may still think better of it.
        _ => OrderStage::Unpaid,
    };
    let by_channel = wire.fulfillment_type == "FULFILLMENT_BY_TIKTOK";
    let mut lines: BTreeMap<&str, OrderLine> = BTreeMap::new();
    for item in &wire.line_items {
        let line = lines.entry(&item.sku_id).or_insert_with(|| OrderLine {
            id: item.sku_id.clone(),
            listing: listing(item),
            sku: (!item.seller_sku.is_empty()).then(|| item.seller_sku.clone()),
            title: [item.product_name.as_str(), &item.sku_name].join(" ").trim().to_owned(),
            quantity: 0,
            cancelled: 0,
            returned: 0,
            by_channel,
            total: Decimal::ZERO,
            tax: Decimal::ZERO,
        });
        line.quantity += 1;
        line.cancelled += i64::from(item.is_cancelled() && stage != OrderStage::Cancelled);
        line.total += item.sale_price;
        line.tax += item.item_tax.iter().map(|tax| tax.tax_amount).sum::<Decimal>();
    }
    let delivery = address(&wire.recipient_address);
    Order {
        lines: lines.into_values().collect(),
        number: wire.id.clone(),
        id: wire.id,
        stage,
        placed_ms: wire.create_time.saturating_mul(1000),
        changed_ms: wire.update_time.saturating_mul(1000),
        currency: wire.payment.currency,
        shipping: Charge::some("Shipping", wire.payment.shipping_fee, wire.payment.shipping_fee_tax),
        fees: Vec::new(),
        billing: delivery.clone(),
        delivery,
        email: wire.buyer_email,
        note: wire.buyer_message,
        returns: Vec::new(),
    }
}

fn listing(item: &Item) -> ExternalId {
    let product = (!item.product_id.is_empty()).then(|| (PRODUCT.to_owned(), item.product_id.clone()));
    product.into_iter().chain([(SKU.to_owned(), item.sku_id.clone())]).collect()
}

fn address(at: &Place) -> Address {
    let (first_name, last_name) = names(&at.name);
    let level = |names: &[&str]| {
        let of_level = |one: &&District| names.contains(&one.address_level_name.to_lowercase().as_str());
        at.district_info.iter().rev().find(of_level).map(|one| one.address_name.clone()).unwrap_or_default()
    };
    Address {
        first_name,
        last_name,
        company: String::new(),
        address_1: if at.address_line1.is_empty() {
            at.address_detail.clone()
        } else {
            at.address_line1.clone()
        },
        address_2: at.address_line2.clone(),
        city: level(&["city", "post town", "town"]),
        state: level(&["state", "province", "county"]),
        postcode: at.postal_code.clone(),
        country: at.region_code.clone(),
        phone: at.phone_number.clone(),
    }
}
