//! What is documented of one marketplace alone.

use super::{Desk, subjects};
use onhand::channels::{Accepted, Price, Prices, PushOutcome, QuantityUpdate, Renewals};
use onhand::clock::Clock;
use secrecy::ExposeSecret;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

async fn pushed(desk: &Desk, updates: &[QuantityUpdate]) -> Vec<PushOutcome> {
    let outcomes = desk.push(updates).await;
    desk.settled(updates, outcomes).await
}

fn accepted(update: &QuantityUpdate, outcome: &PushOutcome) -> Accepted {
    let PushOutcome::Accepted { receipt } = outcome else { panic!("{outcome:?}") };
    Accepted {
        external: update.external.clone(),
        sku: update.sku.clone(),
        quantity: update.quantity,
        receipt: receipt.clone(),
    }
}

#[tokio::test]
async fn amazon_is_never_told_what_amazon_itself_ships() {
    let desk = subjects::amazon().await;
    desk.place.seed(&["A", "FBA"], 5);
    desk.place.market().with_shelf(|shelf| {
        let fba = shelf.entries.iter_mut().find(|entry| entry.sku == "FBA").unwrap();
        fba.extra = json!({"fulfilled_by": "AMAZON_NA"});
    });
    let skus: Vec<_> = desk.listings().await.into_iter().filter_map(|listing| listing.sku).collect();
    assert_eq!(skus, ["A"]);
}

#[tokio::test]
async fn kaufland_is_never_told_what_kaufland_itself_ships() {
    let desk = subjects::kaufland().await;
    desk.place.seed(&["A", "B"], 5);
    desk.place.market().with_shelf(|shelf| {
        shelf.entries[1].extra = json!("fulfilled_by_kaufland");
    });
    let skus: Vec<_> = desk.listings().await.into_iter().filter_map(|listing| listing.sku).collect();
    assert_eq!(skus, ["A"]);
}

/// A source keeps what was sold until it is sent: what is pushed has that on top, or it would count twice until then.
#[tokio::test]
async fn magentos_reservations_count_once() {
    let desk = subjects::magento().await;
    desk.place.seed(&["A"], 5);
    let market = desk.place.market();
    let order = market.sell(&[("A", 2)]).unwrap();
    assert_eq!(desk.listings().await[0].quantity, Some(3), "five at the source, two of them reserved");
    assert_eq!(pushed(&desk, &desk.updates(3, "known").await).await, [PushOutcome::Applied]);
    assert_eq!(desk.place.shown("A"), Some(3), "for sale");
    market.order(&order, |sold| sold.stage = "shipped");
    assert_eq!(desk.listings().await[0].quantity, Some(3), "sending takes from both");
    assert_eq!(pushed(&desk, &desk.updates(0, "out").await).await, [PushOutcome::Applied]);
    assert_eq!(desk.place.shown("A"), Some(0));
    desk.place.assert_no_violations();
}

#[tokio::test]
async fn allegros_offer_with_nothing_left_is_ended_and_comes_back() {
    let desk = subjects::allegro().await;
    desk.place.seed(&["A"], 5);
    let ended = || desk.place.market().with_shelf(|shelf| shelf.entries[0].extra == json!("ENDED"));
    assert_eq!(pushed(&desk, &desk.updates(0, "zero").await).await, [PushOutcome::Applied]);
    assert!(ended());
    assert_eq!(desk.listings().await[0].quantity, Some(0), "whatever its record says");
    assert_eq!(pushed(&desk, &desk.updates(4, "back").await).await, [PushOutcome::Applied]);
    assert!(!ended());
    desk.place.assert_no_violations();
}

#[tokio::test]
async fn a_job_in_progress_is_waited_for_and_one_that_fails_is_tried_again() {
    for desk in [subjects::mirakl().await, subjects::bol().await] {
        desk.place.seed(&["A"], 5);
        let updates = desk.updates(3, "k").await;
        let market = desk.place.market();
        market.jobs_take(Duration::from_secs(3_600));
        let outcomes = desk.connector.push(&updates).await.unwrap().outcomes;
        let one = accepted(&updates[0], &outcomes[0]);
        desk.place.advance(Duration::from_secs(61));
        assert_eq!(
            desk.connector.follow(std::slice::from_ref(&one)).await.unwrap(),
            [None],
            "{}",
            desk.subject.account.kind
        );
        assert_eq!(desk.place.shown("A"), Some(5));
        market.fail_jobs();
        desk.place.advance(Duration::from_secs(3_600));
        let became = desk.connector.follow(&[one]).await.unwrap();
        assert!(
            matches!(became[0], Some(PushOutcome::Retry { .. })),
            "{}: {became:?}",
            desk.subject.account.kind
        );
        assert_eq!(desk.place.shown("A"), Some(5));
        desk.place.assert_no_violations();
    }
}

