//! Everything is taken along: out of one installation, into a fresh one, and out again the same.

use crate::agent_support::{Desk, movement};
use onhand::portable::{Form, Written, copy, export, import};
use onhand_tests::sim::Marketplace::Ebay;
use serde_json::json;
use std::path::Path;

/// A shop with some of everything.
async fn busy() -> Desk {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B, \"two\"", "Ünïcödé"], 9).await;
    desk.sell(101, 7, 2);
    let change = json!({"channel": "ebay", "sku": "A", "set": {"buffer": 3}});
    desk.app.set_rules(serde_json::from_value(change).unwrap()).await.unwrap();
    let change = json!({"set": {"max_listed": 50}});
    desk.app.set_rules(serde_json::from_value(change).unwrap()).await.unwrap();
    let moved = desk.statement(102, 4, vec![movement("set", Some("4"), "import")]);
    desk.append(&[moved]);
    desk.settled().await;
    desk.shows(Ebay, "A", 4).await;
    desk
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

fn rows(written: &[Written], table: &str) -> u64 {
    written.iter().find(|file| file.table == table).unwrap().rows
}

#[tokio::test]
async fn out_in_and_out_again_is_the_same() {
    let desk = busy().await;
    let database = desk.dir.path().join("onhand.db");
    let there = tempfile::tempdir().unwrap();
    let (first, second) = (there.path().join("first"), there.path().join("second"));
    // While the agent runs.
    let written = export(&database, &first, Form::Ndjson).unwrap();
    assert_eq!(rows(&written, "listing"), 6);
    assert_eq!(rows(&written, "channel"), 2);
    assert!(rows(&written, "ledger") >= 5 && rows(&written, "push") >= 2, "{written:?}");
    let fresh = there.path().join("fresh.db");
    assert_eq!(import(&fresh, &first).unwrap(), written);
    assert_eq!(export(&fresh, &second, Form::Ndjson).unwrap(), written);
    assert_eq!(files(&first), files(&second));
    // What is in use is not written over, and a folder that is not empty neither.
    let refused = import(&fresh, &first).unwrap_err().to_string();
    assert!(refused.contains("fresh installation"), "{refused}");
    assert!(export(&fresh, &second, Form::Ndjson).unwrap_err().to_string().contains("not empty"));
    assert!(!desk.dir.path().join("nothing.db").exists());
    let refused =
        export(&desk.dir.path().join("nothing.db"), &there.path().join("x"), Form::Csv).unwrap_err();
    assert!(refused.to_string().contains("there is no database at"), "{refused}");
}

