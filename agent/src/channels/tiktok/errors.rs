//! TikTok Shop's codes and what they mean for us.
//!
//! Source: <https://partner.tiktokshop.com/docv2/page/common-errors>.

use super::wire::{Envelope, RowError};
use crate::channels::http::Reply;
use crate::channels::rest::refusal;
use crate::channels::{ChannelError, PushOutcome};
use serde_json::Value;

const RENEW: &str = "The seller's authorisation has ended or lacks Product Information: partner.tiktokshop.com → App & Service → your app → Authorize";
/// "Access token is invalid", "Expired credentials".
const TOKEN: [i64; 2] = [105_001, 105_002];
/// The signature is wrong, the application is not known, or it may not do this.
const REFUSED: [i64; 5] = [105_000, 105_005, 106_001, 36_009_003, 36_009_004];

/// A new token may help.
pub(super) fn is_token_refused(reply: &Reply) -> bool {
    reply.json::<Envelope<Value>>().is_ok_and(|envelope| TOKEN.contains(&envelope.code))
}

/// An error of the call as a whole.
pub(super) fn of_call(code: i64, message: String, reply: &Reply) -> ChannelError {
    if TOKEN.contains(&code) || REFUSED.contains(&code) {
        return ChannelError::Unauthorized { message, action: RENEW.to_owned() };
    }
    let crowded = message.to_ascii_lowercase().contains("too many requests");
    match refusal(reply, Some((code.to_string(), message)), RENEW) {
        ChannelError::Refused { message, .. } if crowded => {
            ChannelError::Throttled { after: reply.retry_after(), message }
        }
        other => other,
    }
}

/// No token.
pub(super) fn no_token(message: String) -> ChannelError {
    ChannelError::Unauthorized { message, action: RENEW.to_owned() }
}

/// A SKU that could not be updated, or the product of a call.
pub(super) fn of_row(error: &RowError) -> PushOutcome {
    of_words(&error.code.to_string(), &error.message)
}

/// A refusal in words.
pub(super) fn of_words(code: &str, message: &str) -> PushOutcome {
    let lower = message.to_ascii_lowercase();
    if lower.contains("not found") || lower.contains("not exist") {
        return PushOutcome::NotFound { message: message.to_owned() };
    }
    PushOutcome::Rejected {
        code: code.to_owned(),
        message: format!("{message} Look at the product in Seller Center → Products."),
    }
}
