//! The simulated marketplaces misbehave when told to, and only then.

use crate::sim_support::{Rig, SET, answer, codes, plain};
use onhand_tests::sim::Marketplace::{Ebay, Shopify};
use onhand_tests::sim::behaviour::{Behaviour, Mode};
use onhand_tests::sim::ebay::seed::EbaySeeded;
use onhand_tests::sim::record::WriteOutcome;
use onhand_tests::sim::shopify::seed::ShopifySeeded;
use onhand_tests::sim::{Marketplace, SimClient};
use serde_json::{Value, json};
use std::time::Duration;

async fn both() -> (Rig, ShopifySeeded, EbaySeeded) {
    let mut rig = Rig::start(plain()).await;
    let s = rig.seed_shopify(json!({"products": [{"variants": [{"sku": "A", "quantity": 5}]}]}));
    let e = rig.seed_ebay(json!({"items": [{"sku": "A", "quantity": 5}, {"sku": "B", "quantity": 5}]}));
    rig.sign_in().await;
    (rig, s, e)
}

fn variables(s: &ShopifySeeded, quantity: i64, key: &str) -> Value {
    let row = json!({"inventoryItemId": s.variants[0].inventory_item_id, "locationId": s.location.id,
                     "quantity": quantity, "changeFromQuantity": null});
    json!({"input": {"name": "available", "reason": "correction", "quantities": [row]}, "idempotencyKey": key})
}

fn rows(e: &EbaySeeded, quantity: i64) -> Value {
    let row = |item: &onhand_tests::sim::ebay::seed::CreatedItem| {
        json!({"sku": item.sku, "shipToLocationAvailability": {"quantity": quantity},
               "offers": [{"offerId": item.offer_id, "availableQuantity": quantity}]})
    };
    e.items.iter().map(row).collect()
}

impl Rig {
    fn behave(&self, marketplace: Marketplace, behaviour: Value) {
        let behaviour: Behaviour = serde_json::from_value(behaviour).unwrap();
        self.sim.world().behave(marketplace, behaviour);
    }

    fn shown(&self, marketplace: Marketplace, sku: &str) -> Option<i64> {
        self.sim.world().quantities(marketplace, &[sku.to_owned()])[sku]
    }
}

#[tokio::test]
async fn throttled_with_and_without_retry_after_then_normal_again() {
    let (rig, s, e) = both().await;
    rig.behave(Shopify, json!({"mode": "throttle", "count": 1}));
    let (status, reply) = rig.graphql(SET, variables(&s, 1, "k")).await;
    assert_eq!((status, &reply["errors"][0]["message"]), (200, &json!("Throttled")));
    assert_eq!(codes(&rig.graphql(SET, variables(&s, 1, "k")).await.1), Vec::<&str>::new());
    rig.behave(Ebay, json!({"mode": "throttle", "count": 1, "retry_after_s": 7}));
    let reply = rig
        .inventory(reqwest::Method::POST, "/bulk_update_price_quantity")
        .json(&json!({"requests": rows(&e, 1)}))
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 429);
    assert_eq!(reply.headers()["retry-after"], "7");
    assert_eq!(rig.update(rows(&e, 1)).await.0, 200);
    rig.assert_no_violations();
}

#[tokio::test]
async fn failures_and_pages_apply_nothing() {
    let (rig, s, e) = both().await;
    for (behaviour, status) in [
        (json!({"mode": "fail"}), 500),
        (json!({"mode": "fail", "status": 503}), 503),
        (json!({"mode": "html"}), 200),
        (json!({"mode": "html", "status": 502}), 502),
        (json!({"mode": "maintenance"}), 503),
        (json!({"mode": "revoked"}), 401),
    ] {
        rig.behave(Shopify, behaviour.clone());
        rig.behave(Ebay, behaviour.clone());
        assert_eq!(rig.graphql(SET, variables(&s, 1, "k")).await.0, status, "{behaviour}");
        let (found, reply) = rig.update(rows(&e, 1)).await;
        assert_eq!(found, status, "{behaviour}: {reply}");
        if behaviour["mode"] == "html" {
            assert!(reply.as_str().unwrap().starts_with("<!DOCTYPE html>"));
        }
    }
    assert_eq!(
        rig.ask_token("v^1.1#i^1#r^1#simulated-refresh-token").await.1["error"],
        json!("invalid_grant")
    );
    assert_eq!((rig.shown(Shopify, "A"), rig.shown(Ebay, "A")), (Some(5), Some(5)));
    rig.behave(Shopify, json!({"mode": "maintenance", "ms": 60_000}));
    assert_eq!(rig.graphql("{ shop { name } }", json!({})).await.0, 503);
    rig.sim.world().clock.advance_ms(60_001);
    assert_eq!(rig.graphql("{ shop { name } }", json!({})).await.0, 200);
    rig.assert_no_violations();
}

