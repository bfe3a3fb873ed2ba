//! One order, one movement of the stock, whatever happens on the way.

use super::support::{Town, market};
use onhand::domain::OrderMode;
use onhand::orders::query::OrderFilter;
use onhand_tests::shop::Mishap;
use onhand_tests::sim::accounts::WOOCOMMERCE;
use onhand_tests::sim::markets::{WooCommerce, woocommerce_webhook};
use onhand_tests::sim::rest::MarketHandle;

const SECRET: &str = "sim-webhook-secret";

/// Two channels and a shop, with one product of five.
async fn town(mode: OrderMode) -> (Town, MarketHandle, MarketHandle) {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    for market in [&one, &two] {
        market.variation(2, "TEE", 5);
    }
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 5);
    town.connect("one", WOOCOMMERCE, &one.url(), Some(mode)).await;
    town.connect("two", WOOCOMMERCE, &two.url(), Some(mode)).await;
    (town, one, two)
}

fn deliver(town: &Town, market: &MarketHandle, order: &str) {
    let (headers, body) =
        market.with_shelf(|shelf| woocommerce_webhook(shelf.order(order.parse().unwrap()).unwrap(), SECRET));
    town.shop.counter().relay("one", &headers, &body);
}

#[tokio::test]
async fn a_sale_becomes_an_order_and_vanishes_everywhere() {
    let (town, one, two) = town(OrderMode::Order).await;
    let order = one.sell(&[("TEE", 2)]).unwrap();
    deliver(&town, &one, &order);
    town.settled().await;
    let book = town.book().await;
    assert_eq!(
        (book[0].state, book[0].via.as_str(), book[0].order.as_str()),
        ("home", "webhook", order.as_str())
    );
    assert_eq!(book[0].shop_order, Some(5001));
    for (q, expected) in [("tee", 1), ("5001", 1), (order.as_str(), 1), ("cup", 0)] {
        let filter = OrderFilter { q: Some(q.to_owned()), limit: 9, ..OrderFilter::default() };
        assert_eq!(town.app.list_orders(filter).await.unwrap().len(), expected, "{q}");
    }
    assert_eq!(town.shop.counter().stock[&101], 3);
    assert_eq!((one.shown("TEE"), two.shown("TEE")), (Some(3), Some(3)));
    let brought = town.shop.counter().orders.values().next().unwrap().clone();
    assert_eq!(brought.told["lines"][0]["total"], "20.00");
    assert_eq!(brought.told["shipping"][0]["tax"], "0.93");
    assert_eq!(brought.told["delivery"]["city"], "London");
    assert_eq!(brought.told["currency"], "EUR");
}

#[tokio::test]
async fn fifty_deliveries_and_as_many_askings_with_an_agent_that_dies_make_one_order() {
    let (mut town, one, two) = town(OrderMode::Order).await;
    let order = one.sell(&[("TEE", 1)]).unwrap();
    town.shop.counter().mishaps.extend([Mishap::ReplyLost, Mishap::Down, Mishap::ReplyLost]);
    for time in 0..50 {
        deliver(&town, &one, &order);
        let app = town.app.clone();
        // Nobody waits for it: the agent may be gone before it ends.
        tokio::spawn(async move { app.ask_orders("one").await });
        if time % 10 == 5 {
            town.restart().await;
        }
    }
    town.ask("one").await;
    let (orders, stock) = {
        let counter = town.shop.counter();
        (counter.orders.clone(), counter.stock.clone())
    };
    assert_eq!(orders.len(), 1, "{:?}", town.book().await);
    assert_eq!(orders.values().next().unwrap().moves, 1);
    assert_eq!(stock[&101], 4);
    assert_eq!(town.book().await.len(), 1);
    assert_eq!((one.shown("TEE"), two.shown("TEE")), (Some(4), Some(4)));
}

#[tokio::test]
async fn a_channel_that_asks_for_patience_amid_its_pages_is_read_to_its_end() {
    let (town, one, two) = town(OrderMode::Order).await;
    one.with_shelf(|shelf| shelf.set("TEE", 500));
    town.shop.counter().receive(101, 495);
    town.settled().await;
    for _ in 0..230 {
        one.sell(&[("TEE", 1)]).unwrap();
    }
    let throttle = serde_json::json!({"mode": "throttle", "count": 2, "retry_after_s": 0});
    one.behave(serde_json::from_value(throttle).unwrap());
    town.ask("one").await;
    assert_eq!(town.shop.counter().orders.len(), 230);
    assert_eq!((one.shown("TEE"), two.shown("TEE")), (Some(270), Some(270)));
}

