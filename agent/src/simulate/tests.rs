use super::*;
use crate::allocation::{Filed, Names, Places, Rules, StrictSettings};
use crate::channels::Rate;
use crate::domain::{ChannelId, Quantity};
use crate::orders::autopsy::Change;
use proptest::prelude::*;
use std::time::Duration;

const SECOND: i64 = 1_000;

fn stage(pools: usize, quantity: i64, heard_ms: i64, pushes: Rate) -> Stage {
    let channel = |id: i64| StageChannel {
        id: ChannelId(id),
        name: format!("channel {id}"),
        pushes,
        max_batch: 10,
        concurrency: 2,
        max_quantity: 1_000,
        compares: id == 2,
        heard_ms: Some(heard_ms),
        told_ms: 500,
    };
    let listing = |channel| StageListing { channel, filed: Filed::default() };
    Stage {
        channels: vec![channel(1), channel(2)],
        pools: (0..pools)
            .map(|n| StagePool {
                sku: format!("SKU-{n}"),
                quantity,
                places: None,
                sales: None,
                listings: vec![listing(0), listing(1)],
            })
            .collect(),
        risk_ppm: 0,
        strict: StrictSettings { settle_ms: SECOND, rebalance_ms: 10 * SECOND },
    }
}

fn fast() -> Rate {
    Rate::new(100, Duration::from_secs(1), 100)
}

fn wants(at_ms: i64, pool: usize, seller: Option<usize>) -> Happening {
    Happening { at_ms, pool, what: What::Wants { seller, units: 1 } }
}

fn all(rules: Rules) -> RuleBook {
    RuleBook { channels: [1, 2].map(|id| (ChannelId(id), rules)).into(), ..RuleBook::default() }
}

#[test]
fn what_is_heard_of_late_is_sold_twice_and_a_buffer_or_strict_mode_keeps_it() {
    let stage = stage(1, 2, 60 * SECOND, fast());
    let rush = [
        wants(0, 0, Some(0)),
        wants(10, 0, Some(1)),
        wants(20, 0, Some(0)),
        wants(30, 0, Some(1)),
        wants(40, 0, None),
    ];
    let today = play(&stage, &rush, &RuleBook::default());
    assert_eq!((today.wanted, today.sold, today.oversold), (5, 5, 3), "{today:?}");
    assert_eq!(today.worst, [Oversold { sku: "SKU-0".to_owned(), units: 3 }]);
    let kept = play(&stage, &rush, &all(Rules { buffer: Some(2), ..Rules::default() }));
    assert_eq!((kept.oversold, kept.lost_units(), kept.lost["kept_back"]), (0, 4, 4), "{kept:?}");
    let strict = play(&stage, &rush, &all(Rules { strict: Some(true), ..Rules::default() }));
    assert_eq!(strict.oversold, 0, "{strict:?}");
}

#[test]
fn a_channel_that_takes_few_calls_is_out_of_step_for_long() {
    let rush: Vec<Happening> = (0..20).map(|n| wants(i64::try_from(n).unwrap() * SECOND, n, None)).collect();
    let step = |rate| play(&stage(20, 5, SECOND, rate), &rush, &RuleBook::default());
    let (quick, slow) = (step(fast()), step(Rate::new(1, Duration::from_secs(60), 1)));
    assert!(quick.longest_out_of_step_ms < SECOND, "{quick:?}");
    assert!(slow.longest_out_of_step_ms > 60 * SECOND, "{slow:?}");
    assert!(slow.calls < quick.calls, "latest wins, and a call carries many: {slow:?}");
    assert_eq!((quick.sold, quick.oversold), (20, 0));
}

/// Sales that are not known are asked for before a push, and a comparing channel refuses it: nothing is put back.
#[test]
fn a_push_puts_back_no_unit_that_was_sold_before_it() {
    let stage = stage(1, 5, 600 * SECOND, fast());
    let mut rush = vec![wants(0, 0, Some(0)), wants(0, 0, Some(1)), wants(SECOND, 0, None)];
    rush.extend((0..8).map(|n| wants((10 + n) * SECOND, 0, Some(0))));
    let outcome = play(&stage, &rush, &RuleBook::default());
    // Three are sold by then; of the other two a channel shows no more than two.
    assert_eq!((outcome.sold, outcome.oversold), (5, 0), "{outcome:?}");
}

