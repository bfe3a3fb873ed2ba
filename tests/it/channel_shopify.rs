//! The Shopify connector against the simulated store: what dispatch will see of each thing that can happen.

use crate::sim_support::{Rig, official, plain};
use onhand::channels::{
    ChannelConnector, ChannelError, ErrorClass, HttpSettings, Kinds, PushOutcome, QuantityUpdate,
    RemoteListing, Secrets, client, connect,
};
use onhand::clock::Clock;
use onhand::domain::{ExternalId, ListingId};
use onhand_tests::sim::Marketplace::Shopify;
use onhand_tests::sim::SimConfig;
use onhand_tests::sim::config::ShopifyLimits;
use onhand_tests::sim::record::WriteOutcome;
use onhand_tests::sim::shopify::seed::{Change, ShopifySeeded};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const TOKEN: &str = "shpat_simulated";

type Given<'a> = &'a [(&'a str, &'a str)];

fn try_connect(
    config: Given<'_>,
    token: &str,
    timeout: Duration,
) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let config: BTreeMap<String, String> =
        config.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let secrets = Secrets::from([("access_token".to_owned(), token.to_owned().into())]);
    let http = client(&HttpSettings { timeout, ..HttpSettings::default() }).unwrap();
    connect(
        Kinds::built_in().get("shopify").unwrap(),
        &config,
        &secrets,
        &http,
        &Clock::system(),
        onhand::channels::Renewals::default(),
    )
}

fn connector_with(rig: &Rig, token: &str, more: Given<'_>) -> Arc<dyn ChannelConnector> {
    let endpoint = rig.sim.url();
    let base = [("shop", "simulated-store.myshopify.com"), ("endpoint", endpoint.as_str())];
    try_connect(&[&base[..], more].concat(), token, Duration::from_millis(500)).unwrap()
}

fn connector(rig: &Rig) -> Arc<dyn ChannelConnector> {
    connector_with(rig, TOKEN, &[])
}

async fn store_with(config: SimConfig) -> (Rig, ShopifySeeded, Arc<dyn ChannelConnector>) {
    let rig = Rig::start(config).await;
    let seeded = rig.seed_shopify(json!({"products": [{"title": "Shirt", "variants": [
        {"sku": "A", "barcode": "4006381333931", "title": "Red", "quantity": 5},
        {"sku": "B", "title": "Blue", "quantity": 7},
        {"sku": "C", "title": "Nowhere", "stocked": false},
        {"sku": "D", "title": "Bundle", "mutable": false},
        {"title": "Default Title", "quantity": -2},
    ]}]}));
    let connector = connector(&rig);
    (rig, seeded, connector)
}

async fn store() -> (Rig, ShopifySeeded, Arc<dyn ChannelConnector>) {
    store_with(plain()).await
}

fn external(s: &ShopifySeeded, at: usize) -> ExternalId {
    ExternalId::from([
        ("inventory_item".to_owned(), s.variants[at].inventory_item_id.clone()),
        ("location".to_owned(), s.location.id.clone()),
    ])
}

fn update(s: &ShopifySeeded, at: usize, quantity: i64, expected: Option<i64>, key: &str) -> QuantityUpdate {
    QuantityUpdate {
        listing: ListingId(1),
        external: external(s, at),
        sku: s.variants[at].sku.clone().unwrap_or_default(),
        quantity,
        expected,
        idempotency_key: key.to_owned(),
        price: None,
    }
}

fn shown(rig: &Rig, sku: &str) -> Option<i64> {
    rig.sim.world().quantities(Shopify, &[sku.to_owned()])[sku]
}

/// For one request.
fn misbehave(rig: &Rig, mode: &str, more: Value) {
    let mut behaviour = json!({"mode": mode, "count": 1});
    behaviour.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rig.sim.world().behave(Shopify, serde_json::from_value(behaviour).unwrap());
}

async fn failure(connector: &Arc<dyn ChannelConnector>, batch: &[QuantityUpdate]) -> ChannelError {
    let error = connector.push(batch).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
    error
}

async fn pull_all(connector: &Arc<dyn ChannelConnector>) -> (Vec<RemoteListing>, usize) {
    let (mut all, mut pages, mut cursor) = (Vec::new(), 0, None);
    loop {
        let page = connector.pull(cursor.as_deref()).await.unwrap();
        all.extend(page.listings);
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            return (all, pages);
        }
    }
}

