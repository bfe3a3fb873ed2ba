//! Proving the credentials.

use super::call::Api;
use super::listings::counts;
use super::wire::LocationBody;
use crate::channels::ChannelError;
use crate::channels::http::segment;
use crate::channels::rest::Call;

/// Reads the location, and its counts: token and location are good if that works.
pub(super) async fn location(api: &Api, location: &str) -> Result<String, ChannelError> {
    let path = format!("/v2/locations/{}", segment(location));
    let body: LocationBody = api.send(Call::get(&path, &[])).await?.json()?;
    counts(api, location, &["none"]).await?;
    Ok(body.location.name)
}
