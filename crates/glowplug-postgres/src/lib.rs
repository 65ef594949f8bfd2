//! PostgreSQL for Glowplug: types, introspection, plans, connections
