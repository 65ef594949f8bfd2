//! The physical model of a SQL database, and the typed difference of two
