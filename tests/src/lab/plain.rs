//! A channel without an API: it shows what it is told, when it is told, and remembers both.

use async_trait::async_trait;
use onhand::channels::{
    ChannelConnector, ChannelError, ChannelLimits, FeedLimits, FeedReport, Feeds, Page, PushOutcome,
    PushReport, QuantityUpdate, Rate, RemoteListing,
};
use onhand::clock::Clock;
use onhand::domain::ExternalId;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trouble {
    #[default]
    None,
    /// No reply.
    Down,
    /// It says that it did what it did not do.
    Lies,
    /// Its credentials are no longer good.
    Revoked,
    /// Nobody knows whether a feed arrived; it did.
    FeedWithoutReply,
    /// A feed ends as a failure.
    FeedFails,
    /// The channel works on a feed for ever.
    FeedNeverEnds,
}

/// A push as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub at_ms: i64,
    pub sku: String,
    pub quantity: i64,
    pub by_feed: bool,
}

struct Feed {
    ready_ms: i64,
    lines: Vec<(String, i64)>,
    done: bool,
}

#[derive(Default)]
struct State {
    shown: BTreeMap<String, i64>,
    received: Vec<Received>,
    feeds: Vec<Feed>,
    trouble: Trouble,
}

/// The channel.
pub struct Plain {
    limits: ChannelLimits,
    feeds: Option<FeedLimits>,
    clock: Clock,
    state: Mutex<State>,
}

impl Plain {
    /// With so many listings, each showing the same, and a limit of calls. SKUs are `SKU-0` and on.
    #[must_use]
    pub fn new(clock: Clock, listings: usize, quantity: i64, pushes: Rate, max_batch: usize) -> Self {
        let shown = (0..listings).map(|n| (format!("SKU-{n}"), quantity)).collect();
        Self {
            limits: ChannelLimits {
                max_batch,
                pushes,
                reads: None,
                per_listing_daily: None,
                max_quantity: 1_000_000,
                concurrency: 4,
                read_batch: 100,
                follow_batch: 100,
                one_group: false,
                accepts: false,
            },
            feeds: None,
            clock,
            state: Mutex::new(State { shown, ..State::default() }),
        }
    }

    /// It takes feeds as well.
    #[must_use]
    pub fn with_feeds(mut self, limits: FeedLimits) -> Self {
        self.feeds = Some(limits);
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is wrong with it from now on.
    pub fn trouble(&self, trouble: Trouble) {
        self.state().trouble = trouble;
    }

    /// What it shows now.
    #[must_use]
    pub fn shown(&self, sku: &str) -> Option<i64> {
        let mut state = self.state();
        state.mature(self.clock.now_ms());
        state.shown.get(sku).copied()
    }

    /// A buyer takes one, if it shows any.
    #[must_use]
    pub fn sell(&self, sku: &str) -> bool {
        let mut state = self.state();
        state.mature(self.clock.now_ms());
        match state.shown.get_mut(sku) {
            Some(shown) if *shown > 0 => {
                *shown -= 1;
                true
            }
            _ => false,
        }
    }

    /// Everything that it was told, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }
}

impl State {
    fn mature(&mut self, now_ms: i64) {
        for feed in self.feeds.iter_mut().filter(|feed| !feed.done && feed.ready_ms <= now_ms) {
            feed.done = true;
            if self.trouble == Trouble::FeedFails {
                continue;
            }
            for (sku, quantity) in &feed.lines {
                self.shown.insert(sku.clone(), *quantity);
            }
        }
    }

    fn receive(&mut self, batch: &[QuantityUpdate], at_ms: i64, by_feed: bool) {
        self.received.extend(batch.iter().map(|one| Received {
            at_ms,
            sku: one.sku.clone(),
            quantity: one.quantity,
            by_feed,
        }));
    }
}

fn answer(trouble: Trouble) -> Result<(), ChannelError> {
    match trouble {
        Trouble::Down => {
            Err(ChannelError::Transport { url: "plain".to_owned(), reason: "no route".to_owned() })
        }
        Trouble::Revoked => Err(ChannelError::Unauthorized {
            message: "the key was withdrawn".to_owned(),
            action: "Settings → Keys".to_owned(),
        }),
        _ => Ok(()),
    }
}

#[async_trait]
impl ChannelConnector for Plain {
    fn limits(&self) -> &ChannelLimits {
        &self.limits
    }

