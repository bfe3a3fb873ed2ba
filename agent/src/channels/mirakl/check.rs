//! Proving the credentials.

use super::call::Api;
use super::wire::{Account, Offers};
use crate::channels::ChannelError;

/// Reads the shop and one offer: the key is good if that works.
pub(super) async fn shop(api: &Api) -> Result<String, ChannelError> {
    let account: Account = api.get("/api/account", &[]).await?.json()?;
    let _: Offers = api.get("/api/offers", &[("max", "1")]).await?.json()?;
    Ok(account.shop_name)
}
