//! Walmart's errors, which come in several wrappings, and what they mean for us.
//!
//! Source: <https://developer.walmart.com/us-marketplace/docs/error-codes>.

use crate::channels::http::Reply;
use crate::channels::rest::refusal;
use crate::channels::{ChannelError, PushOutcome};
use serde_json::Value;

const RENEW: &str = "Check client_id and client_secret, and that the key may change inventory: developer.walmart.com → My Account → API Keys";

/// An error of the call as a whole.
pub(super) fn of_call(reply: &Reply) -> ChannelError {
    let words = serde_json::from_slice(&reply.body).ok().and_then(|body: Value| words(&body));
    refusal(reply, words, RENEW)
}

/// No token: with these credentials, whatever the status.
pub(super) fn of_token(reply: &Reply) -> ChannelError {
    match of_call(reply) {
        ChannelError::Refused { message, .. } => {
            ChannelError::Unauthorized { message, action: RENEW.to_owned() }
        }
        other => other,
    }
}

/// The first error in a body: `errors` or `error`, as a list, or as an object around one.
fn words(body: &Value) -> Option<(String, String)> {
    let inner = body.get("errors").or_else(|| body.get("error"))?;
    let first = match inner {
        Value::Array(list) => list.first()?,
        Value::Object(object) if object.contains_key("code") => inner,
        Value::Object(object) => return words(&Value::Object(object.clone())),
        _ => return None,
    };
    let text = |key: &str| first.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let message = text("description").or_else(|| text("info")).unwrap_or_default();
    Some((text("code")?.to_owned(), message.to_owned()))
}

/// A whole call's refusal that is about its one SKU.
pub(super) fn of_item(error: ChannelError) -> Result<PushOutcome, ChannelError> {
    match error {
        ChannelError::Refused { code, message } if is_unknown(&code) => Ok(PushOutcome::NotFound { message }),
        ChannelError::Refused { code, message } => Ok(PushOutcome::Rejected {
            code,
            message: format!("{message} Look at the item in Seller Center → Items & Inventory."),
        }),
        other => Err(other),
    }
}

/// The SKU is not there (a code ends in the API's name: `CONTENT_NOT_FOUND.GMP_INVENTORY_API`).
pub(super) fn is_unknown(code: &str) -> bool {
    code == "404" || code.starts_with("CONTENT_NOT_FOUND") || code.starts_with("SKU_NOT_FOUND")
}
