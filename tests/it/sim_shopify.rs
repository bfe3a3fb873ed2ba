//! The simulated Shopify answers as the documented one.

use crate::sim_support::{Rig, SET, codes, plain};
use onhand_tests::sim::Marketplace::Shopify;
use onhand_tests::sim::record::WriteOutcome;
use onhand_tests::sim::shopify::seed::{Change, ShopifySeeded};
use serde_json::{Value, json};

async fn store() -> (Rig, ShopifySeeded) {
    let rig = Rig::start(plain()).await;
    let seeded = rig.seed_shopify(json!({"products": [{"title": "Shirt", "variants": [
        {"sku": "A", "barcode": "4006381333931", "title": "Red", "quantity": 5},
        {"sku": "B", "title": "Blue", "quantity": 7},
        {"sku": "B", "title": "Blue too", "quantity": 9},
        {"sku": "C", "title": "Nowhere", "stocked": false},
        {"sku": "D", "title": "Bundle", "mutable": false},
    ]}]}));
    (rig, seeded)
}

#[tokio::test]
async fn a_change_is_applied_and_shown() {
    let (rig, s) = store().await;
    let reply = rig.set(&s.variants[0].inventory_item_id, &s.location.id, 3, json!(5), "k1").await;
    assert_eq!(codes(&reply), Vec::<&str>::new());
    let changes = &reply["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"]["changes"];
    assert_eq!(changes[0]["delta"], json!(-2));
    assert_eq!(rig.sim.world().quantities(Shopify, &["A".to_owned()])["A"], Some(3));
    let writes = rig.sim.world().writes(Shopify, 0);
    assert_eq!(
        (writes[0].before, writes[0].after, writes[0].outcome),
        (Some(5), Some(3), WriteOutcome::Applied)
    );
    rig.assert_no_violations();
}

#[tokio::test]
async fn an_unchanged_quantity_leads_to_no_group_and_no_error() {
    let (rig, s) = store().await;
    let reply = rig.set(&s.variants[0].inventory_item_id, &s.location.id, 5, json!(5), "k1").await;
    let expected = json!({"inventoryAdjustmentGroup": null, "userErrors": []});
    assert_eq!(reply["data"]["inventorySetQuantities"], expected);
    assert_eq!(rig.sim.world().writes(Shopify, 0)[0].outcome, WriteOutcome::Unchanged);
}

#[tokio::test]
async fn a_stale_row_refuses_the_whole_batch() {
    let (rig, s) = store().await;
    let row = |i: usize, quantity: i64, from: Value| {
        json!({"inventoryItemId": s.variants[i].inventory_item_id, "locationId": s.location.id,
               "quantity": quantity, "changeFromQuantity": from})
    };
    let rows = json!([row(0, 1, json!(4)), row(1, 2, json!(7)), row(2, 3, Value::Null)]);
    let input = json!({"name": "available", "reason": "correction", "quantities": rows});
    let (_, reply) = rig.graphql(SET, json!({"input": input, "idempotencyKey": "k"})).await;
    assert_eq!(codes(&reply), ["CHANGE_FROM_QUANTITY_STALE"]);
    let field = &reply["data"]["inventorySetQuantities"]["userErrors"][0]["field"];
    assert_eq!(*field, json!(["input", "quantities", "0", "changeFromQuantity"]));
    let shown = rig.sim.world().quantities(Shopify, &[]);
    assert_eq!((shown["A"], shown["B"], shown["B#2"]), (Some(5), Some(7), Some(9)));
    rig.assert_no_violations();
}

#[tokio::test]
async fn null_opts_out_of_the_comparison() {
    let (rig, s) = store().await;
    rig.sim.world().change(Shopify, "A", Change::Sell(2)).unwrap();
    let reply = rig.set(&s.variants[0].inventory_item_id, &s.location.id, 1, Value::Null, "k").await;
    assert_eq!(codes(&reply), Vec::<&str>::new());
    assert_eq!(rig.sim.world().quantities(Shopify, &["A".to_owned()])["A"], Some(1));
}

#[tokio::test]
async fn items_that_cannot_be_set_say_so() {
    let (rig, s) = store().await;
    for (i, code) in [(3, "ITEM_NOT_STOCKED_AT_LOCATION"), (4, "NON_MUTABLE_INVENTORY_ITEM")] {
        let reply = rig.set(&s.variants[i].inventory_item_id, &s.location.id, 1, Value::Null, code).await;
        assert_eq!(codes(&reply), [code]);
    }
    rig.sim.world().end(Shopify, "A", true).unwrap();
    let reply = rig.set(&s.variants[0].inventory_item_id, &s.location.id, 1, Value::Null, "gone").await;
    assert_eq!(codes(&reply), ["INVALID_INVENTORY_ITEM"]);
}

