//! Shopify and eBay beyond the contract: their official documents and their own quirks.

use crate::sim_support::{Rig, official, plain};
use onhand::channels::{
    ChannelConnector, HttpSettings, Kinds, PushOutcome, QuantityUpdate, RemoteListing, Renewals, Secrets,
    client, connect,
};
use onhand::clock::Clock;
use onhand::domain::ListingId;
use onhand_tests::sim::Marketplace::{self, Ebay, Shopify};
use onhand_tests::sim::SimConfig;
use onhand_tests::sim::shopify::seed::Change;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub const BOTH: [Marketplace; 2] = [Shopify, Ebay];

pub fn credentials(marketplace: Marketplace, url: &str) -> (&'static str, BTreeMap<String, String>, Secrets) {
    let text =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let secret = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect();
    match marketplace {
        Shopify => (
            "shopify",
            text(&[("shop", "demo.myshopify.com"), ("endpoint", url)]),
            secret(&[("access_token", "shpat_simulated")]),
        ),
        Ebay => (
            "ebay",
            text(&[("client_id", "sim-client-id"), ("endpoint", url)]),
            secret(&[
                ("client_secret", "sim-client-secret"),
                ("refresh_token", "v^1.1#i^1#r^1#simulated-refresh-token"),
            ]),
        ),
    }
}

struct Desk {
    rig: Rig,
    marketplace: Marketplace,
    connector: Arc<dyn ChannelConnector>,
}

impl Desk {
    async fn open(marketplace: Marketplace, config: SimConfig) -> Self {
        let rig = Rig::start(config).await;
        let connector = Self::connector(&rig, marketplace, Clock::system(), &[]);
        Self { rig, marketplace, connector }
    }

    fn connector(
        rig: &Rig,
        marketplace: Marketplace,
        clock: Clock,
        other_secrets: &[(&str, &str)],
    ) -> Arc<dyn ChannelConnector> {
        let (name, config, mut secrets) = credentials(marketplace, &rig.sim.url());
        for (key, value) in other_secrets {
            secrets.insert((*key).to_owned(), (*value).into());
        }
        let settings = HttpSettings { timeout: Duration::from_secs(2), ..HttpSettings::default() };
        let http = client(&settings).unwrap();
        connect(Kinds::built_in().get(name).unwrap(), &config, &secrets, &http, &clock, Renewals::default())
            .unwrap()
    }

    fn seed(&self, skus: &[&str], quantity: i64) {
        match self.marketplace {
            Shopify => {
                let products: Vec<Value> = skus
                    .iter()
                    .map(|sku| json!({"title": sku, "variants": [{"sku": sku, "barcode": "4006381333931", "quantity": quantity}]}))
                    .collect();
                self.rig.seed_shopify(json!({ "products": products }));
            }
            Ebay => {
                let items: Vec<Value> = skus
                    .iter()
                    .map(|sku| json!({"sku": sku, "ean": ["4006381333931"], "quantity": quantity}))
                    .collect();
                self.rig.seed_ebay(json!({ "items": items }));
            }
        }
    }

    async fn listings(&self) -> Vec<RemoteListing> {
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.connector.pull(cursor.as_deref()).await.unwrap();
            all.extend(page.listings);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return all,
            }
        }
    }

    async fn updates(&self, quantity: i64, key: &str) -> Vec<QuantityUpdate> {
        let mut listings = self.listings().await;
        listings.sort_by(|one, other| one.sku.cmp(&other.sku));
        (1..)
            .zip(listings)
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

    fn shown(&self, sku: &str) -> Option<i64> {
        self.rig.sim.world().quantities(self.marketplace, &[sku.to_owned()])[sku]
    }
}

#[tokio::test]
async fn what_is_sent_keeps_to_the_official_specification() {
    let Some(spec_dir) = official("what_is_sent_keeps_to_the_official_specification") else { return };
    for marketplace in BOTH {
        let desk =
            Desk::open(marketplace, SimConfig { spec_dir: Some(spec_dir.clone()), ..SimConfig::default() })
                .await;
        desk.seed(&["A", "B"], 5);
        desk.connector.check().await.unwrap();
        let updates = desk.updates(0, "k").await;
        desk.connector.push(&updates).await.unwrap();
        let ids: Vec<_> = updates.iter().map(|update| update.external.clone()).collect();
        desk.connector.observe(&ids).await.unwrap();
        desk.rig.assert_no_violations();
    }
}

#[tokio::test]
async fn shopify_compares_before_it_sets() {
    let desk = Desk::open(Shopify, plain()).await;
    desk.seed(&["A", "B"], 5);
    let updates = desk.updates(3, "k").await;
    desk.rig.sim.world().change(Shopify, "A", Change::Sell(2)).unwrap();
    let outcomes = desk.connector.push(&updates).await.unwrap().outcomes;
    assert_eq!(outcomes, [PushOutcome::Stale { observed: None }, PushOutcome::NotApplied]);
    assert_eq!((desk.shown("A"), desk.shown("B")), (Some(3), Some(5)));
}

#[tokio::test]
async fn ebays_locked_listing_waits_until_tomorrow() {
    let mut config = plain();
    config.ebay_limits.revisions_per_day = 1;
    let desk = Desk::open(Ebay, config).await;
    desk.seed(&["A"], 5);
    desk.connector.push(&desk.updates(3, "k").await).await.unwrap();
    let outcomes = desk.connector.push(&desk.updates(2, "l").await).await.unwrap().outcomes;
    assert!(
        matches!(&outcomes[0], PushOutcome::Throttled { after: Some(after), .. } if *after <= Duration::from_secs(86_400)),
        "{outcomes:?}"
    );
}
