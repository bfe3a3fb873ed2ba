//! The words of the trade as types: identifiers, quantities, causes. Pure; no I/O of any kind.

mod ids;
mod lag;
mod listing;
mod order;
mod order_rules;
mod quantity;
mod reconcile;

pub use ids::{ChannelId, ItemId, ListingId, PoolId};
pub use lag::Lag;
pub use listing::{ExternalId, SlotState};
pub use order::{Address, Charge, Order, OrderLine, OrderStage, Restock, Return, Shipment};
pub use order_rules::{KnownBuyer, OrderMode, OrderRules};
pub use quantity::{Quantity, whole_units};
pub use reconcile::ReconcileMode;
