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

/// Begun on a channel that answers nothing, so that it stays at its first listings; ends when those have rules of their own.
async fn begun(desk: &Desk) -> i64 {
    desk.behave(Ebay, json!({"mode": "timeout_before_apply"}));
    let ask = json!({"change": {"channel": "ebay", "set": {"buffer": 4}}, "first": 3, "wait_s": 600});
    let ask: Carefully = serde_json::from_value(ask).unwrap();
    let anna = r#"{"kind":"user","id":1,"name":"anna"}"#;
    let id = on_behalf(anna.into(), desk.app.set_rules_carefully(ask)).await.unwrap();
    while own_rules(desk).await < 3 {
        assert_eq!(desk.app.job(id).await.unwrap().state, "running");
        tokio::task::yield_now().await;
    }
    id
}

#[tokio::test]
async fn cancelled_in_the_middle_nothing_was_changed() {
    let desk = desk().await;
    let of = RulesOf { channel: Some("ebay".into()), sku: Some("A".into()), ..RulesOf::default() };
    let own = json!({"channel": "ebay", "sku": "A", "set": {"buffer": 1, "max_listed": 9}});
    desk.app.set_rules(serde_json::from_value(own).unwrap()).await.unwrap();
    let before = desk.app.rules(&of).await.unwrap();
    desk.settled().await;
    let id = begun(&desk).await;
    desk.app.cancel_job(id).await.unwrap();
    loop {
        let job = desk.app.job(id).await.unwrap();
        if job.state != "running" {
            assert_eq!(job.state, "cancelled", "{job:?}");
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!((buffer(&desk).await, own_rules(&desk).await), (None, 1));
    assert_eq!(desk.app.rules(&of).await.unwrap(), before);
}

#[tokio::test]
async fn what_somebody_set_meanwhile_is_not_taken_back() {
    let desk = desk().await;
    let id = begun(&desk).await;
    let anna_sets = json!({"channel": "ebay", "sku": "B", "set": {"buffer": 7}});
    desk.app.set_rules(serde_json::from_value(anna_sets).unwrap()).await.unwrap();
    desk.app.cancel_job(id).await.unwrap();
    while desk.app.job(id).await.unwrap().state == "running" {
        tokio::task::yield_now().await;
    }
    let of = RulesOf { channel: Some("ebay".into()), sku: Some("B".into()), ..RulesOf::default() };
    assert_eq!(serde_json::to_value(desk.app.rules(&of).await.unwrap()).unwrap()["buffer"], 7);
    assert_eq!(own_rules(&desk).await, 1);
}

/// Killed, an agent leaves its database as it is in that moment: another one starts on a copy of it.
#[tokio::test]
async fn an_agent_that_was_killed_in_the_middle_takes_it_back_when_it_starts() {
    let desk = desk().await;
    let id = begun(&desk).await;
    let after = tempfile::tempdir().unwrap();
    onhand::portable::copy(&desk.dir.path().join("onhand.db"), &after.path().join("onhand.db")).unwrap();
    std::fs::copy(desk.dir.path().join("key"), after.path().join("key")).unwrap();
    std::fs::create_dir(after.path().join("journal")).unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let config = crate::agent_support::config(after.path(), "");
    let opened = onhand::app::App::open(config, onhand::clock::Clock::system(), stop.clone()).await.unwrap();
    let next = opened.app;
    let job = next.job(id).await.unwrap();
    assert_eq!(job.state, "interrupted");
    assert!(job.message.as_deref().is_some_and(|why| why.contains("taken back")), "{job:?}");
    for sku in SKUS {
        let of = RulesOf { channel: Some("ebay".into()), sku: Some(sku.into()), ..RulesOf::default() };
        assert_eq!(next.rules(&of).await.unwrap(), Default::default(), "{sku}");
    }
    let changes =
        next.db.readers.read(|conn| onhand::mirror::setting_changes::page(conn, None, None, 3)).await;
    assert!(changes.unwrap().iter().all(|change| change.actor["name"] == "anna"));
    stop.cancel();
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
