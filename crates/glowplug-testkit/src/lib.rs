//! Case files, throw-away databases and the conformance runner

pub mod postgres;
