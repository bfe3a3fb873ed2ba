//! Mercado Libre. A listing is a variation of an item, or the item itself where it has none; what Mercado Libre keeps in its
//! own warehouses (Full) is its to count.
//!
//! Sources: <https://developers.mercadolivre.com.br/en_us/products-sync-listings>,
//! <https://developers.mercadolivre.com.br/en_us/variations>,
//! <https://developers.mercadolivre.com.br/en_us/authentication-and-authorization>. Accounts with stock of several origins
//! are told to use another resource, which is not built: their refusal says so.
//!
//! Prices are left alone: all variations of an item must have the same one.

mod call;
mod check;
mod errors;
mod listings;
mod orders;
mod push;
mod wire;

use super::http::Http;
use super::{
    ChannelConnector, ChannelError, ChannelLimits, Field, Orders, Page, PushReport, QuantityUpdate, Rate,
    Settings, endpoint,
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
        key: "client_id",
        default: None,
        secret: false,
        help: "The application's id: developers.mercadolibre.com → My applications.",
    },
    Field {
        key: "endpoint",
        default: Some("https://api.mercadolibre.com"),
        secret: false,
        help: "The API's address, the same for all countries.",
    },
    Field {
        key: "client_secret",
        default: None,
        secret: true,
        help: "The application's secret key: developers.mercadolibre.com → My applications.",
    },
    Field {
        key: "refresh_token",
        default: None,
        secret: true,
        help: "The refresh token of the seller's consent, with offline access. A new one at each use is kept.",
    },
];

/// Keys in an [`ExternalId`]. Without a variation it is the item that has a quantity.
pub(super) const ITEM: &str = "item";
pub(super) const VARIATION: &str = "variation";

struct MercadoLibre {
    api: Api,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // One variation a call: writing a whole item drops the variations that it does not name.
    max_batch: 1,
    // 1,500 calls a minute for an application and seller; a part of it is left to the seller's other tools.
    pushes: Rate::new(10, Duration::from_secs(1), 20),
    reads: None,
    per_listing_daily: None,
    max_quantity: 99_999,
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
    endpoint(settings.get("endpoint")).map_err(|problem| vec![problem])?;
    Ok(Arc::new(MercadoLibre { api: Api::new(http, settings, clock) }))
}

#[async_trait]
impl ChannelConnector for MercadoLibre {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::seller(&self.api).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::put_quantities(&self.api, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, cursor).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, listings).await
    }
}
