//! Rules decide what is listed; a variation's own goes before its channel's, and what is said of it names whose it was.

use crate::agent_support::{Desk, movement};
use onhand::app::SetRules;
use onhand::domain::PoolId;
use onhand::ledger::history::{self, HistoryFilter};
use onhand::mirror::query::{self, ListingFilter};
use onhand_tests::sim::Marketplace::{Ebay, Shopify};
use serde_json::{Value, json};

async fn set(desk: &Desk, change: Value) -> Result<Value, String> {
    let change: SetRules = serde_json::from_value(change).unwrap();
    let rules = desk.app.set_rules(change).await.map_err(|error| error.to_string())?;
    desk.settled().await;
    Ok(serde_json::to_value(rules).unwrap())
}

#[tokio::test]
async fn a_rule_is_applied_at_once_and_the_variations_own_goes_first() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B"], 10).await;
    set(&desk, json!({"channel": "ebay", "set": {"percent": 50, "buffer": 2}})).await.unwrap();
    desk.shows(Ebay, "A", 4).await;
    desk.shows(Shopify, "A", 10).await;
    set(&desk, json!({"channel": "ebay", "sku": "A", "set": {"percent": 100}})).await.unwrap();
    desk.shows(Ebay, "A", 8).await;
    assert_eq!(desk.shown(Ebay, "B"), Some(4));
    set(&desk, json!({"channel": "ebay", "sku": "A", "set": {"enabled": true}, "unset": ["percent"]}))
        .await
        .unwrap();
    desk.shows(Ebay, "A", 4).await;
    set(&desk, json!({"channel": "ebay", "set": {"stop_at": 10}})).await.unwrap();
    desk.shows(Ebay, "A", 0).await;
    let left =
        set(&desk, json!({"channel": "ebay", "unset": ["stop_at", "percent", "buffer"]})).await.unwrap();
    assert_eq!(left["buffer"], Value::Null);
    desk.both_show("A", 10).await;
}

async fn reason(desk: &Desk, channel: &str, sku: &str) -> String {
    let filter = ListingFilter {
        channel: Some(channel.into()),
        sku: Some(sku.into()),
        limit: 1,
        ..ListingFilter::default()
    };
    let found = desk.app.db.readers.read(move |conn| query::listings(conn, &filter)).await.unwrap();
    found.first().unwrap().reason.clone()
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    let refused =
        set(&desk, json!({"channel": "ebay", "set": {"percent": 120, "buffer": -1}})).await.unwrap_err();
    assert!(refused.contains("percent: 120") && refused.contains("buffer: -1"), "{refused}");
    let unknown = set(&desk, json!({"channel": "ebay", "unset": ["bufer"]})).await.unwrap_err();
    assert!(unknown.contains("bufer") && unknown.contains("max_listed"), "{unknown}");
    assert!(set(&desk, json!({"channel": "ebay", "sku": "NONE", "set": {"buffer": 1}})).await.is_err());
    assert!(set(&desk, json!({"channel": "nowhere", "set": {"buffer": 1}})).await.is_err());
    desk.both_show("A", 10).await;
}

#[tokio::test]
async fn the_last_units_of_what_sells_fast_are_the_shops_alone_until_the_channels_are_known_to_hear_soon() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B"], 30).await;
    set(&desk, json!({"channel": "ebay", "set": {"risk_ppm": 1000}})).await.unwrap();
    for sold in 1..=20 {
        desk.sell(101, 30 - sold, 1);
    }
    // How late eBay hears of a sale is not known yet: a minute is presumed.
    desk.shows(Ebay, "A", 0).await;
    desk.shows(Shopify, "A", 10).await;
    assert_eq!(reason(&desk, "ebay", "A").await, "selling_fast");
    assert_eq!(desk.app.keep_pace().await.unwrap(), 1);
    desk.shows(Ebay, "A", 10).await;
    set(&desk, json!({"channel": "ebay", "sku": "A", "set": {"risk_ppm": 0}})).await.unwrap();
    desk.sell(101, 1, 9);
    desk.both_show("A", 1).await;
}

