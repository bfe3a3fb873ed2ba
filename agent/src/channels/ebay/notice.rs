//! Notifications, signed with a key that the Notification API publishes.
//!
//! Sources: <https://developer.ebay.com/api-docs/commerce/notification/overview.html>,
//! <https://developer.ebay.com/api-docs/master/commerce/notification/asyncapi/order_confirmation.yaml>.

use super::call::Api;
use crate::channels::facts::moment;
use crate::channels::http::segment;
use crate::channels::public_key::{self, Scheme};
use crate::channels::{ChannelError, Delivery, NotGenuine, Notice, webhook};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

const HEADER: &str = "x-ebay-signature";
const ORDERS: &str = "ORDER_CONFIRMATION";

/// What the header says, once its base64 is off.
#[derive(Deserialize)]
struct Signature {
    kid: String,
    signature: String,
    #[serde(default)]
    digest: String,
}

#[derive(Deserialize)]
struct Message {
    metadata: Metadata,
    notification: Notification,
}

#[derive(Deserialize)]
struct Metadata {
    topic: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    notification_id: String,
    publish_date: Option<String>,
    data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    order_id: Option<String>,
    order: Option<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    order_id: Option<String>,
}

#[derive(Deserialize)]
struct Published {
    key: String,
}

fn header(delivery: &Delivery) -> Result<Signature, NotGenuine> {
    let wrong = |why: &str| NotGenuine::Signature(why.to_owned());
    let text = delivery.header(HEADER).ok_or_else(|| wrong("it has none"))?;
    let json = STANDARD.decode(text.trim()).map_err(|_| wrong("it is not written as a signature"))?;
    serde_json::from_slice(&json).map_err(|_| wrong("it is not written as a signature"))
}

pub(super) fn signed_with(delivery: &Delivery) -> Option<String> {
    header(delivery).ok().map(|signature| signature.kid)
}

pub(super) async fn public_key(api: &Api, id: &str) -> Result<Option<Vec<u8>>, ChannelError> {
    let path = format!("/commerce/notification/v1/public_key/{}", segment(id));
    let published: Published = api.get(&path, &[]).await?.json()?;
    public_key::parse(&published.key).map(Some)
}

pub(super) fn read(delivery: &Delivery) -> Result<Notice, NotGenuine> {
    let signature = header(delivery)?;
    let scheme = match signature.digest.to_ascii_uppercase().as_str() {
        "SHA1" => Scheme::EcdsaSha1,
        "SHA256" => Scheme::EcdsaSha256,
        other => {
            return Err(NotGenuine::Signature(format!("it is over {other:?}, which eBay does not document")));
        }
    };
    public_key::verify(scheme, delivery, &signature.signature)?;
    let Message { metadata, notification } = webhook::json(delivery)?;
    let is_order = metadata.topic == ORDERS;
    // "The seller looks up the orderId from the notification"; where in it is not in the contract.
    let orders: Vec<String> = notification
        .data
        .filter(|_| is_order)
        .and_then(|data| data.order_id.or_else(|| data.order?.order_id))
        .into_iter()
        .collect();
    Ok(Notice {
        key: notification.notification_id,
        sent_ms: notification.publish_date.as_deref().and_then(moment),
        look: is_order && orders.is_empty(),
        orders,
    })
}
