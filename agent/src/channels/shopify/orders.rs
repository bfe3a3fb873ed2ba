//! Orders. A push compares and sets, so that none can put back what was sold; what a comparison finds makes the orders
//! be asked for.
//!
//! Sources: <https://shopify.dev/docs/api/admin-graphql/2026-07/queries/orders>,
//! <https://shopify.dev/docs/apps/build/webhooks/subscribe/https>.

use super::wire_orders as wire;
use super::{ITEM, Shopify};
use crate::channels::facts::{moment, utc};
use crate::channels::webhook;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// As many as a query of at most 1000 points allows, with what is read of each.
const PAGE: usize = 10;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: None,
    overlap: Duration::from_secs(300),
    read_batch: PAGE,
    returns: None,
};

#[async_trait]
impl Orders for Shopify {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let query = format!("updated_at:>='{}'", utc(since_ms));
        let variables = json!({ "first": PAGE, "after": page, "query": query });
        let answer = self.api.call::<wire::OrdersData>(wire::ORDERS, &variables).await?;
        let page = answer.data.orders;
        let next = page.page_info.end_cursor.filter(|_| page.page_info.has_next_page);
        let (wires, unreadable) = page.nodes.parts();
        Ok(OrderPage { orders: self.whole(wires).await?, unreadable, next, headroom: answer.headroom })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let ids: Vec<String> = ids.iter().map(|id| gid(id)).collect();
        let answer = self.api.call::<wire::ByIdData>(wire::BY_ID, &json!({ "ids": ids })).await?;
        self.whole(answer.data.nodes.all()?.into_iter().flatten().collect()).await
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        webhook::body(&self.webhook_secret, delivery, "x-shopify-hmac-sha256")?;
        let body: Hook = webhook::json(delivery)?;
        Ok(Notice {
            key: webhook::digest(delivery),
            sent_ms: body.updated_at.as_deref().and_then(moment),
            orders: vec![body.id.to_string()],
            look: false,
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let refused =
            |message: String| ChannelError::Refused { code: "fulfillmentCreate".to_owned(), message };
        let variables = json!({ "id": gid(&shipment.order) });
        let answer = self.api.call::<wire::ToSendData>(wire::TO_SEND, &variables).await?;
        let order =
            answer.data.order.ok_or_else(|| refused(format!("there is no order {}", shipment.order)))?;
        let parts = parts(order.fulfillment_orders.nodes, &shipment.lines);
        if parts.is_empty() {
            // Somebody has said so already.
            return Ok(());
        }
        let mut fulfillment = json!({ "lineItemsByFulfillmentOrder": parts, "notifyCustomer": true });
        if !shipment.tracking.is_empty() {
            let mut tracking = json!({ "number": shipment.tracking });
            if !shipment.carrier.is_empty() {
                tracking["company"] = json!(shipment.carrier);
            }
            if !shipment.url.is_empty() {
                tracking["url"] = json!(shipment.url);
            }
            fulfillment["trackingInfo"] = tracking;
        }
        let variables = json!({ "fulfillment": fulfillment });
        let answer = self.api.call::<wire::SentData>(wire::SENT, &variables).await?;
        let said = answer.data.fulfillment_create.map(|created| created.user_errors).unwrap_or_default();
        if said.is_empty() {
            return Ok(());
        }
        Err(refused(said.into_iter().map(|error| error.message).collect::<Vec<_>>().join("; ")))
    }
}

#[derive(Deserialize)]
struct Hook {
    id: i64,
    updated_at: Option<String>,
}

fn gid(id: &str) -> String {
    format!("gid://shopify/Order/{id}")
}

/// The number at the end of a gid.
fn number(gid: &str) -> String {
    gid.rsplit('/').next().unwrap_or(gid).to_owned()
}

/// What is to be sent of each of the order's parts that is open.
fn parts(open: Vec<wire::FulfillmentOrder>, lines: &[(String, i64)]) -> Vec<Value> {
    let mut left: Vec<(String, i64)> = lines.to_vec();
    let mut parts = Vec::new();
    for part in open.into_iter().filter(|part| matches!(part.status.as_str(), "OPEN" | "IN_PROGRESS")) {
        let mut items = Vec::new();
        for line in part.line_items.nodes {
            let name = number(&line.line_item.id);
            let Some((_, units)) = left.iter_mut().find(|(id, _)| *id == name) else { continue };
            let now = line.remaining_quantity.min(*units);
            *units -= now;
            if now > 0 {
                items.push(json!({ "id": line.id, "quantity": now }));
            }
        }
        if !items.is_empty() {
            parts.push(json!({ "fulfillmentOrderId": part.id, "fulfillmentOrderLineItems": items }));
        }
    }
    parts
}

impl Shopify {
    /// Each with all of its lines: half an order would sell half of what was sold.
    async fn whole(&self, wires: Vec<wire::Order>) -> Result<Vec<Order>, ChannelError> {
        let mut orders = Vec::new();
        for mut wire in wires.into_iter().filter(|wire| !wire.test) {
            let mut page = wire.line_items.page_info.take();
            while let Some(after) = page.filter(|page| page.has_next_page).and_then(|page| page.end_cursor) {
                let variables = json!({ "id": wire.id, "after": after });
                let answer = self.api.call::<wire::LinesData>(wire::LINES, &variables).await?;
                let Some(more) = answer.data.order.map(|order| order.line_items) else { break };
                wire.line_items.nodes.extend(more.nodes);
                page = more.page_info;
            }
            orders.push(order(wire));
        }
        Ok(orders)
    }
}

fn sum(taxes: &[wire::TaxLine]) -> Decimal {
    taxes.iter().map(|line| line.price_set.shop_money.amount).sum()
}

fn order(wire: wire::Order) -> Order {
    let money = wire.display_financial_status.as_deref().unwrap_or_default();
    let stage = match wire.display_fulfillment_status.as_str() {
        _ if wire.cancelled_at.is_some() => OrderStage::Cancelled,
        "FULFILLED" => OrderStage::Shipped,
        _ if matches!(money, "PENDING" | "EXPIRED" | "VOIDED") => OrderStage::Unpaid,
        _ => OrderStage::Open,
    };
    let refunded = |line: &str, kinds: &[&str]| -> i64 {
        let all = wire.refunds.iter().flat_map(|refund| &refund.refund_line_items.nodes);
        all.filter(|one| one.line_item.id == line && kinds.contains(&one.restock_type.as_str()))
            .map(|one| one.quantity)
            .sum()
    };
    let net = |total: Decimal, tax: Decimal| if wire.taxes_included { total - tax } else { total };
    let line = |line: &wire::LineItem| {
        let returned = refunded(&line.id, &["RETURN", "LEGACY_RESTOCK"]);
        let lost = refunded(&line.id, &["NO_RESTOCK"]);
        let tax = sum(&line.tax_lines);
        OrderLine {
            id: number(&line.id),
            listing: line
                .variant
                .iter()
                .map(|variant| (ITEM.to_owned(), variant.inventory_item.id.clone()))
                .collect::<ExternalId>(),
            sku: line.sku.clone().filter(|sku| !sku.is_empty()),
            title: line.name.clone(),
            quantity: line.quantity,
            // Taken out of the order by whatever way, but for what came back or is lost.
            cancelled: (line.quantity - line.current_quantity - returned - lost).max(0),
            returned,
            by_channel: false,
            total: net(line.discounted_total_set.shop_money.amount, tax),
            tax,
        }
    };
    let lines = wire.line_items.nodes.iter().map(line).collect();
    let shipping = wire.shipping_line.as_ref().map(|one| {
        let tax = sum(&one.tax_lines);
        Charge { title: one.title.clone(), total: net(one.discounted_price_set.shop_money.amount, tax), tax }
    });
    Order {
        id: number(&wire.id),
        number: wire.name,
        stage,
        placed_ms: moment(&wire.created_at).unwrap_or(0),
        changed_ms: moment(&wire.updated_at).unwrap_or(0),
        currency: wire.currency_code,
        lines,
        shipping: shipping.into_iter().collect(),
        fees: Vec::new(),
        billing: wire.billing_address.map(address).unwrap_or_default(),
        delivery: wire.shipping_address.map(address).unwrap_or_default(),
        email: wire.email.unwrap_or_default(),
        note: wire.note.unwrap_or_default(),
        returns: Vec::new(),
    }
}

fn address(at: wire::MailingAddress) -> Address {
    Address {
        first_name: at.first_name.unwrap_or_default(),
        last_name: at.last_name.unwrap_or_default(),
        company: at.company.unwrap_or_default(),
        address_1: at.address1.unwrap_or_default(),
        address_2: at.address2.unwrap_or_default(),
        city: at.city.unwrap_or_default(),
        state: at.province_code.unwrap_or_default(),
        postcode: at.zip.unwrap_or_default(),
        country: at.country_code_v2.unwrap_or_default(),
        phone: at.phone.unwrap_or_default(),
    }
}
