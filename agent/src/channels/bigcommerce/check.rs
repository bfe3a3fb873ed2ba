//! Proving the credentials.

use super::call::Api;
use super::wire::{Item, List};
use crate::channels::ChannelError;
use crate::channels::rest::Call;

/// Reads the location's stock: token, scope and location are good if that works.
pub(super) async fn store(api: &Api, location: i64) -> Result<String, ChannelError> {
    let path = format!("/inventory/locations/{location}/items");
    let _: List<Item> = api.send(Call::get(&path, &[("limit", "1")])).await?.json()?;
    let variants: List<super::wire::Variant> =
        api.send(Call::get("/catalog/variants", &[("limit", "1")])).await?.json()?;
    Ok(format!("location {location}, {} variants", variants.meta.pagination.total_pages))
}