#[tokio::test]
async fn a_key_replays_its_result_and_nothing_else() {
    let (rig, s) = store().await;
    let item = &s.variants[0].inventory_item_id;
    let first = rig.set(item, &s.location.id, 3, json!(5), "k").await;
    rig.sim.world().change(Shopify, "A", Change::Sell(1)).unwrap();
    let again = rig.set(item, &s.location.id, 3, json!(5), "k").await;
    assert_eq!(first["data"], again["data"]);
    assert_eq!(rig.sim.world().quantities(Shopify, &["A".to_owned()])["A"], Some(2), "not set a second time");
    let other = rig.set(item, &s.location.id, 4, json!(5), "k").await;
    assert_eq!(codes(&other), ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]);
    let stale = rig.set(item, &s.location.id, 4, json!(5), "k2").await;
    assert_eq!(codes(&stale), ["CHANGE_FROM_QUANTITY_STALE"]);
    let retried = rig.set(item, &s.location.id, 4, json!(5), "k2").await;
    assert_eq!(codes(&retried), ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]);
    rig.sim.world().clock.advance_ms(25 * 3_600_000);
    let forgotten = rig.set(item, &s.location.id, 4, json!(2), "k").await;
    assert_eq!(codes(&forgotten), Vec::<&str>::new());
    rig.assert_no_violations();
}

#[tokio::test]
async fn two_requests_with_one_key_at_once_do_not_both_run() {
    let mut config = plain();
    config.shopify_limits.latency_ms = 200;
    let rig = Rig::start(config).await;
    let s = rig.seed_shopify(json!({"products": [{"variants": [{"sku": "A", "quantity": 5}]}]}));
    let item = &s.variants[0].inventory_item_id;
    let (one, two) = tokio::join!(
        rig.set(item, &s.location.id, 3, json!(5), "k"),
        rig.set(item, &s.location.id, 3, json!(5), "k")
    );
    let mut all = [codes(&one), codes(&two)];
    all.sort_unstable();
    assert_eq!(all, [vec![], vec!["IDEMPOTENCY_CONCURRENT_REQUEST"]]);
}

#[tokio::test]
async fn points_run_out_and_flow_back() {
    let (rig, s) = store().await;
    let mut limits = rig.sim.world().shopify_limits();
    (limits.bucket, limits.restore_per_second) = (30, 2);
    rig.sim.world().set_shopify_limits(limits);
    let item = &s.variants[0].inventory_item_id;
    let paid = rig.set(item, &s.location.id, 1, Value::Null, "1").await;
    assert_eq!(paid["extensions"]["cost"]["actualQueryCost"], json!(13));
    rig.set(item, &s.location.id, 2, Value::Null, "2").await;
    let refused = rig.set(item, &s.location.id, 3, Value::Null, "3").await;
    assert!(refused.get("data").is_none());
    assert_eq!(refused["errors"][0]["extensions"]["code"], json!("THROTTLED"));
    let cost = &refused["extensions"]["cost"];
    assert_eq!((&cost["actualQueryCost"], &cost["requestedQueryCost"]), (&Value::Null, &json!(13)));
    assert_eq!(cost["throttleStatus"]["currentlyAvailable"], json!(4));
    rig.sim.world().clock.advance_ms(10_000);
    assert_eq!(codes(&rig.set(item, &s.location.id, 3, Value::Null, "4").await), Vec::<&str>::new());
    rig.assert_no_violations();
}

