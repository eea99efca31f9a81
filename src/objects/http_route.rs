//! HTTPRoute `<name>-route` (Gateway API v1): the same URLs as the Ingress.
//!
//! By hand: the crates with its types need another k8s-openapi.

use serde_json::{Value as Json, json};

use super::{Rendered, meta, to_json};
use crate::resolve::{NamespaceBatch, Resolution, own};

const GROUP: &str = "gateway.networking.k8s.io";
pub(super) const KIND: &str = "HTTPRoute";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    let settings = &of.settings;
    if of.routes().http {
        None
    } else if own(settings).is_some_and(|own| own.enabled == Some(false)) {
        Some("own_ingress")
    } else if settings.auto_ingress.value.0 {
        Some("route_kind")
    } else {
        Some("auto_ingress")
    }
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in batch.integrations.iter().filter(|of| of.routes().http) {
        let mut json = json!({
            "apiVersion": format!("{GROUP}/v1"),
            "kind": KIND,
            "metadata": to_json(&meta::metadata(of, "route")),
            "spec": { "parentRefs": of.gateways(), "rules": rules(of) },
        });
        let hosts = hosts(of);
        if !hosts.is_empty() {
            meta::graft(&mut json, "/spec", "hostnames", &hosts.into());
        }
        rendered.push_json(of, GROUP, KIND, json);
    }
}

/// Those of the route itself, else the host of the Ingress.
fn hosts(of: &Resolution<'_>) -> Vec<String> {
    let settings = &of.settings;
    let route = settings.http_route.value.as_ref();
    if let Some(hosts) = route.and_then(|route| route.typed.hostnames.clone()) {
        return hosts;
    }
    let own = own(settings).and_then(|own| own.host.clone());
    let host = own.or_else(|| settings.ingress_host.value.clone());
    host.into_iter().collect()
}

/// operator v2.0.3: the paths of its Ingress, whose annotation strips the prefix.
fn rules(of: &Resolution<'_>) -> Vec<Json> {
    let service = meta::name(of, "service");
    let passthro = of.settings.passthro_port.value.0;
    let inbound = of.settings.inbound_ports.value.iter();
    let inbound = inbound.map(|port| {
        (
            format!("/{}-inbound/{}", of.integration.name, port.0),
            port.0,
        )
    });
    std::iter::once((format!("/{service}"), passthro))
        .chain(inbound)
        .map(|(prefix, port)| {
            json!({
                "backendRefs": [{ "name": service, "port": port }],
                "filters": [{
                    "type": "URLRewrite",
                    "urlRewrite": {
                        "path": { "type": "ReplacePrefixMatch", "replacePrefixMatch": "/" },
                    },
                }],
                "matches": [{ "path": { "type": "PathPrefix", "value": prefix } }],
            })
        })
        .collect()
}
