//! Kubernetes' own types as definitions that the program's schemas refer to: as strict and as lenient as the program.

use expand_integration::settings::schema::{DEFINITIONS, or_nothing, quantity};
use expand_integration::settings::{RESPELLINGS, values_of};
use k8s_openapi::api::apps::v1::DeploymentStrategy;
use k8s_openapi::api::autoscaling::v2::{HorizontalPodAutoscalerBehavior, MetricSpec};
use k8s_openapi::api::core::v1::{
    Affinity, Container, EnvFromSource, EnvVar, Lifecycle, LocalObjectReference,
    PersistentVolumeClaimSpec, PodSecurityContext, Probe, SecurityContext, ServicePort,
    ServiceSpec, Toleration, TopologySpreadConstraint, Volume, VolumeMount,
};
use k8s_openapi::api::networking::v1::NetworkPolicySpec;
use k8s_openapi::api::policy::v1::PodDisruptionBudgetSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The definitions of all types that settings have, by name, as Kubernetes publishes them.
pub fn published() -> Map<String, Value> {
    let mut generator = SchemaSettings::draft07().into_generator();
    macro_rules! publish {
        ($($kind:ty),+ $(,)?) => { $(generator.subschema_for::<$kind>();)+ };
    }
    publish!(
        Affinity,
        Container,
        DeploymentStrategy,
        EnvFromSource,
        EnvVar,
        HorizontalPodAutoscalerBehavior,
        Lifecycle,
        LocalObjectReference,
        MetricSpec,
        NetworkPolicySpec,
        ObjectMeta,
        PersistentVolumeClaimSpec,
        PodDisruptionBudgetSpec,
        PodSecurityContext,
        Probe,
        SecurityContext,
        ServicePort,
        ServiceSpec,
        Toleration,
        TopologySpreadConstraint,
        Volume,
        VolumeMount,
    );
    generator.take_definitions(true)
}

/// The same as the program reads them.
pub fn definitions() -> Map<String, Value> {
    let mut definitions = published();
    for (name, definition) in &mut definitions {
        if name.ends_with(".Quantity") {
            *definition = quantity();
            definition["description"] = json!("An amount, such as 500m, 2, 512Mi or 1.5Gi.");
            continue;
        }
        let name = name.rsplit('.').next().unwrap();
        refine(definition, name);
        for (_, wrong, right) in RESPELLINGS.iter().filter(|(of, ..)| *of == name) {
            let mut respelled = definition["properties"][*right].clone();
            respelled["description"] = json!(format!("Read as `{right}`."));
            respelled["deprecationMessage"] = json!(format!(
                "Kubernetes has no `{wrong}` here: write `{right}`."
            ));
            definition["properties"][*wrong] = respelled;
        }
    }
    // The Integration itself is never applied, and annotations are text to whoever reads them here.
    let metadata = &mut definitions["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"];
    for texts in ["annotations", "labels"] {
        metadata["properties"][texts]["additionalProperties"] =
            json!({"type": ["string", "number", "boolean", "null"]});
    }
    definitions
}

/// Unknown fields are errors, a null is nothing, and numbers have their limits.
fn refine(schema: &mut Value, name: &str) {
    if let Value::Object(map) = schema {
        map.retain(|key, _| {
            !key.starts_with("x-kubernetes-") || key == "x-kubernetes-int-or-string"
        });
        if map.shift_remove("x-kubernetes-int-or-string").is_some() {
            map.insert("type".to_owned(), json!(["integer", "string"]));
            map.insert("format".to_owned(), json!("int32"));
        }
        if map.get("format") == Some(&json!("int32")) {
            map.shift_remove("format");
            map.insert("minimum".to_owned(), json!(i32::MIN));
            map.insert("maximum".to_owned(), json!(i32::MAX));
        }
        if map.contains_key("properties") {
            map.insert("additionalProperties".to_owned(), json!(false));
        }
        let required = map.get("required").cloned().unwrap_or_default();
        for (key, value) in map
            .get_mut("properties")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            refine(value, "");
            if let Some(values) = values_of(name, key) {
                let one = match value["type"].as_str() {
                    Some("array") => &mut value["items"],
                    _ => &mut *value,
                };
                one["enum"] = json!(values);
            }
            if !required
                .as_array()
                .is_some_and(|names| names.contains(&json!(key)))
            {
                *value = optional(value.take());
            }
        }
        for inner in ["items", "additionalProperties"] {
            if let Some(inner) = map.get_mut(inner) {
                refine(inner, "");
            }
        }
    }
}

fn optional(schema: Value) -> Value {
    match schema.get("allOf").cloned() {
        // A reference with a description of its own.
        Some(one) => {
            let mut schema = schema;
            schema.as_object_mut().unwrap().shift_remove("allOf");
            schema["anyOf"] = json!([one[0], {"type": "null"}]);
            schema
        }
        None => or_nothing(schema),
    }
}

/// The name of the definition that a schema refers to, or to a part of.
pub fn reference(schema: &Value) -> Option<&str> {
    let path = schema.get("$ref")?.as_str()?.strip_prefix(DEFINITIONS)?;
    Some(path.split_once('/').map_or(path, |(name, _)| name))
}

/// What a schema refers to.
pub fn referent<'d>(schema: &Value, definitions: &'d Map<String, Value>) -> Option<&'d Value> {
    let path = schema.get("$ref")?.as_str()?.strip_prefix(DEFINITIONS)?;
    let (name, part) = path.split_once('/').unwrap_or((path, ""));
    let definition = definitions.get(name)?;
    match part {
        "" => Some(definition),
        part => definition.pointer(&format!("/{part}")),
    }
}

/// Gives a schema those definitions that it refers to, in any number of steps.
pub fn with_definitions(mut schema: Value, all: &Map<String, Value>) -> Value {
    let own = schema["definitions"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let mut names = Vec::new();
    collect(&schema, &mut names);
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        if !own.contains_key(&name) {
            let definition = all
                .get(&name)
                .unwrap_or_else(|| panic!("tests/schemas/kubernetes.rs does not publish {name}"));
            collect(definition, &mut names);
        }
        at += 1;
    }
    names.sort();
    let mut definitions = own;
    for name in names {
        if let Some(definition) = all.get(&name) {
            definitions.insert(name, definition.clone());
        }
    }
    schema["definitions"] = Value::Object(definitions);
    schema
}

fn collect(schema: &Value, names: &mut Vec<String>) {
    if let Some(name) = reference(schema)
        && !names.iter().any(|n| n == name)
    {
        names.push(name.to_owned());
    }
    match schema {
        Value::Object(map) => map.values().for_each(|value| collect(value, names)),
        Value::Array(items) => items.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}
