//! A push must not put back a unit that the channel has sold and of which nobody has heard yet.

use super::support::{Town, market};
use onhand::domain::OrderMode;
use onhand_tests::shop::Mishap;
use onhand_tests::sim::accounts::WOOCOMMERCE;
use onhand_tests::sim::markets::WooCommerce;

/// Without asking for orders before a push, the channel would show 1 for a unit that is sold.
#[tokio::test]
async fn a_push_does_not_put_back_a_unit_that_was_just_sold() {
    let one = market(WooCommerce).await;
    one.variation(2, "TEE", 2);
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 2);
    town.connect("one", WOOCOMMERCE, &one.url(), Some(OrderMode::Order)).await;
    // Longer ago than an asking counts as fresh.
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    one.sell(&[("TEE", 1)]).unwrap();
    town.shop.counter().sell(101, 1);
    town.settled().await;
    assert_eq!(one.shown("TEE"), Some(0));
    let writes = one.with_shelf(|shelf| shelf.writes.clone());
    assert!(writes.iter().all(|(_, quantity)| *quantity != 1), "{writes:?}");
    assert_eq!(town.shop.counter().stock[&101], 0);
}

/// While the shop is away, its number does not contain the sale; the channels' numbers do.
#[tokio::test]
async fn a_sale_counts_before_the_shop_has_it_and_never_twice() {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    for market in [&one, &two] {
        market.variation(2, "TEE", 5);
    }
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 5);
    for (name, market) in [("one", &one), ("two", &two)] {
        town.connect(name, WOOCOMMERCE, &market.url(), Some(OrderMode::Order)).await;
    }
    town.shop.counter().mishaps.extend([Mishap::Down; 10_000]);
    let before = two.with_shelf(|shelf| shelf.writes.len());
    one.sell(&[("TEE", 2)]).unwrap();
    town.app.ask_orders("one").await.unwrap();
    let mut changes = town.app.dispatcher.changes();
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    while two.shown("TEE") != Some(3) {
        let changed = tokio::time::timeout_at(end, changes.changed()).await;
        assert!(changed.is_ok(), "the other channel still shows {:?}", two.shown("TEE"));
    }
    assert!(town.shop.counter().orders.is_empty(), "the shop knows nothing of it yet");
    town.shop.counter().mishaps.clear();
    while town.shop.counter().orders.is_empty() {
        tokio::task::yield_now().await;
    }
    town.settled().await;
    assert_eq!((one.shown("TEE"), two.shown("TEE")), (Some(3), Some(3)));
    let writes = two.with_shelf(|shelf| shelf.writes[before..].to_vec());
    assert_eq!(writes, [("TEE".to_owned(), 3)], "one step, and no other number on the way");
}
