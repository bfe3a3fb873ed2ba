//! Which variation is meant.

use clap::Args;

/// Which variation.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Of {
    /// The variation's SKU.
    #[arg(long)]
    pub sku: Option<String>,
    /// WooCommerce's id of it, where it has no SKU or shares one.
    #[arg(long)]
    pub item: Option<i64>,
}

impl Of {
    /// As the agent is asked for it.
    pub(super) fn query(self) -> [(&'static str, Option<String>); 2] {
        [("sku", self.sku), ("item", self.item.map(|item| item.to_string()))]
    }
}
