//! The pods of an Integration: the container of the Micro Integrator and what stands around it.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, Container, ContainerPort, ExecAction, Lifecycle, LifecycleHandler,
    LocalObjectReference, PersistentVolumeClaimVolumeSource, PodSpec, ResourceRequirements, Volume,
    VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde_json::{Value as Json, json};

use super::meta;
use crate::api::integration::Shape;
use crate::resolve::Resolution;
use crate::settings::{Amount, ConfigMapFile, Fragment, LayerKind, VolumeClaim};

/// operator v2.0.3: constant, since v2.0.0-beta; the image defines the variable.
const PRE_STOP: &str = "${WSO2_SERVER_HOME}/bin/micro-integrator.sh stop";

/// Where the pods stand in a Deployment.
pub(super) const AT: &str = "/spec/template/spec";
/// Where the container of the Micro Integrator stands there.
pub(super) const CONTAINER: &str = "/spec/template/spec/containers/0";

pub(super) fn pod(of: &Resolution<'_>) -> PodSpec {
    let volumes = volumes(of);
    PodSpec {
        containers: vec![container(of)],
        image_pull_secrets: of
            .settings
            .image_pull_secret
            .value
            .as_ref()
            .map(|name| vec![LocalObjectReference { name: name.clone() }]),
        volumes: (!volumes.is_empty()).then_some(volumes),
        ..PodSpec::default()
    }
}

fn container(of: &Resolution<'_>) -> Container {
    let settings = &of.settings;
    let mounts: Vec<VolumeMount> = settings
        .configmap_details
        .value
        .iter()
        .map(mount)
        .chain(claims(of).iter().map(mount_claim))
        .collect();
    // k8s-ei-operator 1.1.0 had none. One of the user's own, also an empty one, replaces it.
    let shipped = settings.lifecycle.from.layer == LayerKind::Nowhere;
    let pre_stop_wanted = of.integration.shape == Shape::Current && shipped;
    Container {
        name: "micro-integrator".to_owned(),
        image: Some(settings.image.value.clone()),
        image_pull_policy: Some(settings.pull_policy.value.as_str().to_owned()),
        ports: Some(meta::container_ports(of).into_iter().map(port).collect()),
        resources: resources(of),
        lifecycle: pre_stop_wanted.then(pre_stop),
        volume_mounts: (!mounts.is_empty()).then_some(mounts),
        ..Container::default()
    }
}

fn port(port: meta::Port) -> ContainerPort {
    ContainerPort {
        container_port: port.number,
        name: port.name,
        protocol: port.protocol,
        ..ContainerPort::default()
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

fn claims<'r>(of: &'r Resolution<'_>) -> &'r [VolumeClaim] {
    let claims = of.settings.volume_claims.value.as_ref();
    claims.map_or(&[], |claims| claims.typed.as_slice())
}

/// One volume for each ConfigMap: the operator made one for each file, and an API server refuses
/// two volumes of one name. Then one for each claim.
fn volumes(of: &Resolution<'_>) -> Vec<Volume> {
    let mut volumes: Vec<Volume> = Vec::new();
    for file in &of.settings.configmap_details.value {
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
    volumes.extend(claims(of).iter().map(|claim| Volume {
        name: claim.name.clone(),
        persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
            claim_name: meta::name(of, &claim.name),
            ..PersistentVolumeClaimVolumeSource::default()
        }),
        ..Volume::default()
    }));
    volumes
}

fn volume_name(file: &ConfigMapFile) -> String {
    format!("volume-{}", file.name)
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

fn mount_claim(claim: &VolumeClaim) -> VolumeMount {
    VolumeMount {
        name: claim.name.clone(),
        mount_path: claim.mount_path.clone(),
        ..VolumeMount::default()
    }
}

/// Lists of the user's own go behind what is rendered anyway.
pub(super) fn extend(of: &Resolution<'_>, deployment: &mut Json) {
    let settings = &of.settings;
    append(
        deployment,
        AT,
        "containers",
        items(settings.sidecars.value.as_ref()),
    );
    append(
        deployment,
        AT,
        "volumes",
        items(settings.volumes.value.as_ref()),
    );
    let mounts = items(settings.volume_mounts.value.as_ref());
    append(deployment, CONTAINER, "volumeMounts", mounts);
    let secrets = items(settings.image_pull_secrets.value.as_ref());
    append(deployment, AT, "imagePullSecrets", secrets);
    if settings.topology_spread_constraints.from.layer == LayerKind::Profile {
        spread_own_pods(of, deployment);
    }
}

fn items<T>(fragment: Option<&Fragment<Vec<T>>>) -> &[Json] {
    let list = fragment.and_then(|fragment| fragment.json.as_array());
    list.map_or(&[], Vec::as_slice)
}

/// Adds what is not in the list yet.
fn append(object: &mut Json, at: &str, key: &str, more: &[Json]) {
    if more.is_empty() {
        return;
    }
    let list = object
        .pointer(&format!("{at}/{key}"))
        .and_then(Json::as_array);
    let mut list = list.cloned().unwrap_or_default();
    for item in more {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
    meta::graft(object, at, key, &Json::Array(list));
}

/// The profile's constraints are about the pods of the Integration.
fn spread_own_pods(of: &Resolution<'_>, deployment: &mut Json) {
    let constraints = deployment.pointer_mut(&format!("{AT}/topologySpreadConstraints"));
    let constraints = constraints.and_then(Json::as_array_mut);
    for constraint in constraints.into_iter().flatten() {
        meta::graft(
            constraint,
            "",
            "labelSelector",
            &json!({ "matchLabels": meta::labels(of) }),
        );
    }
}
