//! Marketplaces with a REST API, one listener each, in the process of the test.
//!
//! - [`Market`] is everything they have in common: the front (records, misbehaviour, limits, the official
//!   specification), the [`Shelf`] with its listings and jobs, and the tests' side door.
//! - A marketplace is a [`Rules`]: its operations, its signature, its words. One file each, beside this folder.

mod call;
mod front;
mod market;
pub mod oauth;
mod official;
mod shelf;
mod sold;

pub use call::Call;
pub use market::{Market, MarketHandle};
pub use official::Official;
pub use shelf::{Entry, Job, Row, Shelf, Verdict as RowVerdict};
pub use sold::{SentBack, Sold, SoldLine, euros};

use super::behaviour::Kind;
use super::http::Verdict;
use axum::response::Response;
use std::time::Duration;

/// One of a marketplace's operations, as a request was recognised.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    pub name: &'static str,
    pub kind: Kind,
    /// Method and path template in the official document, where there is one.
    pub official: Option<(&'static str, &'static str)>,
    /// Calls per time, and how many at once after a rest.
    pub limit: Option<Limit>,
    /// Query parameters that are documented elsewhere than in the operation.
    pub also: &'static [&'static str],
}

/// A documented limit: a token bucket.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub calls: f64,
    pub per: Duration,
    pub burst: f64,
}

impl Operation {
    /// Without an official document and without a limit.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, official: None, limit: None, also: &[] }
    }

    /// As the official document has it.
    #[must_use]
    pub const fn official(mut self, method: &'static str, path: &'static str) -> Self {
        self.official = Some((method, path));
        self
    }

    /// With query parameters that are documented elsewhere than in the operation: paging, mostly.
    #[must_use]
    pub const fn paged(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }

    /// With a documented limit.
    #[must_use]
    pub const fn limited(mut self, calls: f64, per: Duration, burst: f64) -> Self {
        self.limit = Some(Limit { calls, per, burst });
        self
    }
}

/// What a request handler works with.
pub struct Desk<'a> {
    pub shelf: &'a mut Shelf,
    /// Business time, microseconds since the Unix epoch.
    pub now_us: i64,
    /// How long jobs take.
    pub job_us: i64,
    /// How long feeds take.
    pub feed_us: i64,
    pub verdict: &'a Verdict,
    pub(super) violations: &'a mut Vec<String>,
}

impl Desk<'_> {
    /// A rule of the API that the request broke and that no schema can say.
    pub fn violation(&mut self, detail: impl Into<String>) {
        self.violations.push(detail.into());
    }

    /// The code with which the row of this SKU is to be refused, if it is.
    #[must_use]
    pub fn refuses(&self, sku: &str) -> Option<String> {
        self.verdict.refuses(Some(sku)).map(|refusal| refusal.code.clone().unwrap_or_default())
    }
}

/// A marketplace: what it answers to what.
pub trait Rules: Send + Sync + 'static {
    /// Which operation a request is.
    fn operation(&self, call: &Call) -> Option<Operation>;

    /// The official documents, by file below the folder of specifications.
    fn documents(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether the request may come in; the refusal otherwise. Not asked for tokens.
    ///
    /// # Errors
    /// The refusal.
    #[allow(clippy::result_large_err, reason = "a refusal is a whole reply, and made once per request")]
    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response>;

    /// The answer to an operation.
    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response;

    /// "Too many requests". `wait`: until the next call is allowed.
    fn throttled(&self, wait: Duration, retry_after_s: Option<u64>) -> Response;

    /// A failure of the marketplace itself.
    fn failed(&self, status: u16) -> Response;

    /// The credential is no longer accepted: for a token, or for a call.
    fn revoked(&self, kind: Kind) -> Response;

    /// The request breaks the specification.
    fn malformed(&self, problem: &str) -> Response;
}
