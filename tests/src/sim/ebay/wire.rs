//! The simulator's own typed model of eBay's request bodies. Unknown fields are refused: eBay would ignore them,
//! which is how a typo becomes an update that changes nothing.

use serde::Deserialize;

/// `bulk_update_price_quantity`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkPriceQuantity {
    pub requests: Vec<PriceQuantity>,
}

/// One row: an item, its offers, or both.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PriceQuantity {
    pub sku: Option<String>,
    pub ship_to_location_availability: Option<ShipToLocationAvailability>,
    #[serde(default)]
    pub offers: Vec<OfferPriceQuantity>,
}

/// The item's ship-to-home quantity. Without `quantity` eBay forgets the one it had.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ShipToLocationAvailability {
    pub quantity: Option<i32>,
    #[serde(default)]
    #[allow(dead_code, reason = "accepted; the simulator has no warehouses")]
    pub availability_distributions: Vec<AvailabilityDistribution>,
}

/// Quantity at one warehouse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[allow(dead_code, reason = "accepted; the simulator has no warehouses")]
pub struct AvailabilityDistribution {
    merchant_location_key: Option<String>,
    quantity: Option<i32>,
    fulfillment_time: Option<serde_json::Value>,
}

/// An offer's quantity or price.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OfferPriceQuantity {
    pub offer_id: Option<String>,
    pub available_quantity: Option<i32>,
    pub price: Option<Amount>,
}

/// An amount of money.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    pub currency: String,
    pub value: String,
}

/// `bulk_get_inventory_item`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkGetInventoryItem {
    pub requests: Vec<GetInventoryItem>,
}

/// One SKU to get.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetInventoryItem {
    pub sku: String,
}
