//! Statements in, mirror, ledger and desired quantities out, on a real SQLite file.

use super::{EpochTracker, Input, apply};
use crate::allocation::{PriceRule, VelocitySettings};
use crate::db::{Db, DbError, Lane};
use crate::domain::{ChannelId, PoolId, Quantity};
use crate::ledger;
use crate::mirror::listings::{self, Context};
use crate::mirror::{pools, sweep, velocity};
use onhand_journal::{
    Actor, Backorders, ItemKind, ItemStatement, ItemTag, MoveOp, Movement, Position, Record, SnapshotBegin,
    SnapshotBeginTag, SnapshotEnd, SnapshotEndTag, StockStatement, StockStatus, StockTag, VERSION,
};
use std::collections::BTreeMap;
use std::sync::Arc;

const CHANNEL: ChannelId = ChannelId(1);
const NOW: i64 = 1_700_000_000_000;

struct Shop {
    db: Db,
    epochs: EpochTracker,
    now_ms: i64,
    offset: u64,
    prices: BTreeMap<ChannelId, PriceRule>,
    risk_ppm: i64,
    _dir: tempfile::TempDir,
}

fn units(n: i64) -> Quantity {
    Quantity::from_micros(n * 1_000_000)
}

fn at(ms: i64) -> i64 {
    (NOW + ms) * 1000
}

fn stock(pool: i64, at: i64, quantity: Option<i64>, moves: Vec<Movement>) -> Record {
    Record::Stock(StockStatement {
        v: VERSION,
        t: StockTag::Tag,
        id: format!("{:016x}", at.unsigned_abs() ^ pool.unsigned_abs().rotate_left(40)),
        at,
        pool,
        qty: quantity.map(units),
        managed: quantity.is_some(),
        status: StockStatus::InStock,
        backorders: Backorders::No,
        held: Some(vec![]),
        places: None,
        low: None,
        req: format!("r{at}"),
        snap: None,
        moves,
    })
}

fn movement(op: MoveOp, quantity: i64, cause: &str) -> Movement {
    Movement {
        op,
        qty: Some(units(quantity)),
        cause: cause.into(),
        reference: Some("1041".into()),
        line: Some("2".into()),
        actor: Actor { kind: "user".into(), id: Some(1), name: Some("anna".into()) },
        place: None,
    }
}

fn item(id: i64, pool: i64, at: i64) -> Record {
    Record::Item(ItemStatement {
        v: VERSION,
        t: ItemTag::Tag,
        id: format!("{:016x}", at.unsigned_abs() ^ id.unsigned_abs().rotate_left(20)),
        at,
        item: id,
        parent: None,
        pool,
        kind: ItemKind::Variation,
        sku: Some(format!("SKU-{id}")),
        gtin: None,
        name: "T-shirt".into(),
        attrs: vec![],
        terms: vec![],
        parts: vec![],
        price: None,
        post_status: "publish".into(),
        sellable: true,
        deleted: false,
        problems: vec![],
        req: format!("r{at}"),
        snap: None,
    })
}

