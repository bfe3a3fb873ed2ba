//! What is answered to whoever did something: in a word or two, how it is now.

use crate::allocation::PriceRule;
use crate::domain::{OrderRules, ReconcileMode};
use schemars::JsonSchema;
use serde::Serialize;

/// Credentials were proved.
#[derive(Serialize, JsonSchema)]
pub struct Proved {
    /// The account that they are for, as the channel calls it.
    pub account: String,
}

/// A channel, a hold or a piece of work.
#[derive(Serialize, JsonSchema)]
pub struct Now {
    /// What it is now: active, paused, confirmed, rejected.
    pub state: &'static str,
}

/// Listings are told again.
#[derive(Serialize, JsonSchema)]
pub struct ToldAgain {
    /// So many.
    pub listings: usize,
}

/// What a difference leads to.
#[derive(Serialize, JsonSchema)]
pub struct Mode {
    /// null: as configured.
    pub mode: Option<ReconcileMode>,
}

/// How prices follow the shop's.
#[derive(Serialize, JsonSchema)]
pub struct Priced {
    /// null: they are left alone.
    pub rule: Option<PriceRule>,
}

/// What becomes of orders.
#[derive(Serialize, JsonSchema)]
pub struct OrdersNow {
    /// null: they do not come home.
    pub rules: Option<OrderRules>,
}

/// Long work was started, or is under way.
#[derive(Serialize, JsonSchema)]
pub struct Started {
    /// Its number.
    pub id: i64,
}

/// Long work was cancelled.
#[derive(Serialize, JsonSchema)]
pub struct Cancelled {
    /// Its number.
    pub id: i64,
    /// cancelled.
    pub state: &'static str,
}

/// What was given up is sent again.
#[derive(Serialize, JsonSchema)]
pub struct Redriven {
    /// So many listings.
    pub redriven: usize,
}

/// A listing was linked.
#[derive(Serialize, JsonSchema)]
pub struct Linked {
    /// Its number.
    pub listing: i64,
}

/// These rules hold, and no others.
#[derive(Serialize, JsonSchema)]
pub struct Kept {
    /// So many.
    pub rules: usize,
}

/// An outgoing webhook was added.
#[derive(Serialize, JsonSchema)]
pub struct HookAdded {
    /// Its number.
    pub id: i64,
    /// With which it is signed; told this once. Null: it was told already.
    pub secret: Option<String>,
}

/// Something was done about an outgoing webhook.
#[derive(Serialize, JsonSchema)]
pub struct HookDone {
    /// Its number.
    pub id: i64,
    /// remove, on, off, test.
    pub done: &'static str,
}

/// What was not heard is told again.
#[derive(Serialize, JsonSchema)]
pub struct Replayed {
    /// So many deliveries.
    pub told_again: usize,
}

/// Parked orders are tried again.
#[derive(Serialize, JsonSchema)]
pub struct Retried {
    /// So many.
    pub retried: usize,
}

/// A parked order was dealt with.
#[derive(Serialize, JsonSchema)]
pub struct Closed {
    /// Its number.
    pub closed: i64,
}

/// A channel was asked for its orders.
#[derive(Serialize, JsonSchema)]
pub struct Asked {
    /// Which.
    pub asked: String,
}

/// The shop was heard.
#[derive(Serialize, JsonSchema)]
pub struct Introduced {
    /// Where it says that it is.
    pub url: String,
}
