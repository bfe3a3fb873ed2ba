//! An order as a channel states it. A statement like any other: the newest one says how the order is now, and what
//! is done about it follows from that state, never from the number of times it was told.

use super::ExternalId;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStage {
    /// Placed and not paid yet: the channel keeps the units for the buyer.
    Unpaid,
    /// To be sent.
    Open,
    /// Sent, by us or by the channel.
    Shipped,
    /// Will not be sent.
    Cancelled,
}

impl OrderStage {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Open => "open",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What was bought of one listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The channel's own id of the line, unique within the order.
    pub id: String,
    /// The listing's identifiers, as far as the order tells them: those given must equal the listing's.
    #[serde(default, skip_serializing_if = "ExternalId::is_empty")]
    pub listing: ExternalId,
    /// The seller's code.
    pub sku: Option<String>,
    /// Title, for people.
    pub title: String,
    /// Units ordered.
    pub quantity: i64,
    /// Of these: cancelled before they were sent.
    #[serde(default)]
    pub cancelled: i64,
    /// Of these: sent back and taken in again.
    #[serde(default)]
    pub returned: i64,
    /// The channel sends it from a warehouse of its own: the shop's stock is not touched.
    #[serde(default)]
    pub by_channel: bool,
    /// For all units, after discounts, without tax.
    pub total: Decimal,
    /// For all units.
    pub tax: Decimal,
}

/// Something else that was charged: shipping, a fee, or (below zero) a discount of the whole order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// For people.
    pub title: String,
    /// Without tax.
    pub total: Decimal,
    /// Its tax.
    pub tax: Decimal,
}

impl Charge {
    /// Nothing where nothing was charged.
    #[must_use]
    pub fn some(title: &str, total: Decimal, tax: Decimal) -> Vec<Self> {
        if total.is_zero() && tax.is_zero() {
            return Vec::new();
        }
        vec![Self { title: title.to_owned(), total, tax }]
    }
}

/// Where something goes. Empty where the channel does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Given name, or the whole name where the channel does not part it.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Company.
    pub company: String,
    /// Street and number.
    pub address_1: String,
    /// The rest.
    pub address_2: String,
    /// Town.
    pub city: String,
    /// State or province, as its code.
    pub state: String,
    /// Postcode.
    pub postcode: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Telephone.
    pub phone: String,
}

/// One order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The channel's id of it, unique in the account.
    pub id: String,
    /// As the buyer knows it.
    pub number: String,
    /// How far it is.
    pub stage: OrderStage,
    /// When it was placed (milliseconds since the Unix epoch, by the channel's clock).
    pub placed_ms: i64,
    /// When it last changed, by the same clock.
    pub changed_ms: i64,
    /// ISO 4217.
    pub currency: String,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// Shipping.
    #[serde(default)]
    pub shipping: Vec<Charge>,
    /// Fees and discounts.
    #[serde(default)]
    pub fees: Vec<Charge>,
    /// Who pays.
    #[serde(default)]
    pub billing: Address,
    /// Where it goes.
    #[serde(default)]
    pub delivery: Address,
    /// The buyer's e-mail address; mostly an alias of the channel's.
    #[serde(default)]
    pub email: String,
    /// The buyer's words.
    #[serde(default)]
    pub note: String,
    /// Returns that the channel tells of one by one, those that are new at least: what was told of before is remembered,
    /// and counted on top of what the lines say. Empty where the lines say it all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returns: Vec<Return>,
}

/// Units of an order that were sent back and taken in again, as one return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The channel's own id of it. Told again, it takes the place of what was told of it before.
    pub id: String,
    /// Line and units.
    pub lines: Vec<(String, i64)>,
}

/// What has left the house, to be told to the channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// The channel's id of the order.
    pub order: String,
    /// Line and units.
    pub lines: Vec<(String, i64)>,
    /// Who carries it, in the shop's words.
    pub carrier: String,
    /// The parcel's number; empty where there is none.
    pub tracking: String,
    /// Where to follow it; empty where nobody knows.
    pub url: String,
    /// When it left.
    pub sent_ms: i64,
}

/// Which units put back into stock what they took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Restock {
    /// Cancelled before they were sent.
    pub cancelled: bool,
    /// Sent back.
    pub returned: bool,
}

impl Default for Restock {
    fn default() -> Self {
        Self { cancelled: true, returned: true }
    }
}

impl Order {
    /// Units of this line that are not in the shop any more because of the order.
    #[must_use]
    pub fn taken(&self, line: &OrderLine, restock: Restock) -> i64 {
        if line.by_channel {
            return 0;
        }
        let cancelled = match self.stage {
            OrderStage::Cancelled => line.quantity,
            _ => line.cancelled,
        };
        let back = if restock.cancelled { cancelled } else { 0 }.saturating_add(if restock.returned {
            line.returned
        } else {
            0
        });
        line.quantity.saturating_sub(back).clamp(0, line.quantity.max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order(stage: OrderStage, line: OrderLine) -> Order {
        Order {
            id: "1".to_owned(),
            number: "1".to_owned(),
            stage,
            placed_ms: 0,
            changed_ms: 0,
            currency: "EUR".to_owned(),
            lines: vec![line],
            shipping: Vec::new(),
            fees: Vec::new(),
            billing: Address::default(),
            delivery: Address::default(),
            email: String::new(),
            note: String::new(),
            returns: Vec::new(),
        }
    }

    fn line(quantity: i64, cancelled: i64, returned: i64, by_channel: bool) -> OrderLine {
        OrderLine {
            id: "1".to_owned(),
            listing: ExternalId::new(),
            sku: None,
            title: String::new(),
            quantity,
            cancelled,
            returned,
            by_channel,
            total: Decimal::ZERO,
            tax: Decimal::ZERO,
        }
    }

    #[test]
    fn what_comes_back_is_a_rule() {
        let keep = Restock { cancelled: false, returned: false };
        let taken = |stage, restock| {
            let order = order(stage, line(5, 1, 2, false));
            order.taken(&order.lines[0], restock)
        };
        assert_eq!(taken(OrderStage::Open, Restock::default()), 2);
        assert_eq!(taken(OrderStage::Open, keep), 5);
        assert_eq!(taken(OrderStage::Cancelled, Restock::default()), 0);
        assert_eq!(taken(OrderStage::Cancelled, Restock { returned: true, ..keep }), 3);
    }

    proptest! {
        #[test]
        fn never_below_zero_nor_more_than_was_ordered(
            quantity in -3i64..50, cancelled in -3i64..60, returned in -3i64..60, by_channel: bool,
            back_cancelled: bool, back_returned: bool, cancel: bool,
        ) {
            let stage = if cancel { OrderStage::Cancelled } else { OrderStage::Open };
            let order = order(stage, line(quantity, cancelled, returned, by_channel));
            let taken = order.taken(&order.lines[0], Restock { cancelled: back_cancelled, returned: back_returned });
            prop_assert!((0..=quantity.max(0)).contains(&taken));
        }
    }
}
