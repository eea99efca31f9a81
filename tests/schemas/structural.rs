//! The form of schemas that Kubernetes takes in a `CustomResourceDefinition`: whole, typed, and without alternatives.

use serde_json::{Map, Value, json};

use crate::kubernetes::{reference, referent};

/// A field of which a structural schema can say nothing, for it takes values of several types.
pub fn anything() -> Value {
    json!({"x-kubernetes-preserve-unknown-fields": true})
}

/// Turns a schema into its structural form: what it refers to stands in its place. Limits on values stay behind, for the
/// operator's CRD had none and objects that it let in must be let in again.
pub fn structural(schema: &Value, definitions: &Map<String, Value>) -> Value {
    if let Some(name) = reference(schema) {
        let referent = referent(schema, definitions);
        return structural(
            referent.unwrap_or_else(|| panic!("no {name} as in {schema}")),
            definitions,
        );
    }
    if let Some(Value::Array(parts)) = schema.get("allOf") {
        return structural(&parts[0], definitions);
    }
    if schema.get("x-kubernetes-int-or-string").is_some() {
        return json!({"x-kubernetes-int-or-string": true});
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        _ if schema.get("enum").is_some() => vec!["string"],
        _ if schema.get("anyOf").is_some() => {
            return structural(&schema["anyOf"][0], definitions);
        }
        _ => return anything(),
    };
    let types: Vec<&str> = types.into_iter().filter(|one| *one != "null").collect();
    match types[..] {
        ["object"] => object(schema, definitions),
        ["array"] => json!({
            "type": "array",
            "items": structural(&schema["items"], definitions),
        }),
        [one] => match schema.get("format") {
            Some(format) => json!({"type": one, "format": format}),
            None => json!({"type": one}),
        },
        [
            "integer" | "string" | "number",
            "integer" | "string" | "number",
        ] => {
            json!({"x-kubernetes-int-or-string": true})
        }
        _ => anything(),
    }
}

fn object(schema: &Value, definitions: &Map<String, Value>) -> Value {
    let mut out = json!({"type": "object"});
    if let Some(Value::Object(properties)) = schema.get("properties") {
        let mut inner = Map::new();
        for (name, property) in properties {
            inner.insert(name.clone(), structural(property, definitions));
        }
        if let Some(required) = schema.get("required") {
            out["required"] = required.clone();
        }
        out["properties"] = Value::Object(inner);
        return out;
    }
    match schema.get("additionalProperties") {
        Some(of @ Value::Object(_)) => {
            out["additionalProperties"] = structural(of, definitions);
            out
        }
        _ => {
            out["x-kubernetes-preserve-unknown-fields"] = json!(true);
            out
        }
    }
}
