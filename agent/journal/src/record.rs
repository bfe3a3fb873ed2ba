//! What a record says. Field order is the order on disk: both writers must give the same bytes.

use crate::decimal::Decimal6;
use serde::{Deserialize, Serialize};

/// The version that this crate writes.
pub const VERSION: u32 = 1;

fn version() -> u32 {
    VERSION
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),* }

        impl $name {
            /// The word on disk.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    };
}

words!(
    /// WooCommerce's stock status.
    StockStatus {
        /// May be bought.
        InStock = "instock",
        /// May not.
        OutOfStock = "outofstock",
        /// May be bought, arrives later.
        OnBackorder = "onbackorder",
    }
);
words!(
    /// Whether WooCommerce sells below zero.
    Backorders {
        /// No.
        No = "no",
        /// Yes, and the customer is told.
        Notify = "notify",
        /// Yes.
        Yes = "yes",
    }
);
words!(
    /// What a movement did.
    MoveOp {
        /// Changed the quantity by `qty`, whatever it was.
        Delta = "delta",
        /// Wrote `qty`, whatever stood there.
        Set = "set",
        /// Changed the status or the manage-stock switch only.
        Status = "status",
        /// At `place` there are `qty` more (or fewer); the whole is what it was.
        Place = "place",
    }
);
words!(
    /// What kind of post an item is.
    ItemKind {
        /// A product without variations.
        Simple = "simple",
        /// A variation.
        Variation = "variation",
        /// The parent of variations; never listed itself.
        Variable = "variable",
        /// Anything else (grouped, external, a type of another plugin).
        Other = "other",
    }
);

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// user, customer, guest, api, cli, cron, system.
    pub kind: String,
    /// WordPress user id, if any.
    pub id: Option<i64>,
    /// Login, key description or command, if any.
    pub name: Option<String>,
}

/// One thing that the shop did to a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// What it did.
    pub op: MoveOp,
    /// By how much, or to what.
    pub qty: Option<Decimal6>,
    /// Why: order_reduced, quick_edit, import, ...
    pub cause: String,
    /// Order, product, route or file.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Order line.
    pub line: Option<String>,
    /// By whom.
    pub actor: Actor,
    /// At which location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// "As of `at`, pool `pool` had quantity `qty`."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockStatement {
    /// Format version.
    #[serde(default = "version")]
    pub v: u32,
    /// Record type.
    pub t: StockTag,
    /// Unique id: 16 hexadecimal digits.
    #[serde(default)]
    pub id: String,
    /// The database's clock in microseconds, taken before the quantity was read.
    pub at: i64,
    /// The post on which WooCommerce manages the quantity.
    pub pool: i64,
    /// The quantity; none when it is not managed.
    pub qty: Option<Decimal6>,
    /// WooCommerce manages the quantity.
    pub managed: bool,
    /// Stock status.
    pub status: StockStatus,
    /// Backorders.
    pub backorders: Backorders,
    /// Reserved by unpaid checkouts: quantity and expiry (database's clock, microseconds). None: not looked at,
    /// since nothing that happened concerns them; they are as they were last told.
    pub held: Option<Vec<(Decimal6, i64)>>,
    /// Where the quantity is: location and how much of it. None: the shop has one place, or the pool is not managed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Vec<(String, Decimal6)>>,
    /// With so many or fewer left it should be ordered. None: the shop does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Decimal6>,
    /// The request that wrote it.
    pub req: String,
    /// The snapshot it belongs to.
    pub snap: Option<String>,
    /// What the shop did, in order.
    pub moves: Vec<Movement>,
}

/// What a product or variation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemStatement {
    /// Format version.
    #[serde(default = "version")]
    pub v: u32,
    /// Record type.
    pub t: ItemTag,
    /// Unique id.
    #[serde(default)]
    pub id: String,
    /// The database's clock.
    pub at: i64,
    /// The post.
    pub item: i64,
    /// Its parent.
    pub parent: Option<i64>,
    /// Where its quantity lives.
    pub pool: i64,
    /// What kind of post it is.
    pub kind: ItemKind,
    /// The seller's code.
    pub sku: Option<String>,
    /// EAN, UPC, ISBN.
    pub gtin: Option<String>,
    /// Title.
    pub name: String,
    /// Attributes that make it this variation, in the shop's order.
    pub attrs: Vec<(String, String)>,
    /// What its product is filed under: `category` or `tag`, and its slug; a category with all that it lies in.
    #[serde(default)]
    pub terms: Vec<(String, String)>,
    /// A kit: what it is made of, and how many units of each.
    #[serde(default)]
    pub parts: Vec<(i64, i64)>,
    /// Price in the shop's currency.
    pub price: Option<Decimal6>,
    /// WordPress's status.
    pub post_status: String,
    /// May be sold at all.
    pub sellable: bool,
    /// Gone for good.
    pub deleted: bool,
    /// What is wrong with its data, as codes.
    pub problems: Vec<String>,
    /// The request that wrote it.
    pub req: String,
    /// The snapshot it belongs to.
    pub snap: Option<String>,
}

/// A restatement of the store begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotBegin {
    /// Format version.
    #[serde(default = "version")]
    pub v: u32,
    /// Record type.
    pub t: SnapshotBeginTag,
    /// Unique id.
    #[serde(default)]
    pub id: String,
    /// The database's clock.
    pub at: i64,
    /// The snapshot.
    pub snap: String,
    /// `all`, `product:<id>` or `sku:<sku>`.
    pub scope: String,
    /// The request that wrote it.
    pub req: String,
}

