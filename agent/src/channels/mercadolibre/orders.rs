//! Orders. Where one goes is told by its shipment, a call of its own. What Mercado Libre says by notification is not
//! signed: it is a reason to ask, and no more.
//!
//! Sources: <https://developers.mercadolivre.com.br/en_us/order-management>,
//! <https://developers.mercadolivre.com.br/en_us/shipment-handling>,
//! <https://developers.mercadolivre.com.br/en_us/custom-shipping>,
//! <https://developers.mercadolivre.com.br/en_us/me1-order-states>,
//! <https://developers.mercadolivre.com.br/en_us/products-receive-notifications>.

use super::{ITEM, MercadoLibre, VARIATION};
use crate::channels::each::{self, Each};
use crate::channels::facts::{amount, moment, names, text, utc};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders, webhook};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// "limit: at most 51".
const PAGE: usize = 50;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(5)),
    overlap: Duration::from_secs(300),
    read_batch: 10,
    returns: None,
};

#[async_trait]
impl Orders for MercadoLibre {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let offset: usize = page.and_then(|page| page.parse().ok()).unwrap_or(0);
        let seller = self.api.user().await?.id.to_string();
        let (since, limit, from) = (utc(since_ms), PAGE.to_string(), offset.to_string());
        let query = [
            ("seller", seller.as_str()),
            ("order.date_last_updated.from", since.as_str()),
            ("sort", "date_asc"),
            ("limit", limit.as_str()),
            ("offset", from.as_str()),
        ];
        let found: Page = self.api.send(Call::get("/orders/search", &query)).await?.json()?;
        let told = found.results.told();
        let read = offset.saturating_add(told);
        let next = (told > 0 && read < found.paging.total).then(|| read.to_string());
        let (wires, unreadable) = found.results.parts();
        let mut page = OrderPage { unreadable, next, ..OrderPage::default() };
        for wire in wires {
            page.put(&wire.id.to_string(), self.whole(wire).await.map(Some))?;
        }
        Ok(page)
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let mut orders = Vec::new();
        for id in ids {
            match self.api.send(Call::get(&format!("/orders/{id}"), &[])).await {
                Ok(reply) => orders.push(self.whole(each::one(&reply)?).await?),
                Err(ChannelError::Refused { code, .. }) if code == "not_found" => {}
                Err(error) => return Err(error),
            }
        }
        Ok(orders)
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        Ok(webhook::unsigned(delivery))
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let wire: Wire =
            self.api.send(Call::get(&format!("/orders/{}", shipment.order), &[])).await?.json()?;
        let Some(parcel) = self.parcel(&wire).await? else { return Ok(()) };
        let path = format!("/shipments/{}", parcel.id);
        match parcel.logistic.mode.as_str() {
            // Mercado Envíos: its own labels tell of themselves.
            "me2" => {}
            _ if matches!(parcel.status.as_str(), "shipped" | "delivered") => {}
            "me1" => {
                let body = json!({
                    "payload": { "comment": shipment.carrier, "date": utc(shipment.sent_ms) },
                    "tracking_number": shipment.tracking, "tracking_url": shipment.url, "status": "shipped", "substatus": null,
                });
                self.api.send(Call::post(&format!("{path}/seller_notifications"), &body)).await?;
            }
            _ => {
                let body = json!({ "tracking_number": shipment.tracking, "status": "shipped" });
                self.api.send(Call::put(&path, &[], &body)).await?;
            }
        }
        Ok(())
    }
}

impl MercadoLibre {
    async fn whole(&self, wire: Wire) -> Result<Order, ChannelError> {
        let parcel = self.parcel(&wire).await?;
        Ok(order(wire, parcel.unwrap_or_default()))
    }

