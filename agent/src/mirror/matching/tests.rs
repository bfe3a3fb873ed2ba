//! Against a plain reckoning of what may be linked, for any catalogue and any size of page.

use super::*;
use crate::db;
use proptest::prelude::*;
use std::collections::BTreeMap;

const HERE: ChannelId = ChannelId(1);

/// What a shop or a channel says of one thing.
#[derive(Clone, Debug)]
struct Codes {
    sku: Option<u8>,
    gtin: Option<u8>,
}

fn codes() -> impl Strategy<Value = Codes> {
    (prop::option::of(0u8..6), prop::option::of(0u8..6)).prop_map(|(sku, gtin)| Codes { sku, gtin })
}

fn text(code: Option<u8>) -> Option<String> {
    code.map(|code| format!("code-{code}"))
}

/// An item: its codes, deleted, a parent of variations.
type Item = (Codes, bool, bool);
/// A listing: its codes, on another channel, linked before to the item of that number.
type Listing = (Codes, bool, Option<usize>);

fn expected(items: &[Item], listings: &[Listing]) -> BTreeMap<usize, usize> {
    let mut links: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, (_, elsewhere, item)) in listings.iter().enumerate() {
        if let (false, Some(item)) = (elsewhere, item) {
            links.insert(number, *item);
        }
    }
    for code in [|codes: &Codes| codes.sku, |codes: &Codes| codes.gtin] {
        let before = links.clone();
        for (number, (own, elsewhere, _)) in listings.iter().enumerate() {
            let Some(wanted) = code(own).filter(|_| !elsewhere && !before.contains_key(&number)) else {
                continue;
            };
            let alone =
                listings.iter().filter(|(other, away, _)| !away && code(other) == Some(wanted)).count() == 1;
            let of_shop: Vec<usize> = items
                .iter()
                .enumerate()
                .filter(|(_, (other, deleted, parent))| !deleted && !parent && code(other) == Some(wanted))
                .map(|(number, _)| number)
                .collect();
            if let ([item], true) = (of_shop.as_slice(), alone)
                && !before.values().any(|linked| linked == item)
            {
                links.insert(number, *item);
            }
        }
    }
    links
}

fn id(number: usize) -> i64 {
    i64::try_from(number).unwrap() + 1
}

fn number(id: i64) -> usize {
    usize::try_from(id).unwrap() - 1
}

fn found(items: &[Item], listings: &[Listing], limit: usize) -> BTreeMap<usize, usize> {
    let dir = tempfile::tempdir().unwrap();
    let mut conn = db::create(&dir.path().join("onhand.db")).unwrap();
    let tx = conn.transaction().unwrap();
    tx.execute_batch(
        "INSERT INTO channel (channel_id, name, kind, config, secrets, created_ms)
         VALUES (1, 'here', 'ebay', '{}', x'', 0), (2, 'elsewhere', 'ebay', '{}', x'', 0)",
    )
    .unwrap();
    for (number, (codes, deleted, parent)) in items.iter().enumerate() {
        tx.execute(
            "INSERT INTO item (item_id, pool_id, kind, sku, gtin, name, attrs, post_status, sellable, deleted, epoch, at)
             VALUES (?1, ?1, ?2, ?3, ?4, '', '[]', 'publish', 1, ?5, 0, 0)",
            params![
                id(number),
                if *parent { "variable" } else { "variation" },
                text(codes.sku),
                text(codes.gtin),
                deleted
            ],
        )
        .unwrap();
    }
    for (number, (codes, elsewhere, item)) in listings.iter().enumerate() {
        tx.execute(
            "INSERT INTO listing (listing_id, channel_id, item_id, external, sku, gtin) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                id(number),
                if *elsewhere { 2 } else { 1 },
                item.map(id),
                format!("[{number}]"),
                text(codes.sku),
                text(codes.gtin)
            ],
        )
        .unwrap();
    }
    for code in Code::ALL {
        let mut after = Some(ListingId(0));
        while let Some(last) = after {
            after = page(&tx, HERE, code, last, limit, &Context::default()).unwrap().next;
        }
    }
    let mut select = tx
        .prepare("SELECT listing_id, item_id FROM listing WHERE channel_id = 1 AND item_id IS NOT NULL")
        .unwrap();
    select
        .query_map([], |row| Ok((number(row.get(0)?), number(row.get(1)?))))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_ambiguous_is_linked_and_everything_plain_is(
        items in prop::collection::vec((codes(), prop::bool::weighted(0.1), prop::bool::weighted(0.1)), 1..10),
        listings in prop::collection::vec(
            (codes(), prop::bool::weighted(0.2), prop::option::weighted(0.15, any::<prop::sample::Index>())), 0..10),
        limit in 1usize..5,
    ) {
        let mut taken = std::collections::BTreeSet::new();
        let listings: Vec<Listing> = listings
            .into_iter()
            .map(|(codes, elsewhere, item)| {
                let item = item.map(|item| item.index(items.len())).filter(|item| taken.insert((elsewhere, *item)));
                (codes, elsewhere, item)
            })
            .collect();
        prop_assert_eq!(found(&items, &listings, limit), expected(&items, &listings));
    }
}
