//! A running marketplace and the tests' side door to it.

use super::official::Official;
use super::shelf::{Entry, Shelf};
use super::sold::Sold;
use super::{Limit, Rules, front};
use crate::sim::behaviour::{Behaviour, Behaviours};
use crate::sim::clock::SimClock;
use anyhow::{Context, Result};
use axum::Router;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A marketplace.
pub struct Market {
    pub(super) rules: Box<dyn Rules>,
    pub(super) official: Official,
    /// Business time: jobs, tokens and limits go by it.
    pub clock: SimClock,
    pub(super) inner: Mutex<Inner>,
}

pub(super) struct Inner {
    pub shelf: Shelf,
    pub behaviours: Behaviours,
    pub buckets: BTreeMap<&'static str, Bucket>,
    pub limited: bool,
    pub job_us: i64,
    pub feed_us: i64,
    pub requests: Vec<Request>,
    pub violations: Vec<String>,
    pub checks_replies: bool,
    /// What is told of this order is not as documented.
    pub garbled: Option<u64>,
}

/// A request as answered.
#[derive(Clone, Debug)]
pub struct Request {
    pub operation: String,
    pub status: u16,
}

pub(super) struct Bucket {
    tokens: f64,
    at_us: i64,
}

impl Bucket {
    pub(super) fn full(limit: Limit, now_us: i64) -> Self {
        Self { tokens: limit.burst, at_us: now_us }
    }

    /// Takes one; else how long until there is one.
    #[allow(clippy::cast_precision_loss, reason = "microseconds of a test run fit")]
    pub(super) fn take(&mut self, limit: Limit, now_us: i64) -> Result<(), Duration> {
        let per_us = limit.calls / (limit.per.as_micros() as f64);
        let grown = (now_us - self.at_us) as f64 * per_us;
        self.tokens = (self.tokens + grown).min(limit.burst);
        self.at_us = now_us;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / per_us / 1e6))
    }
}

/// A running marketplace. It stops listening when this is dropped.
pub struct MarketHandle {
    market: Arc<Market>,
    addr: SocketAddr,
    serving: JoinHandle<()>,
}

impl std::ops::Deref for MarketHandle {
    type Target = Market;
    fn deref(&self) -> &Market {
        &self.market
    }
}

impl Drop for MarketHandle {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl MarketHandle {
    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl Market {
    /// Starts it on a free port. `specs`: the folder of official documents.
    ///
    /// # Errors
    /// A document cannot be read, or there is no port.
    pub async fn start(rules: impl Rules, specs: Option<&Path>) -> Result<MarketHandle> {
        let market = Arc::new(Self {
            official: Official::read(specs, rules.documents())?,
            rules: Box::new(rules),
            clock: SimClock::default(),
            inner: Mutex::new(Inner {
                shelf: Shelf::default(),
                behaviours: Behaviours::new(1),
                buckets: BTreeMap::new(),
                limited: true,
                job_us: 0,
                feed_us: 0,
                requests: Vec::new(),
                violations: Vec::new(),
                checks_replies: false,
                garbled: None,
            }),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("listen")?;
        let addr = listener.local_addr()?;
        let app = Router::new().fallback(front::receive).with_state(Arc::clone(&market));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "A simulated marketplace stopped listening.");
            }
        });
        Ok(MarketHandle { market, addr, serving })
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a listing of its own product on the shelf.
    pub fn stock(&self, sku: &str, quantity: i64) -> u64 {
        let group = self.inner().shelf.number();
        self.variation(group, sku, quantity)
    }

    /// Puts a variation of a product on the shelf. Returns its number.
    pub fn variation(&self, group: u64, sku: &str, quantity: i64) -> u64 {
        let mut inner = self.inner();
        let id = inner.shelf.number();
        inner.shelf.entries.push(Entry {
            id,
            group,
            sku: sku.to_owned(),
            gtin: Some("4006381333931".to_owned()),
            title: format!("Title of {sku}"),
            quantity,
            extra: Value::Null,
        });
        id
    }

    /// The quantity shown.
    #[must_use]
    pub fn shown(&self, sku: &str) -> Option<i64> {
        let mut inner = self.inner();
        inner.shelf.mature(self.clock.now_us());
        inner.shelf.by_sku(sku).map(|entry| entry.quantity)
    }

    /// Tells of this order something else than what is documented; `None`: of none any more.
    pub fn garble(&self, order: Option<u64>) {
        self.inner().garbled = order;
    }

    /// A buyer takes some. The order's number; nothing if there is not enough.
    pub fn sell(&self, wanted: &[(&str, i64)]) -> Option<String> {
        let now_us = self.clock.now_us();
        let mut inner = self.inner();
        inner.shelf.mature(now_us);
        inner.shelf.sell(wanted, now_us).map(|id| id.to_string())
    }

    /// Something happens to an order.
    pub fn order(&self, id: &str, change: impl FnOnce(&mut Sold)) {
        let now_us = self.clock.now_us();
        let mut inner = self.inner();
        if let Some(sold) = id.parse().ok().and_then(|id| inner.shelf.order(id)) {
            sold.changed_us = now_us;
            sold.listed_us = now_us;
            change(sold);
        }
    }

    /// Units of an order's lines come back, each by its place; none: money alone.
    pub fn give_back(&self, order: &str, units: &[(usize, i64)]) {
        let now_us = self.clock.now_us();
        let of = order.parse().unwrap_or(0);
        self.inner().shelf.give_back(of, units, now_us);
    }

    /// Looks at, or changes, what it knows.
    pub fn with_shelf<R>(&self, job: impl FnOnce(&mut Shelf) -> R) -> R {
        job(&mut self.inner().shelf)
    }

    /// The listing is there no more.
    pub fn end(&self, sku: &str) {
        self.inner().shelf.entries.retain(|entry| entry.sku != sku);
    }

    /// Misbehave.
    pub fn behave(&self, behaviour: Behaviour) {
        self.inner().behaviours.set(behaviour, &self.clock);
    }

    /// How long jobs take from now on.
    pub fn jobs_take(&self, time: Duration) {
        self.inner().job_us = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    }

    /// How long feeds take from now on.
    pub fn feeds_take(&self, time: Duration) {
        self.inner().feed_us = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    }

    /// Jobs that are taken on and not done fail as a whole.
    pub fn fail_jobs(&self) {
        for job in &mut self.inner().shelf.jobs {
            job.fails = true;
        }
    }

    /// Replies about orders are held against the official document too, from now on.
    pub fn check_replies(&self) {
        self.inner().checks_replies = true;
    }

    /// The documented limits are enforced, or not.
    pub fn limited(&self, on: bool) {
        self.inner().limited = on;
    }

    /// Everything that was asked, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.inner().requests.clone()
    }

    /// Rules that requests broke.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.inner().violations.clone()
    }
}
