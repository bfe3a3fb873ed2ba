//! Mirakl: the platform of several hundred marketplaces, each at its operator's own address. A listing is an offer,
//! named by the shop's SKU.
//!
//! Sources: <https://developer.mirakl.com/content/product/mmp/rest/seller/openapi3/offers>: STO01 (stock import), STO02
//! (its status), STO03 (its errors), OF21 (offers); <https://help.mirakl.com> "Import stock file format".
//!
//! Prices are left alone: their import (PRI01) deletes what it does not name, such as discounts and price ranges.

mod call;
mod check;
mod import;
mod listings;
mod orders;
mod push;
mod wire;

use super::http::Http;
use super::{
    Accepted, ChannelConnector, ChannelError, ChannelLimits, Field, Orders, Page, PushOutcome, PushReport,
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
        key: "endpoint",
        default: None,
        secret: false,
        help: "The marketplace's address, such as https://operator.mirakl.net.",
    },
    Field {
        key: "shop_id",
        default: Some(""),
        secret: false,
        help: "The shop's number, if the user has several: it is on the shop's settings page.",
    },
    Field {
        key: "warehouse",
        default: Some(""),
        secret: false,
        help: "The warehouse's code, where the operator counts stock by warehouse.",
    },
    Field {
        key: "api_key",
        default: None,
        secret: true,
        help: "The shop's API key: in the marketplace's back office, your name → API key.",
    },
];

/// Key of the shop's SKU in an [`ExternalId`].
pub(super) const SKU: &str = "shop_sku";

struct Mirakl {
    api: Api,
    warehouse: String,
}

static LIMITS: ChannelLimits = ChannelLimits {
    // A file may be as long as it likes; this one is a few hundred kilobytes.
    max_batch: 10_000,
    // STO01: "Maximum usage: Once per minute".
    pushes: Rate::new(1, Duration::from_secs(60), 1),
    // STO02: "at most every 15 seconds".
    reads: Some(Rate::new(1, Duration::from_secs(15), 1)),
    per_listing_daily: None,
    max_quantity: 2_147_483_647,
    // Imports that overlap are worked off in an order of the operator's own.
    concurrency: 1,
    read_batch: 100,
    follow_batch: 10_000,
    one_group: false,
    accepts: true,
};

/// Makes a connector; calls nothing yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(settings: Settings, http: Http, _: Clock) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let mut problems = Vec::new();
    if let Err(problem) = endpoint(settings.get("endpoint")) {
        problems.push(problem);
    }
    let shop = settings.get("shop_id");
    if !shop.is_empty() && shop.parse::<u64>().is_err() {
        problems.push(format!("shop_id: {shop:?} is no number"));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let warehouse = settings.get("warehouse").to_owned();
    Ok(Arc::new(Mirakl { api: Api::new(http, &settings), warehouse }))
}

#[async_trait]
impl ChannelConnector for Mirakl {
    fn limits(&self) -> &ChannelLimits {
        &LIMITS
    }

    fn orders(&self) -> Option<&dyn Orders> {
        Some(self)
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::shop(&self.api).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::import_stock(&self.api, &self.warehouse, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, cursor).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, listings).await
    }

    async fn follow(&self, accepted: &[Accepted]) -> Result<Vec<Option<PushOutcome>>, ChannelError> {
        import::follow(&self.api, accepted).await
    }
}
