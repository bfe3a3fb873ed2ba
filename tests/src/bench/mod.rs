//! Benchmarks: every figure is a ratio, or stands beside one, of things measured in the same run.

pub mod ingest;
pub mod memory;
pub mod report;
