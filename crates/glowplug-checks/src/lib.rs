//! Data-loss and lock findings: one file a check
