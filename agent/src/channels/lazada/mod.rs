//! Lazada, one country a channel. A listing is a SKU of an item, its quantity what is sellable.
//!
//! Sources: <https://open.lazada.com/apps/doc/doc?nodeId=42714&docId=121234> (inventory management),
//! <https://open.lazada.com/apps/doc/doc?nodeId=10451&docId=108068> (signatures),
//! <https://open.lazada.com/apps/doc/doc?nodeId=10777&docId=108260> (authorisation).

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

/// What must be known to connect a seller.
pub const FIELDS: &[Field] = &[
    Field {
        key: "country",
        default: None,
        secret: false,
        help: "Where the seller sells: sg, my, th, vn, id or ph. One channel each.",
    },
    Field {
        key: "app_key",
        default: None,
        secret: false,
        help: "The application's key: open.lazada.com → App Console → your app.",
    },
    Field {
        key: "warehouse",
        default: Some(""),
        secret: false,
        help: "The warehouse's code, if the seller has several: Seller Center → My Account → Warehouse.",
    },
    Field {
        key: "endpoint",
        default: Some(""),
        secret: false,
        help: "The API's address, if it is not the country's own (for tests).",
    },
    Field {
        key: "login_endpoint",
        default: Some("https://auth.lazada.com/rest"),
        secret: false,
        help: "Where access tokens are fetched.",
    },
    Field {
        key: "app_secret",
        default: None,
        secret: true,
        help: "The application's secret: open.lazada.com → App Console → your app.",
    },
    Field {
        key: "refresh_token",
        default: None,
        secret: true,
        help: "The refresh token from the seller's authorisation of your app. A new one at each use is kept.",
    },
];

/// Keys in an [`ExternalId`].
pub(super) const ITEM: &str = "item";
pub(super) const SKU: &str = "sku";

/// Countries and their addresses.
const COUNTRIES: [(&str, &str); 6] = [
    ("sg", "https://api.lazada.sg/rest"),
    ("my", "https://api.lazada.com.my/rest"),
    ("th", "https://api.lazada.co.th/rest"),
    ("vn", "https://api.lazada.vn/rest"),
    ("id", "https://api.lazada.co.id/rest"),
    ("ph", "https://api.lazada.com.ph/rest"),
];

struct Lazada {
    api: Api,
    country: String,
    warehouse: String,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // "A maximum of 50 SKUs can be added per request, adding more SKUs will result in a timeout error": 20 are advised.
    max_batch: 20,
    // "Each seller can only call the inventory API 50 times per second": half is left to the seller's other tools.
    pushes: Rate::new(25, Duration::from_secs(1), 25),
    reads: None,
    per_listing_daily: None,
    max_quantity: 999_999,
    concurrency: 4,
    read_batch: 20,
    follow_batch: 20,
    one_group: false,
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
    let country = settings.get("country");
    let own = COUNTRIES.iter().find(|(name, _)| *name == country).map(|(_, address)| *address);
    let mut problems = Vec::new();
    if own.is_none() {
        problems.push(format!("country: {country:?} is none; it is sg, my, th, vn, id or ph"));
    }
    let base = match settings.get("endpoint") {
        "" => own.unwrap_or_default(),
        given => given,
    };
    let addresses = [base, settings.get("login_endpoint")];
    problems.extend(addresses.iter().filter(|one| !one.is_empty()).filter_map(|one| endpoint(one).err()));
    if !problems.is_empty() {
        return Err(problems);
    }
    let country = country.to_owned();
    let (base, warehouse) = (base.trim_end_matches('/').to_owned(), settings.get("warehouse").to_owned());
    Ok(Arc::new(Lazada { api: Api::new(http, base, settings, clock), country, warehouse }))
}

#[async_trait]
impl ChannelConnector for Lazada {
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
        check::seller(&self.api).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::sellable(&self.api, &self.warehouse, batch).await
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
