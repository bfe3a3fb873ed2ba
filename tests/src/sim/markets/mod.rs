//! The simulated marketplaces with a REST API: one file each, on what `rest` has in common.

mod allegro;
mod amazon;
mod amazon_feeds;
mod bigcommerce;
mod bol;
mod etsy;
mod kaufland;
mod lazada;
mod magento;
mod mirakl;
mod otto;
mod shopee;
mod shopware;
mod square;
mod squarespace;
mod tiktok;
mod walmart;
mod woocommerce;

pub use allegro::Allegro;
pub use amazon::Amazon;
pub use bigcommerce::BigCommerce;
pub use bol::Bol;
pub use etsy::Etsy;
pub use kaufland::Kaufland;
pub use lazada::Lazada;
pub use magento::Magento;
pub use mirakl::Mirakl;
pub use otto::Otto;
pub use shopee::Shopee;
pub use shopware::Shopware;
pub use square::Square;
pub use squarespace::Squarespace;
pub use tiktok::TikTok;
pub use walmart::Walmart;
pub use woocommerce::WooCommerce;
