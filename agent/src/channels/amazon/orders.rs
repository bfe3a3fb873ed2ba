//! Orders, by the Orders API of 2026-01-01; told of shipments by the Orders API v0, which alone can confirm them.
//!
//! Sources: <https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference>,
//! <https://developer-docs.amazon.com/sp-api/docs/orders-api-v0-reference#confirmshipment>.

use super::{Amazon, SKU};
use crate::channels::each::{self, Each};
use crate::channels::facts::{amount, moment, names, text, utc};
use crate::channels::http::segment;
use crate::channels::{ChannelError, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

const PATH: &str = "/orders/2026-01-01/orders";
const INCLUDED: &str = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT";

/// `searchOrders` is allowed 0.0056 times a second: once in three minutes, 20 at once after a rest.
static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(180),
    before_push: Some(Duration::from_secs(180)),
    // "lastUpdatedBefore … two minutes before now": the list is that late.
    overlap: Duration::from_secs(600),
    read_batch: 10,
    returns: None,
};

#[async_trait]
impl Orders for Amazon {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let since = utc(since_ms);
        let mut query = vec![
            ("lastUpdatedAfter", since.as_str()),
            ("marketplaceIds", self.account.marketplace.as_str()),
            ("maxResultsPerPage", "100"),
            ("includedData", INCLUDED),
        ];
        if let Some(token) = page {
            query.push(("paginationToken", token));
        }
        let found: Page = self.api.get(PATH, &query).await?.json()?;
        let (wires, unreadable) = found.orders.parts();
        Ok(OrderPage {
            orders: wires.into_iter().map(order).collect(),
            unreadable,
            next: found
                .pagination
                .and_then(|pagination| pagination.next_token)
                .filter(|token| !token.is_empty()),
            ..OrderPage::default()
        })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let mut orders = Vec::new();
        for id in ids {
            let path = format!("{PATH}/{}", segment(id));
            match self.api.get(&path, &[("includedData", INCLUDED)]).await {
                Ok(reply) => orders.push(order(each::one::<One>(&reply)?.order)),
                Err(ChannelError::Refused { code, .. }) if code == "NotFound" => {}
                Err(error) => return Err(error),
            }
        }
        Ok(orders)
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let items: Vec<_> = shipment
            .lines
            .iter()
            .map(|(line, units)| json!({ "orderItemId": line, "quantity": units }))
            .collect();
        // Amazon wants a number; own delivery has none.
        let tracking = if shipment.tracking.is_empty() { "none" } else { &shipment.tracking };
        let carrier = if shipment.carrier.is_empty() { "Other" } else { &shipment.carrier };
        let body = json!({
            "marketplaceId": self.account.marketplace,
            "packageDetail": {
                "packageReferenceId": "1", "carrierCode": "Other", "carrierName": carrier, "trackingNumber": tracking,
                "shipDate": utc(shipment.sent_ms), "orderItems": items,
            },
        });
        let path = format!("/orders/v0/orders/{}/shipmentConfirmation", segment(&shipment.order));
        self.api.post(&path, &body).await?;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    orders: Each<Wire>,
    pagination: Option<Pagination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    next_token: Option<String>,
}