#[tokio::test]
async fn a_batch_is_applied() {
    let (rig, s, connector) = store().await;
    let batch = [update(&s, 0, 3, Some(5), "a"), update(&s, 1, 0, None, "b")];
    let report = connector.push(&batch).await.unwrap();
    assert_eq!(report.outcomes, [PushOutcome::Applied, PushOutcome::Applied]);
    assert_eq!((shown(&rig, "A"), shown(&rig, "B")), (Some(3), Some(0)));
    assert_eq!(report.headroom.wait, None);
    // What is so already is confirmed, not an error.
    let same = connector.push(&[update(&s, 0, 3, Some(3), "c")]).await.unwrap();
    assert_eq!(same.outcomes, [PushOutcome::Applied]);
    rig.assert_no_violations();
}

#[tokio::test]
async fn a_stale_row_is_named_and_the_others_are_innocent() {
    let (rig, s, connector) = store().await;
    rig.sim.world().change(Shopify, "A", Change::Sell(1)).unwrap();
    let batch = [update(&s, 0, 3, Some(5), "a"), update(&s, 1, 6, Some(7), "b")];
    let outcomes = connector.push(&batch).await.unwrap().outcomes;
    assert_eq!(outcomes, [PushOutcome::Stale { observed: None }, PushOutcome::NotApplied]);
    assert_eq!((shown(&rig, "A"), shown(&rig, "B")), (Some(4), Some(7)));
    let again = connector.push(&batch[1..]).await.unwrap().outcomes;
    assert_eq!(again, [PushOutcome::Applied]);
}

#[tokio::test]
async fn an_unknown_item_refuses_the_batch() {
    let (rig, s, connector) = store().await;
    rig.sim.world().end(Shopify, "A", true).unwrap();
    let batch = [update(&s, 1, 6, Some(7), "b"), update(&s, 0, 3, None, "a"), update(&s, 4, 1, None, "e")];
    let outcomes = connector.push(&batch).await.unwrap().outcomes;
    assert_eq!((&outcomes[0], &outcomes[2]), (&PushOutcome::NotApplied, &PushOutcome::NotApplied));
    assert!(
        matches!(&outcomes[1], PushOutcome::NotFound { message } if message.contains("gid://")),
        "{outcomes:?}"
    );
    assert_eq!(shown(&rig, "B"), Some(7));
}

#[tokio::test]
async fn rows_that_can_never_be_set_say_what_to_do() {
    let (_rig, s, connector) = store().await;
    for (at, quantity, wanted, advice) in [
        (2, 1, "ITEM_NOT_STOCKED_AT_LOCATION", "stock it at the location"),
        (3, 1, "NON_MUTABLE_INVENTORY_ITEM", "bundle's parts"),
        (0, 1_000_000_001, "INVALID_QUANTITY_TOO_HIGH", "no such quantity"),
    ] {
        let outcomes = connector.push(&[update(&s, at, quantity, None, wanted)]).await.unwrap().outcomes;
        let [PushOutcome::Rejected { code, message }] = &outcomes[..] else { panic!("{outcomes:?}") };
        assert_eq!(code, wanted);
        assert!(message.contains(advice), "{message}");
    }
    let mut elsewhere = update(&s, 0, 1, None, "l");
    elsewhere.external.insert("location".to_owned(), "gid://shopify/Location/1".to_owned());
    let outcomes = connector.push(&[elsewhere]).await.unwrap().outcomes;
    assert!(matches!(&outcomes[..], [PushOutcome::Rejected { code, .. }] if code == "INVALID_LOCATION"));
    let twice = [update(&s, 0, 1, None, "t1"), update(&s, 0, 2, None, "t2"), update(&s, 1, 2, None, "t3")];
    let outcomes = connector.push(&twice).await.unwrap().outcomes;
    assert!(matches!(
        &outcomes[..],
        [PushOutcome::Rejected { .. }, PushOutcome::Rejected { .. }, PushOutcome::NotApplied]
    ));
}

#[tokio::test]
async fn a_listing_without_identifiers_does_not_reach_shopify() {
    let (rig, s, connector) = store().await;
    let mut bare = update(&s, 0, 1, None, "a");
    bare.external.remove("inventory_item");
    let outcomes = connector.push(&[bare, update(&s, 1, 2, None, "b")]).await.unwrap().outcomes;
    assert!(matches!(&outcomes[..], [PushOutcome::Rejected { .. }, PushOutcome::NotApplied]));
    assert!(connector.push(&[]).await.unwrap().outcomes.is_empty());
    assert!(rig.sim.world().requests(Shopify, 0).is_empty());
}

