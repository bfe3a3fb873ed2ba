//! What the agent makes of what the shop says, good and bad.

use crate::agent_support::{Desk, movement};
use onhand::mirror::cover::{self, Ask};
use onhand::mirror::query::{self, ListingFilter, ListingRow, VariationFilter};
use onhand::mirror::sweep;
use onhand_journal::Ringer;
use onhand_tests::sim::Marketplace::{Ebay, Shopify};
use serde_json::json;

impl Desk {
    pub async fn listing(&self, channel: &str, sku: &str) -> ListingRow {
        let filter = ListingFilter {
            channel: Some(channel.to_owned()),
            sku: Some(sku.to_owned()),
            limit: 2,
            ..ListingFilter::default()
        };
        let mut rows = self.app.db.readers.read(move |conn| query::listings(conn, &filter)).await.unwrap();
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }
}

#[tokio::test]
async fn held_units_are_not_listed_and_come_back_when_the_hold_expires_by_itself() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 10).await;
    let mut held = desk.statement(101, 10, vec![]);
    held["held"] = json!([["2", held["at"].as_i64().unwrap() + 1_500_000]]);
    desk.append(&[held]);
    desk.both_show("A", 8).await;
    desk.both_show("A", 10).await;
}

#[tokio::test]
async fn a_sweep_waits_for_a_persons_yes() {
    let mut desk = Desk::open("").await;
    let skus: Vec<String> = (0..40).map(|n| format!("S{n:02}")).collect();
    desk.stock(&skus.iter().map(String::as_str).collect::<Vec<_>>(), 5).await;
    desk.import(&(101..141).map(|pool| (pool, 0)).collect::<Vec<_>>());
    desk.settled().await;
    assert_eq!(desk.shown(Shopify, "S39"), Some(5));
    let holds = desk.app.db.readers.read(sweep::holds).await.unwrap();
    assert_eq!(holds.len(), 2, "one on each channel: {holds:?}");
    assert!(
        desk.issues()
            .await
            .iter()
            .any(|issue| issue.code == "sweep_held" && issue.action.contains("holds confirm"))
    );
    // An order still goes through at once.
    desk.import(&[(101, 3)]);
    desk.shows(Shopify, "S00", 3).await;
    let shopify = holds.iter().find(|hold| hold.channel == "shopify").unwrap().id;
    let ebay = holds.iter().find(|hold| hold.channel == "ebay").unwrap().id;
    desk.app.decide_hold(shopify, true).await.unwrap();
    desk.shows(Shopify, "S39", 0).await;
    desk.app.decide_hold(ebay, false).await.unwrap();
    desk.settled().await;
    assert_eq!(desk.shown(Ebay, "S39"), Some(5), "kept as it was");
    assert!(desk.app.decide_hold(ebay, true).await.is_err(), "decided once");
}

#[tokio::test]
async fn odd_stock_is_listed_as_whole_units_and_never_below_zero() {
    let mut desk = Desk::open("").await;
    desk.stock(&["NEGATIVE", "FRACTION", "NULL", "Ünïcode 👕"], 5).await;
    let mut negative = desk.statement(101, -3, vec![]);
    negative["qty"] = json!("-3");
    let mut fraction = desk.statement(102, 0, vec![]);
    (fraction["qty"], fraction["status"]) = (json!("2.75"), json!("instock"));
    let mut null = desk.statement(103, 0, vec![]);
    null["qty"] = json!(null);
    let emoji = desk.statement(104, 7, vec![]);
    desk.append(&[negative, fraction, null, emoji]);
    for (sku, shown) in [("NEGATIVE", 0), ("FRACTION", 2), ("NULL", 0), ("Ünïcode 👕", 7)] {
        desk.both_show(sku, shown).await;
    }
    desk.settled().await;
}

