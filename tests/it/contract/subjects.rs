//! The channels, as the contract meets them.

use super::{Desk, Subject};
use onhand_tests::sim::{Marketplace, markets};
use std::time::Duration;

/// What SKUs look like in the wild.
const ODD: &[&str] = &["a b", "T/42", "50%", "a,b", "x&y=z", "#1", "Ä-ß", "\"q\"", "a+b", "😀"];

const PLAIN: Subject = Subject {
    kind: "",
    config: &[],
    secrets: &[],
    key: "",
    token: None,
    retry_after: true,
    all_or_nothing: false,
    skus: ODD,
};

pub async fn shopify() -> Desk {
    let subject = Subject {
        kind: "shopify",
        config: &[("shop", "demo.myshopify.com"), ("endpoint", "URL")],
        secrets: &[("access_token", "shpat_simulated")],
        key: "access_token",
        all_or_nothing: true,
        ..PLAIN
    };
    subject.of_world(Marketplace::Shopify).await
}

pub async fn ebay() -> Desk {
    let subject = Subject {
        kind: "ebay",
        config: &[("client_id", "sim-client-id"), ("endpoint", "URL")],
        secrets: &[
            ("client_secret", "sim-client-secret"),
            ("refresh_token", "v^1.1#i^1#r^1#simulated-refresh-token"),
        ],
        key: "refresh_token",
        token: Some(Duration::from_secs(7200)),
        ..PLAIN
    };
    subject.of_world(Marketplace::Ebay).await
}

pub async fn amazon() -> Desk {
    let subject = Subject {
        kind: "amazon",
        config: &[
            ("marketplace", "ATVPDKIKX0DER"),
            ("seller_id", "A1SIMSELLER"),
            ("client_id", "amzn1.application-oa2-client.sim"),
            ("endpoint", "URL"),
            ("login_endpoint", "URL"),
        ],
        secrets: &[("client_secret", "sim-client-secret"), ("refresh_token", "Atzr|sim-refresh")],
        key: "refresh_token",
        token: Some(Duration::from_secs(3600)),
        ..PLAIN
    };
    subject.at(markets::Amazon).await
}