    /// `None`: it is fetched, or to be agreed with the buyer.
    async fn parcel(&self, wire: &Wire) -> Result<Option<Parcel>, ChannelError> {
        let Some(id) = wire.shipping.id else { return Ok(None) };
        Ok(Some(self.api.send(Call::get(&format!("/shipments/{id}"), &[])).await?.json()?))
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    results: Each<Wire>,
    paging: Paging,
}

#[derive(Deserialize)]
struct Paging {
    #[serde(default)]
    total: usize,
}

#[derive(Deserialize)]
struct Wire {
    id: u64,
    #[serde(default, deserialize_with = "text")]
    status: String,
    #[serde(default, deserialize_with = "text")]
    date_created: String,
    #[serde(default, deserialize_with = "text")]
    last_updated: String,
    #[serde(default, deserialize_with = "text")]
    currency_id: String,
    #[serde(default)]
    pack_id: Option<u64>,
    #[serde(default)]
    order_items: Vec<Row>,
    #[serde(default)]
    payments: Vec<Payment>,
    #[serde(default)]
    buyer: Buyer,
    #[serde(default)]
    shipping: ShippingId,
}

#[derive(Deserialize)]
struct Row {
    item: RowItem,
    #[serde(default)]
    quantity: i64,
    #[serde(default, deserialize_with = "amount")]
    unit_price: Decimal,
}

#[derive(Deserialize)]
struct RowItem {
    id: String,
    #[serde(default, deserialize_with = "text")]
    title: String,
    #[serde(default)]
    variation_id: Option<u64>,
    #[serde(default)]
    seller_sku: Option<String>,
    #[serde(default)]
    seller_custom_field: Option<String>,
}

#[derive(Deserialize)]
struct Payment {
    #[serde(default, deserialize_with = "amount")]
    shipping_cost: Decimal,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Buyer {
    #[serde(deserialize_with = "text")]
    email: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ShippingId {
    id: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parcel {
    id: u64,
    #[serde(deserialize_with = "text")]
    status: String,
    logistic: Logistic,
    destination: Destination,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Logistic {
    #[serde(deserialize_with = "text")]
    mode: String,
    #[serde(rename = "type", deserialize_with = "text")]
    kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Destination {
    #[serde(deserialize_with = "text")]
    receiver_name: String,
    #[serde(deserialize_with = "text")]
    receiver_phone: String,
    shipping_address: Place,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "text")]
    address_line: String,
    #[serde(deserialize_with = "text")]
    comment: String,
    #[serde(deserialize_with = "text")]
    zip_code: String,
    city: Named,
    state: Named,
    country: Named,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    id: Value,
    #[serde(deserialize_with = "text")]
    name: String,
}

fn order(wire: Wire, parcel: Parcel) -> Order {
    let stage = match (wire.status.as_str(), parcel.status.as_str()) {
        ("cancelled" | "invalid", _) => OrderStage::Cancelled,
        (_, "shipped" | "delivered" | "not_delivered") => OrderStage::Shipped,
        ("paid" | "partially_refunded" | "pending_cancel", _) => OrderStage::Open,
        _ => OrderStage::Unpaid,
    };
    // Full: Mercado Libre sends it from its own warehouse.
    let by_channel = parcel.logistic.kind == "fulfillment";
    let line = |row: Row| {
        let variation = row.item.variation_id;
        let mut listing = ExternalId::from([(ITEM.to_owned(), row.item.id.clone())]);
        listing.extend(variation.map(|id| (VARIATION.to_owned(), id.to_string())));
        OrderLine {
            // An order names each variation once.
            id: variation.map_or_else(|| row.item.id.clone(), |id| format!("{}-{id}", row.item.id)),
            listing,
            sku: row.item.seller_sku.or(row.item.seller_custom_field).filter(|sku| !sku.is_empty()),
            title: row.item.title,
            quantity: row.quantity,
            cancelled: 0,
            returned: 0,
            by_channel,
            total: row.unit_price * Decimal::from(row.quantity),
            // Prices are what the buyer pays; what of it is tax is not told.
            tax: Decimal::ZERO,
        }
    };
    let delivery = address(parcel.destination);
    let shipping = wire.payments.iter().map(|payment| payment.shipping_cost).sum();
    Order {
        id: wire.id.to_string(),
        number: wire.pack_id.unwrap_or(wire.id).to_string(),
        stage,
        placed_ms: moment(&wire.date_created).unwrap_or(0),
        changed_ms: moment(&wire.last_updated).unwrap_or(0),
        currency: wire.currency_id,
        lines: wire.order_items.into_iter().map(line).collect(),
        shipping: Charge::some("Shipping", shipping, Decimal::ZERO),
        fees: Vec::new(),
        billing: delivery.clone(),
        delivery,
        email: wire.buyer.email,
        note: String::new(),
        returns: Vec::new(),
    }
}

fn address(to: Destination) -> Address {
    let (first_name, last_name) = names(&to.receiver_name);
    let at = to.shipping_address;
    let code = |named: &Named| named.id.as_str().unwrap_or_default().to_owned();
    Address {
        first_name,
        last_name,
        company: String::new(),
        address_1: at.address_line,
        address_2: at.comment,
        city: at.city.name,
        // As in BR-SP.
        state: code(&at.state).rsplit('-').next().unwrap_or_default().to_owned(),
        postcode: at.zip_code,
        country: code(&at.country),
        phone: to.receiver_phone,
    }
}
