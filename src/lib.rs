//! Expands WSO2 `Integration` custom resources into Kubernetes objects.
pub mod stream;
pub mod yaml;
