//! Connectors: one marketplace each, all of the same shape.
//!
//! A connector talks to one API, states its limits and proves its permissions. It never retries, paces,
//! batches, coalesces or stores anything: that is `dispatch`'s business, once, for all channels. It knows
//! neither the database nor any other connector. Only `registry.rs` knows which connectors exist.

mod each;
mod error;
mod facts;
mod feed;
mod fields;
mod http;
mod orders;
mod public_key;
mod registry;
mod rest;
mod token;
mod webhook;

pub mod amazon;
pub mod bigcommerce;
pub mod bol;
pub mod declared;
pub mod ebay;
pub mod etsy;
pub mod lazada;
pub mod magento;
pub mod mercadolibre;
pub mod mirakl;
pub mod shopee;
pub mod shopify;
pub mod square;
pub mod tiktok;
pub mod walmart;
pub mod woocommerce;

pub use each::Unreadable;
pub use error::{ChannelError, ErrorClass};
pub use feed::{FeedLimits, FeedReport, Feeds};
pub use fields::{Field, Secrets, Settings, endpoint};
pub use http::{Http, HttpSettings, Reply, client};
pub use orders::{Delivery, NotGenuine, Notice, OrderLimits, OrderPage, Orders, SoldFirst};
pub use public_key::PublicKeys;
pub use registry::{ChannelKind, Kinds, connect};
pub use token::Renewals;

use crate::domain::{ExternalId, ListingId};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;
use std::time::Duration;

/// So many calls in so much time, and so many at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Sustained calls per period.
    pub calls: NonZeroU32,
    /// The period that `calls` refers to.
    pub per: Duration,
    /// Calls that may go at once after a rest.
    pub burst: NonZeroU32,
}

impl Rate {
    /// At least one call, and a burst of at least one.
    #[must_use]
    pub const fn new(calls: u32, per: Duration, burst: u32) -> Self {
        Self { calls: at_least_one(calls), per, burst: at_least_one(burst) }
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// What a channel allows, as data for dispatch. Sources are cited in each connector's `mod.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelLimits {
    /// Most listings in one [`ChannelConnector::push`].
    pub max_batch: usize,
    /// How often may be pushed; dispatch paces to this before the channel has to say no.
    pub pushes: Rate,
    /// How often may be read back, where that has a limit of its own; else it shares the pushes'.
    pub reads: Option<Rate>,
    /// Most pushes to one [`RemoteListing::group`] per calendar day (UTC), if the channel has such a limit.
    pub per_listing_daily: Option<u32>,
    /// Largest quantity the channel accepts; allocation clamps to it.
    pub max_quantity: i64,
    /// Calls that may be under way at once.
    pub concurrency: usize,
    /// Most listings in one [`ChannelConnector::observe`].
    pub read_batch: usize,
    /// Most accepted pushes in one [`ChannelConnector::follow`].
    pub follow_batch: usize,
    /// One call carries listings of one [`RemoteListing::group`] only.
    pub one_group: bool,
    /// A push is accepted first and applied later: each is asked for.
    pub accepts: bool,
}

/// One listing to be set to an absolute quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantityUpdate {
    /// Our listing.
    pub listing: ListingId,
    /// The channel's identifiers of it.
    pub external: ExternalId,
    /// The seller's code, for messages.
    pub sku: String,
    /// Units to show. Never negative, never above [`ChannelLimits::max_quantity`].
    pub quantity: i64,
    /// What the channel showed when we last knew: for compare-and-set. `None`: unknown, set unconditionally.
    pub expected: Option<i64>,
    /// Same for every try of the same change, new for every new change.
    pub idempotency_key: String,
    /// To be set as well, where the price is to change and [`ChannelConnector::prices`] says that it can.
    pub price: Option<Price>,
}

/// How a channel takes prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prices {
    /// Not from us.
    No,
    /// In the push of the quantity.
    Along,
    /// By [`ChannelConnector::push_prices`], after the push of the quantity.
    Apart,
}

