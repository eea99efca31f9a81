//! HorizontalPodAutoscaler `<name>-hpa`: emitted where autoscaling is on.
//!
//! operator v2.0.3 sent autoscaling/v2beta2, which Kubernetes 1.26 dropped; v2 has the same shape.

use k8s_openapi::Resource;
use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec,
};

use super::{Rendered, meta, to_json};
use crate::resolve::{NamespaceBatch, Resolution};

pub(super) const KIND: &str = "HorizontalPodAutoscaler";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    (!of.settings.auto_scale.value.0).then_some("auto_scale")
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in &batch.integrations {
        let settings = &of.settings;
        if !settings.auto_scale.value.0 {
            continue;
        }
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
        if let Some(metrics) = &settings.hpa_metrics.value {
            meta::graft(&mut json, "/spec", "metrics", &metrics.json);
        }
        let (group, kind) = (
            HorizontalPodAutoscaler::GROUP,
            HorizontalPodAutoscaler::KIND,
        );
        rendered.push_json(of, group, kind, json);
    }
}