impl Shop {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("onhand.db")).unwrap();
        Self {
            db,
            epochs: EpochTracker::new(0, 0),
            now_ms: NOW,
            offset: 0,
            prices: BTreeMap::new(),
            risk_ppm: 0,
            _dir: dir,
        }
    }

    fn context(&self) -> Context {
        Context {
            now_ms: self.now_ms,
            channel_max: BTreeMap::from([(CHANNEL, 1000)]),
            channel_rules: BTreeMap::new(),
            rule_sets: Arc::default(),
            channel_prices: self.prices.clone(),
            channel_lags: BTreeMap::new(),
            homing: Arc::default(),
            low_stock: 0,
            velocity: VelocitySettings { risk_ppm: self.risk_ppm },
            guard: sweep::GuardSettings::default(),
        }
    }

    async fn read(&mut self, records: Vec<Record>) {
        self.offset += 1;
        let batch: Vec<Input> = records.into_iter().map(|record| Input::Record(Box::new(record))).collect();
        let (context, end) = (self.context(), Position { segment: 1, offset: self.offset });
        let mut epochs = self.epochs.clone();
        self.epochs = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                apply(tx, &batch, end, &context, &mut epochs)?;
                Ok::<_, DbError>(epochs)
            })
            .await
            .unwrap();
    }

    async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, DbError> + Send + 'static,
    ) -> T {
        self.db.writer.write(Lane::Normal, job).await.unwrap()
    }

    async fn list(&self, items: std::ops::RangeInclusive<i64>, shown: Option<i64>) {
        self.write(move |tx| {
            tx.execute(
                "INSERT OR IGNORE INTO channel (channel_id, name, kind, config, secrets, created_ms)
                 VALUES (1, 'ebay', 'ebay', '{}', x'', 0)",
                [],
            )?;
            for id in items {
                tx.execute(
                    "INSERT INTO listing (channel_id, item_id, external, desired, sent, confirmed)
                     VALUES (1, ?1, ?2, ?3, ?3, ?3)",
                    rusqlite::params![id, format!("{{\"sku\":\"{id}\"}}"), shown],
                )?;
            }
            Ok(())
        })
        .await;
    }

    async fn one<T: rusqlite::types::FromSql + Send + 'static>(&self, sql: &'static str) -> T {
        self.db
            .readers
            .read(move |conn| Ok::<_, DbError>(conn.query_row(sql, [], |row| row.get(0))?))
            .await
            .unwrap()
    }

    async fn settle(&self, rested_before_ms: i64) -> usize {
        self.write(move |tx| ledger::settle(tx, rested_before_ms, NOW)).await
    }
}

#[tokio::test]
async fn the_newest_statement_wins_whatever_the_order_of_arrival() {
    let mut shop = Shop::new();
    shop.read(vec![stock(7, at(20), Some(3), vec![]), stock(7, at(10), Some(9), vec![])]).await;
    assert_eq!(shop.one::<i64>("SELECT qty_micros FROM pool").await, 3_000_000);
}

#[tokio::test]
async fn a_statement_read_twice_moves_nothing_twice() {
    let mut shop = Shop::new();
    let sale = stock(7, at(10), Some(4), vec![movement(MoveOp::Delta, -1, "order_reduced")]);
    shop.read(vec![sale.clone()]).await;
    shop.read(vec![sale]).await;
    assert_eq!(shop.one::<i64>("SELECT count(*) FROM ledger WHERE op = 'delta'").await, 1);
    assert_eq!(shop.one::<i64>("SELECT balance_micros FROM pool").await, 4_000_000);
    assert_eq!(shop.settle(i64::MAX).await, 0);
}

#[tokio::test]
async fn deltas_of_concurrent_processes_balance_in_any_order_and_nothing_is_unexplained() {
    let mut shop = Shop::new();
    shop.read(vec![stock(7, at(0), Some(10), vec![])]).await;
    // Both sales are in both reads; the statement that was made later arrives first.
    shop.read(vec![
        stock(7, at(20), Some(7), vec![movement(MoveOp::Delta, -2, "order_reduced")]),
        stock(7, at(15), Some(7), vec![movement(MoveOp::Delta, -1, "order_reduced")]),
    ])
    .await;
    assert_eq!(shop.one::<i64>("SELECT balance_micros FROM pool").await, 7_000_000);
    assert_eq!(shop.settle(i64::MAX).await, 0);
}

#[tokio::test]
async fn what_no_movement_explains_becomes_one_visible_row_when_the_pool_has_rested() {
    let mut shop = Shop::new();
    shop.read(vec![stock(7, at(0), Some(10), vec![])]).await;
    shop.read(vec![stock(7, at(10), Some(6), vec![])]).await;
    assert_eq!(shop.settle(NOW - 1).await, 0, "not before it has rested");
    assert_eq!(shop.settle(NOW).await, 1);
    assert_eq!(shop.settle(i64::MAX).await, 0, "and only once");
    let delta = "SELECT delta_micros FROM ledger WHERE op = 'unexplained'";
    assert_eq!(shop.one::<i64>(delta).await, -4_000_000);
    assert!(shop.one::<String>("SELECT note FROM ledger WHERE op = 'unexplained'").await.contains("raw SQL"));
    assert_eq!(shop.one::<i64>("SELECT balance_micros FROM pool").await, 6_000_000);
}

