//! Square's errors and what they mean for us.
//!
//! Source: <https://developer.squareup.com/docs/build-basics/general-considerations/handling-errors>.

use super::wire::{Errors, Problem};
use crate::channels::ChannelError;
use crate::channels::http::Reply;
use crate::channels::rest::refusal;

const RENEW: &str = "The access token was withdrawn or lacks ITEMS_READ, INVENTORY_READ or INVENTORY_WRITE: developer.squareup.com → your application → Credentials";

/// The errors of a refusal, if its body has any.
pub(super) fn problems(reply: &Reply) -> Vec<Problem> {
    reply.json::<Errors>().map(|body| body.errors).unwrap_or_default()
}

/// An error of the call as a whole.
pub(super) fn of_call(reply: &Reply) -> ChannelError {
    let first = problems(reply).into_iter().next();
    let words = first.map(|problem| (problem.code.clone(), words(&problem)));
    refusal(reply, words, RENEW)
}

/// In words.
pub(super) fn words(problem: &Problem) -> String {
    let place = if problem.field.is_empty() { String::new() } else { format!(" [{}]", problem.field) };
    format!("{}{place}", problem.detail)
}
