//! The simulated eBay answers as the documented one.

use crate::sim_support::{Rig, answer, official, plain};
use onhand_tests::sim::Marketplace::Ebay;
use onhand_tests::sim::ebay::seed::EbaySeeded;
use onhand_tests::sim::openapi::{OpenApi, problems};
use onhand_tests::sim::record::WriteOutcome;
use onhand_tests::sim::{SimConfig, spec};
use reqwest::Method;
use serde_json::{Value, json};

async fn seller(config: SimConfig) -> (Rig, EbaySeeded) {
    let mut rig = Rig::start(config).await;
    let s = rig.seed_ebay(json!({"items": [
        {"sku": "A", "quantity": 5},
        {"sku": "V-1", "group": "V", "quantity": 3, "ean": ["4006381333931"]},
        {"sku": "V-2", "group": "V", "quantity": 4},
        {"sku": "U", "quantity": 1, "published": false},
        {"sku": "H", "quantity": 1, "on_hold": true},
    ]}));
    rig.sign_in().await;
    (rig, s)
}

/// A row as the agent sends it: both quantities.
fn row(s: &EbaySeeded, i: usize, quantity: i64) -> Value {
    let item = &s.items[i];
    json!({"sku": item.sku, "shipToLocationAvailability": {"quantity": quantity},
           "offers": [{"offerId": item.offer_id, "availableQuantity": quantity}]})
}

fn error_ids(reply: &Value) -> Vec<i64> {
    let rows = reply["responses"].as_array().unwrap();
    rows.iter().map(|r| r["errors"][0]["errorId"].as_i64().unwrap_or(0)).collect()
}

#[tokio::test]
async fn both_quantities_are_set_and_the_lower_one_shows() {
    let (rig, s) = seller(plain()).await;
    let (status, reply) = rig.update(json!([row(&s, 0, 9)])).await;
    assert_eq!(status, 200, "{reply}");
    let entry = json!({"sku": "A", "offerId": s.items[0].offer_id, "statusCode": 200});
    assert_eq!(reply, json!({"responses": [entry]}));
    let shown = || rig.sim.world().quantities(Ebay, &["A".to_owned()])["A"];
    assert_eq!(shown(), Some(9));
    let only_offer = json!([{"offers": [{"offerId": s.items[0].offer_id, "availableQuantity": 12}]}]);
    let (_, reply) = rig.update(only_offer).await;
    assert_eq!(reply["responses"][0]["warnings"][0]["errorId"], json!(25402));
    assert_eq!(shown(), Some(9), "raising one of the two raises nothing");
    let lost = json!([{"sku": "A", "shipToLocationAvailability": {}}]);
    assert_eq!(rig.update(lost).await.0, 200);
    assert_eq!(shown(), Some(0), "the ship-to-home quantity was not sent again");
    rig.assert_no_violations();
}

