//! `integration.json`: an Integration of any version.

use std::fmt::Write as _;

use expand_integration::api::config_map::ConfigMapName;
use expand_integration::api::integration::{OLD_FIELDS, Shape, VERSIONS};
use expand_integration::settings::{SETTINGS, Setting};
use serde_json::{Value, json};

use crate::kubernetes::{definitions, with_definitions};

/// The versions that exist.
pub fn versions() -> Vec<&'static str> {
    VERSIONS.split(", ").flat_map(|v| v.split(" or ")).collect()
}

pub fn schema() -> Value {
    let old = |version: &str| json!({"properties": {"apiVersion": {"const": version}}});
    let by_fields = json!({
        "properties": {
            "apiVersion": {"enum": ["wso2.com/v1alpha1", "integration.wso2.com/v1alpha2"]},
            "spec": {"anyOf": OLD_FIELDS.map(|field| json!({"required": [field]}))},
        },
    });
    let spec =
        |name: &str| json!({"properties": {"spec": {"$ref": format!("#/definitions/{name}")}}});
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "WSO2 Integration",
        "description": "An Integration as expand-integration reads it.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": false,
        "properties": {
            "apiVersion": {
                "description": "wso2.com/v1alpha2 is the API of the last operator.",
                "enum": versions(),
            },
            "kind": {"enum": ["Integration"]},
            "metadata": metadata(),
            "spec": {"type": "object"},
            "status": {"description": "What the operator wrote. It has no effect here."},
        },
        "if": {"anyOf": [old("integration.wso2.com/v1alpha1"), by_fields]},
        "then": spec("OldSpec"),
        "else": spec("Spec"),
        "definitions": {
            "Spec": self::spec(Shape::Current),
            "OldSpec": self::spec(Shape::Legacy),
        },
    });
    with_definitions(schema, &definitions())
}

fn metadata() -> Value {
    json!({
        "allOf": [{"$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}],
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {
                "description": "The names of all rendered objects are made of it.",
                "type": "string",
                "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$",
                "patternErrorMessage": "Expected a lower-case letter, then lower-case letters, digits and `-`.",
                "maxLength": 63 - "-service".len(),
            },
            "namespace": {"pattern": "^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63},
        },
    })
}

/// The schema of `spec` in one of the two shapes.
pub fn spec(shape: Shape) -> Value {
    let mut spec = group();
    for setting in SETTINGS {
        let Some(path) = setting.home(shape).field else {
            continue;
        };
        let mut at = &mut spec;
        let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
        for step in parents.split('.').filter(|step| !step.is_empty()) {
            at = at["properties"]
                .as_object_mut()
                .unwrap()
                .entry(step)
                .or_insert_with(|| {
                    let mut inner = group();
                    inner["type"] = json!(["object", "null"]);
                    inner
                });
        }
        at["properties"][name] = field(setting, shape);
    }
    let ignored = |text: &str| json!({"description": text, "deprecationMessage": text});
    match shape {
        Shape::Current => {
            for old in OLD_FIELDS {
                spec["properties"][old] = ignored("A field of the old API. It has no effect here.");
            }
        }
        Shape::Legacy => {
            spec["properties"]["port"] = ignored("It has no effect: the Service has port 8290.");
        }
    }
    spec["required"] = json!(["image"]);
    let image = &mut spec["properties"]["image"];
    image["type"] = json!("string");
    image["pattern"] = json!(r"\S");
    spec
}

fn group() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {}})
}

fn field(setting: &Setting, shape: Shape) -> Value {
    let home = setting.home(shape);
    let mut text = setting.doc.to_owned();
    if let Some((map, key)) = home.key {
        text += &default(map, key);
    }
    if let Some(shipped) = home
        .shipped
        .map(str::trim_end)
        .filter(|s| !s.contains('\n'))
    {
        let _ = write!(text, " Shipped: {shipped}.");
    }
    let mut schema = json!({"description": text});
    let takes = setting.schema().as_object().cloned().unwrap();
    schema.as_object_mut().unwrap().extend(takes);
    schema
}

fn default(map: ConfigMapName, key: &str) -> String {
    format!(
        " Default: the key `{key}` of the ConfigMap {}.",
        map.as_str()
    )
}
