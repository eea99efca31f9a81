//! Storage that an Integration asks for.

use k8s_openapi::api::core::v1::{
    TypedLocalObjectReference, TypedObjectReference, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::{Deserialize, Serialize};

/// Kubernetes' PersistentVolumeClaimSpec with a name and the place where it is mounted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    rename = "PersistentVolumeClaimSpec",
    rename_all = "camelCase",
    default
)]
#[allow(missing_docs, reason = "Kubernetes documents them")]
pub struct VolumeClaim {
    /// The claim is named `<integration>-<name>`, its volume in the pod `<name>`.
    pub name: String,
    /// Where it is mounted in the container.
    pub mount_path: String,
    pub access_modes: Option<Vec<String>>,
    pub data_source: Option<TypedLocalObjectReference>,
    pub data_source_ref: Option<TypedObjectReference>,
    pub resources: Option<VolumeResourceRequirements>,
    pub selector: Option<LabelSelector>,
    pub storage_class_name: Option<String>,
    pub volume_attributes_class_name: Option<String>,
    pub volume_mode: Option<String>,
    pub volume_name: Option<String>,
}