    async fn check(&self) -> Result<String, ChannelError> {
        answer(self.state().trouble).map(|()| "plain".to_owned())
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        let mut state = self.state();
        answer(state.trouble)?;
        state.mature(self.clock.now_ms());
        state.receive(batch, self.clock.now_ms(), false);
        if state.trouble == Trouble::Lies {
            // As a channel that accepts first: read back, it is seen.
            let outcomes = vec![PushOutcome::Accepted { receipt: "lie".to_owned() }; batch.len()];
            return Ok(PushReport { outcomes, ..PushReport::default() });
        }
        for one in batch {
            state.shown.insert(one.sku.clone(), one.quantity);
        }
        Ok(PushReport { outcomes: vec![PushOutcome::Applied; batch.len()], ..PushReport::default() })
    }

    async fn pull(&self, _: Option<&str>) -> Result<Page, ChannelError> {
        let listing = |(sku, quantity): (&String, &i64)| RemoteListing {
            external: ExternalId::from([("sku".to_owned(), sku.clone())]),
            group: None,
            sku: Some(sku.clone()),
            gtin: None,
            title: sku.clone(),
            quantity: Some(*quantity),
        };
        Ok(Page { listings: self.state().shown.iter().map(listing).collect(), next: None })
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        let mut state = self.state();
        answer(state.trouble)?;
        state.mature(self.clock.now_ms());
        Ok(listings.iter().map(|one| state.shown.get(one.get("sku")?).copied()).collect())
    }

    fn feeds(&self) -> Option<&dyn Feeds> {
        self.feeds.is_some().then_some(self as &dyn Feeds)
    }
}

const NO_FEEDS: FeedLimits =
    FeedLimits { submits: Rate::new(1, Duration::from_secs(1), 1), most: 0, takes: Duration::ZERO };

#[async_trait]
impl Feeds for Plain {
    fn limits(&self) -> &FeedLimits {
        self.feeds.as_ref().unwrap_or(&NO_FEEDS)
    }

    async fn submit(&self, batch: &[QuantityUpdate]) -> Result<String, ChannelError> {
        let now_ms = self.clock.now_ms();
        let takes = i64::try_from(self.feeds.unwrap_or(NO_FEEDS).takes.as_millis()).unwrap_or(i64::MAX);
        let mut state = self.state();
        answer(state.trouble)?;
        state.receive(batch, now_ms, true);
        let lines = batch.iter().map(|one| (one.sku.clone(), one.quantity)).collect();
        let never = state.trouble == Trouble::FeedNeverEnds;
        let ready_ms = if never { i64::MAX } else { now_ms + takes };
        state.feeds.push(Feed { ready_ms, lines, done: false });
        if state.trouble == Trouble::FeedWithoutReply {
            return Err(ChannelError::Transport { url: "plain".to_owned(), reason: "cut off".to_owned() });
        }
        Ok((state.feeds.len() - 1).to_string())
    }

    async fn progress(&self, receipt: &str) -> Result<Option<FeedReport>, ChannelError> {
        let mut state = self.state();
        answer(state.trouble)?;
        state.mature(self.clock.now_ms());
        let feed = receipt.parse::<usize>().ok().and_then(|index| state.feeds.get(index));
        let done = feed.is_some_and(|feed| feed.done);
        let rest = match state.trouble {
            Trouble::FeedFails => {
                PushOutcome::Retry { code: "FATAL".to_owned(), message: "the feed failed".to_owned() }
            }
            _ => PushOutcome::Applied,
        };
        Ok(done.then_some(FeedReport { rest, lines: BTreeMap::new() }))
    }
}
