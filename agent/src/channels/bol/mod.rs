//! bol (Netherlands and Belgium). A listing is an offer that the retailer ships himself.
//!
//! Sources: <https://api.bol.com/retailer/public/Retailer-API/v10/functional/offer-api/offers.html>,
//! <https://api.bol.com/retailer/public/Retailer-API/best-practices.html>.

mod call;
mod check;
mod listings;
mod notice;
mod orders;
mod price;
mod process;
mod push;
mod returns;
mod wire;

use super::http::Http;
use super::{
    Accepted, ChannelConnector, ChannelError, ChannelLimits, Field, Orders, Page, Prices, PushOutcome,
    PushReport, QuantityUpdate, Rate, Settings, endpoint,
};
use crate::clock::Clock;
use crate::domain::ExternalId;
use async_trait::async_trait;
use call::Api;
use std::sync::Arc;
use std::time::Duration;

/// What must be known to connect an account.
pub const FIELDS: &[Field] = &[
    Field {
        key: "client_id",
        default: None,
        secret: false,
        help: "The client id: partner.bol.com → Settings → API settings → Retailer API.",
    },
    Field {
        key: "endpoint",
        default: Some("https://api.bol.com"),
        secret: false,
        help: "The API's address.",
    },
    Field {
        key: "login_endpoint",
        default: Some("https://login.bol.com"),
        secret: false,
        help: "Where access tokens are fetched.",
    },
    Field {
        key: "client_secret",
        default: None,
        secret: true,
        help: "The secret of the client id: partner.bol.com → Settings → API settings → Retailer API.",
    },
];

/// Key of the offer's id in an [`ExternalId`].
pub(super) const OFFER: &str = "offer";

struct Bol {
    api: Api,
    clock: Clock,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // One offer a call; bol asks for change-driven updates and against batching.
    max_batch: 1,
    // Limits are per endpoint, in the headers of each reply; the pace starts below them.
    pushes: Rate::new(10, Duration::from_secs(1), 10),
    reads: Some(Rate::new(5, Duration::from_secs(1), 5)),
    per_listing_daily: None,
    max_quantity: 999,
    concurrency: 4,
    read_batch: 20,
    // "up to 1000" processes a request.
    follow_batch: 1000,
    one_group: false,
    accepts: true,
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
    Ok(Arc::new(Bol { api: Api::new(http, &settings, clock.clone()), clock }))
}

#[async_trait]
impl ChannelConnector for Bol {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn prices(&self) -> Prices {
        Prices::Apart
    }

    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        price::put_prices(&self.api, batch).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::account(&self.api).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::put_stock(&self.api, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, listings).await
    }

    async fn follow(&self, accepted: &[Accepted]) -> Result<Vec<Option<PushOutcome>>, ChannelError> {
        process::follow(&self.api, accepted).await
    }
}
