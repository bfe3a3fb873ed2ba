//! The channels' own word against what they should show.

use crate::agent_support::Desk;
use onhand::domain::ReconcileMode;
use onhand::reconcile::{Drift, drifts};
use onhand_tests::sim::Marketplace::{Ebay, Shopify};
use onhand_tests::sim::shopify::seed::Change;
use serde_json::json;

/// A difference counts at once: no channel here has a lag.
const NO_LAG: &str = "[reconcile]\nlag_ms = 0\n";

async fn found(desk: &Desk) -> Vec<Drift> {
    desk.app.db.readers.read(|conn| drifts(conn, None, 50)).await.unwrap()
}

#[tokio::test]
async fn nothing_is_done_where_all_is_in_step() {
    let mut desk = Desk::open(NO_LAG).await;
    desk.stock(&["A", "B", "C"], 5).await;
    for channel in ["shopify", "ebay"] {
        let counts = desk.app.reconcile_channel(channel, None).await.unwrap();
        assert_eq!((counts.compared, counts.drifted, counts.repaired), (3, 0, 0), "{channel}");
    }
    assert!(found(&desk).await.is_empty());
}

#[tokio::test]
async fn what_was_edited_or_sold_on_the_channel_is_found_named_and_put_right() {
    let mut desk = Desk::open(NO_LAG).await;
    desk.stock(&["A", "B", "C"], 5).await;
    for marketplace in [Shopify, Ebay] {
        let world = desk.rig.sim.world();
        world.change(marketplace, "A", Change::Set(9)).unwrap();
        world.change(marketplace, "B", Change::Sell(2)).unwrap();
        let counts = desk.app.reconcile_channel(marketplace.name(), None).await.unwrap();
        assert_eq!((counts.drifted, counts.repaired), (2, 2), "{marketplace:?}");
        desk.settled().await;
        let shown = desk.rig.sim.world().quantities(marketplace, &[]);
        assert!(shown.values().all(|quantity| *quantity == Some(5)), "{shown:?}");
    }
    let found = found(&desk).await;
    let cause = |sku: &str| found.iter().find(|one| one.sku.as_deref() == Some(sku)).unwrap().cause.clone();
    assert_eq!((cause("A"), cause("B")), ("edited".to_owned(), "sold_or_edited".to_owned()));
    assert!(found.iter().all(|one| one.repaired && one.desired == Some(5)));
}

#[tokio::test]
async fn a_channel_that_lied_is_found_out() {
    let mut desk = Desk::open(NO_LAG).await;
    desk.stock(&["A"], 5).await;
    desk.sell(101, 4, 1);
    desk.settled().await;
    desk.behave(Ebay, json!({"mode": "lie", "count": 1}));
    desk.sell(101, 3, 1);
    desk.settled().await;
    assert_eq!(desk.rig.sim.world().quantities(Ebay, &["A".to_owned()])["A"], Some(4));
    let counts = desk.app.reconcile_channel("ebay", None).await.unwrap();
    assert_eq!(counts.repaired, 1);
    assert_eq!(found(&desk).await[0].cause, "not_applied");
    desk.settled().await;
    assert_eq!(desk.rig.sim.world().quantities(Ebay, &["A".to_owned()])["A"], Some(3));
}

#[tokio::test]
async fn a_channel_may_be_reported_on_only() {
    let mut desk = Desk::open(NO_LAG).await;
    desk.stock(&["A"], 5).await;
    desk.app.set_reconcile_mode("shopify", Some(ReconcileMode::Report)).await.unwrap();
    desk.rig.sim.world().change(Shopify, "A", Change::Set(9)).unwrap();
    let counts = desk.app.reconcile_channel("shopify", None).await.unwrap();
    assert_eq!((counts.drifted, counts.repaired), (1, 0));
    desk.settled().await;
    assert_eq!(desk.rig.sim.world().quantities(Shopify, &["A".to_owned()])["A"], Some(9));
    assert!(!found(&desk).await[0].repaired);
    // On demand it is repaired all the same.
    let counts = desk.app.reconcile_channel("shopify", Some(true)).await.unwrap();
    assert_eq!(counts.repaired, 1);
    desk.settled().await;
    assert_eq!(desk.rig.sim.world().quantities(Shopify, &["A".to_owned()])["A"], Some(5));
}

#[tokio::test]
async fn a_lag_is_waited_for() {
    let mut desk = Desk::open("[reconcile]\nlag_ms = 3600000\n").await;
    desk.stock(&["A"], 5).await;
    desk.sell(101, 4, 1);
    desk.settled().await;
    desk.sell(101, 3, 1);
    desk.settled().await;
    // What it showed before its last confirmation.
    desk.rig.sim.world().change(Shopify, "A", Change::Set(4)).unwrap();
    let counts = desk.app.reconcile_channel("shopify", None).await.unwrap();
    assert_eq!((counts.drifted, counts.repaired), (1, 0));
    assert_eq!(found(&desk).await[0].cause, "channel_lag");
}

#[tokio::test]
async fn a_listing_that_ended_becomes_a_dead_letter_and_a_channel_that_tells_of_nothing_ends_none() {
    let mut desk = Desk::open(NO_LAG).await;
    let skus: Vec<String> = (0..10).map(|n| format!("S{n}")).collect();
    desk.stock(&skus.iter().map(String::as_str).collect::<Vec<_>>(), 5).await;
    desk.rig.sim.world().end(Ebay, "S3", true).unwrap();
    let counts = desk.app.reconcile_channel("ebay", None).await.unwrap();
    assert_eq!((counts.compared, counts.drifted), (9, 1));
    let found = found(&desk).await;
    assert_eq!(
        (found[0].cause.as_str(), found[0].shown, found[0].sku.as_deref()),
        ("ended", None, Some("S3"))
    );
    for sku in &skus[4..] {
        desk.rig.sim.world().end(Ebay, sku, true).unwrap();
    }
    let counts = desk.app.reconcile_channel("ebay", None).await.unwrap();
    assert_eq!(counts.drifted, 0, "too much to believe");
    let open = desk.app.db.readers.read(onhand::issues::open).await.unwrap();
    assert!(open.iter().any(|issue| issue.code == "listings_missing"), "{open:?}");
}
