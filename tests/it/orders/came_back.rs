//! What came back, where a channel tells of it apart from its orders, is put back once, however often it is told, and by
//! the rule; what cannot be read is said, and told again.

use super::support::{Town, market};
use onhand::app::SetOrders;
use onhand::domain::{OrderMode, Restock};
use onhand_tests::sim::accounts::{self, Account};
use onhand_tests::sim::markets;
use onhand_tests::sim::rest::{MarketHandle, Rules};

const DAY_US: i64 = 86_400_000_000;

struct Sale {
    town: Town,
    market: MarketHandle,
    order: String,
}

/// Four of nine are sold and sent.
async fn sale(rules: impl Rules, account: Account) -> Sale {
    let market = market(rules).await;
    market.variation(2, "TEE", 9);
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 9);
    town.connect("far", account, &market.url(), Some(OrderMode::Order)).await;
    let order = market.sell(&[("TEE", 4)]).unwrap();
    market.order(&order, |sold| sold.stage = "shipped");
    let sale = Sale { town, market, order };
    assert_eq!(sale.stock_after_asking().await, 5);
    sale
}

impl Sale {
    async fn stock_after_asking(&self) -> i64 {
        self.town.ask("far").await;
        self.town.shop.counter().stock[&101]
    }

    /// What people are told of it.
    async fn complaint(&self) -> Option<String> {
        let issues = self.town.app.db.readers.read(onhand::issues::open).await.unwrap();
        issues.into_iter().find(|one| one.code == "returns_unreadable").map(|one| one.message)
    }
}

async fn each_counts_once(sale: Sale) {
    sale.market.give_back(&sale.order, &[(0, 1)]);
    assert_eq!(sale.stock_after_asking().await, 6);
    assert_eq!(sale.stock_after_asking().await, 6, "told again");
    sale.market.give_back(&sale.order, &[(0, 2)]);
    // The first one is not told any more.
    sale.market.with_shelf(|shelf| shelf.returns[0].changed_us -= DAY_US);
    assert_eq!(sale.stock_after_asking().await, 8);
    let told = sale.town.shop.counter().orders.values().next().unwrap().told["lines"][0].clone();
    assert_eq!((told["taken"].as_i64(), told["back"].as_i64()), (Some(1), Some(3)));
    // Neither is told with the sale when that changes.
    sale.market.with_shelf(|shelf| shelf.returns[1].changed_us -= DAY_US);
    sale.market.order(&sale.order, |sold| sold.currency = "USD");
    assert_eq!(sale.stock_after_asking().await, 8);
    assert_eq!(sale.market.shown("TEE"), Some(8));
}

async fn it_counts_once_across_a_restart(mut sale: Sale) {
    sale.market.give_back(&sale.order, &[(0, 1)]);
    assert_eq!(sale.stock_after_asking().await, 6);
    sale.town.restart().await;
    assert_eq!(sale.stock_after_asking().await, 6);
    sale.market.give_back(&sale.order, &[(0, 1)]);
    assert_eq!(sale.stock_after_asking().await, 7);
}

async fn the_rule_decides(sale: Sale) {
    let keep = Restock { returned: false, ..Restock::default() };
    let set = SetOrders {
        restock: keep,
        mode: Some(OrderMode::Order),
        since_ms: None,
        known_buyer: Default::default(),
    };
    sale.town.app.set_orders("far", set).await.unwrap();
    sale.market.give_back(&sale.order, &[(0, 1)]);
    assert_eq!(sale.stock_after_asking().await, 5);
}

async fn what_cannot_be_read_is_said_and_told_again(sale: Sale) {
    sale.market.with_shelf(|shelf| while shelf.number() < 123_456 {});
    let odd = sale.market.sell(&[("TEE", 1)]).unwrap();
    sale.market.order(&odd, |sold| sold.stage = "shipped");
    assert_eq!(sale.stock_after_asking().await, 4);
    sale.market.give_back(&odd, &[(0, 1)]);
    sale.market.give_back(&sale.order, &[(0, 1)]);
    sale.market.garble(odd.parse().ok());
    assert_eq!(sale.stock_after_asking().await, 5, "the other one's");
    let said = sale.complaint().await.unwrap();
    assert!(said.contains("What came back to far cannot be read: "), "{said}");
    sale.market.garble(None);
    assert_eq!(sale.stock_after_asking().await, 6);
    assert_eq!(sale.complaint().await, None);
}

macro_rules! came_back {
    ($name:ident, $rules:expr, $account:expr) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn each_counts_once() {
                super::each_counts_once(sale($rules, $account).await).await;
            }

            #[tokio::test]
            async fn it_counts_once_across_a_restart() {
                super::it_counts_once_across_a_restart(sale($rules, $account).await).await;
            }

            #[tokio::test]
            async fn the_rule_decides() {
                super::the_rule_decides(sale($rules, $account).await).await;
            }

            #[tokio::test]
            async fn what_cannot_be_read_is_said_and_told_again() {
                super::what_cannot_be_read_is_said_and_told_again(sale($rules, $account).await).await;
            }
        }
    };
}

came_back!(bol, markets::Bol, accounts::BOL);
came_back!(walmart, markets::Walmart, accounts::WALMART);

/// Orders are asked for before pushes and by webhooks, as often as every few seconds.
#[tokio::test]
async fn no_other_asking_asks_for_what_came_back() {
    let sale = sale(markets::Walmart, accounts::WALMART).await;
    let asked = |what: &str| sale.market.requests().iter().filter(|one| one.operation == what).count();
    let (orders, returns) = (asked("orders"), asked("orders returned"));
    assert!(returns > 0);
    sale.market.sell(&[("TEE", 1)]).unwrap();
    let (headers, body) =
        sale.market.with_shelf(|shelf| markets::walmart_webhook(&shelf.sold[1], "sim-webhook-secret"));
    sale.town.shop.counter().relay("far", &headers, &body);
    sale.town.until("the sale is home", || sale.town.shop.counter().stock[&101] == 4).await;
    assert!(asked("orders") > orders);
    assert_eq!(asked("orders returned"), returns);
}
