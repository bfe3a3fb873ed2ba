//! Stock quantities: exact decimals with six places, the precision WooCommerce itself writes.

use onhand_journal::Decimal6;

/// A stock quantity in millionths of a unit. WooCommerce rounds stock to six decimals, so this is exact.
pub type Quantity = Decimal6;

/// Whole units that may be listed: marketplaces sell no fractions, and none below zero.
#[must_use]
pub fn whole_units(quantity: Quantity) -> i64 {
    quantity.micros().div_euclid(1_000_000).max(0)
}