#[tokio::test]
async fn a_throttled_call_says_how_long_to_wait() {
    let (rig, s, connector) = store().await;
    let batch = [update(&s, 0, 3, Some(5), "a")];
    for status in [200, 429] {
        misbehave(&rig, "throttle", json!({"status": status}));
        let error = failure(&connector, &batch).await;
        // Ten points lacking, a hundred a second.
        assert_eq!(error.class(), ErrorClass::Throttle(Some(Duration::from_millis(100))), "{error}");
    }
    misbehave(&rig, "throttle", json!({"retry_after_s": 2}));
    assert_eq!(failure(&connector, &batch).await.class(), ErrorClass::Throttle(Some(Duration::from_secs(2))));
    assert_eq!(connector.push(&batch).await.unwrap().outcomes, [PushOutcome::Applied]);
}

#[tokio::test]
async fn headroom_tells_before_the_bucket_is_empty() {
    let (rig, s, connector) = store().await;
    let mut limits = rig.sim.world().shopify_limits();
    (limits.bucket, limits.restore_per_second) = (16, 1);
    rig.sim.world().set_shopify_limits(limits);
    let report = connector.push(&[update(&s, 0, 3, Some(5), "a")]).await.unwrap();
    let wait = report.headroom.wait.unwrap();
    assert!(wait >= Duration::from_secs(3) && wait <= Duration::from_secs(4), "{wait:?}");
    let error = failure(&connector, &[update(&s, 1, 3, None, "b")]).await;
    assert!(matches!(error.class(), ErrorClass::Throttle(Some(wait)) if wait > Duration::ZERO), "{error}");
}

#[tokio::test]
async fn a_refused_token_says_where_to_renew_it() {
    let rig = Rig::start(plain()).await;
    let wrong = "shpat_wrong_and_secret";
    let error = connector_with(&rig, wrong, &[]).check().await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Reauth);
    let text = format!("{error} {error:?}");
    assert!(text.contains("Develop apps") && text.contains("simulated-store.myshopify.com"), "{text}");
    assert!(text.contains("Invalid API key") && !text.contains(wrong), "{text}");
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let mut config = plain();
    config.shopify.scopes.retain(|scope| scope != "write_inventory" && scope != "read_locations");
    let (_rig, _, connector) = store_with(config).await;
    let error = connector.check().await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Reauth);
    assert!(error.to_string().contains("Give the app write_inventory, read_locations"), "{error}");
}

#[tokio::test]
async fn a_permission_to_write_includes_that_to_read() {
    let mut config = plain();
    config.shopify.scopes.retain(|scope| scope != "read_inventory");
    let (_rig, _, connector) = store_with(config).await;
    assert_eq!(connector.check().await.unwrap(), "Simulated Store");
}

#[tokio::test]
async fn the_location_must_exist() {
    let (rig, s, connector) = store().await;
    assert_eq!(connector.check().await.unwrap(), "Simulated Store");
    let number = s.location.id.rsplit('/').next().unwrap();
    assert_eq!(
        connector_with(&rig, TOKEN, &[("location", number)]).check().await.unwrap(),
        "Simulated Store"
    );
    let error = connector_with(&rig, TOKEN, &[("location", "7")]).check().await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Reject);
    assert!(error.to_string().contains("Settings > Locations"), "{error}");
    // With a second location the primary one is still found.
    rig.seed_shopify(json!({"location": "Second", "products": []}));
    let found = self::connector(&rig).pull(None).await.unwrap().listings;
    assert_eq!(found[0].external["location"], s.location.id);
    let empty = Rig::start(plain()).await;
    assert_eq!(self::connector(&empty).check().await.unwrap_err().class(), ErrorClass::Reject);
}

