//! One marketplace with one connector, for the contract.

use crate::sim_support::{Rig, plain};
use onhand::channels::{
    Accepted, ChannelConnector, ChannelError, PushOutcome, QuantityUpdate, RemoteListing, Renewals,
};
use onhand::clock::Clock;
use onhand::domain::ListingId;
use onhand_tests::sim::accounts::Account;
use onhand_tests::sim::behaviour::Behaviour;
use onhand_tests::sim::rest::{Market, MarketHandle, Rules};
use onhand_tests::sim::{Marketplace, SimConfig, spec};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What the contract must know of a channel.
#[derive(Clone, Copy)]
pub struct Subject {
    pub account: Account,
    /// A secret that is wrong in the test of revoked credentials.
    pub key: &'static str,
    /// How long an access token lives, if the channel has such.
    pub token: Option<Duration>,
    /// It sends Retry-After.
    pub retry_after: bool,
    /// One refused row keeps the others of the same call from being applied.
    pub all_or_nothing: bool,
    /// SKUs it may have.
    pub skus: &'static [&'static str],
}

/// The marketplace, of either making.
pub enum Place {
    World(Rig, Marketplace),
    Market(MarketHandle),
}

pub struct Desk {
    pub subject: Subject,
    pub place: Place,
    pub connector: Arc<dyn ChannelConnector>,
}

impl Subject {
    /// Opens a desk at a REST marketplace.
    pub async fn at(self, rules: impl Rules) -> Desk {
        let specs = spec::find();
        let market = Market::start(rules, specs.as_deref()).await.unwrap();
        self.desk(Place::Market(market))
    }

    /// Opens a desk at Shopify or eBay.
    pub async fn of_world(self, marketplace: Marketplace) -> Desk {
        let config = if marketplace == Marketplace::Ebay { SimConfig::default() } else { plain() };
        self.desk(Place::World(Rig::start(config).await, marketplace))
    }

    fn desk(self, place: Place) -> Desk {
        let connector = self.connector(&place, &Clock::system(), &[]);
        Desk { subject: self, place, connector }
    }

    pub fn connector(
        &self,
        place: &Place,
        clock: &Clock,
        instead: &[(&str, &str)],
    ) -> Arc<dyn ChannelConnector> {
        self.account.connect(&place.url(), clock, instead, Renewals::default()).unwrap()
    }
}

impl Place {
    /// The REST marketplace that it is.
    pub fn market(&self) -> &Market {
        match self {
            Self::Market(market) => market,
            Self::World(..) => panic!("not a REST marketplace"),
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::World(rig, _) => rig.sim.url(),
            Self::Market(market) => market.url(),
        }
    }

    pub fn seed(&self, skus: &[&str], quantity: i64) {
        const GTIN: &str = "4006381333931";
        match self {
            Self::World(rig, Marketplace::Shopify) => {
                let products: Vec<Value> = skus
                    .iter()
                    .map(|sku| json!({"title": sku, "variants": [{"sku": sku, "barcode": GTIN, "quantity": quantity}]}))
                    .collect();
                rig.seed_shopify(json!({ "products": products }));
            }
            Self::World(rig, Marketplace::Ebay) => {
                let items: Vec<Value> =
                    skus.iter().map(|sku| json!({"sku": sku, "ean": [GTIN], "quantity": quantity})).collect();
                rig.seed_ebay(json!({ "items": items }));
            }
            // Two variations a product, so that what belongs together is seen to stay together.
            Self::Market(market) => {
                for pair in skus.chunks(2) {
                    let group = market.with_shelf(onhand_tests::sim::rest::Shelf::number);
                    for sku in pair {
                        market.variation(group, sku, quantity);
                    }
                }
            }
        }
    }

    pub fn behave(&self, behaviour: Value) {
        let behaviour: Behaviour = serde_json::from_value(behaviour).unwrap();
        match self {
            Self::World(rig, marketplace) => {
                rig.sim.world().behave(*marketplace, behaviour);
            }
            Self::Market(market) => market.behave(behaviour),
        }
    }

    pub fn shown(&self, sku: &str) -> Option<i64> {
        match self {
            Self::World(rig, marketplace) => rig.sim.world().quantities(*marketplace, &[sku.to_owned()])[sku],
            Self::Market(market) => market.shown(sku),
        }
    }

