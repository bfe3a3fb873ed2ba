//! The names of what dispatch counts, once each.

use super::slots::Backlog;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use std::time::Duration;

/// Listings that a channel was told about, by `channel` and `outcome`.
pub const PUSH_TOTAL: &str = "onhand_push_total";
/// Calls to a channel, by `channel`, `kind` (push, observe) and `result`.
pub const CALL_TOTAL: &str = "onhand_call_total";
/// How long a call took, by `channel` and `kind`.
pub const CALL_SECONDS: &str = "onhand_call_seconds";
/// From becoming behind to confirmed, by `channel`.
pub const PUSH_LATENCY: &str = "onhand_push_latency_seconds";
/// Listings behind, by `channel`.
pub const CHANNEL_BEHIND: &str = "onhand_channel_behind";
/// Age of the oldest listing behind, by `channel`.
pub const CHANNEL_LAG: &str = "onhand_channel_lag_seconds";
/// Dead letters, by `channel`.
pub const CHANNEL_DEAD: &str = "onhand_channel_dead_letters";
/// How often a channel showed a quantity that nobody here told it, by `channel`.
pub const DRIFT_TOTAL: &str = "onhand_drift_total";

/// Registers what each of them means. Called once, after the recorder was installed.
pub fn describe() {
    describe_counter!(PUSH_TOTAL, "Listings that a channel was told about, by outcome.");
    describe_counter!(CALL_TOTAL, "Calls to a channel, by result.");
    describe_histogram!(CALL_SECONDS, "How long a call took.");
    describe_histogram!(PUSH_LATENCY, "Time from becoming behind to confirmed.");
    describe_gauge!(CHANNEL_BEHIND, "Listings behind.");
    describe_gauge!(CHANNEL_LAG, "Age of the oldest listing behind, in seconds.");
    describe_gauge!(CHANNEL_DEAD, "Dead letters.");
    describe_counter!(DRIFT_TOTAL, "Quantities that a channel showed and nobody here told it.");
}

/// Records each channel's backlog, when somebody asks for the metrics.
pub fn backlog(backlogs: &[Backlog], now_ms: i64) {
    for one in backlogs {
        let lag = one.oldest_behind_ms.map_or(0, |since| now_ms.saturating_sub(since).max(0));
        gauge!(CHANNEL_BEHIND, "channel" => one.channel.clone()).set(number(one.behind));
        gauge!(CHANNEL_LAG, "channel" => one.channel.clone()).set(seconds(lag));
        gauge!(CHANNEL_DEAD, "channel" => one.channel.clone()).set(number(one.dead));
    }
}

pub(super) fn pushed(channel: &str, outcome: &'static str) {
    counter!(PUSH_TOTAL, "channel" => channel.to_owned(), "outcome" => outcome).increment(1);
}

pub(super) fn confirmed(channel: &str, latency_ms: i64) {
    histogram!(PUSH_LATENCY, "channel" => channel.to_owned()).record(seconds(latency_ms.max(0)));
}

pub fn drift(channel: &str) {
    counter!(DRIFT_TOTAL, "channel" => channel.to_owned()).increment(1);
}

pub(super) fn called(channel: &str, kind: &'static str, result: &'static str, took: Duration) {
    counter!(CALL_TOTAL, "channel" => channel.to_owned(), "kind" => kind, "result" => result).increment(1);
    histogram!(CALL_SECONDS, "channel" => channel.to_owned(), "kind" => kind).record(took.as_secs_f64());
}

fn seconds(ms: i64) -> f64 {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0)).as_secs_f64()
}

fn number(count: i64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