#[tokio::test]
async fn a_timeout_after_apply_applies() {
    let (rig, s, e) = both().await;
    for marketplace in Marketplace::ALL {
        rig.sim.world().behave(marketplace, Behaviour::new(Mode::TimeoutAfterApply).times(1));
    }
    let patience = Duration::from_millis(300);
    assert!(tokio::time::timeout(patience, rig.graphql(SET, variables(&s, 1, "k"))).await.is_err());
    assert!(tokio::time::timeout(patience, rig.update(rows(&e, 2))).await.is_err());
    assert_eq!((rig.shown(Shopify, "A"), rig.shown(Ebay, "A")), (Some(1), Some(2)));
    let again = rig.graphql(SET, variables(&s, 1, "k")).await.1;
    assert_eq!(codes(&again), Vec::<&str>::new());
    assert_eq!(rig.sim.world().writes(Shopify, 1)[0].outcome, WriteOutcome::Replayed);
    let unanswered = rig.sim.world().requests(Shopify, 0);
    assert_eq!((unanswered[0].status, unanswered[0].rows), (0, 1));
    rig.assert_no_violations();
}

#[tokio::test]
async fn a_lie_is_answered_and_not_applied() {
    let (rig, s, e) = both().await;
    rig.behave(Shopify, json!({"mode": "lie", "count": 1}));
    rig.behave(Ebay, json!({"mode": "lie", "count": 1}));
    let reply = rig.graphql(SET, variables(&s, 1, "k")).await.1;
    assert_eq!(
        reply["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"]["changes"][0]["delta"],
        json!(-4)
    );
    assert_eq!(rig.update(rows(&e, 1)).await.0, 200);
    assert_eq!((rig.shown(Shopify, "A"), rig.shown(Ebay, "A")), (Some(5), Some(5)));
    assert_eq!(rig.sim.world().writes(Ebay, 0)[0].outcome, WriteOutcome::Lied);
    rig.assert_no_violations();
}

#[tokio::test]
async fn chosen_rows_are_refused() {
    let (rig, s, e) = both().await;
    rig.behave(Ebay, json!({"mode": "partial", "skus": ["B"], "code": "25026"}));
    let (status, reply) = rig.update(rows(&e, 1)).await;
    assert_eq!((status, &reply["responses"][1]["errors"][0]["errorId"]), (207, &json!(25026)));
    assert_eq!((rig.shown(Ebay, "A"), rig.shown(Ebay, "B")), (Some(1), Some(5)));
    rig.behave(Shopify, json!({"mode": "partial", "skus": ["A"]}));
    assert_eq!(codes(&rig.graphql(SET, variables(&s, 1, "k")).await.1), ["NON_MUTABLE_INVENTORY_ITEM"]);
    rig.behave(Ebay, json!({"mode": "concurrent", "count": 1}));
    let (status, reply) = rig.update(rows(&e, 1)).await;
    assert_eq!((status, &reply["errors"][0]["errorId"]), (500, &json!(25025)));
    rig.assert_no_violations();
}

#[tokio::test]
async fn chance_is_seeded() {
    let run = || async {
        let (rig, _, _) = both().await;
        rig.behave(Shopify, json!({"mode": "fail", "probability": 0.5}));
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(rig.graphql("{ shop { name } }", json!({})).await.0);
        }
        statuses
    };
    let one = run().await;
    assert_eq!(one, run().await);
    assert!(one.contains(&200) && one.contains(&500));
}

#[tokio::test]
async fn slowness_comes_before_everything_else() {
    let (rig, _, _) = both().await;
    rig.behave(Shopify, json!({"mode": "slow", "ms": 150}));
    rig.behave(Shopify, json!({"mode": "fail", "count": 1, "add": true}));
    let start = std::time::Instant::now();
    assert_eq!(rig.graphql("{ shop { name } }", json!({})).await.0, 500);
    assert!(start.elapsed() >= Duration::from_millis(150));
    rig.behave(Shopify, json!({"mode": "normal"}));
    assert!(rig.sim.world().behaving(Shopify).is_empty());
}

#[tokio::test]
async fn a_wait_is_woken_by_the_change_it_waits_for() {
    let (rig, s, e) = both().await;
    let client = SimClient::new(&rig.sim.url()).unwrap();
    let wanted: onhand_tests::sim::WantedMap =
        serde_json::from_value(json!({"shopify": {"A": 1}, "ebay": {"A": 2, "B": 2}, "timeout_ms": 10_000}))
            .unwrap();
    let (waited, _, _) =
        tokio::join!(client.wait(&wanted), rig.graphql(SET, variables(&s, 1, "k")), rig.update(rows(&e, 2)));
    let waited = waited.unwrap();
    assert!(waited.reached && waited.elapsed_us < 5_000_000, "{waited:?}");
    let url = format!("{}/_sim/wait?channel=ebay&sku=B&quantity=3&timeout_ms=50", rig.sim.url());
    let (status, reply) = answer(rig.http.get(url)).await;
    assert_eq!((status, &reply["missing"][0]), (408, &json!(["ebay", "B", 3, 2])));
    assert_eq!(client.quantities(Ebay).await.unwrap()["A"], Some(2));
    client.sell(Ebay, "A", 1).await.unwrap();
    let writes = client.writes(Ebay, 2).await.unwrap();
    assert_eq!((writes[0].outcome, writes[0].after), (WriteOutcome::Sold, Some(1)));
    assert!(writes[0].at_us > 1_500_000_000_000_000);
    client.reset().await.unwrap();
    assert!(client.quantities(Shopify).await.unwrap().is_empty());
}
