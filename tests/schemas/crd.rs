//! `integrations.wso2.com.yaml`: a `CustomResourceDefinition` that takes every Integration the operator's took.

use expand_integration::api::integration::Shape;
use expand_integration::settings::SETTINGS;
use serde_json::{Map, Value, json};

use crate::integration::spec;
use crate::kubernetes::published;
use crate::structural::{anything, structural};

/// Names that Kubernetes requires in effect only: older objects may lack them, and API servers take them without.
const REFERENTS: [&str; 5] = [
    "ConfigMapKeySelector",
    "SecretKeySelector",
    "ConfigMapEnvSource",
    "SecretEnvSource",
    "LocalObjectReference",
];

pub fn crd() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "integrations.wso2.com"},
        "spec": {
            "group": "wso2.com",
            "names": {
                "kind": "Integration",
                "listKind": "IntegrationList",
                "plural": "integrations",
                "singular": "integration",
            },
            "scope": "Namespaced",
            "versions": [{
                "name": "v1alpha2",
                "served": true,
                "storage": true,
                "additionalPrinterColumns": [
                    {"name": "Status", "type": "string", "jsonPath": ".status.readiness"},
                    {"name": "Service-Name", "type": "string", "jsonPath": ".status.serviceName"},
                    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
                ],
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": schema()},
            }],
        },
    })
}

/// The schema of an Integration of `wso2.com/v1alpha2` as Kubernetes keeps it.
pub fn schema() -> Value {
    let definitions = definitions();
    let lenient = spec(Shape::Current);
    let mut spec = structural(&lenient, &definitions);
    spec["description"] = json!("What the Integration consists of.");
    forget_ignored(&lenient, &mut spec);
    // What the operator did not require stays optional.
    spec["properties"]["deploySpec"]["properties"]["configmapDetails"]["items"]
        .as_object_mut()
        .unwrap()
        .shift_remove("required");
    for setting in SETTINGS {
        if let Some(field) = setting.current.field {
            let pointer = format!("/properties/{}", field.replace('.', "/properties/"));
            spec.pointer_mut(&pointer).unwrap()["description"] = json!(setting.doc);
        }
    }
    json!({
        "description": "A WSO2 Micro Integrator with an integration in it.",
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": spec,
            "status": {
                "description": "What the operator wrote.",
                "type": "object",
                "x-kubernetes-preserve-unknown-fields": true,
            },
        },
    })
}

/// Fields that are there only to be warned about are none of the API's.
fn forget_ignored(lenient: &Value, spec: &mut Value) {
    let properties = spec["properties"].as_object_mut().unwrap();
    properties.retain(|name, schema| {
        *schema != anything()
            || lenient["properties"][name]
                .get("deprecationMessage")
                .is_none()
    });
}

fn definitions() -> Map<String, Value> {
    let mut definitions = published();
    for (name, definition) in &mut definitions {
        if REFERENTS.contains(&name.rsplit('.').next().unwrap())
            && let Some(Value::Array(required)) = definition.get_mut("required")
        {
            required.retain(|field| field != "name");
            if required.is_empty() {
                definition.as_object_mut().unwrap().shift_remove("required");
            }
        }
    }
    definitions
}

/// The same as a JSON Schema: what Kubernetes adds to the language means something to JSON Schema, too.
pub fn as_json_schema() -> Value {
    let mut plain = schema();
    without_extensions(&mut plain);
    plain
}

fn without_extensions(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.shift_remove("x-kubernetes-int-or-string").is_some() {
                map.insert("type".to_owned(), json!(["integer", "string"]));
            }
            map.shift_remove("x-kubernetes-preserve-unknown-fields");
            map.values_mut().for_each(without_extensions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_extensions),
        _ => {}
    }
}