#[tokio::test]
async fn listings_are_walked_in_pages_with_aliases_and_fragments() {
    let rig = Rig::start(plain()).await;
    let s = rig.seed_shopify(json!({"generate": {"count": 260, "sku": "S-{n}", "quantity": 4}}));
    let query = "query Walk($after: String, $location: ID!) {
        page: productVariants(first: 250, after: $after) { nodes { ...listing } pageInfo { hasNextPage endCursor } }
      }
      fragment listing on ProductVariant {
        id sku barcode title product { id title }
        inventoryItem { id tracked sku inventoryLevel(locationId: $location) {
          quantities(names: [\"available\", \"on_hand\"]) { name quantity }
        } }
      }";
    let (status, one) = rig.graphql(query, json!({"location": s.location.id})).await;
    assert_eq!(status, 200, "{one}");
    let page = &one["data"]["page"];
    assert_eq!(page["nodes"].as_array().unwrap().len(), 250);
    assert_eq!(page["pageInfo"]["hasNextPage"], json!(true));
    let level = &page["nodes"][0]["inventoryItem"]["inventoryLevel"];
    assert_eq!(level["quantities"][0], json!({"name": "available", "quantity": 4}));
    let after = page["pageInfo"]["endCursor"].clone();
    let (_, two) = rig.graphql(query, json!({"location": s.location.id, "after": after})).await;
    assert_eq!(two["data"]["page"]["nodes"].as_array().unwrap().len(), 10);
    assert_eq!(two["data"]["page"]["pageInfo"]["hasNextPage"], json!(false));
    rig.assert_no_violations();
}

#[tokio::test]
async fn listings_are_found_by_sku_barcode_and_id() {
    let (rig, s) = store().await;
    let query = "query($q: String!) { productVariants(first: 10, query: $q) { edges { cursor node { sku title } } } }";
    for (search, found) in
        [("sku:a", 1), ("sku:\"B\"", 2), ("sku:A OR sku:B", 3), ("barcode:4006381333931", 1)]
    {
        let (_, reply) = rig.graphql(query, json!({"q": search})).await;
        assert_eq!(
            reply["data"]["productVariants"]["edges"].as_array().unwrap().len(),
            found,
            "{search}: {reply}"
        );
    }
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on InventoryItem { sku } } }";
    let ids = json!([s.variants[1].inventory_item_id, "gid://shopify/InventoryItem/42"]);
    let (_, reply) = rig.graphql(query, json!({"ids": ids})).await;
    let found = json!({"__typename": "InventoryItem", "id": s.variants[1].inventory_item_id, "sku": "B"});
    assert_eq!(reply["data"]["nodes"], json!([found, null]));
    let query = "{ shop { name } locations(first: 5) { nodes { id name } }
                   currentAppInstallation { accessScopes { handle } } }";
    let (_, reply) = rig.graphql(query, json!({})).await;
    assert_eq!(reply["data"]["locations"]["nodes"][0]["name"], json!("Shop location"));
    assert_eq!(reply["data"]["currentAppInstallation"]["accessScopes"][0]["handle"], json!("read_products"));
    rig.assert_no_violations();
}

#[tokio::test]
async fn mistakes_are_refused_and_remembered() {
    let (rig, s) = store().await;
    let violations = || {
        let found = rig.sim.world().violations().len();
        rig.sim.world().clear_violations();
        found
    };
    assert_eq!(rig.graphql("{ shop { nme } }", json!({})).await.0, 400);
    assert_eq!(violations(), 1);
    assert_eq!(rig.graphql("{ shop { name", json!({})).await.0, 400);
    assert!(violations() >= 1);
    let (status, reply) =
        rig.graphql("{ productVariants(first: 1, query: \"vendor:x\") { nodes { id } } }", json!({})).await;
    assert_eq!(status, 400, "{reply}");
    assert_eq!(violations(), 1);
    let row = json!({"inventoryItemId": s.variants[0].inventory_item_id, "locationId": s.location.id,
                     "quantity": 1, "changeFromQuantity": null});
    let rows: Vec<&Value> = std::iter::repeat_n(&row, 251).collect();
    let input = json!({"name": "available", "reason": "correction", "quantities": rows});
    let (_, reply) = rig.graphql(SET, json!({"input": input, "idempotencyKey": "k"})).await;
    assert_eq!(reply["errors"][0]["extensions"]["code"], json!("MAX_INPUT_SIZE_EXCEEDED"));
    assert_eq!(violations(), 1);
}

#[tokio::test]
async fn a_wrong_token_is_refused_in_the_documented_words() {
    let (rig, _) = store().await;
    let url = format!("{}/admin/api/2026-07/graphql.json", rig.sim.url());
    let request =
        rig.http.post(url).header("X-Shopify-Access-Token", "wrong").json(&json!({"query": "{shop{name}}"}));
    let (status, reply) = crate::sim_support::answer(request).await;
    assert_eq!(status, 401);
    let message = "[API] Invalid API key or access token (unrecognized login or wrong password)";
    assert_eq!(reply, json!({"errors": message}));
    rig.assert_no_violations();
}
