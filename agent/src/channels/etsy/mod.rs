//! Etsy. A listing is a product of an Etsy listing; its quantity can only be written with those of all its siblings.
//!
//! Sources: <https://developers.etsy.com/documentation/tutorials/listings#listing-inventory>,
//! <https://developers.etsy.com/documentation/essentials/authentication>,
//! <https://developers.etsy.com/documentation/essentials/rate-limits>.

mod call;
mod check;
mod inventory;
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

/// What must be known to connect a shop.
pub const FIELDS: &[Field] = &[
    Field {
        key: "shop_id",
        default: None,
        secret: false,
        help: "The shop's number: it is in the address of Shop Manager's pages, and in the API's reply to getMe.",
    },
    Field {
        key: "keystring",
        default: None,
        secret: false,
        help: "The application's keystring: etsy.com/developers → Your apps.",
    },
    Field {
        key: "renew_sold_out",
        default: Some("no"),
        secret: false,
        help: "yes: a listing that sold out on Etsy is renewed when there is stock again, for which Etsy takes its listing fee.",
    },
    Field {
        key: "endpoint",
        default: Some("https://openapi.etsy.com"),
        secret: false,
        help: "The API's address.",
    },
    Field {
        key: "shared_secret",
        default: None,
        secret: true,
        help: "The application's shared secret: etsy.com/developers → Your apps.",
    },
    Field {
        key: "refresh_token",
        default: None,
        secret: true,
        help: "A refresh token with listings_r and listings_w, from Etsy's sign-in for your application. Etsy gives a new one at each use, which is kept.",
    },
    Field {
        key: "webhook_secret",
        default: Some(""),
        secret: true,
        help: "The signing secret of the application's webhooks (whsec_…), for commercial applications: etsy.com/developers \
               → Your apps → Webhooks. Empty: orders are asked for every minute, for which the refresh token needs \
               transactions_r, and transactions_w to tell of shipments.",
    },
];

/// Key of the Etsy listing's number in an [`ExternalId`].
pub(super) const LISTING: &str = "listing";
/// Key of the product's SKU within it; products without one are told by their place.
pub(super) const SKU: &str = "sku";
/// Key of the product's place among its siblings, where there is no SKU.
pub(super) const PLACE: &str = "place";

struct Etsy {
    api: Api,
    shop: String,
    webhook_secret: SecretString,
    renew: bool,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // At most 70 option values, of two properties.
    max_batch: 100,
    // 10 calls a second and 10,000 a day by default; a push is a read and a write, sometimes two.
    pushes: Rate::new(4, Duration::from_secs(1), 4),
    reads: None,
    per_listing_daily: None,
    // "There was a problem with /quantity : cannot be greater than 999"
    max_quantity: 999,
    // Two writes of one listing at once would undo each other.
    concurrency: 1,
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
    let mut problems = Vec::new();
    if let Err(problem) = endpoint(settings.get("endpoint")) {
        problems.push(problem);
    }
    if settings.get("shop_id").parse::<u64>().is_err() {
        problems.push(format!("shop_id: {:?} is no number", settings.get("shop_id")));
    }
    let renew = settings.get("renew_sold_out");
    if !matches!(renew, "yes" | "no") {
        problems.push(format!("renew_sold_out: must be yes or no, not {renew:?}"));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let (shop, renew) = (settings.get("shop_id").to_owned(), renew == "yes");
    let webhook_secret = settings.secret("webhook_secret");
    Ok(Arc::new(Etsy { api: Api::new(http, settings, clock), shop, webhook_secret, renew }))
}

#[async_trait]
impl ChannelConnector for Etsy {
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
        check::shop(&self.api, &self.shop).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::update_listing(&self.api, &self.shop, self.renew, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.shop, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, listings).await
    }
}
