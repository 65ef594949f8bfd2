//! Case files, throw-away databases and the conformance runner

pub mod case;
pub mod conformance;
pub mod describe;
pub mod faults;
pub mod generated;
pub mod postgres;
pub mod random;
pub mod schema_code;
