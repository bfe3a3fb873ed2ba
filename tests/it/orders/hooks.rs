//! Outgoing webhooks, as a service of the merchant's hears them.

use super::support::{Town, market};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use onhand::app::AddHook;
use onhand::domain::OrderMode;
use onhand_tests::sim::accounts::WOOCOMMERCE;
use onhand_tests::sim::markets::WooCommerce;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Heard {
    calls: Vec<(HeaderMap, Bytes)>,
    answers: VecDeque<u16>,
}

/// A service that answers 200, or what it is told to first.
struct Service {
    heard: Arc<Mutex<Heard>>,
    url: String,
}

impl Service {
    async fn open() -> Self {
        let heard = Arc::<Mutex<Heard>>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let app = axum::Router::new().route("/in", post(hear)).with_state(Arc::clone(&heard));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { heard, url }
    }

    fn calls(&self) -> Vec<(HeaderMap, Bytes)> {
        self.heard.lock().unwrap().calls.clone()
    }

    fn types(&self) -> Vec<String> {
        let kind = |(_, body): &(HeaderMap, Bytes)| {
            serde_json::from_slice::<Value>(body).unwrap()["type"].as_str().unwrap().to_owned()
        };
        self.calls().iter().map(kind).collect()
    }
}

async fn hear(State(heard): State<Arc<Mutex<Heard>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut heard = heard.lock().unwrap();
    heard.calls.push((headers, body));
    StatusCode::from_u16(heard.answers.pop_front().unwrap_or(200)).unwrap()
}

fn add(url: &str, types: &[&str]) -> AddHook {
    serde_json::from_value(json!({ "url": url, "types": types })).unwrap()
}

#[tokio::test]
async fn an_order_that_waits_for_a_person_is_told_once_whatever_the_reason() {
    let (one, service) = (market(WooCommerce).await, Service::open().await);
    let town = Town::open("").await;
    town.app.add_hook(add(&service.url, &["order.parked"])).await.unwrap();
    town.shop.counter().product(101, "TEE", 5);
    one.variation(2, "TEE", 5);
    one.variation(2, "NOWHERE", 5);
    town.connect("one", WOOCOMMERCE, &one.url(), Some(OrderMode::Order)).await;
    one.sell(&[("NOWHERE", 1)]).unwrap();
    town.ask("one").await;
    town.until("the unknown SKU", || service.types().len() == 1).await;
    let parked = town.book().await.remove(0);
    // Tried again in vain: nothing new.
    town.app.retry_orders(Some(parked.id), vec![]).await.unwrap();
    one.sell(&[("TEE", 2)]).unwrap();
    town.shop.counter().sell(101, 4);
    town.settled().await;
    town.ask("one").await;
    town.until("the oversold one", || service.types().len() == 2).await;
    assert_eq!(service.types(), ["order.parked", "order.parked"]);
}

#[tokio::test]
async fn what_happens_is_told_signed_and_once() {
    let (one, service) = (market(WooCommerce).await, Service::open().await);
    let town = Town::open("[events]\nlow_stock = 3\n").await;
    let (_, secret) = town.app.add_hook(add(&service.url, &[])).await.unwrap();
    town.shop.counter().product(101, "TEE", 5);
    one.variation(2, "TEE", 5);
    town.connect("one", WOOCOMMERCE, &one.url(), Some(OrderMode::Order)).await;
    town.shop.counter().sell(101, 2);
    town.until("low", || service.types().len() == 2).await;
    one.sell(&[("TEE", 3)]).unwrap();
    town.ask("one").await;
    town.until("sold out", || service.types().iter().any(|kind| kind == "stock.sold_out")).await;
    town.shop.counter().receive(101, 9);
    town.until("back", || service.types().iter().any(|kind| kind == "stock.back_in_stock")).await;
    let mut types = service.types();
    types.sort();
    let expected = [
        "order.imported",
        "stock.back_in_stock",
        "stock.changed",
        "stock.changed",
        "stock.changed",
        "stock.low",
        "stock.sold_out",
    ];
    assert_eq!(types, expected, "each once");
    let webhook = Webhook::new(secret.expose_secret()).unwrap();
    for (headers, body) in service.calls() {
        webhook.verify(&body, &headers).unwrap();
        let mut flipped = body.to_vec();
        flipped[10] ^= 1;
        assert!(webhook.verify(&flipped, &headers).is_err());
    }
    let low: Value = service
        .calls()
        .iter()
        .map(|(_, body)| serde_json::from_slice(body).unwrap())
        .find(|said: &Value| said["type"] == "stock.low")
        .unwrap();
    assert_eq!((&low["data"]["quantity"], &low["data"]["before"]), (&json!("3"), &json!("5")));
    assert_eq!(
        (&low["data"]["skus"], &low["data"]["because"]["cause"]),
        (&json!(["TEE"]), &json!("order_reduced"))
    );
    let id = |headers: &HeaderMap| headers["webhook-id"].to_str().unwrap().to_owned();
    let ids: std::collections::BTreeSet<String> =
        service.calls().iter().map(|(headers, _)| id(headers)).collect();
    assert_eq!(ids.len(), expected.len(), "an id of its own each");
}

#[tokio::test]
async fn what_is_not_taken_waits_is_told_again_and_ends_when_it_is_gone() {
    let service = Service::open().await;
    let town = Town::open("").await;
    let (id, _) = town.app.add_hook(add(&service.url, &["stock.changed"])).await.unwrap();
    town.shop.counter().product(101, "TEE", 5);
    town.settled().await;
    service.heard.lock().unwrap().answers.extend([500]);
    town.shop.counter().sell(101, 1);
    town.until("refused", || service.calls().len() == 1).await;
    let waits = || async { town.app.deliveries(Some(id), 10).await.unwrap().remove(0) };
    let mut first = waits().await;
    while first.attempts == 0 {
        tokio::task::yield_now().await;
        first = waits().await;
    }
    assert_eq!((first.state, first.status, first.attempts), ("waiting", Some(500), 1), "{first:?}");
    // Nobody waits for the schedule.
    assert_eq!(town.app.replay(Some(first.id), None).await.unwrap(), 1);
    town.until("told again", || service.calls().len() == 2).await;
    let same = service.calls();
    assert_eq!((&same[0].0["webhook-id"], &same[0].1), (&same[1].0["webhook-id"], &same[1].1));
    service.heard.lock().unwrap().answers.extend([410]);
    town.app.test_hook(id).await.unwrap();
    town.until("gone", || service.calls().len() == 3).await;
    while town.app.hooks().await.unwrap()[0].state == "active" {
        tokio::task::yield_now().await;
    }
    town.shop.counter().sell(101, 1);
    town.settled().await;
    assert_eq!(service.calls().len(), 3, "it wants nothing any more");
    let open = town.app.db.readers.read(onhand::issues::open).await.unwrap();
    assert!(open.iter().any(|issue| issue.code == "hook_failing" && issue.message.contains(&service.url)));
    town.app.remove_hook(id).await.unwrap();
    assert!(town.app.remove_hook(id).await.is_err());
    let wrong = town.app.add_hook(add("nowhere", &["stock.gone"])).await.unwrap_err().to_string();
    assert!(wrong.contains("there is no stock.gone") && wrong.contains("nowhere"), "{wrong}");
}