#[tokio::test]
async fn an_unexplained_row_names_the_sets_it_lies_between() {
    let mut shop = Shop::new();
    shop.read(vec![stock(7, at(0), Some(10), vec![])]).await;
    shop.read(vec![
        stock(7, at(10), Some(49), vec![movement(MoveOp::Set, 50, "quick_edit")]),
        stock(7, at(11), Some(49), vec![]),
    ])
    .await;
    assert_eq!(shop.settle(i64::MAX).await, 1);
    let note: String = shop.one("SELECT note FROM ledger WHERE op = 'unexplained'").await;
    assert!(note.contains("set #2"), "{note}");
}

#[tokio::test]
async fn a_set_of_long_ago_has_nothing_to_do_with_what_nobody_explains() {
    let mut shop = Shop::new();
    shop.read(vec![stock(7, at(0), Some(10), vec![])]).await;
    shop.read(vec![stock(7, at(10), Some(50), vec![movement(MoveOp::Set, 50, "quick_edit")])]).await;
    assert_eq!(shop.settle(NOW).await, 0, "they agree");
    // An hour later somebody writes the database.
    shop.now_ms += 3_600_000;
    shop.read(vec![stock(7, at(3_600_000), Some(43), vec![])]).await;
    let later = shop.now_ms;
    assert_eq!(shop.write(move |tx| ledger::settle(tx, later, later + 1000)).await, 1);
    let note: String = shop.one("SELECT note FROM ledger WHERE op = 'unexplained'").await;
    assert!(note.contains("raw SQL"), "{note}");
}

#[tokio::test]
async fn a_parents_pool_fans_out_to_every_variation_and_only_changed_listings_fall_behind() {
    let mut shop = Shop::new();
    shop.list(1..=3, Some(5)).await;
    shop.read((1..=3).map(|id| item(id, 100, at(0))).collect()).await;
    shop.read(vec![stock(100, at(5), Some(5), vec![])]).await;
    assert_eq!(shop.one::<i64>("SELECT count(*) FROM listing WHERE state = 1").await, 0);
    shop.read(vec![stock(100, at(10), Some(2), vec![movement(MoveOp::Delta, -3, "order_reduced")])]).await;
    let behind =
        "SELECT count(*) FROM listing WHERE state = 1 AND desired = 2 AND urgency = 1 AND cause_ledger > 0";
    assert_eq!(shop.one::<i64>(behind).await, 3);
}

#[tokio::test]
async fn a_hold_of_an_unpaid_checkout_counts_until_it_expires() {
    let mut shop = Shop::new();
    shop.list(1..=1, Some(5)).await;
    shop.read(vec![item(1, 1, at(0))]).await;
    let Record::Stock(mut statement) = stock(1, at(5), Some(5), vec![]) else { unreachable!() };
    statement.held = Some(vec![(units(2), at(60_000)), (units(1), at(90_000))]);
    shop.read(vec![Record::Stock(statement)]).await;
    assert_eq!(shop.one::<i64>("SELECT desired FROM listing").await, 2);
    for (later, desired) in [(60_001, 4), (90_001, 5)] {
        shop.now_ms = NOW + later;
        let (context, now_us) = (shop.context(), at(later));
        shop.write(move |tx| {
            let expired = pools::expire_held(tx, now_us)?;
            listings::recompute_pools(tx, expired.into_iter().map(|pool| (pool, None, true)), &context)
        })
        .await;
        assert_eq!(shop.one::<i64>("SELECT desired FROM listing").await, desired);
    }
    assert_eq!(shop.one::<Option<i64>>("SELECT held_until FROM pool").await, None);
}

