//! Proving the credentials.

use super::call::Api;
use super::wire::{ItemList, Profile};
use crate::channels::ChannelError;

/// Reads the shop's name and one of its items: the authorisation is good if that works.
pub(super) async fn shop(api: &Api) -> Result<String, ChannelError> {
    let _: ItemList = api
        .get(
            "/api/v2/product/get_item_list",
            &[("offset", "0"), ("page_size", "1"), ("item_status", "NORMAL")],
        )
        .await?;
    let profile: Profile = api.get("/api/v2/shop/get_profile", &[]).await?;
    Ok(profile.shop_name)
}
