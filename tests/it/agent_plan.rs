//! What would be sent is known before anything is.

use crate::agent_support::Desk;
use crate::channels::credentials;
use onhand::app::AddChannel;
use onhand_tests::sim::Marketplace::Ebay;

#[tokio::test]
async fn a_channel_connected_paused_shows_what_would_be_sent_and_sends_nothing() {
    let mut desk = Desk::open("").await;
    desk.stock(&["A", "B", "C"], 5).await;
    let (kind, config, secrets) = credentials(Ebay, &desk.rig.sim.url());
    let add = AddChannel {
        name: "outlet".into(),
        kind: kind.into(),
        config,
        secrets,
        rules: None,
        paused: Some(true),
        check: false,
    };
    desk.app.add_channel(add).await.unwrap();
    let outlet = async || {
        let channels = desk.app.channels().await.unwrap();
        let one = channels.into_iter().find(|channel| channel.name == "outlet").unwrap();
        (one.state, one.unfinished, one.linked)
    };
    assert_eq!(outlet().await, ("paused", true, false), "the set-up goes on with matching");
    desk.app.auto_match("outlet").await.unwrap();
    assert_eq!(outlet().await, ("paused", true, true), "and then with a look");
    // The same account a second time: what the first keeps in step, the second would only be told.
    desk.app.pause_channel("ebay").await.unwrap();
    desk.sell(101, 0, 5);
    desk.sell(102, 3, 2);
    desk.import(&[(103, 9)]);
    desk.settled().await;
    let plan = desk.app.plan("outlet").await.unwrap();
    assert_eq!((plan.listings, plan.sold_out, plan.decreases, plan.increases), (3, 1, 1, 1), "{plan:?}");
    assert_eq!((plan.effort.calls, plan.effort.seconds, plan.resync.calls), (1, 0.0, 1));
    assert_eq!(plan.first[0].would_show, 0, "sold out goes first: {plan:?}");
    let shown = desk.rig.sim.world().quantities(Ebay, &[]);
    assert!(shown.values().all(|quantity| *quantity == Some(5)), "{shown:?}");
    desk.app.resume_channel("outlet").await.unwrap();
    desk.settled().await;
    let shown = desk.rig.sim.world().quantities(Ebay, &[]);
    assert_eq!((shown["A"], shown["B"], shown["C"]), (Some(0), Some(3), Some(9)));
    assert_eq!(desk.app.plan("outlet").await.unwrap().listings, 0);
}
