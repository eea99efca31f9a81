//! Service `<name>-service`: the pass-through port and the ports of inbound endpoints.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Rendered, meta};
use crate::resolve::{NamespaceBatch, Resolution};

pub(super) const KIND: &str = "Service";

/// There always is one.
pub(super) fn absent(_: &Resolution<'_>) -> Option<&'static str> {
    None
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in &batch.integrations {
        let ports = meta::ports(of).map(|port| ServicePort {
            // operator v2.0.3: the name and the port, with nothing between them.
            name: Some(format!("{}{port}", of.integration.name)),
            port,
            target_port: Some(IntOrString::Int(port)),
            ..ServicePort::default()
        });
        let service = Service {
            metadata: meta::metadata(of, "service"),
            spec: Some(ServiceSpec {
                ports: Some(ports.collect()),
                selector: Some(meta::labels(of)),
                ..ServiceSpec::default()
            }),
            ..Service::default()
        };
        rendered.push(of, &service);
    }
}
