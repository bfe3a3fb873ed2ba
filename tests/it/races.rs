//! The shop and two channels sell the same units out: what the velocity buffer is for, with the same seeds in each run.

use onhand_tests::bench::races::{Against, Rush, run};

const RUNS: usize = 150;

#[tokio::test(start_paused = true)]
async fn the_last_unit_wanted_by_all_three_within_a_second_is_sold_once() {
    let without = run(RUNS, Rush::LastUnit, Against::Nothing).await.unwrap();
    assert!(without.oversold > RUNS / 2, "{without:?}");
    let with = run(RUNS, Rush::LastUnit, Against::Buffer(1_000)).await.unwrap();
    assert_eq!(with.oversold, 0, "{with:?}");
}

#[tokio::test(start_paused = true)]
async fn a_selling_out_by_and_by_sells_nothing_twice_either() {
    let without = run(RUNS, Rush::Steady, Against::Nothing).await.unwrap();
    assert!(without.oversold > 0, "{without:?}");
    let with = run(RUNS, Rush::Steady, Against::Buffer(1_000)).await.unwrap();
    assert_eq!(with.oversold, 0, "{with:?}");
    assert!(with.turned_away > without.turned_away, "it has its price");
}

#[tokio::test(start_paused = true)]
async fn strict_mode_sells_nothing_twice_whatever_happens() {
    for rush in [Rush::Steady, Rush::LastUnit] {
        let strict = run(RUNS, rush, Against::Strict).await.unwrap();
        assert_eq!(strict.oversold, 0, "{strict:?}");
        assert!(i64::from(strict.turned_away) < strict.stock / 2, "most is sold all the same: {strict:?}");
    }
}
