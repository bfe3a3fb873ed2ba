//! A channel that is not wanted any more: what is forgotten of it, what stays, and what keeps it from being forgotten.

use super::support::{Town, market};
use crate::agent_support::Desk;
use crate::channels::credentials;
use onhand::allocation::Rules;
use onhand::app::SetRules;
use onhand::db::on_behalf;
use onhand::domain::{OrderMode, PoolId};
use onhand::ledger::history::{self, HistoryFilter, LedgerPush};
use onhand::mirror::setting_changes;
use onhand_tests::shop::Mishap;
use onhand_tests::sim::Marketplace::{Ebay, Shopify};
use onhand_tests::sim::accounts::WOOCOMMERCE;
use onhand_tests::sim::markets::WooCommerce;
use serde_json::{Value, json};

const ANNA: &str = r#"{"kind":"user","id":1,"name":"anna"}"#;

async fn told(desk: &Desk) -> Vec<LedgerPush> {
    let filter = HistoryFilter { pool: PoolId(101), at: None, before: None, limit: 9 };
    let history = desk.app.db.readers.read(move |conn| history::read(conn, &filter)).await.unwrap();
    history.unwrap().rows.into_iter().flat_map(|row| row.pushes).collect()
}

async fn count(desk: &Desk, what: &'static str) -> i64 {
    let read = move |conn: &rusqlite::Connection| {
        Ok::<_, onhand::db::DbError>(conn.query_row(what, [], |row| row.get(0))?)
    };
    desk.app.db.readers.read(read).await.unwrap()
}

#[tokio::test]
async fn a_channel_is_forgotten_and_the_ledger_knows_what_it_was_told() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B"], 10).await;
    let rule = json!({"channel": "ebay", "product": 101, "set": {"buffer": 2}});
    desk.app.set_rules(serde_json::from_value(rule).unwrap()).await.unwrap();
    desk.sell(101, 9, 1);
    desk.shows(Ebay, "A", 7).await;
    desk.settled().await;

    let removed = on_behalf(ANNA.into(), desk.app.remove_channel("ebay")).await.unwrap();
    assert_eq!((removed.name.as_str(), removed.listings, removed.orders), ("ebay", 2, 0));
    let names: Vec<String> = desk.app.channels().await.unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["shopify"]);
    assert_eq!(desk.shown(Ebay, "A"), Some(7), "what it shows stays as it is");
    for left in [
        "SELECT count(*) FROM rule_set",
        "SELECT count(*) FROM push WHERE channel IS NULL AND listing_id = 0",
    ] {
        assert_eq!(count(&desk, left).await, 0, "{left}");
    }
    let pushes = told(&desk).await;
    let of_ebay: Vec<_> = pushes.iter().filter(|push| push.channel == "ebay").collect();
    assert!(of_ebay.iter().any(|push| push.quantity == 7 && push.listing == 0), "{pushes:?}");
    let changes =
        desk.app.db.readers.read(|conn| setting_changes::page(conn, Some("channel"), None, 1)).await.unwrap();
    let noted: &Value = &json!(changes)[0];
    assert_eq!(
        (&noted["subject"], &noted["after"], &noted["actor"]["name"]),
        (&json!("ebay"), &Value::Null, &json!("anna"))
    );
    let changes =
        desk.app.db.readers.read(|conn| setting_changes::page(conn, Some("rules"), None, 1)).await.unwrap();
    let noted = json!(changes)[0]["subject"].to_string();
    assert!(noted.contains("ebay"), "not a rule of all channels: {noted}");

    // Nobody else is held up by it, and a new one of the same name begins anew.
    desk.sell(101, 6, 3);
    desk.shows(Shopify, "A", 6).await;
    let (kind, config, secrets) = credentials(Ebay, &desk.rig.sim.url());
    let again = json!({"name": "ebay", "kind": kind, "config": config});
    let again = onhand::app::AddChannel { secrets, ..serde_json::from_value(again).unwrap() };
    desk.app.add_channel(again).await.unwrap();
    assert_eq!(desk.app.auto_match("ebay").await.unwrap().linked, 2);
    desk.shows(Ebay, "A", 6).await;
    desk.settled().await;
    let before: usize = of_ebay.len();
    let now = told(&desk).await.iter().filter(|push| push.channel == "ebay" && push.listing == 0).count();
    assert_eq!(now, before, "what the first was told is not the second's");
}

#[tokio::test]
async fn an_order_that_is_not_home_keeps_its_channel() {
    let one = market(WooCommerce).await;
    one.variation(2, "TEE", 5);
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 5);
    town.connect("one", WOOCOMMERCE, &one.url(), Some(OrderMode::Order)).await;
    town.shop.counter().mishaps.extend([Mishap::Down; 10_000]);
    one.sell(&[("TEE", 2)]).unwrap();
    town.app.ask_orders("one").await.unwrap();
    let refused = town.app.remove_channel("one").await.unwrap_err().to_string();
    assert!(refused.contains("1 orders of one are not in the shop's stock yet"), "{refused}");

    // It is worked for as before.
    town.shop.counter().mishaps.clear();
    town.until("the order is home", || town.shop.counter().stock[&101] == 3).await;
    one.sell(&[("TEE", 1)]).unwrap();
    town.ask("one").await;
    town.until("the next one too", || town.shop.counter().stock[&101] == 2).await;
    town.settled().await;
    let removed = town.app.remove_channel("one").await.unwrap();
    assert_eq!((removed.listings, removed.orders), (1, 2));
    assert_eq!(town.shop.counter().orders.len(), 2, "the shop's orders stay");
    assert_eq!(one.shown("TEE"), Some(2));
}

#[tokio::test]
async fn units_that_were_its_alone_are_the_shops_again() {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    let town = Town::open("[strict]\nsettle_ms = 0\nrebalance_ms = 0\n").await;
    town.shop.counter().product(101, "TEE", 10);
    for (name, market) in [("one", &one), ("two", &two)] {
        market.variation(2, "TEE", 0);
        town.connect(name, WOOCOMMERCE, &market.url(), Some(OrderMode::Order)).await;
    }
    let set = Rules { strict: Some(true), ..Rules::default() };
    town.app.set_rules(SetRules { set, ..SetRules::default() }).await.unwrap();
    town.until("both have a third", || one.shown("TEE") == Some(3) && two.shown("TEE") == Some(3)).await;
    town.settled().await;
    town.app.remove_channel("one").await.unwrap();
    let kept = || town.shop.counter().allotted.get(&("one".to_owned(), 101)).copied().unwrap_or(0);
    town.until("nothing is kept for it", || kept() == 0).await;
    assert_eq!(one.shown("TEE"), Some(3), "what it shows stays as it is");
}
