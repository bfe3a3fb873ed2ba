//! How a marketplace can be told to misbehave.
//!
//! Behaviours are not part of the persisted state: a simulator that was killed comes back behaving.

use super::clock::SimClock;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// A way of misbehaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Ends all others.
    Normal,
    /// The documented "too many requests"; with `retry_after_s` the header too.
    Throttle,
    /// HTTP `status` (500 unless said), nothing applied.
    Fail,
    /// Applies, then never answers (`ms`: closes the connection after that time).
    TimeoutAfterApply,
    /// Never answers and applies nothing (`ms` as above).
    TimeoutBeforeApply,
    /// Answers a success, applies nothing.
    Lie,
    /// An HTML page with HTTP `status` (200 unless said).
    Html,
    /// 503 and an HTML page, for `ms` milliseconds if given.
    Maintenance,
    /// The credential is no longer accepted.
    Revoked,
    /// `ms` milliseconds before anything else happens.
    Slow,
    /// Rows of the given `skus` are refused with `code`.
    Partial,
    /// eBay: error 25025, concurrent access, on the whole call.
    Concurrent,
}

/// Which requests a behaviour touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    All,
    Writes,
    Reads,
    Token,
}

/// What kind of request is being judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Write,
    Read,
    Token,
}

/// One way of misbehaving, with how often and on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    pub mode: Mode,
    /// How many requests it touches; without it, all until another behaviour is set.
    #[serde(default)]
    pub count: Option<u64>,
    /// Share of requests it touches, 0 to 1.
    #[serde(default)]
    pub probability: Option<f64>,
    #[serde(default)]
    pub ms: Option<u64>,
    /// HTTP status, where the mode leaves it open.
    #[serde(default)]
    pub status: Option<u16>,
    /// Seconds to put into a Retry-After header.
    #[serde(default)]
    pub retry_after_s: Option<u64>,
    /// SKUs of mode `partial`.
    #[serde(default)]
    pub skus: Vec<String>,
    /// Error code of mode `partial`.
    #[serde(default)]
    pub code: Option<String>,
    /// Which requests; each mode has its own default.
    #[serde(default)]
    pub on: Option<Target>,
    /// Keep the behaviours set before instead of replacing them.
    #[serde(default, skip_serializing)]
    pub add: bool,
    #[serde(skip)]
    until_us: Option<i64>,
}

impl Behaviour {
    /// A behaviour without limits.
    #[must_use]
    pub const fn new(mode: Mode) -> Self {
        Self {
            mode,
            count: None,
            probability: None,
            ms: None,
            status: None,
            retry_after_s: None,
            skus: Vec::new(),
            code: None,
            on: None,
            add: false,
            until_us: None,
        }
    }

    /// The same, for `count` requests.
    #[must_use]
    pub const fn times(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// The name used in records.
    #[must_use]
    pub fn name(&self) -> String {
        serde_json::to_value(self.mode).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }

    fn touches(&self, kind: Kind) -> bool {
        match self.on {
            Some(Target::All) => true,
            Some(Target::Writes) => kind == Kind::Write,
            Some(Target::Reads) => kind == Kind::Read,
            Some(Target::Token) => kind == Kind::Token,
            None => match self.mode {
                Mode::TimeoutAfterApply | Mode::Lie | Mode::Partial | Mode::Concurrent => kind == Kind::Write,
                Mode::Revoked | Mode::Maintenance | Mode::Slow => true,
                _ => kind != Kind::Token,
            },
        }
    }
}

/// The behaviours in force on one marketplace.
#[derive(Debug)]
pub struct Behaviours {
    active: Vec<Behaviour>,
    rng: StdRng,
}

impl Behaviours {
    /// None, with the randomness of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { active: Vec::new(), rng: StdRng::seed_from_u64(seed) }
    }

    /// Puts a behaviour in force.
    pub fn set(&mut self, mut behaviour: Behaviour, clock: &SimClock) {
        if !behaviour.add || behaviour.mode == Mode::Normal {
            self.active.clear();
        }
        if behaviour.mode == Mode::Normal {
            return;
        }
        if behaviour.mode == Mode::Maintenance {
            let ms = behaviour.ms.and_then(|ms| i64::try_from(ms).ok());
            behaviour.until_us = ms.map(|ms| clock.now_us().saturating_add(ms.saturating_mul(1000)));
        }
        self.active.push(behaviour);
    }

    /// Those in force.
    #[must_use]
    pub fn active(&self) -> &[Behaviour] {
        &self.active
    }

    /// Those that touch the next request of this kind. Counts are used up.
    pub fn judge(&mut self, kind: Kind, clock: &SimClock) -> Vec<Behaviour> {
        let now = clock.now_us();
        self.active.retain(|b| b.until_us.is_none_or(|until| now < until));
        let mut hits = Vec::new();
        for behaviour in &mut self.active {
            let likely = |p: f64| p.clamp(0.0, 1.0);
            if behaviour.count == Some(0) || !behaviour.touches(kind) {
                continue;
            }
            if behaviour.probability.is_some_and(|p| !self.rng.random_bool(likely(p))) {
                continue;
            }
            if let Some(count) = &mut behaviour.count {
                *count -= 1;
            }
            hits.push(behaviour.clone());
        }
        self.active.retain(|b| b.count != Some(0));
        hits
    }
}
