//! Identities and shapes of what people write: groups, versions and names.

pub mod annotations;
pub mod config_map;
pub mod function_config;
pub mod integration;
