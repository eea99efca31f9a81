//! Ingress: `ei-operator-ingress`, shared by the Integrations of a namespace (the operator's), or
//! `<name>-ingress` for each. The URLs are the same.

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule,
    IngressServiceBackend, IngressSpec, IngressTLS, ServiceBackendPort,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Rendered, meta};
use crate::api::annotations::POSTRENDER_FILENAME;
use crate::api::integration::Shape;
use crate::resolve::{NamespaceBatch, Resolution};
use crate::settings::IngressSharing;

/// operator v2.0.3: constant, whatever `ingressResourceName` says.
const SHARED_NAME: &str = "ei-operator-ingress";
const SSL_REDIRECT: &str = "nginx.ingress.kubernetes.io/ssl-redirect";

pub(super) const KIND: &str = "Ingress";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    (!of.settings.auto_ingress.value.0).then_some("auto_ingress")
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    let wanted = batch
        .integrations
        .iter()
        .filter(|of| of.settings.auto_ingress.value.0);
    let (sharing, alone): (Vec<_>, Vec<_>) =
        wanted.partition(|of| of.settings.ingress_sharing.value == IngressSharing::Namespace);
    for of in alone {
        let metadata = meta::metadata(of, "ingress");
        rendered.push(of, &ingress(metadata, &[of]));
    }
    if !sharing.is_empty() {
        let metadata = ObjectMeta {
            name: Some(SHARED_NAME.to_owned()),
            namespace: batch.namespace.clone(),
            annotations: Some(inherited(&sharing)),
            ..ObjectMeta::default()
        };
        rendered.push_shared(&ingress(metadata, &sharing));
    }
}

/// What a shared object inherits: what all of its Integrations say, and of the templates they come
/// from the first by name, so that their order does not matter.
fn inherited(sharing: &[&Resolution<'_>]) -> BTreeMap<String, String> {
    let mut values: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (key, value) in sharing.iter().flat_map(|of| &of.integration.inherited) {
        *values.entry(key).or_default().entry(value).or_default() += 1;
    }
    let mut inherited = BTreeMap::new();
    for (key, values) in values {
        if let Some((value, count)) = values.first_key_value()
            && (*count == sharing.len() || key == POSTRENDER_FILENAME)
        {
            inherited.insert(key.to_owned(), (*value).to_owned());
        }
    }
    inherited
}

fn ingress(mut metadata: ObjectMeta, of: &[&Resolution<'_>]) -> Ingress {
    let mut annotations = metadata.annotations.take().unwrap_or_default();
    // All Integrations of a namespace have the same annotations; those of both APIs do not.
    if let Some(first) = of.first() {
        let properties = first.settings.ingress_properties.value.iter();
        annotations.extend(properties.flat_map(|p| p.0.iter().cloned()));
        if first.integration.shape == Shape::Legacy {
            // k8s-ei-operator 1.1.0: anything but the exact word is false.
            let redirect = first.settings.ssl_redirect.value.as_deref() == Some("true");
            annotations.insert(SSL_REDIRECT.to_owned(), redirect.to_string());
        }
    }
    metadata.annotations = (!annotations.is_empty()).then_some(annotations);
    let tls = tls(of);
    Ingress {
        metadata,
        spec: Some(IngressSpec {
            rules: Some(of.iter().map(|of| rule(of)).collect()),
            tls: (!tls.is_empty()).then_some(tls),
            ..IngressSpec::default()
        }),
        ..Ingress::default()
    }
}

fn tls(of: &[&Resolution<'_>]) -> Vec<IngressTLS> {
    let mut entries: Vec<IngressTLS> = Vec::new();
    for of in of {
        let Some(secret) = &of.settings.tls_secret.value else {
            continue;
        };
        let entry = IngressTLS {
            hosts: of
                .settings
                .ingress_host
                .value
                .clone()
                .map(|host| vec![host]),
            secret_name: Some(secret.clone()),
        };
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    entries
}

/// operator v2.0.3: `/<name>-service/...` and `/<name>-inbound/<port>/...`; the rewrite annotation
/// strips them.
fn rule(of: &Resolution<'_>) -> IngressRule {
    let name = &of.integration.name;
    let service = meta::name(of, "service");
    let passthro = of.settings.passthro_port.value.0;
    let first = path(format!("/{service}(/|$)(.*)"), &service, passthro);
    let inbound = of.settings.inbound_ports.value.iter().map(|port| {
        path(
            format!("/{name}-inbound/{}(/|$)(.*)", port.0),
            &service,
            port.0,
        )
    });
    IngressRule {
        host: of.settings.ingress_host.value.clone(),
        http: Some(HTTPIngressRuleValue {
            paths: std::iter::once(first).chain(inbound).collect(),
        }),
    }
}

fn path(path: String, service: &str, port: i32) -> HTTPIngressPath {
    HTTPIngressPath {
        path: Some(path),
        path_type: "ImplementationSpecific".to_owned(),
        backend: IngressBackend {
            service: Some(IngressServiceBackend {
                name: service.to_owned(),
                port: Some(ServiceBackendPort {
                    number: Some(port),
                    ..ServiceBackendPort::default()
                }),
            }),
            ..IngressBackend::default()
        },
    }
}