#[tokio::test]
async fn each_kind_of_row_error_has_its_id() {
    let (rig, s) = seller(plain()).await;
    rig.sim.world().end(Ebay, "V-1", false).unwrap();
    let unknown = json!({"sku": "X", "shipToLocationAvailability": {"quantity": 1}});
    let no_offer = json!({"offers": [{"offerId": "999", "availableQuantity": 1}]});
    let (status, reply) = rig
        .update(json!([row(&s, 0, 2), row(&s, 1, 2), row(&s, 3, 2), row(&s, 4, 2), unknown, no_offer]))
        .await;
    assert_eq!(status, 207, "{reply}");
    assert_eq!(error_ids(&reply), [0, 25002, 25002, 25097, 25702, 25713]);
    let message = reply["responses"][1]["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("ended"), "{message}");
    let shown = rig.sim.world().quantities(Ebay, &[]);
    assert_eq!((shown["A"], shown["V-1"], shown["H"]), (Some(2), None, Some(1)));
    let writes = rig.sim.world().writes(Ebay, 0);
    assert_eq!(writes[1].outcome, WriteOutcome::Rejected);
    assert_eq!(writes[1].code.as_deref(), Some("25002"));
    rig.assert_no_violations();
}

#[tokio::test]
async fn a_listing_is_locked_after_250_revisions_until_the_next_day() {
    let (mut rig, s) = seller(plain()).await;
    for n in 0..125 {
        let (status, reply) = rig.update(json!([row(&s, 1, n), row(&s, 2, n)])).await;
        assert_eq!(status, 200, "{n}: {reply}");
    }
    let (status, reply) = rig.update(json!([row(&s, 2, 500), row(&s, 0, 500)])).await;
    assert_eq!(status, 207);
    assert_eq!(error_ids(&reply), [25002, 0], "the variations share the listing's limit, others do not");
    rig.sim.world().clock.advance_ms(86_400_000);
    rig.sign_in().await;
    assert_eq!(rig.update(json!([row(&s, 2, 500)])).await.0, 200);
    rig.assert_no_violations();
}

#[tokio::test]
async fn overlapping_calls_on_one_group_meet_25025() {
    let mut config = plain();
    config.ebay_limits.latency_ms = 200;
    let (rig, s) = seller(config).await;
    let (one, two) =
        tokio::join!(rig.update(json!([row(&s, 1, 9)])), rig.update(json!([row(&s, 2, 9), row(&s, 0, 9)])));
    let mut all = [error_ids(&one.1), error_ids(&two.1)].concat();
    all.sort_unstable();
    assert_eq!(all, [0, 0, 25025]);
}

#[tokio::test]
async fn tokens_expire_in_the_middle_of_the_day() {
    let mut config = plain();
    config.ebay_limits.token_ttl_s = 60;
    let (mut rig, s) = seller(config).await;
    assert_eq!(rig.update(json!([row(&s, 0, 1)])).await.0, 200);
    rig.sim.world().clock.advance_ms(61_000);
    let (status, reply) = rig.update(json!([row(&s, 0, 2)])).await;
    assert_eq!((status, &reply["errors"][0]["errorId"]), (401, &json!(1001)));
    assert_eq!(reply["errors"][0]["message"], json!("Invalid access token"));
    rig.sign_in().await;
    assert_eq!(rig.update(json!([row(&s, 0, 2)])).await.0, 200);
    let url = format!("{}/sell/inventory/v1/inventory_item", rig.sim.url());
    assert_eq!(answer(rig.http.get(url)).await.1["errors"][0]["errorId"], json!(1002));
    let (status, reply) = rig.ask_token("wrong").await;
    assert_eq!((status, &reply["error"]), (400, &json!("invalid_grant")));
    let url = format!("{}/identity/v1/oauth2/token", rig.sim.url());
    let wrong =
        rig.http.post(url).basic_auth("sim-client-id", Some("no")).form(&[("grant_type", "refresh_token")]);
    assert_eq!(
        answer(wrong).await,
        (
            401,
            json!({"error": "invalid_client",
        "error_description": "client authentication failed"})
        )
    );
    rig.assert_no_violations();
}

#[tokio::test]
async fn items_and_offers_are_read_in_pages() {
    let (rig, s) = seller(plain()).await;
    let (_, one) = rig.get("/inventory_item?limit=2").await;
    assert_eq!((one["total"].as_i64(), one["inventoryItems"].as_array().unwrap().len()), (Some(5), 2));
    let next = one["next"].as_str().unwrap().strip_prefix("/sell/inventory/v1").unwrap();
    let (_, two) = rig.get(next).await;
    assert_eq!(two["inventoryItems"][1]["sku"], json!("V-1"));
    assert_eq!(two["inventoryItems"][1]["groupIds"], json!(["V"]));
    let (status, item) = rig.get("/inventory_item/A").await;
    assert_eq!((status, &item["availability"]["shipToLocationAvailability"]["quantity"]), (200, &json!(5)));
    let (status, none) = rig.get("/inventory_item/X").await;
    assert_eq!((status, &none["errors"][0]["errorId"]), (404, &json!(25710)));
    let (_, offers) = rig.get("/offer?sku=V-1").await;
    assert_eq!(offers["offers"][0]["offerId"], json!(s.items[1].offer_id));
    assert_eq!(offers["offers"][0]["listing"]["listingId"], json!(s.items[1].listing_id));
    assert_eq!(rig.get("/offer").await.1["errors"][0]["errorId"], json!(25707));
    let body = json!({"requests": [{"sku": "A"}, {"sku": "X"}]});
    let (status, bulk) = answer(rig.inventory(Method::POST, "/bulk_get_inventory_item").json(&body)).await;
    assert_eq!((status, &bulk["responses"][1]["errors"][0]["errorId"]), (207, &json!(25702)));
    rig.assert_no_violations();
}

#[tokio::test]
async fn calls_are_counted_and_run_out() {
    let (rig, _) = seller(plain()).await;
    let mut limits = rig.sim.world().ebay_limits();
    limits.daily_calls = 2;
    rig.sim.world().set_ebay_limits(limits);
    assert_eq!(rig.get("/inventory_item").await.0, 200);
    assert_eq!(rig.get("/inventory_item").await.0, 200);
    let (status, reply) = rig.get("/inventory_item").await;
    assert_eq!((status, &reply["errors"][0]["errorId"]), (429, &json!(2001)));
    for path in ["rate_limit", "user_rate_limit"] {
        let url = format!("{}/developer/analytics/v1_beta/{path}/?api_name=inventory", rig.sim.url());
        let (status, reply) = answer(rig.http.get(url).bearer_auth(&rig.token)).await;
        assert_eq!(status, 200);
        let rate = &reply["rateLimits"][0]["resources"][0]["rates"][0];
        assert_eq!((rate["remaining"].as_i64(), rate["limit"].as_i64()), (Some(0), Some(2)));
    }
    rig.assert_no_violations();
}

#[tokio::test]
async fn mistakes_are_refused_and_remembered() {
    for dir in [None, official("ebay: mistakes_are_refused_and_remembered")] {
        let (rig, s) = seller(SimConfig { spec_dir: dir, ..SimConfig::default() }).await;
        let violations = || {
            let found = rig.sim.world().violations();
            rig.sim.world().clear_violations();
            found.len()
        };
        let many: Vec<Value> = (0..26)
            .map(|n| json!({"sku": format!("S{n}"), "shipToLocationAvailability": {"quantity": 1}}))
            .collect();
        for (rows, id) in [
            (json!(many), 25727),
            (json!([]), 25709),
            (json!([{"sku": "A", "quantity": 1}]), 2004),
            (json!([{"sku": "A", "shipToLocationAvailability": {"quantity": "1"}}]), 2004),
            (json!([row(&s, 0, 1), row(&s, 0, 2)]), 25731),
        ] {
            let (status, reply) = rig.update(rows).await;
            assert_eq!((status, reply["errors"][0]["errorId"].as_i64()), (400, Some(id)), "{reply}");
            assert_eq!(violations(), 1);
        }
        let (status, reply) = rig.update(json!([row(&s, 0, -1)])).await;
        assert_eq!((status, error_ids(&reply)), (207, vec![25709]));
        assert_eq!(violations(), 1);
        let text = rig.inventory(Method::POST, "/bulk_update_price_quantity").body("{\"requests\":[]}");
        assert_eq!(answer(text).await.0, 400);
        assert_eq!(violations(), 1);
        assert_eq!(rig.get("/inventory_item?page=2").await.0, 400);
        assert_eq!(violations(), 1);
        assert_eq!(rig.get("/no_such_resource").await.0, 404);
        assert_eq!(violations(), 1);
    }
}

#[tokio::test]
async fn replies_fit_the_official_document() {
    let Some(dir) = official("replies_fit_the_official_document") else { return };
    let api = OpenApi::read(&spec::ebay_inventory(&dir).unwrap()).unwrap();
    let analytics = OpenApi::read(&spec::ebay_analytics(&dir).unwrap()).unwrap();
    let (rig, s) = seller(SimConfig { spec_dir: Some(dir), ..SimConfig::default() }).await;
    let check = |api: &OpenApi, method: &str, path: &str, reply: &Value| {
        let found = problems(&api.reply(path, method, 200).unwrap(), reply);
        assert!(found.is_empty(), "{method} {path}: {found:?} in {reply}");
    };
    let unknown = json!({"sku": "X", "shipToLocationAvailability": {"quantity": 1}});
    for rows in [json!([row(&s, 0, 2)]), json!([row(&s, 1, 2), unknown]), json!([row(&s, 4, 1)])] {
        check(&api, "post", "/bulk_update_price_quantity", &rig.update(rows).await.1);
    }
    check(&api, "get", "/inventory_item", &rig.get("/inventory_item?limit=2").await.1);
    check(&api, "get", "/inventory_item/{sku}", &rig.get("/inventory_item/V-1").await.1);
    check(&api, "get", "/offer", &rig.get("/offer?sku=V-1").await.1);
    check(&api, "get", "/offer", &rig.get("/offer?sku=U").await.1);
    let body = json!({"requests": [{"sku": "V-1"}, {"sku": "X"}]});
    let (_, bulk) = answer(rig.inventory(Method::POST, "/bulk_get_inventory_item").json(&body)).await;
    check(&api, "post", "/bulk_get_inventory_item", &bulk);
    let url = format!("{}/developer/analytics/v1_beta/user_rate_limit/", rig.sim.url());
    let (_, limits) = answer(rig.http.get(url).bearer_auth(&rig.token)).await;
    check(&analytics, "get", "/user_rate_limit/", &limits);
    rig.assert_no_violations();
}
