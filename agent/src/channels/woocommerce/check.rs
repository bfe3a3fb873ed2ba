//! Proving the credentials.

use super::call::Api;
use super::wire::Product;
use crate::channels::ChannelError;
use crate::channels::rest::Call;
use serde_json::json;

/// Reads a product, and asks for an empty batch: the key may write if that works.
pub(super) async fn store(api: &Api) -> Result<String, ChannelError> {
    let products: Vec<Product> = api.send(Call::get("/products", &[("per_page", "1")])).await?.json()?;
    api.send(Call::post("/products/batch", &json!({ "update": [] }))).await?;
    Ok(products
        .first()
        .map_or_else(|| "a store without products".to_owned(), |one| format!("the store of {}", one.name)))
}
