//! Proving the credentials.

use super::call::Api;
use crate::channels::ChannelError;
use serde::Deserialize;

#[derive(Deserialize)]
struct Items {
    #[serde(default)]
    total: i64,
}

/// Reads one inventory item: the token, the scope and the account are good if that works.
pub(super) async fn account(api: &Api, marketplace: &str) -> Result<String, ChannelError> {
    let query = [("limit", "1"), ("offset", "0")];
    let reply = api.get("/sell/inventory/v1/inventory_item", &query).await?;
    let items: Items = reply.json()?;
    Ok(format!("{marketplace}, {} inventory items", items.total))
}
