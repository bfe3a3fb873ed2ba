//! Where the marketplaces' official specifications are. They may not be shipped, so they may not be there.

use std::path::{Path, PathBuf};

/// Environment variable that names the folder.
pub const SPEC_DIR_VAR: &str = "ONHAND_SPEC_DIR";

/// Beside the repository, when nobody says otherwise.
const BESIDE_REPOSITORY: &str = "../shared/specs";

/// The folder of official specifications: the environment's, else the one beside the repository, else none.
#[must_use]
pub fn find() -> Option<PathBuf> {
    let named = std::env::var_os(SPEC_DIR_VAR).filter(|v| !v.is_empty()).map(PathBuf::from);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(|root| root.join(BESIDE_REPOSITORY));
    named.or(repository).filter(|dir| dir.is_dir())
}

/// The official schema of Shopify's Admin API inside `dir`, if it is there.
#[must_use]
pub fn shopify_schema(dir: &Path) -> Option<PathBuf> {
    Some(dir.join("shopify-admin-graphql/schema-2026-07.graphql")).filter(|p| p.is_file())
}

/// Folder of requests and replies recorded from a real Shopify store, if it is there.
#[must_use]
pub fn shopify_recordings(dir: &Path) -> Option<PathBuf> {
    Some(dir.join("shopify-admin-graphql/recorded-2026-04")).filter(|p| p.is_dir())
}

/// The official OpenAPI document of eBay's Inventory API inside `dir`, if it is there.
#[must_use]
pub fn ebay_inventory(dir: &Path) -> Option<PathBuf> {
    Some(dir.join("ebay/sell_inventory_v1_oas3.json")).filter(|p| p.is_file())
}

/// The official OpenAPI document of eBay's Analytics API inside `dir`, if it is there.
#[must_use]
pub fn ebay_analytics(dir: &Path) -> Option<PathBuf> {
    Some(dir.join("ebay/developer_analytics_v1_beta_oas3.json")).filter(|p| p.is_file())
}
