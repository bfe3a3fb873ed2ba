//! Which listing belongs to which variation, where it is not plain.

use crate::agent_support::Desk;
use onhand::app::AppError;
use onhand::domain::ListingId;
use onhand::mirror::candidates;
use serde_json::json;

/// Three variations; on eBay the second has another spelling and the third shares its SKU with a fourth.
async fn shop() -> Desk {
    let mut desk = Desk::open("").await;
    let records = vec![
        desk.item(101, json!({"sku": "TEE-S", "name": "T-shirt, S"})),
        desk.item(102, json!({"sku": "TEE-M", "name": "T-shirt, M"})),
        desk.item(103, json!({"sku": "TWIN", "name": "Mug, red"})),
        desk.item(104, json!({"sku": "TWIN", "name": "Mug, blue"})),
        desk.item(105, json!({"name": "No code at all"})),
    ];
    desk.append(&records);
    let stock: Vec<_> = (101..=105).map(|id| desk.statement(id, 7, vec![])).collect();
    desk.append(&stock);
    desk.rig.seed_ebay(json!({"items": [
        {"sku": "TEE-S", "quantity": 1}, {"sku": "tee m", "quantity": 1}, {"sku": "TWIN", "quantity": 1}]}));
    desk.settled().await;
    let matched = desk.app.auto_match("ebay").await.unwrap();
    assert_eq!((matched.linked, matched.unmatched, matched.ambiguous), (1, 1, 1), "{matched:?}");
    desk.settled().await;
    desk
}

fn shown(desk: &Desk, sku: &str) -> Option<i64> {
    desk.rig.sim.world().quantities(onhand_tests::sim::Marketplace::Ebay, &[sku.to_owned()])[sku]
}

#[tokio::test]
async fn what_is_not_plain_is_shown_with_confidence_and_reason_and_linked_by_nobody() {
    let desk = shop().await;
    let id = desk.app.channel_id("ebay").await.unwrap();
    let open =
        desk.app.db.readers.read(move |conn| candidates::open(conn, id, ListingId(0), 50)).await.unwrap();
    let of = |sku: &str| open.iter().find(|one| one.sku.as_deref() == Some(sku)).unwrap();
    assert_eq!(open.len(), 2);
    assert_eq!((of("tee m").candidates[0].item.0, of("tee m").candidates[0].confidence), (102, 75));
    assert!(of("tee m").candidates[0].reason.contains("punctuation"));
    let twins: Vec<i64> = of("TWIN").candidates.iter().map(|one| one.item.0).collect();
    assert_eq!(twins, [103, 104]);
    assert_eq!((shown(&desk, "tee m"), shown(&desk, "TWIN")), (Some(1), Some(1)), "nothing was sent");
    let counts = desk.app.db.readers.read(move |conn| candidates::counts(conn, id)).await.unwrap();
    assert_eq!((counts.listings, counts.matched, counts.ambiguous, counts.unmatched), (3, 1, 1, 1));
    let work = |after: Option<i64>, limit: i64| {
        desk.app.db.readers.read(move |conn| candidates::work(conn, after, limit))
    };
    let kinds: Vec<_> =
        work(None, 50).await.unwrap().into_iter().map(|one| (one.kind, one.items, one.products)).collect();
    let (shared, missing) =
        (("sku_shared", vec![103, 104], vec![103, 104]), ("sku_missing", vec![105], vec![105]));
    assert_eq!(kinds, [shared, missing]);
    let first = work(None, 1).await.unwrap();
    assert_eq!(work(Some(first[0].items[0]), 50).await.unwrap()[0].items, [105], "page by page");
}

#[tokio::test]
async fn a_mapping_goes_out_is_edited_and_comes_in() {
    let desk = shop().await;
    let file = desk.app.export_mapping("ebay").await.unwrap();
    assert_eq!(file.lines().count(), 4, "{file}");
    let again = desk.app.import_mapping("ebay", file.as_bytes()).await.unwrap();
    assert_eq!(
        (again.linked, again.unlinked, again.unchanged),
        (0, 0, 3),
        "what goes out comes in as it was"
    );
    // The merchant fills in what was left open, and moves the first listing to another variation.
    let edited: String = file
        .lines()
        .map(|line| match line {
            line if line.contains("tee m") => {
                format!("{}102,\n", line.trim_end_matches(',').to_owned() + ",")
            }
            line if line.contains("TEE-S") => line.replace(",101,TEE-S", ",105,") + "\n",
            line => line.to_owned() + "\n",
        })
        .collect();
    let imported = desk.app.import_mapping("ebay", edited.as_bytes()).await.unwrap();
    assert_eq!((imported.linked, imported.unchanged), (2, 1), "{edited}");
    desk.settled().await;
    assert_eq!((shown(&desk, "tee m"), shown(&desk, "TEE-S")), (Some(7), Some(7)));
    let mut desk = desk;
    desk.sell(105, 2, 5);
    desk.settled().await;
    assert_eq!(shown(&desk, "TEE-S"), Some(2), "the other variation's quantity");
    let unlinked = edited.replace(",105,", ",,");
    let imported = desk.app.import_mapping("ebay", unlinked.as_bytes()).await.unwrap();
    assert_eq!(imported.unlinked, 1);
    desk.sell(105, 1, 1);
    desk.settled().await;
    assert_eq!(shown(&desk, "TEE-S"), Some(2), "what is not linked is not told");
}

#[tokio::test]
async fn one_wrong_line_and_nothing_is_changed() {
    let desk = shop().await;
    let file = "listing,variation,variation_sku\n\
                \"{\"\"sku\"\":\"\"nowhere\"\"}\",102,\n\
                \"not json\",102,\n";
    let Err(AppError::Invalid(problems)) = desk.app.import_mapping("ebay", file.as_bytes()).await else {
        panic!("it was taken")
    };
    assert!(problems[0].starts_with("line 2:") && problems[0].contains("match it first"), "{problems:?}");
    assert!(problems[1].starts_with("line 3:"), "{problems:?}");
    let file = desk.app.export_mapping("ebay").await.unwrap();
    let (listing, _) = file.lines().find(|line| line.contains("TWIN")).unwrap().split_once("}\"").unwrap();
    let wrong = format!("listing,variation,variation_sku\n{listing}}}\",,TWIN\n{listing}}}\",999,\n");
    let Err(AppError::Invalid(problems)) = desk.app.import_mapping("ebay", wrong.as_bytes()).await else {
        panic!("it was taken")
    };
    assert!(problems[0].contains("several variations"), "{problems:?}");
    assert!(problems[1].contains("no variation 999"), "{problems:?}");
}
