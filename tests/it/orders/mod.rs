//! Orders come home: marketplaces that sell, an agent, and a shop that is told.

mod flight;
mod homecoming;
mod support;
