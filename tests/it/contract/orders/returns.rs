//! Square makes an order of its own of each return, and leaves the sale as it was.

use super::{Booth, Subject};
use onhand::clock::Clock;
use onhand::domain::{Order, Return};
use onhand_tests::sim::accounts;
use onhand_tests::sim::markets;

/// Three of one listing and one of another are sold: the booth, the sale's number, and how it is told before anything comes back.
async fn sold() -> (Booth, String, Order) {
    let booth = Subject { sku: false, ..Subject::new(accounts::SQUARE) }.at(markets::Square).await;
    booth.market.variation(2, "TEE", 9);
    booth.market.variation(2, "MUG", 9);
    let id = booth.market.sell(&[("TEE", 3), ("MUG", 1)]).unwrap();
    booth.market.order(&id, |sold| sold.stage = "shipped");
    let order = booth.one().await;
    assert_eq!(order.returns, []);
    (booth, id, order)
}

fn returned(number: u64, order: &Order, units: &[(usize, i64)]) -> Return {
    let lines = units.iter().map(|(place, units)| (order.lines[*place].id.clone(), *units)).collect();
    Return { id: format!("ORDER{number}"), lines }
}

#[tokio::test]
async fn a_return_is_told_with_the_sale_that_it_is_of() {
    let (booth, id, sale) = sold().await;
    booth.market.give_back(&id, &[(0, 1), (1, 1)]);
    booth.market.give_back(&id, &[(0, 2)]);
    let ids = booth.market.with_shelf(|shelf| [shelf.returns[0].id, shelf.returns[1].id]);
    let wanted = [returned(ids[0], &sale, &[(0, 1), (1, 1)]), returned(ids[1], &sale, &[(0, 2)])];
    let told = booth.one().await;
    assert_eq!(told.returns, wanted, "both, each by its own id");
    assert_eq!(told.lines, sale.lines, "the sale's lines say nothing of it");
    // As a webhook names it.
    let by_itself = booth.orders().by_id(&[wanted[1].id.clone()]).await.unwrap();
    assert_eq!(by_itself.len(), 1);
    assert_eq!((&by_itself[0].id, &by_itself[0].returns[..]), (&sale.id, &wanted[1..]));
    booth.is_clean();
}

#[tokio::test]
async fn a_return_that_is_heard_of_long_after_its_sale_brings_the_sale_along() {
    let (booth, id, sale) = sold().await;
    booth.market.with_shelf(|shelf| shelf.sold[0].changed_us -= 3_600_000_000);
    assert_eq!(booth.changed().await, []);
    booth.market.give_back(&id, &[(0, 1)]);
    let told = booth.one().await;
    assert_eq!((&told.id, told.returns.len(), &told.delivery), (&sale.id, 1, &sale.delivery));
    let age_ms = Clock::system().now_ms() - told.changed_ms;
    assert!(age_ms < 60_000, "it is as new as the return: {age_ms} ms");
    booth.is_clean();
}

#[tokio::test]
async fn money_alone_and_what_is_not_settled_yet_bring_nothing_back() {
    let (booth, id, sale) = sold().await;
    booth.market.give_back(&id, &[]);
    assert_eq!(booth.one().await, sale);
    booth.market.give_back(&id, &[(0, 1)]);
    booth.market.with_shelf(|shelf| shelf.returns[1].open = true);
    assert_eq!(booth.one().await, sale);
    booth.market.with_shelf(|shelf| shelf.returns[1].open = false);
    assert_eq!(booth.one().await.returns.len(), 1);
    booth.is_clean();
}