#[tokio::test]
async fn a_hostile_line_is_set_aside_reported_and_hurts_nobody() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5).await;
    desk.append_raw(b"{\"v\":1,\"t\":\"stock\",\"pool\":\"all of them\"}");
    desk.append_raw(b"{\"v\":99,\"t\":\"telepathy\"}");
    desk.append_raw(b"not json at all");
    let segment = desk.dir.path().join("journal/00000000000000000001.v1.ohj");
    let mut file = std::fs::OpenOptions::new().append(true).open(segment).unwrap();
    std::io::Write::write_all(&mut file, b"\x1eO1 0000ffff deadbeef {\"v\":1,\"t\":\"st").unwrap();
    desk.sell(101, 4, 1);
    desk.both_show("A", 4).await;
    desk.settled().await;
    let codes: Vec<String> = desk.issues().await.into_iter().map(|issue| issue.code).collect();
    for code in ["record_invalid", "record_unknown", "record_torn"] {
        assert!(codes.iter().any(|one| one == code), "{code} in {codes:?}");
    }
}

#[tokio::test]
async fn problems_of_the_shops_own_data_are_named_until_they_are_mended() {
    let mut desk = Desk::open("").await;
    let bad = desk.item(101, json!({"name": "Mug", "problems": ["sku_too_long:2097152"]}));
    let one = desk.item(102, json!({"name": "Shirt", "sku": "SAME"}));
    let other = desk.item(103, json!({"name": "Shirt too", "sku": "SAME"}));
    desk.append(&[bad, one, other]);
    desk.settled().await;
    let issues = desk.issues().await;
    assert!(issues[0].message.contains("#101") && issues[0].message.contains("2097152"), "{issues:?}");
    let duplicates = desk.app.db.readers.read(query::duplicate_skus).await.unwrap();
    assert_eq!(duplicates, [("SAME".to_owned(), 2)]);
    let (nameless, first) = desk.app.db.readers.read(query::without_sku).await.unwrap();
    assert_eq!((nameless, first.as_deref()), (1, Some("#101 Mug")));
    // Neither of the two is linked to the one listing.
    desk.rig.seed_ebay(json!({"items": [{"sku": "SAME", "quantity": 1}]}));
    let matched = desk.app.auto_match("ebay").await.unwrap();
    assert_eq!((matched.linked, matched.ambiguous), (0, 1));
    let mended = desk.item(101, json!({"name": "Mug", "sku": "MUG"}));
    desk.append(&[mended]);
    desk.settled().await;
    assert!(desk.issues().await.iter().all(|issue| issue.code != "sku_too_long"));
}

#[tokio::test]
async fn a_whole_snapshot_makes_the_mirror_forget_what_is_gone() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B"], 5).await;
    let reading =
        async |desk: &Desk| desk.app.db.readers.read(onhand::mirror::snapshots::reading).await.unwrap().state;
    assert_eq!(reading(&desk).await, "never", "single changes are not the whole shop");
    let begin = json!({"t": "snapshot_begin", "at": desk.tick(), "snap": "s1", "scope": "all", "req": "s"});
    let mut item = desk.item(101, json!({"sku": "A", "name": "A"}));
    let mut stock = desk.statement(101, 5, vec![]);
    (item["snap"], stock["snap"]) = (json!("s1"), json!("s1"));
    let end = json!({"t": "snapshot_end", "at": desk.tick(), "snap": "s1", "scope": "all", "items": 1, "pools": 1, "req": "s"});
    desk.append(&[begin]);
    desk.settled().await;
    assert_eq!(reading(&desk).await, "reading");
    desk.append(&[item, stock, end]);
    desk.both_show("B", 0).await;
    desk.settled().await;
    let filter = VariationFilter { limit: 10, ..VariationFilter::default() };
    let left = desk.app.db.readers.read(move |conn| query::variations(conn, &filter, 0)).await.unwrap();
    assert_eq!(left.iter().map(|row| row.item).collect::<Vec<_>>(), [101]);
    assert_eq!(reading(&desk).await, "whole");
    desk.both_show("A", 5).await;
}

#[tokio::test]
async fn what_nobody_explained_is_one_visible_row() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5).await;
    let silent = desk.statement(101, 3, vec![movement("delta", Some("-1"), "order_reduced")]);
    desk.append(&[silent]);
    desk.settled().await;
    let filter = onhand::ledger::history::HistoryFilter {
        pool: onhand::domain::PoolId(101),
        at: None,
        before: None,
        limit: 10,
    };
    let history = desk
        .app
        .db
        .readers
        .read(move |conn| onhand::ledger::history::read(conn, &filter))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(history.balance, history.quantity);
    assert_eq!(history.rows[0].op, "unexplained");
    assert_eq!(history.rows[0].delta.unwrap().to_string(), "-1");
}

