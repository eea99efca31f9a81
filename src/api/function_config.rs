//! The functionConfig of our own kind.

/// `apiVersion` of [`KIND`].
pub const API_VERSION: &str = "expand-integration/v1";
/// `kind` of a functionConfig that holds settings and, as a generator, whole Integrations.
pub const KIND: &str = "ExpandIntegration";
/// The fields of its `spec`.
pub const SPEC_FIELDS: [&str; 4] = ["config", "integrations", "prune", "integrationsPolicy"];
