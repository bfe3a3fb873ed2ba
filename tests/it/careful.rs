//! A change of rules goes to a few listings first, and is taken back by itself when channels refuse it.

use crate::agent_support::Desk;
use onhand::app::{Carefully, RulesOf};
use onhand::db::on_behalf;
use onhand_tests::sim::Marketplace::Ebay;
use serde_json::{Value, json};
use std::time::Duration;

const SKUS: [&str; 12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];

async fn carefully(desk: &Desk, ask: Value) -> Value {
    let ask: Carefully = serde_json::from_value(ask).unwrap();
    let anna = r#"{"kind":"user","id":1,"name":"anna"}"#;
    let id = on_behalf(anna.into(), desk.app.set_rules_carefully(ask)).await.unwrap();
    let mut changes = desk.app.dispatcher.changes();
    loop {
        let job = desk.app.job(id).await.unwrap();
        if job.state != "running" {
            assert_eq!(job.state, "done", "{job:?}");
            return job.result.unwrap();
        }
        // The book of jobs rings no bell.
        let _ = tokio::time::timeout(Duration::from_millis(50), changes.changed()).await;
    }
}

async fn desk() -> Desk {
    let mut desk = Desk::open("").await;
    desk.stock(&SKUS, 10).await;
    desk
}

fn shown(desk: &Desk) -> Vec<i64> {
    let skus: Vec<String> = SKUS.iter().map(ToString::to_string).collect();
    let shown = desk.rig.sim.world().quantities(Ebay, &skus);
    skus.iter().map(|sku| shown[sku].unwrap()).collect()
}

async fn own_rules(desk: &Desk) -> usize {
    let mut own = 0;
    for sku in SKUS {
        let of = RulesOf { channel: Some("ebay".into()), sku: Some(sku.into()), ..RulesOf::default() };
        own += usize::from(desk.app.rules(&of).await.unwrap() != Default::default());
    }
    own
}

async fn buffer(desk: &Desk) -> Option<i64> {
    let of = RulesOf { channel: Some("ebay".into()), ..RulesOf::default() };
    let rules = serde_json::to_value(desk.app.rules(&of).await.unwrap()).unwrap();
    rules["buffer"].as_i64()
}

#[tokio::test]
async fn what_channels_take_holds_for_all() {
    let desk = desk().await;
    let ask = json!({"change": {"channel": "ebay", "set": {"buffer": 4}}, "first": 3, "wait_s": 20});
    let done = carefully(&desk, ask).await;
    assert_eq!((done["first"].as_array().unwrap().len(), &done["halted"]), (3, &Value::Null), "{done}");
    assert_eq!(
        (done["watched"]["listings"].clone(), done["watched"]["waiting"].clone()),
        (json!(12), json!(0))
    );
    desk.settled().await;
    assert_eq!(shown(&desk), [6; 12]);
    assert_eq!((buffer(&desk).await, own_rules(&desk).await), (Some(4), 0));
}

#[tokio::test]
async fn what_the_first_refuse_reaches_no_other() {
    let desk = desk().await;
    desk.behave(Ebay, json!({"mode": "partial", "skus": SKUS}));
    let ask = json!({"change": {"channel": "ebay", "set": {"buffer": 10}}, "first": 3, "wait_s": 20});
    let done = carefully(&desk, ask).await;
    assert!(done["halted"].as_str().unwrap().contains("of the first 3"), "{done}");
    assert!(done["halted"].as_str().unwrap().contains("nothing else was changed"), "{done}");
    desk.settled().await;
    assert_eq!(shown(&desk), [10; 12]);
    assert_eq!((buffer(&desk).await, own_rules(&desk).await), (None, 0));
    let told = "SELECT count(DISTINCT listing_id) FROM push JOIN listing USING (listing_id) WHERE channel_id = 2 AND quantity = 0";
    let told: i64 = desk
        .app
        .db
        .readers
        .read(move |conn| Ok::<_, onhand::db::DbError>(conn.query_row(told, [], |row| row.get(0))?))
        .await
        .unwrap();
    assert_eq!(told, 3, "nobody else was told anything");
}

#[tokio::test]
async fn what_the_rest_refuses_is_taken_back() {
    let desk = desk().await;
    let change = json!({"channel": "ebay", "set": {"buffer": 4}});
    let preview = desk.app.preview_rules(serde_json::from_value(change.clone()).unwrap()).await.unwrap();
    let rest: Vec<String> = preview.items.iter().skip(3).filter_map(|one| one.sku.clone()).collect();
    assert_eq!(rest.len(), 9);
    desk.behave(Ebay, json!({"mode": "partial", "skus": rest}));
    let done = carefully(&desk, json!({"change": change, "first": 3, "wait_s": 20, "most_wrong": 2})).await;
    assert!(done["halted"].as_str().unwrap().contains("the change was taken back"), "{done}");
    desk.settled().await;
    assert_eq!(shown(&desk), [10; 12]);
    assert_eq!((buffer(&desk).await, own_rules(&desk).await), (None, 0));
}

#[tokio::test]
async fn what_cannot_be_tried_on_a_few_is_refused() {
    let desk = desk().await;
    for change in [json!({"sku": "A", "set": {"buffer": 1}}), json!({"channel": "ebay", "unset": ["buffer"]})]
    {
        let ask: Carefully = serde_json::from_value(json!({ "change": change })).unwrap();
        let refused = desk.app.set_rules_carefully(ask).await.unwrap_err().to_string();
        assert!(refused.contains("a few first"), "{refused}");
    }
}