#[tokio::test]
async fn pages_outages_and_silence_are_passing_failures() {
    let (rig, s, connector) = store().await;
    let batch = [update(&s, 0, 3, Some(5), "a")];
    misbehave(&rig, "html", json!({}));
    let error = failure(&connector, &batch).await;
    assert!(
        matches!(&error, ChannelError::Unavailable { status: 200, message, .. } if message.contains("HTML page"))
    );
    // A firewall's page says nothing about the token.
    misbehave(&rig, "html", json!({"status": 403}));
    assert!(matches!(failure(&connector, &batch).await, ChannelError::Unavailable { status: 403, .. }));
    misbehave(&rig, "maintenance", json!({"retry_after_s": 9}));
    let error = failure(&connector, &batch).await;
    assert!(matches!(&error, ChannelError::Unavailable { status: 503, .. }), "{error}");
    assert_eq!(error.class(), ErrorClass::Throttle(Some(Duration::from_secs(9))));
    misbehave(&rig, "fail", json!({}));
    assert_eq!(failure(&connector, &batch).await.class(), ErrorClass::Retry);
    misbehave(&rig, "timeout_before_apply", json!({}));
    assert!(matches!(failure(&connector, &batch).await, ChannelError::Transport { .. }));
    for status in [402, 403, 404, 423] {
        misbehave(&rig, "fail", json!({"status": status}));
        assert_eq!(failure(&connector, &batch).await.class(), ErrorClass::Reauth, "{status}");
    }
    misbehave(&rig, "revoked", json!({}));
    assert_eq!(failure(&connector, &batch).await.class(), ErrorClass::Reauth);
    assert_eq!(connector.push(&batch).await.unwrap().outcomes, [PushOutcome::Applied]);
}

#[tokio::test]
async fn a_lost_reply_is_made_good_under_the_same_key() {
    let (rig, s, connector) = store().await;
    let batch = [update(&s, 0, 3, Some(5), "a"), update(&s, 1, 6, Some(7), "b")];
    misbehave(&rig, "timeout_after_apply", json!({}));
    assert!(matches!(failure(&connector, &batch).await, ChannelError::Transport { .. }));
    assert_eq!(shown(&rig, "A"), Some(3), "applied, though nobody was told");
    rig.sim.world().change(Shopify, "A", Change::Sell(1)).unwrap();
    let report = connector.push(&batch).await.unwrap();
    assert_eq!(report.outcomes, [PushOutcome::Applied, PushOutcome::Applied]);
    assert_eq!(shown(&rig, "A"), Some(2), "not set a second time: the sale in between stays");
    let applied =
        rig.sim.world().writes(Shopify, 0).iter().filter(|w| w.outcome == WriteOutcome::Applied).count();
    assert_eq!(applied, 2);
}

#[tokio::test]
async fn a_lost_refusal_is_tried_again() {
    let (rig, s, connector) = store().await;
    let batch = [update(&s, 0, 3, Some(4), "a")];
    misbehave(&rig, "timeout_after_apply", json!({}));
    failure(&connector, &batch).await;
    let outcomes = connector.push(&batch).await.unwrap().outcomes;
    let [PushOutcome::Retry { code, .. }] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(code, "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED");
    let fresh = connector.push(&[update(&s, 0, 3, Some(4), "new")]).await.unwrap().outcomes;
    assert_eq!(fresh, [PushOutcome::Stale { observed: None }]);
}

#[tokio::test]
async fn listings_are_read_page_by_page() {
    let rig = Rig::start(plain()).await;
    rig.seed_shopify(json!({"generate": {"count": 600, "sku": "S-{n}", "quantity": 4}}));
    let (all, pages) = pull_all(&connector(&rig)).await;
    assert_eq!((all.len(), pages), (600, 3));
    let mut items: Vec<&str> =
        all.iter().map(|listing| listing.external["inventory_item"].as_str()).collect();
    items.sort_unstable();
    items.dedup();
    assert_eq!(items.len(), 600);
    assert!(all.iter().all(|listing| listing.quantity == Some(4)));
    // The location is asked for once.
    let asked = rig.sim.world().requests(Shopify, 0);
    assert_eq!(asked.len(), 4, "{asked:?}");
}

#[tokio::test]
async fn a_listing_carries_everything_that_mapping_and_pushing_need() {
    let (_rig, s, connector) = store().await;
    let (all, _) = pull_all(&connector).await;
    let first = RemoteListing {
        external: external(&s, 0),
        group: None,
        sku: Some("A".to_owned()),
        gtin: Some("4006381333931".to_owned()),
        title: "Shirt - Red".to_owned(),
        quantity: Some(5),
    };
    assert_eq!(all[0], first);
    assert_eq!((all[2].sku.as_deref(), all[2].quantity), (Some("C"), None), "not stocked");
    assert_eq!((&all[4].sku, all[4].title.as_str(), all[4].quantity), (&None, "Shirt", Some(-2)));
}