#[tokio::test]
async fn a_broken_export_is_named_by_file_and_line_and_nothing_is_read_in() {
    let desk = busy().await;
    let there = tempfile::tempdir().unwrap();
    let folder = there.path().join("export");
    export(&desk.dir.path().join("onhand.db"), &folder, Form::Ndjson).unwrap();
    let ledger = folder.join("ledger.ndjson");
    let whole = std::fs::read_to_string(&ledger).unwrap();
    let fresh = there.path().join("fresh.db");
    let refused = |text: &str| {
        std::fs::write(&ledger, text).unwrap();
        import(&fresh, &folder).unwrap_err().to_string()
    };
    let (head, tail) = whole.split_once('\n').unwrap();
    assert!(refused(&format!("{head}\n{}\n{tail}", &head[..20])).starts_with("ledger.ndjson, line 2: "));
    assert!(refused(&format!("{head}\n{head}\n")).contains("line 2: UNIQUE"));
    assert!(refused(&whole.replacen("\"cause\"", "\"because\"", 1)).contains("missing or unknown"));
    assert!(refused(&whole.replacen("\"note\":null", "\"note\":[]", 1)).contains("note cannot be that"));
    std::fs::remove_file(&ledger).unwrap();
    assert!(import(&fresh, &folder).unwrap_err().to_string().contains("ledger.ndjson"));
    std::fs::write(&ledger, &whole).unwrap();
    std::fs::write(folder.join("manifest.json"), r#"{"onhand":"0.0.1","schema":1}"#).unwrap();
    assert!(import(&fresh, &folder).unwrap_err().to_string().contains("the export is of schema 1"));
    // Nothing of all that is there.
    let empty = there.path().join("empty");
    assert_eq!(rows(&export(&fresh, &empty, Form::Ndjson).unwrap(), "listing"), 0);
}

#[tokio::test]
async fn spreadsheets_and_a_copy_that_an_agent_can_use() {
    let desk = busy().await;
    let database = desk.dir.path().join("onhand.db");
    let there = tempfile::tempdir().unwrap();
    let folder = there.path().join("csv");
    export(&database, &folder, Form::Csv).unwrap();
    let mut sheet = csv::Reader::from_path(folder.join("item.csv")).unwrap();
    let at = sheet.headers().unwrap().iter().position(|column| column == "sku").unwrap();
    let skus: Vec<String> = sheet.records().map(|row| row.unwrap()[at].to_owned()).collect();
    assert_eq!(skus, ["A", "B, \"two\"", "Ünïcödé"]);
    let file = there.path().join("copy.db");
    copy(&database, &file).unwrap();
    assert!(copy(&database, &file).unwrap_err().to_string().contains("there already"));
    let listings = rows(&export(&file, &there.path().join("of-copy"), Form::Ndjson).unwrap(), "listing");
    assert_eq!(listings, 6);
    use std::os::unix::fs::PermissionsExt;
    for path in [file, folder.join("channel.csv")] {
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
}

/// One is made when the newest is old enough, the oldest goes, and what cannot be made is said until it can.
#[tokio::test]
async fn exports_are_made_by_a_schedule() {
    use crate::agent_support::Desk;
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("exports");
    let mut desk = Desk::open(&format!(
        "exports.every_hours = 24\nexports.dir = \"{}\"\nexports.keep = 2\n",
        dir.display()
    ))
    .await;
    desk.stock(&["A"], 3).await;
    let first = desk.app.export_if_due().await.unwrap().expect("the first is due");
    assert!(first.join("ledger.ndjson").exists(), "{first:?}");
    assert_eq!(desk.app.export_if_due().await.unwrap(), None, "a day is not over");
    let age = |from: &std::path::Path, name: &str| std::fs::rename(from, dir.join(name)).unwrap();
    std::fs::create_dir_all(dir.join("onhand-20260101T000000Z")).unwrap();
    std::fs::create_dir_all(dir.join("onhand-20260103T000000Z.unfinished")).unwrap();
    std::fs::create_dir_all(dir.join("somebody-elses")).unwrap();
    age(&first, "onhand-20260102T000000Z");
    let second = desk.app.export_if_due().await.unwrap().expect("the newest is old");
    let mut left: Vec<String> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let name = second.file_name().unwrap().to_str().unwrap();
    assert_eq!(left, ["onhand-20260102T000000Z", name, "somebody-elses"]);
    age(&second, "onhand-20260104T000000Z");
    std::fs::remove_dir_all(&dir).unwrap();
    std::fs::write(&dir, "a file is in the way").unwrap();
    assert_eq!(desk.app.export_if_due().await.unwrap(), None);
    let issues = desk.issues().await;
    assert!(issues.iter().any(|issue| issue.code == "export_failed"), "{issues:?}");
    std::fs::remove_file(&dir).unwrap();
    assert!(desk.app.export_if_due().await.unwrap().is_some());
    assert!(desk.issues().await.iter().all(|issue| issue.code != "export_failed"));
}

/// While the agent runs, and with what the shop has where.
#[tokio::test]
async fn a_stock_file_of_another_system_goes_out_and_comes_in() {
    let mut desk = Desk::open("").await;
    let records = vec![
        desk.item(101, json!({"sku": "TEE-S", "name": "T-shirt, S", "gtin": "4006381333931"})),
        desk.item(102, json!({"sku": "MUG", "name": "Mug"})),
        desk.item(103, json!({"name": "No code at all"})),
    ];
    desk.append(&records);
    let mut shirts = desk.statement(101, 7, vec![]);
    shirts["places"] = json!([["main", "4"], ["shop", "3"]]);
    let others = [desk.statement(102, 5, vec![]), desk.statement(103, 1, vec![])];
    desk.append(&[vec![shirts], others.to_vec()].concat());
    desk.settled().await;
    let onhand = |arguments: &[&str]| {
        std::process::Command::new(crate::cli::program())
            .arg("stock-file")
            .args(arguments)
            .env("ONHAND_CONFIG", desk.dir.path().join("onhand.toml"))
            .output()
            .unwrap()
    };
    let config = format!("database = \"{}\"\n", desk.dir.path().join("onhand.db").display());
    std::fs::write(desk.dir.path().join("onhand.toml"), config).unwrap();
    let file = desk.dir.path().join("linnworks.csv");
    let to = file.to_str().unwrap();
    let done =
        onhand(&["write", "linnworks", "--location", "main=Default", "--set", "location=Leeds", "--to", to]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success() && said.contains("3 lines.") && said.contains("1 have no SKU"), "{said}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, "SKU,Stock Level,Location\nTEE-S,4,Default\nTEE-S,3,shop\nMUG,5,Leeds\n");
    let read = onhand(&["read", "linnworks", to]);
    assert_eq!(String::from_utf8_lossy(&read.stdout), "sku,stock_quantity\nTEE-S,7\nMUG,5\n");
    let again = onhand(&["write", "linnworks", "--to", to]);
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("cannot be made"),
        "what is there is not written over"
    );
}
