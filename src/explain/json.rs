//! The explanation for programs.

use serde_json::{Value as Json, json};

use super::{Explained, Explanation};

/// All Integrations as one JSON object.
#[must_use]
pub fn to_json(explained: &[Explained]) -> Json {
    let integrations: Vec<Json> = explained.iter().map(integration).collect();
    json!({ "integrations": integrations })
}

fn integration(of: &Explained) -> Json {
    let renders = of.renders.iter();
    let renders = renders.map(|(kind, name)| json!({ "kind": kind, "name": name }));
    let absent = of.absent.iter();
    let absent = absent.map(|(kind, reason)| json!({ "kind": kind, "reason": reason }));
    json!({
        "apiVersion": of.api_version,
        "namespace": of.namespace,
        "name": of.name,
        "place": of.place,
        "settings": of.values.iter().map(setting).collect::<Vec<_>>(),
        "renders": renders.collect::<Vec<_>>(),
        "absent": absent.collect::<Vec<_>>(),
    })
}

fn setting(of: &Explanation) -> Json {
    let beat = of.beat.iter();
    let beat = beat.map(|(value, from)| json!({ "value": value, "from": from }));
    json!({
        "field": of.home.field.map(|field| format!("spec.{field}")),
        "configMap": of.home.key.map(|(map, _)| map.as_str()),
        "key": of.home.key.map(|(_, key)| key),
        "value": of.value,
        "from": of.from,
        "beat": beat.collect::<Vec<_>>(),
        "documentation": of.setting.doc,
    })
}
