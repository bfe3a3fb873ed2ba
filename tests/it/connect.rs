//! An account is connected, and given new credentials: what is not given stays as it is.

use crate::agent_support::Desk;
use crate::channels::credentials;
use onhand::app::{AddChannel, Added, AppError};
use onhand::mirror::channels::{StoredChannel, by_name};
use onhand_tests::sim::Marketplace::{Ebay, Shopify};
use serde_json::{Value, json};

/// As a request has it.
async fn add(desk: &Desk, body: Value) -> Result<Added, AppError> {
    let add: AddChannel = serde_json::from_value(body).unwrap();
    desk.app.add_channel(add).await
}

async fn stored(desk: &Desk, name: &'static str) -> Option<StoredChannel> {
    desk.app.db.readers.read(move |conn| by_name(conn, name)).await.unwrap()
}

async fn rule(desk: &Desk, buffer: i64) {
    let set = json!({"channel": "ebay", "set": {"buffer": buffer}});
    desk.app.set_rules(serde_json::from_value(set).unwrap()).await.unwrap();
}

fn new_secret() -> Value {
    json!({"name": "ebay", "kind": "ebay", "secrets": {"client_secret": "sim-client-secret"}, "check": true})
}

#[tokio::test]
async fn what_is_not_given_anew_stays_as_it_was() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    rule(&desk, 3).await;
    desk.shows(Ebay, "A", 7).await;
    let before = stored(&desk, "ebay").await.unwrap();

    let added = add(&desk, new_secret()).await.unwrap();
    assert!(added.account.is_some() && !added.paused, "{added:?}");
    let after = stored(&desk, "ebay").await.unwrap();
    assert_eq!((after.rules.buffer, &after.config), (Some(3), &before.config));
    assert!(after.credentials_ms >= before.credentials_ms);
    desk.sell(101, 9, 1);
    desk.shows(Ebay, "A", 6).await;

    // A setting that changes takes the place of that one alone; an empty one is taken back.
    let changed = json!({"name": "ebay", "kind": "ebay", "config": {"revisions_per_day": "9"}});
    add(&desk, changed).await.unwrap();
    let after = stored(&desk, "ebay").await.unwrap();
    assert_eq!(after.config["revisions_per_day"], "9");
    assert_eq!(after.config["client_id"], before.config["client_id"]);
    let taken_back = json!({"name": "ebay", "kind": "ebay", "config": {"revisions_per_day": ""}});
    add(&desk, taken_back).await.unwrap();
    assert_eq!(stored(&desk, "ebay").await.unwrap().config, before.config);

    let ruled = json!({"name": "ebay", "kind": "ebay", "rules": {"buffer": 1}});
    add(&desk, ruled).await.unwrap();
    desk.shows(Ebay, "A", 8).await;
}

#[tokio::test]
async fn who_is_paused_stays_paused_unless_it_is_said_otherwise() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    desk.app.pause_channel("ebay").await.unwrap();
    assert!(add(&desk, new_secret()).await.unwrap().paused);
    let paused = stored(&desk, "ebay").await.unwrap();
    assert_eq!((paused.active, paused.message.as_deref()), (false, Some("paused by hand")));
    desk.sell(101, 8, 2);
    desk.shows(Shopify, "A", 8).await;
    assert_eq!(desk.shown(Ebay, "A"), Some(10), "nothing is told to a paused channel");

    let mut live = new_secret();
    live["paused"] = json!(false);
    assert!(!add(&desk, live).await.unwrap().paused);
    desk.shows(Ebay, "A", 8).await;
}

#[tokio::test]
async fn a_channel_that_refused_its_credentials_runs_again_with_new_ones() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    desk.behave(Ebay, json!({"mode": "revoked"}));
    desk.sell(101, 9, 1);
    desk.channel_becomes("ebay", |channel| channel.state == "paused").await;
    let issues = desk.issues().await;
    let refused = issues.iter().find(|issue| issue.code == "channel_unauthorized").unwrap();
    assert!(refused.action.contains("Settings → ebay → New credentials"), "{}", refused.action);

    add(&desk, new_secret()).await.unwrap_err();
    assert!(!stored(&desk, "ebay").await.unwrap().active, "they are refused still");
    desk.well(Ebay);
    assert!(!add(&desk, new_secret()).await.unwrap().paused);
    desk.shows(Ebay, "A", 9).await;
    assert!(desk.issues().await.iter().all(|issue| issue.code != "channel_unauthorized"));
}

#[tokio::test]
async fn what_the_channel_refuses_is_not_stored() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    let mut wrong = new_secret();
    wrong["secrets"]["client_secret"] = json!("a slip of the pen");
    let refused = add(&desk, wrong).await.unwrap_err().to_string();
    assert!(!refused.contains("a slip of the pen"), "{refused}");
    desk.sell(101, 9, 1);
    desk.shows(Ebay, "A", 9).await;

    let (kind, config, _) = credentials(Ebay, &desk.rig.sim.url());
    let first = json!({"name": "other", "kind": kind, "config": config, "paused": true, "check": true,
        "secrets": {"client_secret": "wrong", "refresh_token": "wrong"}});
    add(&desk, first).await.unwrap_err();
    assert!(stored(&desk, "other").await.is_none(), "no channel is left behind");
}

#[tokio::test]
async fn another_kind_needs_another_name() {
    let desk = Desk::open("").await;
    let other = json!({"name": "ebay", "kind": "shopify", "secrets": {"access_token": "shpat_simulated"}});
    let refused = add(&desk, other).await.unwrap_err().to_string();
    assert!(refused.contains("ebay exists already and is a ebay channel"), "{refused}");
    assert_eq!(stored(&desk, "ebay").await.unwrap().kind, "ebay");
}

#[tokio::test]
async fn new_credentials_end_the_warning_that_the_old_ones_end() {
    let desk = Desk::open("").await;
    let aged = "UPDATE channel SET credentials_ms = credentials_ms - 540 * 86400000 WHERE name = 'ebay'";
    desk.app
        .db
        .writer
        .write(onhand::db::Lane::Normal, |tx| tx.execute(aged, []).map_err(onhand::db::DbError::from))
        .await
        .unwrap();
    desk.app.watch(&Default::default()).await.unwrap();
    let issues = desk.issues().await;
    let ending = issues.iter().find(|issue| issue.code == "credential_expiring").unwrap();
    assert!(ending.action.contains("Settings → ebay → New credentials"), "{}", ending.action);
    add(&desk, new_secret()).await.unwrap();
    assert!(desk.issues().await.iter().all(|issue| issue.code != "credential_expiring"));
}
