//! HTTPRoute `<name>-route` (Gateway API v1): the same URLs as the Ingress.
//!
//! By hand: the crates with its types need another k8s-openapi.

use serde_json::{Value as Json, json};

use super::{Rendered, meta, to_json};
use crate::resolve::{NamespaceBatch, Resolution, ruled_out_by};

const GROUP: &str = "gateway.networking.k8s.io";
pub(super) const KIND: &str = "HTTPRoute";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    (!of.routes().http).then(|| ruled_out_by(&of.settings))
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
    let own = settings
        .ingress_of_its_own()
        .and_then(|own| own.host.clone());
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
