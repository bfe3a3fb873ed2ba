//! The simulated marketplaces with a REST API: one file each, on what `rest` has in common.

mod amazon;
mod bigcommerce;
mod square;
mod walmart;
mod woocommerce;

pub use amazon::Amazon;
pub use bigcommerce::BigCommerce;
pub use square::Square;
pub use walmart::Walmart;
pub use woocommerce::WooCommerce;
