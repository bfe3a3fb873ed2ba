//! Shopify's JSON of orders: documents and their answers.
//!
//! Names and types are those of the Admin API 2026-07 (<https://shopify.dev/docs/api/admin-graphql/2026-07>).

use super::wire_reads::PageInfo;
use crate::channels::each::Each;
use crate::channels::facts::amount;
use rust_decimal::Decimal;
use serde::Deserialize;

/// What is read of its lines.
macro_rules! lines {
    () => {
        "fragment OnhandLines on LineItemConnection {
  nodes {
    id sku name quantity currentQuantity
    variant { inventoryItem { id } }
    discountedTotalSet(withCodeDiscounts: true) { ...OnhandMoney }
    taxLines(first: 10) { priceSet { ...OnhandMoney } }
  }
  pageInfo { hasNextPage endCursor }
}
fragment OnhandMoney on MoneyBag { shopMoney { amount } }"
    };
}

/// What is read of an order.
macro_rules! order {
    () => {
        concat!(
            "fragment OnhandOrder on Order {
  id name test createdAt updatedAt cancelledAt currencyCode email note taxesIncluded
  displayFinancialStatus displayFulfillmentStatus
  billingAddress { ...OnhandAddress }
  shippingAddress { ...OnhandAddress }
  shippingLine { title discountedPriceSet { ...OnhandMoney } taxLines { priceSet { ...OnhandMoney } } }
  lineItems(first: 50) { ...OnhandLines }
  refunds(first: 20) { refundLineItems(first: 50) { nodes { quantity restockType lineItem { id } } } }
}
",
            lines!(),
            "
fragment OnhandAddress on MailingAddress {
  firstName lastName company address1 address2 city provinceCode zip countryCodeV2 phone
}"
        )
    };
}

/// Orders by a search, by pages. In the order of their ids: one that changes meanwhile stays in its place.
pub const ORDERS: &str = concat!(
    "query OnhandOrders($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { ...OnhandOrder }
    pageInfo { hasNextPage endCursor }
  }
}
",
    order!()
);

/// Known orders.
pub const BY_ID: &str = concat!(
    "query OnhandOrdersById($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { ...OnhandOrder } } }
",
    order!()
);

/// More lines of an order.
pub const LINES: &str = concat!(
    "query OnhandLinesOf($id: ID!, $after: String) {
  order(id: $id) { lineItems(first: 50, after: $after) { ...OnhandLines } }
}
",
    lines!()
);

/// What of an order is still to be sent.
pub const TO_SEND: &str = "query OnhandToSend($id: ID!) {
  order(id: $id) {
    fulfillmentOrders(first: 20) {
      nodes {
        id status
        lineItems(first: 50) { nodes { id remainingQuantity lineItem { id } } }
      }
    }
  }
}";

/// Says that something was sent.
pub const SENT: &str = "mutation OnhandSent($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } }
}";

/// Answer to [`ORDERS`].
#[derive(Debug, Deserialize)]
pub struct OrdersData {
    /// One page.
    pub orders: OrderPage,
}

/// A page of orders.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderPage {
    /// In the order of their ids.
    pub nodes: Each<Order>,
    /// Where to go on.
    pub page_info: PageInfo,
}

/// Answer to [`BY_ID`].
#[derive(Debug, Deserialize)]
pub struct ByIdData {
    /// In the order asked; `null` where there is none.
    pub nodes: Each<Option<Order>>,
}

/// Answer to [`LINES`].
#[derive(Debug, Deserialize)]
pub struct LinesData {
    /// `null`: it is not there any more.
    pub order: Option<LinesOf>,
}

/// An order's lines alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinesOf {
    /// Some of them.
    pub line_items: Nodes<LineItem>,
}

/// An order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub test: bool,
    pub created_at: String,
    pub updated_at: String,
    pub cancelled_at: Option<String>,
    pub currency_code: String,
    pub email: Option<String>,
    pub note: Option<String>,
    pub taxes_included: bool,
    pub display_financial_status: Option<String>,
    pub display_fulfillment_status: String,
    pub billing_address: Option<MailingAddress>,
    pub shipping_address: Option<MailingAddress>,
    pub shipping_line: Option<ShippingLine>,
    pub line_items: Nodes<LineItem>,
    pub refunds: Vec<Refund>,
}

/// A connection without its cursors.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Nodes<T> {
    pub nodes: Vec<T>,
    pub page_info: Option<PageInfo>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineItem {
    pub id: String,
    pub sku: Option<String>,
    pub name: String,
    pub quantity: i64,
    pub current_quantity: i64,
    pub variant: Option<Variant>,
    pub discounted_total_set: MoneyBag,
    pub tax_lines: Vec<TaxLine>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Variant {
    pub inventory_item: Id,
}

#[derive(Debug, Deserialize)]
pub struct Id {
    pub id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShippingLine {
    pub title: String,
    pub discounted_price_set: MoneyBag,
    pub tax_lines: Vec<TaxLine>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxLine {
    pub price_set: MoneyBag,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MoneyBag {
    pub shop_money: Money,
}

#[derive(Debug, Deserialize)]
pub struct Money {
    #[serde(deserialize_with = "amount")]
    pub amount: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    pub refund_line_items: Nodes<RefundLineItem>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundLineItem {
    pub quantity: i64,
    pub restock_type: String,
    pub line_item: Id,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MailingAddress {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub company: Option<String>,
    pub address1: Option<String>,
    pub address2: Option<String>,
    pub city: Option<String>,
    pub province_code: Option<String>,
    pub zip: Option<String>,
    pub country_code_v2: Option<String>,
    pub phone: Option<String>,
}

/// Answer to [`TO_SEND`].
#[derive(Debug, Deserialize)]
pub struct ToSendData {
    pub order: Option<ToSend>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToSend {
    pub fulfillment_orders: Nodes<FulfillmentOrder>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FulfillmentOrder {
    pub id: String,
    pub status: String,
    pub line_items: Nodes<FulfillmentLine>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FulfillmentLine {
    pub id: String,
    pub remaining_quantity: i64,
    pub line_item: Id,
}

/// Answer to [`SENT`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentData {
    pub fulfillment_create: Option<Created>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    pub user_errors: Vec<Said>,
}

#[derive(Debug, Deserialize)]
pub struct Said {
    pub message: String,
}
