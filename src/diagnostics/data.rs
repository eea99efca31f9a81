//! Findings for programs: JSON, and SARIF for code scanning.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::position::Positions;
use super::{Code, Diagnostics, Finding, ObjectRef, Severity, Source};

/// All findings as one JSON object.
#[must_use]
pub fn to_json(diagnostics: &Diagnostics, sources: &[Source<'_>]) -> Json {
    let mut positions = Positions::new(sources);
    let findings = diagnostics.sorted();
    let findings: Vec<Json> = findings
        .into_iter()
        .map(|finding| json_finding(finding, &mut positions))
        .collect();
    json!({
        "findings": findings,
        "errors": diagnostics.count(Severity::Error),
        "warnings": diagnostics.count(Severity::Warning),
        "notShown": diagnostics.dropped(),
    })
}

fn json_finding(finding: &Finding, positions: &mut Positions<'_>) -> Json {
    let mut json = Map::new();
    json.insert("code".to_owned(), finding.code.id().into());
    json.insert("severity".to_owned(), finding.severity.word().into());
    json.insert("message".to_owned(), finding.message.clone().into());
    if let Some(place) = &finding.place
        && let Some(start) = positions.start(place)
    {
        json.insert("file".to_owned(), start.file.into());
        json.insert("line".to_owned(), start.line.into());
        json.insert("column".to_owned(), start.column.into());
        if let Some(end) = positions.end(place) {
            json.insert("endLine".to_owned(), end.line.into());
            json.insert("endColumn".to_owned(), end.column.into());
        }
    }
    if let Some(object) = &finding.object {
        json.insert("object".to_owned(), json_object(object));
    }
    for (key, value) in [
        ("field", &finding.field),
        ("found", &finding.found),
        ("expected", &finding.expected),
        ("help", &finding.help),
    ] {
        if let Some(value) = value {
            json.insert(key.to_owned(), value.clone().into());
        }
    }
    Json::Object(json)
}

fn json_object(object: &ObjectRef) -> Json {
    let mut json = Map::new();
    json.insert("apiVersion".to_owned(), object.api_version.clone().into());
    json.insert("kind".to_owned(), object.kind.clone().into());
    json.insert("name".to_owned(), object.name.clone().into());
    for (key, value) in [("namespace", &object.namespace), ("from", &object.file)] {
        if let Some(value) = value {
            json.insert(key.to_owned(), value.clone().into());
        }
    }
    Json::Object(json)
}

/// All findings as a SARIF 2.1.0 log.
#[must_use]
pub fn to_sarif(diagnostics: &Diagnostics, sources: &[Source<'_>]) -> Json {
    let findings = diagnostics.sorted();
    let mut codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut positions = Positions::new(sources);
    let results: Vec<Json> = findings
        .into_iter()
        .map(|finding| sarif_result(finding, &codes, &mut positions))
        .collect();
    let rules: Vec<Json> = codes
        .iter()
        .map(|code| {
            json!({
                "id": code.id(),
                "shortDescription": { "text": code.title() },
                "defaultConfiguration": { "level": level(code.severity()) },
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn sarif_result(finding: &Finding, codes: &[Code], positions: &mut Positions<'_>) -> Json {
    let mut text = finding.message.clone();
    for (label, value) in [
        ("found: ", &finding.found),
        ("expected: ", &finding.expected),
        ("", &finding.help),
    ] {
        if let Some(value) = value {
            text.push_str("; ");
            text.push_str(label);
            text.push_str(value);
        }
    }
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), finding.code.id().into());
    if let Ok(index) = codes.binary_search(&finding.code) {
        result.insert("ruleIndex".to_owned(), index.into());
    }
    result.insert("level".to_owned(), level(finding.severity).into());
    result.insert("message".to_owned(), json!({ "text": text }));
    if let Some(location) = sarif_location(finding, positions) {
        result.insert("locations".to_owned(), json!([location]));
    }
    Json::Object(result)
}

fn sarif_location(finding: &Finding, positions: &mut Positions<'_>) -> Option<Json> {
    let place = finding.place.as_ref()?;
    let (start, end) = (positions.start(place)?, positions.end(place)?);
    let from = finding.object.as_ref().and_then(|o| o.file.as_deref());
    let physical = match from {
        // Lines of a stream are not those of the file that a host made it of.
        Some(file) if start.file.starts_with('<') => {
            json!({ "artifactLocation": { "uri": uri(file) } })
        }
        _ => {
            let mut region = json!({ "startLine": start.line, "startColumn": start.column });
            if let (true, Some(region)) = (end != start, region.as_object_mut()) {
                region.insert("endLine".to_owned(), end.line.into());
                region.insert("endColumn".to_owned(), end.column.into());
            }
            json!({ "artifactLocation": { "uri": uri(start.file) }, "region": region })
        }
    };
    let name = finding.object.as_ref().map(|object| {
        let field = finding.field.as_deref().unwrap_or_default();
        json!([{ "fullyQualifiedName": format!("{}/{} {field}", object.kind, object.name).trim() }])
    });
    let mut location = json!({ "physicalLocation": physical });
    if let (Some(name), Some(location)) = (name, location.as_object_mut()) {
        location.insert("logicalLocations".to_owned(), name);
    }
    Some(location)
}

/// A path as a relative URI; what stands for no file as a word.
fn uri(path: &str) -> String {
    let path = path.trim_matches(['<', '>']);
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b if b.is_ascii_alphanumeric() || b"/._-~".contains(&b) => uri.push(char::from(b)),
            b => {
                let _ = write!(uri, "%{b:02X}");
            }
        }
    }
    uri
}