/// A price to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Decimal text with two places.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// What became of one [`QuantityUpdate`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PushOutcome {
    /// The channel shows the quantity now.
    Applied,
    /// The channel took it and applies it later; `receipt` finds it again.
    Accepted {
        /// The channel's handle of the job.
        receipt: String,
    },
    /// Innocent: refused only because another listing of the same call was. Sent again at once without it.
    NotApplied,
    /// Compare-and-set failed: the channel's quantity was not `expected`. `observed` if it said what it is.
    Stale {
        /// The channel's own quantity.
        observed: Option<i64>,
    },
    /// This listing may not be changed now; try again after the time.
    Throttled {
        /// The channel's own words on when, if any.
        after: Option<Duration>,
        /// Why, in the channel's words.
        message: String,
    },
    /// Failed for a passing reason.
    Retry {
        /// The channel's code.
        code: String,
        /// The channel's words.
        message: String,
    },
    /// The channel will never accept this as it is.
    Rejected {
        /// The channel's code.
        code: String,
        /// What is wrong and what to do, for a merchant.
        message: String,
    },
    /// The channel does not know the listing (any more).
    NotFound {
        /// What was looked for.
        message: String,
    },
}

/// A listing as the channel shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteListing {
    /// The channel's identifiers, ready to be stored with the listing.
    pub external: ExternalId,
    /// Listings that share a call or a daily limit share this: the channel's product of which they are variations.
    pub group: Option<String>,
    /// The seller's code there.
    pub sku: Option<String>,
    /// EAN, UPC, ISBN there.
    pub gtin: Option<String>,
    /// Title, for people.
    pub title: String,
    /// Units shown, if the channel tells.
    pub quantity: Option<i64>,
}

/// One page of a channel's listings.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The listings.
    pub listings: Vec<RemoteListing>,
    /// Where to go on; `None` at the end.
    pub next: Option<String>,
}

/// A push that the channel took and applies later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The channel's identifiers of the listing.
    pub external: ExternalId,
    /// The seller's code.
    pub sku: String,
    /// The quantity that was sent.
    pub quantity: i64,
    /// As given in [`PushOutcome::Accepted`].
    pub receipt: String,
}

/// What a channel said of its limits in a reply: dispatch slows down before it is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Headroom {
    /// Do not call again before this much time has passed.
    pub wait: Option<Duration>,
}

/// A push's result: one outcome per update, same order and length, and what the reply said about limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushReport {
    /// Same length and order as the batch; dispatch asserts it.
    pub outcomes: Vec<PushOutcome>,
    /// What the reply said of the remaining allowance.
    pub headroom: Headroom,
}

/// One connected account.
#[async_trait]
pub trait ChannelConnector: Send + Sync {
    /// What the channel allows.
    fn limits(&self) -> &ChannelLimits;

    /// Proves that the credentials carry every permission a real push needs. Returns the account's name.
    ///
    /// # Errors
    /// [`ErrorClass::Reauth`] names the missing permission and where to renew it.
    async fn check(&self) -> Result<String, ChannelError>;

    /// Sets quantities.
    ///
    /// # Errors
    /// `Err` means that the call as a whole failed; whether it was applied may be unknown.
    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError>;

    /// Reads the channel's listings, page by page.
    ///
    /// # Errors
    /// As for `push`.
    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError>;

    /// Reads the quantities of a few listings, same order; `None` where the channel does not know one.
    ///
    /// # Errors
    /// As for `push`.
    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError>;

    /// Whether prices can be set, and by which call.
    fn prices(&self) -> Prices {
        Prices::No
    }

    /// Sets the prices of a batch whose quantities the channel has taken: for [`Prices::Apart`]. Same order.
    ///
    /// # Errors
    /// As for `push`.
    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        Ok(vec![PushOutcome::Applied; batch.len()])
    }

    /// The channel's feeds, if it takes any.
    fn feeds(&self) -> Option<&dyn Feeds> {
        None
    }

    /// The channel's orders, if the connector brings them home.
    fn orders(&self) -> Option<&dyn Orders> {
        None
    }

    /// What became of accepted pushes, same order; `None` while it cannot be told. Where the channel keeps no record
    /// of its jobs, what it shows is the answer.
    ///
    /// # Errors
    /// As for `push`.
    async fn follow(&self, accepted: &[Accepted]) -> Result<Vec<Option<PushOutcome>>, ChannelError> {
        let listings: Vec<ExternalId> = accepted.iter().map(|one| one.external.clone()).collect();
        let shown = self.observe(&listings).await?;
        let became = |(one, shown): (&Accepted, Option<i64>)| match shown {
            None => Some(PushOutcome::NotFound { message: format!("{} is not there any more", one.sku) }),
            Some(shown) => (shown == one.quantity).then_some(PushOutcome::Applied),
        };
        Ok(accepted.iter().zip(shown).map(became).collect())
    }
}
