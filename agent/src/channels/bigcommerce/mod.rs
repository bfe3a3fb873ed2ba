//! BigCommerce. A listing is a variant at one location; where a store counts by product, the product is adjusted.
//!
//! Sources: <https://developer.bigcommerce.com/docs/rest-management/inventory/adjustments>,
//! <https://developer.bigcommerce.com/docs/start/best-practices/api-rate-limits>.

mod call;
mod check;
mod errors;
mod listings;
mod orders;
mod price;
mod push;
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

/// What must be known to connect a store.
pub const FIELDS: &[Field] = &[
    Field {
        key: "store_hash",
        default: None,
        secret: false,
        help: "The store's hash, from its API path https://api.bigcommerce.com/stores/HASH/v3: Settings → Store-level API accounts.",
    },
    Field {
        key: "location",
        default: Some("1"),
        secret: false,
        help: "The number of the location whose stock is kept; 1 is the store's first.",
    },
    Field {
        key: "endpoint",
        default: Some("https://api.bigcommerce.com"),
        secret: false,
        help: "The API's address.",
    },
    Field {
        key: "access_token",
        default: None,
        secret: true,
        help: "An access token with Products (modify) and Store Inventory (modify), and Orders (modify) for orders: Settings → Store-level API accounts.",
    },
    Field {
        key: "client_secret",
        default: Some(""),
        secret: true,
        help: "The API account's client secret, by which the store signs its webhooks. Empty: orders are asked for every minute.",
    },
];

/// Keys in an [`ExternalId`]: the variant, or the product where the store counts by product.
pub(super) const VARIANT: &str = "variant";
pub(super) const PRODUCT: &str = "product";

struct BigCommerce {
    api: Api,
    /// Version 2, which alone has orders.
    sales: Api,
    client_secret: SecretString,
    location: i64,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // "Up to 2,000 items", and less of a burden on the store in smaller parts.
    max_batch: 500,
    // 150 calls in 30 seconds on the smallest plan, shared by all apps of the store: half is left to them.
    pushes: Rate::new(75, Duration::from_secs(30), 10),
    reads: None,
    per_listing_daily: None,
    // Above it the API does not save.
    max_quantity: 2_147_483_647,
    // "Send the next request only after the last one has returned."
    concurrency: 1,
    read_batch: 250,
    follow_batch: 250,
    one_group: false,
    accepts: true,
};

/// Makes a connector; calls nothing yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(settings: Settings, http: Http, _: Clock) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let mut problems = Vec::new();
    if let Err(problem) = endpoint(settings.get("endpoint")) {
        problems.push(problem);
    }
    let location = settings.get("location").parse::<i64>();
    if location.is_err() {
        problems
            .push(format!("location: {:?} is no number; the first location is 1", settings.get("location")));
    }
    match location {
        Ok(location) if problems.is_empty() => {
            let sales = Api::new(http.clone(), &settings, "v2");
            let client_secret = settings.secret("client_secret");
            Ok(Arc::new(BigCommerce { api: Api::new(http, &settings, "v3"), sales, client_secret, location }))
        }
        _ => Err(problems),
    }
}

#[async_trait]
impl ChannelConnector for BigCommerce {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn prices(&self) -> Prices {
        Prices::Apart
    }

    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        price::put_variants(&self.api, batch).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::store(&self.api, self.location).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::adjust(&self.api, self.location, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, self.location, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, self.location, listings).await
    }
}
