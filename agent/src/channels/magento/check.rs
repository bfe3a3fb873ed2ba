//! Proving the credentials.

use super::call::Api;
use super::wire::Source;
use crate::channels::ChannelError;
use crate::channels::http::segment;
use crate::channels::rest::Call;

/// Reads the source: token, permission and source are good if that works.
pub(super) async fn source(api: &Api, source: &str) -> Result<String, ChannelError> {
    let path = format!("/V1/inventory/sources/{}", segment(source));
    Ok(api.send(Call::get(&path, &[])).await?.json::<Source>()?.name)
}