#[derive(Deserialize)]
struct One {
    order: Wire,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    order_id: String,
    #[serde(default, deserialize_with = "text")]
    created_time: String,
    #[serde(default, deserialize_with = "text")]
    last_updated_time: String,
    buyer: Option<Buyer>,
    recipient: Option<Recipient>,
    fulfillment: Option<Fulfillment>,
    #[serde(default)]
    order_items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Buyer {
    #[serde(default, deserialize_with = "text")]
    buyer_email: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    delivery_address: Option<Place>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Place {
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    company_name: String,
    #[serde(deserialize_with = "text")]
    address_line1: String,
    #[serde(deserialize_with = "text")]
    address_line2: String,
    #[serde(deserialize_with = "text")]
    city: String,
    #[serde(deserialize_with = "text")]
    state_or_region: String,
    #[serde(deserialize_with = "text")]
    postal_code: String,
    #[serde(deserialize_with = "text")]
    country_code: String,
    #[serde(deserialize_with = "text")]
    phone: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fulfillment {
    #[serde(default, deserialize_with = "text")]
    fulfillment_status: String,
    #[serde(default, deserialize_with = "text")]
    fulfilled_by: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    order_item_id: String,
    #[serde(default)]
    quantity_ordered: i64,
    product: Option<Product>,
    proceeds: Option<Proceeds>,
    cancellation: Option<Cancellation>,
    fulfillment: Option<Fulfilled>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fulfilled {
    #[serde(default)]
    quantity_fulfilled: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    seller_sku: Option<String>,
    #[serde(default, deserialize_with = "text")]
    title: String,
}

#[derive(Deserialize)]
struct Proceeds {
    #[serde(default)]
    breakdowns: Vec<Breakdown>,
}

#[derive(Deserialize)]
struct Breakdown {
    #[serde(default, rename = "type", deserialize_with = "text")]
    kind: String,
    subtotal: Option<Money>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Money {
    #[serde(default, deserialize_with = "amount")]
    amount: Decimal,
    #[serde(default, deserialize_with = "text")]
    currency_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cancellation {
    cancellation_execution: Option<serde::de::IgnoredAny>,
}

fn order(wire: Wire) -> Order {
    let status = wire.fulfillment.as_ref().map_or("", |one| one.fulfillment_status.as_str());
    let stage = match status {
        "PENDING" | "PENDING_AVAILABILITY" => OrderStage::Unpaid,
        "SHIPPED" => OrderStage::Shipped,
        "CANCELLED" | "UNFULFILLABLE" => OrderStage::Cancelled,
        _ => OrderStage::Open,
    };
    // From Amazon's own warehouses: the shop's stock has nothing to do with it.
    let by_amazon = wire.fulfillment.as_ref().is_some_and(|one| one.fulfilled_by == "AMAZON");
    let money = |item: &Item, kinds: &[&str]| -> Decimal {
        let all = item.proceeds.iter().flat_map(|proceeds| &proceeds.breakdowns);
        all.filter(|one| kinds.contains(&one.kind.as_str()))
            .filter_map(|one| Some(one.subtotal.as_ref()?.amount))
            .sum()
    };
    let currency = wire
        .order_items
        .iter()
        .flat_map(|item| item.proceeds.iter().flat_map(|proceeds| &proceeds.breakdowns))
        .find_map(|one| Some(one.subtotal.as_ref()?.currency_code.clone()))
        .unwrap_or_default();
    let shipping: Decimal = wire.order_items.iter().map(|item| money(item, &["SHIPPING"])).sum();
    let line = |item: &Item| {
        let sku = item.product.as_ref().and_then(|product| product.seller_sku.clone());
        OrderLine {
            id: item.order_item_id.clone(),
            listing: sku.iter().map(|sku| (SKU.to_owned(), sku.clone())).collect::<ExternalId>(),
            sku,
            title: item.product.as_ref().map(|product| product.title.clone()).unwrap_or_default(),
            quantity: item.quantity_ordered,
            // All that was not sent by then.
            cancelled: match item.cancellation.as_ref().and_then(|one| one.cancellation_execution.as_ref()) {
                Some(_) => {
                    let sent = item.fulfillment.as_ref().map_or(0, |one| one.quantity_fulfilled);
                    item.quantity_ordered.saturating_sub(sent)
                }
                None => 0,
            },
            returned: 0,
            by_channel: by_amazon,
            // Discounts are amounts below zero.
            total: money(item, &["ITEM", "DISCOUNT"]),
            tax: money(item, &["TAX"]),
        }
    };
    let delivery = wire.recipient.and_then(|one| one.delivery_address).map(address).unwrap_or_default();
    Order {
        number: wire.order_id.clone(),
        id: wire.order_id,
        stage,
        placed_ms: moment(&wire.created_time).unwrap_or(0),
        changed_ms: moment(&wire.last_updated_time).unwrap_or(0),
        currency,
        lines: wire.order_items.iter().map(line).collect(),
        shipping: Charge::some("Amazon shipping", shipping, Decimal::ZERO),
        fees: Vec::new(),
        billing: delivery.clone(),
        delivery,
        email: wire.buyer.map(|buyer| buyer.buyer_email).unwrap_or_default(),
        note: String::new(),
        returns: Vec::new(),
    }
}

fn address(at: Place) -> Address {
    let (first_name, last_name) = names(&at.name);
    Address {
        first_name,
        last_name,
        company: at.company_name,
        address_1: at.address_line1,
        address_2: at.address_line2,
        city: at.city,
        state: at.state_or_region,
        postcode: at.postal_code,
        country: at.country_code,
        phone: at.phone,
    }
}
