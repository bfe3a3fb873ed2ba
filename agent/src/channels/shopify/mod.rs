//! Shopify, through the GraphQL Admin API. A listing is an inventory item at a location.
//!
//! Sources: <https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities>,
//! <https://shopify.dev/docs/api/usage/limits>.

mod check;
mod graphql;
mod listings;
mod push;

use super::http::Http;
use super::{
    ChannelConnector, ChannelError, ChannelLimits, Field, Page, PushReport, QuantityUpdate, Settings,
    endpoint,
};
use crate::clock::Clock;
use crate::domain::ExternalId;
use async_trait::async_trait;
use graphql::Graphql;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// What must be known to connect a shop.
pub const FIELDS: &[Field] = &[
    Field {
        key: "shop",
        default: None,
        secret: false,
        help: "The shop's address, such as mystore.myshopify.com.",
    },
    Field {
        key: "location",
        default: Some(""),
        secret: false,
        help: "The location whose stock is set, as gid://shopify/Location/…; may be left out where there is only one.",
    },
    Field {
        key: "api_version",
        default: Some("2026-07"),
        secret: false,
        help: "The Admin API's version, such as 2026-07.",
    },
    Field {
        key: "endpoint",
        default: Some(""),
        secret: false,
        help: "Another address of the Admin API; for tests.",
    },
    Field {
        key: "access_token",
        default: None,
        secret: true,
        help: "Shopify admin → Settings → Apps → Develop apps → your app → Admin API access token.",
    },
];

/// Key of the inventory item's id in an [`ExternalId`].
pub(super) const ITEM: &str = "inventory_item";
/// Key of the location's id.
pub(super) const LOCATION: &str = "location";

/// One shop.
struct Shopify {
    api: Graphql,
    limits: ChannelLimits,
    wanted_location: String,
    location: OnceCell<String>,
}

/// Makes a connector; calls nothing yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(settings: Settings, http: Http, _: Clock) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let mut problems = Vec::new();
    let shop = settings.get("shop");
    let is_host = shop.contains('.') && shop.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
    if !is_host {
        problems.push(format!("shop: {shop:?} is no host name; it looks like mystore.myshopify.com"));
    }
    let base = match settings.get("endpoint") {
        "" => format!("https://{shop}"),
        other => other.to_owned(),
    };
    if let Err(problem) = endpoint(&base) {
        problems.push(problem);
    }
    let version = settings.get("api_version");
    let is_version = version.len() == 7 && version.chars().all(|c| c.is_ascii_digit() || c == '-');
    if !is_version {
        problems.push(format!("api_version: {version:?} is no version; it looks like 2026-07"));
    }
    let location = settings.get("location");
    if !location.is_empty() && !location.starts_with("gid://shopify/Location/") {
        problems
            .push(format!("location: {location:?} is no location; it looks like gid://shopify/Location/123"));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let url = format!("{}/admin/api/{version}/graphql.json", base.trim_end_matches('/'));
    Ok(Arc::new(Shopify {
        api: Graphql::new(http, url, settings.secret("access_token")),
        limits: limits(),
        wanted_location: location.to_owned(),
        location: OnceCell::new(),
    }))
}

fn limits() -> ChannelLimits {
    ChannelLimits {
        // "Input arguments that accept an array have a maximum size of 250."
        max_batch: 250,
        // A set of quantities costs about 12 points and the smallest plan restores 100 points a second; a plan
        // that restores more is used by larger batches. What replies say of the bucket is a floor beside it.
        calls: NonZeroU32::new(8).unwrap_or(NonZeroU32::MIN),
        per: Duration::from_secs(1),
        burst: NonZeroU32::new(16).unwrap_or(NonZeroU32::MIN),
        per_listing_daily: None,
        // The API's INVALID_QUANTITY_TOO_HIGH: "must be less than or equal to 1000000000".
        max_quantity: 1_000_000_000,
        concurrency: 2,
    }
}

#[async_trait]
impl ChannelConnector for Shopify {
    fn limits(&self) -> &ChannelLimits {
        &self.limits
    }

    async fn check(&self) -> Result<String, ChannelError> {
        self.check_account().await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::set_quantities(&self.api, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, self.location().await?, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, listings).await
    }
}
