//! The one place that knows which connectors exist.

use super::fields::{Field, Secrets, Settings};
use super::http::Http;
use super::{ChannelConnector, Renewals};
use super::{
    amazon, bigcommerce, bol, ebay, etsy, magento, mirakl, shopify, square, tiktok, walmart, woocommerce,
};
use crate::clock::Clock;
use std::collections::BTreeMap;
use std::sync::Arc;

type Connect = fn(Settings, Http, Clock) -> Result<Arc<dyn ChannelConnector>, Vec<String>>;

/// A marketplace or storefront that can be connected.
#[derive(Clone, Copy, Debug)]
pub struct ChannelKind {
    /// As stored and typed.
    pub name: &'static str,
    /// As shown.
    pub title: &'static str,
    /// What it must be told.
    pub fields: &'static [Field],
    connect: Connect,
}

/// Every kind there is.
pub const KINDS: &[ChannelKind] = &[
    ChannelKind { name: "shopify", title: "Shopify", fields: shopify::FIELDS, connect: shopify::connect },
    ChannelKind { name: "ebay", title: "eBay", fields: ebay::FIELDS, connect: ebay::connect },
    ChannelKind { name: "amazon", title: "Amazon", fields: amazon::FIELDS, connect: amazon::connect },
    ChannelKind { name: "walmart", title: "Walmart", fields: walmart::FIELDS, connect: walmart::connect },
    ChannelKind {
        name: "bigcommerce",
        title: "BigCommerce",
        fields: bigcommerce::FIELDS,
        connect: bigcommerce::connect,
    },
    ChannelKind {
        name: "woocommerce",
        title: "WooCommerce (another store)",
        fields: woocommerce::FIELDS,
        connect: woocommerce::connect,
    },
    ChannelKind { name: "etsy", title: "Etsy", fields: etsy::FIELDS, connect: etsy::connect },
    ChannelKind { name: "tiktok", title: "TikTok Shop", fields: tiktok::FIELDS, connect: tiktok::connect },
    ChannelKind {
        name: "mirakl",
        title: "Mirakl (several hundred marketplaces)",
        fields: mirakl::FIELDS,
        connect: mirakl::connect,
    },
    ChannelKind { name: "bol", title: "bol", fields: bol::FIELDS, connect: bol::connect },
    ChannelKind {
        name: "magento",
        title: "Magento, Adobe Commerce",
        fields: magento::FIELDS,
        connect: magento::connect,
    },
    ChannelKind { name: "square", title: "Square", fields: square::FIELDS, connect: square::connect },
];

/// Finds a kind by its name.
#[must_use]
pub fn kind(name: &str) -> Option<&'static ChannelKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Checks what was given and makes a connector of it. Nothing is called yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(
    kind: &ChannelKind,
    config: &BTreeMap<String, String>,
    secrets: &Secrets,
    http: &Http,
    clock: &Clock,
    renewals: Renewals,
) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let settings = Settings::check(kind.fields, config, secrets, renewals)?;
    (kind.connect)(settings, http.clone(), clock.clone())
}
