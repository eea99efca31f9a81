//! Every Integration and settings `ConfigMap` of the repository, one by one, and what the program says of each.

use std::path::{Path, PathBuf};

use expand_integration::diagnostics::{Code, Severity};
use expand_integration::settings::SETTINGS;
use expand_integration::yaml::{Limits, parse};
use expand_integration::{Options, expand};
use serde_json::{Value, json};

use crate::harness;

/// An object, and where it stands: the file and its place among the objects there.
pub struct Object {
    pub place: String,
    pub value: Value,
    /// As it was written, or as JSON where it stood in a list.
    pub text: String,
}

/// What a schema can see: mistakes in one value. The rest is about several values or objects, or about text in text.
const IN_SIGHT: [Code; 11] = [
    Code::UnknownField,
    Code::WrongType,
    Code::Missing,
    Code::BadQuantity,
    Code::BadPort,
    Code::NotBoolean,
    Code::NotAChoice,
    Code::BadName,
    Code::UnknownVersion,
    Code::MixedShapes,
    Code::BadReplicas,
];

/// The objects of all examples, golden cases, samples and parity cases.
pub fn objects() -> Vec<Object> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for directory in [
        "charts",
        "kustomization-examples",
        "tests/golden",
        "tests/parity/inputs",
        "tests/samples",
    ] {
        collect(&root.join(directory), &mut files);
    }
    let mut objects = Vec::new();
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let path = file.strip_prefix(root).unwrap().display().to_string();
        objects.extend(of_text(&path, &text));
    }
    objects
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in harness::entries(directory) {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "json")
            && !entry.ends_with("expected.yaml")
        {
            files.push(entry);
        }
    }
}

/// Broken documents have no value, and the templates of charts have no YAML: both are passed over.
fn of_text(path: &str, text: &str) -> Vec<Object> {
    let mut found: Vec<(Value, String)> = Vec::new();
    for document in harness::documents(text) {
        let Ok(node) = parse(&document.text, 0..document.text.len(), &Limits::default()) else {
            continue;
        };
        let value = node.to_json();
        match value["items"].as_array() {
            None => found.push((value, document.text)),
            Some(items) => {
                let inner = items.iter().chain(value.get("functionConfig"));
                found.extend(inner.map(|item| (item.clone(), item.to_string())));
            }
        }
    }
    let ours = found
        .into_iter()
        .filter(|(value, _)| harness::is_integration(value) || harness::is_settings(value));
    ours.enumerate()
        .map(|(index, (value, text))| Object {
            place: format!("{path}#{index}"),
            value,
            text,
        })
        .collect()
}

/// The mistakes in single values that the program finds in an object, by code.
pub fn mistakes(object: &Object) -> Vec<&'static str> {
    let mut input = object.text.clone();
    if harness::is_settings(&object.value) {
        // Its keys are read for an Integration that has none of the fields.
        let old = object.value["metadata"]["name"] == "ei-operator-config";
        input = format!("{input}\n---\n{}\n", integration(old));
    }
    let outcome = expand(input.as_bytes(), &Options::default());
    let findings = outcome.diagnostics.sorted();
    let errors = findings.iter().filter(|f| f.severity == Severity::Error);
    errors
        .filter(|finding| !is_in_text(finding.field.as_deref().unwrap_or_default()))
        .map(|finding| finding.code)
        .filter(|code| IN_SIGHT.contains(code))
        .map(Code::id)
        .collect()
}

/// Whether a path leads into YAML text in a `ConfigMap`, where no schema looks.
fn is_in_text(path: &str) -> bool {
    let Some(path) = path.strip_prefix("data.") else {
        return false;
    };
    // The longest: `ingress.properties` is a key, and no part of `ingress`.
    let leads = |key: &str| {
        let rest = path.strip_prefix(key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let homes = SETTINGS.iter().flat_map(|setting| {
        let keys = [setting.current.key, setting.legacy.key];
        keys.into_iter()
            .flatten()
            .map(move |(_, key)| (key, setting))
    });
    let key = homes
        .filter(|(key, _)| leads(key))
        .max_by_key(|(key, _)| key.len());
    key.is_some_and(|(_, setting)| setting.structured)
}

/// The smallest Integration of a shape.
pub fn integration(old: bool) -> Value {
    let version = if old {
        "integration.wso2.com/v1alpha1"
    } else {
        "wso2.com/v1alpha2"
    };
    json!({
        "apiVersion": version,
        "kind": "Integration",
        "metadata": {"name": "app"},
        "spec": {"image": "example/app:1"},
    })
}
