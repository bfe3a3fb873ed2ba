//! TikTok Shop. A listing is a SKU of a product, its quantity kept per warehouse.
//!
//! Sources: <https://partner.tiktokshop.com/docv2/page/update-inventory-202309>,
//! <https://partner.tiktokshop.com/docv2/page/sign-your-api-request>,
//! <https://partner.tiktokshop.com/docv2/page/authorization-overview-202407>.

mod call;
mod check;
mod errors;
mod listings;
mod orders;
mod price;
mod push;
mod sign;
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

/// What must be known to connect a shop.
pub const FIELDS: &[Field] = &[
    Field {
        key: "app_key",
        default: None,
        secret: false,
        help: "The application's key: partner.tiktokshop.com → App & Service → your app.",
    },
    Field {
        key: "shop_cipher",
        default: None,
        secret: false,
        help: "The shop's cipher: the reply of Get Authorized Shops for the seller who authorised the app.",
    },
    Field {
        key: "warehouse",
        default: Some(""),
        secret: false,
        help: "The warehouse's id, if the shop has several: Seller Center → Settings → Shipping → Warehouse.",
    },
    Field {
        key: "endpoint",
        default: Some("https://open-api.tiktokglobalshop.com"),
        secret: false,
        help: "The API's address.",
    },
    Field {
        key: "login_endpoint",
        default: Some("https://auth.tiktok-shops.com"),
        secret: false,
        help: "Where access tokens are fetched.",
    },
    Field {
        key: "app_secret",
        default: None,
        secret: true,
        help: "The application's secret: partner.tiktokshop.com → App & Service → your app.",
    },
    Field {
        key: "refresh_token",
        default: None,
        secret: true,
        help: "The refresh token from the seller's authorisation of your app. A new one at each use is kept.",
    },
];

/// Keys in an [`ExternalId`].
pub(super) const PRODUCT: &str = "product";
pub(super) const SKU: &str = "sku";

struct TikTok {
    api: Api,
    warehouse: String,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // The SKUs of one product: at most 100 (300 in some regions).
    max_batch: 100,
    // The portal names no number for this call; sellers' tools keep to this.
    pushes: Rate::new(10, Duration::from_secs(1), 20),
    reads: None,
    per_listing_daily: None,
    // "Quantity 0 to 99,999".
    max_quantity: 99_999,
    concurrency: 2,
    read_batch: 100,
    follow_batch: 100,
    one_group: true,
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
    let problems: Vec<String> =
        ["endpoint", "login_endpoint"].iter().filter_map(|key| endpoint(settings.get(key)).err()).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let warehouse = settings.get("warehouse").to_owned();
    Ok(Arc::new(TikTok { api: Api::new(http, settings, clock), warehouse }))
}

#[async_trait]
impl ChannelConnector for TikTok {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn prices(&self) -> Prices {
        Prices::Apart
    }

    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        price::update_prices(&self.api, batch).await
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::shop(&self.api).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::update_product(&self.api, &self.warehouse, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.warehouse, cursor).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, &self.warehouse, listings).await
    }
}
