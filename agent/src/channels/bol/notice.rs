//! Push notifications, signed with a key that bol publishes.
//!
//! Source: <https://api.bol.com/retailer/public/Retailer-API/v10/functional/retailer-api/subscriptions.html>.

use super::call::Api;
use crate::channels::facts::moment;
use crate::channels::public_key::{self, Scheme};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, webhook};
use serde::Deserialize;

const HEADER: &str = "signature";
const ORDERS: &str = "ORDER";

#[derive(Deserialize)]
struct Message {
    timestamp: Option<String>,
    event: Event,
}

#[derive(Deserialize)]
struct Event {
    resource: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeySet {
    signature_keys: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Key {
    id: String,
    public_key: String,
}

/// `keyId=0, algorithm="rsa-sha256", signature=…`
fn part(delivery: &Delivery, name: &str) -> Option<String> {
    let parts = delivery.header(HEADER)?.split(',');
    let of = |part: &str| {
        let (key, value) = part.split_once('=')?;
        (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
    };
    parts.into_iter().find_map(of)
}

pub(super) fn signed_with(delivery: &Delivery) -> Option<String> {
    part(delivery, "keyId")
}

pub(super) async fn public_key(api: &Api, id: &str) -> Result<Option<Vec<u8>>, ChannelError> {
    let published: KeySet =
        api.send(Call::get("/retailer/subscriptions/signature-keys", &[])).await?.json()?;
    published
        .signature_keys
        .iter()
        .find(|key| key.id == id)
        .map(|key| public_key::parse(&key.public_key))
        .transpose()
}

pub(super) fn read(delivery: &Delivery) -> Result<Notice, NotGenuine> {
    let signature =
        part(delivery, "signature").ok_or_else(|| NotGenuine::Signature("it has none".to_owned()))?;
    public_key::verify(Scheme::RsaSha256, delivery, &signature)?;
    let message: Message = webhook::json(delivery)?;
    Ok(Notice {
        // It has no number of its own.
        key: webhook::digest(delivery),
        sent_ms: message.timestamp.as_deref().and_then(moment),
        orders: Vec::new(),
        // What its resourceId names is documented for other resources alone.
        look: message.event.resource == ORDERS,
    })
}