#[tokio::test]
async fn what_is_applied_later_is_not_taken_for_done() {
    for desk in [subjects::amazon().await, subjects::bigcommerce().await] {
        desk.place.seed(&["A"], 5);
        let updates = desk.updates(3, "k").await;
        desk.place.market().jobs_take(Duration::from_secs(120));
        let outcomes = desk.connector.push(&updates).await.unwrap().outcomes;
        let one = accepted(&updates[0], &outcomes[0]);
        assert_eq!(
            desk.connector.follow(std::slice::from_ref(&one)).await.unwrap(),
            [None],
            "{}",
            desk.subject.account.kind
        );
        desk.place.advance(Duration::from_secs(121));
        assert_eq!(desk.connector.follow(&[one]).await.unwrap(), [Some(PushOutcome::Applied)]);
    }
}

#[tokio::test]
async fn etsys_listing_with_nothing_left_is_deactivated_and_comes_back() {
    let desk = subjects::etsy().await;
    desk.place.seed(&["S", "M"], 5);
    let state = || {
        desk.place.market().with_shelf(|shelf| shelf.entries[0].extra.as_str().unwrap_or("active").to_owned())
    };
    assert_eq!(pushed(&desk, &desk.updates(0, "zero").await).await, vec![PushOutcome::Applied; 2]);
    assert_eq!(state(), "inactive");
    // One of them has stock again: the other stays at nothing, whatever its last number was.
    let group = desk.place.market().with_shelf(|shelf| shelf.entries[0].group.to_string());
    let one = QuantityUpdate {
        listing: onhand::domain::ListingId(1),
        external: [("listing".to_owned(), group), ("sku".to_owned(), "S".to_owned())].into(),
        sku: "S".to_owned(),
        quantity: 2,
        expected: Some(0),
        idempotency_key: "back".to_owned(),
        price: None,
    };
    let outcomes = desk.connector.push(std::slice::from_ref(&one)).await.unwrap().outcomes;
    assert_eq!(outcomes, [PushOutcome::Applied]);
    assert_eq!(state(), "active");
    assert_eq!((desk.place.shown("S"), desk.place.shown("M")), (Some(2), Some(0)));
    // What the seller put aside is the seller's: we last knew it to show something.
    desk.place
        .market()
        .with_shelf(|shelf| shelf.entries.iter_mut().for_each(|one| one.extra = json!("inactive")));
    let outcomes = desk
        .connector
        .push(&[QuantityUpdate { quantity: 4, expected: Some(2), ..one }])
        .await
        .unwrap()
        .outcomes;
    assert!(
        matches!(&outcomes[0], PushOutcome::Rejected { message, .. } if message.contains("Shop Manager")),
        "{outcomes:?}"
    );
    assert_eq!(state(), "inactive");
    desk.place.assert_no_violations();
}

