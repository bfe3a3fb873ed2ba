//! Proving the credentials.

use super::call::Api;
use super::listings::search;
use crate::channels::ChannelError;

/// Reads the seller's name and items: the consent is good if that works.
pub(super) async fn seller(api: &Api) -> Result<String, ChannelError> {
    search(api, None).await?;
    Ok(api.user().await?.nickname.clone())
}
