//! Amazon, through the Selling Partner API. A listing is a listings item that the merchant fulfils; what Amazon
//! fulfils (FBA) is counted by Amazon and never written.
//!
//! Sources: <https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference>,
//! <https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api>.

mod call;
mod check;
mod errors;
mod feed;
mod listings;
mod oauth;
mod orders;
mod push;
mod wire;

use super::http::Http;
use super::{
    ChannelConnector, ChannelError, ChannelLimits, Feeds, Field, Orders, Page, Prices, PushReport,
    QuantityUpdate, Rate, Settings, endpoint,
};
use crate::clock::Clock;
use crate::domain::ExternalId;
use async_trait::async_trait;
use call::Api;
use oauth::Credentials;
use std::sync::Arc;
use std::time::Duration;

/// What must be known to connect an account.
pub const FIELDS: &[Field] = &[
    Field {
        key: "region",
        default: Some("na"),
        secret: false,
        help: "Where the account sells: na (America), eu (Europe, India, Middle East) or fe (Far East).",
    },
    Field {
        key: "marketplace",
        default: None,
        secret: false,
        help: "The marketplace's id, such as ATVPDKIKX0DER (amazon.com) or A1PA6795UKMFR9 (amazon.de). One channel each.",
    },
    Field {
        key: "seller_id",
        default: None,
        secret: false,
        help: "The merchant token: Seller Central → Settings → Account Info → Your Merchant Token.",
    },
    Field {
        key: "endpoint",
        default: Some(""),
        secret: false,
        help: "The API's address, if it is not the region's own (the sandbox's, for tests).",
    },
    Field {
        key: "login_endpoint",
        default: Some("https://api.amazon.com"),
        secret: false,
        help: "Where access tokens are fetched (Login with Amazon).",
    },
    Field {
        key: "client_id",
        default: None,
        secret: false,
        help: "The application's LWA client identifier: Seller Central → Apps and Services → Develop Apps → View.",
    },
    Field {
        key: "client_secret",
        default: None,
        secret: true,
        help: "The application's LWA client secret: Seller Central → Apps and Services → Develop Apps → View.",
    },
    Field {
        key: "refresh_token",
        default: None,
        secret: true,
        help: "The refresh token: Seller Central → Apps and Services → Develop Apps → Authorize.",
    },
];

/// Key of the seller's SKU in an [`ExternalId`].
pub(super) const SKU: &str = "sku";
/// What the merchant ships himself.
const MERCHANT: &str = "DEFAULT";

/// One seller's account on one marketplace.
struct Amazon {
    api: Api,
    account: Account,
}

/// Whose items, and where.
struct Account {
    seller: String,
    marketplace: String,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // One listings item a call.
    max_batch: 1,
    // Usage plan of patchListingsItem: 5 requests a second, burst 5.
    pushes: Rate::new(5, Duration::from_secs(1), 5),
    // Usage plan of searchListingsItems: the same, counted by itself.
    reads: Some(Rate::new(5, Duration::from_secs(1), 5)),
    per_listing_daily: None,
    // No maximum is documented; what a 32-bit integer holds is taken everywhere.
    max_quantity: 2_147_483_647,
    concurrency: 5,
    // searchListingsItems takes up to 20 identifiers.
    read_batch: 20,
    follow_batch: 20,
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
    let mut problems = Vec::new();
    let region = settings.get("region");
    let own = match region {
        "na" | "eu" | "fe" => format!("https://sellingpartnerapi-{region}.amazon.com"),
        other => {
            problems.push(format!("region: {other:?} is none; it is na, eu or fe"));
            String::new()
        }
    };
    let base = if settings.get("endpoint").is_empty() { own.as_str() } else { settings.get("endpoint") };
    for address in [base, settings.get("login_endpoint")] {
        if let Err(problem) = endpoint(address)
            && !address.is_empty()
        {
            problems.push(problem);
        }
    }
    let marketplace = settings.get("marketplace");
    if !marketplace.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        problems.push(format!("marketplace: {marketplace:?} is none; they look like ATVPDKIKX0DER"));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let credentials = Credentials {
        login: settings.get("login_endpoint").trim_end_matches('/').to_owned(),
        client_id: settings.get("client_id").to_owned(),
        client_secret: settings.secret("client_secret"),
        refresh_token: settings.secret("refresh_token"),
    };
    Ok(Arc::new(Amazon {
        api: Api::new(http, base.trim_end_matches('/').to_owned(), credentials, clock),
        account: Account {
            seller: settings.get("seller_id").to_owned(),
            marketplace: marketplace.to_owned(),
        },
    }))
}

#[async_trait]
impl ChannelConnector for Amazon {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn feeds(&self) -> Option<&dyn Feeds> {
        Some(self)
    }

    fn prices(&self) -> Prices {
        Prices::Along
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::account(&self.api, &self.account).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::patch_quantities(&self.api, &self.account, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.account, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, &self.account, listings).await
    }
}