#[tokio::test]
async fn quantities_are_observed_in_the_order_asked() {
    let (rig, s, connector) = store().await;
    rig.sim.world().end(Shopify, "B", true).unwrap();
    let ids = [external(&s, 4), external(&s, 1), external(&s, 0), external(&s, 2), ExternalId::new()];
    assert_eq!(connector.observe(&ids).await.unwrap(), [Some(-2), None, Some(5), None, None]);
    assert_eq!(connector.observe(&[]).await.unwrap(), []);
}

#[tokio::test]
async fn many_quantities_are_observed() {
    let rig = Rig::start(plain()).await;
    rig.seed_shopify(json!({"generate": {"count": 260, "sku": "S-{n}", "quantity": 4}}));
    let connector = connector(&rig);
    let ids: Vec<ExternalId> =
        pull_all(&connector).await.0.into_iter().map(|listing| listing.external).collect();
    assert_eq!(connector.observe(&ids).await.unwrap(), vec![Some(4); 260]);
}

#[tokio::test]
async fn a_full_batch_costs_what_the_limits_say() {
    let rig = Rig::start(plain()).await;
    rig.seed_shopify(json!({"generate": {"count": 250, "sku": "S-{n}", "quantity": 4}}));
    let connector = connector(&rig);
    let limits = connector.limits().clone();
    let listings = pull_all(&connector).await.0;
    let batch: Vec<QuantityUpdate> = (1..)
        .zip(listings)
        .map(|(n, listing)| QuantityUpdate {
            listing: ListingId(n),
            external: listing.external,
            sku: listing.sku.unwrap_or_default(),
            quantity: n,
            expected: Some(4),
            idempotency_key: n.to_string(),
            price: None,
        })
        .collect();
    assert_eq!(batch.len(), limits.max_batch);
    // Ten points whatever the batch holds; seven such calls a second are under the hundred that flow back.
    let costs = ShopifyLimits { max_query_cost: 10, ..ShopifyLimits::default() };
    rig.sim.world().set_shopify_limits(costs);
    let outcomes = connector.push(&batch).await.unwrap().outcomes;
    assert_eq!(outcomes, vec![PushOutcome::Applied; 250]);
    assert_eq!((shown(&rig, "S-1"), shown(&rig, "S-250")), (Some(1), Some(250)));
}

#[tokio::test]
async fn every_document_is_valid_by_the_official_schema() {
    let Some(dir) = official("every_document_is_valid_by_the_official_schema") else { return };
    let (rig, s, connector) = store_with(SimConfig { spec_dir: Some(dir), ..SimConfig::default() }).await;
    // Reading the large schema takes longer than these tests' usual patience.
    let endpoint = rig.sim.url();
    let settings = [("shop", "simulated-store.myshopify.com"), ("endpoint", endpoint.as_str())];
    let patient = try_connect(&settings, TOKEN, Duration::from_secs(60)).unwrap();
    assert_eq!(patient.check().await.unwrap(), "Simulated Store");
    assert_eq!(pull_all(&connector).await.0.len(), 5);
    assert_eq!(connector.observe(&[external(&s, 0)]).await.unwrap(), [Some(5)]);
    let batch = [update(&s, 0, 3, Some(5), "a"), update(&s, 1, 3, None, "b")];
    assert_eq!(connector.push(&batch).await.unwrap().outcomes, [PushOutcome::Applied, PushOutcome::Applied]);
    rig.assert_no_violations();
}

#[test]
fn settings_are_checked_all_at_once() {
    let wrong = [
        ("shop", "https://mystore.com"),
        ("endpoint", "http://mystore.com"),
        ("api_version", "2025-10"),
        ("location", "Berlin"),
    ];
    let bad_token = "shpat_secret\nline";
    let problems = try_connect(&wrong, bad_token, Duration::from_secs(1)).err().unwrap();
    let keys: Vec<&str> = problems.iter().filter_map(|problem| problem.split(':').next()).collect();
    assert_eq!(keys, ["shop", "endpoint", "api_version", "location", "access_token"]);
    assert!(!problems.concat().contains("shpat"), "{problems:?}");
    assert!(try_connect(&[("shop", "mystore.myshopify.com")], TOKEN, Duration::from_secs(1)).is_ok());
}
