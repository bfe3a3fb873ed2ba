//! Why a whole call failed, in a closed set of classes that dispatch can act on.

use std::time::Duration;

/// What the caller may do about a failure. Callers match this, never a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// Passing: try again by the retry schedule.
    Retry,
    /// Over a limit: wait (the channel's own time if it named one), then try again. Not a failure of the channel.
    Throttle(Option<Duration>),
    /// Credentials refused: pause the channel and tell the operator.
    Reauth,
    /// The request itself is wrong: trying again cannot help.
    Reject,
}

/// A failed call.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChannelError {
    /// The network failed: no reply, so the push may or may not have been applied.
    #[error("no reply from {url}: {reason}")]
    Transport {
        /// Without query string or credentials.
        url: String,
        /// What failed.
        reason: String,
    },
    /// Over a rate limit.
    #[error("over the channel's limit: {message}")]
    Throttled {
        /// How long to wait, if the channel said.
        after: Option<Duration>,
        /// In the channel's words.
        message: String,
    },
    /// The channel is down or in maintenance, or answered something that is not its API (an HTML page).
    #[error("the channel is not available (HTTP {status}): {message}")]
    Unavailable {
        /// HTTP status.
        status: u16,
        /// What came instead of an answer.
        message: String,
        /// How long to wait, if the channel said.
        after: Option<Duration>,
    },
    /// The credentials were refused or lack a permission.
    #[error("the channel refused the credentials: {message}. {action}")]
    Unauthorized {
        /// In the channel's words.
        message: String,
        /// What is missing and where to renew it.
        action: String,
    },
    /// The channel says that the request is malformed.
    #[error("the channel refused the request ({code}): {message}")]
    Refused {
        /// The channel's code, or the HTTP status.
        code: String,
        /// In the channel's words.
        message: String,
    },
}

impl ChannelError {
    /// What may be done about it.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Transport { .. } => ErrorClass::Retry,
            Self::Unavailable { after: Some(after), .. } => ErrorClass::Throttle(Some(*after)),
            Self::Unavailable { after: None, .. } => ErrorClass::Retry,
            Self::Throttled { after, .. } => ErrorClass::Throttle(*after),
            Self::Unauthorized { .. } => ErrorClass::Reauth,
            Self::Refused { .. } => ErrorClass::Reject,
        }
    }
}
