//! Of a unit that was sold twice: who, when, how late, why.

use super::support::{Town, market};
use onhand::domain::{OrderMode, PoolId};
use onhand::orders::autopsy::{self, Autopsy};
use onhand_tests::sim::accounts::WOOCOMMERCE;
use onhand_tests::sim::markets::WooCommerce;

async fn examine(town: &Town) -> Autopsy {
    town.app.db.readers.read(|conn| autopsy::examine(conn, PoolId(101), "TEE", 0)).await.unwrap()
}

#[tokio::test]
async fn the_later_of_two_sales_of_the_last_unit_is_found_and_taken_apart() {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    for market in [&one, &two] {
        market.variation(2, "TEE", 3);
    }
    let town = Town::open("").await;
    town.shop.counter().product(101, "TEE", 3);
    for (name, market) in [("one", &one), ("two", &two)] {
        town.connect(name, WOOCOMMERCE, &market.url(), Some(OrderMode::Order)).await;
    }
    town.shop.counter().sell(101, 2);
    town.settled().await;
    assert_eq!(examine(&town).await.oversold, 0);
    // Orders tell of whole seconds.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    one.sell(&[("TEE", 1)]).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    two.sell(&[("TEE", 1)]).unwrap();
    // Those who heard of it first are not those who sold first.
    town.app.ask_orders("two").await.unwrap();
    town.app.ask_orders("one").await.unwrap();
    town.settled().await;

    let found = examine(&town).await;
    assert_eq!(found.oversold, 1, "{found:?}");
    assert_eq!(found.timeline.last().unwrap().left, Some(-1));
    let [finding] = found.findings.as_slice() else { panic!("{found:?}") };
    assert_eq!((finding.channel.as_str(), finding.units, finding.showed), ("two", 1, Some(1)));
    assert!((1_000..=2_000).contains(&finding.behind_ms), "{finding:?}");
    assert!(finding.why[0].starts_with("the last unit was sold by one (order "), "{finding:?}");
    assert!(finding.prevented_by[0].ends_with("--channel two --sku TEE --stop-at 1"), "{finding:?}");

    let all = town.app.db.readers.read(|conn| autopsy::overview(conn, 0)).await.unwrap();
    assert_eq!((all.len(), all[0].sku.as_str(), all[0].units), (1, "TEE", 1));
    assert_eq!(all[0].channels, ["two"]);
}
