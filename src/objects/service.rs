//! Service `<name>-service`: the pass-through port, the ports of inbound endpoints, and further ones.

use k8s_openapi::Resource as _;
use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value as Json;

use super::{Rendered, meta, to_json};
use crate::resolve::{NamespaceBatch, Resolution};

pub(super) const KIND: &str = "Service";

/// There always is one.
pub(super) fn absent(_: &Resolution<'_>) -> Option<&'static str> {
    None
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in &batch.integrations {
        let mut json = to_json(&service(of));
        fragments(of, &mut json);
        rendered.push_json(of, Service::GROUP, KIND, json);
    }
}

fn service(of: &Resolution<'_>) -> Service {
    let ports = meta::routed_ports(of).map(|port| ServicePort {
        // operator v2.0.3: the name and the port, with nothing between them.
        name: Some(format!("{}{port}", of.integration.name)),
        port,
        target_port: Some(IntOrString::Int(port)),
        ..ServicePort::default()
    });
    let mut metadata = meta::metadata(of, "service");
    let options = of.settings.service.value.as_ref();
    if let Some(more) = options.and_then(|options| options.typed.annotations.clone()) {
        metadata.annotations.get_or_insert_default().extend(more);
    }
    Service {
        metadata,
        spec: Some(ServiceSpec {
            ports: Some(ports.collect()),
            selector: Some(meta::labels(of)),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

/// What the user wrote in Kubernetes' own types goes in as it is.
fn fragments(of: &Resolution<'_>, service: &mut Json) {
    let more = of.settings.service_ports.value.as_ref();
    if let (Some(more), Some(ports)) = (
        more.and_then(|ports| ports.json.as_array()),
        service
            .pointer_mut("/spec/ports")
            .and_then(Json::as_array_mut),
    ) {
        ports.extend(more.iter().cloned());
    }
    let options = of.settings.service.value.as_ref();
    let options = options.and_then(|options| options.json.as_object());
    for (key, value) in options.into_iter().flatten() {
        if key != "annotations" && !value.is_null() {
            meta::graft(service, "/spec", key, value);
        }
    }
}
