//! Another WooCommerce store. A listing is a simple product or a variation, named by its ids there.
//!
//! Sources: <https://woocommerce.github.io/woocommerce-rest-api-docs/#batch-update-product-variations>,
//! <https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication>.

mod call;
mod check;
mod listings;
mod orders;
mod push;
mod wire;

use super::http::Http;
use super::{
    ChannelConnector, ChannelError, ChannelLimits, Field, Orders, Page, Prices, PushReport, QuantityUpdate,
    Rate, Settings, endpoint,
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
        key: "endpoint",
        default: None,
        secret: false,
        help: "The other store's address, such as https://outlet.example.com.",
    },
    Field {
        key: "consumer_key",
        default: None,
        secret: false,
        help: "The consumer key with Read/Write permission: in the other store, WooCommerce → Settings → Advanced → REST API.",
    },
    Field {
        key: "consumer_secret",
        default: None,
        secret: true,
        help: "The consumer secret that belongs to the key.",
    },
    Field {
        key: "webhook_secret",
        default: Some(""),
        secret: true,
        help: "The secret of the webhook for orders: in the other store, WooCommerce → Settings → Advanced → Webhooks. \
               Empty: orders are asked for every minute.",
    },
];

/// Key of the product's id in an [`ExternalId`].
pub(super) const PRODUCT: &str = "product";
/// Key of the variation's id; simple products have none.
pub(super) const VARIATION: &str = "variation";
/// The group of all simple products: they share a call. A variation's group is its product.
pub(super) const SIMPLE: &str = "simple";

struct WooCommerce {
    api: Api,
    webhook_secret: SecretString,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // `woocommerce_rest_batch_items_limit`, unless the store changed it.
    max_batch: 100,
    // WooCommerce has no limit; its server has. A batch of 100 is seconds of work there.
    pushes: Rate::new(4, Duration::from_secs(1), 8),
    reads: None,
    per_listing_daily: None,
    max_quantity: 2_147_483_647,
    concurrency: 2,
    read_batch: 100,
    follow_batch: 100,
    // `/products/{id}/variations/batch`: variations of one product.
    one_group: true,
    accepts: false,
};

/// Makes a connector; calls nothing yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(settings: Settings, http: Http, _: Clock) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    endpoint(settings.get("endpoint")).map_err(|problem| vec![problem])?;
    let webhook_secret = settings.secret("webhook_secret");
    Ok(Arc::new(WooCommerce { api: Api::new(http, &settings), webhook_secret }))
}

#[async_trait]
impl ChannelConnector for WooCommerce {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn prices(&self) -> Prices {
        Prices::Along
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::store(&self.api).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::update_batch(&self.api, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, listings).await
    }
}
