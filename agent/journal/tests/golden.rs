//! The golden file: records and the exact frames that every writer must give for them. The Rust writer is held to
//! it here, the PHP extension and the plain PHP writer by their own tests.
//!
//! `ONHAND_GOLDEN_WRITE=1 cargo test -p onhand-journal --test golden` writes it anew after a change of the format.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use onhand_journal::frame::{Decoded, decode, encode};
use onhand_journal::{Appender, Limits, Record};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Golden {
    name: String,
    record: Value,
    line: String,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/journal/golden.json")
}

/// The record with some keys changed.
fn with(mut record: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { unreachable!("changes are objects") };
    record.as_object_mut().unwrap().extend(changes);
    record
}

fn stock(changes: Value) -> Value {
    let base = json!({
        "v": 1, "t": "stock", "id": "00112233445566ff", "at": 1_764_000_000_000_000_i64, "pool": 7, "qty": "5",
        "managed": true, "status": "instock", "backorders": "no", "held": [], "req": "a1b2c3d4e5f60718",
        "snap": null, "moves": [],
    });
    with(base, changes)
}

fn item(changes: Value) -> Value {
    let base = json!({
        "v": 1, "t": "item", "id": "8899aabbccddeeff", "at": 1_764_000_000_000_000_i64, "item": 7, "parent": null,
        "pool": 7, "kind": "simple", "sku": "MUG", "gtin": null, "name": "Mug", "attrs": [], "terms": [], "parts": [[8, 2], [9, 1]], "price": "9.5",
        "post_status": "publish", "sellable": true, "deleted": false, "problems": [], "req": "a1b2c3d4e5f60718",
        "snap": null,
    });
    with(base, changes)
}

fn movement(op: &str, qty: &Value, cause: &str, actor: &Value) -> Value {
    json!({"op": op, "qty": qty, "cause": cause, "ref": "1204", "line": null, "actor": actor})
}

