//! Orders of the other store.
//!
//! Sources: <https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders>,
//! <https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks>.

use super::wire::{Order as Wire, Refund};
use super::{PRODUCT, VARIATION, WooCommerce};
use crate::channels::each::Each;
use crate::channels::facts::{moment, utc};
use crate::channels::rest::Call;
use crate::channels::webhook;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders};
use crate::domain::{Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// Most of a page.
const PAGE: usize = 100;

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    // Its batch writes without comparing.
    before_push: Some(Duration::from_secs(2)),
    overlap: Duration::from_secs(300),
    read_batch: PAGE,
    returns: None,
};

#[async_trait]
impl Orders for WooCommerce {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let number: u32 = page.and_then(|page| page.parse().ok()).unwrap_or(1);
        // "After", not at: of whole seconds.
        let (since, page, size) = (utc(since_ms.saturating_sub(1000)), number.to_string(), PAGE.to_string());
        // By number: an order that changes meanwhile stays in its place.
        let query = [
            ("modified_after", since.as_str()),
            ("dates_are_gmt", "true"),
            ("orderby", "id"),
            ("order", "asc"),
            ("per_page", size.as_str()),
            ("page", page.as_str()),
        ];
        let found: Each<Wire> = self.api.send(Call::get("/orders", &query)).await?.json()?;
        let is_full = found.told() == PAGE;
        let (wires, unreadable) = found.parts();
        Ok(OrderPage {
            orders: self.read(wires).await?,
            unreadable,
            next: is_full.then(|| number.saturating_add(1).to_string()),
            ..OrderPage::default()
        })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let (include, size) = (ids.join(","), PAGE.to_string());
        let query = [("include", include.as_str()), ("per_page", size.as_str())];
        let found: Each<Wire> = self.api.send(Call::get("/orders", &query)).await?.json()?;
        self.read(found.all()?).await
    }

    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        webhook::body(&self.webhook_secret, delivery, "x-wc-webhook-signature")?;
        let body: Hook = webhook::json(delivery)?;
        Ok(Notice {
            // The delivery's own id is a header, which nobody signed.
            key: webhook::digest(delivery),
            sent_ms: moment(&body.date_modified_gmt),
            orders: vec![body.id.to_string()],
            look: false,
        })
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let path = format!("/orders/{}", shipment.order);
        if !shipment.tracking.is_empty() {
            let note = format!("{} {} {}", shipment.carrier, shipment.tracking, shipment.url);
            let body = json!({ "note": note.trim(), "customer_note": true });
            self.api.send(Call::post(&format!("{path}/notes"), &body)).await?;
        }
        self.api.send(Call::put(&path, &[], &json!({ "status": "completed" }))).await?;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Hook {
    id: i64,
    #[serde(default)]
    date_modified_gmt: String,
}

impl WooCommerce {
    async fn read(&self, wires: Vec<Wire>) -> Result<Vec<Order>, ChannelError> {
        let mut orders = Vec::new();
        for wire in wires {
            let Some(stage) = stage(&wire.status) else { continue };
            let mut back: BTreeMap<i64, i64> = BTreeMap::new();
            if !wire.refunds.is_empty() {
                let path = format!("/orders/{}/refunds", wire.id);
                let refunds: Vec<Refund> =
                    self.api.send(Call::get(&path, &[("per_page", "100")])).await?.json()?;
                for line in refunds.into_iter().flat_map(|refund| refund.line_items) {
                    *back.entry(line.refunded_item()).or_default() += line.quantity.abs();
                }
            }
            orders.push(order(wire, stage, &back));
        }
        Ok(orders)
    }
}

/// `None`: a checkout that is not finished, or thrown away; it never took stock.
fn stage(status: &str) -> Option<OrderStage> {
    Some(match status {
        "pending" | "checkout-draft" | "auto-draft" => return None,
        "on-hold" => OrderStage::Unpaid,
        "completed" | "refunded" => OrderStage::Shipped,
        "cancelled" | "failed" | "trash" => OrderStage::Cancelled,
        // Plugins add their own: something is to be done.
        _ => OrderStage::Open,
    })
}

fn order(wire: Wire, stage: OrderStage, back: &BTreeMap<i64, i64>) -> Order {
    let line = |line: super::wire::Line| {
        let mut listing = ExternalId::from([(PRODUCT.to_owned(), line.product_id.to_string())]);
        if line.variation_id > 0 {
            listing.insert(VARIATION.to_owned(), line.variation_id.to_string());
        }
        let gone = back.get(&line.id).copied().unwrap_or(0);
        OrderLine {
            id: line.id.to_string(),
            listing,
            sku: Some(line.sku).filter(|sku| !sku.is_empty()),
            title: line.name,
            quantity: line.quantity,
            cancelled: if stage == OrderStage::Shipped { 0 } else { gone },
            returned: if stage == OrderStage::Shipped { gone } else { 0 },
            by_channel: false,
            total: line.total,
            tax: line.total_tax,
        }
    };
    Order {
        id: wire.id.to_string(),
        number: wire.number,
        stage,
        placed_ms: moment(&wire.date_created_gmt).unwrap_or(0),
        changed_ms: moment(&wire.date_modified_gmt).unwrap_or(0),
        currency: wire.currency,
        lines: wire.line_items.into_iter().map(line).collect(),
        shipping: wire
            .shipping_lines
            .into_iter()
            .map(|one| charge(one.method_title, one.total, one.total_tax))
            .collect(),
        fees: wire.fee_lines.into_iter().map(|one| charge(one.name, one.total, one.total_tax)).collect(),
        email: wire.billing.email.clone(),
        billing: wire.billing.into(),
        delivery: wire.shipping.into(),
        note: wire.customer_note,
        returns: Vec::new(),
    }
}

fn charge(title: String, total: Decimal, tax: Decimal) -> Charge {
    Charge { title, total, tax }
}
