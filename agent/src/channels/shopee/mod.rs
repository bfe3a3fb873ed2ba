//! Shopee. A listing is a model of an item, or the item itself where it has none; its stock is the seller's own, not what
//! Shopee keeps in its warehouses.
//!
//! Sources: <https://open.shopee.com/documents/v2/v2.product.update_stock?module=89&type=1>,
//! <https://open.shopee.com/developer-guide/213> (stock and price), <https://open.shopee.com/developer-guide/20>
//! (authorisation and signatures).

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
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// What must be known to connect a shop.
pub const FIELDS: &[Field] = &[
    Field {
        key: "partner_id",
        default: None,
        secret: false,
        help: "The application's partner id: open.shopee.com → Console → App List → your app.",
    },
    Field {
        key: "shop_id",
        default: None,
        secret: false,
        help: "The shop's id: in the address that Shopee leads back to after the seller's authorisation.",
    },
    Field {
        key: "location",
        default: Some(""),
        secret: false,
        help: "The location's id, if the shop has several: the reply of get_warehouse_detail.",
    },
    Field {
        key: "endpoint",
        default: Some("https://partner.shopeemobile.com"),
        secret: false,
        help: "The API's address; https://openplatform.shopee.com.br for Brazil, https://partner.test-stable.shopeemobile.com for tests.",
    },
    Field {
        key: "webhook_url",
        default: Some(""),
        secret: false,
        help: "The address that you entered for push (`wp onhand webhook` shows it): Console → App List → your app → Push Mechanism.",
    },
    Field {
        key: "partner_key",
        default: None,
        secret: true,
        help: "The application's live key: open.shopee.com → Console → App List → your app.",
    },
    Field {
        key: "refresh_token",
        default: None,
        secret: true,
        help: "The refresh token from the seller's authorisation of your app. A new one at each use is kept.",
    },
    Field {
        key: "webhook_key",
        default: Some(""),
        secret: true,
        help: "The key that pushes are signed with, if it is not the live key: Push Mechanism → Live Push Partner Key.",
    },
];

/// Keys in an [`ExternalId`].
pub(super) const ITEM: &str = "item";
/// "0" where the item has no models.
pub(super) const MODEL: &str = "model";

struct Shopee {
    api: Api,
    location: String,
    webhook_url: String,
    webhook_key: SecretString,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // The models of one item: at most fifty.
    max_batch: 50,
    // The limits are by application and not published; sellers' tools keep to this.
    pushes: Rate::new(10, Duration::from_secs(1), 10),
    reads: None,
    per_listing_daily: None,
    // get_item_limit tells a shop's own; no market has a higher one.
    max_quantity: 999_999,
    concurrency: 2,
    read_batch: 20,
    follow_batch: 20,
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
    let mut problems: Vec<String> = endpoint(settings.get("endpoint")).err().into_iter().collect();
    for key in ["partner_id", "shop_id"] {
        if settings.get(key).parse::<u64>().is_err() {
            problems.push(format!("{key}: {:?} is no number", settings.get(key)));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let text = |key: &str| settings.get(key).to_owned();
    let (location, webhook_url) = (text("location"), text("webhook_url"));
    let webhook_key = settings.secret("webhook_key");
    Ok(Arc::new(Shopee { api: Api::new(http, settings, clock), location, webhook_url, webhook_key }))
}

#[async_trait]
impl ChannelConnector for Shopee {
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
        push::update_item(&self.api, &self.location, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.location, cursor).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, &self.location, listings).await
    }
}