#[tokio::test]
async fn the_ledger_names_the_channels_order_as_the_cause() {
    let (town, one, _two) = town(OrderMode::Stock).await;
    let order = one.sell(&[("TEE", 2)]).unwrap();
    town.ask("one").await;
    let rows: Vec<(String, String, i64)> = town
        .app
        .db
        .readers
        .read(|conn| {
            let mut select = conn
                .prepare("SELECT cause, ref, delta_micros FROM ledger WHERE cause LIKE 'channel%'")
                .map_err(onhand::db::DbError::from)?;
            let rows = select
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .map_err(onhand::db::DbError::from)?;
            rows.collect::<Result<_, _>>().map_err(onhand::db::DbError::from)
        })
        .await
        .unwrap();
    assert_eq!(rows, [("channel_order".to_owned(), format!("one:{order}"), -2_000_000)]);
    let told: i64 = town
        .app
        .db
        .readers
        .read(|conn| {
            let sql =
                "SELECT count(*) FROM push p JOIN ledger l USING (ledger_id) WHERE l.cause = 'channel_order'";
            conn.query_row(sql, [], |row| row.get(0)).map_err(onhand::db::DbError::from)
        })
        .await
        .unwrap();
    assert!(told >= 1, "what the other channel was told stands under the sale");
    assert_eq!(town.book().await[0].shop_order, None, "a movement of the stock alone makes no order");
}

#[tokio::test]
async fn what_is_cancelled_or_sent_back_returns_to_the_stock_once() {
    let (town, one, two) = town(OrderMode::Order).await;
    let order = one.sell(&[("TEE", 3)]).unwrap();
    town.ask("one").await;
    assert_eq!(town.shop.counter().stock[&101], 2);
    one.order(&order, |sold| sold.lines[0].cancelled = 1);
    town.ask("one").await;
    assert_eq!(town.shop.counter().stock[&101], 3);
    one.order(&order, |sold| sold.stage = "shipped");
    town.ask("one").await;
    assert_eq!(town.shop.counter().stock[&101], 3, "what was cancelled is told as returned: nothing new");
    one.order(&order, |sold| sold.lines[0].returned = 1);
    town.ask("one").await;
    town.ask("one").await;
    assert_eq!(town.shop.counter().stock[&101], 4);
    assert_eq!(two.shown("TEE"), Some(4));
    let whole = one.sell(&[("TEE", 2)]).unwrap();
    town.ask("one").await;
    one.order(&whole, |sold| sold.stage = "cancelled");
    town.ask("one").await;
    assert_eq!(town.shop.counter().stock[&101], 4);
    assert_eq!((one.shown("TEE"), two.shown("TEE")), (Some(4), Some(4)));
}

#[tokio::test]
async fn what_cannot_come_home_is_parked_with_its_reason_and_tried_again() {
    let (town, one, two) = town(OrderMode::Order).await;
    one.variation(2, "SECRET-SKU", 9);
    let order = one.sell(&[("SECRET-SKU", 1), ("TEE", 1)]).unwrap();
    town.ask("one").await;
    let parked = town.book().await.remove(0);
    assert_eq!((parked.state, parked.code.as_deref()), ("parked", Some("unknown_sku")));
    assert!(parked.message.unwrap().contains("SECRET-SKU"));
    assert_eq!(two.shown("TEE"), Some(4), "what is known of it is sold all the same");
    assert_eq!(parked_issues(&town).await.len(), 1, "it is among what is wrong");
    // In vain: it stays there.
    town.app.retry_orders(Some(parked.id), vec![]).await.unwrap();
    town.settled().await;
    assert_eq!(parked_issues(&town).await.len(), 1);
    town.shop.counter().product(102, "SECRET-SKU", 9);
    town.settled().await;
    town.app.retry_orders(Some(parked.id), vec![]).await.unwrap();
    town.settled().await;
    let home = town.book().await.remove(0);
    assert_eq!((home.state, home.order), ("home", order));
    assert_eq!(parked_issues(&town).await, [""; 0]);
    let stock = town.shop.counter().stock.clone();
    assert_eq!((stock[&101], stock[&102]), (4, 8));
}

async fn parked_issues(town: &Town) -> Vec<String> {
    let open = town.app.db.readers.read(onhand::issues::open).await.unwrap();
    open.into_iter().filter(|issue| issue.code == "order_parked").map(|issue| issue.message).collect()
}

#[tokio::test]
async fn an_sku_of_several_variations_is_said_to_be_that_and_what_a_person_dealt_with_is_no_issue() {
    let (town, one, _two) = town(OrderMode::Order).await;
    one.variation(2, "TWICE", 9);
    town.shop.counter().product(103, "TWICE", 4);
    town.shop.counter().product(104, "TWICE", 4);
    one.sell(&[("TWICE", 1)]).unwrap();
    town.ask("one").await;
    let parked = town.book().await.remove(0);
    assert_eq!((parked.state, parked.code.as_deref()), ("parked", Some("shared_sku")));
    assert!(parked.message.unwrap().contains("Several variations of the shop have the SKU TWICE"));
    assert_eq!(parked_issues(&town).await.len(), 1);
    town.app.close_order(parked.id).await.unwrap();
    assert_eq!(parked_issues(&town).await, [""; 0]);
}

