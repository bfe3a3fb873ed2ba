//! The cases, and one module of tests per channel.

use super::subjects;
use super::{Desk, Place};
use onhand::channels::{ChannelError, ErrorClass, PushOutcome};
use onhand::clock::Clock;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

pub async fn the_check_names_the_account(desk: Desk) {
    desk.place.seed(&["A"], 5);
    assert!(!desk.connector.check().await.unwrap().is_empty());
    desk.place.assert_no_violations();
}

pub async fn a_batch_is_applied_and_read_back(desk: Desk) {
    desk.place.seed(&["A", "B", "C"], 5);
    let updates = desk.updates(3, "k").await;
    assert_eq!(updates.len(), 3);
    let outcomes = desk.push(&updates).await;
    let outcomes = desk.settled(&updates, outcomes).await;
    assert_eq!(outcomes, vec![PushOutcome::Applied; 3]);
    assert_eq!(desk.place.shown("B"), Some(3));
    let ids: Vec<_> = updates.iter().map(|update| update.external.clone()).collect();
    assert_eq!(desk.connector.observe(&ids).await.unwrap(), vec![Some(3); 3]);
    desk.place.assert_no_violations();
}

pub async fn nothing_is_lost_at_zero_and_at_the_maximum(desk: Desk) {
    desk.place.seed(&["A", "B"], 5);
    for quantity in [0, desk.connector.limits().max_quantity, 1] {
        let mut updates = desk.updates(quantity, &format!("q{quantity}")).await;
        updates.truncate(1);
        let outcomes = desk.push(&updates).await;
        assert_eq!(desk.settled(&updates, outcomes).await, [PushOutcome::Applied], "{quantity}");
        assert_eq!((desk.place.shown("A"), desk.place.shown("B")), (Some(quantity), Some(5)));
    }
    desk.place.assert_no_violations();
}

pub async fn every_listing_is_pulled_once_page_by_page(desk: Desk) {
    let skus: Vec<String> = (0..260).map(|n| format!("SKU-{n:04}")).collect();
    desk.place.seed(&skus.iter().map(String::as_str).collect::<Vec<_>>(), 7);
    let listings = desk.listings().await;
    let unique: BTreeSet<_> = listings.iter().map(|listing| listing.external.clone()).collect();
    assert_eq!((listings.len(), unique.len()), (skus.len(), skus.len()));
    assert!(listings.iter().all(|one| one.quantity == Some(7)), "{:?}", listings[0]);
    assert!(listings.iter().all(|one| one.sku.is_some()));
    desk.place.assert_no_violations();
}

pub async fn odd_skus_are_told_apart(desk: Desk) {
    desk.place.seed(desk.subject.skus, 5);
    for sku in desk.subject.skus {
        let mut updates = desk.updates(3, sku).await;
        updates.retain(|update| update.sku == *sku);
        assert_eq!(updates.len(), 1, "{sku}");
        let outcomes = desk.push(&updates).await;
        assert_eq!(desk.settled(&updates, outcomes).await, [PushOutcome::Applied], "{sku}");
        assert_eq!(desk.place.shown(sku), Some(3), "{sku}");
        let shown = desk.connector.observe(&[updates[0].external.clone()]).await.unwrap();
        assert_eq!(shown, [Some(3)], "{sku}");
    }
    desk.place.assert_no_violations();
}

pub async fn one_ended_listing_does_not_hide_in_a_batch(desk: Desk) {
    desk.place.seed(&["A", "B"], 5);
    let updates = desk.updates(3, "k").await;
    desk.place.end("A");
    let outcomes = desk.push(&updates).await;
    let outcomes = desk.settled(&updates, outcomes).await;
    assert!(matches!(outcomes[0], PushOutcome::NotFound { .. }), "{outcomes:?}");
    let other = if desk.subject.all_or_nothing { PushOutcome::NotApplied } else { PushOutcome::Applied };
    assert_eq!(outcomes[1], other);
    let ids: Vec<_> = updates.iter().map(|update| update.external.clone()).collect();
    assert_eq!(desk.connector.observe(&ids[..1]).await.unwrap(), [None]);
}

pub async fn one_refused_row_does_not_hide_in_a_batch(desk: Desk) {
    if !matches!(desk.place, Place::Market(_)) {
        return;
    }
    desk.place.seed(&["A", "B"], 5);
    let updates = desk.updates(3, "k").await;
    desk.place.behave(json!({"mode": "partial", "skus": ["A"], "code": "refused_for_the_test"}));
    let outcomes = desk.push(&updates).await;
    let outcomes = desk.settled(&updates, outcomes).await;
    assert!(matches!(outcomes[0], PushOutcome::Rejected { .. }), "{outcomes:?}");
    let other = if desk.subject.all_or_nothing { PushOutcome::NotApplied } else { PushOutcome::Applied };
    assert_eq!(outcomes[1], other);
    assert_eq!(desk.place.shown("A"), Some(5));
}

pub async fn throttling_is_no_failure(desk: Desk) {
    desk.place.seed(&["A"], 5);
    let updates = desk.updates(3, "k").await;
    desk.place.behave(json!({"mode": "throttle", "count": 1, "retry_after_s": 3}));
    let error = desk.connector.push(&updates).await.unwrap_err();
    let ErrorClass::Throttle(after) = error.class() else { panic!("{error}") };
    if desk.subject.retry_after {
        assert_eq!(after, Some(Duration::from_secs(3)), "{error}");
    }
    desk.place.behave(json!({"mode": "throttle", "count": 1}));
    let error = desk.connector.push(&updates).await.unwrap_err();
    assert!(matches!(error.class(), ErrorClass::Throttle(_)), "{error}");
    assert_eq!(desk.place.shown("A"), Some(5));
}