#[rustfmt::skip]
fn records() -> Vec<(&'static str, Value)> {
    let actor = json!({"kind": "user", "id": 3, "name": "ann"});
    let guest = json!({"kind": "guest", "id": null, "name": null});
    let sale = movement("delta", &json!("-2"), "order_reduced", &guest);
    let several = json!([
        movement("delta", &json!("-1.25"), "order_reduced", &guest),
        movement("set", &json!("12"), "quick_edit", &actor),
        movement("set", &Value::Null, "product_edit", &actor),
        movement("status", &Value::Null, "bulk_edit", &actor),
    ]);
    let snapshot = json!({"v": 1, "t": "snapshot_begin", "id": "0000000000000001", "at": 1_764_000_000_000_000_i64,
        "snap": "5f0e5f0e5f0e5f0e", "scope": "all", "req": "a1b2c3d4e5f60718"});
    let end = json!({"t": "snapshot_end", "items": 1200, "pools": 1100});
    let shipment = json!({"v": 1, "t": "shipment", "id": "0000000000000003", "at": 1_764_000_000_000_000_i64,
        "channel": "ebay", "order": "12-34567-89012", "lines": [["10022334455", 2]], "carrier": "DHL",
        "tracking": "00340434161094042557", "url": "https://dhl.example/?a=1&b=2", "req": "00000000000000aa"});
    let webhook = json!({"v": 1, "t": "webhook", "id": "0000000000000002", "at": 1_764_000_000_000_000_i64,
        "channel": "shopify-eu", "headers": [["X-Topic", "orders/create"], ["X-Hmac", "q+/=="]], "body": "eyJpZCI6MX0="});
    let setting = json!({"v": 1, "t": "setting", "id": "0000000000000004", "at": 1_764_000_000_000_000_i64, "setting": "routing",
        "actor": actor, "before": null, "after": "{\"name\":\"Größe/2\"}", "req": "00000000000000aa"});
    let control: String = (0u8..0x20).chain([0x7f]).map(char::from).collect();
    vec![
        ("stock", stock(json!({}))),
        ("stock_sale", stock(json!({"qty": "3", "moves": [sale]}))),
        ("stock_negative", stock(json!({"qty": "-4", "backorders": "notify", "status": "onbackorder"}))),
        ("stock_fractional", stock(json!({"qty": "-2.500001"}))),
        ("stock_zero", stock(json!({"qty": "0", "status": "outofstock", "backorders": "yes"}))),
        ("stock_unmanaged", stock(json!({"qty": null, "managed": false}))),
        ("stock_at_places", stock(json!({"qty": "5", "places": [["main", "3.5"], ["shop", "1.5"]], "moves": [
            {"op": "place", "qty": "-1", "cause": "transfer", "ref": "D-7", "line": null, "actor": {"kind": "cli", "id": null, "name": "root"}, "place": "main"}]}))),
        ("stock_low", stock(json!({"qty": "3", "low": "4.5"}))),
        ("stock_held_not_looked_at", stock(json!({"held": null}))),
        ("stock_held", stock(json!({"held": [["1", 1_764_000_060_000_000_i64], ["2.5", 1_764_000_120_000_000_i64]]}))),
        ("stock_several_moves", stock(json!({"qty": null, "snap": "5f0e5f0e5f0e5f0e", "moves": several}))),
        ("item", item(json!({}))),
        ("item_variation", item(json!({"item": 8, "parent": 7, "kind": "variation", "gtin": "4006381333931",
            "attrs": [["Größe", "XL"], ["Colour", ""]], "price": "0.000001"}))),
        ("item_variable", item(json!({"kind": "variable", "sku": null, "price": null, "sellable": false,
            "problems": ["sku_missing", "price_missing"]}))),
        ("item_deleted", item(json!({"kind": "other", "name": "", "deleted": true, "sellable": false,
            "post_status": "trash"}))),
        ("item_emoji", item(json!({"name": "Mug ☕ 👩‍👩‍👧 🇩🇪", "sku": "☕-1"}))),
        ("item_quotes_and_slashes", item(json!({"name": "27\" \\ 'single' </script> a/b", "sku": "A/B\\\"C"}))),
        ("item_control_characters", item(json!({"name": control}))),
        ("item_line_separators", item(json!({"name": "a\u{2028}b\u{2029}c\u{85}d\u{feff}e"}))),
        ("item_long_sku", item(json!({"sku": "0123456789".repeat(60), "problems": ["sku_too_long:600"]}))),
        ("snapshot_begin", snapshot.clone()),
        ("snapshot_begin_product", with(snapshot.clone(), json!({"scope": "product:7"}))),
        ("snapshot_end", with(snapshot, end)),
        ("shipment", shipment),
        ("setting", setting.clone()),
        ("setting_removed", with(setting, json!({"before": "[1]", "after": null, "actor": guest}))),
        ("webhook", webhook.clone()),
        ("webhook_empty", with(webhook, json!({"headers": [], "body": ""}))),
    ]
}

fn made() -> Vec<Golden> {
    let frame = |record: &Value| {
        let payload = Record::from_json(record.to_string().as_bytes()).unwrap().to_json().unwrap();
        let mut frame = Vec::new();
        encode(&payload, &mut frame);
        STANDARD.encode(frame)
    };
    let golden =
        |(name, record): (&str, Value)| Golden { name: name.to_owned(), line: frame(&record), record };
    records().into_iter().map(golden).collect()
}

#[test]
fn every_record_gives_the_line_in_the_golden_file() {
    let made = made();
    if std::env::var_os("ONHAND_GOLDEN_WRITE").is_some() {
        std::fs::write(path(), serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let golden: Vec<Golden> = serde_json::from_slice(&std::fs::read(path()).unwrap()).unwrap();
    assert_eq!(golden, made);
}

#[test]
fn a_golden_line_reads_as_its_record_and_is_what_the_appender_writes() {
    let dir = tempfile::tempdir().unwrap();
    let mut appender = Appender::new(dir.path(), Limits::default());
    let mut expected = Vec::new();
    for golden in serde_json::from_slice::<Vec<Golden>>(&std::fs::read(path()).unwrap()).unwrap() {
        let line = STANDARD.decode(&golden.line).unwrap();
        let Decoded::Record { payload, length } = decode(&line, true) else { panic!("{}", golden.name) };
        assert_eq!(length, line.len(), "{}", golden.name);
        assert_eq!(serde_json::from_slice::<Value>(payload).unwrap(), golden.record, "{}", golden.name);
        let record = Record::from_json(payload).unwrap();
        assert_eq!(record.to_json().unwrap(), payload, "{}", golden.name);
        appender.append(&[payload]).unwrap();
        expected.extend(line);
    }
    assert_eq!(std::fs::read(onhand_journal::segment::path(dir.path(), 1)).unwrap(), expected);
}
