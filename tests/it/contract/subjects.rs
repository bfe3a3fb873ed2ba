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

pub async fn walmart() -> Desk {
    let subject = Subject {
        kind: "walmart",
        config: &[("client_id", "sim-client-id"), ("endpoint", "URL")],
        secrets: &[("client_secret", "sim-client-secret")],
        key: "client_secret",
        token: Some(Duration::from_secs(900)),
        ..PLAIN
    };
    subject.at(markets::Walmart).await
}

pub async fn bigcommerce() -> Desk {
    let subject = Subject {
        kind: "bigcommerce",
        config: &[("store_hash", "simhash"), ("endpoint", "URL")],
        secrets: &[("access_token", "sim-access-token")],
        key: "access_token",
        all_or_nothing: true,
        ..PLAIN
    };
    subject.at(markets::BigCommerce).await
}

pub async fn woocommerce() -> Desk {
    let subject = Subject {
        kind: "woocommerce",
        config: &[("consumer_key", "ck_simulated"), ("endpoint", "URL")],
        secrets: &[("consumer_secret", "cs_simulated")],
        key: "consumer_secret",
        ..PLAIN
    };
    subject.at(markets::WooCommerce).await
}

pub async fn square() -> Desk {
    let subject = Subject {
        kind: "square",
        config: &[("location", "LSIMULATED"), ("endpoint", "URL")],
        secrets: &[("access_token", "EAAA-sim-token")],
        key: "access_token",
        all_or_nothing: true,
        ..PLAIN
    };
    subject.at(markets::Square).await
}

pub async fn etsy() -> Desk {
    let subject = Subject {
        kind: "etsy",
        config: &[("shop_id", "4711"), ("keystring", "sim-keystring"), ("endpoint", "URL")],
        secrets: &[("shared_secret", "sim-shared-secret"), ("refresh_token", "4711.sim-refresh")],
        key: "refresh_token",
        token: Some(Duration::from_secs(3600)),
        ..PLAIN
    };
    subject.at(markets::Etsy).await
}

pub async fn tiktok() -> Desk {
    let subject = Subject {
        kind: "tiktok",
        config: &[
            ("app_key", "simkey"),
            ("shop_cipher", "sim-cipher"),
            ("endpoint", "URL"),
            ("login_endpoint", "URL"),
        ],
        secrets: &[("app_secret", "sim-app-secret"), ("refresh_token", "ROW_sim_refresh")],
        key: "refresh_token",
        token: Some(Duration::from_secs(604_800)),
        ..PLAIN
    };
    subject.at(markets::TikTok).await
}

pub async fn mirakl() -> Desk {
    let subject = Subject {
        kind: "mirakl",
        config: &[("endpoint", "URL")],
        secrets: &[("api_key", "sim-shop-key")],
        key: "api_key",
        ..PLAIN
    };
    subject.at(markets::Mirakl).await
}

pub async fn bol() -> Desk {
    let subject = Subject {
        kind: "bol",
        config: &[("client_id", "sim-client-id"), ("endpoint", "URL"), ("login_endpoint", "URL")],
        secrets: &[("client_secret", "sim-client-secret")],
        key: "client_secret",
        token: Some(Duration::from_secs(299)),
        ..PLAIN
    };
    subject.at(markets::Bol).await
}

pub async fn magento() -> Desk {
    let subject = Subject {
        kind: "magento",
        config: &[("endpoint", "URL")],
        secrets: &[("access_token", "sim-integration-token")],
        key: "access_token",
        ..PLAIN
    };
    subject.at(markets::Magento).await
}
