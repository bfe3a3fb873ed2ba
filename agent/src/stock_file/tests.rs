//! What goes out comes in again, and nothing is read by half.

use super::read::read;
use super::write::{StockRow, StockWriter};
use super::*;
use crate::domain::Quantity;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn units(number: i64) -> Quantity {
    Quantity::from_micros(number * 1_000_000)
}

fn row(sku: &str, quantity: i64, places: &[(&str, i64)]) -> StockRow {
    let places = places.iter().map(|(name, number)| ((*name).to_owned(), units(*number))).collect();
    StockRow {
        sku: sku.into(),
        name: format!("{sku}, \"the\" thing"),
        quantity: units(quantity),
        places,
        ..StockRow::default()
    }
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn written(
    profile: &str,
    rows: &[StockRow],
    said: &[(&str, &str)],
    names: &[(&str, &str)],
    template: Option<&[&str]>,
) -> Result<String, Vec<String>> {
    let mut to = Vec::new();
    let template: Option<Vec<String>> = template.map(|names| names.iter().map(ToString::to_string).collect());
    let mut file =
        StockWriter::new(&mut to, Profile::find(profile)?, &map(said), map(names), template.as_deref())?;
    for row in rows {
        file.put(row).unwrap();
    }
    file.finish().unwrap();
    Ok(String::from_utf8(to).unwrap())
}

#[test]
fn every_profile_that_comes_along_is_good() {
    for (name, profile) in Profile::all().unwrap() {
        assert!(profile.source.starts_with("https://"), "{name}");
    }
}

#[test]
fn linnworks_gets_its_three_columns() {
    let rows = [row("TEE-S", 7, &[("main", 4), ("shop", 3)]), row("MUG, red", -2, &[])];
    let file = written("linnworks", &rows, &[("location", "Leeds")], &[("main", "Default")], None).unwrap();
    assert_eq!(file, "SKU,Stock Level,Location\nTEE-S,4,Default\nTEE-S,3,shop\n\"MUG, red\",0,Leeds\n");
}

#[test]
fn what_a_system_must_be_told_is_asked_for() {
    let problems = written("netsuite", &[], &[("acount", "1")], &[], None).unwrap_err();
    assert!(problems[0].contains("no such setting"), "{problems:?}");
    assert!(problems[1].contains("--set account=…: The adjustment account"), "{problems:?}");
    let file =
        written("netsuite", &[row("A", 1, &[])], &[("account", "11000 Adjustments")], &[], None).unwrap();
    assert_eq!(
        file, "Adjustment Account,Memo,Item,New Quantity\n11000 Adjustments,Onhand,A,1\n",
        "one place, no column for it"
    );
    assert!(Profile::find("odoo").unwrap_err()[0].contains("cin7-core, linnworks"));
}

#[test]
fn a_systems_own_template_is_filled_in_as_it_is() {
    let template = ["ProductSKU*", "ProductName", "Comment", "Quantity*", "Location*"];
    let file = written("cin7-core", &[row("A", 5, &[])], &[], &[], Some(&template)).unwrap();
    assert_eq!(
        file,
        "ProductSKU*,ProductName,Comment,Quantity*,Location*\nA,\"A, \"\"the\"\" thing\",,5,Main Warehouse\n"
    );
    let problems = written("cin7-core", &[], &[], &[], None).unwrap_err();
    assert!(problems[0].starts_with("--template FILE:"), "{problems:?}");
    assert!(written("cin7-core", &[], &[], &[], Some(&["SKU", "Cost"])).is_err(), "it has no quantity");
}

#[test]
fn every_mistake_is_told_with_its_line_and_nothing_is_read() {
    let profile = Profile::find("linnworks").unwrap();
    let file = b"SKU,Stock Level,Location\nA,1,x\n,2,x\nB,many,x\nA,3,x\n";
    let problems = read(&profile, file, &BTreeSet::new()).unwrap_err();
    assert_eq!(
        problems,
        [
            "line 3: it has no SKU",
            "line 4: \"many\" is no number of units of B",
            "line 5: A is there a second time at x"
        ]
    );
    let problems = read(&profile, b"Code,Level\nA,1\n", &BTreeSet::new()).unwrap_err();
    assert_eq!(
        problems,
        ["line 1: no column is called SKU", "line 1: no column is called Stock Level or StockLevel"]
    );
}

#[test]
fn what_a_spreadsheet_made_of_it_is_read_too() {
    let profile = Profile::find("linnworks").unwrap();
    let file = "\u{feff}sku;stock level;location\r\nA;1;x\r\nA;2;y\r\n;;\r\n";
    assert_eq!(read(&profile, file.as_bytes(), &BTreeSet::new()).unwrap(), [("A".to_owned(), units(3))]);
    assert_eq!(
        read(&profile, file.as_bytes(), &BTreeSet::from(["y".to_owned()])).unwrap(),
        [("A".to_owned(), units(2))]
    );
}

proptest! {
    #[test]
    fn what_goes_out_comes_in_again(
        rows in prop::collection::btree_map("[A-Za-z0-9 ,;\"\t-]{1,12}", (0i64..1_000, 0i64..1_000), 0..20),
        system in 0usize..4,
    ) {
        let (profile, _) = BUILT_IN.into_iter().filter(|(name, _)| *name != "cin7-core").nth(system).unwrap();
        let rows: Vec<(String, i64, i64)> =
            rows.into_iter().filter(|(sku, _)| sku.trim() == sku).map(|(sku, (main, shop))| (sku, main, shop)).collect();
        let given: Vec<StockRow> =
            rows.iter().map(|(sku, main, shop)| row(sku, main + shop, &[("main", *main), ("shop", *shop)])).collect();
        let said: &[(&str, &str)] = if profile == "netsuite" { &[("account", "1")] } else { &[] };
        let file = written(profile, &given, said, &[("main", "theirs")], None).unwrap();
        let back = read(&Profile::find(profile).unwrap(), file.as_bytes(), &BTreeSet::new()).unwrap();
        let expected: Vec<(String, Quantity)> =
            rows.iter().map(|(sku, main, shop)| (sku.clone(), units(main + shop))).collect();
        prop_assert_eq!(back, expected);
    }
}
