//! What a declaration may say: TOML, one file a kind of channel. `agent/channels/README.md` tells how to write one.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Text with `{{ … }}` in it.
pub(super) type Template = String;
/// What stands between such braces, by itself.
pub(super) type Expression = String;

/// A kind of channel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Its name, as typed.
    pub kind: String,
    /// Its name, as shown.
    pub title: String,
    /// The page that says all this.
    pub source: String,
    /// What to do about refused credentials.
    pub renew: String,
    /// A push sets prices too: `item.price`, with `amount` and `currency`, where it is to change.
    #[serde(default)]
    pub(super) prices: bool,
    #[serde(default)]
    pub(super) fields: Vec<DeclaredField>,
    pub(super) endpoint: Template,
    #[serde(default)]
    pub(super) auth: Auth,
    pub(super) limits: Limits,
    pub(super) check: Check,
    pub(super) push: Push,
    pub(super) pull: Pull,
    pub(super) observe: Observe,
    /// Without it, what sells there is not known here.
    pub(super) orders: Option<DeclaredOrders>,
    #[serde(default)]
    pub(super) errors: Errors,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredField {
    pub key: String,
    pub help: String,
    #[serde(default)]
    pub secret: bool,
    pub default: Option<String>,
}

/// What every call carries.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Auth {
    pub headers: BTreeMap<String, Template>,
    pub query: BTreeMap<String, Template>,
    pub token: Option<Token>,
}

/// An access token that ends, as OAuth 2 has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub url: Template,
    pub form: BTreeMap<String, Template>,
    pub user: Option<Template>,
    pub password: Option<Template>,
    /// The secret that the reply's `refresh_token` takes the place of.
    pub renews: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub max_batch: usize,
    pub max_quantity: i64,
    pub pushes: Pace,
    pub reads: Option<Pace>,
    pub per_listing_daily: Option<u32>,
    #[serde(default = "one")]
    pub concurrency: usize,
    #[serde(default = "one")]
    pub read_batch: usize,
    #[serde(default)]
    pub one_group: bool,
}

fn one() -> usize {
    1
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pace {
    pub calls: u32,
    pub seconds: f64,
    pub burst: u32,
}

/// A call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub method: String,
    pub path: Template,
    #[serde(default)]
    pub query: BTreeMap<String, Template>,
    #[serde(default)]
    pub headers: BTreeMap<String, Template>,
    pub body: Option<Template>,
    /// Of the body, if it is not plain JSON.
    pub media: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    pub request: Request,
    pub account: Expression,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Push {
    pub request: Request,
    /// The channel applies it later: it is read back.
    #[serde(default)]
    pub accepted: bool,
    pub results: Option<Results>,
}

/// What a reply says of each item, where it does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Results {
    /// The list, from `body`.
    pub each: Expression,
    /// What tells whose `result` it is…
    pub key: Expression,
    /// …and the same of an `item`.
    pub of: Expression,
    /// Nothing where it went well.
    pub code: Expression,
    pub message: Expression,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pull {
    pub request: Request,
    pub listings: Expression,
    /// From `body`, `cursor` and `count`: the next cursor; nothing at the end.
    pub next: Expression,
    pub external: BTreeMap<String, Expression>,
    pub sku: Expression,
    pub quantity: Expression,
    pub gtin: Option<Expression>,
    pub title: Option<Expression>,
    pub group: Option<Expression>,
    /// Listings of which this is not true are left out.
    pub only: Option<Expression>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Observe {
    pub request: Request,
    /// Of several at once; without it the reply is about one.
    pub listings: Option<Expression>,
    pub key: Option<Expression>,
    pub of: Option<Expression>,
    pub quantity: Expression,
}

/// How what was sold is read, and how what was sent is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredOrders {
    /// Seconds between two times of asking.
    #[serde(default = "every")]
    pub every: u64,
    /// Seconds for which an answer is good enough to push on.
    #[serde(default = "before_push")]
    pub before_push: u64,
    /// Seconds that an order may be late in the list.
    #[serde(default = "overlap")]
    pub overlap: u64,
    /// It says by a webhook that there is something new, and does not sign it.
    #[serde(default)]
    pub unsigned_webhook: bool,
    /// What was placed or changed since `since`…
    pub changed: Request,
    /// …its list, in `body`…
    pub list: Expression,
    /// …each one's number, in `order`…
    pub id: Expression,
    /// …and the next cursor, as for `pull`.
    pub next: Expression,
    /// The list tells numbers alone: each order is read by itself.
    #[serde(default)]
    pub stubs: bool,
    /// The order with the number `id`…
    pub by_id: Request,
    /// …in `body`.
    pub found: Expression,
    /// Orders of which this is not true are none of ours.
    pub only: Option<Expression>,
    /// Onhand's own shape of an order, made of `order`.
    pub order: Template,
    /// The calls that tell of a parcel, one after the other.
    #[serde(default)]
    pub ship: Vec<Ship>,
    /// Why there are none.
    pub no_ship: Option<String>,
}

fn every() -> u64 {
    60
}

fn before_push() -> u64 {
    5
}

fn overlap() -> u64 {
    300
}

/// A call that tells of a parcel: `shipment`, and the `order` as it is then.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ship {
    /// One call for each of these: `part`.
    pub each: Option<Expression>,
    /// The call is made only where this is true: telling twice does nothing.
    pub only: Option<Expression>,
    pub request: Request,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Errors {
    pub code: Option<Expression>,
    pub message: Option<Expression>,
    pub means: Vec<Meaning>,
}

/// What a status, or a code, means. The first that fits counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Meaning {
    pub status: Option<u16>,
    pub code: Option<String>,
    pub is: Is,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Is {
    /// It went well after all.
    Applied,
    /// Never as it is.
    Rejected,
    /// The listing is not there.
    NotFound,
    /// A passing failure.
    Retry,
    /// Asked too often.
    Throttled,
    /// The credentials.
    Unauthorized,
}
