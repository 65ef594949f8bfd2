//! A local PostgreSQL for development and tests, found and started for you
