//! `[orders]`

use serde::{Deserialize, Serialize};

/// Settings of bringing orders home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderSettings {
    /// Orders on their way to the shop at once. Each keeps one of the shop's processors busy.
    pub concurrency: usize,
    /// Waits before the shop is tried again, when it does not answer. The last one repeats.
    pub retry_delays_ms: Vec<u64>,
    /// Webhooks signed longer ago than this are not believed.
    pub webhook_age_ms: i64,
    /// How long after its end a buyer's name and address are kept here.
    pub keep_addresses_days: u32,
}

impl Default for OrderSettings {
    fn default() -> Self {
        Self {
            concurrency: 1,
            retry_delays_ms: vec![500, 2_000, 10_000, 30_000, 120_000],
            webhook_age_ms: 300_000,
            keep_addresses_days: 30,
        }
    }
}

impl OrderSettings {
    /// What makes no sense.
    #[must_use]
    pub fn validate(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !(1..=32).contains(&self.concurrency) {
            problems.push(format!("orders.concurrency must be 1 to 32, not {}", self.concurrency));
        }
        if self.retry_delays_ms.is_empty() {
            problems.push("orders.retry_delays_ms must name at least one wait".to_owned());
        }
        if self.webhook_age_ms < 1_000 {
            problems
                .push(format!("orders.webhook_age_ms must be at least 1000, not {}", self.webhook_age_ms));
        }
        problems
    }

    /// The wait before the next try.
    #[must_use]
    pub fn delay_ms(&self, attempts: u32) -> i64 {
        let index =
            usize::try_from(attempts).unwrap_or(usize::MAX).min(self.retry_delays_ms.len().saturating_sub(1));
        self.retry_delays_ms.get(index).map_or(1_000, |ms| i64::try_from(*ms).unwrap_or(i64::MAX))
    }
}
