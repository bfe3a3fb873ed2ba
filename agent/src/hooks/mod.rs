//! Outgoing webhooks: the merchant's other services hear what happens, signed, retried, and as often as they ask for it, by the
//! convention of <https://www.standardwebhooks.com>.

pub mod book;
mod sender;

pub use sender::{Sender, SenderParts};
