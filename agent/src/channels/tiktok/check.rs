//! Proving the credentials.

use super::call::Api;
use super::wire::{Products, Shops};
use crate::channels::ChannelError;
use serde_json::json;

/// Reads the seller's shops and one product of this one: the grant and the cipher are good if that works.
pub(super) async fn shop(api: &Api) -> Result<String, ChannelError> {
    let shops: Shops = api.seller("/authorization/202309/shops").await?;
    let _: Products = api.shop("/product/202309/products/search", &[("page_size", "1")], &json!({})).await?;
    let own = shops.shops.into_iter().find(|shop| shop.cipher == api.cipher());
    own.map(|shop| shop.name).ok_or_else(|| ChannelError::Refused {
        code: "shop_cipher".to_owned(),
        message: "the seller who authorised the app has no shop of this cipher".to_owned(),
    })
}
