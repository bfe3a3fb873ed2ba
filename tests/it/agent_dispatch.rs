//! What dispatch promises, seen at the marketplaces.

use crate::agent_support::Desk;
use crate::sim_support::plain;
use onhand_tests::sim::Marketplace::{Ebay, Shopify};
use onhand_tests::sim::record::WriteOutcome;
use onhand_tests::sim::shopify::seed::Change;
use serde_json::json;

#[tokio::test]
async fn a_sale_reaches_both_marketplaces() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5).await;
    desk.sell(101, 3, 2);
    desk.both_show("A", 3).await;
    desk.settled().await;
    desk.rig.assert_no_violations();
}

#[tokio::test]
async fn a_thousand_changes_of_one_listing_cost_few_calls() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5000).await;
    let before = desk.rig.sim.world().requests(Shopify, 0).len();
    for left in (4000..5000).rev() {
        desk.sell(101, left, 1);
    }
    desk.both_show("A", 4000).await;
    desk.settled().await;
    let calls = desk.rig.sim.world().requests(Shopify, 0).len() - before;
    assert!(calls < 100, "{calls} calls for 1000 changes");
}

#[tokio::test]
async fn what_sold_out_goes_first() {
    let mut desk = Desk::open("").await;
    let skus: Vec<String> = (0..60).map(|n| format!("S{n:02}")).collect();
    desk.stock(&skus.iter().map(String::as_str).collect::<Vec<_>>(), 5).await;
    desk.app.pause_channel("ebay").await.unwrap();
    let since = desk.rig.sim.world().writes(Ebay, 0).last().map_or(0, |write| write.n);
    desk.import(&(101..160).map(|pool| (pool, 9)).collect::<Vec<_>>());
    desk.import(&[(130, 4)]);
    desk.sell(160, 0, 5);
    desk.shows(Shopify, "S59", 0).await;
    desk.app.resume_channel("ebay").await.unwrap();
    desk.settled().await;
    let order: Vec<String> =
        desk.rig.sim.world().writes(Ebay, since).into_iter().filter_map(|write| write.sku).collect();
    assert_eq!(order[..2], ["S59".to_owned(), "S29".to_owned()], "sold out, then the decrease");
}

#[tokio::test]
async fn one_channel_that_is_down_does_not_delay_the_other_and_comes_back_by_itself() {
    let mut desk = Desk::open(
        "dispatch.retry_delays_ms = [50]\ndispatch.circuit_open_ms = 100\ndispatch.circuit_failures = 2\n",
    )
    .await;
    desk.stock(&["A"], 5).await;
    desk.behave(Ebay, json!({"mode": "fail", "status": 503}));
    desk.sell(101, 4, 1);
    desk.shows(Shopify, "A", 4).await;
    desk.channel_becomes("ebay", |channel| channel.state == "circuit_open").await;
    assert!(desk.issues().await.iter().any(|issue| issue.code == "channel_down"));
    desk.sell(101, 3, 1);
    desk.shows(Shopify, "A", 3).await;
    desk.well(Ebay);
    desk.both_show("A", 3).await;
    desk.settled().await;
    assert!(desk.issues().await.is_empty(), "{:?}", desk.issues().await);
}

#[tokio::test]
async fn revoked_credentials_pause_that_channel_alone_and_nothing_is_lost() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5).await;
    desk.behave(Shopify, json!({"mode": "revoked"}));
    desk.sell(101, 4, 1);
    desk.shows(Ebay, "A", 4).await;
    desk.channel_becomes("shopify", |channel| channel.state == "paused").await;
    let issues = desk.issues().await;
    let issue = issues.iter().find(|issue| issue.code == "channel_unauthorized").unwrap();
    assert!(
        issue.message.contains("access token") && issue.action.contains("channel resume shopify"),
        "{issue:?}"
    );
    desk.sell(101, 1, 3);
    desk.shows(Ebay, "A", 1).await;
    desk.well(Shopify);
    desk.app.resume_channel("shopify").await.unwrap();
    desk.both_show("A", 1).await;
    desk.settled().await;
    assert!(desk.issues().await.is_empty());
}

#[tokio::test]
async fn a_throttled_channel_is_left_alone_as_long_as_it_asks() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5).await;
    let mark = desk.rig.sim.world().requests(Ebay, 0).last().map_or(0, |request| request.n);
    desk.behave(Ebay, json!({"mode": "throttle", "count": 1, "retry_after_s": 1}));
    desk.sell(101, 4, 1);
    desk.shows(Ebay, "A", 4).await;
    let times: Vec<i64> =
        desk.rig.sim.world().requests(Ebay, mark).iter().map(|request| request.at_us).collect();
    assert!(times.len() == 2 && times[1] - times[0] >= 1_000_000, "{times:?}");
}

#[tokio::test]
async fn a_refused_listing_becomes_a_dead_letter_and_can_be_redriven() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B"], 5).await;
    desk.behave(Ebay, json!({"mode": "partial", "skus": ["A"], "code": "25004"}));
    desk.sell(101, 4, 1);
    desk.sell(102, 4, 1);
    desk.shows(Ebay, "B", 4).await;
    desk.channel_becomes("ebay", |channel| channel.dead == 1).await;
    let letters =
        desk.app.db.readers.read(|conn| onhand::dispatch::dead_letters::list(conn, None)).await.unwrap();
    assert_eq!((letters[0].sku.as_deref(), letters[0].code.as_deref()), (Some("A"), Some("25004")));
    assert!(desk.issues().await.iter().any(|issue| issue.code == "dead_letter"));
    desk.well(Ebay);
    let redrive =
        |tx: &rusqlite::Transaction<'_>| onhand::dispatch::dead_letters::redrive(tx, Some("ebay"), None, 1);
    let (channels, count) = desk.app.db.writer.write(onhand::db::Lane::Normal, redrive).await.unwrap();
    assert_eq!(count, 1);
    desk.app.dispatcher.wake(channels);
    desk.shows(Ebay, "A", 4).await;
    desk.settled().await;
    assert!(desk.issues().await.is_empty());
}

