//! A kit is there as often as its parts allow, and a sale of it takes them.

use super::support::{Town, market};
use onhand::allocation::Rules;
use onhand::app::SetRules;
use onhand::domain::OrderMode;
use onhand_tests::shop::Mishap;
use onhand_tests::sim::accounts::WOOCOMMERCE;
use onhand_tests::sim::markets::WooCommerce;
use onhand_tests::sim::rest::MarketHandle;

/// Shirts, mugs, and gift sets of two shirts and a mug, on two channels.
async fn town(shirts: i64, mugs: i64) -> (Town, MarketHandle, MarketHandle) {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    let town = Town::open("[strict]\nsettle_ms = 0\n").await;
    {
        let mut shop = town.shop.counter();
        shop.product(101, "TEE", shirts);
        shop.product(102, "MUG", mugs);
        shop.kit(103, "SET", &[(101, 2), (102, 1)]);
    }
    for (name, market) in [("one", &one), ("two", &two)] {
        for (group, sku) in [(2, "TEE"), (3, "MUG"), (4, "SET")] {
            market.variation(group, sku, 0);
        }
        town.connect(name, WOOCOMMERCE, &market.url(), Some(OrderMode::Order)).await;
    }
    (town, one, two)
}

fn shown(market: &MarketHandle) -> [i64; 3] {
    ["TEE", "MUG", "SET"].map(|sku| market.shown(sku).unwrap())
}

#[tokio::test]
async fn the_least_of_its_parts_is_listed_and_follows_them() {
    let (town, one, two) = town(7, 5).await;
    assert_eq!((shown(&one), shown(&two)), ([7, 5, 3], [7, 5, 3]));
    town.shop.counter().sell(101, 3);
    town.settled().await;
    assert_eq!((shown(&one), shown(&two)), ([4, 5, 2], [4, 5, 2]));
    town.shop.counter().receive(101, 20);
    town.settled().await;
    assert_eq!(shown(&one), [24, 5, 5]);
}

#[tokio::test]
async fn a_sale_of_it_takes_its_parts_everywhere_and_once() {
    let (town, one, two) = town(7, 5).await;
    town.shop.counter().mishaps.extend([Mishap::Down; 10_000]);
    let order = one.sell(&[("SET", 2)]).unwrap();
    town.app.ask_orders("one").await.unwrap();
    // Before the shop knows of it.
    town.until("taken off", || shown(&two) == [3, 3, 1]).await;
    town.shop.counter().mishaps.clear();
    town.until("home", || town.shop.counter().stock[&101] == 3).await;
    town.settled().await;
    assert_eq!(town.shop.counter().stock[&102], 3);
    assert_eq!((shown(&one), shown(&two)), ([3, 3, 1], [3, 3, 1]));
    let told = town.shop.counter().orders.values().next().unwrap().told.clone();
    let lines = told["lines"].as_array().unwrap();
    assert_eq!(lines.iter().filter(|line| line["of"].is_null()).count(), 1, "one line of the order: {told}");
    assert_eq!(lines.len(), 3, "{told}");
    // What it is made of may change; what was sold is what it was made of then.
    town.shop.counter().kit(103, "SET", &[(101, 1)]);
    town.settled().await;
    one.order(&order, |sold| sold.stage = "cancelled");
    town.ask("one").await;
    let left = town.shop.counter().stock.clone();
    assert_eq!((left[&101], left[&102]), (7, 5));
    assert_eq!(shown(&two), [7, 5, 7]);
}

/// At the shop there are four shirts and one mug: one set, whatever lies in the warehouse.
#[tokio::test]
async fn a_kit_is_there_as_often_as_the_channels_locations_allow() {
    let (town, one, two) = town(12, 5).await;
    town.shop.counter().keep_at(101, "shop", 4);
    town.shop.counter().keep_at(102, "shop", 1);
    town.settled().await;
    let set = serde_json::from_value(serde_json::json!({"locations": ["shop"]})).unwrap();
    town.app.set_rules(SetRules { channel: Some("one".into()), set, ..SetRules::default() }).await.unwrap();
    town.settled().await;
    assert_eq!((shown(&one), shown(&two)), ([4, 1, 1], [12, 5, 5]));
    town.shop.counter().keep_at(102, "shop", 3);
    town.settled().await;
    assert_eq!((shown(&one), shown(&two)), ([4, 3, 2], [12, 5, 5]));
}

/// Its shirts come out of what is nobody's, not out of those that are the shirt's own listing's.
#[tokio::test]
async fn a_kit_is_not_sold_out_of_a_strict_parts_units() {
    let (town, one, _two) = town(12, 5).await;
    let set = Rules { strict: Some(true), ..Rules::default() };
    let change =
        SetRules { channel: Some("one".into()), sku: Some("TEE".into()), set, ..SetRules::default() };
    town.app.set_rules(change).await.unwrap();
    town.until("six are its own", || shown(&one) == [6, 5, 3]).await;
    one.sell(&[("SET", 2)]).unwrap();
    town.ask("one").await;
    town.until("home", || town.shop.counter().stock[&101] == 8).await;
    town.settled().await;
    assert_eq!(town.shop.counter().free(101), 2, "six are kept for what shows six");
    assert_eq!(shown(&one), [6, 3, 1]);
}