#[tokio::test]
async fn reading_a_channels_listings_waits_when_it_is_asked_to() {
    let mut desk = Desk::open("").await;
    desk.state_items(&["A"]);
    desk.settled().await;
    desk.rig.seed_shopify(json!({"products": [{"variants": [{"sku": "A", "quantity": 1}]}]}));
    desk.behave(Shopify, json!({"mode": "throttle", "count": 1, "retry_after_s": 1}));
    assert_eq!(desk.app.auto_match("shopify").await.unwrap().linked, 1);
}

#[tokio::test]
async fn a_journal_that_is_away_is_waited_for_and_the_doorbell_of_a_new_one_is_heard() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A"], 5).await;
    let (journal, elsewhere) = (desk.dir.path().join("journal"), desk.dir.path().join("elsewhere"));
    let mut progress = desk.app.progress.clone();
    std::fs::rename(&journal, &elsewhere).unwrap();
    progress.wait_for(|progress| progress.away).await.unwrap();
    let issues = desk.issues().await;
    assert!(issues.iter().any(|issue| issue.code == "journal_unreadable"), "{issues:?}");
    // Another directory of that name, with what was in the first one.
    let copy = desk.dir.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    for entry in std::fs::read_dir(&elsewhere).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
    }
    std::fs::rename(&copy, &journal).unwrap();
    progress.wait_for(|progress| !progress.away).await.unwrap();
    assert!(desk.issues().await.is_empty());
    assert!(Ringer::new(&journal).ring(), "somebody listens there");
    desk.writes_anew();
    desk.sell(101, 4, 1);
    desk.both_show("A", 4).await;
    desk.settled().await;
}

/// How long the stock lasts is reckoned from what was sold and not brought back; what does not sell is not in it.
#[tokio::test]
async fn what_sells_is_gone_soon_and_is_to_be_ordered() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B", "C"], 10).await;
    desk.sell(101, 3, 7);
    let back = desk.statement(101, 4, vec![movement("delta", Some("1"), "order_restored")]);
    desk.append(&[back]);
    desk.sell(102, 9, 1);
    desk.import(&[(103, 2)]);
    desk.settled().await;
    let now_ms = desk.app.clock.now_ms();
    let ask = Ask { days: 30, lead_days: 2, target_days: 3, limit: 10 };
    let rows = desk.app.db.readers.read(move |conn| cover::read(conn, &ask, now_ms)).await.unwrap();
    let seen: Vec<(Vec<String>, f64, i64)> =
        rows.iter().map(|row| (row.skus.clone(), row.per_day, row.reorder)).collect();
    // Six a day, four left: gone before an order arrives in two days. One a day, nine left: not yet.
    assert_eq!(seen, [(vec!["A".to_owned()], 6.0, 6 * 5 - 4), (vec!["B".to_owned()], 1.0, 0)]);
}

/// As changes: what was sold after the import stays sold.
#[tokio::test]
async fn what_an_import_did_is_taken_back_from_the_ledger() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B", "C"], 10).await;
    let before = desk.tick();
    desk.import(&[(101, 40), (102, 3)]);
    desk.sell(101, 38, 2);
    desk.import(&[(102, 5)]);
    let after = desk.tick();
    desk.import(&[(103, 99)]);
    desk.settled().await;
    let undo = |until: Option<i64>, cause: &str| {
        let filter = onhand::ledger::undo::UndoFilter {
            since: before,
            until,
            cause: Some(cause.to_owned()),
            ..Default::default()
        };
        desk.app.db.readers.read(move |conn| onhand::ledger::undo::rows(conn, &filter))
    };
    let rows = undo(Some(after), "import").await.unwrap();
    let told: Vec<(i64, &str, i64, String)> = rows
        .iter()
        .map(|row| (row.id, row.sku.as_deref().unwrap(), row.movements, row.stock_change.to_string()))
        .collect();
    assert_eq!(told, [(101, "A", 1, "-30".to_owned()), (102, "B", 2, "5".to_owned())]);
    assert_eq!(undo(None, "import").await.unwrap().len(), 3);
    assert_eq!(undo(None, "order_reduced").await.unwrap()[0].stock_change.to_string(), "2");
    assert_eq!(undo(None, "nothing").await.unwrap(), []);
}
