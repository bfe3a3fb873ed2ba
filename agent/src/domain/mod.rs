//! The words of the trade as types: identifiers, quantities, causes. Pure; no I/O of any kind.

mod ids;
mod listing;
mod quantity;
mod reconcile;

pub use ids::{ChannelId, ItemId, ListingId, PoolId};
pub use listing::{ExternalId, SlotState};
pub use quantity::{Quantity, whole_units};
pub use reconcile::ReconcileMode;
