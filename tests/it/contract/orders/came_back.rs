//! What every connector must do that asks for what came back apart from its orders.

use super::{Booth, Subject};
use onhand::clock::Clock;
use onhand::domain::Order;
use onhand_tests::sim::accounts;
use onhand_tests::sim::markets;
use std::collections::{BTreeMap, BTreeSet};

const DAY_US: i64 = 86_400_000_000;

impl Booth {
    /// What came back within the last ten minutes, by order, page by page, and what of it could not be read.
    async fn returned(&self) -> (Vec<Order>, Vec<String>) {
        let (mut orders, mut unreadable, mut page) = (Vec::new(), Vec::new(), None);
        loop {
            let since_ms = Clock::system().now_ms() - 600_000;
            let found = self.orders().returned(since_ms, page.as_deref()).await.unwrap();
            orders.extend(found.orders);
            unreadable.extend(found.unreadable.into_iter().filter_map(|bad| bad.id));
            page = found.next;
            if page.is_none() {
                return (orders, unreadable);
            }
        }
    }

    /// Units that came back, by line, whatever return they are of.
    async fn units(&self) -> BTreeMap<String, i64> {
        let mut units = BTreeMap::new();
        for (line, some) in
            self.returned().await.0.into_iter().flat_map(|order| order.returns).flat_map(|one| one.lines)
        {
            *units.entry(line).or_default() += some;
        }
        units
    }

    /// Three of one listing and one of another are sold and sent: the sale's number, and how it is told.
    async fn sent(&self) -> (String, Order) {
        self.market.variation(2, "TEE", 9);
        self.market.variation(2, "MUG", 9);
        let id = self.market.sell(&[("TEE", 3), ("MUG", 1)]).unwrap();
        self.market.order(&id, |sold| sold.stage = "shipped");
        (id, self.one().await)
    }
}

async fn each_return_is_told_with_the_sale_that_it_is_of(booth: Booth) {
    let (id, sale) = booth.sent().await;
    assert_eq!(booth.returned().await, (vec![], vec![]));
    booth.market.give_back(&id, &[(0, 1), (1, 1)]);
    booth.market.give_back(&id, &[(0, 2)]);
    let (told, unreadable) = booth.returned().await;
    assert_eq!(unreadable, Vec::<String>::new());
    let ids: BTreeSet<&str> =
        told.iter().flat_map(|order| &order.returns).map(|one| one.id.as_str()).collect();
    let number: usize = told.iter().map(|order| order.returns.len()).sum();
    assert_eq!(ids.len(), number, "each by an id of its own: {told:?}");
    for order in &told {
        assert_eq!(Order { returns: Vec::new(), ..order.clone() }, sale, "the sale itself is as it was");
    }
    let units = [(sale.lines[0].id.clone(), 3), (sale.lines[1].id.clone(), 1)];
    assert_eq!(booth.units().await, BTreeMap::from(units));
    booth.is_clean();
}

async fn what_is_under_way_or_came_to_nothing_brings_nothing_back(booth: Booth) {
    let (id, sale) = booth.sent().await;
    booth.market.give_back(&id, &[(0, 1)]);
    booth.market.give_back(&id, &[(0, 1)]);
    booth.market.with_shelf(|shelf| {
        shelf.returns[0].open = true;
        shelf.returns[1].void = true;
    });
    assert_eq!(booth.units().await, BTreeMap::new());
    booth.market.with_shelf(|shelf| shelf.returns[0].open = false);
    assert_eq!(booth.units().await, BTreeMap::from([(sale.lines[0].id.clone(), 1)]));
    booth.is_clean();
}

async fn when_it_came_back_counts_and_not_when_it_was_asked_for(booth: Booth) {
    let (id, sale) = booth.sent().await;
    booth.market.give_back(&id, &[(0, 1)]);
    booth.market.give_back(&id, &[(1, 1)]);
    booth.market.with_shelf(|shelf| {
        shelf.returns[0].asked_us -= 20 * DAY_US;
        shelf.returns[1].asked_us -= 20 * DAY_US;
        shelf.returns[1].changed_us -= 5 * DAY_US;
    });
    assert_eq!(booth.units().await, BTreeMap::from([(sale.lines[0].id.clone(), 1)]));
    booth.is_clean();
}

async fn every_page_is_read(booth: Booth) {
    booth.market.variation(2, "TEE", 999);
    let id = booth.market.sell(&[("TEE", 500)]).unwrap();
    booth.market.order(&id, |sold| sold.stage = "shipped");
    let sale = booth.one().await;
    for _ in 0..230 {
        booth.market.give_back(&id, &[(0, 1)]);
    }
    assert_eq!(booth.units().await, BTreeMap::from([(sale.lines[0].id.clone(), 230)]));
    booth.is_clean();
}

async fn one_that_cannot_be_read_keeps_nobody_from_the_others(booth: Booth) {
    booth.market.with_shelf(|shelf| while shelf.number() < 123_456 {});
    let (bad, _) = booth.sent().await;
    let good = booth.market.sell(&[("TEE", 2)]).unwrap();
    booth.market.order(&good, |sold| sold.stage = "shipped");
    booth.market.give_back(&bad, &[(0, 1)]);
    booth.market.give_back(&good, &[(0, 2)]);
    booth.market.garble(bad.parse().ok());
    let (told, unreadable) = booth.returned().await;
    let units: i64 =
        told.iter().flat_map(|order| &order.returns).flat_map(|one| &one.lines).map(|line| line.1).sum();
    assert_eq!((units, unreadable.len()), (2, 1), "{told:?} {unreadable:?}");
}

macro_rules! came_back {
    ($name:ident, $rules:expr, $account:expr) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn each_return_is_told_with_the_sale_that_it_is_of() {
                super::each_return_is_told_with_the_sale_that_it_is_of(
                    Subject::new($account).at($rules).await,
                )
                .await;
            }

            #[tokio::test]
            async fn what_is_under_way_or_came_to_nothing_brings_nothing_back() {
                super::what_is_under_way_or_came_to_nothing_brings_nothing_back(
                    Subject::new($account).at($rules).await,
                )
                .await;
            }

            #[tokio::test]
            async fn when_it_came_back_counts_and_not_when_it_was_asked_for() {
                super::when_it_came_back_counts_and_not_when_it_was_asked_for(
                    Subject::new($account).at($rules).await,
                )
                .await;
            }

            #[tokio::test]
            async fn every_page_is_read() {
                super::every_page_is_read(Subject::new($account).at($rules).await).await;
            }

            #[tokio::test]
            async fn one_that_cannot_be_read_keeps_nobody_from_the_others() {
                super::one_that_cannot_be_read_keeps_nobody_from_the_others(
                    Subject::new($account).at($rules).await,
                )
                .await;
            }
        }
    };
}

came_back!(bol, markets::Bol, accounts::BOL);
came_back!(walmart, markets::Walmart, accounts::WALMART);
came_back!(ebay, markets::EbaySales, accounts::EBAY);

/// A return there names an EAN; two items of one cannot be told apart.
#[tokio::test]
async fn what_may_be_of_two_lines_is_said_and_not_guessed() {
    let booth = Subject::new(accounts::BOL).at(markets::Bol).await;
    booth.market.variation(2, "TEE", 9);
    let id = booth.market.sell(&[("TEE", 1), ("TEE", 2)]).unwrap();
    booth.market.order(&id, |sold| sold.stage = "shipped");
    booth.market.give_back(&id, &[(1, 1)]);
    assert_eq!(booth.returned().await, (vec![], vec![id]));
    booth.is_clean();
}
