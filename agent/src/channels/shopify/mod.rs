//! Shopify, by the GraphQL Admin API (<https://shopify.dev/docs/api/admin-graphql>).
//!
//! A listing is an inventory item at a location: `inventory_item` and `location`, both gids. The SKU is no key,
//! because a shop may use it twice. What is set is the quantity `available` at that location; what is committed to
//! open orders there is Shopify's own business.

mod check;
mod graphql;
mod listings;
mod orders;
mod price;
mod push;
mod settings;
mod wire;
mod wire_orders;
mod wire_reads;

use super::{
    ChannelConnector, ChannelError, ChannelLimits, Field, Http, Orders, Page, Prices, PushOutcome,
    PushReport, QuantityUpdate, Rate, Settings,
};
use crate::clock::Clock;
use crate::domain::ExternalId;
use async_trait::async_trait;
use graphql::Api;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// Key of an [`ExternalId`]: the inventory item's gid.
const ITEM: &str = "inventory_item";
/// Key of an [`ExternalId`]: the location's gid.
const LOCATION: &str = "location";

/// What the connector must be told.
pub const FIELDS: &[Field] = &[
    Field {
        key: "shop",
        default: None,
        secret: false,
        help: "The shop's address at Shopify, like mystore.myshopify.com (Shopify admin, Settings > Domains).",
    },
    Field {
        key: "access_token",
        default: None,
        secret: true,
        help: "The app's Admin API access token, with the permissions write_inventory, read_inventory, \
               read_products and read_locations; for orders also read_orders and, to tell of shipments, \
               write_merchant_managed_fulfillment_orders (Shopify admin, Settings > Apps > Develop apps).",
    },
    Field {
        key: "webhook_secret",
        default: Some(""),
        secret: true,
        help: "What Shopify signs its webhooks with: the app's API secret key, or what Settings > Notifications > Webhooks \
               shows. Empty: orders are asked for every minute.",
    },
    Field {
        key: "location",
        default: Some(""),
        secret: false,
        help: "The location whose stock is set, as a gid (gid://shopify/Location/123) or its number. Empty: the \
               shop's only active location, or its primary one.",
    },
    Field {
        key: "api_version",
        default: Some("2026-07"),
        secret: false,
        help: "Version of the Admin API, 2026-04 or later.",
    },
    Field {
        key: "endpoint",
        default: Some(""),
        secret: false,
        help: "Where to reach the API if not at https:// and the shop's address; http:// only on this machine.",
    },
];

/// Sources: 250 elements per input array and 100 points per second on the smallest plan (Shopify API limits,
/// <https://shopify.dev/docs/api/usage/limits>). [`wire::SET`] costs 10 points and, with every field asked for, 13
/// (recorded 2026-04), so 7 calls a second never overdraw it; 50 at once take 500 of the recorded bucket of 2000 and
/// leave the rest for reading. 1 000 000 000 units: `INVALID_QUANTITY_TOO_HIGH` in the schema. Larger plans allow
/// more calls, but 7 x 250 listings a second are more than a shop changes.
static LIMITS: ChannelLimits = ChannelLimits {
    max_batch: MAX_ARRAY,
    pushes: Rate::new(7, Duration::from_secs(1), 50),
    reads: None,
    per_listing_daily: None,
    max_quantity: 1_000_000_000,
    concurrency: 4,
    read_batch: 250,
    follow_batch: 250,
    one_group: false,
    accepts: false,
};

/// Most elements of any array in a request.
const MAX_ARRAY: usize = 250;

/// One shop.
struct Shopify {
    api: Api,
    webhook_secret: SecretString,
    /// The location that was set, or was found when it was first needed.
    location: OnceCell<String>,
}

/// Makes the connector; nothing is called yet. Shopify needs no clock.
///
/// # Errors
/// Every mistake in the settings, each with its key.
pub fn connect(settings: Settings, http: Http, _: Clock) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let checked = settings::check(&settings)?;
    let webhook_secret = settings.secret("webhook_secret");
    let api = Api::new(http, &checked.endpoint, &checked.version, checked.token, checked.shop);
    Ok(Arc::new(Shopify { api, webhook_secret, location: OnceCell::new_with(checked.location) }))
}

impl Shopify {
    /// The location that listings are stocked at, as a gid.
    ///
    /// # Errors
    /// It was not set, and the shop cannot say or has none.
    async fn location(&self) -> Result<&str, ChannelError> {
        self.location.get_or_try_init(|| check::default_location(&self.api)).await.map(String::as_str)
    }
}

#[async_trait]
impl ChannelConnector for Shopify {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn prices(&self) -> Prices {
        Prices::Apart
    }

    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        price::push_prices(&self.api, batch).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::check(self).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::push(&self.api, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(self, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, listings).await
    }
}