#[tokio::test]
async fn the_fewer_variations_a_rule_is_for_the_sooner_it_is_heard() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B"], 10).await;
    let shirt =
        |terms: Value| json!({"sku": "A", "name": "A", "kind": "variation", "parent": 200, "terms": terms});
    let record = desk.item(101, shirt(json!([["category", "clothes"], ["tag", "summer"]])));
    let product = desk.item(200, json!({"kind": "variable"}));
    desk.append(&[record, product]);
    desk.settled().await;
    set(&desk, json!({"set": {"max_listed": 9}})).await.unwrap();
    desk.both_show("A", 9).await;
    desk.both_show("B", 9).await;
    set(&desk, json!({"tag": "summer", "set": {"buffer": 4}})).await.unwrap();
    desk.both_show("A", 6).await;
    set(&desk, json!({"channel": "ebay", "category": "clothes", "set": {"percent": 50, "buffer": 0}}))
        .await
        .unwrap();
    desk.shows(Ebay, "A", 3).await;
    desk.shows(Shopify, "A", 6).await;
    assert_eq!(desk.shown(Ebay, "B"), Some(9));
    set(&desk, json!({"product": 200, "set": {"percent": 100}})).await.unwrap();
    desk.shows(Ebay, "A", 6).await;
    set(&desk, json!({"sku": "A", "set": {"buffer": 8}})).await.unwrap();
    desk.both_show("A", 2).await;
    let rows = desk.app.all_rules().await.unwrap();
    let kinds: Vec<bool> = rows.iter().map(|row| row.of.channel.is_some()).collect();
    assert_eq!(kinds, [false, false, false, true, false], "{rows:?}");
    set(&desk, json!({"sku": "A", "unset": ["buffer"]})).await.unwrap();
    desk.both_show("A", 6).await;
    let elsewhere = desk.item(101, shirt(json!([["tag", "winter"]])));
    desk.append(&[elsewhere]);
    desk.both_show("A", 9).await;
    let unknown = set(&desk, json!({"tag": "sumer", "set": {"buffer": 1}})).await.unwrap_err();
    assert!(unknown.contains("tag sumer"), "{unknown}");
    let both = set(&desk, json!({"tag": "winter", "product": 200, "set": {"buffer": 1}})).await.unwrap_err();
    assert!(both.contains("not for both"), "{both}");
}

/// Locations: a channel shows what is where it is fed from, in words too; the whole is no more than the shop has.
#[tokio::test]
async fn a_channel_is_fed_from_its_locations() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    let refused = set(&desk, json!({"channel": "ebay", "set": {"locations": ["shop"]}})).await.unwrap_err();
    assert!(refused.contains("has said of none yet"), "{refused}");
    let mut stated = desk.statement(101, 10, vec![]);
    stated["places"] = json!([["main", "7"], ["shop", "3"]]);
    desk.append(&[stated]);
    desk.settled().await;
    let refused = set(&desk, json!({"channel": "ebay", "set": {"locations": ["shed"]}})).await.unwrap_err();
    assert!(refused.contains("no location shed; it has main, shop"), "{refused}");
    let refused = set(&desk, json!({"channel": "ebay", "set": {"locations": []}})).await.unwrap_err();
    assert!(refused.contains("at least one location"), "{refused}");
    set(&desk, json!({"channel": "ebay", "set": {"locations": ["shop"]}})).await.unwrap();
    desk.shows(Ebay, "A", 3).await;
    assert_eq!(desk.shown(Shopify, "A"), Some(10), "a channel without such a rule shows all");
    // What moves from place to place changes no count, and is on the ledger.
    let mut moved = desk.statement(
        101,
        10,
        vec![movement("place", Some("-2"), "transfer"), movement("place", Some("2"), "transfer")],
    );
    moved["places"] = json!([["main", "5"], ["shop", "5"]]);
    moved["moves"][0]["place"] = json!("main");
    moved["moves"][1]["place"] = json!("shop");
    desk.append(&[moved]);
    desk.shows(Ebay, "A", 5).await;
    let rows = desk.app.db.readers.read(|conn| {
        let filter = HistoryFilter { pool: PoolId(101), at: None, before: None, limit: 9 };
        history::read(conn, &filter)
    });
    let rows = rows.await.unwrap().unwrap().rows;
    let notes: Vec<_> =
        rows.iter().filter(|row| row.cause == "transfer").map(|row| row.note.clone()).collect();
    assert_eq!(notes, [Some("shop: +2".to_owned()), Some("main: -2".to_owned())]);
    assert!(rows.iter().all(|row| row.cause != "unexplained"), "{rows:?}");
    // A sale that nobody has routed yet is main's; a place that owes gives nothing.
    let mut sold = desk.statement(101, 4, vec![movement("delta", Some("-6"), "order_reduced")]);
    sold["places"] = json!([["main", "-1"], ["shop", "5"]]);
    desk.append(&[sold]);
    desk.both_show("A", 4).await;
}
