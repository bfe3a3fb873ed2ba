//! Walmart Marketplace (US). A listing is a SKU, its quantity kept per ship node.
//!
//! Sources: <https://developer.walmart.com/us-marketplace/reference/updateinventoryforanitem>,
//! <https://developer.walmart.com/us-marketplace/docs/rate-limiting>.

mod call;
mod check;
mod errors;
mod feed;
mod listings;
mod orders;
mod price;
mod push;
mod returns;
mod wire;

use super::http::Http;
use super::{
    ChannelConnector, ChannelError, ChannelLimits, Feeds, Field, Orders, Page, Prices, PushOutcome,
    PushReport, QuantityUpdate, Rate, Settings, endpoint,
};
use crate::clock::Clock;
use crate::domain::ExternalId;
use async_trait::async_trait;
use call::Api;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// What must be known to connect an account.
pub const FIELDS: &[Field] = &[
    Field {
        key: "client_id",
        default: None,
        secret: false,
        help: "The client id: developer.walmart.com → My Account → API Keys, for your seller account.",
    },
    Field {
        key: "ship_node",
        default: Some(""),
        secret: false,
        help: "The ship node whose quantity is kept, if there are several: Seller Center → Settings → Shipping → Fulfillment centers. With more of them behind commas, the others are kept at nothing.",
    },
    Field {
        key: "endpoint",
        default: Some("https://marketplace.walmartapis.com"),
        secret: false,
        help: "The API's address; https://sandbox.walmartapis.com for the sandbox.",
    },
    Field {
        key: "client_secret",
        default: None,
        secret: true,
        help: "The client secret: developer.walmart.com → My Account → API Keys, for your seller account.",
    },
    Field {
        key: "webhook_secret",
        default: Some(""),
        secret: true,
        help: "The clientSecret of the subscription to PO_CREATED, with authMethod HMAC and authHeaderName X-Onhand-Signature. Without it, orders are asked for once a minute.",
    },
];

/// Key of the seller's SKU in an [`ExternalId`].
pub(super) const SKU: &str = "sku";

struct Walmart {
    api: Api,
    /// The first carries the quantity; others that are named carry none.
    nodes: Vec<String>,
    webhook_secret: SecretString,
    clock: Clock,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // One SKU a call.
    max_batch: 1,
    // The page of rate limits gives each API its own; the token count in the replies corrects this one.
    pushes: Rate::new(3, Duration::from_secs(1), 10),
    reads: None,
    per_listing_daily: None,
    max_quantity: 2_147_483_647,
    concurrency: 3,
    read_batch: 5,
    follow_batch: 5,
    one_group: false,
    accepts: false,
};

/// Makes a connector; calls nothing yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(
    settings: Settings,
    http: Http,
    clock: Clock,
) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    endpoint(settings.get("endpoint")).map_err(|problem| vec![problem])?;
    Ok(Arc::new(Walmart {
        nodes: settings
            .get("ship_node")
            .split(',')
            .map(|node| node.trim().to_owned())
            .filter(|node| !node.is_empty())
            .collect(),
        webhook_secret: settings.secret("webhook_secret"),
        api: Api::new(http, &settings, clock.clone()),
        clock,
    }))
}

#[async_trait]
impl ChannelConnector for Walmart {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn feeds(&self) -> Option<&dyn Feeds> {
        Some(self)
    }

    fn prices(&self) -> Prices {
        Prices::Apart
    }

    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        price::put_prices(&self.api, batch).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::account(&self.api).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::put_quantities(&self.api, &self.nodes, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.nodes, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, &self.nodes, listings).await
    }
}
