//! The simulated marketplaces with a REST API: one file each, on what `rest` has in common.

mod amazon;
mod amazon_feeds;
mod bigcommerce;
mod bol;
mod etsy;
mod magento;
mod mirakl;
mod square;
mod tiktok;
mod walmart;
mod woocommerce;

pub use amazon::Amazon;
pub use bigcommerce::BigCommerce;
pub use bol::Bol;
pub use etsy::Etsy;
pub use magento::Magento;
pub use mirakl::Mirakl;
pub use square::Square;
pub use tiktok::TikTok;
pub use walmart::Walmart;
pub use woocommerce::WooCommerce;
