//! Who changed which setting, before and after; what rules would do before they hold; long work; what nobody does and somebody
//! should hear of.

use crate::agent_support::Desk;
use onhand::app::SetRules;
use onhand::db::{DbError, Lane, on_behalf};
use onhand::jobs::{Job, Jobs, What};
use onhand::mirror::{events, setting_changes};
use onhand_tests::sim::Marketplace::{self, Ebay, Shopify};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const ANNA: &str = r#"{"kind":"user","id":1,"name":"anna"}"#;

fn change(of: Value) -> SetRules {
    serde_json::from_value(of).unwrap()
}

async fn changes(desk: &Desk) -> Vec<Value> {
    let rows = desk.app.db.readers.read(|conn| setting_changes::page(conn, None, None, 100)).await.unwrap();
    rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect()
}

async fn anna_sets(desk: &Desk, of: Value) {
    on_behalf(ANNA.into(), desk.app.set_rules(change(of))).await.unwrap();
    desk.settled().await;
}

#[tokio::test]
async fn every_change_of_rules_says_who_made_it_and_can_be_taken_back() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B"], 10).await;
    let known = changes(&desk).await.len();
    desk.app.set_rules(change(json!({"channel": "ebay", "set": {"buffer": 1}}))).await.unwrap();
    assert_eq!(changes(&desk).await.len(), known, "what the agent does by itself is nobody's change");
    anna_sets(&desk, json!({"channel": "ebay", "set": {"buffer": 4}})).await;
    anna_sets(&desk, json!({"channel": "ebay", "sku": "A", "set": {"max_listed": 3}})).await;
    anna_sets(&desk, json!({"sku": "B", "set": {"max_listed": 2}})).await;
    anna_sets(&desk, json!({"sku": "B", "set": {"max_listed": 5}})).await;
    anna_sets(&desk, json!({"sku": "B", "unset": ["max_listed"]})).await;
    anna_sets(&desk, json!({"sku": "B", "unset": ["max_listed"]})).await;
    let told = changes(&desk).await;
    let told: Vec<&Value> = told.iter().take(told.len() - known).collect();
    let words: Vec<(&str, Value, Value)> = told
        .iter()
        .map(|row| {
            assert_eq!(
                (row["actor"]["name"].as_str(), row["setting"].as_str()),
                (Some("anna"), Some("rules"))
            );
            let number = |side: &str| {
                let rules = &row[side];
                rules["buffer"].as_i64().or(rules["max_listed"].as_i64()).map_or(Value::Null, Value::from)
            };
            (row["subject"].as_str().unwrap(), number("before"), number("after"))
        })
        .collect();
    assert_eq!(
        words,
        [
            ("all channels: sku B", json!(5), Value::Null),
            ("all channels: sku B", json!(2), json!(5)),
            ("all channels: sku B", Value::Null, json!(2)),
            ("ebay: A", Value::Null, json!(3)),
            ("ebay", json!(1), json!(4)),
        ]
    );
    desk.shows(Ebay, "A", 3).await;
    let id = |place: usize| told[place]["id"].as_i64().unwrap();
    // What was said last is taken back first.
    let refused = desk.app.undo_change(id(1)).await.unwrap_err().to_string();
    assert!(refused.contains("changed again since"), "{refused}");
    desk.app.undo_change(id(0)).await.unwrap();
    desk.both_show("B", 5).await;
    desk.app.undo_change(id(3)).await.unwrap();
    desk.shows(Ebay, "A", 6).await;
    desk.app.undo_change(id(4)).await.unwrap();
    desk.shows(Ebay, "A", 9).await;
    assert!(desk.app.undo_change(i64::MAX).await.is_err());
}

