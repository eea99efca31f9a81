//! `config.json`: the `ConfigMap`s that hold defaults.

use expand_integration::api::config_map::ConfigMapName;
use expand_integration::settings::{INERT_KEYS, SETTINGS, Setting};
use serde_json::{Map, Value, json};

pub fn schema() -> Value {
    let names = ConfigMapName::ALL.map(ConfigMapName::as_str);
    let mut definitions = Map::new();
    for map in ConfigMapName::ALL {
        definitions.insert(map.as_str().to_owned(), data(map));
    }
    let rules = names.map(|name| {
        json!({
            "if": {"properties": {"metadata": {"properties": {"name": {"const": name}}}}},
            "then": {"properties": {"data": {"$ref": format!("#/definitions/{name}")}}},
        })
    });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Defaults for WSO2 Integrations",
        "description": "A ConfigMap with defaults, as expand-integration reads it.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {
            "apiVersion": {"enum": ["v1"]},
            "kind": {"enum": ["ConfigMap"]},
            "metadata": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"enum": names}},
            },
            "data": {"type": ["object", "null"]},
        },
        "allOf": rules,
        "definitions": definitions,
    })
}

fn data(map: ConfigMapName) -> Value {
    let mut properties = Map::new();
    for (key, setting) in keys(map) {
        let mut schema = text(setting);
        let what = if setting.structured {
            format!(" YAML text: {}.", (setting.takes)())
        } else {
            String::new()
        };
        schema["description"] = json!(format!("{}{what}", setting.doc));
        properties.insert(key.to_owned(), schema);
    }
    for (_, key, why) in INERT_KEYS.iter().filter(|(of, ..)| *of == map) {
        let text = format!("It has no effect: {why}.");
        properties.insert(
            (*key).to_owned(),
            json!({"type": ["string", "null"], "description": text}),
        );
    }
    json!({
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": {
            "type": ["string", "null"],
            "deprecationMessage": format!("This is no key of {}, and has no effect.", map.as_str()),
        },
    })
}

/// The keys of a `ConfigMap`, each with its setting.
pub fn keys(map: ConfigMapName) -> Vec<(&'static str, &'static Setting)> {
    let mut keys: Vec<(&str, &Setting)> = Vec::new();
    for setting in SETTINGS {
        let homes = [setting.current.key, setting.legacy.key];
        for (_, key) in homes.into_iter().flatten().filter(|(of, _)| *of == map) {
            if !keys.iter().any(|(k, _)| *k == key) {
                keys.push((key, setting));
            }
        }
    }
    keys
}

/// What a setting takes where it is text.
fn text(setting: &Setting) -> Value {
    let schema = setting.schema();
    let mut text = json!({"type": ["string", "null"]});
    if setting.structured {
        return text;
    }
    for rule in ["pattern", "patternErrorMessage"] {
        if let Some(value) = schema.get(rule) {
            text[rule] = value.clone();
        }
    }
    if let Some(Value::Array(words)) = schema.get("enum") {
        text = json!({"enum": words});
    }
    text
}
