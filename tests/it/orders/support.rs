//! An agent between a simulated shop and simulated marketplaces that sell.

use crate::agent_support::config;
use onhand::app::{AddChannel, App, Assembly, SetOrders};
use onhand::clock::Clock;
use onhand::domain::OrderMode;
use onhand::orders::query::{OrderFilter, OrderRow};
use onhand_tests::shop::{SECRET, SimShop};
use onhand_tests::sim::accounts::Account;
use onhand_tests::sim::rest::{Market, MarketHandle, Rules};
use onhand_tests::sim::spec;
use std::path::PathBuf;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub struct Town {
    pub app: App,
    pub shop: SimShop,
    pub dir: tempfile::TempDir,
    more: String,
    stop: CancellationToken,
}

/// A channel at a marketplace of its own.
pub async fn market(rules: impl Rules) -> MarketHandle {
    Market::start(rules, spec::find().as_deref()).await.unwrap()
}

impl Town {
    /// An agent and a shop that has introduced itself.
    pub async fn open(more: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let journal: PathBuf = dir.path().join("journal");
        std::fs::create_dir(&journal).unwrap();
        let more = format!("{more}\n[orders]\nretry_delays_ms = [20, 50]\n");
        let (app, stop) = start(&dir, &more).await;
        let shop = SimShop::open(&journal).await.unwrap();
        app.introduce_shop(shop.url(), SECRET.to_owned().into()).await.unwrap();
        Self { app, shop, dir, more, stop }
    }

    /// The agent is stopped in whatever it is doing, and another one takes its place.
    pub async fn restart(&mut self) {
        self.stop.cancel();
        self.app.dispatcher.drained().await;
        self.app.orders.drained().await;
        let (app, stop) = start(&self.dir, &self.more).await;
        (self.app, self.stop) = (app, stop);
    }

    /// Connects a channel whose orders come home, links its listings and waits until it shows what it should.
    pub async fn connect(&self, name: &str, account: Account, url: &str, mode: Option<OrderMode>) {
        self.settled().await;
        let add = AddChannel {
            name: name.into(),
            kind: account.kind.into(),
            config: account.config(url),
            secrets: account.secrets(&[]),
            rules: None,
            paused: None,
            check: false,
        };
        self.app.add_channel(add).await.unwrap();
        self.orders(name, mode).await;
        self.app.auto_match(name).await.unwrap();
        self.settled().await;
    }

    pub async fn orders(&self, name: &str, mode: Option<OrderMode>) {
        let set = SetOrders {
            mode,
            since_ms: Some(0),
            restock: Default::default(),
            known_buyer: Default::default(),
        };
        self.app.set_orders(name, set).await.unwrap();
        if mode.is_some() {
            self.app.ask_orders(name).await.unwrap();
        }
    }

    /// Waits until something is so; the agent says when anything has changed.
    pub async fn until(&self, what: &str, so: impl Fn() -> bool) {
        let mut changes = self.app.dispatcher.changes();
        let end = tokio::time::Instant::now() + Duration::from_secs(20);
        while !so() {
            // What happens in shop and marketplaces is told by nobody.
            let soon = (tokio::time::Instant::now() + Duration::from_millis(50)).min(end);
            let _ = tokio::time::timeout_at(soon, changes.changed()).await;
            assert!(tokio::time::Instant::now() < end, "{what}: not within 20 s");
        }
    }

    pub async fn settled(&self) {
        let settled = self.app.settle(Duration::from_secs(20)).await.unwrap();
        assert!(settled.settled, "{settled:?}");
    }

    /// The agent asks the channel, and everything that follows from it is done.
    pub async fn ask(&self, name: &str) {
        self.app.ask_orders(name).await.unwrap();
        self.settled().await;
    }

    pub async fn book(&self) -> Vec<OrderRow> {
        self.app.list_orders(OrderFilter { limit: 100, ..OrderFilter::default() }).await.unwrap()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn start(dir: &tempfile::TempDir, more: &str) -> (App, CancellationToken) {
    let stop = CancellationToken::new();
    let Assembly { app, follower } =
        App::open(config(dir.path(), more), Clock::system(), stop.clone()).await.unwrap();
    tokio::spawn(follower.run(stop.clone()));
    tokio::spawn(onhand::app::deal_out(app.clone(), stop.clone()));
    tokio::spawn(onhand::app::tell(app.clone(), stop.clone()));
    (app, stop)
}