#[tokio::test]
async fn other_settings_of_the_agent_can_be_taken_back_too() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    let newest = async |desk: &Desk| changes(desk).await[0].clone();
    let of_ebay = async |desk: &Desk| {
        desk.app
            .db
            .readers
            .read(|conn| onhand::mirror::channels::by_name(conn, "ebay"))
            .await
            .unwrap()
            .unwrap()
    };
    let rule: onhand::allocation::PriceRule =
        serde_json::from_value(json!({"currency": "EUR", "percent": "8"})).unwrap();
    on_behalf(ANNA.into(), desk.app.set_prices("ebay", Some(rule.clone()))).await.unwrap();
    let priced = newest(&desk).await;
    assert_eq!((&priced["setting"], &priced["undo"]), (&json!("prices"), &json!(true)));
    on_behalf(ANNA.into(), desk.app.undo_change(priced["id"].as_i64().unwrap())).await.unwrap();
    assert_eq!(of_ebay(&desk).await.prices, None);
    // Taking back can be taken back.
    let back = newest(&desk).await["id"].as_i64().unwrap();
    on_behalf(ANNA.into(), desk.app.undo_change(back)).await.unwrap();
    assert_eq!(of_ebay(&desk).await.prices, Some(rule));

    let mode = Some(onhand::domain::ReconcileMode::Report);
    on_behalf(ANNA.into(), desk.app.set_reconcile_mode("ebay", mode)).await.unwrap();
    desk.app.undo_change(newest(&desk).await["id"].as_i64().unwrap()).await.unwrap();
    assert_eq!(of_ebay(&desk).await.reconcile, None);

    let orders = |mode: &str| serde_json::from_value(json!({"mode": mode, "since_ms": 1000})).unwrap();
    on_behalf(ANNA.into(), desk.app.set_orders("ebay", orders("order"))).await.unwrap();
    on_behalf(ANNA.into(), desk.app.set_orders("ebay", orders("stock"))).await.unwrap();
    let stock = newest(&desk).await["id"].as_i64().unwrap();
    desk.app.undo_change(stock).await.unwrap();
    assert_eq!(of_ebay(&desk).await.orders.map(|rules| rules.mode), Some(onhand::domain::OrderMode::Order));
    let refused = desk.app.undo_change(stock).await.unwrap_err().to_string();
    assert!(refused.contains("changed again since"), "{refused}");

    on_behalf(ANNA.into(), desk.app.pause_channel("ebay")).await.unwrap();
    desk.app.undo_change(newest(&desk).await["id"].as_i64().unwrap()).await.unwrap();
    assert!(of_ebay(&desk).await.active);
    desk.sell(101, 9, 1);
    desk.shows(Ebay, "A", 9).await;

    let hook = json!({"url": "http://127.0.0.1:9/", "types": ["stock.changed"]});
    let (hook, _) = desk.app.add_hook(serde_json::from_value(hook).unwrap()).await.unwrap();
    on_behalf(ANNA.into(), desk.app.set_hook(hook, false)).await.unwrap();
    desk.app.undo_change(newest(&desk).await["id"].as_i64().unwrap()).await.unwrap();
    assert_eq!(desk.app.hooks().await.unwrap()[0].state, "active");

    on_behalf(ANNA.into(), desk.app.remove_hook(hook)).await.unwrap();
    let gone = newest(&desk).await;
    assert_eq!(gone["undo"], json!(false), "its secret is gone: {gone}");
    let refused = desk.app.undo_change(gone["id"].as_i64().unwrap()).await.unwrap_err().to_string();
    assert!(refused.contains("set it by hand"), "{refused}");
}

#[tokio::test]
async fn credentials_are_noted_and_never_kept_and_a_pause_of_the_agents_own_is_the_agents() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    let (kind, config, secrets) = crate::channels::credentials(Ebay, &desk.rig.sim.url());
    let add = |secrets| onhand::app::AddChannel {
        name: kind.into(),
        kind: kind.into(),
        config: config.clone(),
        secrets,
        rules: None,
        paused: None,
        check: false,
    };
    on_behalf(ANNA.into(), desk.app.add_channel(add(secrets))).await.unwrap();
    let told = changes(&desk).await;
    let noted = told.iter().find(|row| row["setting"] == "credentials").expect("new credentials");
    assert_eq!((&noted["before"], &noted["after"]), (&Value::Null, &Value::Null));
    on_behalf(ANNA.into(), desk.app.pause_channel("ebay")).await.unwrap();
    assert_eq!(changes(&desk).await[0]["after"]["state"], "paused");
    desk.app.resume_channel("ebay").await.unwrap();
    desk.behave(Ebay, json!({"mode": "revoked"}));
    desk.sell(101, 9, 1);
    desk.channel_becomes("ebay", |channel| channel.state == "paused").await;
    let newest = &changes(&desk).await[0];
    assert_eq!((&newest["actor"]["kind"], &newest["subject"]), (&json!("agent"), &json!("ebay")));
    assert!(newest["after"]["message"].as_str().is_some_and(|why| !why.is_empty()), "{newest}");
}

