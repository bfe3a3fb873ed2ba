//! What a channel's errors mean, by the declaration's table; without an entry, by the HTTP status.

use super::call::Api;
use super::spec::{Declaration, Errors, Is};
use crate::channels::http::Reply;
use crate::channels::rest::refusal;
use crate::channels::{ChannelError, PushOutcome};
use minijinja::{Value, context};

/// The reply as a value; a reply without a body is nothing.
pub(super) fn body(reply: &Reply) -> Result<Value, ChannelError> {
    if reply.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::from(()));
    }
    Ok(Value::from_serialize(reply.json::<serde_json::Value>()?))
}

/// An error of the call as a whole.
pub(super) fn of_call(api: &Api, spec: &Declaration, reply: &Reply) -> ChannelError {
    let body = body(reply).unwrap_or_default();
    let context = context! { body, status => reply.status };
    let word = |expression: &Option<String>| {
        let expression = expression.as_ref()?;
        api.filler.word(expression, &context).ok().flatten()
    };
    let code = word(&spec.errors.code);
    let message = word(&spec.errors.message).unwrap_or_else(|| reply.excerpt());
    let words = Some((code.clone().unwrap_or_else(|| reply.status.to_string()), message.clone()));
    match meaning(&spec.errors, Some(reply.status), code.as_deref()) {
        None => refusal(reply, words, &spec.renew),
        Some(Is::Throttled) => ChannelError::Throttled { after: reply.retry_after(), message },
        Some(Is::Unauthorized) => ChannelError::Unauthorized { message, action: spec.renew.clone() },
        Some(Is::Retry) => {
            ChannelError::Unavailable { status: reply.status, message, after: reply.retry_after() }
        }
        Some(Is::NotFound) => ChannelError::Refused { code: NOT_FOUND.to_owned(), message },
        Some(Is::Applied | Is::Rejected) => {
            ChannelError::Refused { code: code.unwrap_or_else(|| reply.status.to_string()), message }
        }
    }
}

/// The code of a refusal because there is no such listing.
pub(super) const NOT_FOUND: &str = "not_found";

pub(super) fn meaning(errors: &Errors, status: Option<u16>, code: Option<&str>) -> Option<Is> {
    let fits = |wanted: Option<u16>, of: Option<&str>| {
        wanted.is_none_or(|wanted| Some(wanted) == status) && of.is_none_or(|of| Some(of) == code)
    };
    errors.means.iter().find(|one| fits(one.status, one.code.as_deref())).map(|one| one.is)
}

/// What a code means for one item.
pub(super) fn of_item(errors: &Errors, code: String, message: String) -> PushOutcome {
    match meaning(errors, None, Some(&code)) {
        Some(Is::Applied) => PushOutcome::Applied,
        Some(Is::NotFound) => PushOutcome::NotFound { message },
        Some(Is::Throttled) => PushOutcome::Throttled { after: None, message },
        Some(Is::Retry) => PushOutcome::Retry { code, message },
        Some(Is::Rejected | Is::Unauthorized) | None => PushOutcome::Rejected { code, message },
    }
}
