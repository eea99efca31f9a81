//! PodDisruptionBudget `<name>-pdb`: how many pods a drain of nodes leaves.

use k8s_openapi::Resource as _;
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use serde_json::Value as Json;

use super::{Rendered, meta, to_json};
use crate::resolve::{NamespaceBatch, Resolution};
use crate::settings::LayerKind;

pub(super) const KIND: &str = "PodDisruptionBudget";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    let settings = &of.settings;
    let budget = &settings.pod_disruption_budget;
    // The profile's would block every drain of a node that runs the only pod.
    let only_pod = settings.min_replicas.value.0 < 2;
    if budget.value.is_none() {
        Some("pod_disruption_budget")
    } else if settings.suspend.value.0 {
        Some("suspend")
    } else {
        (budget.from.layer == LayerKind::Profile && only_pod).then_some("min_replicas")
    }
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in batch.integrations.iter().filter(|of| absent(of).is_none()) {
        let Some(budget) = &of.settings.pod_disruption_budget.value else {
            continue;
        };
        let mut json = to_json(&PodDisruptionBudget {
            metadata: meta::metadata(of, "pdb"),
            spec: Some(PodDisruptionBudgetSpec {
                selector: Some(meta::selector(of)),
                ..PodDisruptionBudgetSpec::default()
            }),
            ..PodDisruptionBudget::default()
        });
        for (key, value) in budget.json.as_object().into_iter().flatten() {
            if *value != Json::Null {
                meta::graft(&mut json, "/spec", key, value);
            }
        }
        rendered.push_json(of, PodDisruptionBudget::GROUP, KIND, json);
    }
}
