//! Square: the point of sale and online shop. A listing is an item variation at one location.
//!
//! Sources: <https://developer.squareup.com/reference/square/inventory-api>,
//! <https://developer.squareup.com/docs/build-basics/common-api-patterns/idempotency>.

mod call;
mod check;
mod errors;
mod listings;
mod orders;
mod price;
mod push;
mod returns;
mod wire;

use super::http::Http;
use super::{
    ChannelConnector, ChannelError, ChannelLimits, Field, Orders, Page, Prices, PushOutcome, PushReport,
    QuantityUpdate, Rate, Settings, endpoint,
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
        key: "location",
        default: None,
        secret: false,
        help: "The location whose stock is kept: developer.squareup.com → your application → Locations.",
    },
    Field {
        key: "endpoint",
        default: Some("https://connect.squareup.com"),
        secret: false,
        help: "The API's address; https://connect.squareupsandbox.com for the sandbox.",
    },
    Field {
        key: "access_token",
        default: None,
        secret: true,
        help: "The access token with ITEMS_READ, INVENTORY_READ and INVENTORY_WRITE, and for orders ORDERS_READ and ORDERS_WRITE: developer.squareup.com → your application → Credentials.",
    },
    Field {
        key: "webhook_url",
        default: Some(""),
        secret: false,
        help: "The address of the webhook subscription, exactly as Square has it: it is signed, too.",
    },
    Field {
        key: "webhook_signature_key",
        default: Some(""),
        secret: true,
        help: "The subscription's signature key: developer.squareup.com → your application → Webhooks. Empty: orders are asked for every minute.",
    },
];

/// Key of the variation's catalog id in an [`ExternalId`].
pub(super) const VARIATION: &str = "variation";

struct Square {
    api: Api,
    location: String,
    webhook_url: String,
    webhook_key: SecretString,
    clock: Clock,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // "Up to 100 changes" a call.
    max_batch: 100,
    // Square publishes no numbers; this is what integrators report to be safe.
    pushes: Rate::new(10, Duration::from_secs(1), 20),
    reads: None,
    per_listing_daily: None,
    max_quantity: 2_147_483_647,
    // Counts are ordered by `occurred_at`: two calls at once could meet in the same millisecond.
    concurrency: 1,
    read_batch: 100,
    follow_batch: 100,
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
    Ok(Arc::new(Square {
        location: settings.get("location").to_owned(),
        webhook_url: settings.get("webhook_url").to_owned(),
        webhook_key: settings.secret("webhook_signature_key"),
        api: Api::new(http, &settings),
        clock,
    }))
}

#[async_trait]
impl ChannelConnector for Square {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn prices(&self) -> Prices {
        Prices::Apart
    }

    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        price::upsert(&self.api, batch).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::location(&self.api, &self.location).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::count(&self.api, &self.location, batch, &self.clock).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.location, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, &self.location, listings).await
    }
}
