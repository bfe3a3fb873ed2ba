//! Lazada's errors and what they mean for us.
//!
//! Source: <https://open.lazada.com/apps/doc/doc?nodeId=10450&docId=108067>.

use super::wire::Envelope;
use crate::channels::http::Reply;
use crate::channels::rest::refusal;
use crate::channels::{ChannelError, PushOutcome};
use serde_json::Value;

const RENEW: &str = "The seller's authorisation has ended (it lasts 180 days) or lacks Product Management: open.lazada.com → App Console → your app → Authorize";

/// A new token may help.
pub(super) fn is_token_refused(reply: &Reply) -> bool {
    reply.json::<Envelope<Value>>().is_ok_and(|envelope| envelope.code == "IllegalAccessToken")
}

/// An error of the call as a whole. `kind`: whose fault it is, as Lazada says.
pub(super) fn of_call(code: &str, kind: &str, message: String, reply: &Reply) -> ChannelError {
    if code.ends_with("CallLimit") {
        return ChannelError::Throttled { after: reply.retry_after(), message };
    }
    let refused = ["IllegalAccessToken", "IncompleteSignature", "InvalidAppKey", "InsufficientPermission"];
    if refused.contains(&code) || code.starts_with("AppWhiteIp") {
        return ChannelError::Unauthorized { message, action: RENEW.to_owned() };
    }
    if kind == "SYSTEM" || code.starts_with("Service") {
        return ChannelError::Unavailable { status: reply.status, message, after: reply.retry_after() };
    }
    refusal(reply, (!code.is_empty()).then(|| (code.to_owned(), message)), RENEW)
}

/// No token.
pub(super) fn no_token(message: String) -> ChannelError {
    ChannelError::Unauthorized { message, action: RENEW.to_owned() }
}

/// A refusal that is about the one SKU of a call.
pub(super) fn of_item(code: String, message: String) -> PushOutcome {
    let upper = message.to_ascii_uppercase();
    if upper.contains("NOT_FOUND") || upper.contains("NOT EXIST") || upper.contains("NOT FOUND") {
        return PushOutcome::NotFound { message };
    }
    PushOutcome::Rejected {
        code,
        message: format!("{message} Look at the product in Seller Center → Manage Products."),
    }
}
