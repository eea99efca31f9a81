//! NetworkPolicy `<name>-network-policy`: who may talk to the pods, and to whom they may.

use k8s_openapi::Resource as _;
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicySpec};
use serde_json::{Value as Json, json};

use super::{Rendered, meta, to_json};
use crate::resolve::{NamespaceBatch, Resolution};
use crate::settings::PodNetwork;

pub(super) const KIND: &str = "NetworkPolicy";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    let policy = &of.settings.network_policy.value;
    policy.is_none().then_some("network_policy")
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in &batch.integrations {
        let Some(policy) = &of.settings.network_policy.value else {
            continue;
        };
        let mut json = to_json(&NetworkPolicy {
            metadata: meta::metadata(of, "network-policy"),
            spec: Some(NetworkPolicySpec {
                pod_selector: Some(meta::selector(of)),
                ..NetworkPolicySpec::default()
            }),
        });
        if opens_ports(&policy.typed) {
            let ports = meta::container_ports(of).into_iter();
            let ports = ports.map(|port| {
                let protocol = port.protocol.unwrap_or_else(|| "TCP".to_owned());
                json!({ "port": port.number, "protocol": protocol })
            });
            let rule = json!([{ "ports": ports.collect::<Vec<_>>() }]);
            meta::graft(&mut json, "/spec", "ingress", &rule);
        }
        for (key, value) in policy.json.as_object().into_iter().flatten() {
            if *value != Json::Null {
                meta::graft(&mut json, "/spec", key, value);
            }
        }
        rendered.push_json(of, NetworkPolicy::GROUP, KIND, json);
    }
}

/// A policy on ingress without rules for it: what is not listed is closed.
fn opens_ports(policy: &PodNetwork) -> bool {
    let types = policy.policy_types.as_ref();
    let on_ingress = types.is_none_or(|types| types.iter().any(|of| of == "Ingress"));
    policy.ingress.is_none() && on_ingress
}
