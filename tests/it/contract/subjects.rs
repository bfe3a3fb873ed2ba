//! The channels, as the contract meets them.

use super::{Desk, Subject};
use onhand_tests::sim::{Marketplace, accounts, markets};
use std::time::Duration;

/// What SKUs look like in the wild.
const ODD: &[&str] = &["a b", "T/42", "50%", "a,b", "x&y=z", "#1", "Ä-ß", "\"q\"", "a+b", "😀"];

const PLAIN: Subject = Subject {
    account: accounts::SHOPIFY,
    key: "",
    token: None,
    retry_after: true,
    all_or_nothing: false,
    skus: ODD,
};

pub async fn shopify() -> Desk {
    let subject = Subject { account: accounts::SHOPIFY, key: "access_token", all_or_nothing: true, ..PLAIN };
    subject.of_world(Marketplace::Shopify).await
}

pub async fn ebay() -> Desk {
    let subject = Subject {
        account: accounts::EBAY,
        key: "refresh_token",
        token: Some(Duration::from_secs(7200)),
        ..PLAIN
    };
    subject.of_world(Marketplace::Ebay).await
}

pub async fn amazon() -> Desk {
    let subject = Subject {
        account: accounts::AMAZON,
        key: "refresh_token",
        token: Some(Duration::from_secs(3600)),
        ..PLAIN
    };
    subject.at(markets::Amazon).await
}

pub async fn walmart() -> Desk {
    let subject = Subject {
        account: accounts::WALMART,
        key: "client_secret",
        token: Some(Duration::from_secs(900)),
        ..PLAIN
    };
    subject.at(markets::Walmart).await
}

pub async fn bigcommerce() -> Desk {
    let subject =
        Subject { account: accounts::BIGCOMMERCE, key: "access_token", all_or_nothing: true, ..PLAIN };
    subject.at(markets::BigCommerce).await
}

pub async fn woocommerce() -> Desk {
    let subject = Subject { account: accounts::WOOCOMMERCE, key: "consumer_secret", ..PLAIN };
    subject.at(markets::WooCommerce).await
}

pub async fn square() -> Desk {
    let subject = Subject { account: accounts::SQUARE, key: "access_token", all_or_nothing: true, ..PLAIN };
    subject.at(markets::Square).await
}

pub async fn etsy() -> Desk {
    let subject = Subject {
        account: accounts::ETSY,
        key: "refresh_token",
        token: Some(Duration::from_secs(3600)),
        ..PLAIN
    };
    subject.at(markets::Etsy).await
}

pub async fn tiktok() -> Desk {
    let subject = Subject {
        account: accounts::TIKTOK,
        key: "refresh_token",
        token: Some(Duration::from_secs(604_800)),
        ..PLAIN
    };
    subject.at(markets::TikTok).await
}

pub async fn mirakl() -> Desk {
    let subject = Subject { account: accounts::MIRAKL, key: "api_key", ..PLAIN };
    subject.at(markets::Mirakl).await
}

pub async fn bol() -> Desk {
    let subject = Subject {
        account: accounts::BOL,
        key: "client_secret",
        token: Some(Duration::from_secs(299)),
        ..PLAIN
    };
    subject.at(markets::Bol).await
}

pub async fn magento() -> Desk {
    let subject = Subject { account: accounts::MAGENTO, key: "access_token", ..PLAIN };
    subject.at(markets::Magento).await
}

pub async fn squarespace() -> Desk {
    Subject { account: accounts::SQUARESPACE, key: "api_key", ..PLAIN }.at(markets::Squarespace).await
}

pub async fn kaufland() -> Desk {
    Subject { account: accounts::KAUFLAND, key: "secret_key", ..PLAIN }.at(markets::Kaufland).await
}

pub async fn otto() -> Desk {
    let subject = Subject {
        account: accounts::OTTO,
        key: "client_secret",
        token: Some(Duration::from_secs(1800)),
        ..PLAIN
    };
    subject.at(markets::Otto).await
}

pub async fn shopware() -> Desk {
    let subject = Subject {
        account: accounts::SHOPWARE,
        key: "secret_key",
        token: Some(Duration::from_secs(600)),
        ..PLAIN
    };
    subject.at(markets::Shopware).await
}

pub async fn allegro() -> Desk {
    let subject = Subject {
        account: accounts::ALLEGRO,
        key: "refresh_token",
        token: Some(Duration::from_secs(43_200)),
        ..PLAIN
    };
    subject.at(markets::Allegro).await
}

pub async fn shopee() -> Desk {
    let subject = Subject {
        account: accounts::SHOPEE,
        key: "refresh_token",
        token: Some(Duration::from_secs(14_400)),
        ..PLAIN
    };
    subject.at(markets::Shopee).await
}

pub async fn lazada() -> Desk {
    let subject = Subject {
        account: accounts::LAZADA,
        key: "refresh_token",
        token: Some(Duration::from_secs(2_592_000)),
        ..PLAIN
    };
    subject.at(markets::Lazada).await
}

pub async fn mercadolibre() -> Desk {
    let subject = Subject {
        account: accounts::MERCADOLIBRE,
        key: "refresh_token",
        token: Some(Duration::from_secs(21_600)),
        ..PLAIN
    };
    subject.at(markets::MercadoLibre).await
}