#[tokio::test]
async fn a_bad_row_never_holds_up_its_batch_on_shopify() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B", "C"], 5).await;
    desk.rig.sim.world().end(Shopify, "B", true).unwrap();
    desk.import(&[(101, 7), (102, 7), (103, 7)]);
    desk.shows(Shopify, "A", 7).await;
    desk.shows(Shopify, "C", 7).await;
    desk.channel_becomes("shopify", |channel| channel.dead == 1).await;
}

#[tokio::test]
async fn a_sale_on_the_channel_is_read_before_anything_is_written_over_it() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5).await;
    desk.rig.sim.world().change(Shopify, "A", Change::Sell(1)).unwrap();
    desk.sell(101, 3, 2);
    desk.shows(Shopify, "A", 3).await;
    desk.settled().await;
    let outcomes: Vec<_> =
        desk.rig.sim.world().writes(Shopify, 0).iter().map(|write| write.outcome).collect();
    assert_eq!(outcomes, [WriteOutcome::Sold, WriteOutcome::Rejected, WriteOutcome::Applied]);
    let listing = desk.listing("shopify", "A").await;
    assert_eq!((listing.observed, listing.confirmed), (Some(4), Some(3)));
}

#[tokio::test]
async fn an_applied_push_without_a_reply_is_not_repeated_as_another_change() {
    let mut desk = Desk::open("http.timeout_ms = 500\ndispatch.retry_delays_ms = [50]\n").await;
    desk.stock(&["A"], 5).await;
    for marketplace in [Shopify, Ebay] {
        desk.behave(marketplace, json!({"mode": "timeout_after_apply", "count": 1, "on": "writes"}));
    }
    desk.sell(101, 2, 3);
    desk.both_show("A", 2).await;
    desk.settled().await;
    let applied = |outcome: &WriteOutcome| *outcome == WriteOutcome::Applied;
    let writes = desk.rig.sim.world().writes(Shopify, 0);
    assert_eq!(writes.iter().filter(|write| applied(&write.outcome)).count(), 1, "{writes:?}");
}

#[tokio::test]
async fn the_daily_allowance_keeps_a_part_for_selling_out() {
    let mut sim = plain();
    sim.ebay_limits.revisions_per_day = 250;
    let mut desk = Desk::with(sim, "").await;
    desk.stock(&["A"], 5000).await;
    let channel = desk.app.channels().await.unwrap();
    assert_eq!(channel.len(), 2);
    // As if 200 of the 250 pushes of today had been made.
    let now_ms = onhand::clock::Clock::system().now_ms();
    desk.app
        .db
        .writer
        .write(onhand::db::Lane::Normal, move |tx| {
            tx.execute(
                "INSERT INTO quota SELECT channel_id, coalesce(group_key, 'listing:' || listing_id), ?1 / 86400000, 200
                 FROM listing WHERE channel_id = (SELECT channel_id FROM channel WHERE name = 'ebay')
                 ON CONFLICT DO UPDATE SET used = 200",
                [now_ms],
            )?;
            Ok::<_, onhand::db::DbError>(())
        })
        .await
        .unwrap();
    desk.sell(101, 4000, 1000);
    desk.shows(Shopify, "A", 4000).await;
    assert_eq!(desk.shown(Ebay, "A"), Some(5000), "an ordinary decrease waits");
    desk.sell(101, 0, 4000);
    desk.both_show("A", 0).await;
}

#[tokio::test]
async fn prices_follow_the_shops_where_a_rule_says_so() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5).await;
    let price = |desk: &Desk| desk.rig.sim.world().ebay_price("A").unwrap().0;
    let before = price(&desk);
    let item = desk.item(101, json!({"sku": "A", "name": "A", "price": "20"}));
    desk.append(&[item]);
    desk.settled().await;
    assert_eq!(price(&desk), before, "off by default");
    let rule: onhand::allocation::PriceRule =
        serde_json::from_value(json!({"currency": "EUR", "percent": "10", "ending": "0.99"})).unwrap();
    let operator = serde_json::from_value(json!({"name": "operator", "kind": "mirakl", "paused": true,
        "config": {"endpoint": "http://127.0.0.1:9"}, "secrets": {"api_key": "k"}}));
    desk.app.add_channel(operator.unwrap()).await.unwrap();
    let refused = desk.app.set_prices("operator", Some(rule.clone())).await.unwrap_err();
    assert!(refused.to_string().contains("quantities only"), "{refused}");
    desk.app.set_prices("ebay", Some(rule)).await.unwrap();
    desk.settled().await;
    assert_eq!(price(&desk), "22.99");
    let item = desk.item(101, json!({"sku": "A", "name": "A", "price": "30"}));
    desk.append(&[item]);
    desk.sell(101, 4, 1);
    desk.settled().await;
    assert_eq!((price(&desk).as_str(), desk.shown(Ebay, "A")), ("33.99", Some(4)));
    let writes = desk.rig.sim.world().writes(Ebay, 0).len();
    desk.app.set_prices("ebay", None).await.unwrap();
    let item = desk.item(101, json!({"sku": "A", "name": "A", "price": "40"}));
    desk.append(&[item]);
    desk.settled().await;
    assert_eq!((price(&desk).as_str(), desk.rig.sim.world().writes(Ebay, 0).len()), ("33.99", writes));
    desk.rig.assert_no_violations();
}
