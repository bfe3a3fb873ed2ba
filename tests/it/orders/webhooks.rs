//! Webhooks that say no more than that there is something new.

use super::support::{Town, market};
use onhand::domain::OrderMode;
use onhand_tests::sim::accounts::{self, Account};
use onhand_tests::sim::markets::{self, bol_webhook};
use onhand_tests::sim::rest::{MarketHandle, Rules};

async fn town(rules: impl Rules, account: Account) -> (Town, MarketHandle) {
    let one = market(rules).await;
    one.variation(2, "TEE", 9);
    // Asked for at the beginning, and then not again by itself before the test is over.
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 9);
    town.connect("one", account, &one.url(), Some(OrderMode::Order)).await;
    (town, one)
}

fn askings(market: &MarketHandle) -> usize {
    market.requests().iter().filter(|request| request.operation == "orders").count()
}

/// Its key is fetched once, and a forged delivery beside it says nothing.
#[tokio::test]
async fn one_that_is_signed_with_a_published_key_brings_the_order_home() {
    let (town, one) = town(markets::Bol, accounts::BOL).await;
    for left in [8, 7] {
        one.sell(&[("TEE", 1)]).unwrap();
        let now_s = onhand::clock::Clock::system().now_ms() / 1000;
        let (headers, body) = one.with_shelf(|shelf| bol_webhook(shelf.sold.last().unwrap(), now_s));
        let mut forged = body.clone();
        forged[20] ^= 1;
        town.shop.counter().relay("one", &headers, &forged);
        town.shop.counter().relay("one", &headers, &body);
        town.until("it is home", || town.shop.counter().stock[&101] == left).await;
    }
    let keys = one.requests().iter().filter(|request| request.operation == "keys").count();
    assert_eq!(keys, 1, "a key is kept");
    let issues = town.app.db.readers.read(onhand::issues::open).await.unwrap();
    assert!(issues.iter().any(|issue| issue.code == "webhook_refused"), "{issues:?}");
}

/// Nothing they say is believed: the channel is asked, and not once for each of them.
#[tokio::test]
async fn a_burst_of_unsigned_ones_is_no_burst_of_askings() {
    let (town, one) = town(markets::MercadoLibre, accounts::MERCADOLIBRE).await;
    one.sell(&[("TEE", 1)]).unwrap();
    let before = askings(&one);
    for number in 0..300 {
        let body =
            format!(r#"{{"_id":"{number}","topic":"orders_v2","resource":"/orders/999","attempts":1}}"#);
        town.shop.counter().relay("one", &[], body.as_bytes());
    }
    town.until("it is home", || town.shop.counter().stock[&101] == 8).await;
    town.settled().await;
    let asked = askings(&one) - before;
    assert!(asked <= 6, "asked {asked} times for 300 webhooks");
    assert_eq!(town.book().await.len(), 1, "order 999, which they name, is nowhere");
}
