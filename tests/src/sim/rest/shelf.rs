//! What a marketplace knows: its listings, its tokens, its jobs.

use serde_json::Value;
use std::collections::BTreeMap;

/// A listing.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The marketplace's number of the variation.
    pub id: u64,
    /// The marketplace's number of the product it belongs to.
    pub group: u64,
    pub sku: String,
    pub gtin: Option<String>,
    pub title: String,
    pub quantity: i64,
    /// Whatever else a marketplace keeps.
    pub extra: Value,
}

/// A row of a job.
#[derive(Clone, Debug)]
pub struct Row {
    pub sku: String,
    pub quantity: i64,
    pub verdict: Verdict,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Applied,
    Refused { code: String, message: String },
}

/// Something that the marketplace does later.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: String,
    pub ready_us: i64,
    pub rows: Vec<Row>,
    /// It fails as a whole.
    pub fails: bool,
    done: bool,
}

/// All that a marketplace knows.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    pub entries: Vec<Entry>,
    /// Access tokens and when they end.
    pub tokens: BTreeMap<String, i64>,
    pub jobs: Vec<Job>,
    /// Prices that were set, by SKU: amount and currency.
    pub prices: BTreeMap<String, (String, String)>,
    /// Every quantity that was set, in order.
    pub writes: Vec<(String, i64)>,
    /// What was sold.
    pub sold: Vec<super::sold::Sold>,
    /// What came back, where that is told by itself.
    pub returns: Vec<super::sold::SentBack>,
    /// Keys of requests that must not be done twice.
    pub keys: BTreeMap<String, Value>,
    last: u64,
}

impl Shelf {
    /// A number that was not given out before.
    pub fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// The listing of a SKU.
    #[must_use]
    pub fn by_sku(&self, sku: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.sku == sku)
    }

    /// The listing with a number.
    #[must_use]
    pub fn by_id(&self, id: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The listings of a product.
    pub fn of_group(&self, group: u64) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.group == group)
    }

    /// Shows another quantity. Whether there is such a listing.
    pub fn set(&mut self, sku: &str, quantity: i64) -> bool {
        self.writes.push((sku.to_owned(), quantity));
        let found = self.entries.iter_mut().find(|entry| entry.sku == sku);
        found.map(|entry| entry.quantity = quantity).is_some()
    }

    /// Asks another price.
    pub fn price(&mut self, sku: &str, amount: impl ToString, currency: &str) {
        self.prices.insert(sku.to_owned(), (amount.to_string(), currency.to_owned()));
    }

    /// Takes on a job.
    pub fn take_on(&mut self, id: String, ready_us: i64, rows: Vec<Row>) {
        self.jobs.push(Job { id, ready_us, rows, fails: false, done: false });
    }

    /// A job and whether it is done.
    #[must_use]
    pub fn job(&self, id: &str) -> Option<(&Job, bool)> {
        self.jobs.iter().find(|job| job.id == id).map(|job| (job, job.done))
    }

    /// Does the jobs whose time has come.
    pub fn mature(&mut self, now_us: i64) {
        let mut writes = Vec::new();
        for job in self.jobs.iter_mut().filter(|job| !job.done && job.ready_us <= now_us) {
            job.done = true;
            if !job.fails {
                let applied = job.rows.iter().filter(|row| row.verdict == Verdict::Applied);
                writes.extend(applied.map(|row| (row.sku.clone(), row.quantity)));
            }
        }
        for (sku, quantity) in writes {
            self.set(&sku, quantity);
        }
    }

    /// Hands out an access token.
    pub fn grant(&mut self, now_us: i64, lives_s: i64) -> String {
        let token = format!("sim-access-{}", self.number());
        self.tokens.insert(token.clone(), now_us.saturating_add(lives_s.saturating_mul(1_000_000)));
        token
    }

    /// Whether an access token is good now.
    #[must_use]
    pub fn knows(&self, token: &str, now_us: i64) -> bool {
        self.tokens.get(token).is_some_and(|ends| now_us < *ends)
    }
}