#[tokio::test]
async fn etsys_renewal_costs_a_fee_and_is_asked_for() {
    let desk = subjects::etsy().await;
    desk.place.seed(&["S"], 0);
    desk.place.market().with_shelf(|shelf| shelf.entries[0].extra = json!("sold_out"));
    let updates = desk.updates(3, "k").await;
    let outcomes = desk.connector.push(&updates).await.unwrap().outcomes;
    assert!(
        matches!(&outcomes[0], PushOutcome::Rejected { message, .. } if message.contains("renew_sold_out")),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn a_refresh_token_that_takes_the_place_of_another_is_handed_in() {
    for desk in [
        subjects::etsy().await,
        subjects::tiktok().await,
        subjects::allegro().await,
        subjects::shopee().await,
        subjects::lazada().await,
        subjects::mercadolibre().await,
    ] {
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&told);
        let renewals = Renewals::new(move |secrets| {
            heard.lock().unwrap().push(secrets["refresh_token"].expose_secret().to_owned());
        });
        let subject = desk.subject;
        let connector = subject.account.connect(&desk.place.url(), &Clock::system(), &[], renewals).unwrap();
        connector.check().await.unwrap();
        let first = told.lock().unwrap().clone();
        assert_eq!(first.len(), 1);
        desk.place.advance(subject.token.unwrap() + Duration::from_secs(1));
        connector.check().await.unwrap();
        assert_eq!(told.lock().unwrap().len(), 2, "{}", subject.account.kind);
        assert_ne!(told.lock().unwrap()[1], first[0]);
    }
}

#[tokio::test]
async fn bigcommerce_counts_by_product_where_the_store_does() {
    let desk = subjects::bigcommerce().await;
    desk.place.seed(&["A", "B"], 5);
    desk.place.market().with_shelf(|shelf| {
        shelf.entries.iter_mut().for_each(|entry| entry.extra = json!({"tracking": "product"}));
    });
    let updates = desk.updates(3, "k").await;
    assert_eq!(updates.len(), 1, "variants that a product counts are one listing");
    assert_eq!(pushed(&desk, &updates).await, [PushOutcome::Applied]);
    // The merchant changes how the store counts: the refusal says what to do.
    desk.place.market().with_shelf(|shelf| shelf.entries.iter_mut().for_each(|one| one.extra = json!(null)));
    let outcomes = desk.connector.push(&updates).await.unwrap().outcomes;
    assert!(
        matches!(&outcomes[0], PushOutcome::Rejected { message, .. } if message.contains("Match")),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn woocommerce_knows_simple_products_too() {
    let desk = subjects::woocommerce().await;
    desk.place.seed(&["S", "M"], 5);
    let mug = desk.place.market().stock("MUG", 4);
    desk.place.market().with_shelf(|shelf| {
        shelf.entries.iter_mut().filter(|one| one.id == mug).for_each(|one| one.extra = json!("simple"));
    });
    let updates = desk.updates(3, "k").await;
    assert_eq!(updates.len(), 3);
    assert_eq!(pushed(&desk, &updates).await, vec![PushOutcome::Applied; 3]);
    assert_eq!(desk.place.shown("MUG"), Some(3));
}

/// Hands a feed in and waits for its end.
async fn fed(desk: &Desk, updates: &[QuantityUpdate]) -> Vec<PushOutcome> {
    let feeds = desk.connector.feeds().unwrap();
    let receipt = feeds.submit(updates).await.unwrap();
    let report = feeds.progress(&receipt).await.unwrap().unwrap();
    let outcomes = (0..updates.len()).map(|line| report.line(line).clone()).collect();
    desk.settled(updates, outcomes).await
}

#[tokio::test]
async fn a_feed_is_applied_and_its_report_tells_line_by_line() {
    for desk in [subjects::amazon().await, subjects::walmart().await] {
        let kind = desk.subject.account.kind;
        desk.place.seed(&["A", "B", "C", "D"], 5);
        let updates = desk.updates(3, "k").await;
        assert_eq!(fed(&desk, &updates).await, vec![PushOutcome::Applied; 4], "{kind}");
        assert!(["A", "B", "C", "D"].iter().all(|sku| desk.place.shown(sku) == Some(3)), "{kind}");
        // One line is refused, one listing has ended meanwhile.
        let updates = desk.updates(2, "l").await;
        desk.place.behave(json!({"mode": "partial", "skus": ["B"], "code": "refused_for_the_test"}));
        desk.place.end("D");
        let outcomes = fed(&desk, &updates).await;
        assert_eq!((&outcomes[0], &outcomes[2]), (&PushOutcome::Applied, &PushOutcome::Applied), "{kind}");
        assert!(
            matches!(&outcomes[1], PushOutcome::Rejected { code, .. } if code == "refused_for_the_test"),
            "{kind}: {outcomes:?}"
        );
        assert!(
            matches!(&outcomes[3], PushOutcome::NotFound { .. } | PushOutcome::Rejected { .. }),
            "{kind}: {outcomes:?}"
        );
        assert_eq!((desk.place.shown("A"), desk.place.shown("B")), (Some(2), Some(3)), "{kind}");
        desk.place.assert_no_violations();
    }
}

#[tokio::test]
async fn a_feed_in_progress_is_waited_for_and_one_that_fails_is_told_again() {
    for desk in [subjects::amazon().await, subjects::walmart().await] {
        let kind = desk.subject.account.kind;
        desk.place.seed(&["A", "B"], 5);
        let updates = desk.updates(3, "k").await;
        desk.place.market().feeds_take(Duration::from_secs(600));
        let feeds = desk.connector.feeds().unwrap();
        let receipt = feeds.submit(&updates).await.unwrap();
        assert_eq!(feeds.progress(&receipt).await.unwrap(), None, "{kind}");
        desk.place.market().fail_jobs();
        desk.place.advance(Duration::from_secs(601));
        let report = feeds.progress(&receipt).await.unwrap().unwrap();
        assert!(matches!(report.rest, PushOutcome::Retry { .. }), "{kind}: {report:?}");
        assert_eq!(desk.place.shown("A"), Some(5));
        desk.place.assert_no_violations();
    }
}

#[tokio::test]
async fn more_feeds_than_are_allowed_are_told_to_wait() {
    for desk in [subjects::amazon().await, subjects::walmart().await] {
        desk.place.seed(&["A"], 5);
        let updates = desk.updates(3, "k").await;
        let feeds = desk.connector.feeds().unwrap();
        let error = loop {
            if let Err(error) = feeds.submit(&updates).await {
                break error;
            }
        };
        assert!(matches!(error.class(), onhand::channels::ErrorClass::Throttle(_)), "{error}");
    }
}

#[tokio::test]
async fn walmarts_report_is_read_page_by_page() {
    let desk = subjects::walmart().await;
    let skus: Vec<String> = (0..130).map(|n| format!("S{n:03}")).collect();
    desk.place.seed(&skus.iter().map(String::as_str).collect::<Vec<_>>(), 5);
    let updates = desk.updates(3, "k").await;
    desk.place.behave(json!({"mode": "partial", "skus": ["S007", "S128"], "code": "refused_for_the_test"}));
    let outcomes = fed(&desk, &updates).await;
    let refused: Vec<&str> = updates
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| **outcome != PushOutcome::Applied)
        .map(|(update, _)| update.sku.as_str())
        .collect();
    assert_eq!(refused, ["S007", "S128"]);
    desk.place.assert_no_violations();
}

/// Amazon publishes a schema of what a feed holds, apart from the API's own document.
#[tokio::test]
async fn amazons_feed_is_as_its_schema_says() {
    let desk = subjects::amazon().await;
    let Some(specs) = onhand_tests::sim::spec::find() else {
        eprintln!("SKIPPED amazons_feed_is_as_its_schema_says: no official specifications");
        return;
    };
    let read = |name: &str| -> serde_json::Value {
        let path = specs.join("amazon-sp-api/schemas").join(name);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    desk.place.seed(desk.subject.skus, 5);
    let updates = desk.updates(3, "k").await;
    desk.connector.feeds().unwrap().submit(&updates).await.unwrap();
    let feed = desk.place.market().with_shelf(|shelf| shelf.keys.values().next().cloned().unwrap());
    let whole = jsonschema::validator_for(&read("listings-feed-schema-v2.json")).unwrap();
    assert_eq!(whole.iter_errors(&feed).map(|error| error.to_string()).collect::<Vec<_>>(), [""; 0]);
    let one = jsonschema::validator_for(&read("listings-feed-message-schema-v2.json")).unwrap();
    for message in feed["messages"].as_array().unwrap() {
        assert_eq!(one.iter_errors(message).map(|error| error.to_string()).collect::<Vec<_>>(), [""; 0]);
    }
    assert_eq!(feed["messages"].as_array().unwrap().len(), desk.subject.skus.len());
}

/// On the same calls as quantities, and only where one is to change.
#[tokio::test]
async fn prices_go_with_quantities() {
    for (desk, wanted) in [
        (subjects::ebay().await, ("19.90", "EUR")),
        (subjects::amazon().await, ("19.9", "EUR")),
        (subjects::woocommerce().await, ("19.90", "")),
        (subjects::kaufland().await, ("1990", "")),
        (subjects::allegro().await, ("19.90", "EUR")),
        (subjects::etsy().await, ("19.9", "")),
        (subjects::walmart().await, ("19.9", "USD")),
        (subjects::tiktok().await, ("19.90", "EUR")),
        (subjects::bigcommerce().await, ("19.9", "")),
        (subjects::magento().await, ("19.9", "")),
        (subjects::bol().await, ("19.9", "")),
        (subjects::shopee().await, ("19.9", "")),
        (subjects::lazada().await, ("19.90", "")),
        (subjects::square().await, ("1990", "EUR")),
        (subjects::shopify().await, ("19.90", "")),
    ] {
        let kind = desk.subject.account.kind;
        // Walmart takes its own markets' currencies.
        let currency = if kind == "walmart" { "USD" } else { "EUR" };
        let prices = desk.connector.prices();
        assert_ne!(prices, Prices::No, "{kind}");
        desk.place.seed(&["A", "B"], 5);
        let before = desk.place.price("B");
        let mut updates = desk.updates(3, "k").await;
        updates.sort_by(|one, other| one.sku.cmp(&other.sku));
        updates[0].price = Some(Price { amount: "19.90".to_owned(), currency: currency.to_owned() });
        let mut outcomes = Vec::new();
        for some in updates.chunks(desk.connector.limits().max_batch) {
            outcomes.extend(pushed(&desk, some).await);
            let priced: Vec<_> = some.iter().filter(|update| update.price.is_some()).cloned().collect();
            if prices == Prices::Apart && !priced.is_empty() {
                let outcomes = desk.connector.push_prices(&priced).await.unwrap();
                assert_eq!(outcomes, [PushOutcome::Applied], "{kind}");
            }
        }
        assert_eq!(outcomes, vec![PushOutcome::Applied; 2], "{kind}");
        let (amount, currency) = desk.place.price("A").unwrap_or_else(|| panic!("{kind}: no price"));
        assert_eq!((amount.as_str(), currency.as_str()), wanted, "{kind}");
        assert_eq!(desk.place.price("B"), before, "{kind}: not asked for");
        assert_eq!(desk.place.shown("A"), Some(3), "{kind}");
        desk.place.assert_no_violations();
    }
}

#[tokio::test]
async fn a_price_goes_with_a_feed_too() {
    let desk = subjects::amazon().await;
    desk.place.seed(&["A"], 5);
    let mut updates = desk.updates(3, "k").await;
    updates[0].price = Some(Price { amount: "7.49".to_owned(), currency: "USD".to_owned() });
    assert_eq!(fed(&desk, &updates).await, [PushOutcome::Applied]);
    assert_eq!(desk.place.price("A"), Some(("7.49".to_owned(), "USD".to_owned())));
}

#[tokio::test]
async fn walmarts_several_ship_nodes_are_written_in_one_call() {
    let desk = subjects::walmart().await;
    desk.place.seed(&["A"], 5);
    let at = |nodes: &'static str| {
        let account = onhand_tests::sim::accounts::Account {
            config: Box::leak(Box::new([
                ("client_id", "sim-client-id"),
                ("endpoint", "URL"),
                ("ship_node", nodes),
            ])),
            ..desk.subject.account
        };
        account.connect(&desk.place.url(), &Clock::system(), &[], Renewals::default()).unwrap()
    };
    let (both, wrong) = (at("721407, 721408"), at("721407,999999"));
    let updates = desk.updates(3, "k").await;
    assert_eq!(both.push(&updates).await.unwrap().outcomes, [PushOutcome::Applied]);
    assert_eq!(desk.place.shown("A"), Some(3));
    assert_eq!(both.observe(&[updates[0].external.clone()]).await.unwrap(), [Some(3)]);
    let outcomes = wrong.push(&updates).await.unwrap().outcomes;
    assert!(
        matches!(&outcomes[0], PushOutcome::Rejected { code, .. } if code == "INVALID_SHIP_NODE"),
        "{outcomes:?}"
    );
    desk.place.assert_no_violations();
}

#[tokio::test]
async fn shopees_items_without_models_and_its_own_stock() {
    let desk = subjects::shopee().await;
    desk.place.seed(&["S", "M"], 5);
    let mug = desk.place.market().stock("MUG", 4);
    desk.place.market().with_shelf(|shelf| {
        shelf.entries.iter_mut().filter(|one| one.id == mug).for_each(|one| one.extra = json!("whole"));
    });
    let listings = desk.listings().await;
    assert!(
        listings.iter().all(|one| one.quantity < Some(9)),
        "what Shopee keeps is not the seller's: {listings:?}"
    );
    for update in desk.updates(3, "k").await {
        assert_eq!(
            pushed(&desk, std::slice::from_ref(&update)).await,
            [PushOutcome::Applied],
            "{}",
            update.sku
        );
        assert_eq!(desk.connector.observe(&[update.external]).await.unwrap(), [Some(3)], "{}", update.sku);
    }
    desk.place.assert_no_violations();
}

#[tokio::test]
async fn mercado_libres_items_without_variations_and_its_own_stock() {
    let desk = subjects::mercadolibre().await;
    desk.place.seed(&["S", "M"], 5);
    let (mug, full) = (desk.place.market().stock("MUG", 4), desk.place.market().stock("FULL", 4));
    desk.place.market().with_shelf(|shelf| {
        for (id, extra) in [(mug, "whole"), (full, "fulfillment")] {
            shelf.entries.iter_mut().filter(|one| one.id == id).for_each(|one| one.extra = json!(extra));
        }
    });
    let updates = desk.updates(3, "k").await;
    let mut skus: Vec<&str> = updates.iter().map(|update| update.sku.as_str()).collect();
    skus.sort_unstable();
    assert_eq!(skus, ["M", "MUG", "S"]);
    for update in &updates {
        let one = std::slice::from_ref(update);
        assert_eq!(pushed(&desk, one).await, [PushOutcome::Applied], "{}", update.sku);
    }
    assert_eq!((desk.place.shown("MUG"), desk.place.shown("FULL")), (Some(3), Some(4)));
    desk.place.assert_no_violations();
}
