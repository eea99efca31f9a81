//! `krm-function-definition.yaml`: what the program is to catalogs of KRM functions, with the schema of its functionConfig.

use expand_integration::api::config_map::ConfigMapName;
use expand_integration::api::function_config::{API_VERSION, KIND, SPEC_FIELDS};
use expand_integration::settings::{INERT_KEYS, Setting};
use serde_json::{Map, Value, json};

use crate::config::keys;
use crate::integration::versions;
use crate::structural::{anything, structural};

pub fn definition() -> Value {
    let (group, version) = API_VERSION.split_once('/').unwrap();
    json!({
        "apiVersion": "config.kubernetes.io/v1alpha1",
        "kind": "KRMFunctionDefinition",
        "metadata": {"name": "expand-integration"},
        "spec": {
            "group": group,
            "names": {"kind": KIND},
            "description": "Expands WSO2 Integration custom resources into Kubernetes objects.",
            "publisher": "expand-integration",
            "tags": ["generator", "mutator", "wso2"],
            "versions": [{
                "name": version,
                "idempotent": true,
                "license": env!("CARGO_PKG_LICENSE"),
                "runtime": {"exec": {"path": "expand-integration"}},
                "schema": {"openAPIV3Schema": schema()},
            }],
        },
    })
}

/// The schema of a functionConfig of our own kind.
pub fn schema() -> Value {
    json!({
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {
            "apiVersion": {"type": "string", "enum": [API_VERSION]},
            "kind": {"type": "string", "enum": [KIND]},
            "metadata": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}},
                "x-kubernetes-preserve-unknown-fields": true,
            },
            "spec": {
                "type": "object",
                "additionalProperties": false,
                "properties": SPEC_FIELDS
                    .map(|field| (field.to_owned(), spec_field(field)))
                    .into_iter()
                    .collect::<Map<_, _>>(),
            },
        },
    })
}

fn spec_field(field: &str) -> Value {
    match field {
        "config" => config(),
        "integrations" => json!({
            "description": "Whole Integrations, expanded together with those of the input.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["apiVersion", "kind", "metadata", "spec"],
                "properties": {
                    "apiVersion": {"type": "string", "enum": versions()},
                    "kind": {"type": "string", "enum": ["Integration"]},
                    "metadata": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                    "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                },
            },
        }),
        "prune" => json!({
            "description": "Whether objects of an earlier run are removed whose Integration is not in the input.",
            "type": "boolean",
            "default": false,
        }),
        "integrationsPolicy" => json!({
            "description": "What becomes of the Integrations themselves.",
            "type": "string",
            "enum": ["auto", "keep", "drop"],
            "default": "auto",
        }),
        _ => panic!("tests/schemas/function.rs does not know spec.{field}"),
    }
}

fn config() -> Value {
    let mut properties = Map::new();
    for map in ConfigMapName::ALL {
        for (key, setting) in keys(map) {
            properties.entry(key).or_insert_with(|| value(setting));
        }
    }
    for (_, key, why) in INERT_KEYS {
        properties.insert(
            key.to_owned(),
            described(anything(), &format!("It has no effect: {why}.")),
        );
    }
    json!({
        "description": "Defaults for all Integrations, with the keys of the ConfigMaps. Values are text as in a ConfigMap, or the structure itself.",
        "type": "object",
        "properties": properties,
        "x-kubernetes-preserve-unknown-fields": true,
    })
}

fn value(setting: &Setting) -> Value {
    let schema = if setting.structured {
        anything()
    } else {
        structural(&setting.schema(), &Map::new())
    };
    described(
        schema,
        &format!("{} Takes {}.", setting.doc, (setting.takes)()),
    )
}

fn described(mut schema: Value, text: &str) -> Value {
    schema["description"] = json!(text);
    schema
}
