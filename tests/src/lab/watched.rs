//! A connector whose calls are seen, so that time stands still while one is under way.

use async_trait::async_trait;
use onhand::channels::{
    Accepted, ChannelConnector, ChannelError, ChannelLimits, FeedLimits, FeedReport, Feeds, Page, Prices,
    PushOutcome, PushReport, QuantityUpdate,
};
use onhand::domain::ExternalId;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a channel takes to answer, in virtual time.
pub type Latency = Duration;

/// A connector, watched.
pub struct Watched {
    inner: Arc<dyn ChannelConnector>,
    busy: Arc<AtomicUsize>,
    latency: Latency,
}

struct Busy(Arc<AtomicUsize>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Watched {
    /// Counts its calls in `busy` while they are under way.
    #[must_use]
    pub fn new(inner: Arc<dyn ChannelConnector>, busy: Arc<AtomicUsize>, latency: Latency) -> Self {
        Self { inner, busy, latency }
    }

    async fn call<T>(&self, call: impl Future<Output = T> + Send) -> T {
        if self.latency > Duration::ZERO {
            tokio::time::sleep(self.latency).await;
        }
        self.busy.fetch_add(1, Ordering::SeqCst);
        let _busy = Busy(Arc::clone(&self.busy));
        call.await
    }

    fn inner_feeds(&self) -> Result<&dyn Feeds, ChannelError> {
        self.inner.feeds().ok_or_else(|| ChannelError::Refused {
            code: "feeds".to_owned(),
            message: "the channel takes none".to_owned(),
        })
    }
}

#[async_trait]
impl ChannelConnector for Watched {
    fn limits(&self) -> &ChannelLimits {
        self.inner.limits()
    }

    async fn check(&self) -> Result<String, ChannelError> {
        self.call(self.inner.check()).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        self.call(self.inner.push(batch)).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        self.call(self.inner.pull(cursor)).await
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        self.call(self.inner.observe(listings)).await
    }

    fn prices(&self) -> Prices {
        self.inner.prices()
    }

    async fn push_prices(&self, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
        self.call(self.inner.push_prices(batch)).await
    }

    fn feeds(&self) -> Option<&dyn Feeds> {
        self.inner.feeds().is_some().then_some(self as &dyn Feeds)
    }

    async fn follow(&self, accepted: &[Accepted]) -> Result<Vec<Option<PushOutcome>>, ChannelError> {
        self.call(self.inner.follow(accepted)).await
    }
}

#[async_trait]
impl Feeds for Watched {
    fn limits(&self) -> &FeedLimits {
        static NONE: FeedLimits = FeedLimits {
            submits: onhand::channels::Rate::new(1, Duration::from_secs(1), 1),
            most: 0,
            takes: Duration::ZERO,
        };
        self.inner.feeds().map_or(&NONE, Feeds::limits)
    }

    async fn submit(&self, batch: &[QuantityUpdate]) -> Result<String, ChannelError> {
        self.call(async { self.inner_feeds()?.submit(batch).await }).await
    }

    async fn progress(&self, receipt: &str) -> Result<Option<FeedReport>, ChannelError> {
        self.call(async { self.inner_feeds()?.progress(receipt).await }).await
    }
}
