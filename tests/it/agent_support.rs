//! An agent with a journal of its own, beside the simulated marketplaces. The shop is played by an [`Appender`].

use crate::channels::{BOTH, credentials};
use crate::sim_support::{Rig, plain};
use onhand::app::{AddChannel, App, Assembly};
use onhand::clock::Clock;
use onhand::config::Config;
use onhand_journal::{Appender, Limits, Record};
use onhand_tests::sim::behaviour::Behaviour;
use onhand_tests::sim::{Marketplace, SimConfig};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The running agent, the marketplaces and the journal.
pub struct Desk {
    pub rig: Rig,
    pub app: App,
    pub dir: tempfile::TempDir,
    journal: Appender,
    stop: CancellationToken,
    at: i64,
}

/// A configuration in a directory, with more TOML in front.
pub fn config(dir: &Path, more: &str) -> Config {
    let dir = dir.display();
    let text = format!(
        "database = \"{dir}/onhand.db\"\njournal.dir = \"{dir}/journal\"\napi.socket = \"{dir}/agent.sock\"\n\
         secrets.key_file = \"{dir}/key\"\nchannels.dir = \"{dir}/channels\"\nledger.rest_ms = 100\n\
         velocity.risk_ppm = 0\n{more}"
    );
    Config::parse(&text).unwrap()
}

pub fn movement(op: &str, quantity: Option<&str>, cause: &str) -> Value {
    json!({"op": op, "qty": quantity, "cause": cause, "ref": "1041", "line": null,
           "actor": {"kind": "guest", "id": null, "name": null}})
}

impl Desk {
    pub async fn open(more: &str) -> Self {
        Self::with(plain(), more).await
    }

    pub async fn with(sim: SimConfig, more: &str) -> Self {
        let rig = Rig::start(sim).await;
        let dir = tempfile::tempdir().unwrap();
        let journal_dir = dir.path().join("journal");
        std::fs::create_dir(&journal_dir).unwrap();
        let stop = CancellationToken::new();
        let Assembly { app, follower } =
            App::open(config(dir.path(), more), Clock::system(), stop.clone()).await.unwrap();
        tokio::spawn(follower.run(stop.clone()));
        let journal = Appender::new(&journal_dir, Limits::default());
        let at = Clock::system().now_us();
        let mut desk = Self { rig, app, dir, journal, stop, at };
        for marketplace in BOTH {
            let (kind, config, secrets) = credentials(marketplace, &desk.rig.sim.url());
            let add = AddChannel {
                name: kind.into(),
                kind: kind.into(),
                config,
                secrets,
                rules: None,
                paused: None,
                check: false,
            };
            desk.app.add_channel(add).await.unwrap();
        }
        desk.at += 1;
        desk
    }

    /// Variations in the shop and on both marketplaces, matched and in step. Ids from 101 on.
    pub async fn stock(&mut self, skus: &[&str], quantity: i64) {
        self.state_items(skus);
        let records: Vec<Value> =
            (101..).zip(skus).map(|(id, _)| self.statement(id, quantity, vec![])).collect();
        self.append(&records);
        let products: Vec<Value> = skus
            .iter()
            .map(|sku| json!({"title": sku, "variants": [{"sku": sku, "quantity": quantity}]}))
            .collect();
        let items: Vec<Value> = skus.iter().map(|sku| json!({"sku": sku, "quantity": quantity})).collect();
        self.rig.seed_shopify(json!({ "products": products }));
        self.rig.seed_ebay(json!({ "items": items }));
        self.settled().await;
        for marketplace in ["shopify", "ebay"] {
            let matched = self.app.auto_match(marketplace).await.unwrap();
            assert_eq!(matched.linked, skus.len(), "{matched:?}");
        }
        self.settled().await;
    }

    pub fn state_items(&mut self, skus: &[&str]) {
        let records: Vec<Value> =
            (101..).zip(skus).map(|(id, sku)| self.item(id, json!({"sku": sku, "name": sku}))).collect();
        self.append(&records);
    }

    pub fn item(&mut self, id: i64, over: Value) -> Value {
        let mut item = json!({"t": "item", "at": self.tick(), "item": id, "parent": null, "pool": id, "kind": "simple",
            "sku": null, "gtin": null, "name": "", "attrs": [], "price": null, "post_status": "publish",
            "sellable": true, "deleted": false, "problems": [], "req": "r", "snap": null});
        merge(&mut item, over);
        item
    }