/// A statement that did not look at what is held leaves it as it was told, whatever the order of their arrival.
#[tokio::test]
async fn the_last_look_at_what_is_held_counts_in_whatever_order_statements_arrive() {
    let looks = [Some(1), None, Some(2), None];
    let orders = (0..256_usize).map(|n| [n & 3, (n >> 2) & 3, (n >> 4) & 3, (n >> 6) & 3]);
    for order in orders.filter(|order| (0..4).all(|index| order.contains(&index))) {
        let mut shop = Shop::new();
        shop.list(1..=1, Some(9)).await;
        shop.read(vec![item(1, 1, at(0))]).await;
        for index in order {
            let Record::Stock(mut statement) =
                stock(1, at(5 + i64::try_from(index).unwrap()), Some(9), vec![])
            else {
                unreachable!()
            };
            statement.held = looks[index].map(|held| vec![(units(held), at(60_000))]);
            shop.read(vec![Record::Stock(statement)]).await;
        }
        assert_eq!(shop.one::<i64>("SELECT desired FROM listing").await, 7, "{order:?}");
    }
}

#[tokio::test]
async fn a_whole_snapshot_forgets_what_it_does_not_name_and_a_torn_one_forgets_nothing() {
    let mut shop = Shop::new();
    shop.list(1..=2, Some(5)).await;
    shop.read(vec![item(1, 1, at(0)), item(2, 2, at(0)), stock(1, at(0), Some(5), vec![])]).await;
    for (snap, items, deleted) in [("torn", 2, 0), ("whole", 1, 1)] {
        let begun = at(if snap == "torn" { 10 } else { 20 });
        let Record::Item(mut named) = item(1, 1, begun + 1) else { unreachable!() };
        named.snap = Some(snap.into());
        let (scope, req) = ("all".to_owned(), format!("r{snap}"));
        shop.read(vec![
            Record::SnapshotBegin(SnapshotBegin {
                v: VERSION,
                t: SnapshotBeginTag::Tag,
                id: format!("{begun:016x}"),
                at: begun,
                snap: snap.into(),
                scope: scope.clone(),
                req: req.clone(),
            }),
            Record::Item(named),
            Record::SnapshotEnd(SnapshotEnd {
                v: VERSION,
                t: SnapshotEndTag::Tag,
                id: format!("{:016x}", begun + 2),
                at: begun + 2,
                snap: snap.into(),
                scope,
                items,
                pools: 0,
                req,
            }),
        ])
        .await;
        assert_eq!(shop.one::<i64>("SELECT count(*) FROM item WHERE deleted = 1").await, deleted, "{snap}");
    }
    assert_eq!(shop.one::<String>("SELECT state FROM snapshot WHERE snap = 'torn'").await, "incomplete");
    assert_eq!(shop.one::<i64>("SELECT count(*) FROM issue").await, 0, "the second one mended it");
    assert_eq!(shop.one::<i64>("SELECT desired FROM listing WHERE item_id = 2").await, 0);
}

#[tokio::test]
async fn a_sweep_without_orders_is_held_and_one_by_orders_is_not() {
    for (cause, held) in [("import", 30), ("order_reduced", 0)] {
        let mut shop = Shop::new();
        shop.list(1..=100, Some(5)).await;
        shop.read(
            (1..=100).flat_map(|id| [item(id, id, at(0)), stock(id, at(0), Some(5), vec![])]).collect(),
        )
        .await;
        let zeroed = (1..=30).map(|id| stock(id, at(10), Some(0), vec![movement(MoveOp::Delta, -5, cause)]));
        shop.read(zeroed.collect()).await;
        let count = "SELECT count(*) FROM listing WHERE held_by IS NOT NULL";
        assert_eq!(shop.one::<i64>(count).await, held, "{cause}");
        if held == 0 {
            continue;
        }
        let open = shop.db.readers.read(sweep::holds).await.unwrap();
        assert!(open[0].message.contains("30 of 100 listings on ebay"), "{}", open[0].message);
        // The import is mended for one product: that one is free again at once.
        shop.read(vec![stock(1, at(20), Some(4), vec![movement(MoveOp::Set, 4, "import")])]).await;
        assert_eq!(shop.one::<i64>(count).await, held - 1);
        let id = open[0].id;
        assert_eq!(shop.write(move |tx| sweep::confirm(tx, id, NOW)).await, Some(CHANNEL));
        assert_eq!(shop.one::<i64>(count).await, 0);
        assert_eq!(shop.write(move |tx| sweep::confirm(tx, id, NOW)).await, None);
    }
}