/// A restatement of the store is complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotEnd {
    /// Format version.
    #[serde(default = "version")]
    pub v: u32,
    /// Record type.
    pub t: SnapshotEndTag,
    /// Unique id.
    #[serde(default)]
    pub id: String,
    /// The database's clock.
    pub at: i64,
    /// The snapshot.
    pub snap: String,
    /// As at its beginning.
    pub scope: String,
    /// Item records it wrote.
    pub items: i64,
    /// Stock records it wrote.
    pub pools: i64,
    /// The request that wrote it.
    pub req: String,
}

/// A channel's webhook, relayed as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Format version.
    #[serde(default = "version")]
    pub v: u32,
    /// Record type.
    pub t: WebhookTag,
    /// Unique id.
    #[serde(default)]
    pub id: String,
    /// The database's clock.
    pub at: i64,
    /// Which channel.
    pub channel: String,
    /// As received, in order.
    pub headers: Vec<(String, String)>,
    /// As received, in base64.
    pub body: String,
}

/// What left the house of a channel's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// Format version.
    #[serde(default = "version")]
    pub v: u32,
    /// Record type.
    pub t: ShipmentTag,
    /// Unique id.
    #[serde(default)]
    pub id: String,
    /// The database's clock.
    pub at: i64,
    /// Which channel sold it.
    pub channel: String,
    /// The channel's id of the order.
    pub order: String,
    /// The channel's id of each line, and units.
    pub lines: Vec<(String, i64)>,
    /// Who carries it; empty where nobody said.
    pub carrier: String,
    /// The parcel's number.
    pub tracking: String,
    /// Where to follow it.
    pub url: String,
    /// The request that wrote it.
    pub req: String,
}

/// A setting that the shop keeps was changed there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    /// Format version.
    #[serde(default = "version")]
    pub v: u32,
    /// Record type.
    pub t: SettingTag,
    /// Unique id.
    #[serde(default)]
    pub id: String,
    /// The database's clock.
    pub at: i64,
    /// Which.
    pub setting: String,
    /// Who changed it.
    pub actor: Actor,
    /// JSON, as text; null: it was not there.
    pub before: Option<String>,
    /// JSON, as text; null: it is not there any more.
    pub after: Option<String>,
    /// The request that wrote it.
    pub req: String,
}

macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            /// The only one.
            #[default]
            #[serde(rename = $word)]
            Tag,
        }
    )*};
}

tags!(
    /// `stock`
    StockTag = "stock",
    /// `item`
    ItemTag = "item",
    /// `snapshot_begin`
    SnapshotBeginTag = "snapshot_begin",
    /// `snapshot_end`
    SnapshotEndTag = "snapshot_end",
    /// `webhook`
    WebhookTag = "webhook",
    /// `shipment`
    ShipmentTag = "shipment",
    /// `setting`
    SettingTag = "setting",
);

/// Any record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Record {
    /// About a quantity.
    Stock(StockStatement),
    /// About a product or variation.
    Item(ItemStatement),
    /// A restatement begins.
    SnapshotBegin(SnapshotBegin),
    /// A restatement is complete.
    SnapshotEnd(SnapshotEnd),
    /// A relayed webhook.
    Webhook(Webhook),
    /// Something left the house.
    Shipment(Shipment),
    /// A setting of the shop was changed.
    Setting(SettingChange),
}

/// Why a payload is no record that this version understands.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A type or version that this version does not know: a newer plugin wrote it.
    #[error("type \"{t}\" version {v} is not known to this version of Onhand; update the agent")]
    Unknown {
        /// Its type.
        t: String,
        /// Its version.
        v: u32,
    },
    /// Not of the shape it claims.
    #[error("it is not a valid record: {0}")]
    Invalid(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    v: u32,
    #[serde(borrow)]
    t: std::borrow::Cow<'a, str>,
}

impl Record {
    /// Reads a payload.
    ///
    /// # Errors
    /// When it is of an unknown type or version, or not of the shape it claims.
    pub fn from_json(payload: &[u8]) -> Result<Self, RecordError> {
        let envelope: Envelope<'_> = serde_json::from_slice(payload)?;
        if envelope.v != VERSION {
            return Err(RecordError::Unknown { t: envelope.t.into_owned(), v: envelope.v });
        }
        Ok(match &*envelope.t {
            "stock" => Self::Stock(serde_json::from_slice(payload)?),
            "item" => Self::Item(serde_json::from_slice(payload)?),
            "snapshot_begin" => Self::SnapshotBegin(serde_json::from_slice(payload)?),
            "snapshot_end" => Self::SnapshotEnd(serde_json::from_slice(payload)?),
            "webhook" => Self::Webhook(serde_json::from_slice(payload)?),
            "shipment" => Self::Shipment(serde_json::from_slice(payload)?),
            "setting" => Self::Setting(serde_json::from_slice(payload)?),
            _ => return Err(RecordError::Unknown { t: envelope.t.into_owned(), v: envelope.v }),
        })
    }

    /// Gives the record an id if it has none yet.
    pub fn fill_id(&mut self) {
        let id = match self {
            Self::Stock(record) => &mut record.id,
            Self::Item(record) => &mut record.id,
            Self::SnapshotBegin(record) => &mut record.id,
            Self::SnapshotEnd(record) => &mut record.id,
            Self::Webhook(record) => &mut record.id,
            Self::Shipment(record) => &mut record.id,
            Self::Setting(record) => &mut record.id,
        };
        if id.is_empty() {
            *id = format!("{:016x}", random());
        }
    }

    /// The canonical payload: the same bytes as the plain PHP writer's.
    ///
    /// # Errors
    /// Never in practice: every field can be written as JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, RecordError> {
        Ok(serde_json::to_vec(self)?)
    }
}

/// 64 random bits. The standard library's hasher keys come from the operating system and differ with each call;
/// the process id keeps a forked child, which inherits them, apart.
fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.finish()
}
