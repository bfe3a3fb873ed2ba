//! Proving the credentials.

use super::call::Api;
use super::search::Search;
use super::wire::{Orders, Source};
use crate::channels::ChannelError;
use crate::channels::http::segment;
use crate::channels::rest::Call;

/// Reads the source, and an order, since each push asks what open orders have reserved: token, permissions and source
/// are good if that works.
pub(super) async fn source(api: &Api, source: &str) -> Result<String, ChannelError> {
    Search::default().page(1, 1).run::<Orders>(api, "/V1/orders").await?;
    let path = format!("/V1/inventory/sources/{}", segment(source));
    Ok(api.send(Call::get(&path, &[])).await?.json::<Source>()?.name)
}
