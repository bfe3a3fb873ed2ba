//! What the simulated shop knows: its stock, and the orders that were brought.

use crate::sim::clock::now_us;
use onhand_journal::{Appender, Limits, Record};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

/// Something that goes wrong with the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It is not even looked at.
    Down,
    /// It is done, and the reply is lost.
    ReplyLost,
}

/// An order that was brought.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// The shop's number of it.
    pub id: i64,
    pub revision: i64,
    pub stage: String,
    /// Units taken, by line.
    pub taken: BTreeMap<String, i64>,
    /// How often its stock was moved.
    pub moves: usize,
    /// As it was told last.
    pub told: Value,
}

/// The shop.
pub struct Counter {
    journal: Appender,
    /// Units by item; every item is a pool of its own.
    pub stock: BTreeMap<i64, i64>,
    /// Of these units, what is at another place than the main one; sales come off the main one.
    elsewhere: BTreeMap<i64, (String, i64)>,
    /// By channel and the channel's id.
    pub orders: BTreeMap<(String, String), Brought>,
    /// Units that are a channel's alone, by channel and item.
    pub allotted: BTreeMap<(String, i64), i64>,
    pub nonces: BTreeSet<String>,
    pub mishaps: VecDeque<Mishap>,
    /// Requests that came in.
    pub requests: usize,
    /// Sold below zero, if it is agreed to.
    last_id: i64,
    at: i64,
}

impl Counter {
    pub(super) fn new(journal: &Path) -> Self {
        Self {
            journal: Appender::new(journal, Limits::default()),
            stock: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            orders: BTreeMap::new(),
            allotted: BTreeMap::new(),
            nonces: BTreeSet::new(),
            mishaps: VecDeque::new(),
            requests: 0,
            last_id: 5000,
            at: 0,
        }
    }

    /// Its database's clock, never the same twice.
    pub fn now(&mut self) -> i64 {
        self.at = (self.at + 1).max(now_us());
        self.at
    }

    /// A product, with its SKU.
    ///
    /// # Panics
    /// If the journal refuses: the test is over then.
    pub fn product(&mut self, item: i64, sku: &str, quantity: i64) {
        let at = self.now();
        let record = json!({"t": "item", "at": at, "item": item, "parent": null, "pool": item, "kind": "simple",
            "sku": sku, "gtin": null, "name": sku, "attrs": [], "price": null, "post_status": "publish",
            "sellable": true, "deleted": false, "problems": [], "req": "r", "snap": null});
        self.stock.insert(item, quantity);
        self.write(&[record]);
        self.state(item, vec![]);
    }

    /// Something that is made of others.
    ///
    /// # Panics
    /// If the journal refuses: the test is over then.
    pub fn kit(&mut self, item: i64, sku: &str, parts: &[(i64, i64)]) {
        let at = self.now();
        self.write(&[
            json!({"t": "item", "at": at, "item": item, "parent": null, "pool": item, "kind": "simple",
                "sku": sku, "gtin": null, "name": sku, "attrs": [], "parts": parts, "price": null, "post_status": "publish",
                "sellable": true, "deleted": false, "problems": [], "req": "r", "snap": null}),
            json!({"t": "stock", "at": at, "pool": item, "qty": null, "managed": false, "status": "instock",
                "backorders": "no", "held": [], "req": "r", "snap": null, "moves": []}),
        ]);
    }

    /// Units that are nobody's: neither sold nor kept for a channel.
    #[must_use]
    pub fn free(&self, item: i64) -> i64 {
        let kept: i64 = self.allotted.iter().filter(|((_, of), _)| *of == item).map(|(_, units)| units).sum();
        self.stock.get(&item).copied().unwrap_or(0) - kept
    }

    /// Somebody buys in the shop itself. False: there is not enough.
    pub fn sell(&mut self, item: i64, units: i64) -> bool {
        if self.free(item) < units {
            return false;
        }
        let left = self.stock.get(&item).copied().unwrap_or(0) - units;
        self.stock.insert(item, left);
        self.state(item, vec![movement(-units, "order_reduced", "1041", "1", "guest")]);
        true
    }

    /// More comes in.
    pub fn receive(&mut self, item: i64, units: i64) {
        *self.stock.entry(item).or_default() += units;
        self.state(item, vec![movement(units, "product_edit", "7", "1", "user")]);
    }

    /// So many of its units are at this place; the main one has the rest.
    pub fn keep_at(&mut self, item: i64, place: &str, units: i64) {
        self.elsewhere.insert(item, (place.to_owned(), units));
        self.state(item, vec![]);
    }

    /// A webhook for a channel, relayed.
    pub fn relay(&mut self, channel: &str, headers: &[(String, String)], body: &[u8]) {
        use base64::Engine;
        let at = self.now();
        let body = base64::engine::general_purpose::STANDARD.encode(body);
        self.write(&[
            json!({"t": "webhook", "at": at, "channel": channel, "headers": headers, "body": body}),
        ]);
    }

    /// An order left the house.
    pub fn shipped(&mut self, channel: &str, order: &str, lines: &[(&str, i64)], tracking: &str) {
        let at = self.now();
        self.write(&[json!({"t": "shipment", "at": at, "channel": channel, "order": order, "lines": lines,
            "carrier": "DHL", "tracking": tracking, "url": "", "req": "r"})]);
    }

    pub(super) fn state(&mut self, item: i64, moves: Vec<Value>) {
        let quantity = self.stock.get(&item).copied().unwrap_or(0);
        let at = self.now();
        let status = if quantity > 0 { "instock" } else { "outofstock" };
        let mut record = json!({"t": "stock", "at": at, "pool": item, "qty": quantity.to_string(), "managed": true,
            "status": status, "backorders": "no", "held": [], "req": "r", "snap": null, "moves": moves});
        if let Some((place, units)) = self.elsewhere.get(&item) {
            record["places"] = json!([["main", (quantity - units).to_string()], [place, units.to_string()]]);
        }
        self.write(&[record]);
    }

    pub(super) fn number(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    #[allow(clippy::panic, reason = "a simulated shop without a journal is no test")]
    fn write(&mut self, records: &[Value]) {
        let payloads: Vec<Vec<u8>> = records
            .iter()
            .map(|record| {
                let mut record = record.clone();
                record["v"] = json!(1);
                let mut record = match Record::from_json(record.to_string().as_bytes()) {
                    Ok(record) => record,
                    Err(error) => panic!("{record}: {error}"),
                };
                record.fill_id();
                record.to_json().unwrap_or_default()
            })
            .collect();
        if let Err(error) = self.journal.append(&payloads) {
            panic!("the journal refuses: {error}");
        }
    }
}

pub(super) fn movement(units: i64, cause: &str, reference: &str, line: &str, actor: &str) -> Value {
    json!({"op": "delta", "qty": units.to_string(), "cause": cause, "ref": reference, "line": line,
        "actor": {"kind": actor, "id": null, "name": null}})
}
