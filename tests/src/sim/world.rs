//! Everything a request handler needs, in one place; and the one way to change the state.

use super::behaviour::{Behaviour, Behaviours, Kind};
use super::clock::{SimClock, now_us};
use super::config::{EbayLimits, ShopifyLimits, SimConfig};
use super::ebay::EbayRuntime;
use super::marketplace::{Each, Marketplace};
use super::op::{Op, State};
use super::record::{RequestRecord, Violation};
use super::shopify::ShopifyRuntime;
use super::store::Store;
use anyhow::Result;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Most request records kept; the oldest go first.
const REQUESTS_KEPT: usize = 200_000;

/// The simulated world: state, behaviours, limits and what tests want to know afterwards.
pub struct World {
    pub config: SimConfig,
    pub clock: SimClock,
    pub shopify: ShopifyRuntime,
    pub ebay: EbayRuntime,
    inner: Mutex<Inner>,
    version: watch::Sender<u64>,
    behaviours: Mutex<Each<Behaviours>>,
    shopify_limits: Mutex<ShopifyLimits>,
    ebay_limits: Mutex<EbayLimits>,
    requests: Mutex<Requests>,
    violations: Mutex<Vec<Violation>>,
}

struct Inner {
    state: State,
    store: Option<Store>,
}

#[derive(Default)]
struct Requests {
    last: u64,
    kept: VecDeque<RequestRecord>,
}

