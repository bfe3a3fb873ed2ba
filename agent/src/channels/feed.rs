//! Feeds: a channel's own asynchronous job that carries thousands of quantities in one call.

use super::{ChannelError, PushOutcome, QuantityUpdate, Rate};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a channel allows of feeds. Sources are cited in each connector's `feed.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedLimits {
    /// How often one may be handed in.
    pub submits: Rate,
    /// Most listings in one.
    pub most: usize,
    /// How long the channel usually works on one: dispatch compares this with the time that single calls take.
    pub takes: Duration,
}

/// What became of a feed that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedReport {
    /// Of every line that is not named.
    pub rest: PushOutcome,
    /// Of lines that went another way, by their place in the batch, from zero.
    pub lines: BTreeMap<usize, PushOutcome>,
}

impl FeedReport {
    /// What became of one line.
    #[must_use]
    pub fn line(&self, line: usize) -> &PushOutcome {
        self.lines.get(&line).unwrap_or(&self.rest)
    }
}

/// The part of a connector whose channel takes feeds.
#[async_trait]
pub trait Feeds: Send + Sync {
    /// What the channel allows.
    fn limits(&self) -> &FeedLimits;

    /// Hands a feed in. Returns the channel's handle of it.
    ///
    /// # Errors
    /// `Retry` leaves open whether the channel has it; any other class says that it has not.
    async fn submit(&self, batch: &[QuantityUpdate]) -> Result<String, ChannelError>;

    /// What became of it; `None` while the channel works on it.
    ///
    /// # Errors
    /// As for a push.
    async fn progress(&self, receipt: &str) -> Result<Option<FeedReport>, ChannelError>;
}
