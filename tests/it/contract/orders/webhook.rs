//! A webhook is believed only if its signature is right, it is not a replay, and it is not too old.

use super::Booth;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use onhand::channels::{ChannelConnector, Delivery, NotGenuine, Notice, PublicKeys, Renewals};
use onhand::clock::Clock;
use serde_json::{Value, json};

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

fn signs(header: &str) -> bool {
    ["signature", "hmac", "authorization"].iter().any(|one| header.to_lowercase().contains(one))
}

/// The header with one bit of its signature flipped, byte by byte.
fn forgeries(header: &str) -> Vec<String> {
    // Where the signature is one of several things in it.
    let within = STANDARD.decode(header).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    if let Some(mut all @ Value::Object(_)) = within {
        let signature = all["signature"].as_str().unwrap().to_owned();
        let forged = forgeries(&signature).into_iter().map(|one| {
            all["signature"] = json!(one);
            STANDARD.encode(all.to_string())
        });
        return forged.collect();
    }
    let after = |what: &str| header.find(what).map(|at| at + what.len());
    let start = after("signature=").or_else(|| after(",")).unwrap_or(0);
    let flip = |(at, digit): (usize, char)| {
        // The same digit in the other case is the same signature where it is written in hex.
        let other = if digit == '0' || digit == '=' { '1' } else { '0' };
        format!("{}{other}{}", &header[..at], &header[at + digit.len_utf8()..])
    };
    header.char_indices().filter(|(at, _)| *at >= start).map(flip).collect()
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
    for place in 0..body.len() {
        let bit = 1 << (place % 8);
        body[place] ^= bit;
        let forged = booth.notice(delivery((headers.clone(), body.clone()))).await;
        assert!(matches!(forged, Err(NotGenuine::Signature(_))), "byte {place} of the body: {forged:?}");
        body[place] ^= bit;
    }
    for (at, (name, value)) in headers.iter().enumerate().filter(|(_, (name, _))| signs(name)) {
        for forged in forgeries(value) {
            let mut headers = headers.clone();
            headers[at].1.clone_from(&forged);
            let told = booth.notice(delivery((headers, body.clone()))).await;
            assert!(matches!(told, Err(NotGenuine::Signature(_))), "{name}: {forged}, not {value}: {told:?}");
        }
    }
    for place in 0..headers.len() {
        let mut without = headers.clone();
        let (name, _) = without.remove(place);
        let told = booth.notice(delivery((without, body.clone()))).await;
        assert!(!signs(&name) || matches!(told, Err(NotGenuine::Signature(_))), "{name}: {told:?}");
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
