//! Strict listings: each unit is one seller's alone, whatever happens on the way.

use super::support::{Town, market};
use onhand::allocation::Rules;
use onhand::app::SetRules;
use onhand::domain::OrderMode;
use onhand_tests::shop::Mishap;
use onhand_tests::sim::accounts::WOOCOMMERCE;
use onhand_tests::sim::behaviour::{Behaviour, Mode};
use onhand_tests::sim::markets::WooCommerce;
use onhand_tests::sim::rest::MarketHandle;
use rand::{Rng, SeedableRng};

const QUICK: &str = "[strict]\nsettle_ms = 0\nrebalance_ms = 0\n";

/// A shop with so many units, and channels that are strict on everything.
async fn town(units: i64, markets: &[(&str, &MarketHandle)]) -> Town {
    let town = Town::open(QUICK).await;
    town.shop.counter().product(101, "TEE", units);
    for (name, market) in markets {
        market.variation(2, "TEE", 0);
        town.connect(name, WOOCOMMERCE, &market.url(), Some(OrderMode::Order)).await;
    }
    strict(&town, true).await;
    town
}

async fn strict(town: &Town, on: bool) {
    let set = Rules { strict: Some(on), ..Rules::default() };
    town.app.set_rules(SetRules { set, ..SetRules::default() }).await.unwrap();
}

fn shown(markets: &[&MarketHandle]) -> Vec<i64> {
    markets.iter().map(|market| market.shown("TEE").unwrap_or(-1)).collect()
}

#[tokio::test]
async fn units_are_dealt_out_and_the_shop_keeps_its_hands_off_them() {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    let town = town(10, &[("one", &one), ("two", &two)]).await;
    town.until("both have a third", || shown(&[&one, &two]) == [3, 3]).await;
    assert_eq!(town.shop.counter().free(101), 4);
    assert!(!town.shop.counter().sell(101, 5), "the fifth is a channel's");
    assert!(town.shop.counter().sell(101, 4));
    town.settled().await;
    assert_eq!(shown(&[&one, &two]), [3, 3], "what is theirs stays theirs");
    // All of it is sold everywhere within the same moment; nobody has to be told of anything.
    one.sell(&[("TEE", 3)]).unwrap();
    two.sell(&[("TEE", 3)]).unwrap();
    for name in ["one", "two"] {
        town.ask(name).await;
    }
    town.until("everything is home", || town.shop.counter().stock[&101] == 0).await;
    assert!(town.book().await.iter().all(|order| order.state == "home"), "{:?}", town.book().await);
}

/// Between zero and what it was allotted there is no other number that it is ever told.
#[tokio::test]
async fn a_listing_that_sold_all_it_had_gets_more_from_zero() {
    let one = market(WooCommerce).await;
    let town = town(20, &[("one", &one)]).await;
    town.until("half of it", || shown(&[&one]) == [10]).await;
    one.sell(&[("TEE", 4)]).unwrap();
    town.ask("one").await;
    assert_eq!(shown(&[&one]), [6]);
    one.sell(&[("TEE", 6)]).unwrap();
    town.ask("one").await;
    // Of the ten that are left, half again.
    town.until("half of the rest", || shown(&[&one]) == [5]).await;
    let told: Vec<i64> = one.with_shelf(|shelf| shelf.writes.iter().map(|(_, quantity)| *quantity).collect());
    assert_eq!(told, [20, 0, 10, 0, 5], "the first one from before it was strict");
}

/// Told twice, a listing that has sold in between would show units that are gone.
#[tokio::test]
async fn a_push_of_which_nobody_knows_whether_it_arrived_is_not_made_again() {
    let one = market(WooCommerce).await;
    let town = Town::open(&format!("{QUICK}[dispatch]\nretry_delays_ms = [200]\n")).await;
    town.shop.counter().product(101, "TEE", 10);
    one.variation(2, "TEE", 0);
    town.connect("one", WOOCOMMERCE, &one.url(), Some(OrderMode::Order)).await;
    town.shop.counter().mishaps.extend([Mishap::Down; 10_000]);
    strict(&town, true).await;
    town.until("nothing", || shown(&[&one]) == [0]).await;
    town.settled().await;
    let mut lost = Behaviour::new(Mode::TimeoutAfterApply).times(1);
    lost.ms = Some(5);
    one.behave(lost);
    town.shop.counter().mishaps.clear();
    town.until("half of it", || shown(&[&one]) == [5]).await;
    one.sell(&[("TEE", 2)]).unwrap();
    town.until("taken back", || shown(&[&one]) == [0]).await;
    town.until("half of the rest", || shown(&[&one]) == [4]).await;
    let writes = one.with_shelf(|shelf| shelf.writes.clone());
    let told: Vec<i64> = writes.iter().map(|(_, quantity)| *quantity).collect();
    assert_eq!(told, [10, 0, 5, 0, 4]);
    assert_eq!(town.shop.counter().stock[&101], 8);
}

#[tokio::test]
async fn a_reply_of_the_shop_that_was_lost_gives_nothing_twice() {
    let one = market(WooCommerce).await;
    let town = Town::open(QUICK).await;
    town.shop.counter().product(101, "TEE", 10);
    one.variation(2, "TEE", 0);
    town.connect("one", WOOCOMMERCE, &one.url(), Some(OrderMode::Order)).await;
    town.shop.counter().mishaps.extend([Mishap::ReplyLost, Mishap::Down]);
    strict(&town, true).await;
    town.until("half of it", || shown(&[&one]) == [5]).await;
    assert_eq!(town.shop.counter().free(101), 5);
}

