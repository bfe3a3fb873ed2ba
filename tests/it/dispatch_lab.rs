//! Dispatch in virtual time: hours of limits, feeds and outages in a moment.

use onhand::channels::{FeedLimits, Rate};
use onhand::dispatch::DispatchSettings;
use onhand::domain::ChannelId;
use onhand_tests::lab::{Lab, Plain, Trouble};
use std::sync::Arc;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);

fn per_second(calls: u32) -> Rate {
    Rate::new(calls, SECOND, calls)
}

/// Feeds that take ten minutes.
const FEEDS: FeedLimits =
    FeedLimits { submits: Rate::new(3, HOUR, 1), most: 10_000, takes: Duration::from_secs(600) };

struct Bench {
    lab: Lab,
    channel: Arc<Plain>,
    id: ChannelId,
}

/// One channel with five calls a second and feeds.
async fn bench(listings: usize, settings: DispatchSettings) -> Bench {
    let lab = Lab::open(settings).unwrap();
    let channel = Arc::new(Plain::new(lab.clock.clone(), listings, 5, per_second(5), 1).with_feeds(FEEDS));
    let id = lab.channel("plain", "plain", &*channel).await.unwrap();
    Bench { lab, channel, id }
}

impl Bench {
    fn start(&self) {
        self.lab.start(self.id, "plain", self.channel.clone(), Duration::ZERO);
    }

    async fn until_in_step(&self, end: Duration) -> Duration {
        let done = self.lab.in_step(&[self.id], SECOND, end).await.unwrap();
        *done.get(&self.id).unwrap_or_else(|| panic!("not in step after {end:?}"))
    }

    async fn set(&self, sku: &str, quantity: i64, urgency: i64) {
        let (sku, id, now_ms) = (sku.to_owned(), self.id, self.lab.clock.now_ms());
        self.lab
            .write(move |tx| {
                tx.execute(
                    "UPDATE listing SET desired = ?3, version = version + 1, urgency = ?4, due_ms = 0, attempts = 0,
                            state = CASE WHEN state = 2 THEN 2 ELSE 1 END, behind_ms = ?5
                     WHERE channel_id = ?1 AND sku = ?2",
                    rusqlite::params![id, sku, quantity, urgency, now_ms],
                )?;
                Ok(())
            })
            .await
            .unwrap();
        self.lab.dispatcher.wake([self.id]);
        self.lab.calm().await;
    }

    fn by_feed(&self) -> usize {
        self.channel.received().iter().filter(|one| one.by_feed).count()
    }

