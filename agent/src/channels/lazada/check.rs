//! Proving the credentials.

use super::call::Api;
use super::wire::{Products, Seller};
use crate::channels::ChannelError;

/// Reads the seller's name and one of his items: the authorisation is good if that works.
pub(super) async fn seller(api: &Api) -> Result<String, ChannelError> {
    let _: Products = api.get("/products/get", &[("filter", "live"), ("limit", "1")]).await?;
    let seller: Seller = api.get("/seller/get", &[]).await?;
    Ok(seller.name)
}