    pub fn statement(&mut self, pool: i64, quantity: i64, moves: Vec<Value>) -> Value {
        let status = if quantity > 0 { "instock" } else { "outofstock" };
        json!({"t": "stock", "at": self.tick(), "pool": pool, "qty": quantity.to_string(), "managed": true,
            "status": status, "backorders": "no", "held": [], "req": "r", "snap": null, "moves": moves})
    }

    /// An order takes or gives back units.
    pub fn sell(&mut self, pool: i64, left: i64, sold: i64) {
        let moves = vec![movement("delta", Some(&(-sold).to_string()), "order_reduced")];
        let record = self.statement(pool, left, moves);
        self.append(&[record]);
    }

    /// A value is written, by an import.
    pub fn import(&mut self, values: &[(i64, i64)]) {
        let records: Vec<Value> = values
            .iter()
            .map(|(pool, quantity)| {
                let moves = vec![movement("set", Some(&quantity.to_string()), "import")];
                self.statement(*pool, *quantity, moves)
            })
            .collect();
        self.append(&records);
    }

    pub fn append(&mut self, records: &[Value]) {
        let payloads: Vec<Vec<u8>> = records
            .iter()
            .map(|record| {
                let mut record = record.clone();
                merge(&mut record, json!({"v": 1}));
                let mut record = Record::from_json(record.to_string().as_bytes()).unwrap();
                record.fill_id();
                record.to_json().unwrap()
            })
            .collect();
        self.journal.append(&payloads).unwrap();
    }

    pub fn append_raw(&mut self, payload: &[u8]) {
        self.journal.append(&[payload]).unwrap();
    }

    /// As a process of PHP that begins now.
    pub fn writes_anew(&mut self) {
        self.journal = Appender::new(&self.dir.path().join("journal"), Limits::default());
    }

    /// Time by the database's clock: now, and never the same twice.
    pub fn tick(&mut self) -> i64 {
        self.at = (self.at + 1).max(Clock::system().now_us());
        self.at
    }

    pub async fn settled(&self) {
        let settled = self.app.settle(Duration::from_secs(20)).await.unwrap();
        assert!(settled.settled, "{settled:?}");
        // A page read in the very millisecond of a confirmation says nothing of it: what follows is later.
        let ended = Clock::system().now_ms();
        while Clock::system().now_ms() == ended {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a marketplace shows this quantity.
    pub async fn shows(&self, marketplace: Marketplace, sku: &str, quantity: i64) {
        let wanted = BTreeMap::from([(sku.to_owned(), quantity)]);
        let mut map = onhand_tests::sim::WantedMap { timeout_ms: 15_000, ..Default::default() };
        match marketplace {
            Marketplace::Shopify => map.shopify = wanted,
            Marketplace::Ebay => map.ebay = wanted,
        }
        let waited = self.rig.sim.world().wait_for(&map).await;
        assert!(waited.reached, "{:?}", waited.missing);
    }

    pub async fn both_show(&self, sku: &str, quantity: i64) {
        for marketplace in BOTH {
            self.shows(marketplace, sku, quantity).await;
        }
    }

    pub fn shown(&self, marketplace: Marketplace, sku: &str) -> Option<i64> {
        self.rig.sim.world().quantities(marketplace, &[sku.to_owned()])[sku]
    }

    pub fn behave(&self, marketplace: Marketplace, behaviour: Value) {
        let behaviour: Behaviour = serde_json::from_value(behaviour).unwrap();
        self.rig.sim.world().behave(marketplace, behaviour);
    }

    pub fn well(&self, marketplace: Marketplace) {
        self.behave(marketplace, json!({"mode": "normal"}));
    }

    /// Waits, woken by every call that ends, until the channel's status is as wanted.
    pub async fn channel_becomes(&self, name: &str, wanted: impl Fn(&onhand::app::ChannelStatus) -> bool) {
        let mut changes = self.app.dispatcher.changes();
        let end = tokio::time::Instant::now() + Duration::from_secs(15);
        loop {
            changes.borrow_and_update();
            let all = self.app.channels().await.unwrap();
            let one = all.iter().find(|channel| channel.name == name).unwrap();
            if wanted(one) {
                return;
            }
            let changed = tokio::time::timeout_at(end, changes.changed()).await;
            assert!(changed.is_ok(), "{one:?}");
        }
    }

    pub async fn issues(&self) -> Vec<onhand::issues::OpenIssue> {
        self.app.db.readers.read(onhand::issues::open).await.unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn merge(into: &mut Value, over: Value) {
    if let (Value::Object(into), Value::Object(over)) = (into, over) {
        into.extend(over);
    }
}