    fn feeds(&self) -> Vec<onhand::dispatch::feeds::Feed> {
        onhand::dispatch::feeds::list(self.lab.conn(), Some("plain"), 10).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn many_changes_go_by_calls_and_a_feed_at_once() {
    let bench = bench(9_000, DispatchSettings::default()).await;
    bench.lab.want(bench.id, 3).await.unwrap();
    bench.start();
    let took = bench.until_in_step(HOUR).await;
    assert!(took < Duration::from_secs(700), "{took:?}: 9000 calls alone take half an hour");
    assert!((5_900..=6_100).contains(&bench.by_feed()), "{}", bench.by_feed());
    let calls = bench.channel.received().len() - bench.by_feed();
    assert_eq!(calls + bench.by_feed(), 9_000, "nobody is told twice");
    let feed = &bench.feeds()[0];
    assert_eq!((feed.open, feed.ended_ms.is_some()), (0, true), "{feed:?}");
}

#[tokio::test(start_paused = true)]
async fn few_changes_never_wait_for_a_feed() {
    let bench = bench(2_000, DispatchSettings::default()).await;
    bench.lab.want(bench.id, 3).await.unwrap();
    bench.start();
    let took = bench.until_in_step(HOUR).await;
    assert!(took <= Duration::from_secs(400), "{took:?}");
    assert_eq!(bench.by_feed(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_sells_out_in_a_feed_goes_by_a_call_at_once_and_once_more_when_the_feed_has_ended() {
    let bench = bench(9_000, DispatchSettings::default()).await;
    bench.lab.want(bench.id, 3).await.unwrap();
    bench.start();
    bench.lab.pass(Duration::from_secs(60)).await;
    let in_feed = bench.channel.received().iter().find(|one| one.by_feed).unwrap().sku.clone();
    bench.set(&in_feed, 0, 0).await;
    bench.lab.pass(SECOND).await;
    assert_eq!(bench.channel.shown(&in_feed), Some(0), "it did not wait for the feed");
    let took = bench.until_in_step(HOUR).await;
    assert!(took < Duration::from_secs(700), "{took:?}");
    assert_eq!(bench.channel.shown(&in_feed), Some(0), "the feed came later and is overruled");
    let told: Vec<i64> =
        bench.channel.received().iter().filter(|one| one.sku == in_feed).map(|one| one.quantity).collect();
    assert_eq!(told, [3, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_feed_of_which_nobody_knows_whether_it_arrived_overrules_nothing_in_the_end() {
    let bench = bench(4_000, DispatchSettings::default()).await;
    bench.lab.want(bench.id, 3).await.unwrap();
    bench.channel.trouble(Trouble::FeedWithoutReply);
    bench.start();
    bench.lab.pass(Duration::from_secs(30)).await;
    assert!(bench.by_feed() > 0);
    let first = bench.channel.received().iter().find(|one| one.by_feed).unwrap().sku.clone();
    bench.set(&first, 0, 0).await;
    bench.channel.trouble(Trouble::None);
    bench.until_in_step(HOUR).await;
    bench.lab.pass(HOUR).await;
    bench.until_in_step(HOUR).await;
    assert_eq!(bench.channel.shown(&first), Some(0));
    assert!((0..4_000).all(|n| bench.channel.shown(&format!("SKU-{n}")).is_some_and(|shown| shown <= 3)));
    assert!(bench.feeds().iter().all(|feed| feed.ended_ms.is_some()), "{:?}", bench.feeds());
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_fails_or_never_ends_loses_nothing() {
    for trouble in [Trouble::FeedFails, Trouble::FeedNeverEnds] {
        let bench = bench(4_000, DispatchSettings::default()).await;
        bench.lab.want(bench.id, 3).await.unwrap();
        bench.channel.trouble(trouble);
        bench.start();
        bench.until_in_step(HOUR * 4).await;
        let wrong = (0..4_000).filter(|n| bench.channel.shown(&format!("SKU-{n}")) != Some(3)).count();
        assert_eq!(wrong, 0, "{trouble:?}");
        assert!(bench.feeds().iter().all(|feed| feed.ended_ms.is_some()), "{:?}", bench.feeds());
    }
}

#[tokio::test(start_paused = true)]
async fn a_feed_outlives_the_agent() {
    let bench = bench(4_000, DispatchSettings::default()).await;
    bench.lab.want(bench.id, 3).await.unwrap();
    bench.start();
    bench.lab.pass(Duration::from_secs(30)).await;
    let by_feed = bench.by_feed();
    assert!(by_feed > 0);
    bench.lab.dispatcher.stop(bench.id);
    bench.lab.pass(SECOND).await;
    bench.start();
    bench.until_in_step(HOUR).await;
    assert_eq!(bench.by_feed(), by_feed, "it is followed, not handed in again");
    assert_eq!(bench.channel.received().len(), 4_000);
}

#[tokio::test(start_paused = true)]
async fn a_channel_in_trouble_delays_no_other() {
    for (trouble, ratio) in onhand_tests::bench::isolation::run().await.unwrap() {
        assert!(ratio <= 1.05, "beside one that is {trouble}: {ratio}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_sells_out_waits_behind_nothing_that_is_not() {
    let lab = Lab::open(DispatchSettings::default()).unwrap();
    let channel = Arc::new(Plain::new(lab.clock.clone(), 3_000, 5, per_second(1), 1));
    let id = lab.channel("plain", "plain", &*channel).await.unwrap();
    let bench = Bench { lab, channel, id };
    bench.lab.want(id, 9).await.unwrap();
    bench.start();
    let mut sold_out = Vec::new();
    // Every third second one more of them sells out, while hundreds have been waiting for longer than anything starves.
    for n in 0..300 {
        bench.lab.pass(SECOND).await;
        if n % 3 == 0 {
            let sku = format!("SKU-{}", 2_999 - n);
            if bench.channel.shown(&sku) == Some(5) {
                sold_out.push((bench.lab.clock.now_ms(), sku.clone()));
                bench.set(&sku, 0, 0).await;
            }
        }
    }
    bench.lab.pass(SECOND * 5).await;
    let received = bench.channel.received();
    assert!(sold_out.len() > 50, "{}", sold_out.len());
    for (at_ms, sku) in sold_out {
        let told = received.iter().find(|one| one.sku == sku && one.quantity == 0).unwrap();
        assert!(told.at_ms - at_ms <= 1_500, "{sku} waited {} ms", told.at_ms - at_ms);
    }
}

/// Every connector, against its marketplace with the documented limits: see `scripts/bench converge` for 10,000.
#[tokio::test(start_paused = true)]
async fn every_channel_is_in_step_about_as_soon_as_its_limits_allow() {
    for row in onhand_tests::bench::convergence::run(1_200).await.unwrap() {
        // Two seconds until an accepted change is asked for are no share of anything.
        let most = row.least.mul_f64(1.15) + Duration::from_millis(2_500);
        assert!(row.took <= most, "{row:?}");
        let planned = Duration::from_secs_f64(row.planned);
        assert!(
            row.took <= planned.mul_f64(1.15) + Duration::from_secs(5),
            "the plan promised less: {row:?}"
        );
    }
}

/// A revoked credential is seen within a call, pauses its channel alone, says where to renew it, and loses nothing.
#[tokio::test(start_paused = true)]
async fn revoked_credentials_pause_every_channel_alike() {
    use onhand_tests::bench::convergence;
    let mut lab = Lab::open(DispatchSettings::default()).unwrap();
    let channels = convergence::rest_channels(&mut lab, 24).await.unwrap();
    for channel in &channels {
        lab.want(channel.id, 3).await.unwrap();
        channel
            .market()
            .unwrap()
            .behave(serde_json::from_value(serde_json::json!({"mode": "revoked"})).unwrap());
        let before = channel.market().unwrap().requests().len();
        lab.start(channel.id, channel.kind(), Arc::clone(&channel.connector), Duration::ZERO);
        lab.pass(SECOND * 5).await;
        let kind = channel.kind();
        let asked = channel.market().unwrap().requests().len() - before;
        // As many as may be under way at once, each with one try to get a new token.
        let most = channel.connector.limits().concurrency * 3;
        assert!((1..=most).contains(&asked), "{kind}: {asked} calls");
        let (state, action): (String, String) = lab
            .conn()
            .query_row(
                "SELECT c.state, i.message FROM channel c JOIN issue i ON i.scope = 'channel:' || c.name
                 WHERE c.channel_id = ?1 AND i.code = 'channel_unauthorized'",
                [channel.id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(state, "paused", "{kind}");
        assert!(action.contains('→') || action.contains(" > "), "{kind}: where to renew it: {action}");
        channel
            .market()
            .unwrap()
            .behave(serde_json::from_value(serde_json::json!({"mode": "normal"})).unwrap());
        lab.start(channel.id, kind, Arc::clone(&channel.connector), Duration::ZERO);
    }
    let ids: Vec<ChannelId> = channels.iter().map(|channel| channel.id).collect();
    let done = lab.in_step(&ids, SECOND, HOUR).await.unwrap();
    assert_eq!(done.len(), channels.len(), "nothing was lost");
}
