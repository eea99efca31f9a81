//! What an Integration says of Services, Ingresses, routes and policies: parts of Kubernetes' types, and a few of our own.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::SessionAffinityConfig;
use k8s_openapi::api::networking::v1::{NetworkPolicyEgressRule, NetworkPolicyIngressRule};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::{Deserialize, Serialize};

/// The part of Kubernetes' ServiceSpec that is not rendered from other settings, and annotations.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename = "ServiceSpec", rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "Kubernetes documents them")]
pub struct ServiceOptions {
    pub annotations: Option<BTreeMap<String, String>>,
    #[serde(rename = "type")]
    pub type_: Option<String>,
    pub session_affinity: Option<String>,
    pub session_affinity_config: Option<SessionAffinityConfig>,
    pub external_traffic_policy: Option<String>,
    pub internal_traffic_policy: Option<String>,
    pub traffic_distribution: Option<String>,
    pub load_balancer_class: Option<String>,
    pub load_balancer_source_ranges: Option<Vec<String>>,
    pub allocate_load_balancer_node_ports: Option<bool>,
    pub health_check_node_port: Option<i32>,
    #[serde(rename = "clusterIP")]
    pub cluster_ip: Option<String>,
    pub ip_families: Option<Vec<String>>,
    pub ip_family_policy: Option<String>,
    pub publish_not_ready_addresses: Option<bool>,
}

/// An Ingress of the Integration's own, beside the shared one or instead of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "expose.ingress", rename_all = "camelCase", default)]
pub struct OwnIngress {
    /// Whether there is one; `false` takes the Integration out of every Ingress and HTTPRoute.
    pub enabled: Option<bool>,
    /// Its name instead of `<integration>-ingress`.
    pub name: Option<String>,
    /// Its host.
    pub host: Option<String>,
    /// The one path that leads to the Integration, instead of the operator's.
    pub path: Option<String>,
    /// The port of the Service that the path leads to.
    pub port: Option<i32>,
    /// The Secret with the certificate of the host.
    pub tls_secret_name: Option<String>,
    /// The class.
    pub ingress_class_name: Option<String>,
    /// Its annotations, beside those of `ingress.properties`.
    pub annotations: Option<BTreeMap<String, String>>,
    /// Whether the Integration stays in the shared Ingress as well.
    pub shared: Option<bool>,
}

/// The HTTPRoute of an Integration (gateway.networking.k8s.io/v1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "expose.httpRoute", rename_all = "camelCase", default)]
pub struct HttpRoute {
    /// The Gateways that it attaches to.
    pub parent_refs: Option<Vec<ParentReference>>,
    /// Its hosts.
    pub hostnames: Option<Vec<String>>,
}

/// The Gateway API's ParentReference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "ParentReference", rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the Gateway API documents them")]
pub struct ParentReference {
    pub group: Option<String>,
    pub kind: Option<String>,
    pub namespace: Option<String>,
    pub name: String,
    pub section_name: Option<String>,
    pub port: Option<i32>,
}

/// Kubernetes' NetworkPolicySpec without the pods: they are the Integration's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename = "NetworkPolicySpec", rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "Kubernetes documents them")]
pub struct PodNetwork {
    pub ingress: Option<Vec<NetworkPolicyIngressRule>>,
    pub egress: Option<Vec<NetworkPolicyEgressRule>>,
    pub policy_types: Option<Vec<String>>,
}

/// Kubernetes' PodDisruptionBudgetSpec without the pods: they are the Integration's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename = "PodDisruptionBudgetSpec", rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "Kubernetes documents them")]
pub struct Disruption {
    pub min_available: Option<IntOrString>,
    pub max_unavailable: Option<IntOrString>,
    pub unhealthy_pod_eviction_policy: Option<String>,
}
