//! BigCommerce's errors and what they mean for us.
//!
//! Source: <https://developer.bigcommerce.com/docs/start/about/status-codes>.

use super::wire::Refusal;
use crate::channels::ChannelError;
use crate::channels::http::Reply;
use crate::channels::rest::refusal;
use std::time::Duration;

const RENEW: &str = "The token was withdrawn or lacks Products (modify) and Store Inventory (modify): Settings → Store-level API accounts";

/// An error of the call as a whole.
pub(super) fn of_call(reply: &Reply) -> ChannelError {
    let words = reply.json::<Refusal>().ok().filter(|body| !body.title.is_empty());
    let error = refusal(reply, words.map(|body| (reply.status.to_string(), body.title)), RENEW);
    match error {
        // There is no Retry-After; the header says in milliseconds when the window ends.
        ChannelError::Throttled { after: None, message } => {
            ChannelError::Throttled { after: number(reply, "x-rate-limit-time-reset-ms"), message }
        }
        other => other,
    }
}

/// How long to wait where nothing is left of the quota, which all apps of the store share.
pub(super) fn wait(reply: &Reply) -> Option<Duration> {
    let left = number(reply, "x-rate-limit-requests-left")?;
    (left.as_millis() == 0).then(|| number(reply, "x-rate-limit-time-reset-ms"))?
}

fn number(reply: &Reply, header: &str) -> Option<Duration> {
    reply.headers.get(header)?.to_str().ok()?.trim().parse().ok().map(Duration::from_millis)
}
