//! Deployment `<name>-deployment`: how many pods of an Integration there are, and how they change.

use k8s_openapi::Resource;
use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment,
};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value as Json;

use super::{Rendered, meta, pod, to_json};
use crate::resolve::{NamespaceBatch, Resolution};
use crate::settings::Part;

/// operator v2.0.3: constant.
const MAX_SURGE: i32 = 2;

pub(super) const KIND: &str = "Deployment";

/// There always is one.
pub(super) fn absent(_: &Resolution<'_>) -> Option<&'static str> {
    None
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in &batch.integrations {
        let mut json = to_json(&deployment(of));
        fragments(of, &mut json);
        rendered.push_json(of, Deployment::GROUP, Deployment::KIND, json);
    }
}

fn deployment(of: &Resolution<'_>) -> Deployment {
    let mut labels = meta::labels(of);
    labels.extend(meta::texts(of.settings.pod_labels.value.as_ref()));
    let mut annotations = meta::texts(of.settings.pod_annotations.value.as_ref());
    annotations.extend(of.checksum.clone().map(|sum| (CHECKSUM.to_owned(), sum)));
    Deployment {
        metadata: meta::metadata(of, "deployment"),
        spec: DeploymentSpec {
            replicas: replicas(of),
            selector: meta::selector(of),
            strategy: Some(strategy(of)),
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(labels),
                    annotations: (!annotations.is_empty()).then_some(annotations),
                    ..ObjectMeta::default()
                }),
                spec: Some(pod::pod(of)),
            },
            ..DeploymentSpec::default()
        },
        ..Deployment::default()
    }
}

/// Over what the pods use of the input's ConfigMaps and Secrets: another sum replaces the pods.
const CHECKSUM: &str = "expand-integration/config-checksum";

/// Beside an autoscaler a number would undo its work at each apply.
fn replicas(of: &Resolution<'_>) -> Option<i32> {
    let settings = &of.settings;
    if settings.suspend.value.0 {
        return Some(0);
    }
    let counted = !settings.auto_scale.value.0 || settings.keep_replicas.value.0;
    counted.then_some(settings.min_replicas.value.0)
}

/// The operator's, which a `strategy` replaces.
fn strategy(of: &Resolution<'_>) -> DeploymentStrategy {
    let replicas = of.settings.min_replicas.value.0;
    DeploymentStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(RollingUpdateDeployment {
            max_surge: Some(IntOrString::Int(MAX_SURGE)),
            // operator v2.0.3: one pod stays.
            max_unavailable: Some(IntOrString::Int((replicas - 1).max(0))),
        }),
    }
}

/// What the user wrote in Kubernetes' own types goes in as it is.
fn fragments(of: &Resolution<'_>, deployment: &mut Json) {
    for (part, key, value) in of.settings.grafts() {
        let at = match part {
            Part::Deployment => "/spec",
            Part::Pod => pod::AT,
            Part::Container => pod::CONTAINER,
            Part::Autoscaler => continue,
        };
        meta::graft(deployment, at, key, &value);
    }
    pod::extend(of, deployment);
}
