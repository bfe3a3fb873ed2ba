//! The real connectors against the simulated marketplaces: what every channel must do, and each one's own quirks.

use crate::sim_support::{Rig, official, plain};
use onhand::channels::{
    ChannelConnector, ChannelError, ErrorClass, HttpSettings, PushOutcome, QuantityUpdate, RemoteListing,
    Secrets, client, connect, kind,
};
use onhand::clock::Clock;
use onhand::domain::ListingId;
use onhand_tests::sim::Marketplace::{self, Ebay, Shopify};
use onhand_tests::sim::SimConfig;
use onhand_tests::sim::behaviour::Behaviour;
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
        connect(kind(name).unwrap(), &config, &secrets, &http, &clock).unwrap()
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

    fn behave(&self, behaviour: Value) {
        let behaviour: Behaviour = serde_json::from_value(behaviour).unwrap();
        self.rig.sim.world().behave(self.marketplace, behaviour);
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
            })
            .collect()
    }

    fn shown(&self, sku: &str) -> Option<i64> {
        self.rig.sim.world().quantities(self.marketplace, &[sku.to_owned()])[sku]
    }

    async fn failing(&self, quantity: i64) -> ChannelError {
        let updates = self.updates(quantity, "before").await;
        self.connector.push(&updates).await.unwrap_err()
    }
}

#[tokio::test]
async fn a_batch_is_applied_and_read_back() {
    for marketplace in BOTH {
        let desk = Desk::open(marketplace, plain()).await;
        desk.seed(&["A", "B", "C"], 5);
        let updates = desk.updates(3, "k").await;
        let report = desk.connector.push(&updates).await.unwrap();
        assert_eq!(report.outcomes, vec![PushOutcome::Applied; 3], "{marketplace:?}");
        assert_eq!(desk.shown("B"), Some(3));
        let ids: Vec<_> = updates.iter().map(|update| update.external.clone()).collect();
        assert_eq!(desk.connector.observe(&ids).await.unwrap(), vec![Some(3); 3]);
        desk.rig.assert_no_violations();
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
async fn every_listing_is_pulled_once_page_by_page() {
    for (marketplace, count) in [(Shopify, 260), (Ebay, 60)] {
        let desk = Desk::open(marketplace, plain()).await;
        let skus: Vec<String> = (0..count).map(|n| format!("SKU-{n:04}")).collect();
        desk.seed(&skus.iter().map(String::as_str).collect::<Vec<_>>(), 7);
        let listings = desk.listings().await;
        let unique: std::collections::BTreeSet<_> =
            listings.iter().map(|listing| listing.external.clone()).collect();
        assert_eq!((listings.len(), unique.len()), (count, count), "{marketplace:?}");
        assert!(
            listings
                .iter()
                .all(|one| one.quantity == Some(7) && one.gtin.as_deref() == Some("4006381333931"))
        );
        desk.rig.assert_no_violations();
    }
}

#[tokio::test]
async fn one_unknown_listing_does_not_hide_in_a_batch() {
    for marketplace in BOTH {
        let desk = Desk::open(marketplace, plain()).await;
        desk.seed(&["A", "B"], 5);
        let updates = desk.updates(3, "k").await;
        desk.rig.sim.world().end(marketplace, "A", true).unwrap();
        let outcomes = desk.connector.push(&updates).await.unwrap().outcomes;
        assert!(matches!(outcomes[0], PushOutcome::NotFound { .. }), "{marketplace:?}: {outcomes:?}");
        // Shopify refuses the whole call for one row, eBay that row alone.
        let other = if marketplace == Shopify { PushOutcome::NotApplied } else { PushOutcome::Applied };
        assert_eq!(outcomes[1], other);
    }
}

#[tokio::test]
async fn throttling_is_no_failure_and_says_how_long() {
    for marketplace in BOTH {
        let desk = Desk::open(marketplace, plain()).await;
        desk.seed(&["A"], 5);
        let updates = desk.updates(3, "k").await;
        desk.behave(json!({"mode": "throttle", "count": 1, "retry_after_s": 3}));
        let error = desk.connector.push(&updates).await.unwrap_err();
        assert_eq!(
            error.class(),
            ErrorClass::Throttle(Some(Duration::from_secs(3))),
            "{marketplace:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_page_instead_of_json_is_an_outage() {
    for marketplace in BOTH {
        let desk = Desk::open(marketplace, plain()).await;
        desk.seed(&["A"], 5);
        let updates = desk.updates(3, "k").await;
        desk.behave(json!({"mode": "html", "count": 1}));
        let error = desk.connector.push(&updates).await.unwrap_err();
        assert!(matches!(error, ChannelError::Unavailable { .. }), "{marketplace:?}: {error}");
        assert!(error.to_string().contains("HTML"), "{error}");
        desk.behave(json!({"mode": "maintenance", "count": 1}));
        let error = desk.connector.push(&updates).await.unwrap_err();
        assert!(
            matches!(error.class(), ErrorClass::Retry | ErrorClass::Throttle(_)),
            "{marketplace:?}: {error}"
        );
    }
}

#[tokio::test]
async fn revoked_credentials_say_where_to_renew_them() {
    for (marketplace, key) in [(Shopify, "access_token"), (Ebay, "refresh_token")] {
        let rig = Rig::start(plain()).await;
        let connector = Desk::connector(&rig, marketplace, Clock::system(), &[(key, "s3cret-but-wrong")]);
        let error = connector.check().await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::Reauth, "{marketplace:?}: {error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
        assert!(error.to_string().contains('→') || error.to_string().contains(" > "), "where to go: {error}");
    }
}

#[tokio::test]
async fn no_reply_leaves_the_outcome_open_and_the_same_key_settles_it() {
    for marketplace in BOTH {
        let desk = Desk::open(marketplace, plain()).await;
        desk.seed(&["A"], 5);
        let updates = desk.updates(3, "k").await;
        desk.behave(json!({"mode": "timeout_after_apply", "count": 1}));
        let error = desk.connector.push(&updates).await.unwrap_err();
        assert!(matches!(error, ChannelError::Transport { .. }), "{marketplace:?}: {error}");
        assert_eq!(desk.shown("A"), Some(3));
        let again = desk.connector.push(&updates).await.unwrap();
        assert_eq!(again.outcomes, [PushOutcome::Applied], "{marketplace:?}");
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
async fn ebays_expired_token_is_renewed_on_the_way() {
    let desk = Desk::open(Ebay, plain()).await;
    desk.seed(&["A"], 5);
    let updates = desk.updates(3, "k").await;
    desk.rig.sim.world().clock.advance_ms(3 * 3_600_000);
    let report = desk.connector.push(&updates).await.unwrap();
    assert_eq!(report.outcomes, [PushOutcome::Applied]);
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

#[tokio::test]
async fn a_server_error_is_passing() {
    for marketplace in BOTH {
        let desk = Desk::open(marketplace, plain()).await;
        desk.seed(&["A"], 5);
        desk.behave(json!({"mode": "fail", "on": "writes", "status": 500}));
        assert_eq!(desk.failing(1).await.class(), ErrorClass::Retry, "{marketplace:?}");
    }
}
