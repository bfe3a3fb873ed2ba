//! Amazon's errors and what they mean for us.
//!
//! Source: <https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits>; codes of issues as met in
//! <https://github.com/amzn/selling-partner-api-models/issues>.

use super::wire::{Errors, Issue, Problem};
use crate::channels::http::Reply;
use crate::channels::{ChannelError, PushOutcome};

/// Errors of the call as a whole.
pub(super) fn checked(reply: Reply) -> Result<Reply, ChannelError> {
    if reply.status < 400 {
        return Ok(reply);
    }
    let body = reply.json::<Errors>();
    let (Ok(body), false) = (&body, reply.status >= 500) else {
        reply.available()?;
        return Err(body.err().unwrap_or_else(|| of_call(&Problem::default(), &reply)));
    };
    Err(of_call(body.errors.first().unwrap_or(&Problem::default()), &reply))
}

fn of_call(problem: &Problem, reply: &Reply) -> ChannelError {
    let details = if problem.details.is_empty() { String::new() } else { format!(" ({})", problem.details) };
    let message = format!("{}{details}", problem.message);
    match (reply.status, problem.code.as_str()) {
        (429, _) | (_, "QuotaExceeded") => ChannelError::Throttled { after: reply.retry_after(), message },
        (401 | 403, _) => ChannelError::Unauthorized {
            message,
            action: "The application lacks the role Product Listing, or the seller withdrew it: Seller Central → Apps and Services → Develop Apps → Authorize"
                .to_owned(),
        },
        (status, "") => ChannelError::Refused { code: status.to_string(), message: reply.excerpt() },
        (_, code) => ChannelError::Refused { code: code.to_owned(), message },
    }
}

/// A whole call's refusal that is about its one listings item.
pub(super) fn of_item(error: ChannelError) -> Result<PushOutcome, ChannelError> {
    match error {
        ChannelError::Refused { code, message } if code == "NotFound" => {
            Ok(PushOutcome::NotFound { message })
        }
        ChannelError::Refused { code, message } => Ok(PushOutcome::Rejected { code, message }),
        other => Err(other),
    }
}

/// A submission that Amazon found invalid.
pub(super) fn of_issues(issues: &[Issue]) -> PushOutcome {
    let worst = issues.iter().find(|issue| issue.severity == "ERROR").or(issues.first());
    let Some(issue) = worst else {
        return PushOutcome::Rejected {
            code: "INVALID".to_owned(),
            message: "Amazon found the submission invalid without saying why".to_owned(),
        };
    };
    PushOutcome::Rejected {
        code: issue.code.clone(),
        message: format!("{} Look at the listing in Seller Central → Manage All Inventory.", issue.message),
    }
}