#[tokio::test]
async fn what_the_shop_says_of_its_settings_is_noted_once() {
    let mut desk = Desk::open("").await;
    let at = desk.tick();
    let record = json!({"t": "setting", "id": "00000000000000aa", "at": at, "setting": "routing", "actor": {"kind": "user", "id": 1, "name": "anna"},
        "before": "[]", "after": "[{\"name\":\"north\"}]", "req": "r"});
    desk.append(&[record.clone(), record]);
    desk.settled().await;
    let told = changes(&desk).await;
    let told: Vec<&Value> = told.iter().filter(|row| row["setting"] == "routing").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["after"], json!([{"name": "north"}]));
    assert_eq!(told[0]["at"], json!(at / 1000));
}

/// Whatever the rules are for: what the preview says is what the listings show once they hold.
#[tokio::test]
async fn what_rules_would_do_is_known_before_they_hold() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B", "C"], 10).await;
    for of in [
        json!({"channel": "ebay", "set": {"buffer": 4}}),
        json!({"channel": "ebay", "sku": "A", "set": {"max_listed": 1}}),
        json!({"set": {"percent": 50}}),
        json!({"sku": "C", "set": {"stop_at": 10}}),
        json!({"channel": "ebay", "unset": ["buffer"]}),
    ] {
        let before = desired(&desk).await;
        let preview = desk.app.preview_rules(change(of.clone())).await.unwrap();
        assert_eq!(desired(&desk).await, before, "a look changes nothing");
        let mut foretold = before.clone();
        for item in &preview.items {
            let at = foretold.iter_mut().find(|(channel, sku, _)| {
                *channel == item.channel && Some(sku.as_str()) == item.sku.as_deref()
            });
            at.unwrap().2 = item.then;
        }
        desk.app.set_rules(change(of.clone())).await.unwrap();
        desk.settled().await;
        let after = desired(&desk).await;
        assert_eq!(foretold, after, "{of}");
        let differ = before.iter().zip(&after).filter(|(one, other)| one != other).count();
        assert_eq!(preview.changed, i64::try_from(differ).unwrap());
        let units = |rows: &[(String, String, Option<i64>)], channel: &str| -> i64 {
            rows.iter().filter(|row| row.0 == channel).filter_map(|row| row.2).sum()
        };
        for one in &preview.channels {
            assert_eq!(
                (one.units, one.units_then),
                (units(&before, &one.channel), units(&after, &one.channel))
            );
        }
    }
    let wrong = desk.app.preview_rules(change(json!({"set": {"percent": 200}}))).await.unwrap_err();
    assert!(wrong.to_string().contains("percent: 200"), "{wrong}");
}