#[test]
fn a_channel_sells_what_its_locations_have() {
    let mut stage = stage(1, 7, SECOND, fast());
    let units = |number: i64| Quantity::from_micros(number * 1_000_000);
    stage.pools[0].places = Some(Places(vec![("main".into(), units(5)), ("shop".into(), units(2))]));
    let fed = Rules { locations: Some(Names::new(vec!["shop".into()])), ..Rules::default() };
    let rules = RuleBook { channels: [(ChannelId(1), fed)].into(), ..RuleBook::default() };
    let mut wants_all: Vec<Happening> = (0..4).map(|n| wants(n * 10 * SECOND, 0, Some(0))).collect();
    // The other one is fed from everywhere, and first from the main location.
    wants_all.extend((0..3).map(|n| wants((50 + n * 10) * SECOND, 0, Some(1))));
    let played = play(&stage, &wants_all, &rules);
    assert_eq!((played.sold, played.oversold), (2 + 3, 0), "{played:?}");
    assert_eq!(played.lost.values().sum::<i64>(), 2, "two were in the warehouse: {played:?}");
}

#[test]
fn stock_that_comes_in_is_sold() {
    let mut stage = stage(1, 0, SECOND, fast());
    stage.pools[0].quantity = 0;
    let happenings = [
        wants(0, 0, Some(0)),
        Happening { at_ms: SECOND, pool: 0, what: What::Stock(Change::Delta(2)) },
        wants(5 * SECOND, 0, Some(0)),
        Happening { at_ms: 9 * SECOND, pool: 0, what: What::Stock(Change::Set(7)) },
        wants(15 * SECOND, 0, None),
    ];
    let outcome = play(&stage, &happenings, &RuleBook::default());
    assert_eq!((outcome.sold, outcome.sold_out, outcome.lost_units()), (2, 1, 0), "{outcome:?}");
}

#[test]
fn black_friday_is_the_same_each_time_and_wilder_when_asked() {
    let stage = stage(5, 100, SECOND, fast());
    let day = |times, seed| BlackFriday { times, seed, ..BlackFriday::default() }.buyers(&stage, 0).unwrap();
    assert_eq!(day(10.0, 3), day(10.0, 3));
    assert_ne!(day(10.0, 3), day(10.0, 4));
    assert!(day(40.0, 3).len() > 3 * day(10.0, 3).len());
    assert!(day(10.0, 3).windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms));
    assert_eq!(BlackFriday { times: 1e9, ..BlackFriday::default() }.buyers(&stage, 0), Err(TooMany));
}

proptest! {
    /// Every buyer is counted once, nothing is sold that was not there unless it says so, and strict mode sells nothing twice.
    #[test]
    fn it_adds_up(
        quantity in 0i64..12, heard_s in 0i64..100, calls in 1u32..5,
        buyers in proptest::collection::vec((0i64..300, 0usize..3, 0usize..4), 0..80), strict: bool, buffer in 0i64..4,
    ) {
        let stage = stage(3, quantity, heard_s * SECOND, Rate::new(calls, Duration::from_secs(1), calls));
        let mut happenings: Vec<Happening> = buyers.iter()
            .map(|(at_s, pool, seller)| wants(at_s * SECOND, *pool, (0..2).nth(*seller))).collect();
        happenings.sort_by_key(|one| one.at_ms);
        let rules = all(Rules { strict: Some(strict), buffer: Some(buffer), ..Rules::default() });
        let outcome = play(&stage, &happenings, &rules);
        prop_assert_eq!(&outcome, &play(&stage, &happenings, &rules), "the same again");
        prop_assert_eq!(outcome.wanted, i64::try_from(buyers.len()).unwrap());
        prop_assert_eq!(outcome.wanted, outcome.sold + outcome.lost_units() + outcome.sold_out);
        prop_assert!(outcome.sold - outcome.oversold <= 3 * quantity);
        prop_assert_eq!(outcome.oversold, outcome.worst.iter().map(|one| one.units).sum::<i64>());
        prop_assert!(!strict || outcome.oversold == 0, "{:?}", outcome);
    }
}
