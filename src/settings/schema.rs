//! The JSON Schema (draft-07) of each type of setting, for editors and other tools.

use std::ops::RangeInclusive;

use serde_json::{Value as Json, json};

use super::own::{self, Own};

/// Where the schemas of Kubernetes' own types stand in a schema that refers to them.
pub const DEFINITIONS: &str = "#/definitions/";

const QUANTITY: &str = concat!(
    r"([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "([numkMGTPE]|[KMGTPE]i|[eE][-+]?0*[0-9]{1,3})?$"
);

/// A number or boolean that may also be written as text, with the words for what it must look like.
fn written(types: &[&str], range: RangeInclusive<i64>, pattern: &str, expected: &str) -> Json {
    json!({
        "type": types,
        "minimum": range.start(),
        "maximum": range.end(),
        "pattern": pattern,
        "patternErrorMessage": format!("Expected {expected}."),
    })
}

pub(super) fn text() -> Json {
    json!({"type": "string"})
}

/// A boolean as Kubernetes' types have it.
pub(super) fn boolean() -> Json {
    json!({"type": "boolean"})
}

/// An integer as Kubernetes' types have it.
pub(super) fn integer() -> Json {
    json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX})
}

/// An integer from 0, or its digits as text.
pub(super) fn count() -> Json {
    written(
        &["integer", "string"],
        0..=i32::MAX.into(),
        r"^\+?[0-9]+$",
        "an integer",
    )
}

/// A port, or its digits as text.
pub(super) fn port() -> Json {
    written(
        &["integer", "string"],
        1..=65_535,
        r"^\+?0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$",
        "a port from 1 to 65535",
    )
}

/// A boolean, or what Go's `strconv.ParseBool` takes for one.
pub(super) fn flag() -> Json {
    written(
        &["boolean", "string", "integer"],
        0..=1,
        "^(true|false|True|False|TRUE|FALSE|t|f|T|F|1|0)$",
        "true or false",
    )
}

/// A quantity of 0 or more.
pub(super) fn amount() -> Json {
    json!({
        "type": ["string", "number"],
        "minimum": 0,
        "pattern": format!(r"^\+?{QUANTITY}"),
        "patternErrorMessage": format!("Expected {}.", super::quantity::EXAMPLES),
    })
}

/// A quantity inside one of Kubernetes' types, which may be negative.
#[must_use]
pub fn quantity() -> Json {
    json!({
        "type": ["string", "number"],
        "pattern": format!("^[-+]?{QUANTITY}"),
        "patternErrorMessage": format!("Expected {}.", super::quantity::EXAMPLES),
    })
}

pub(super) fn choice<'w>(words: impl Iterator<Item = &'w str>) -> Json {
    json!({"enum": words.collect::<Vec<_>>()})
}

pub(super) fn list(items: &Json) -> Json {
    json!({"type": "array", "items": items})
}

/// The path of a type in the code, and whether it is about a list of them.
fn path_of<T>() -> (&'static str, bool) {
    let path = std::any::type_name::<T>();
    let item = path
        .split_once('<')
        .map(|(_, item)| item.trim_end_matches('>'));
    (item.unwrap_or(path), item.is_some())
}

/// The type, if it is one of our own.
fn own(path: &str) -> Option<&'static Own> {
    let name = path.strip_prefix(concat!(env!("CARGO_CRATE_NAME"), "::"))?;
    own::named(name.rsplit("::").next().unwrap_or(name))
}

/// The name of Kubernetes' definition of a type: `io.k8s.api.core.v1.Probe`.
fn definition(path: &str) -> String {
    // k8s_openapi::v1_37::api::core::v1::probe::Probe: crate, version, path, file, name.
    let steps: Vec<&str> = path.split("::").skip(2).collect();
    match steps.as_slice() {
        [path @ .., _file, name] => format!("io.k8s.{}.{name}", path.join(".")),
        _ => String::new(),
    }
}

/// A type of Kubernetes or of our own that is read as a whole, or a list of them.
pub(super) fn whole<T>() -> Json {
    let (path, is_list) = path_of::<T>();
    let one = match own(path) {
        Some(own) => own.schema(),
        None => json!({"$ref": format!("{DEFINITIONS}{}", definition(path))}),
    };
    if is_list { list(&one) } else { one }
}

/// The same in words.
pub(super) fn whole_words<T>() -> String {
    let (path, is_list) = path_of::<T>();
    let one = match own(path) {
        Some(own) => own.words(),
        None => {
            let name = definition(path);
            format!(
                "Kubernetes' {}",
                name.rsplit('.').next().unwrap_or_default()
            )
        }
    };
    let of = if is_list { "list of " } else { "" };
    format!("{of}{one}")
}

/// What a field takes that may also be left empty: null, and where its value may be text, no text.
#[must_use]
pub fn or_nothing(mut schema: Json) -> Json {
    if schema.get("$ref").is_some() {
        return json!({"anyOf": [schema, {"type": "null"}]});
    }
    for list in ["type", "enum"] {
        match schema.get_mut(list) {
            Some(Json::Array(values)) if list == "type" => values.push(json!("null")),
            Some(Json::Array(values)) => values.push(Json::Null),
            Some(one) => *one = json!([one.take(), "null"]),
            None => {}
        }
    }
    or_text(schema, r"^\s*$")
}

/// Lets a zero in: it means that nothing is set.
pub(super) fn or_zero(mut schema: Json) -> Json {
    match schema.get_mut("minimum") {
        Some(minimum) if *minimum != 0 => *minimum = json!(0),
        _ => return schema,
    }
    or_text(schema, "^0+$")
}

/// Lets another text in where a pattern says which texts there are.
fn or_text(mut schema: Json, pattern: &str) -> Json {
    if let Some(Json::String(text)) = schema.get_mut("pattern") {
        *text = format!("{pattern}|{text}");
    }
    schema
}