/// Locks, whatever a panicking test thread left behind.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// A world with the state of the configured file, or an empty one.
    ///
    /// # Errors
    /// The state file or a specification cannot be read.
    pub fn open(config: SimConfig) -> Result<Self> {
        let mut state = State::default();
        let store = config.state_file.as_deref().map(|path| Store::open(path, &mut state)).transpose()?;
        let behaviours =
            Each::new(Behaviours::new(config.seed), Behaviours::new(config.seed.wrapping_add(1)));
        Ok(Self {
            clock: SimClock::default(),
            shopify: ShopifyRuntime::new(&config),
            ebay: EbayRuntime::new(&config)?,
            inner: Mutex::new(Inner { state, store }),
            version: watch::Sender::new(0),
            behaviours: Mutex::new(behaviours),
            shopify_limits: Mutex::new(config.shopify_limits.clone()),
            ebay_limits: Mutex::new(config.ebay_limits.clone()),
            requests: Mutex::default(),
            violations: Mutex::default(),
            config,
        })
    }

    /// Looks at the state.
    pub fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&lock(&self.inner).state)
    }

    /// Decides on a batch of operations and makes it so: written, applied, announced. Nothing comes between.
    ///
    /// # Errors
    /// The state file cannot be written; the state is unchanged then.
    pub fn commit<R>(&self, decide: impl FnOnce(&State) -> (Vec<Op>, R)) -> Result<R> {
        let mut inner = lock(&self.inner);
        let (ops, result) = decide(&inner.state);
        if ops.is_empty() {
            return Ok(result);
        }
        if let Some(store) = &mut inner.store {
            store.append(&ops)?;
        }
        for op in ops {
            inner.state.apply(op);
        }
        drop(inner);
        self.version.send_modify(|v| *v = v.wrapping_add(1));
        Ok(result)
    }

    /// Told after every commit.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// The behaviours that touch this request.
    pub fn judge(&self, marketplace: Marketplace, kind: Kind) -> Vec<Behaviour> {
        lock(&self.behaviours).of_mut(marketplace).judge(kind, &self.clock)
    }

    /// Puts a behaviour in force and tells which are now.
    pub fn behave(&self, marketplace: Marketplace, behaviour: Behaviour) -> Vec<Behaviour> {
        let mut all = lock(&self.behaviours);
        let behaviours = all.of_mut(marketplace);
        behaviours.set(behaviour, &self.clock);
        behaviours.active().to_vec()
    }

    /// The behaviours in force.
    #[must_use]
    pub fn behaving(&self, marketplace: Marketplace) -> Vec<Behaviour> {
        lock(&self.behaviours).of(marketplace).active().to_vec()
    }

    /// Shopify's limits in force.
    #[must_use]
    pub fn shopify_limits(&self) -> ShopifyLimits {
        lock(&self.shopify_limits).clone()
    }

    /// Sets Shopify's limits; the bucket is full again.
    pub fn set_shopify_limits(&self, limits: ShopifyLimits) {
        *lock(&self.shopify_limits) = limits;
        self.shopify.refill();
    }

    /// eBay's limits in force.
    #[must_use]
    pub fn ebay_limits(&self) -> EbayLimits {
        lock(&self.ebay_limits).clone()
    }

    /// Sets eBay's limits.
    pub fn set_ebay_limits(&self, limits: EbayLimits) {
        *lock(&self.ebay_limits) = limits;
    }

    /// Starts the record of a request and returns its number.
    pub fn received(&self, marketplace: Marketplace, method: &str, path: &str) -> u64 {
        let mut requests = lock(&self.requests);
        requests.last = requests.last.saturating_add(1);
        let record = RequestRecord {
            n: requests.last,
            marketplace,
            at_us: now_us(),
            method: method.to_owned(),
            path: path.to_owned(),
            operation: String::new(),
            rows: 0,
            status: 0,
            behaviours: Vec::new(),
        };
        let n = record.n;
        requests.kept.push_back(record);
        if requests.kept.len() > REQUESTS_KEPT {
            requests.kept.pop_front();
        }
        n
    }

    /// Completes the record of a request.
    pub fn note(&self, request: u64, complete: impl FnOnce(&mut RequestRecord)) {
        let mut requests = lock(&self.requests);
        let found = requests.kept.binary_search_by_key(&request, |r| r.n);
        if let Some(record) = found.ok().and_then(|i| requests.kept.get_mut(i)) {
            complete(record);
        }
    }

    /// The receipt time of a request.
    #[must_use]
    pub fn received_at(&self, request: u64) -> i64 {
        let requests = lock(&self.requests);
        let found = requests.kept.binary_search_by_key(&request, |r| r.n);
        found.ok().and_then(|i| requests.kept.get(i)).map_or_else(now_us, |r| r.at_us)
    }

    /// Requests to a marketplace after number `since`.
    #[must_use]
    pub fn requests(&self, marketplace: Marketplace, since: u64) -> Vec<RequestRecord> {
        let requests = lock(&self.requests);
        requests.kept.iter().filter(|r| r.n > since && r.marketplace == marketplace).cloned().collect()
    }

    /// Remembers a broken rule.
    pub fn violated(&self, marketplace: Marketplace, operation: &str, detail: &str) {
        tracing::warn!(marketplace = marketplace.name(), operation, detail, "Specification violated.");
        let violation = Violation {
            marketplace,
            at_us: now_us(),
            operation: operation.to_owned(),
            detail: detail.to_owned(),
        };
        lock(&self.violations).push(violation);
    }

    /// All broken rules so far.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        lock(&self.violations).clone()
    }

    /// Forgets the broken rules.
    pub fn clear_violations(&self) {
        lock(&self.violations).clear();
    }

    /// Forgets a marketplace's listings, records and behaviours. Limits stay.
    ///
    /// # Errors
    /// The state file cannot be written.
    pub fn reset(&self, marketplace: Marketplace) -> Result<()> {
        self.commit(|_| (vec![Op::Reset(marketplace)], ()))?;
        self.behave(marketplace, Behaviour::new(super::behaviour::Mode::Normal));
        lock(&self.violations).retain(|v| v.marketplace != marketplace);
        lock(&self.requests).kept.retain(|r| r.marketplace != marketplace);
        if marketplace == Marketplace::Shopify {
            self.shopify.refill();
        }
        Ok(())
    }
}
