//! Shopify's JSON of everything that is read: documents and their answers.
//!
//! Names and types are those of the Admin API 2026-07 (<https://shopify.dev/docs/api/admin-graphql/2026-07>).

use serde::Deserialize;

/// Variants with their stock at one location, by pages.
pub const LISTINGS: &str = "query OnhandListings($first: Int!, $after: String, $location: ID!) {
  productVariants(first: $first, after: $after) {
    nodes {
      sku
      barcode
      displayName
      inventoryItem {
        id
        inventoryLevel(locationId: $location) { quantities(names: [\"available\"]) { quantity } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}";

/// Stock of known inventory items at one location.
pub const QUANTITIES: &str = "query OnhandQuantities($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      inventoryLevel(locationId: $location) { quantities(names: [\"available\"]) { quantity } }
    }
  }
}";

/// Whose token it is and what it may do. Needs no permission itself.
pub const INSTALLATION: &str = "query OnhandInstallation {
  shop { name }
  currentAppInstallation { accessScopes { handle } }
}";

/// One location.
pub const LOCATION: &str = "query OnhandLocation($id: ID!) { location(id: $id) { id name isActive } }";

/// The active locations (inactive ones are left out unless asked for) and, without an id, the primary one.
pub const LOCATIONS: &str = "query OnhandLocations {
  locations(first: 2) { nodes { id name isActive } }
  location { id name isActive }
}";

/// Answer to [`LISTINGS`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListingsData {
    /// One page.
    pub product_variants: VariantPage,
}

/// A page of variants.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VariantPage {
    /// In the order of their ids.
    pub nodes: Vec<Variant>,
    /// Where to go on.
    pub page_info: PageInfo,
}

/// A connection's end.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// There is more.
    pub has_next_page: bool,
    /// Opaque.
    pub end_cursor: Option<String>,
}

/// What can be bought.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Variant {
    /// Not unique in a shop.
    pub sku: Option<String>,
    /// EAN, UPC, ISBN.
    pub barcode: Option<String>,
    /// Product and variant: "Shirt - Red".
    pub display_name: String,
    /// What is stocked.
    pub inventory_item: Item,
}

/// What is stocked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// gid; unrelated to the variant's.
    pub id: String,
    /// `null`: not stocked at the location.
    pub inventory_level: Option<Level>,
}

/// Stock of an item at a location.
#[derive(Debug, Deserialize)]
pub struct Level {
    /// One, since one name is asked for.
    pub quantities: Vec<Quantity>,
}

impl Level {
    /// Units available.
    pub fn available(&self) -> Option<i64> {
        self.quantities.first().map(|named| named.quantity)
    }
}

/// Units in one state.
#[derive(Debug, Deserialize)]
pub struct Quantity {
    /// Units; below zero if oversold.
    pub quantity: i64,
}

/// Answer to [`QUANTITIES`].
#[derive(Debug, Deserialize)]
pub struct QuantitiesData {
    /// In the order asked; `null` where there is no such item (any more).
    pub nodes: Vec<Option<Stock>>,
}

/// A node of [`QUANTITIES`]; empty if the id was of another kind of thing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stock {
    /// `null`: not stocked at the location.
    #[serde(default)]
    pub inventory_level: Option<Level>,
}

/// Answer to [`INSTALLATION`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstallationData {
    /// The shop.
    pub shop: Named,
    /// The app as installed there.
    pub current_app_installation: Installation,
}

/// Something with a name.
#[derive(Debug, Deserialize)]
pub struct Named {
    /// For people.
    pub name: String,
}

/// What the token may do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Installation {
    /// Permissions.
    pub access_scopes: Vec<Scope>,
}

/// A permission.
#[derive(Debug, Deserialize)]
pub struct Scope {
    /// `write_inventory` and the like.
    pub handle: String,
}

/// Answer to [`LOCATION`].
#[derive(Debug, Deserialize)]
pub struct LocationData {
    /// `null`: there is none with this id.
    pub location: Option<Location>,
}

/// Answer to [`LOCATIONS`].
#[derive(Debug, Deserialize)]
pub struct LocationsData {
    /// At most two: enough to know whether there is just one.
    pub locations: Nodes,
    /// The primary one.
    pub location: Option<Location>,
}

/// A connection of which only the nodes matter.
#[derive(Debug, Deserialize)]
pub struct Nodes {
    /// The locations.
    pub nodes: Vec<Location>,
}

/// A place where stock is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// gid.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether it may hold stock.
    pub is_active: bool,
}
