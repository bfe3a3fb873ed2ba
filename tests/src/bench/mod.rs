//! Benchmarks: every figure is a ratio, or stands beside one, of things measured in the same run.

pub mod convergence;
mod desk;
pub mod ingest;
pub mod isolation;
pub mod memory;
pub mod orders;
pub mod races;
mod races_strict;
pub mod report;
mod screens;
pub mod urgency;
