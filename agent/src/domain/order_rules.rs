//! How a channel's orders come home.

use super::Restock;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an order becomes in the shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderMode {
    /// A WooCommerce order.
    #[default]
    Order,
    /// A movement of the stock and nothing else: the order itself lives in another system.
    Stock,
}

/// What a buyer's e-mail address that belongs to a customer of the shop leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KnownBuyer {
    /// The order is a guest's all the same.
    #[default]
    Guest,
    /// The order becomes that customer's.
    Link,
    /// A person decides.
    Park,
}

/// The rules of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderRules {
    /// What an order becomes.
    #[serde(default)]
    pub mode: OrderMode,
    /// Orders placed before this (milliseconds since the Unix epoch) are none of ours.
    pub since_ms: i64,
    /// What puts units back.
    #[serde(default)]
    pub restock: Restock,
    /// A customer of the shop bought.
    #[serde(default)]
    pub known_buyer: KnownBuyer,
}