#[tokio::test]
async fn a_clock_that_jumps_back_is_heard_and_asks_for_a_resync() {
    let mut shop = Shop::new();
    shop.read(vec![stock(7, at(1_000_000), Some(9), vec![])]).await;
    shop.read((0..4).map(|n| stock(7, at(n * 10), Some(n), vec![])).collect()).await;
    assert_eq!(shop.one::<i64>("SELECT qty_micros FROM pool").await, 3_000_000);
    assert_eq!(shop.one::<i64>("SELECT epoch FROM journal_cursor").await, 1);
    assert_eq!(shop.one::<i64>("SELECT count(*) FROM issue WHERE code = 'resync_wanted'").await, 1);
}

#[tokio::test]
async fn unreadable_records_are_reported_and_hurt_no_neighbour() {
    let shop = Shop::new();
    let (context, mut epochs) = (shop.context(), EpochTracker::new(0, 0));
    shop.write(move |tx| {
        let batch = [
            Input::Unreadable { code: "record_torn", message: "12 bytes are no whole record".into() },
            Input::Record(Box::new(stock(7, at(0), Some(-2), vec![]))),
            Input::Gap { since: at(0) },
        ];
        apply(tx, &batch, Position { segment: 1, offset: 9 }, &context, &mut epochs)
    })
    .await;
    assert_eq!(shop.one::<i64>("SELECT qty_micros FROM pool").await, -2_000_000);
    assert_eq!(shop.one::<i64>("SELECT count(*) FROM issue").await, 2);
}

/// What a channel has accepted and not applied yet is overtaken by another wish, and left alone while the wish stays.
#[tokio::test]
async fn a_sale_does_not_wait_for_what_a_channel_works_on() {
    for state in ["state = 3, receipt = 'r'", "state = 5, feed_id = 1"] {
        let mut shop = Shop::new();
        shop.list(1..=1, Some(0)).await;
        shop.read(vec![item(1, 100, at(0)), stock(100, at(1), Some(5), vec![])]).await;
        let on_its_way = format!("UPDATE listing SET sent = 5, {state}");
        shop.write(move |tx| Ok(tx.execute(&on_its_way, [])?)).await;
        shop.read(vec![stock(100, at(10), Some(5), vec![])]).await;
        assert_eq!(shop.one::<i64>("SELECT count(*) FROM listing WHERE state IN (3, 5)").await, 1);
        shop.read(vec![stock(100, at(20), Some(0), vec![movement(MoveOp::Delta, -5, "order_reduced")])])
            .await;
        // It may show five already, although nobody has confirmed that.
        let urgent = "SELECT count(*) FROM listing WHERE state = 1 AND desired = 0 AND urgency = 0";
        assert_eq!(shop.one::<i64>(urgent).await, 1, "{state}");
    }
}

