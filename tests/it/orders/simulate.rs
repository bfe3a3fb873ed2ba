//! What this shop's own sales would have come to, by other rules.

use super::support::{Town, market};
use onhand::app::Simulate;
use onhand::domain::OrderMode;
use onhand_tests::sim::accounts::WOOCOMMERCE;
use onhand_tests::sim::markets::WooCommerce;
use serde_json::json;

fn ask(ask: serde_json::Value) -> Simulate {
    serde_json::from_value(ask).unwrap()
}

#[tokio::test]
async fn the_ledger_once_more_with_and_without_a_buffer() {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 3);
    town.shop.counter().product(102, "MUG", 10);
    for (name, market) in [("one", &one), ("two", &two)] {
        market.variation(2, "TEE", 3);
        market.variation(3, "MUG", 10);
        town.connect(name, WOOCOMMERCE, &market.url(), Some(OrderMode::Order)).await;
    }
    // The last three are sold five times before anybody hears of it.
    for _ in 0..3 {
        one.sell(&[("TEE", 1)]).unwrap();
    }
    for _ in 0..2 {
        two.sell(&[("TEE", 1)]).unwrap();
    }
    town.shop.counter().sell(102, 4);
    for name in ["one", "two"] {
        town.app.ask_orders(name).await.unwrap();
    }
    town.settled().await;
    let nothing = town.app.simulate(ask(json!({}))).await.unwrap();
    assert_eq!(nothing.pools, 2);
    assert_eq!((nothing.today.wanted, nothing.today.sold, nothing.today.oversold), (9, 9, 2), "{nothing:?}");
    assert_eq!(nothing.today.worst[0].sku, "TEE");
    assert!(nothing.changed.is_none());
    let rules = json!([{"sku": "TEE", "set": {"strict": true}}, {"channel": "one", "sku": "MUG", "set": {"buffer": 1}}]);
    let strict = town.app.simulate(ask(json!({ "rules": rules }))).await.unwrap();
    assert_eq!(strict.today, nothing.today, "the same again");
    let changed = strict.changed.unwrap();
    assert_eq!(changed.oversold, 0, "{changed:?}");
    assert_eq!(changed.wanted, changed.sold + changed.sold_out + changed.lost_units());
    // Nothing of it was done to the shop.
    assert!(town.app.whole_book().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_makes_no_sense_is_said_all_at_once() {
    let town = Town::open("").await;
    let rules = json!([{"channel": "nowhere", "set": {}}, {"sku": "A", "tag": "b", "set": {"percent": 200}}]);
    let wrong = town.app.simulate(ask(json!({ "rules": rules }))).await.unwrap_err().to_string();
    for part in ["number 1: there is no channel nowhere", "number 2: rule percent", "not for both"] {
        assert!(wrong.contains(part), "{wrong}");
    }
    let days = town.app.simulate(ask(json!({ "days": 0 }))).await.unwrap_err().to_string();
    assert!(days.contains("1 to 90"), "{days}");
    let many = json!({ "black_friday": { "hours": 24, "times": 1e12, "seed": 1 } });
    assert!(town.app.simulate(ask(many)).await.is_ok(), "nobody sells anything: nobody comes");
}
