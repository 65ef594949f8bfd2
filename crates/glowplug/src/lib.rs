//! The runtime library that an application links
