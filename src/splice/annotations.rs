//! Annotations of rendered objects, and the rules of a shared Ingress.

use serde_json::{Map, Value as Json};

use crate::api::annotations::is_carried;

/// Sets an annotation, among the others in their alphabetical order.
pub(super) fn set(object: &mut Json, key: &str, value: &str) {
    let Some(Json::Object(metadata)) = object.get_mut("metadata") else {
        return;
    };
    let annotations = metadata
        .entry("annotations")
        .or_insert_with(|| Json::Object(Map::new()));
    if let Json::Object(annotations) = annotations {
        annotations.insert(key.to_owned(), value.into());
        annotations.sort_keys();
    }
    metadata.sort_keys();
}

/// Whether two objects are the same but for what hosts write on them.
pub(super) fn same(old: &Json, new: &Json) -> bool {
    bare(old) == bare(new)
}

fn bare(object: &Json) -> Json {
    let mut object = object.clone();
    if let Some(Json::Object(metadata)) = object.get_mut("metadata") {
        if let Some(Json::Object(annotations)) = metadata.get_mut("annotations") {
            annotations.retain(|key, _| !is_carried(key));
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        } else if metadata.get("annotations").is_some_and(Json::is_null) {
            metadata.remove("annotations");
        }
    }
    object
}

/// Carries over what hosts wrote on the old object.
pub(super) fn carry(old: &Json, new: &mut Json) {
    let annotations = old.get("metadata").and_then(|m| m.get("annotations"));
    if let Some(Json::Object(annotations)) = annotations {
        for (key, value) in annotations.iter().filter(|(key, _)| is_carried(key)) {
            if let Some(value) = value.as_str() {
                set(new, key, value);
            }
        }
    }
}

/// The rules of an Ingress of ours, each with the name of its Integration.
pub(super) fn rules(ingress: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let rules = ingress.pointer("/spec/rules").and_then(Json::as_array);
    rules.into_iter().flatten().filter_map(|rule| {
        let service = rule.pointer("/http/paths/0/backend/service/name")?;
        Some((service.as_str()?.strip_suffix("-service")?, rule))
    })
}

/// Replaces the rules.
pub(super) fn set_rules(ingress: &mut Json, rules: Vec<Json>) {
    if let Some(old) = ingress.pointer_mut("/spec/rules") {
        *old = Json::Array(rules);
    }
}

/// Adds rules at the end.
pub(super) fn add_rules(ingress: &mut Json, more: Vec<Json>) {
    if let Some(Json::Array(rules)) = ingress.pointer_mut("/spec/rules") {
        rules.extend(more);
    }
}