#[tokio::test]
async fn what_other_quantities_would_do_is_known_before_they_are_there() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B", "KIT"], 10).await;
    // Two of A and one of B in each.
    let kit = desk.item(103, json!({"sku": "KIT", "name": "KIT", "parts": [[101, 2], [102, 1]]}));
    desk.append(&[kit]);
    desk.settled().await;
    desk.app.set_rules(change(json!({"channel": "ebay", "set": {"buffer": 3}}))).await.unwrap();
    desk.settled().await;
    let mut kits = 0;
    for quantities in
        [[(101, 7), (102, 10)], [(101, 0), (102, 1)], [(101, 4), (102, -2)], [(101, 50), (102, 60)]]
    {
        let supposed = quantities.map(|(item, units)| json!({"item": item, "quantity": units.to_string()}));
        let supposed = serde_json::from_value(json!({ "quantities": supposed })).unwrap();
        let before = desired(&desk).await;
        let preview = desk.app.preview_quantities(supposed).await.unwrap();
        assert_eq!(desired(&desk).await, before, "a look changes nothing");
        let mut foretold = before.clone();
        for item in &preview.items {
            let at = foretold.iter_mut().find(|(channel, sku, _)| {
                *channel == item.channel && Some(sku.as_str()) == item.sku.as_deref()
            });
            at.unwrap().2 = item.then;
        }
        let records: Vec<Value> =
            quantities.iter().map(|(id, units)| desk.statement(*id, *units, vec![])).collect();
        desk.append(&records);
        desk.settled().await;
        let after = desired(&desk).await;
        assert_eq!(foretold, after, "{quantities:?}");
        kits += preview.items.iter().filter(|one| one.sku.as_deref() == Some("KIT")).count();
    }
    // Less 3 of buffer on eBay: 2, none from the second on, 22. On Shopify: 5, 3, none, 25.
    assert_eq!(kits, 5, "kits are made of them");
    let none = serde_json::from_value(json!({"quantities": [{"item": 999, "quantity": "1"}]})).unwrap();
    assert_eq!(desk.app.preview_quantities(none).await.unwrap().listings, 0, "it is on no channel");
}

async fn desired(desk: &Desk) -> Vec<(String, String, Option<i64>)> {
    use onhand::mirror::query::{ListingFilter, listings};
    let filter = ListingFilter { limit: 1000, ..ListingFilter::default() };
    let rows = desk.app.db.readers.read(move |conn| listings(conn, &filter)).await.unwrap();
    let mut rows: Vec<_> =
        rows.into_iter().map(|row| (row.channel, row.sku.unwrap_or_default(), row.desired)).collect();
    rows.sort();
    rows
}

async fn ended(desk: &Desk, id: i64) -> Job {
    for _ in 0..1000 {
        let job = desk.app.job(id).await.unwrap();
        if job.state != "running" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it still runs: {:?}", desk.app.job(id).await);
}

#[tokio::test]
async fn long_work_says_how_far_it_is_and_is_there_afterwards() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B"], 10).await;
    let id = desk.app.start_job(What::Match, "ebay").await.unwrap();
    let job = ended(&desk, id).await;
    assert_eq!((job.state.as_str(), job.done, job.total), ("done", 2, Some(2)), "{job:?}");
    assert_eq!(job.result.unwrap()["already"], 2);
    let compared = desk.app.start_job(What::Compare, "ebay").await.unwrap();
    assert_eq!(ended(&desk, compared).await.state, "done");
    let listed = desk.app.list_jobs(false, 10).await.unwrap();
    assert_eq!(listed.iter().map(|job| job.id).collect::<Vec<_>>(), [compared, id]);
    assert!(desk.app.start_job(What::Match, "nowhere").await.is_err());
    let refused = desk.app.cancel_job(id).await.unwrap_err().to_string();
    assert!(refused.contains("does not run any more: done"), "{refused}");
}

