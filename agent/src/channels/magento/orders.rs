//! Orders.
//!
//! Sources: <https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/>,
//! <https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/order-create-shipment/>.

use super::search::Search;
use super::wire::{Orders as Found, Place, Sale, Wire};
use super::{Magento, SKU};
use crate::channels::facts::{moment, utc};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, OrderLimits, OrderPage, Orders};
use crate::domain::{Address, Charge, ExternalId, Order, OrderLine, OrderStage, Shipment};
use async_trait::async_trait;
use rust_decimal::Decimal;
use serde_json::json;
use std::time::Duration;

const PAGE: usize = 100;
const ORDERS: &str = "/V1/orders";
/// Paid for when it is handed over, or on account: such an order is to be sent before that.
const LATER: [&str; 2] = ["cashondelivery", "purchaseorder"];

static LIMITS: OrderLimits = OrderLimits {
    every: Duration::from_secs(60),
    before_push: Some(Duration::from_secs(5)),
    overlap: Duration::from_secs(120),
    read_batch: PAGE,
    returns: None,
};

#[async_trait]
impl Orders for Magento {
    fn limits(&self) -> &OrderLimits {
        &LIMITS
    }

    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let number: usize = page.and_then(|page| page.parse().ok()).unwrap_or(1);
        let since = utc(since_ms).replace('T', " ").replace('Z', "");
        let search =
            Search::default().filter("updated_at", &since, "gteq").sorted("entity_id").page(PAGE, number);
        let found: Found = search.run(&self.api, ORDERS).await?;
        let next = (number * PAGE < found.total_count).then(|| (number + 1).to_string());
        let (wires, unreadable) = found.items.parts();
        let orders = wires.into_iter().map(order).collect();
        Ok(OrderPage { orders, unreadable, next, ..OrderPage::default() })
    }

    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError> {
        let search = Search::default().filter("entity_id", &ids.join(","), "in").page(PAGE, 1);
        let found: Found = search.run(&self.api, ORDERS).await?;
        Ok(found.items.all()?.into_iter().map(order).collect())
    }

    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError> {
        let search = Search::default().filter("entity_id", &shipment.order, "eq").page(1, 1);
        let found: Found = search.run(&self.api, ORDERS).await?;
        let orders = found.items.all()?;
        // A second shipment would take the units out of the source once more.
        let left = |line: &str| {
            let sale =
                orders.iter().flat_map(|order| &order.items).find(|sale| sale.item_id.to_string() == line);
            sale.map_or(0, Sale::to_send)
        };
        let items: Vec<_> = shipment
            .lines
            .iter()
            .map(|(line, units)| (line, (*units).min(left(line))))
            .filter(|(_, units)| *units > 0)
            .filter_map(|(line, units)| {
                Some(json!({ "order_item_id": line.parse::<i64>().ok()?, "qty": units }))
            })
            .collect();
        if items.is_empty() {
            return Ok(());
        }
        let mut body = json!({ "items": items, "notify": true });
        if !shipment.tracking.is_empty() {
            let title = if shipment.carrier.is_empty() { "Parcel" } else { &shipment.carrier };
            body["tracks"] =
                json!([{ "track_number": shipment.tracking, "title": title, "carrier_code": "custom" }]);
        }
        self.api.send(Call::post(&format!("/V1/order/{}/ship", shipment.order), &body)).await?;
        Ok(())
    }
}

fn order(wire: Wire) -> Order {
    let later = wire.payment.as_ref().is_some_and(|payment| LATER.contains(&payment.method.as_str()));
    let sent = wire.sold().all(|sale| sale.to_send() == 0) && wire.sold().any(|sale| sale.shipped > 0);
    let stage = match wire.state.as_str() {
        "canceled" => OrderStage::Cancelled,
        "complete" | "closed" => OrderStage::Shipped,
        "processing" if sent => OrderStage::Shipped,
        "processing" => OrderStage::Open,
        "new" if later || wire.total_due.is_zero() => OrderStage::Open,
        _ => OrderStage::Unpaid,
    };
    let lines: Vec<OrderLine> = wire.sold().map(line).collect();
    // The price of a bundle with a fixed price stands on the bundle, and not on its parts.
    let fees = wire
        .bundles()
        .filter(|bundle| {
            let of = |sale: &&Sale| sale.parent_item_id == Some(bundle.item_id);
            wire.items.iter().filter(of).all(|part| part.row_total.is_zero())
        })
        .flat_map(|bundle| Charge::some(&bundle.name, net(bundle), bundle.tax_amount))
        .collect();
    let shipping =
        wire.shipping_amount - wire.shipping_discount_amount + wire.shipping_discount_tax_compensation_amount;
    let to = wire.extension_attributes.shipping_assignments.into_iter().find_map(|one| one.shipping?.address);
    let billing = wire.billing_address.map(address).unwrap_or_default();
    Order {
        id: wire.entity_id.to_string(),
        number: wire.increment_id,
        stage,
        placed_ms: moment(&wire.created_at).unwrap_or(0),
        changed_ms: moment(&wire.updated_at).unwrap_or(0),
        currency: wire.order_currency_code,
        lines,
        shipping: Charge::some("Shipping", shipping, wire.shipping_tax_amount),
        fees,
        // What is not sent anywhere has no other.
        delivery: to.map_or_else(|| billing.clone(), address),
        billing,
        email: wire.customer_email,
        note: wire.customer_note,
        returns: Vec::new(),
    }
}

/// After discounts, without tax.
fn net(sale: &Sale) -> Decimal {
    sale.row_total - sale.discount_amount + sale.discount_tax_compensation_amount
}

fn line(sale: &Sale) -> OrderLine {
    // Refunded before it was sent, it was not sent; else it came back.
    let unsent = sale.refunded.min((sale.ordered - sale.shipped - sale.cancelled).max(0));
    OrderLine {
        id: sale.item_id.to_string(),
        listing: ExternalId::from([(SKU.to_owned(), sale.sku.clone())]),
        sku: Some(sale.sku.clone()),
        title: sale.name.clone(),
        quantity: sale.ordered,
        cancelled: sale.cancelled + unsent,
        returned: sale.refunded - unsent,
        by_channel: false,
        total: net(sale),
        tax: sale.tax_amount,
    }
}

fn address(at: Place) -> Address {
    let mut street = at.street.into_iter();
    Address {
        first_name: at.firstname,
        last_name: at.lastname,
        company: at.company,
        address_1: street.next().unwrap_or_default(),
        address_2: street.collect::<Vec<_>>().join(", "),
        city: at.city,
        state: at.region_code,
        postcode: at.postcode,
        country: at.country_id,
        phone: at.telephone,
    }
}
