//! Proving the credentials.

use super::call::Api;
use super::listings::{ITEMS, page};
use super::{Account, wire};
use crate::channels::ChannelError;
use crate::channels::http::segment;

/// Reads one listings item: token, role and account are good if that works.
pub(super) async fn account(api: &Api, account: &Account) -> Result<String, ChannelError> {
    let path = format!("{ITEMS}/{}", segment(&account.seller));
    let reply = api.get(&path, &page(account, "1")).await?;
    let _: wire::Items = reply.json()?;
    Ok(format!("seller {} on {}", account.seller, account.marketplace))
}
