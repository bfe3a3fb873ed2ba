//! eBay, through the Sell Inventory API. A listing is an inventory item with its published offer.
//!
//! Sources: <https://developer.ebay.com/api-docs/sell/inventory/resources/methods>,
//! <https://developer.ebay.com/api-docs/static/oauth-refresh-token-request.html>.

mod call;
mod check;
mod errors;
mod listings;
mod notice;
mod oauth;
mod orders;
mod post_order;
mod push;
mod returns;

use super::http::Http;
use super::{
    ChannelConnector, ChannelError, ChannelLimits, Field, Orders, Page, Prices, PushReport, QuantityUpdate,
    Rate, Settings, endpoint,
};
use crate::clock::Clock;
use crate::domain::ExternalId;
use async_trait::async_trait;
use call::Api;
use oauth::Credentials;
use post_order::PostOrder;
use std::sync::Arc;
use std::time::Duration;

/// What must be known to connect an account.
pub const FIELDS: &[Field] = &[
    Field {
        key: "client_id",
        default: None,
        secret: false,
        help: "The application's App ID: developer.ebay.com → Your Account → Application Keys.",
    },
    Field {
        key: "marketplace",
        default: Some("EBAY_US"),
        secret: false,
        help: "The site whose offers are kept in step, such as EBAY_US, EBAY_GB or EBAY_DE.",
    },
    Field {
        key: "endpoint",
        default: Some("https://api.ebay.com"),
        secret: false,
        help: "The API's address; https://api.sandbox.ebay.com for the sandbox.",
    },
    Field {
        key: "revisions_per_day",
        default: Some("250"),
        secret: false,
        help: "How often one listing may be revised a day. eBay's limit is 250.",
    },
    Field {
        key: "client_secret",
        default: None,
        secret: true,
        help: "The application's Cert ID: developer.ebay.com → Your Account → Application Keys.",
    },
    Field {
        key: "refresh_token",
        default: None,
        secret: true,
        help: "The seller's refresh token: developer.ebay.com → Your Account → User Tokens. It lasts 18 months.",
    },
];

/// Key of the seller's SKU in an [`ExternalId`].
pub(super) const SKU: &str = "sku";
/// Key of the offer's id.
pub(super) const OFFER: &str = "offer";

/// One seller's account on one site.
struct Ebay {
    api: Api,
    /// Of its own permission: a seller may let us write stock and not see orders.
    sales: Api,
    /// Of an older API, by whatever the seller has granted.
    returns: PostOrder,
    /// Of the application itself: the keys with which eBay signs.
    keys: Api,
    limits: ChannelLimits,
    marketplace: String,
    clock: Clock,
}

/// Makes a connector; calls nothing yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(
    settings: Settings,
    http: Http,
    clock: Clock,
) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let mut problems = Vec::new();
    if let Err(problem) = endpoint(settings.get("endpoint")) {
        problems.push(problem);
    }
    let marketplace = settings.get("marketplace");
    if !marketplace.starts_with("EBAY_") {
        problems.push(format!("marketplace: {marketplace:?} is none; they look like EBAY_US"));
    }
    let revisions = settings.get("revisions_per_day").parse::<u32>();
    if !revisions.as_ref().is_ok_and(|number| *number > 0) {
        problems.push("revisions_per_day: must be a number above 0".to_owned());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let base = settings.get("endpoint").trim_end_matches('/').to_owned();
    let credentials = Credentials {
        client_id: settings.get("client_id").to_owned(),
        client_secret: settings.secret("client_secret"),
        refresh_token: settings.secret("refresh_token"),
    };
    let returns = PostOrder::new(
        http.clone(),
        base.clone(),
        marketplace.to_owned(),
        credentials.clone(),
        clock.clone(),
    );
    let api = |scope| Api::new(http.clone(), base.clone(), scope, credentials.clone(), clock.clone());
    Ok(Arc::new(Ebay {
        sales: api(oauth::SALES),
        keys: api(oauth::APPLICATION),
        api: api(oauth::STOCK),
        returns,
        limits: limits(revisions.unwrap_or(250)),
        marketplace: marketplace.to_owned(),
        clock,
    }))
}

fn limits(revisions_per_day: u32) -> ChannelLimits {
    ChannelLimits {
        // "Up to 25 offers and/or inventory items can be updated with one call."
        max_batch: 25,
        // Daily quotas differ by key and are far above this; the pace keeps one account from taking all of it.
        pushes: Rate::new(20, Duration::from_secs(1), 20),
        reads: None,
        // "Each listing can be revised up to 250 times in one calendar day."
        per_listing_daily: Some(revisions_per_day),
        // The API's quantities are 32-bit integers.
        max_quantity: 2_147_483_647,
        // Two calls that touch one item or group at once fail with error 25025.
        concurrency: 1,
        read_batch: 5,
        follow_batch: 5,
        one_group: false,
        accepts: false,
    }
}

#[async_trait]
impl ChannelConnector for Ebay {
    fn limits(&self) -> &ChannelLimits {
        &self.limits
    }

    fn prices(&self) -> Prices {
        Prices::Along
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::account(&self.api, &self.marketplace).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::update_quantities(&self.api, batch, &self.clock).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.marketplace, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, listings).await
    }
}
