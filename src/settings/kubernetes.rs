//! Checks what users wrote against Kubernetes' own types.
//!
//! Finds unknown fields and values of enumerations at any depth with the right candidates for a
//! suggestion, every wrong type (not only the first), quantities that are none, and required
//! fields that are missing. The value itself stays as the user wrote it.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::listener::{Blame, Listener, State, child_path};
use super::reader::Reader;
use crate::diagnostics::{Code, Severity, did_you_mean};
use crate::yaml::Node;

/// How many wrong values of one fragment are looked for.
const MOST_ERRORS: usize = 50;

/// A part of an object in Kubernetes' own type.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragment<T> {
    /// What the user wrote: this is rendered.
    pub json: Json,
    /// What Kubernetes reads: this is what checks look at.
    pub typed: T,
}

/// Reads a value as `T`; the findings go to the reader.
pub(super) fn check<T: DeserializeOwned + Serialize>(
    node: &Node,
    reader: &mut Reader<'_>,
) -> Option<Fragment<T>> {
    read(node, reader).and_then(|(fragment, clean)| clean.then_some(fragment))
}

/// Reads a value as `T`, and tells whether it was clean. Without a wrong type there is a value to
/// look further into, even where fields are unknown or missing.
pub(super) fn read<T: DeserializeOwned + Serialize>(
    node: &Node,
    reader: &mut Reader<'_>,
) -> Option<(Fragment<T>, bool)> {
    let mut skip = HashSet::new();
    let mut blames: Vec<Blame> = Vec::new();
    loop {
        let state = RefCell::new(State {
            skip: std::mem::take(&mut skip),
            lenient: reader.lenient,
            ..State::default()
        });
        let listener = Listener {
            node,
            state: &state,
            path: String::new(),
        };
        let result = T::deserialize(listener);
        let mut state = state.into_inner();
        skip = std::mem::take(&mut state.skip);
        match (result, state.blame.take()) {
            (Ok(typed), _) => {
                let clean = report(&state, &blames, reader);
                let mut json = node.to_json();
                for (path, key) in &state.renames {
                    rename(&mut json, path, key);
                }
                if !blames.is_empty() {
                    return None;
                }
                let complete = required(&typed, &json, node, reader);
                return Some((Fragment { json, typed }, clean && complete));
            }
            (Err(_), Some(blame)) if blames.len() < MOST_ERRORS => {
                skip.insert(blame.node);
                blames.push(blame);
            }
            (Err(error), blame) => {
                blames.extend(blame);
                if blames.is_empty() {
                    let message = format!("`{}` cannot be read: {error}", reader.path);
                    reader.report(Code::WrongType, node, message);
                }
                report(&state, &blames, reader);
                return None;
            }
        }
    }
}

fn report(state: &State, blames: &[Blame], reader: &mut Reader<'_>) -> bool {
    let mut clean = blames.is_empty();
    // The value of an environment variable may be a password.
    let secret = |path: &str| {
        let mut steps = path.split(['.', '[']);
        steps.any(|step| matches!(step, "env" | "command" | "args" | "httpHeaders"))
    };
    for blame in blames {
        let path = reader.join(&blame.path);
        let finding = reader
            .finding(blame.code, format!("`{path}` has the wrong type"))
            .field(path.clone())
            .found(if secret(&path) {
                blame.found_kind
            } else {
                &blame.found
            })
            .expected(blame.expected.clone());
        let finding = match blame.code {
            Code::BadQuantity => crate::diagnostics::Finding {
                message: format!("`{path}` is not a quantity"),
                ..finding
            },
            _ if blame.expected == "a string" && blame.scalar => finding.help("put it in quotes"),
            _ => finding,
        };
        reader.push(finding, Some(blame.span.clone()));
    }
    for unknown in &state.unknown {
        let path = reader.join(&unknown.path);
        let help = did_you_mean(&unknown.key, unknown.fields.iter().copied());
        // A line that lost its indentation can turn a password into a key.
        let message = if secret(&path) && help.is_none() {
            format!("unknown field in `{path}`")
        } else {
            format!("unknown field `{}` in `{path}`", unknown.key)
        };
        let mut finding = reader
            .finding(Code::UnknownField, message)
            .field(path)
            .expected(format!(
                "a field of Kubernetes' {}: {}",
                unknown.type_name,
                unknown.fields.join(", ")
            ));
        // So many fields are no help where one of them is suggested.
        if help.is_some() && unknown.fields.len() > 12 {
            finding.expected = None;
        }
        finding.help = help;
        if reader.keep_unknown {
            finding.severity = Severity::Warning;
        } else {
            clean = false;
        }
        reader.push(finding, Some(unknown.span.clone()));
    }
    for stranger in &state.strangers {
        let path = reader.join(&stranger.path);
        // Where an empty value is taken, it means none.
        let values = stranger.values.iter().copied().filter(|v| !v.is_empty());
        let mut finding = reader
            .finding(
                Code::NotAChoice,
                format!("`{path}` is none of the values it can have"),
            )
            .field(path.clone())
            .found(if secret(&path) {
                stranger.found_kind
            } else {
                &stranger.found
            })
            .expected(format!(
                "one of {}",
                values.clone().collect::<Vec<_>>().join(", ")
            ));
        finding.help = did_you_mean(&stranger.text, values);
        if reader.keep_unknown {
            finding.severity = Severity::Warning;
        } else {
            clean = false;
        }
        reader.push(finding, Some(stranger.span.clone()));
    }
    for ((path, key), span) in state.renames.iter().zip(&state.renamed_at) {
        let path = reader.join(path);
        let finding = reader
            .finding(Code::KeyCase, format!("`{path}` is read as `{key}`"))
            .field(path)
            .help(format!("write `{key}`"));
        reader.push(finding, Some(span.clone()));
    }
    clean
}

