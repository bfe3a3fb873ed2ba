//! Simulated marketplaces, the test harness, end-to-end scenarios.