#[tokio::test]
async fn long_work_can_be_cancelled_and_runs_once() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    desk.behave(Ebay, json!({"mode": "slow", "ms": 60_000, "on": "all"}));
    let id = desk.app.start_job(What::Match, "ebay").await.unwrap();
    assert_eq!(desk.app.start_job(What::Match, "ebay").await.unwrap(), id, "it runs already");
    let running = desk.app.list_jobs(true, 10).await.unwrap();
    assert_eq!(running.iter().map(|job| (job.id, job.state.as_str())).collect::<Vec<_>>(), [(id, "running")]);
    desk.app.cancel_job(id).await.unwrap();
    assert_eq!(ended(&desk, id).await.state, "cancelled");
    assert!(desk.app.list_jobs(true, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_ran_when_the_agent_ended_was_interrupted() {
    let desk = Desk::open("").await;
    desk.behave(Ebay, json!({"mode": "slow", "ms": 60_000, "on": "all"}));
    let id = desk.app.start_job(What::Match, "ebay").await.unwrap();
    let anew = Jobs::open(desk.app.db.clone(), desk.app.clock.now_ms()).await.unwrap();
    let job = anew.one(id, desk.app.clock.now_ms()).await.unwrap().unwrap();
    assert_eq!(job.state, "interrupted");
    assert!(job.message.unwrap().contains("start it again"));
}

async fn told(desk: &Desk) -> Vec<String> {
    desk.app
        .db
        .readers
        .read(|conn| {
            let mut select = conn.prepare("SELECT type FROM event ORDER BY event_id")?;
            let rows = select.query_map([], |row| row.get(0))?;
            Ok::<_, DbError>(rows.collect::<Result<Vec<String>, _>>()?)
        })
        .await
        .unwrap()
}

/// Somebody who wants to hear of these. Nobody answers there.
async fn subscribe(desk: &Desk, types: &[&str]) {
    let add = json!({"url": "http://127.0.0.1:9/hook", "types": types});
    desk.app.add_hook(serde_json::from_value(add).unwrap()).await.unwrap();
}

async fn credentials_from(desk: &Desk, at_ms: i64) {
    desk.app
        .db
        .writer
        .write(Lane::Normal, move |tx| {
            tx.execute("UPDATE channel SET credentials_ms = ?1", [at_ms])?;
            Ok::<_, DbError>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_channel_that_falls_behind_is_told_of_once() {
    let mut desk = Desk::open("events.lag_seconds = 0\n").await;
    desk.stock(&["A"], 10).await;
    subscribe(&desk, &[events::CHANNEL_LAGGING]).await;
    assert_eq!(desk.app.watch(&BTreeSet::new()).await.unwrap(), BTreeSet::new());
    desk.behave(Marketplace::Ebay, json!({"mode": "fail", "status": 503}));
    desk.sell(101, 9, 1);
    desk.shows(Shopify, "A", 9).await;
    desk.channel_becomes("ebay", |channel| channel.oldest_behind_ms.is_some_and(|ms| ms > 0)).await;
    let lagging = desk.app.watch(&BTreeSet::new()).await.unwrap();
    assert_eq!(lagging, BTreeSet::from(["ebay".to_owned()]));
    assert_eq!(desk.app.watch(&lagging).await.unwrap(), lagging);
    assert_eq!(told(&desk).await, [events::CHANNEL_LAGGING]);
    on_behalf(ANNA.into(), desk.app.pause_channel("ebay")).await.unwrap();
    assert_eq!(desk.app.watch(&lagging).await.unwrap(), BTreeSet::new(), "who is paused does not lag");
}

#[tokio::test]
async fn credentials_that_end_soon_are_an_issue_until_there_are_new_ones() {
    let desk = Desk::open("").await;
    subscribe(&desk, &[events::CREDENTIAL_EXPIRING]).await;
    let now_ms = desk.app.clock.now_ms();
    let open = async || {
        let issues = desk.issues().await;
        issues.into_iter().filter(|issue| issue.code == "credential_expiring").collect::<Vec<_>>()
    };
    for days in [500, 540, 540] {
        credentials_from(&desk, now_ms - days * 86_400_000).await;
        desk.app.watch(&BTreeSet::new()).await.unwrap();
    }
    // Shopify's last until somebody takes them back.
    let issues = open().await;
    assert_eq!(issues.len(), 1, "{issues:?}");
    assert!(issues[0].scope == "ebay" && issues[0].action.contains("Renew"), "{issues:?}");
    assert_eq!(told(&desk).await, [events::CREDENTIAL_EXPIRING]);
    credentials_from(&desk, now_ms).await;
    desk.app.watch(&BTreeSet::new()).await.unwrap();
    assert!(open().await.is_empty());
}

#[tokio::test]
async fn more_sold_than_there_is_is_told_each_time() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 1).await;
    subscribe(&desk, &[events::OVERSOLD]).await;
    for (left, sold) in [(0, 1), (-1, 1), (-2, 1), (-1, -1)] {
        desk.sell(101, left, sold);
        desk.settled().await;
    }
    assert_eq!(told(&desk).await, [events::OVERSOLD, events::OVERSOLD]);
}