pub async fn a_page_instead_of_json_is_an_outage(desk: Desk) {
    desk.place.seed(&["A"], 5);
    let updates = desk.updates(3, "k").await;
    desk.place.behave(json!({"mode": "html", "count": 1}));
    let error = desk.connector.push(&updates).await.unwrap_err();
    assert!(matches!(error, ChannelError::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("HTML"), "{error}");
    desk.place.behave(json!({"mode": "maintenance", "count": 1}));
    let error = desk.connector.push(&updates).await.unwrap_err();
    assert!(matches!(error.class(), ErrorClass::Retry | ErrorClass::Throttle(_)), "{error}");
}

pub async fn a_server_error_is_passing(desk: Desk) {
    desk.place.seed(&["A"], 5);
    let updates = desk.updates(3, "k").await;
    for status in [500, 502] {
        desk.place.behave(json!({"mode": "fail", "on": "writes", "status": status, "count": 1}));
        let error = desk.connector.push(&updates).await.unwrap_err();
        assert!(matches!(error.class(), ErrorClass::Retry | ErrorClass::Throttle(_)), "{error}");
    }
}

pub async fn revoked_credentials_say_where_to_renew_them(desk: Desk) {
    let wrong = [(desk.subject.key, "s3cret-but-wrong")];
    let connector = desk.subject.connector(&desk.place, &Clock::system(), &wrong);
    let error = connector.check().await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Reauth, "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
    assert!(error.to_string().contains('→') || error.to_string().contains(" > "), "where to go: {error}");
    // And in the middle of work, within one call.
    desk.place.seed(&["A"], 5);
    let updates = desk.updates(3, "k").await;
    desk.place.behave(json!({"mode": "revoked"}));
    let error = desk.connector.push(&updates).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Reauth, "{error}");
    desk.place.behave(json!({"mode": "normal"}));
    let outcomes = desk.push(&updates).await;
    assert_eq!(desk.settled(&updates, outcomes).await, [PushOutcome::Applied]);
}

pub async fn an_expired_token_is_renewed_on_the_way(desk: Desk) {
    let Some(life) = desk.subject.token else { return };
    desk.place.seed(&["A"], 5);
    let updates = desk.updates(3, "k").await;
    desk.place.advance(life + Duration::from_secs(1));
    let outcomes = desk.connector.push(&updates).await.unwrap().outcomes;
    assert_eq!(desk.settled(&updates, outcomes).await, [PushOutcome::Applied]);
}

pub async fn no_reply_leaves_the_outcome_open_and_the_same_key_settles_it(desk: Desk) {
    desk.place.seed(&["A"], 5);
    let updates = desk.updates(3, "k").await;
    desk.place.behave(json!({"mode": "timeout_after_apply", "count": 1}));
    let error = desk.connector.push(&updates).await.unwrap_err();
    assert!(matches!(error, ChannelError::Transport { .. }), "{error}");
    desk.place.advance(Duration::from_secs(61));
    let again = desk.connector.push(&updates).await.unwrap().outcomes;
    assert_eq!(desk.settled(&updates, again).await, [PushOutcome::Applied]);
    assert_eq!(desk.place.shown("A"), Some(3));
}

pub async fn a_lie_is_seen_by_reading_back(desk: Desk) {
    desk.place.seed(&["A"], 5);
    let updates = desk.updates(3, "k").await;
    desk.place.behave(json!({"mode": "lie", "count": 1}));
    let outcomes = desk.connector.push(&updates).await.unwrap().outcomes;
    assert!(matches!(outcomes[0], PushOutcome::Applied | PushOutcome::Accepted { .. }), "{outcomes:?}");
    let shown = desk.connector.observe(&[updates[0].external.clone()]).await.unwrap();
    assert_eq!(shown, [Some(5)]);
}

macro_rules! contract {
    ($($channel:ident: $($case:ident)*;)*) => {
        $(mod $channel {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::subjects::$channel().await).await;
            })*
        })*
    };
}

macro_rules! for_all {
    ($($channel:ident)*) => {
        contract! { $($channel:
            the_check_names_the_account
            a_batch_is_applied_and_read_back
            nothing_is_lost_at_zero_and_at_the_maximum
            every_listing_is_pulled_once_page_by_page
            odd_skus_are_told_apart
            one_ended_listing_does_not_hide_in_a_batch
            one_refused_row_does_not_hide_in_a_batch
            throttling_is_no_failure
            a_page_instead_of_json_is_an_outage
            a_server_error_is_passing
            revoked_credentials_say_where_to_renew_them
            an_expired_token_is_renewed_on_the_way
            no_reply_leaves_the_outcome_open_and_the_same_key_settles_it
            a_lie_is_seen_by_reading_back;
        )* }
    };
}

for_all! {
    shopify ebay amazon walmart bigcommerce woocommerce square etsy tiktok mirakl bol magento
    squarespace kaufland otto shopware allegro shopee lazada
    mercadolibre
}
