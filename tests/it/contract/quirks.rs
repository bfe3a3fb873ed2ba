//! What is documented of one marketplace alone.

use super::{Desk, subjects};
use onhand::channels::{Accepted, PushOutcome, QuantityUpdate, Renewals, client, connect, kind};
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
            desk.subject.kind
        );
        assert_eq!(desk.place.shown("A"), Some(5));
        market.fail_jobs();
        desk.place.advance(Duration::from_secs(3_600));
        let became = desk.connector.follow(&[one]).await.unwrap();
        assert!(matches!(became[0], Some(PushOutcome::Retry { .. })), "{}: {became:?}", desk.subject.kind);
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
            desk.subject.kind
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
    for desk in [subjects::etsy().await, subjects::tiktok().await] {
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&told);
        let renewals = Renewals::new(move |secrets| {
            heard.lock().unwrap().push(secrets["refresh_token"].expose_secret().to_owned());
        });
        let subject = desk.subject;
        let url = desk.place.url();
        let config = subject.config.iter().map(|(k, v)| ((*k).to_owned(), v.replace("URL", &url))).collect();
        let secrets = subject.secrets.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect();
        let http = client(&onhand::channels::HttpSettings::default()).unwrap();
        let connector =
            connect(kind(subject.kind).unwrap(), &config, &secrets, &http, &Clock::system(), renewals)
                .unwrap();
        connector.check().await.unwrap();
        let first = told.lock().unwrap().clone();
        assert_eq!(first.len(), 1);
        desk.place.advance(subject.token.unwrap() + Duration::from_secs(1));
        connector.check().await.unwrap();
        assert_eq!(told.lock().unwrap().len(), 2, "{}", subject.kind);
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
