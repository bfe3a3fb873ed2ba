//! Proving the credentials.

use super::call::Api;
use super::wire::{Listings, Shop};
use crate::channels::ChannelError;
use crate::channels::http::segment;
use crate::channels::rest::Call;

/// Reads the shop, and a listing of every state, which takes the scope `listings_r`.
pub(super) async fn shop(api: &Api, shop: &str) -> Result<String, ChannelError> {
    let path = format!("/v3/application/shops/{}", segment(shop));
    let body: Shop = api.send(Call::get(&path, &[])).await?.json()?;
    let query = [("state", "inactive"), ("limit", "1")];
    let _: Listings = api.send(Call::get(&format!("{path}/listings"), &query)).await?.json()?;
    Ok(body.shop_name)
}
