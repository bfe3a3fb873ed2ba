//! What comes back by returns that are orders of their own is put back once, however often it is told, and for good.

use super::support::{Town, market};
use onhand::domain::OrderMode;
use onhand_tests::sim::accounts::SQUARE;
use onhand_tests::sim::markets::{Square, square_webhook};
use onhand_tests::sim::rest::MarketHandle;

const HOUR_US: i64 = 3_600_000_000;

/// A till that has sold four of nine, long ago.
async fn town() -> (Town, MarketHandle, String) {
    let till = market(Square).await;
    till.variation(2, "TEE", 9);
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 9);
    town.connect("till", SQUARE, &till.url(), Some(OrderMode::Order)).await;
    let order = till.sell(&[("TEE", 4)]).unwrap();
    till.order(&order, |sold| sold.stage = "shipped");
    town.ask("till").await;
    assert_eq!(town.shop.counter().stock[&101], 5);
    till.with_shelf(|shelf| shelf.sold[0].changed_us -= HOUR_US);
    (town, till, order)
}

impl Town {
    async fn stock_after_asking(&self) -> i64 {
        self.ask("till").await;
        self.shop.counter().stock[&101]
    }
}

#[tokio::test]
async fn two_returns_of_one_line_add_up_and_each_counts_once() {
    let (town, till, order) = town().await;
    till.give_back(&order, &[(0, 1)]);
    assert_eq!(town.stock_after_asking().await, 6);
    assert_eq!(town.stock_after_asking().await, 6, "told again");
    till.give_back(&order, &[(0, 2)]);
    // The first one is out of sight by then.
    till.with_shelf(|shelf| shelf.returns[0].changed_us -= HOUR_US);
    assert_eq!(town.stock_after_asking().await, 8);
    let told = town.shop.counter().orders.values().next().unwrap().told["lines"][0].clone();
    assert_eq!((told["taken"].as_i64(), told["back"].as_i64()), (Some(1), Some(3)));
    // Neither is told with the sale when that changes.
    till.with_shelf(|shelf| shelf.returns[1].changed_us -= HOUR_US);
    till.order(&order, |sold| sold.currency = "USD");
    assert_eq!(town.stock_after_asking().await, 8);
    assert_eq!(till.shown("TEE"), Some(8));
}

#[tokio::test]
async fn a_return_is_believed_by_webhook_too_and_money_alone_puts_nothing_back() {
    let (town, till, order) = town().await;
    till.give_back(&order, &[]);
    assert_eq!(town.stock_after_asking().await, 5);
    till.give_back(&order, &[(0, 1)]);
    let (headers, body) = till.with_shelf(|shelf| {
        let mut named = shelf.sold[0].clone();
        named.id = shelf.returns[1].id;
        square_webhook(&named, "sim-signature-key", onhand::clock::Clock::system().now_ms() / 1000)
    });
    town.shop.counter().relay("till", &headers, &body);
    town.settled().await;
    assert_eq!(town.shop.counter().stock[&101], 6);
}

#[tokio::test]
async fn a_sale_that_is_heard_of_after_its_return_takes_what_was_kept() {
    let (town, till, _) = town().await;
    let late = till.sell(&[("TEE", 2)]).unwrap();
    till.order(&late, |sold| {
        sold.stage = "shipped";
        sold.changed_us -= HOUR_US;
    });
    till.give_back(&late, &[(0, 1)]);
    assert_eq!(town.stock_after_asking().await, 4);
}
