//! Shopee's errors and what they mean for us.
//!
//! Source: <https://open.shopee.com/developer-guide/16>, and the error codes of each call's page.

use super::wire::Envelope;
use crate::channels::http::Reply;
use crate::channels::rest::refusal;
use crate::channels::{ChannelError, PushOutcome};
use serde_json::Value;

const RENEW: &str = "The seller's authorisation has ended (it lasts a year) or lacks Product: open.shopee.com → Console → App List → your app → Authorize";

/// A new token may help.
pub(super) fn is_token_refused(reply: &Reply) -> bool {
    reply.json::<Envelope<Value>>().is_ok_and(|envelope| is_auth(&envelope.error))
}

fn is_auth(error: &str) -> bool {
    matches!(error, "error_auth" | "invalid_acceess_token" | "invalid_access_token")
}

/// An error of the call as a whole.
pub(super) fn of_call(error: &str, message: String, reply: &Reply) -> ChannelError {
    if is_auth(error) || matches!(error, "error_sign" | "error_permission") {
        return ChannelError::Unauthorized { message, action: RENEW.to_owned() };
    }
    if error.contains("rate_limit") || error.contains("too_many") {
        return ChannelError::Throttled { after: reply.retry_after(), message };
    }
    if matches!(error, "error_server" | "error_inner" | "error_network" | "error_system_busy") {
        return ChannelError::Unavailable { status: reply.status, message, after: reply.retry_after() };
    }
    refusal(reply, (!error.is_empty()).then(|| (error.to_owned(), message)), RENEW)
}

/// No token.
pub(super) fn no_token(message: String) -> ChannelError {
    ChannelError::Unauthorized { message, action: RENEW.to_owned() }
}

/// A refusal in words: of a model, or of the item of a call.
pub(super) fn of_words(code: &str, message: &str) -> PushOutcome {
    let lower = message.to_ascii_lowercase();
    if lower.contains("not found") || lower.contains("not exist") || code.contains("not_found") {
        return PushOutcome::NotFound { message: message.to_owned() };
    }
    PushOutcome::Rejected {
        code: code.to_owned(),
        message: format!("{message} Look at the product in Seller Centre → My Products."),
    }
}
