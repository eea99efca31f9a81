//! Ingress: `ei-operator-ingress`, shared by the Integrations of a namespace (the operator's), or
//! `<name>-ingress` for each. The URLs are the same, unless an Integration says otherwise.

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule,
    IngressServiceBackend, IngressSpec, IngressTLS, ServiceBackendPort,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Rendered, meta};
use crate::api::annotations::POSTRENDER_FILENAME;
use crate::api::integration::Shape;
use crate::resolve::{NamespaceBatch, Resolution, ruled_out_by};

/// operator v2.0.3: constant, whatever `ingressResourceName` says.
const SHARED_NAME: &str = "ei-operator-ingress";
/// How a class was named before Kubernetes had a field for it.
const CLASS: &str = "kubernetes.io/ingress.class";
const SSL_REDIRECT: &str = "nginx.ingress.kubernetes.io/ssl-redirect";

pub(super) const KIND: &str = "Ingress";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    (!of.routes().any_ingress()).then(|| ruled_out_by(&of.settings))
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    let integrations = || batch.integrations.iter();
    for of in integrations() {
        let routes = of.routes();
        if routes.own {
            rendered.push(of, &own_ingress(of));
        } else if routes.alone {
            rendered.push(of, &ingress(meta::metadata(of, "ingress"), &[of]));
        }
    }
    let sharing: Vec<_> = integrations().filter(|of| of.routes().shared).collect();
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

/// The Ingress that `expose.ingress` describes; what it does not say is as in the shared one.
fn own_ingress(of: &Resolution<'_>) -> Ingress {
    let settings = &of.settings;
    let own = settings.ingress_of_its_own().cloned().unwrap_or_default();
    let mut metadata = meta::metadata(of, "ingress");
    metadata.name = own.name.or(metadata.name);
    let mut annotations = metadata.annotations.take().unwrap_or_default();
    // Those of ingress.properties rewrite the operator's paths.
    if own.path.is_none() {
        annotations.extend(properties(of));
    }
    let class = own
        .ingress_class_name
        .or_else(|| settings.ingress_class_name.value.clone());
    if class.is_some() {
        annotations.remove(CLASS);
    }
    annotations.extend(own.annotations.unwrap_or_default());
    metadata.annotations = (!annotations.is_empty()).then_some(annotations);
    let host = own.host.or_else(|| settings.ingress_host.value.clone());
    let secret = own
        .tls_secret_name
        .or_else(|| settings.tls_secret.value.clone());
    let mut rule = rule(of);
    rule.host.clone_from(&host);
    if let Some(prefix) = own.path {
        let port = own.port.unwrap_or(settings.passthro_port.value.0);
        let path = path(prefix, &meta::name(of, "service"), port);
        let path_type = "Prefix".to_owned();
        rule.http = Some(HTTPIngressRuleValue {
            paths: vec![HTTPIngressPath { path_type, ..path }],
        });
    }
    Ingress {
        metadata,
        spec: Some(IngressSpec {
            ingress_class_name: class,
            rules: Some(vec![rule]),
            tls: secret.map(|secret| {
                vec![IngressTLS {
                    hosts: host.map(|host| vec![host]),
                    secret_name: Some(secret),
                }]
            }),
            ..IngressSpec::default()
        }),
        ..Ingress::default()
    }
}

/// The annotations of `ingress.properties`.
fn properties(of: &Resolution<'_>) -> impl Iterator<Item = (String, String)> {
    let properties = of.settings.ingress_properties.value.iter();
    properties.flat_map(|properties| properties.0.iter().cloned())
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
        annotations.extend(properties(first));
        if first.integration.shape == Shape::Legacy {
            // k8s-ei-operator 1.1.0: anything but the exact word is false.
            let redirect = first.settings.ssl_redirect.value.as_deref() == Some("true");
            annotations.insert(SSL_REDIRECT.to_owned(), redirect.to_string());
        }
    }
    let class = of
        .iter()
        .find_map(|of| of.settings.ingress_class_name.value.clone());
    if class.is_some() {
        // An API server refuses the two together.
        annotations.remove(CLASS);
    }
    metadata.annotations = (!annotations.is_empty()).then_some(annotations);
    let tls = tls(of);
    Ingress {
        metadata,
        spec: Some(IngressSpec {
            ingress_class_name: class,
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