#[tokio::test]
async fn an_oversold_order_waits_for_a_person() {
    let (town, one, two) = town(OrderMode::Order).await;
    one.sell(&[("TEE", 5)]).unwrap();
    // The shop sells the same units before anybody hears of it.
    town.shop.counter().sell(101, 3);
    town.settled().await;
    town.ask("one").await;
    let parked = town.book().await.remove(0);
    assert_eq!((parked.state, parked.code.as_deref()), ("parked", Some("oversold")));
    assert_eq!((one.shown("TEE"), two.shown("TEE")), (Some(0), Some(0)), "nobody else sells what is gone");
    assert!(town.app.retry_orders(Some(parked.id), vec!["everything".into()]).await.is_err());
    town.app.retry_orders(Some(parked.id), vec!["oversold".into()]).await.unwrap();
    town.settled().await;
    assert_eq!(town.book().await[0].state, "home");
    assert_eq!(town.shop.counter().stock[&101], -3);
}

#[tokio::test]
async fn a_forged_or_repeated_webhook_is_not_believed() {
    let (town, one, _two) = town(OrderMode::Order).await;
    let order = one.sell(&[("TEE", 1)]).unwrap();
    let (headers, mut body) =
        one.with_shelf(|shelf| woocommerce_webhook(shelf.order(order.parse().unwrap()).unwrap(), SECRET));
    body[10] ^= 1;
    town.shop.counter().relay("one", &headers, &body);
    town.settled().await;
    let refused = || async {
        let issues = town.app.db.readers.read(onhand::issues::open).await.unwrap();
        issues.iter().any(|issue| issue.code == "webhook_refused")
    };
    let mut changes = town.app.dispatcher.changes();
    while !refused().await {
        tokio::time::timeout(std::time::Duration::from_secs(10), changes.changed()).await.ok();
    }
    assert!(town.book().await.is_empty());
}

#[tokio::test]
async fn what_left_the_house_is_told_to_the_channel() {
    let (town, one, _two) = town(OrderMode::Order).await;
    let order = one.sell(&[("TEE", 1)]).unwrap();
    town.ask("one").await;
    town.shop.counter().shipped("one", &order, &[("1", 1)], "00340434161094042557");
    town.settled().await;
    town.ask("one").await;
    let (stage, notes) = one.with_shelf(|shelf| {
        let sold = shelf.order(order.parse().unwrap()).unwrap();
        (sold.stage, sold.shipments.clone())
    });
    assert_eq!(stage, "shipped");
    assert_eq!(notes.len(), 1);
    assert!(notes[0].1.contains("00340434161094042557"));
}

fn reads(market: &MarketHandle) -> usize {
    market.requests().iter().filter(|request| request.operation == "orders").count()
}

#[tokio::test]
async fn a_replay_is_not_looked_at_and_one_that_is_old_is_asked_about() {
    let (town, one, _two) = town(OrderMode::Order).await;
    let order = one.sell(&[("TEE", 1)]).unwrap();
    deliver(&town, &one, &order);
    town.settled().await;
    let before = reads(&one);
    deliver(&town, &one, &order);
    town.settled().await;
    assert_eq!(reads(&one), before, "nothing is asked because of a replay");
    let late = one.sell(&[("TEE", 1)]).unwrap();
    one.order(&late, |sold| sold.changed_us -= 3_600_000_000);
    deliver(&town, &one, &late);
    town.settled().await;
    let asked: Vec<String> =
        one.requests().into_iter().skip(before).map(|request| request.operation).collect();
    let mut changes = town.app.dispatcher.changes();
    while reads(&one) == before {
        tokio::time::timeout(std::time::Duration::from_secs(10), changes.changed()).await.ok();
    }
    assert!(town.book().await.iter().all(|known| known.order != late || known.via == "poll"), "{asked:?}");
}

#[tokio::test]
async fn an_asking_that_fails_says_so() {
    let (town, one, _two) = town(OrderMode::Order).await;
    one.behave(
        serde_json::from_value(serde_json::json!({"mode": "fail", "status": 500, "count": 1})).unwrap(),
    );
    let failed = town.app.ask_orders("one").await.unwrap_err().to_string();
    assert!(failed.contains("the orders of one cannot be read"), "{failed}");
    town.ask("one").await;
}

/// One order in a form that nobody knows: the others come home, and it does when it can be read.
#[tokio::test]
async fn an_order_that_cannot_be_read_waits_by_itself() {
    let one = market(WooCommerce).await;
    one.variation(2, "TEE", 9);
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 9);
    town.connect("one", WOOCOMMERCE, &one.url(), Some(OrderMode::Order)).await;
    one.with_shelf(|shelf| while shelf.number() < 123_456 {});
    one.sell(&[("TEE", 1)]).unwrap();
    let bad = one.with_shelf(|shelf| shelf.sold[0].id);
    one.sell(&[("TEE", 2)]).unwrap();
    one.garble(Some(bad));
    town.ask("one").await;
    assert_eq!(town.shop.counter().stock[&101], 7, "the other one is home");
    let said = || async { town.app.db.readers.read(onhand::issues::open).await.unwrap() };
    let issues = said().await;
    let about = issues.iter().find(|issue| issue.code == "order_unreadable").expect("it is said");
    assert!(about.message.contains(&format!("Order {bad} of one cannot be read")), "{}", about.message);
    one.garble(None);
    town.ask("one").await;
    assert_eq!(town.shop.counter().stock[&101], 6);
    assert!(said().await.iter().all(|issue| issue.code != "order_unreadable"));
}