/// Finds required fields that are missing: they are in what the type writes, but not in what the
/// user wrote.
fn required<T: Serialize>(typed: &T, json: &Json, node: &Node, reader: &mut Reader<'_>) -> bool {
    let Ok(full) = serde_json::to_value(typed) else {
        return true;
    };
    let mut missing = Vec::new();
    absent(&full, json, "", Some(node), &mut missing);
    for (path, span) in &missing {
        let path = reader.join(path);
        let finding = reader
            .finding(Code::Missing, format!("`{path}` is missing"))
            .field(path)
            .expected("this field is required");
        reader.push(finding, span.clone());
    }
    missing.is_empty()
}

fn absent(
    full: &Json,
    given: &Json,
    path: &str,
    node: Option<&Node>,
    missing: &mut Vec<(String, Option<Range<usize>>)>,
) {
    match (full, given) {
        (Json::Object(full), Json::Object(given)) => {
            for (key, value) in full.iter().filter(|(_, value)| !value.is_null()) {
                let child = child_path(path, key);
                match given.get(key) {
                    None | Some(Json::Null) => {
                        missing.push((child, node.map(|n| n.span.clone())));
                    }
                    Some(given) => {
                        absent(value, given, &child, node.and_then(|n| n.get(key)), missing);
                    }
                }
            }
        }
        (Json::Array(full), Json::Array(given)) => {
            for (index, (value, given)) in full.iter().zip(given).enumerate() {
                let node = node.and_then(|n| n.items().get(index));
                absent(value, given, &format!("{path}[{index}]"), node, missing);
            }
        }
        _ => {}
    }
}

/// Gives the key at `path` its right name, in its place.
fn rename(json: &mut Json, path: &str, key: &str) {
    let (parent, old) = match path.rsplit_once('.') {
        Some((parent, old)) => (parent, old),
        None => ("", path),
    };
    let Some(Json::Object(map)) = descend(json, parent) else {
        return;
    };
    *map = std::mem::take(map)
        .into_iter()
        .map(|(k, v)| {
            if k == old {
                (key.to_owned(), v)
            } else {
                (k, v)
            }
        })
        .collect();
}

fn descend<'j>(json: &'j mut Json, path: &str) -> Option<&'j mut Json> {
    if path.is_empty() {
        return Some(json);
    }
    path.split(['.', '['])
        .filter(|step| !step.is_empty())
        .try_fold(json, |json, step| match step.strip_suffix(']') {
            Some(index) => json.get_mut(index.parse::<usize>().ok()?),
            None => {
                // An outer key may have been renamed before.
                let map = json.as_object_mut()?;
                let key = map.keys().find(|k| k.eq_ignore_ascii_case(step)).cloned()?;
                map.get_mut(&key)
            }
        })
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::{Container, ServiceSpec, Toleration};

    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::settings::enums::ENUMS;
    use crate::yaml::{Limits, parse};

    /// The findings about a value that stands at `path`.
    fn findings<T: DeserializeOwned + Serialize>(path: &str, text: &str) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        let node = parse(text, 0..text.len(), &Limits::default()).ok();
        assert!(node.is_some(), "{text}");
        check::<T>(
            &node.unwrap_or_else(|| Node::text("", 0..0)),
            &mut Reader {
                diagnostics: &mut diagnostics,
                object: None,
                path: path.to_owned(),
                source: None,
                bytes: None,
                keep_unknown: false,
                lenient: false,
            },
        );
        let words = |f: &crate::diagnostics::Finding| {
            let found = f.found.clone().unwrap_or_default();
            let expected = f.expected.clone().unwrap_or_default();
            format!("{} {}: {found}; {expected}", f.code.id(), f.message)
        };
        diagnostics.sorted().into_iter().map(words).collect()
    }

    #[test]
    fn enumerations_can_be_searched() {
        assert!(ENUMS.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn items_of_lists_are_compared() {
        assert_eq!(
            findings::<ServiceSpec>("at", "ipFamilies: [IPv4, IPV6, {}]"),
            [
                "EI005 `at.ipFamilies[2]` has the wrong type: a mapping; a string",
                "EI011 `at.ipFamilies[1]` is none of the values it can have: the string `IPV6`; one of IPv4, IPv6",
            ]
        );
    }

    #[test]
    fn an_empty_value_means_none_where_there_may_be_none() {
        assert!(findings::<Toleration>("at", "{operator: '', effect: ~}").is_empty());
        assert_eq!(
            findings::<Toleration>("at", "{operator: exists}"),
            [
                "EI011 `at.operator` is none of the values it can have: the string `exists`; one of Equal, Exists, Gt, Lt"
            ]
        );
    }

    /// A line that lost its indentation can put a password anywhere.
    #[test]
    fn texts_of_environment_variables_are_not_shown() {
        assert_eq!(
            findings::<Vec<Container>>("spec.env", "- {name: a, imagePullPolicy: s3cr3t}"),
            [
                "EI011 `spec.env[0].imagePullPolicy` is none of the values it can have: a string; one of Always, IfNotPresent, Never"
            ]
        );
    }
}