#[tokio::test]
async fn a_price_follows_the_shops_by_the_rule_and_waits_behind_what_sold_out() {
    let mut shop = Shop::new();
    let rule = PriceRule {
        currency: "EUR".into(),
        percent: rust_decimal::Decimal::TEN,
        add: rust_decimal::Decimal::ZERO,
        round: None,
        ending: None,
        minimum: None,
    };
    let priced = |price: &str, at: i64| match item(1, 100, at) {
        Record::Item(mut one) => {
            one.price = price.parse().ok();
            Record::Item(one)
        }
        other => other,
    };
    shop.list(1..=1, Some(5)).await;
    shop.read(vec![priced("20", at(0)), stock(100, at(1), Some(5), vec![])]).await;
    let behind = "SELECT count(*) FROM listing WHERE state = 1";
    assert_eq!(shop.one::<i64>(behind).await, 0, "without a rule prices are left alone");
    shop.prices = BTreeMap::from([(CHANNEL, rule)]);
    shop.read(vec![priced("30", at(10))]).await;
    let wanted = "SELECT count(*) FROM listing WHERE state = 1 AND desired = 5 AND desired_price = '33.00' AND urgency = 2";
    assert_eq!(shop.one::<i64>(wanted).await, 1);
    shop.write(|tx| Ok(tx.execute("UPDATE listing SET confirmed_price = '33.00', state = 0", [])?)).await;
    shop.read(vec![priced("30.00", at(20))]).await;
    assert_eq!(shop.one::<i64>(behind).await, 0, "the same price once more");
    shop.read(vec![priced("", at(30))]).await;
    assert_eq!(shop.one::<i64>(behind).await, 0, "no price in the shop changes none on the channel");
}

#[tokio::test]
async fn the_last_unit_of_what_sells_fast_is_kept_until_time_has_passed() {
    let mut shop = Shop::new();
    shop.risk_ppm = 1_000;
    shop.read(vec![item(7, 7, at(0)), stock(7, at(1), Some(40), vec![])]).await;
    shop.list(7..=7, Some(40)).await;
    // One every ten seconds; the channels are presumed to hear of it a minute later.
    for n in 1..=39 {
        shop.now_ms = NOW + n * 10_000;
        let sale = vec![movement(MoveOp::Delta, -1, "order_reduced")];
        shop.read(vec![stock(7, at(n * 10_000), Some(40 - n), sale)]).await;
        if n == 20 {
            assert_eq!(shop.one::<i64>("SELECT desired FROM listing").await, 20, "enough is left");
        }
    }
    assert_eq!(shop.one::<i64>("SELECT desired FROM listing").await, 0);
    assert_eq!(shop.one::<String>("SELECT reason FROM listing").await, "selling_fast");
    let pools = |since| move |conn: &rusqlite::Connection| velocity::in_motion(conn, since, PoolId(0), 10);
    assert_eq!(shop.db.readers.read(pools(None)).await.unwrap(), [PoolId(7)]);
    assert_eq!(shop.db.readers.read(pools(Some(at(0)))).await.unwrap(), [PoolId(7)]);
    // Nothing sells for half a year.
    shop.now_ms += 180 * 86_400_000;
    let context = shop.context();
    shop.write(move |tx| listings::recompute_pools(tx, [(PoolId(7), None, true)], &context)).await;
    assert_eq!(shop.one::<i64>("SELECT desired FROM listing").await, 1);
    assert_eq!(shop.db.readers.read(pools(None)).await.unwrap(), []);
}

#[tokio::test]
async fn only_sales_count_as_such_and_each_once() {
    let mut shop = Shop::new();
    shop.risk_ppm = 1_000;
    let delta = |n, cause| movement(MoveOp::Delta, n, cause);
    let moves = vec![delta(-2, "order_reduced"), delta(-3, "quick_edit"), delta(1, "order_restored")];
    let sale = stock(7, at(10), Some(4), moves);
    shop.read(vec![stock(7, at(0), Some(8), vec![]), sale.clone()]).await;
    shop.read(vec![sale]).await;
    let sales = |shop: &Shop| {
        let db = shop.db.clone();
        async move {
            let read = |conn: &rusqlite::Connection| {
                Ok::<_, DbError>(
                    conn.query_row("SELECT sold, sold_at FROM pool", [], |row| velocity::of_row(row, 0))?,
                )
            };
            db.readers.read(read).await.unwrap().unwrap()
        }
    };
    assert_eq!((sales(&shop).await.newest, sales(&shop).await.units[2]), (2.0, 0.0));
    shop.read(vec![stock(7, at(20), Some(3), vec![delta(-1, "channel_order")])]).await;
    let two = sales(&shop).await;
    assert_eq!((two.newest, (two.units[2] * 1e3).round()), (1.0, 2e3));
}
