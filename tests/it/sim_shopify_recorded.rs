//! The simulated Shopify against replies recorded from a real store, and its schema excerpt against the official
//! schema. Only ids and times may differ.

use crate::sim_support::{Rig, SET, official};
use onhand_tests::sim::shopify::seed::ShopifySeeded;
use onhand_tests::sim::{SimConfig, spec};
use serde_json::{Value, json};
use std::path::Path;

const RECORDED_LOCATION: &str = "gid://shopify/Location/106318430514";

fn load(dir: &Path, name: &str) -> Value {
    let file = spec::shopify_recordings(dir).unwrap().join(name);
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

async fn rig(dir: &Path) -> Rig {
    Rig::start(SimConfig { spec_dir: Some(dir.to_owned()), ..SimConfig::default() }).await
}

/// A fresh item with so many units, as the recorded store had one for each case.
fn item(rig: &Rig, quantity: i64) -> ShopifySeeded {
    rig.sim.world().reset(onhand_tests::sim::Marketplace::Shopify).unwrap();
    rig.seed_shopify(
        json!({"products": [{"title": "Recorded", "variants": [{"sku": "R", "quantity": quantity}]}]}),
    )
}

/// Our ids in place of the recorded ones.
fn ours(recorded: &Value, item: &str, location: &str, s: &ShopifySeeded) -> Value {
    let text = recorded.to_string().replace(item, &s.variants[0].inventory_item_id);
    serde_json::from_str(&text.replace(location, &s.location.id)).unwrap()
}

/// Takes out what differs from run to run.
fn stable(mut reply: Value) -> Value {
    for pointer in [
        "/data/inventorySetQuantities/inventoryAdjustmentGroup/id",
        "/data/inventorySetQuantities/inventoryAdjustmentGroup/createdAt",
        "/extensions/cost/throttleStatus/currentlyAvailable",
    ] {
        if let Some(value) = reply.pointer_mut(pointer) {
            *value = json!("...");
        }
    }
    reply
}

async fn same(rig: &Rig, query: &str, case: &Value, s: &ShopifySeeded, ids: [&str; 2], name: &str) {
    let variables = ours(&case["variables"], ids[0], ids[1], s);
    let expected = ours(&case["response"], ids[0], ids[1], s);
    let (status, reply) = rig.graphql(query, variables).await;
    assert_eq!(status, 200, "{name}");
    let (mut reply, mut expected) = (stable(reply), stable(expected));
    if case.get("query").is_none() {
        // The recording does not tell its document, hence not what it cost.
        for side in [&mut reply, &mut expected] {
            side.as_object_mut().unwrap().remove("extensions");
        }
    }
    assert_eq!(reply, expected, "{name}");
}

#[tokio::test]
async fn names_and_bounds_are_answered_as_recorded() {
    let Some(dir) = official("names_and_bounds_are_answered_as_recorded") else { return };
    let rig = rig(&dir).await;
    let names = load(&dir, "inventorySetQuantities-name-validation.json");
    let bounds = load(&dir, "inventorySetQuantities-quantity-bounds.json");
    for cases in [&names["cases"], &bounds["cases"]] {
        for (name, case) in cases.as_object().unwrap() {
            let s = item(&rig, 0);
            let recorded = case["setup"]["inventoryItemId"].as_str().unwrap();
            let query = case["query"].as_str().unwrap();
            same(&rig, query, case, &s, [recorded, RECORDED_LOCATION], name).await;
        }
    }
    rig.assert_no_violations();
}

#[tokio::test]
async fn reasons_are_answered_as_recorded() {
    let Some(dir) = official("reasons_are_answered_as_recorded") else { return };
    let rig = rig(&dir).await;
    let file = load(&dir, "inventory-reason-validation.json");
    let ids = ["inventoryItemId", "locationId"].map(|k| file["setup"][k].as_str().unwrap());
    let accepted = file["acceptedReasonCases"].as_object().unwrap().iter();
    let refused = file["invalidReasonCases"].as_object().unwrap().iter();
    let set_only = accepted.chain(refused.filter(|(name, _)| name.ends_with("ReasonSet")));
    let mut cases = 0;
    for (name, case) in set_only {
        let s = item(&rig, 1);
        same(&rig, case["query"].as_str().unwrap(), case, &s, ids, name).await;
        cases += 1;
    }
    assert_eq!(cases, 19);
    rig.assert_no_violations();
}

#[tokio::test]
async fn the_contract_of_2026_04_is_answered_as_recorded() {
    let Some(dir) = official("the_contract_of_2026_04_is_answered_as_recorded") else { return };
    let rig = rig(&dir).await;
    let file = load(&dir, "inventory-quantity-contracts-2026-04.json");
    let recorded = file["setup"]["product"]["inventoryItemId"].as_str().unwrap();
    let ids = [recorded, RECORDED_LOCATION];
    let without_key =
        SET.replace(" @idempotent(key: $idempotencyKey)", "").replace(", $idempotencyKey: String!", "");
    for (name, query, violations) in [
        ("inventorySetQuantities", SET, 0),
        ("missingSetIdempotency", without_key.as_str(), 1),
        ("missingSetChangeFromQuantity", SET, 1),
        ("legacySetShape", SET, 1),
    ] {
        let s = item(&rig, 0);
        let mut case = file[name].clone();
        case.as_object_mut().unwrap().remove("query");
        same(&rig, query, &case, &s, ids, name).await;
        assert_eq!(rig.sim.world().violations().len(), violations, "{name}");
    }
    for name in ["setUnknownInventoryItem", "setUnknownLocation"] {
        let s = item(&rig, 0);
        same(&rig, SET, &file["unknownIdValidation"][name], &s, ids, name).await;
    }
    rig.assert_no_violations();
}

#[tokio::test]
async fn reads_have_the_recorded_shape_and_cost() {
    let Some(dir) = official("reads_have_the_recorded_shape_and_cost") else { return };
    let rig = rig(&dir).await;
    let file = load(&dir, "inventory-quantity-contracts-2026-04.json");
    let read = &file["upstreamCalls"][1];
    assert_eq!(read["operationName"], json!("InventoryQuantityContractDownstreamRead"));
    let s = item(&rig, 9);
    let variables = json!({
        "inventoryItemId": s.variants[0].inventory_item_id, "productId": s.variants[0].product_id,
    });
    let (status, reply) = rig.graphql(read["query"].as_str().unwrap(), variables).await;
    assert_eq!(status, 200);
    let recorded = &read["response"]["body"];
    let quantities = "/data/inventoryItem/inventoryLevels/nodes/0/quantities";
    let without_time = |reply: &Value| {
        let mut all = reply.pointer(quantities).unwrap().clone();
        all[0]["updatedAt"] = json!("...");
        all
    };
    assert_eq!(without_time(&reply), without_time(recorded));
    for pointer in [
        "/extensions/cost/requestedQueryCost",
        "/extensions/cost/actualQueryCost",
        "/data/product/totalInventory",
    ] {
        assert_eq!(reply.pointer(pointer), recorded.pointer(pointer), "{pointer}");
    }
    rig.assert_no_violations();
}

#[test]
fn the_built_in_schema_says_nothing_the_official_does_not() {
    use apollo_compiler::Schema;
    use apollo_compiler::schema::ExtendedType;
    let Some(dir) = official("the_built_in_schema_says_nothing_the_official_does_not") else { return };
    let text = std::fs::read_to_string(spec::shopify_schema(&dir).unwrap()).unwrap();
    let theirs = Schema::parse(text, "official").unwrap();
    let ours = Schema::parse(onhand_tests::sim::shopify::schema::EXCERPT, "excerpt").unwrap();
    for (name, ty) in ours.types.iter().filter(|(_, t)| !t.is_built_in()) {
        let official = theirs.types.get(name).unwrap_or_else(|| panic!("no {name}"));
        match (ty, official) {
            (ExtendedType::InputObject(a), ExtendedType::InputObject(b)) => {
                let fields = |t: &apollo_compiler::schema::InputObjectType| -> Vec<String> {
                    t.fields.iter().map(|(n, f)| format!("{n}: {}", f.ty)).collect()
                };
                let (a, b) = (fields(a), fields(b));
                assert!(a.iter().all(|field| b.contains(field)), "{name}: {a:?} {b:?}");
                // What must be given cannot be left out.
                assert!(
                    b.iter().filter(|f| f.ends_with('!')).all(|field| a.contains(field)),
                    "{name}: {a:?}"
                );
            }
            (ExtendedType::Enum(a), ExtendedType::Enum(b)) => {
                assert!(a.values.keys().all(|value| b.values.contains_key(value)), "{name}");
            }
            (ExtendedType::Object(_), ExtendedType::Object(_)) => {
                for (field, definition) in &ty.as_object().unwrap().fields {
                    let found = official.as_object().unwrap().fields.get(field);
                    let found = found.unwrap_or_else(|| panic!("no {name}.{field}"));
                    assert_eq!(definition.ty.to_string(), found.ty.to_string(), "{name}.{field}");
                    for argument in &definition.arguments {
                        let other = found.argument_by_name(&argument.name);
                        let other = other.unwrap_or_else(|| panic!("no {name}.{field}({})", argument.name));
                        assert_eq!(
                            argument.ty.to_string(),
                            other.ty.to_string(),
                            "{name}.{field}({})",
                            argument.name
                        );
                    }
                }
            }
            _ => assert_eq!(std::mem::discriminant(ty), std::mem::discriminant(official), "{name}"),
        }
    }
}
