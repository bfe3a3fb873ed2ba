//! eBay's error ids and what they mean for us.
//!
//! Source: the error tables of <https://developer.ebay.com/api-docs/sell/inventory/resources/inventory_item/methods/bulkUpdatePriceQuantity>.

use crate::channels::http::Reply;
use crate::channels::{ChannelError, PushOutcome};
use serde::Deserialize;
use std::time::Duration;

/// A body that holds nothing but errors.
#[derive(Deserialize)]
pub(super) struct Errors {
    #[serde(default)]
    pub errors: Vec<EbayError>,
}

/// One error object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EbayError {
    pub error_id: i64,
    pub message: String,
    pub long_message: Option<String>,
    #[serde(alias = "parameter")]
    pub parameters: Vec<Parameter>,
}

/// A detail of an error.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Parameter {
    pub name: String,
    pub value: String,
}

impl EbayError {
    pub(super) fn words(&self) -> String {
        let long = self.long_message.as_deref().filter(|long| *long != self.message);
        let mut words = long.unwrap_or(&self.message).to_owned();
        for detail in &self.parameters {
            if !detail.value.is_empty() && !words.contains(&detail.value) {
                words.push_str(&format!(" [{}: {}]", detail.name, detail.value));
            }
        }
        words
    }

    /// Text that only a 25002 tells its cause by.
    fn says(&self, word: &str) -> bool {
        self.words().to_ascii_lowercase().contains(word)
    }
}

/// An error of the call as a whole.
pub(super) fn of_call(error: &EbayError, reply: &Reply) -> ChannelError {
    let message = error.words();
    match error.error_id {
        2001 => ChannelError::Throttled { after: reply.retry_after(), message },
        1001 | 1002 => ChannelError::Unauthorized {
            message,
            action: "Let the seller sign in again: developer.ebay.com → Your Account → User Tokens"
                .to_owned(),
        },
        1100 => ChannelError::Unauthorized {
            message,
            action: "The token lacks the scope sell.inventory: let the seller sign in again and grant it"
                .to_owned(),
        },
        25001 | 25025 => {
            ChannelError::Unavailable { status: reply.status, message, after: reply.retry_after() }
        }
        _ if reply.status == 429 => ChannelError::Throttled { after: reply.retry_after(), message },
        _ if reply.status >= 500 => {
            ChannelError::Unavailable { status: reply.status, message, after: reply.retry_after() }
        }
        id => ChannelError::Refused { code: id.to_string(), message },
    }
}

/// A refusal without an error object.
pub(super) fn refused(reply: &Reply) -> ChannelError {
    ChannelError::Refused { code: reply.status.to_string(), message: reply.excerpt() }
}

/// An error of one row.
pub(super) fn of_row(error: &EbayError, until_tomorrow: Duration) -> PushOutcome {
    let message = error.words();
    let code = error.error_id.to_string();
    let rejected =
        |advice: &str| PushOutcome::Rejected { code: code.clone(), message: format!("{message} {advice}") };
    match error.error_id {
        25001 | 25025 => PushOutcome::Retry { code, message },
        25002 if error.says("revis") && (error.says("limit") || error.says("250")) => {
            PushOutcome::Throttled { after: Some(until_tomorrow), message }
        }
        25002 if error.says("ended") || error.says("does not exist") => PushOutcome::NotFound { message },
        25702 | 25710 | 25713 => PushOutcome::NotFound { message },
        25026 => {
            rejected("The account's selling limit is reached: ask eBay for a higher one in the Seller Hub.")
        }
        25038..=25040 => rejected("The listing has bids or ends soon; eBay lets nobody revise it."),
        25097 => rejected("eBay has put the listing on hold; its e-mail to you says why."),
        25004 | 25709 => rejected("The quantity is not acceptable for this listing."),
        _ => rejected("Look at the listing in the Seller Hub."),
    }
}
