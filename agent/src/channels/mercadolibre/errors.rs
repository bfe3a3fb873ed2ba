//! Mercado Libre's errors and what they mean for us.
//!
//! Source: <https://developers.mercadolivre.com.br/en_us/validations>.

use super::wire::Refusal;
use crate::channels::http::Reply;
use crate::channels::rest::refusal;
use crate::channels::{ChannelError, PushOutcome};

pub(super) const RENEW: &str = "The seller withdrew the consent, or the application lacks Items (write) or offline access: Mercado Libre → My account → Security → Connected applications";

/// An error of the call as a whole.
pub(super) fn of_call(reply: &Reply) -> ChannelError {
    let words = reply.json::<Refusal>().ok().map(|refusal| {
        let causes: Vec<String> = refusal.cause.into_iter().filter_map(|cause| cause.message).collect();
        let message = if causes.is_empty() { refusal.message } else { causes.join("; ") };
        (if refusal.error.is_empty() { reply.status.to_string() } else { refusal.error }, message)
    });
    refusal(reply, words, RENEW)
}

/// A refusal that is about the one listing of a call.
pub(super) fn of_item(error: ChannelError) -> Result<PushOutcome, ChannelError> {
    match error {
        ChannelError::Refused { code, message } if code == "not_found" || code == "resource not found" => {
            Ok(PushOutcome::NotFound { message })
        }
        ChannelError::Refused { code, message } => Ok(PushOutcome::Rejected {
            code,
            message: format!("{message} Look at it in Mercado Libre → Listings."),
        }),
        other => Err(other),
    }
}
