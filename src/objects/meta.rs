//! What several kinds have in common: names, labels, metadata, and the user's own fragments.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde_json::Value as Json;

use crate::resolve::Resolution;

/// Metadata of an object of one Integration. The operator put no labels and annotations there;
/// those that hosts need are inherited.
pub(super) fn metadata(of: &Resolution<'_>, suffix: &str) -> ObjectMeta {
    let inherited: BTreeMap<String, String> = of.integration.inherited.iter().cloned().collect();
    ObjectMeta {
        name: Some(name(of, suffix)),
        namespace: of.integration.namespace.clone(),
        annotations: (!inherited.is_empty()).then_some(inherited),
        ..ObjectMeta::default()
    }
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

/// Every port of the container: the pass-through port, then the inbound ones in their order.
pub(super) fn ports<'r>(of: &'r Resolution<'_>) -> impl Iterator<Item = i32> + 'r {
    std::iter::once(of.settings.passthro_port.value.0)
        .chain(of.settings.inbound_ports.value.iter().map(|p| p.0))
}

/// Puts what the user wrote in its place, verbatim, among the keys in their alphabetical order.
pub(super) fn graft(object: &mut Json, at: &str, key: &str, fragment: &Json) {
    if let Some(Json::Object(map)) = object.pointer_mut(at) {
        map.insert(key.to_owned(), fragment.clone());
        map.sort_keys();
    }
}
