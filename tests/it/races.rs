//! The shop and two channels sell the same units out: what the velocity buffer is for, with the same seeds in each run.

use onhand_tests::bench::races::{Rush, run};

const RUNS: usize = 150;

#[tokio::test(start_paused = true)]
async fn the_last_unit_wanted_by_all_three_within_a_second_is_sold_once() {
    let without = run(RUNS, Rush::LastUnit, 0).await.unwrap();
    assert!(without.oversold > RUNS / 2, "{without:?}");
    let with = run(RUNS, Rush::LastUnit, 1_000).await.unwrap();
    assert_eq!(with.oversold, 0, "{with:?}");
}

#[tokio::test(start_paused = true)]
async fn a_selling_out_by_and_by_sells_nothing_twice_either() {
    let without = run(RUNS, Rush::Steady, 0).await.unwrap();
    assert!(without.oversold > 0, "{without:?}");
    let with = run(RUNS, Rush::Steady, 1_000).await.unwrap();
    assert_eq!(with.oversold, 0, "{with:?}");
    assert!(with.turned_away > without.turned_away, "it has its price");
}