    /// The price that was set last, and its currency where the channel is told one.
    pub fn price(&self, sku: &str) -> Option<(String, String)> {
        match self {
            Self::World(rig, Marketplace::Shopify) => {
                rig.sim.world().shopify_price(sku).map(|price| (price, String::new()))
            }
            Self::World(rig, _) => rig.sim.world().ebay_price(sku),
            Self::Market(market) => market.with_shelf(|shelf| shelf.prices.get(sku).cloned()),
        }
    }

    pub fn end(&self, sku: &str) {
        match self {
            Self::World(rig, marketplace) => rig.sim.world().end(*marketplace, sku, true).unwrap(),
            Self::Market(market) => market.end(sku),
        }
    }

    pub fn advance(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap();
        match self {
            Self::World(rig, _) => rig.sim.world().clock.advance_ms(ms),
            Self::Market(market) => market.clock.advance_ms(ms),
        }
    }

    pub fn assert_no_violations(&self) {
        match self {
            Self::World(rig, _) => rig.assert_no_violations(),
            Self::Market(market) => assert_eq!(market.violations(), Vec::<String>::new()),
        }
    }
}

impl Desk {
    /// All listings by SKU, and waits until the marketplace's buckets are full again.
    pub async fn listings(&self) -> Vec<RemoteListing> {
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = match self.connector.pull(cursor.as_deref()).await {
                Ok(page) => page,
                Err(ChannelError::Throttled { .. }) => {
                    self.place.advance(Duration::from_secs(61));
                    continue;
                }
                Err(error) => panic!("{error}"),
            };
            all.extend(page.listings);
            self.place.advance(Duration::from_secs(61));
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        all.sort_by(|one, other| one.sku.cmp(&other.sku));
        all
    }

    /// Updates of all listings, by SKU.
    pub async fn updates(&self, quantity: i64, key: &str) -> Vec<QuantityUpdate> {
        (1..)
            .zip(self.listings().await)
            .map(|(id, listing)| QuantityUpdate {
                listing: ListingId(id),
                sku: listing.sku.clone().unwrap_or_default(),
                external: listing.external,
                quantity,
                expected: listing.quantity,
                idempotency_key: format!("{key}-{id}"),
                price: None,
            })
            .collect()
    }

    /// Pushes as dispatch does: as many as a call may carry, of one group where the channel wants that.
    pub async fn push(&self, updates: &[QuantityUpdate]) -> Vec<PushOutcome> {
        let size = self.connector.limits().max_batch;
        let mut outcomes = Vec::new();
        let listings = self.listings().await;
        let group = |update: &QuantityUpdate| {
            listings.iter().find(|one| one.external == update.external).and_then(|one| one.group.clone())
        };
        let mut rest = updates;
        while !rest.is_empty() {
            let mut count = size.min(rest.len());
            if self.connector.limits().one_group {
                count = rest.iter().take(count).take_while(|one| group(one) == group(&rest[0])).count();
            }
            let (now, later) = rest.split_at(count);
            outcomes.extend(self.halved(now).await);
            rest = later;
        }
        outcomes
    }

    /// A call that is refused as a whole is sent again in halves, as dispatch does, until it is known whose it is.
    async fn halved(&self, updates: &[QuantityUpdate]) -> Vec<PushOutcome> {
        let pushed = self.connector.push(updates).await;
        self.place.advance(Duration::from_secs(61));
        match pushed {
            Ok(report) => report.outcomes,
            Err(ChannelError::Refused { code, message }) if updates.len() == 1 => {
                vec![PushOutcome::Rejected { code, message }]
            }
            Err(ChannelError::Refused { .. }) => {
                let (one, other) = updates.split_at(updates.len() / 2);
                let mut outcomes = Box::pin(self.halved(one)).await;
                outcomes.extend(Box::pin(self.halved(other)).await);
                outcomes
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// What became of pushes in the end: accepted ones are followed.
    pub async fn settled(&self, updates: &[QuantityUpdate], outcomes: Vec<PushOutcome>) -> Vec<PushOutcome> {
        let mut settled = Vec::new();
        for (update, outcome) in updates.iter().zip(outcomes) {
            let PushOutcome::Accepted { receipt } = outcome else {
                settled.push(outcome);
                continue;
            };
            let accepted = Accepted {
                external: update.external.clone(),
                sku: update.sku.clone(),
                quantity: update.quantity,
                receipt,
            };
            self.place.advance(Duration::from_secs(61));
            let became = self.connector.follow(&[accepted]).await.unwrap();
            settled.push(became[0].clone().unwrap_or_else(|| panic!("nothing is known of {update:?}")));
        }
        settled
    }
}
