//! The ConfigMaps that hold defaults.

/// One of the ConfigMaps that the operators read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConfigMapName {
    /// `integration-config` (operator v2.0.0 to v2.0.3).
    Integration,
    /// `integration-ingress-config` (operator v2.0.0 to v2.0.3).
    Ingress,
    /// `ei-operator-config` (k8s-ei-operator 1.1.0, for the old API).
    Legacy,
}

impl ConfigMapName {
    /// All of them.
    pub const ALL: [ConfigMapName; 3] = [
        ConfigMapName::Integration,
        ConfigMapName::Ingress,
        ConfigMapName::Legacy,
    ];

    /// The name in the cluster.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ConfigMapName::Integration => "integration-config",
            ConfigMapName::Ingress => "integration-ingress-config",
            ConfigMapName::Legacy => "ei-operator-config",
        }
    }

    /// The ConfigMap of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|n| n.as_str() == name)
    }
}

/// Where the operator kept its ConfigMaps (operator v2.0.3: `SYSTEM_NAMESPACE`, by default this).
pub const SYSTEM_NAMESPACE: &str = "wso2-system";
