//! The shop's own API: the plugin's REST route to which orders are brought, signed.
//!
//! `Onhand-Signature: t=<seconds>,n=<nonce>,v1=<hex>`, where `v1` is HMAC-SHA256 with the shop's secret over
//! `v1`, `t`, `n`, the method, the route and the SHA-256 of the body, a line each. The shop refuses what is older than
//! five minutes and a nonce that it has seen.

use super::book::hex;
use crate::channels::Http;
use crate::clock::Clock;
use crate::db::DbError;
use crate::domain::{Address, Charge, KnownBuyer, OrderMode};
use crate::secrets::Sealer;
use hmac::{Hmac, Mac};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What the secret is sealed for.
const PURPOSE: &str = "shop";

/// The shop, as it introduced itself.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its REST namespace, such as `https://shop.example/wp-json/onhand/v1`.
    pub url: String,
    secret: SecretString,
}

/// Keeps what the shop said of itself.
///
/// # Errors
/// When the database refuses, or the secret cannot be sealed.
pub fn keep(
    tx: &Transaction<'_>,
    sealer: &Sealer,
    url: &str,
    secret: &SecretString,
    now_ms: i64,
) -> Result<(), DbError> {
    let sealed = sealer
        .seal_bytes(PURPOSE, secret.expose_secret().as_bytes())
        .map_err(|error| DbError::Corrupt(error.to_string()))?;
    tx.execute(
        "INSERT INTO shop (one, url, secret, noted_ms) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (one) DO UPDATE SET url = ?1, secret = ?2, noted_ms = ?3",
        params![url, sealed, now_ms],
    )?;
    Ok(())
}

/// The shop, if it has introduced itself.
///
/// # Errors
/// When the database refuses, or the secret does not open.
pub fn known(conn: &Connection, sealer: &Sealer) -> Result<Option<Shop>, DbError> {
    let found: Option<(String, Vec<u8>)> = conn
        .query_row("SELECT url, secret FROM shop", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((url, sealed)) = found else { return Ok(None) };
    let plain = sealer.unseal_bytes(PURPOSE, &sealed).map_err(|error| DbError::Corrupt(error.to_string()))?;
    let secret = String::from_utf8(plain).map_err(|error| DbError::Corrupt(error.to_string()))?;
    Ok(Some(Shop { url, secret: secret.into() }))
}

/// An order as the shop is told: how it is now, whatever it was told before.
#[derive(Clone, Debug, Serialize)]
pub struct ShopOrder {
    /// The channel's name.
    pub channel: String,
    /// The marketplace's name, for people.
    pub marketplace: String,
    /// The channel's id of the order.
    pub order: String,
    /// As the buyer knows it.
    pub number: String,
    /// Counts what the agent heard of it: an older one does nothing.
    pub revision: i64,
    /// order or stock.
    pub mode: OrderMode,
    /// unpaid, open, shipped, cancelled.
    pub stage: &'static str,
    /// Seconds since the Unix epoch.
    pub placed: i64,
    /// ISO 4217.
    pub currency: String,
    /// What was bought.
    pub lines: Vec<ShopLine>,
    /// Shipping.
    pub shipping: Vec<Charge>,
    /// Fees and discounts.
    pub fees: Vec<Charge>,
    /// Who pays.
    pub billing: Address,
    /// Where it goes.
    pub delivery: Address,
    /// The buyer's e-mail address.
    pub email: String,
    /// The buyer's words.
    pub note: String,
    /// What a customer of the shop leads to.
    pub known_buyer: KnownBuyer,
    /// What a person has agreed to.
    pub accept: Vec<String>,
}

/// A line of it.
#[derive(Clone, Debug, Serialize)]
pub struct ShopLine {
    /// The channel's id of the line.
    pub line: String,
    /// It is a part of that line's kit: a movement of the stock, and no line of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The variation.
    pub item: i64,
    /// For people.
    pub title: String,
    /// Units ordered.
    pub quantity: i64,
    /// Units that are to be out of the stock because of it.
    pub taken: i64,
    /// Of those ordered, units that the channel has cancelled, or taken back: their money goes back to the buyer.
    pub back: i64,
    /// Without tax.
    pub total: Decimal,
    /// Its tax.
    pub tax: Decimal,
}

/// What the shop has done.
#[derive(Clone, Debug, Deserialize)]
pub struct Done {
    /// The WooCommerce order; none where only the stock was moved.
    pub order: Option<i64>,
    /// The database's clock after it was done, in microseconds.
    pub at: i64,
    /// Units that it took, by the channel's id of the line.
    pub lines: BTreeMap<String, i64>,
}

/// Why the shop did not take an order.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// It has not introduced itself.
    #[error("no shop has introduced itself; run `wp onhand connect` in it")]
    Unknown,
    /// It did not answer, or something there is broken for now.
    #[error("the shop at {url} did not take it: {reason}")]
    Away {
        /// Where.
        url: String,
        /// What happened.
        reason: String,
    },
    /// It does not know our signature, or has no such route.
    #[error("the shop at {url} refuses the agent (HTTP {status}: {message}); run `wp onhand connect` in it")]
    Stranger {
        /// Where.
        url: String,
        /// HTTP status.
        status: u16,
        /// In its words.
        message: String,
    },
    /// It will not take this order as it is.
    #[error("{message}")]
    Refused {
        /// The plugin's code.
        code: String,
        /// What is wrong and what to do.
        message: String,
    },
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
}