#[tokio::test]
async fn what_is_strict_no_more_is_everybodys_again() {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    let town = town(9, &[("one", &one), ("two", &two)]).await;
    town.until("a third each", || shown(&[&one, &two]) == [3, 3]).await;
    strict(&town, false).await;
    town.until("all of it", || shown(&[&one, &two]) == [9, 9]).await;
    town.until("the shop knows", || town.shop.counter().free(101) == 9).await;
}

/// A person takes units out of the shop that were dealt out: they are taken back, one channel after the other.
#[tokio::test]
async fn a_stock_that_is_set_below_what_was_dealt_out_is_dealt_out_anew() {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    let town = town(12, &[("one", &one), ("two", &two)]).await;
    town.until("a third each", || shown(&[&one, &two]) == [4, 4]).await;
    town.shop.counter().receive(101, -8);
    town.until("no more than there is", || shown(&[&one, &two]).iter().sum::<i64>() <= 4).await;
    town.until("the shop is not short", || town.shop.counter().free(101) >= 0).await;
}

#[tokio::test]
async fn a_channel_whose_orders_do_not_come_home_cannot_be_strict() {
    let one = market(WooCommerce).await;
    let town = Town::open(QUICK).await;
    town.shop.counter().product(101, "TEE", 5);
    one.variation(2, "TEE", 0);
    town.connect("one", WOOCOMMERCE, &one.url(), None).await;
    assert_eq!(shown(&[&one]), [5]);
    strict(&town, true).await;
    town.until("nothing", || shown(&[&one]) == [0]).await;
    town.orders("one", Some(OrderMode::Order)).await;
    town.until("its part", || shown(&[&one]) == [2]).await;
}

/// Three channels and the shop sell as fast as they can, replies are lost, the agent is killed: there is never more sold
/// than there was, and what is bought comes home.
#[tokio::test]
async fn a_storm_sells_each_unit_once() {
    const UNITS: i64 = 40;
    let (one, two, three) = (market(WooCommerce).await, market(WooCommerce).await, market(WooCommerce).await);
    let markets = [("one", &one), ("two", &two), ("three", &three)];
    let mut town = town(UNITS, &markets).await;
    let mut dice = rand::rngs::SmallRng::seed_from_u64(7);
    let (mut in_shop, mut on_channels) = (0, 0);
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
    while in_shop + on_channels < UNITS && tokio::time::Instant::now() < end {
        match dice.random_range(0..40) {
            0..=3 if in_shop < UNITS / 3 || on_channels > UNITS / 3 => {
                in_shop += i64::from(town.shop.counter().sell(101, 1))
            }
            4..=15 => {
                let (_, market) = markets[dice.random_range(0..3)];
                if market.shown("TEE").is_some_and(|shown| shown > 0) {
                    market.sell(&[("TEE", 1)]).unwrap();
                    on_channels += 1;
                }
            }
            16 | 17 => {
                let mut shop = town.shop.counter();
                if shop.mishaps.is_empty() {
                    shop.mishaps.push_back([Mishap::ReplyLost, Mishap::Down][dice.random_range(0..2)]);
                }
            }
            18 if dice.random_range(0..10) == 0 => town.restart().await,
            19..=24 => {
                let (name, _) = markets[dice.random_range(0..3)];
                // It may be down for a moment.
                let _ = town.app.ask_orders(name).await;
            }
            _ => tokio::time::sleep(std::time::Duration::from_millis(2)).await,
        }
    }
    town.shop.counter().mishaps.clear();
    for (name, _) in markets {
        town.ask(name).await;
    }
    let sold = in_shop + on_channels;
    assert!(sold <= UNITS, "{in_shop} and {on_channels} were sold of {UNITS}");
    town.until("everything is home", || town.shop.counter().stock[&101] == UNITS - sold).await;
    let parked: Vec<_> = town.book().await.into_iter().filter(|order| order.state == "parked").collect();
    assert!(parked.is_empty(), "{parked:?}");
    // The last ones are fewer than there are places to sell them: those are the shop's.
    assert!(sold >= UNITS - 4, "{in_shop} and {on_channels} were sold of {UNITS}");
}

/// What is dealt out to a channel is not more than its locations have.
#[tokio::test]
async fn a_channel_is_dealt_no_more_than_its_locations_have() {
    let (one, two) = (market(WooCommerce).await, market(WooCommerce).await);
    let town = Town::open(QUICK).await;
    town.shop.counter().product(101, "TEE", 12);
    town.shop.counter().keep_at(101, "shop", 2);
    for (name, market) in [("one", &one), ("two", &two)] {
        market.variation(2, "TEE", 0);
        town.connect(name, WOOCOMMERCE, &market.url(), Some(OrderMode::Order)).await;
    }
    let set = serde_json::from_value(serde_json::json!({"locations": ["shop"]})).unwrap();
    town.app.set_rules(SetRules { channel: Some("one".into()), set, ..SetRules::default() }).await.unwrap();
    strict(&town, true).await;
    town.until("dealt out", || shown(&[&one, &two]) == [2, 4]).await;
    assert_eq!(town.shop.counter().free(101), 6);
    one.sell(&[("TEE", 2)]).unwrap();
    two.sell(&[("TEE", 4)]).unwrap();
    for name in ["one", "two"] {
        town.ask(name).await;
    }
    town.until("everything is home", || town.shop.counter().stock[&101] == 6).await;
    assert!(town.book().await.iter().all(|order| order.state == "home"), "{:?}", town.book().await);
}
