//! What several kinds have in common: names, labels, metadata, ports, and the user's own fragments.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value as Json;

use crate::resolve::Resolution;
use crate::settings::StringMap;

/// Metadata of an object of one Integration. The operator put no labels and annotations there;
/// those that hosts need are inherited.
pub(super) fn metadata(of: &Resolution<'_>, suffix: &str) -> ObjectMeta {
    let labels = texts(of.settings.labels.value.as_ref());
    let mut annotations = texts(of.settings.annotations.value.as_ref());
    annotations.extend(of.integration.inherited.iter().cloned());
    ObjectMeta {
        name: Some(name(of, suffix)),
        namespace: of.integration.namespace.clone(),
        labels: (!labels.is_empty()).then_some(labels),
        annotations: (!annotations.is_empty()).then_some(annotations),
        ..ObjectMeta::default()
    }
}

/// The labels or annotations that a setting has.
pub(super) fn texts(setting: Option<&StringMap>) -> BTreeMap<String, String> {
    setting.map(|map| map.0.typed.clone()).unwrap_or_default()
}

/// `<name>-<suffix>` (operator v2.0.3: the same; live objects are found by these names).
pub(super) fn name(of: &Resolution<'_>, suffix: &str) -> String {
    format!("{}-{suffix}", of.integration.name)
}

/// The labels of the pods and of every selector (the operators: the same in every version).
pub(super) fn labels(of: &Resolution<'_>) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("app".to_owned(), "integration".to_owned()),
        ("integration_cr".to_owned(), of.integration.name.clone()),
    ])
}

/// The selector of the pods. It cannot be changed on a live Deployment.
pub(super) fn selector(of: &Resolution<'_>) -> LabelSelector {
    LabelSelector {
        match_labels: Some(labels(of)),
        ..LabelSelector::default()
    }
}

/// The ports that requests are routed to: the pass-through port, then the inbound ones in their
/// order.
pub(super) fn routed_ports<'r>(of: &'r Resolution<'_>) -> impl Iterator<Item = i32> + 'r {
    std::iter::once(of.settings.passthro_port.value.0)
        .chain(of.settings.inbound_ports.value.iter().map(|p| p.0))
}

/// A port of the container.
#[derive(Debug, Clone)]
pub(super) struct Port {
    pub(super) number: i32,
    pub(super) name: Option<String>,
    pub(super) protocol: Option<String>,
}

impl Port {
    /// Whether it is this one; TCP is what no protocol means.
    fn is_of(&self, number: i32, protocol: Option<&str>) -> bool {
        let own = self.protocol.as_deref().unwrap_or("TCP");
        self.number == number && own == protocol.unwrap_or("TCP")
    }
}

/// Every port of the container: the routed ones, then those that further ports of the Service lead
/// to.
pub(super) fn container_ports(of: &Resolution<'_>) -> Vec<Port> {
    let mut ports: Vec<Port> = routed_ports(of)
        .map(|number| Port {
            number,
            name: None,
            protocol: None,
        })
        .collect();
    let more = of.settings.service_ports.value.as_ref();
    for port in more.map_or(&[][..], |ports| ports.typed.as_slice()) {
        let (number, name) = match &port.target_port {
            Some(IntOrString::Int(number)) => (*number, None),
            Some(IntOrString::String(name)) => (port.port, Some(name.clone())),
            None => (port.port, None),
        };
        if !ports.iter().any(|p| {
            p.is_of(number, port.protocol.as_deref()) || p.name.is_some() && p.name == name
        }) {
            ports.push(Port {
                number,
                name,
                protocol: port.protocol.clone(),
            });
        }
    }
    ports
}

/// Puts what the user wrote in its place, verbatim, among the keys in their alphabetical order.
pub(super) fn graft(object: &mut Json, at: &str, key: &str, fragment: &Json) {
    if let Some(Json::Object(map)) = object.pointer_mut(at) {
        map.insert(key.to_owned(), fragment.clone());
        map.sort_keys();
    }
}
