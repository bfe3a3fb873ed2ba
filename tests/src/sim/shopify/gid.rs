//! Shopify's global ids: `gid://shopify/InventoryItem/123`.

/// Writes a global id.
#[must_use]
pub fn gid(kind: &str, id: u64) -> String {
    format!("gid://shopify/{kind}/{id}")
}

/// Reads a global id of a kind; `None` if it is of another kind or no global id.
#[must_use]
pub fn parse(kind: &str, gid: &str) -> Option<u64> {
    let (found, id) = split(gid)?;
    (found == kind).then_some(id)
}

/// The kind and number of a global id.
#[must_use]
pub fn split(gid: &str) -> Option<(&str, u64)> {
    let (kind, id) = gid.strip_prefix("gid://shopify/")?.split_once('/')?;
    let digits = id.split('?').next().unwrap_or_default();
    digits.parse().ok().map(|id| (kind, id))
}

/// The global id of a stock level, which names both its location and its item.
#[must_use]
pub fn level_gid(item: u64, location: u64) -> String {
    format!("gid://shopify/InventoryLevel/{location}?inventory_item_id={item}")
}

/// Item and location of a stock level's global id.
#[must_use]
pub fn parse_level(gid: &str) -> Option<(u64, u64)> {
    let location = parse("InventoryLevel", gid)?;
    let item = gid.split_once("?inventory_item_id=")?.1.parse().ok()?;
    Some((item, location))
}
