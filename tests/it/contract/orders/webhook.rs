//! A webhook is believed only if its signature is right, it is not a replay, and it is not too old.

use super::Booth;
use onhand::channels::{ChannelConnector, Delivery, NotGenuine, Notice, PublicKeys, Renewals};
use onhand::clock::Clock;

impl Booth {
    async fn notice(&self, delivery: Delivery) -> Result<Notice, NotGenuine> {
        told(self.connector.as_ref(), delivery).await
    }
}

/// As the intake looks at it.
async fn told(connector: &dyn ChannelConnector, mut delivery: Delivery) -> Result<Notice, NotGenuine> {
    let orders = connector.orders().unwrap();
    PublicKeys::new(Clock::system()).put_into(&mut delivery, orders).await.unwrap();
    orders.notice(&delivery)
}

pub(super) async fn a_webhook_is_believed_only_if_it_is_genuine(booth: Booth) {
    let now_ms = Clock::system().now_ms();
    let delivery = |(headers, body): (Vec<(String, String)>, Vec<u8>)| Delivery {
        headers,
        body,
        received_ms: now_ms,
        key: None,
    };
    let Some(webhook) = booth.subject.webhook else {
        let any = delivery((vec![], b"{}".to_vec()));
        if booth.subject.unsigned {
            let told = booth.notice(any).await.unwrap();
            assert!(told.look && told.orders.is_empty(), "nothing is believed of it: {told:?}");
            return;
        }
        assert_eq!(booth.notice(any).await, Err(NotGenuine::NotExpected));
        return;
    };
    booth.market.variation(2, "TEE", 9);
    let id = booth.market.sell(&[("TEE", 1)]).unwrap();
    let of = |at_s: i64| booth.market.with_shelf(|shelf| webhook(&shelf.sold[0], at_s));
    let genuine = booth.notice(delivery(of(now_ms / 1000))).await.unwrap();
    if booth.subject.names_order {
        assert_eq!(genuine.orders, [booth.one().await.id]);
    } else {
        assert!(genuine.look && genuine.orders.is_empty(), "{genuine:?}");
    }
    let again = booth.notice(delivery(of(now_ms / 1000))).await.unwrap();
    assert_eq!(genuine.key, again.key, "a replay is known by its key: {id}");
    let (headers, mut body) = of(now_ms / 1000);
    for bit in 0..8 {
        let place = body.len() / 2;
        body[place] ^= 1 << bit;
        let forged = booth.notice(delivery((headers.clone(), body.clone()))).await;
        assert!(matches!(forged, Err(NotGenuine::Signature(_))), "{forged:?}");
        body[place] ^= 1 << bit;
    }
    for place in 0..headers.len() {
        let mut without = headers.clone();
        let (name, _) = without.remove(place);
        let told = booth.notice(delivery((without, body.clone()))).await;
        let signs =
            ["signature", "hmac", "authorization"].iter().any(|one| name.to_lowercase().contains(one));
        assert!(!signs || matches!(told, Err(NotGenuine::Signature(_))), "{name}: {told:?}");
    }
    // How old it is follows from what is signed, and not from a header that anybody may write.
    booth.market.order(&id, |sold| sold.changed_us -= 3_600_000_000);
    let old = booth.notice(delivery(of(now_ms / 1000 - 3600))).await.unwrap();
    assert!(now_ms - old.sent_ms.unwrap() >= 3_599_000, "{old:?}");
    let none = booth.subject.account.connect(
        &booth.market.url(),
        &Clock::system(),
        &[(booth.subject.key, "")],
        Renewals::default(),
    );
    // Some need the secret for every call.
    let Ok(none) = none else { return };
    let unset = told(none.as_ref(), delivery(of(now_ms / 1000))).await;
    assert!(
        matches!(unset, Err(NotGenuine::Signature(_))),
        "without a secret nothing is believed: {unset:?}"
    );
}
