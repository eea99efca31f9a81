//! HorizontalPodAutoscaler `<name>-hpa`: emitted where autoscaling is on.
//!
//! operator v2.0.3 sent autoscaling/v2beta2, which Kubernetes 1.26 dropped; v2 has the same shape.

use k8s_openapi::Resource as _;
use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec,
};

use super::{Rendered, meta, to_json};
use crate::resolve::{NamespaceBatch, Resolution};
use crate::settings::Part;

pub(super) const KIND: &str = "HorizontalPodAutoscaler";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    if of.settings.auto_scale.value.0 {
        of.settings.suspend.value.0.then_some("suspend")
    } else {
        Some("auto_scale")
    }
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in batch.integrations.iter().filter(|of| absent(of).is_none()) {
        let settings = &of.settings;
        let autoscaler = HorizontalPodAutoscaler {
            metadata: meta::metadata(of, "hpa"),
            spec: HorizontalPodAutoscalerSpec {
                min_replicas: Some(settings.min_replicas.value.0),
                max_replicas: settings.max_replicas.value.0,
                scale_target_ref: CrossVersionObjectReference {
                    api_version: Some("apps/v1".to_owned()),
                    kind: "Deployment".to_owned(),
                    name: meta::name(of, "deployment"),
                },
                ..HorizontalPodAutoscalerSpec::default()
            },
            ..HorizontalPodAutoscaler::default()
        };
        let mut json = to_json(&autoscaler);
        for (part, key, value) in settings.grafts() {
            if part == Part::Autoscaler {
                meta::graft(&mut json, "/spec", key, &value);
            }
        }
        rendered.push_json(of, HorizontalPodAutoscaler::GROUP, KIND, json);
    }
}
