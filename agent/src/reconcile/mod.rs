//! Reconciliation: what the channels show against what they should show, page by page.
//!
//! A difference is recorded with its likely cause. By default it is repaired: the channel's own word takes the place
//! of what it confirmed, and the listing is behind again. Reading the channel is the assembly's business.

mod cause;
pub mod compare;
mod settings;
mod view;

pub use crate::domain::ReconcileMode as Mode;
pub use settings::ReconcileSettings;
pub use view::{Drift, drifts};
