//! Magento Open Source and Adobe Commerce, 2.3 and later: multi-source inventory. A listing is a SKU at a source.
//!
//! Sources: <https://developer.adobe.com/commerce/webapi/rest/inventory/manage-source-items/>,
//! <https://developer.adobe.com/commerce/webapi/get-started/authentication/gs-authentication-token/>.

mod call;
mod check;
mod listings;
mod orders;
mod price;
mod push;
mod reserved;
mod search;
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
use std::sync::Arc;
use std::time::Duration;

/// What must be known to connect a store.
pub const FIELDS: &[Field] = &[
    Field {
        key: "endpoint",
        default: None,
        secret: false,
        help: "The store's address, such as https://shop.example.com.",
    },
    Field {
        key: "source",
        default: Some("default"),
        secret: false,
        help: "The code of the source whose stock is kept: Stores → Inventory → Sources.",
    },
    Field {
        key: "access_token",
        default: None,
        secret: true,
        help: "The access token of an integration with Catalog → Inventory and Sales → Orders and Shipments: System → Extensions → Integrations.",
    },
];

/// Key of the SKU in an [`ExternalId`].
pub(super) const SKU: &str = "sku";

struct Magento {
    api: Api,
    source: String,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // The web API takes up to 20 entities synchronously by default.
    max_batch: 20,
    // Magento has no limit; its server has.
    pushes: Rate::new(5, Duration::from_secs(1), 10),
    reads: None,
    per_listing_daily: None,
    max_quantity: 99_999_999,
    concurrency: 2,
    read_batch: 100,
    follow_batch: 100,
    one_group: false,
    accepts: false,
};

/// Makes a connector; calls nothing yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(settings: Settings, http: Http, _: Clock) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    endpoint(settings.get("endpoint")).map_err(|problem| vec![problem])?;
    let source = settings.get("source").to_owned();
    Ok(Arc::new(Magento { api: Api::new(http, &settings), source }))
}

#[async_trait]
impl ChannelConnector for Magento {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn prices(&self) -> Prices {
        Prices::Apart
    }

    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        price::base_prices(&self.api, batch).await
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::source(&self.api, &self.source).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::source_items(&self.api, &self.source, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.source, cursor).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, &self.source, listings).await
    }
}
