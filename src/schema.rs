//! The schemas of what people write, for editors and validators. They are generated from the table of settings
//! (`tests/schemas`), and are here as they were checked in.

/// One of the schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// An Integration of any version: JSON Schema.
    Integration,
    /// The ConfigMaps with defaults: JSON Schema.
    Config,
    /// The functionConfig: a `KRMFunctionDefinition`.
    Function,
    /// `wso2.com/v1alpha2` for an API server: a `CustomResourceDefinition`.
    Crd,
}

impl Schema {
    /// All of them.
    pub const ALL: [Schema; 4] = [
        Schema::Integration,
        Schema::Config,
        Schema::Function,
        Schema::Crd,
    ];

    /// The word for it on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Schema::Integration => "integration",
            Schema::Config => "config",
            Schema::Function => "function",
            Schema::Crd => "crd",
        }
    }

    /// Its text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Schema::Integration => include_str!("../functions/schemas/integration.json"),
            Schema::Config => include_str!("../functions/schemas/config.json"),
            Schema::Function => include_str!("../functions/krm-function-definition.yaml"),
            Schema::Crd => include_str!("../functions/crd/integrations.wso2.com.yaml"),
        }
    }

    /// The schema of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}
