//! Signatures of webhooks, compared in constant time.

use super::{Delivery, NotGenuine, Notice};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Checks HMAC-SHA256 over `text`, written in base64.
///
/// # Errors
/// If it is missing or wrong, or nobody told us the secret.
pub fn hmac(secret: &[u8], text: &[u8], given: Option<&str>) -> Result<(), NotGenuine> {
    let wrong = |why: &str| NotGenuine::Signature(why.to_owned());
    if secret.is_empty() {
        return Err(wrong("the channel's webhook secret is not set, so that no signature can be checked"));
    }
    let given = given.ok_or_else(|| wrong("it has none"))?.trim();
    let bytes = STANDARD.decode(given).map_err(|_| wrong("it is not written as a signature"))?;
    let mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| wrong("the secret is no key"))?;
    mac.chain_update(text).verify_slice(&bytes).map_err(|_| wrong("it is wrong"))
}

/// As [`hmac`], written in hex.
///
/// # Errors
/// As for [`hmac`].
pub fn hmac_hex(secret: &SecretString, text: &[u8], given: Option<&str>) -> Result<(), NotGenuine> {
    let wrong = |_| NotGenuine::Signature("it is not written as a signature".to_owned());
    let bytes = given.map(|given| hex::decode(given.trim()).map_err(wrong)).transpose()?;
    let given = bytes.map(|bytes| STANDARD.encode(bytes));
    hmac(secret.expose_secret().as_bytes(), text, given.as_deref())
}

/// As [`hmac`], over the body alone, with a secret that is text.
///
/// # Errors
/// As for [`hmac`].
pub fn body(secret: &SecretString, delivery: &Delivery, header: &str) -> Result<(), NotGenuine> {
    hmac(secret.expose_secret().as_bytes(), &delivery.body, delivery.header(header))
}

/// Standard Webhooks (<https://www.standardwebhooks.com>): returns the delivery's id and time. The header may carry
/// several signatures, of which one must be right. `key`: the secret's bytes.
///
/// # Errors
/// As for [`hmac`].
pub fn standard(key: &[u8], delivery: &Delivery) -> Result<(String, i64), NotGenuine> {
    let part = |name: &str| {
        delivery.header(name).ok_or_else(|| NotGenuine::Signature(format!("the header {name} is missing")))
    };
    let (id, at, signatures) = (part("webhook-id")?, part("webhook-timestamp")?, part("webhook-signature")?);
    let seconds: i64 =
        at.parse().map_err(|_| NotGenuine::Signature(format!("webhook-timestamp is {at:?}")))?;
    let mut text = format!("{id}.{at}.").into_bytes();
    text.extend_from_slice(&delivery.body);
    let mut result = Err(NotGenuine::Signature("it has none".to_owned()));
    for signature in signatures.split_whitespace().filter_map(|one| one.strip_prefix("v1,")) {
        result = hmac(key, &text, Some(signature));
        if result.is_ok() {
            break;
        }
    }
    result.map(|()| (id.to_owned(), seconds.saturating_mul(1000)))
}

/// Names what was signed: two deliveries of one body are one, whatever their headers say.
#[must_use]
pub fn digest(delivery: &Delivery) -> String {
    Sha256::digest(&delivery.body).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// From a channel that signs nothing. Nobody else knows the address, and nothing that it says is believed: whoever
/// guessed it could make us ask for orders, and no more.
#[must_use]
pub fn unsigned(delivery: &Delivery) -> Notice {
    // Two of the same words are two reasons to look.
    let key = format!("{}:{}", digest(delivery), delivery.received_ms);
    Notice { key, sent_ms: None, orders: Vec::new(), look: true }
}

/// The body as JSON.
///
/// # Errors
/// If it is none.
pub fn json<T: serde::de::DeserializeOwned>(delivery: &Delivery) -> Result<T, NotGenuine> {
    serde_json::from_slice(&delivery.body).map_err(|error| NotGenuine::Content(error.to_string()))
}
