//! Findings as the `results` of a KRM ResourceList.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::{Code, Diagnostics, Finding, ObjectRef};

/// The findings as KRM results, errors first: kpt prints only the first few lines.
///
/// They name fields, files and objects but no line of the stream, so that the same objects give
/// the same results wherever they stand.
#[must_use]
pub fn to_results(diagnostics: &Diagnostics) -> Vec<Json> {
    let mut findings = diagnostics.sorted();
    findings.sort_by_key(|f| f.severity);
    findings
        .into_iter()
        .filter(|f| f.code != Code::Reemitted && f.code != Code::Removed)
        .map(result)
        .collect()
}

fn result(finding: &Finding) -> Json {
    let mut result = Map::new();
    result.insert("message".to_owned(), Json::String(sentence(finding)));
    result.insert("severity".to_owned(), finding.severity.word().into());
    if let Some(object) = &finding.object {
        // The specification wants all three of them.
        if !object.name.is_empty() {
            result.insert("resourceRef".to_owned(), reference(object));
            if let Some(field) = &finding.field {
                result.insert("field".to_owned(), json!({ "path": field }));
            }
        }
        if let Some(path) = &object.file {
            let index = object.index.unwrap_or(0);
            result.insert("file".to_owned(), json!({ "path": path, "index": index }));
        }
    }
    result.insert("tags".to_owned(), json!({ "code": finding.code.id() }));
    Json::Object(result)
}

fn sentence(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    for (label, value) in [
        ("found", &finding.found),
        ("expected", &finding.expected),
        ("help", &finding.help),
    ] {
        if let Some(value) = value {
            let _ = write!(text, "; {label}: {value}");
        }
    }
    text
}

fn reference(object: &ObjectRef) -> Json {
    let mut reference = Map::new();
    reference.insert("apiVersion".to_owned(), object.api_version.clone().into());
    reference.insert("kind".to_owned(), object.kind.clone().into());
    reference.insert("name".to_owned(), object.name.clone().into());
    if let Some(namespace) = &object.namespace {
        reference.insert("namespace".to_owned(), namespace.clone().into());
    }
    Json::Object(reference)
}
