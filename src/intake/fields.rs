//! Fields of an Integration's `spec` that no setting has.

use std::ops::Range;

use crate::api::integration::Shape;
use crate::diagnostics::{Code, did_you_mean, suggest};
use crate::settings::{Reader, SETTINGS};
use crate::yaml::{Node, Value};

/// Finds fields of `spec` that no setting has. What is inside a setting is its type's business.
pub(super) fn check_spec(spec: &Node, shape: Shape, reader: &mut Reader<'_>) {
    check_level(spec, "", shape, reader);
    reader.path = String::new();
}

fn check_level(node: &Node, prefix: &str, shape: Shape, reader: &mut Reader<'_>) {
    for entry in node.entries() {
        let path = join(prefix, &entry.key);
        if fields(shape).any(|f| f == path) {
            continue;
        }
        let below = format!("{path}.");
        if fields(shape).any(|f| f.starts_with(&below)) {
            reader.path = format!("spec.{path}");
            if matches!(entry.value.value, Value::Mapping(_)) {
                check_level(&entry.value, &path, shape, reader);
            } else if !entry.value.is_empty() {
                reader.refuse(Code::WrongType, &entry.value, "a mapping");
            }
            continue;
        }
        match (shape, old_field(&path)) {
            (Shape::Current, Some(instead)) => {
                reader.path = format!("spec.{path}");
                let finding = reader
                    .finding(
                        Code::OldField,
                        format!("`{path}` is a field of the old API and has no effect here"),
                    )
                    .help(format!("write {instead}"));
                reader.push(finding, Some(entry.key_span.clone()));
            }
            (Shape::Legacy, Some(_)) => no_effect(&entry.value, &path, reader),
            _ => unknown_field(&entry.key, entry.key_span.clone(), prefix, shape, reader),
        }
    }
}

/// `port` in the old shape: k8s-ei-operator 1.1.0 did not read it and always used 8290.
fn no_effect(value: &Node, path: &str, reader: &mut Reader<'_>) {
    reader.path = format!("spec.{path}");
    let usual = value.raw_text() == Some("8290");
    let code = if usual {
        Code::NoEffect
    } else {
        Code::IgnoredPort
    };
    let message = format!("`{path}` has no effect: the Service has port 8290");
    let mut finding = reader.finding(code, message);
    if !usual {
        finding = finding.help("use apiVersion wso2.com/v1alpha2 and spec.expose.passthroPort");
    }
    reader.push(finding, Some(value.span.clone()));
}

fn unknown_field(
    key: &str,
    span: Range<usize>,
    prefix: &str,
    shape: Shape,
    reader: &mut Reader<'_>,
) {
    let parent = join("spec", prefix).trim_end_matches('.').to_owned();
    let known = first_steps(shape, prefix);
    reader.path.clone_from(&parent);
    let mut finding = reader
        .finding(
            Code::UnknownField,
            format!("unknown field `{key}` in `{parent}`"),
        )
        .expected(known.join(", "));
    let elsewhere = fields(shape).find(|f| f.rsplit('.').next() == Some(key));
    finding.help = match elsewhere {
        Some(place) => Some(format!("`{key}` belongs at `spec.{place}`")),
        None => did_you_mean(key, known.iter().copied()).or_else(|| {
            let all: Vec<&str> = fields(shape).filter_map(|f| f.rsplit('.').next()).collect();
            let near = suggest(key, all)?;
            let place = fields(shape).find(|f| f.rsplit('.').next() == Some(near))?;
            Some(format!("did you mean `spec.{place}`?"))
        }),
    };
    if finding.help.is_some() && known.len() > LONG_LIST {
        finding.expected = None;
    }
    reader.push(finding, Some(span));
}

/// So many fields are no help where one of them is suggested.
const LONG_LIST: usize = 12;

fn old_field(path: &str) -> Option<&'static str> {
    match path {
        "replicas" => Some("`deploySpec.minReplicas`"),
        "port" => Some("`expose.passthroPort`"),
        "inboundPorts" => Some("`expose.inboundPorts`"),
        _ => None,
    }
}

fn fields(shape: Shape) -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().filter_map(move |s| s.home(shape).field)
}

/// The keys that may stand below a path of `spec`.
pub(super) fn first_steps(shape: Shape, prefix: &str) -> Vec<&'static str> {
    let mut steps: Vec<&str> = Vec::new();
    for field in fields(shape) {
        let rest = if prefix.is_empty() {
            Some(field)
        } else {
            field.strip_prefix(prefix).and_then(|r| r.strip_prefix('.'))
        };
        if let Some(step) = rest.and_then(|r| r.split('.').next())
            && !steps.contains(&step)
        {
            steps.push(step);
        }
    }
    steps
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else if key.is_empty() {
        prefix.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}
