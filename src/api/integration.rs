//! Which objects are Integrations of ours, and in which of the two shapes they are written.

use crate::yaml::Node;

/// The kind.
pub const KIND: &str = "Integration";
/// The group of the operator (k8s-api-operator).
pub const GROUP: &str = "wso2.com";
/// The group of its ancestor (k8s-ei-operator).
pub const OLD_GROUP: &str = "integration.wso2.com";

/// How an Integration is written, and so which operator's objects it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// `deploySpec`, `autoScale`, `expose`: operator v2.0.3.
    Current,
    /// `replicas`, `inboundPorts`: k8s-ei-operator 1.1.0.
    Legacy,
}

/// What an apiVersion says about an object of kind `Integration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Always this shape.
    Always(Shape),
    /// Documentation and unreleased operators used it for both: the fields tell.
    ByFields,
    /// One of our groups, but no version that ever was.
    Unknown,
    /// Another project's kind of the same name (Apache Camel K has one).
    Other,
}

/// The versions that exist, for messages.
pub const VERSIONS: &str = "wso2.com/v1alpha2, wso2.com/v1alpha1, integration.wso2.com/v1alpha1 or integration.wso2.com/v1alpha2";

/// Reads an `apiVersion`.
#[must_use]
pub fn version(api_version: &str) -> Version {
    match api_version {
        "wso2.com/v1alpha2" => Version::Always(Shape::Current),
        "integration.wso2.com/v1alpha1" => Version::Always(Shape::Legacy),
        "wso2.com/v1alpha1" | "integration.wso2.com/v1alpha2" => Version::ByFields,
        other => match other.split_once('/').map_or(other, |(group, _)| group) {
            GROUP | OLD_GROUP => Version::Unknown,
            _ => Version::Other,
        },
    }
}

/// Fields of `spec` that only the old shape has.
pub const OLD_FIELDS: [&str; 3] = ["replicas", "port", "inboundPorts"];
/// Fields of `spec` that only the new shape has.
pub const NEW_FIELDS: [&str; 5] = ["deploySpec", "autoScale", "expose", "envFrom", "profile"];

/// The shape that the fields of a `spec` show: new where nothing decides.
///
/// The error holds one field of each shape.
pub fn shape_by_fields(spec: Option<&Node>) -> Result<Shape, (&'static str, &'static str)> {
    let has = |fields: &[&'static str]| {
        fields
            .iter()
            .copied()
            .find(|f| spec.is_some_and(|s| s.get(f).is_some()))
    };
    match (has(&OLD_FIELDS), has(&NEW_FIELDS)) {
        (Some(old), Some(new)) => Err((old, new)),
        (Some(_), None) => Ok(Shape::Legacy),
        (None, _) => Ok(Shape::Current),
    }
}

/// The group of an `apiVersion`; the core group is empty.
#[must_use]
pub fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