/// Tells the shop of an order.
///
/// # Errors
/// Why it did not take it.
pub async fn tell(http: &Http, clock: &Clock, shop: &Shop, order: &ShopOrder) -> Result<Done, ShopError> {
    put(http, clock, shop, "orders", order).await
}

/// Units that are to be one channel's alone.
#[derive(Clone, Debug, Serialize)]
pub struct ShopAllotment {
    /// The channel's name.
    pub channel: String,
    /// The variation.
    pub item: i64,
    /// What the shop should have noted so far; if it has not, nothing changes.
    pub from: i64,
    /// What it is to note, as far as it has them.
    pub to: i64,
}

/// What the shop has noted.
#[derive(Clone, Debug, Deserialize)]
pub struct Noted {
    /// The channel's name.
    pub channel: String,
    /// The variation.
    pub item: i64,
    /// Units that are its alone.
    pub units: i64,
}

/// Asks the shop to keep units for channels. Said twice, it does the same. Without any, everything that it has noted is
/// told.
///
/// # Errors
/// Why it did not.
pub async fn allot(
    http: &Http,
    clock: &Clock,
    shop: &Shop,
    entries: &[ShopAllotment],
) -> Result<Vec<Noted>, ShopError> {
    #[derive(Serialize)]
    struct Asked<'a> {
        entries: &'a [ShopAllotment],
    }
    #[derive(Deserialize)]
    struct Answer {
        entries: Vec<Noted>,
    }
    let answer: Answer = put(http, clock, shop, "allotments", &Asked { entries }).await?;
    Ok(answer.entries)
}

async fn put<T: for<'a> Deserialize<'a>>(
    http: &Http,
    clock: &Clock,
    shop: &Shop,
    what: &str,
    body: &(impl Serialize + Sync),
) -> Result<T, ShopError> {
    let away = |reason: String| ShopError::Away { url: shop.url.clone(), reason };
    let body = serde_json::to_vec(body).map_err(|error| away(error.to_string()))?;
    let route = format!("{ROUTES}/{what}");
    let signature = signature(&shop.secret, clock.now_ms() / 1000, &nonce(), "PUT", &route, &body);
    let request = http
        .request(reqwest::Method::PUT, &format!("{}/{what}", shop.url))
        .header("content-type", "application/json")
        .header("onhand-signature", signature)
        // The same statement has the same key: said twice, the shop answers with what it did the first time.
        .header("idempotency-key", hex(&Sha256::digest(&body)))
        .body(body);
    let reply = http.send(request).await.map_err(|error| away(error.to_string()))?;
    let words = || {
        reply
            .json::<Refusal>()
            .map_or_else(|_| (reply.status.to_string(), reply.excerpt()), |r| (r.code, r.message))
    };
    match reply.status {
        200 | 201 => reply.json().map_err(|error| away(error.to_string())),
        401 | 403 | 404 | 405 => {
            Err(ShopError::Stranger { url: shop.url.clone(), status: reply.status, message: words().1 })
        }
        // 423: another request is at this order.
        408 | 423 | 425 | 429 | 500.. | ..=399 => Err(away(format!("HTTP {}: {}", reply.status, words().1))),
        _ => {
            let (code, message) = words();
            let code = code.strip_prefix("onhand_").unwrap_or(&code).to_owned();
            Err(ShopError::Refused { code, message })
        }
    }
}

/// The plugin's routes, as it registers them.
const ROUTES: &str = "/onhand/v1";

fn nonce() -> String {
    let mut bytes = [0u8; 16];
    rand::fill(&mut bytes);
    hex(&bytes)
}

fn signature(secret: &SecretString, at: i64, nonce: &str, method: &str, route: &str, body: &[u8]) -> String {
    let text = format!("v1\n{at}\n{nonce}\n{method}\n{route}\n{}", hex(&Sha256::digest(body)));
    let mac =
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).map(|mac| mac.chain_update(text));
    let mac = mac.map(|mac| hex(&mac.finalize().into_bytes())).unwrap_or_default();
    format!("t={at},n={nonce},v1={mac}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plugin's tests have the same line: both sides sign alike.
    #[test]
    fn the_signature_is_the_plugins() {
        let secret = SecretString::from("0123456789abcdef");
        let text = signature(&secret, 1_700_000_000, "00ff", "PUT", "/onhand/v1/orders", b"{\"a\":1}");
        assert_eq!(
            text,
            "t=1700000000,n=00ff,v1=a38881eecd619a396fbf4d8e14f73976a4f40b6348af98941a53a2d0596aa6ea"
        );
    }
}
