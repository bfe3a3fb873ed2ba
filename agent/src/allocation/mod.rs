//! From a stock count to what each listing should show. Pure: state and rules in, quantity and reason out.

mod allocate;
mod layers;
mod places;
mod prices;
mod rules;
mod strict;
mod trace;
mod velocity;

pub use allocate::{Allocation, Reason, StockView, allocate};
pub use layers::{Filed, Layers, RuleSet, Scope};
pub use places::{Names, Places};
pub use prices::PriceRule;
pub use rules::{Rules, RulesError};
pub use strict::{Holding, Phase, Step, StrictSettings, steps};
pub use trace::trace;
pub use velocity::{Pace, Reach, Sales, VelocitySettings, velocity_buffer};
