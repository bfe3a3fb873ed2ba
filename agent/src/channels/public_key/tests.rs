//! Against signatures that OpenSSL made.

use super::*;
use crate::channels::{OrderLimits, OrderPage};
use crate::domain::{Order, Shipment};
use async_trait::async_trait;
use std::sync::atomic::{AtomicUsize, Ordering};

const BODY: &[u8] = br#"{"a":1}"#;
const CURVE: &str = "-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUEEi72+GihKA6xQ9p2m2T1w4NTFdnh7QHPOwBgdmtwfMbftXoFwwHWHZVD4LdXllUfe55rCX94Y/MMpdTsIMHA==-----END PUBLIC KEY-----";
const RSA: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoqvqdJv76GMdvuWIecfyCaFDoS20SSMDzK1Jrgan6tbBkYNtKV2dMjAajkmfeqRhNX5wU6IilNmpDR1V7h8i9if8hCpl1G3Ua91Y1xUM54zq7c6ae/aCwZATOPIMOXUoa/DInMFbfAR+3/E0GNkCxIrUYKOriLgQCUNx/ZlsyHEz7deFyS5j1mXa0aOYVe7/K1Q511GGH33SPOcV4cA5L5uMse2YLGN3orLiSR9GVBSJwczpQvIEtXq3t2FY+WXk0LNA+C4Jc6kavhgy1QqpALt9fym98joo/+D5dr3Yf5HNKqY8a5U4tfJoHC5yzrpYjKDbjlE1UnOegpM1A/4OOwIDAQAB";
const SIGNED: [(Scheme, &str, &str); 3] = [
    (
        Scheme::EcdsaSha1,
        CURVE,
        "MEQCID44HcZ0lO4XKOv4aBE71C4uW07lGKXHAM6Jrs1cNLCaAiBXBMCGH5sKUFbysCSbR5WaOAjXWsg9CgXqq0ocP39OxA==",
    ),
    (
        Scheme::EcdsaSha256,
        CURVE,
        "MEYCIQCMJVU7mlF6HWWznzvZx50u3Xqk3s0j1mfxiqEKXgHr/AIhAKWQZ6uOaVvrfXYHipuyZ7MfdRh0P7lk5P475DLik0cW",
    ),
    (
        Scheme::RsaSha256,
        RSA,
        "YgScaOctMIHXtjhzWLJh4ieMn7qZJzjq2jAJ+pJ5I+XRz4zExiKZbIgl9UpIfjv/c1L21HCdvPqRto2DA3wPkYTQlaQhiugtsjbA9FugS62SD9P2iXMHHhVi00lEbpBqarJWfglQM/zG2krPINSbZ0akb9RGc5EbyCdjQzHd4rjJpmHCK0PtjGxNZ+VGkzGzurWaIp72c0SX05JFrQ80rT8mDAJ/XMhcF0Fy2A+ZnWCU3shcWlBdS53wuYZEbZGnG3WQGctRvoFGWxfsdNDHLAMuRQVv2ttdF0mEhSp6feFuCQGP3JxxVT1+3XXNvZObTS32gnTQqbJ1KI9mEPJurQ==",
    ),
];

fn delivery(body: &[u8], key: Option<Vec<u8>>) -> Delivery {
    Delivery { headers: Vec::new(), body: body.to_vec(), received_ms: 0, key }
}

#[test]
fn what_openssl_signs_is_genuine_and_nothing_else() {
    for (scheme, key, signature) in SIGNED {
        let key = Some(parse(key).unwrap());
        assert_eq!(verify(scheme, &delivery(BODY, key.clone()), signature), Ok(()), "{scheme:?}");
        assert!(verify(scheme, &delivery(b"{\"a\":2}", key.clone()), signature).is_err(), "{scheme:?}");
        assert!(verify(scheme, &delivery(BODY, None), signature).is_err(), "{scheme:?}");
        for (other, _, wrong) in SIGNED {
            assert!(other == scheme || verify(scheme, &delivery(BODY, key.clone()), wrong).is_err());
        }
        let mut bytes = STANDARD.decode(signature).unwrap();
        for place in 0..bytes.len() {
            bytes[place] ^= 1;
            let flipped = verify(scheme, &delivery(BODY, key.clone()), &STANDARD.encode(&bytes));
            assert!(flipped.is_err(), "{scheme:?}: byte {place}");
            bytes[place] ^= 1;
        }
    }
    assert!(parse("-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----").is_err());
}

/// A channel with one key.
struct OneKey(AtomicUsize);

#[async_trait]
impl Orders for OneKey {
    fn limits(&self) -> &OrderLimits {
        unreachable!()
    }

    async fn changed(&self, _: i64, _: Option<&str>) -> Result<OrderPage, ChannelError> {
        unreachable!()
    }

    async fn by_id(&self, _: &[String]) -> Result<Vec<Order>, ChannelError> {
        unreachable!()
    }

    async fn ship(&self, _: &Shipment) -> Result<(), ChannelError> {
        unreachable!()
    }

    fn signed_with(&self, delivery: &Delivery) -> Option<String> {
        delivery.header("key").map(ToOwned::to_owned)
    }

    async fn public_key(&self, id: &str) -> Result<Option<Vec<u8>>, ChannelError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        match id {
            "one" => Ok(Some(vec![1])),
            "later" => Err(ChannelError::Throttled { after: None, message: "slow down".into() }),
            _ => Err(ChannelError::Refused { code: "404".into(), message: "no such key".into() }),
        }
    }
}

#[tokio::test]
async fn a_key_is_asked_for_once_and_invented_ones_once_a_minute() {
    let (channel, keys) = (OneKey(AtomicUsize::new(0)), PublicKeys::new(Clock::system()));
    let ask = async |id: &str| {
        let mut delivery = delivery(BODY, None);
        delivery.headers.push(("key".into(), id.into()));
        keys.put_into(&mut delivery, &channel).await.map(|()| delivery.key)
    };
    assert!(ask("later").await.is_err(), "it is looked at again");
    assert_eq!(channel.0.load(Ordering::SeqCst), 1);
    for _ in 0..3 {
        assert_eq!(ask("one").await.unwrap(), Some(vec![1]));
    }
    assert_eq!(channel.0.load(Ordering::SeqCst), 2);
    for id in ["two", "three", "four"] {
        assert_eq!(ask(id).await.unwrap(), None);
    }
    assert_eq!(channel.0.load(Ordering::SeqCst), 3);
    assert_eq!(ask("one").await.unwrap(), Some(vec![1]), "what is known stays known");
}
