//! Deployment `<name>-deployment`: the pods of an Integration.

use std::collections::BTreeMap;

use k8s_openapi::Resource;
use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment,
};
use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, Container, ContainerPort, ExecAction, Lifecycle, LifecycleHandler,
    LocalObjectReference, PodSpec, PodTemplateSpec, ResourceRequirements, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value as Json;

use super::{Rendered, meta, to_json};
use crate::api::integration::Shape;
use crate::resolve::{NamespaceBatch, Resolution};
use crate::settings::{Amount, ConfigMapFile};

/// operator v2.0.3: constant, since v2.0.0-beta; the image defines the variable.
const PRE_STOP: &str = "${WSO2_SERVER_HOME}/bin/micro-integrator.sh stop";
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
    let settings = &of.settings;
    let replicas = settings.min_replicas.value.0;
    Deployment {
        metadata: meta::metadata(of, "deployment"),
        spec: DeploymentSpec {
            // Beside an autoscaler a number here would undo its work at each apply.
            replicas: (!settings.auto_scale.value.0).then_some(replicas),
            selector: meta::selector(of),
            strategy: Some(DeploymentStrategy {
                type_: Some("RollingUpdate".to_owned()),
                rolling_update: Some(RollingUpdateDeployment {
                    max_surge: Some(IntOrString::Int(MAX_SURGE)),
                    // operator v2.0.3: one pod stays.
                    max_unavailable: Some(IntOrString::Int((replicas - 1).max(0))),
                }),
            }),
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(meta::labels(of)),
                    ..ObjectMeta::default()
                }),
                spec: Some(pod(of)),
            },
            ..DeploymentSpec::default()
        },
        ..Deployment::default()
    }
}

fn pod(of: &Resolution<'_>) -> PodSpec {
    let settings = &of.settings;
    let files = &settings.configmap_details.value;
    PodSpec {
        containers: vec![container(of)],
        image_pull_secrets: settings
            .image_pull_secret
            .value
            .as_ref()
            .map(|name| vec![LocalObjectReference { name: name.clone() }]),
        volumes: (!files.is_empty()).then(|| volumes(files)),
        ..PodSpec::default()
    }
}

fn container(of: &Resolution<'_>) -> Container {
    let settings = &of.settings;
    let files = &settings.configmap_details.value;
    let ports = meta::ports(of).map(|port| ContainerPort {
        container_port: port,
        ..ContainerPort::default()
    });
    Container {
        name: "micro-integrator".to_owned(),
        image: Some(settings.image.value.clone()),
        image_pull_policy: Some(settings.pull_policy.value.as_str().to_owned()),
        ports: Some(ports.collect()),
        resources: resources(of),
        // k8s-ei-operator 1.1.0 had none.
        lifecycle: (of.integration.shape == Shape::Current).then(pre_stop),
        volume_mounts: (!files.is_empty()).then(|| files.iter().map(mount).collect()),
        ..Container::default()
    }
}

fn resources(of: &Resolution<'_>) -> Option<ResourceRequirements> {
    let settings = &of.settings;
    let amounts = |cpu: &Option<Amount>, memory: &Option<Amount>| {
        let amounts: BTreeMap<String, Quantity> = [("cpu", cpu), ("memory", memory)]
            .into_iter()
            .filter_map(|(what, a)| Some((what.to_owned(), Quantity(a.as_ref()?.0.clone()))))
            .collect();
        (!amounts.is_empty()).then_some(amounts)
    };
    let requests = amounts(&settings.request_cpu.value, &settings.req_memory.value);
    let limits = amounts(&settings.cpu_limit.value, &settings.memory_limit.value);
    (requests.is_some() || limits.is_some()).then(|| ResourceRequirements {
        requests,
        limits,
        ..ResourceRequirements::default()
    })
}

fn pre_stop() -> Lifecycle {
    let command = ["sh", "-c", PRE_STOP].map(str::to_owned).to_vec();
    Lifecycle {
        pre_stop: Some(LifecycleHandler {
            exec: Some(ExecAction {
                command: Some(command),
            }),
            ..LifecycleHandler::default()
        }),
        ..Lifecycle::default()
    }
}

fn volume_name(file: &ConfigMapFile) -> String {
    format!("volume-{}", file.name)
}

/// One volume for each ConfigMap: the operator made one for each file, and an API server refuses
/// two volumes of one name.
fn volumes(files: &[ConfigMapFile]) -> Vec<Volume> {
    let mut volumes: Vec<Volume> = Vec::new();
    for file in files {
        let name = volume_name(file);
        if volumes.iter().any(|v| v.name == name) {
            continue;
        }
        volumes.push(Volume {
            name,
            config_map: Some(ConfigMapVolumeSource {
                name: file.name.clone(),
                ..ConfigMapVolumeSource::default()
            }),
            ..Volume::default()
        });
    }
    volumes
}

fn mount(file: &ConfigMapFile) -> VolumeMount {
    VolumeMount {
        name: volume_name(file),
        mount_path: file.path(),
        // Without it the whole ConfigMap is mounted.
        sub_path: (!file.file_name.is_empty()).then(|| file.file_name.clone()),
        ..VolumeMount::default()
    }
}

/// What the user wrote in Kubernetes' own types goes in as it is.
fn fragments(of: &Resolution<'_>, deployment: &mut Json) {
    const POD: &str = "/spec/template/spec";
    const CONTAINER: &str = "/spec/template/spec/containers/0";
    let settings = &of.settings;
    let parts = [
        (
            CONTAINER,
            "env",
            settings.env.value.as_ref().map(|e| &e.0.json),
        ),
        (
            CONTAINER,
            "envFrom",
            settings.env_from.value.as_ref().map(|e| &e.0.json),
        ),
        (
            CONTAINER,
            "livenessProbe",
            settings.liveness_probe.value.as_ref().map(|p| &p.json),
        ),
        (
            CONTAINER,
            "readinessProbe",
            settings.readiness_probe.value.as_ref().map(|p| &p.json),
        ),
        (
            POD,
            "affinity",
            settings.affinity.value.as_ref().map(|a| &a.json),
        ),
    ];
    for (at, key, part) in parts {
        if let Some(part) = part {
            meta::graft(deployment, at, key, part);
        }
    }
}
