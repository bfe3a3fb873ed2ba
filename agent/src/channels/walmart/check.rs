//! Proving the credentials.

use super::call::Api;
use super::wire::Inventories;
use crate::channels::ChannelError;
use crate::channels::rest::Call;

/// Reads one inventory: key and permission are good if that works.
pub(super) async fn account(api: &Api) -> Result<String, ChannelError> {
    let page: Inventories = api.send(Call::get("/v3/inventories", &[("limit", "1")])).await?.json()?;
    let first = page.elements.inventories.first().map(|item| item.sku.as_str());
    Ok(first.map_or_else(|| "an account without items".to_owned(), |sku| format!("the account of {sku}")))
}
