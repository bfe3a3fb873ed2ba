//! Orders come home: marketplaces that sell, an agent, and a shop that is told.

mod autopsy;
mod came_back;
mod flight;
mod homecoming;
mod hooks;
mod kits;
mod removal;
mod returns;
mod simulate;
mod strict;
mod support;
mod webhooks;
