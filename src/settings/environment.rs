//! Environment variables, with two spellings from WSO2's documentation that Kubernetes lacks.

use k8s_openapi::api::core::v1::{EnvFromSource, EnvVar};
use serde_json::Value as Json;

use super::kubernetes::{self, Fragment};
use super::reader::Reader;
use super::schema;
use super::types::SettingType;
use crate::diagnostics::Code;
use crate::yaml::{Node, Value};

/// What stands for the value of a variable, which may be a password.
const HIDDEN: &str = "(hidden)";

/// `spec.env`.
#[derive(Debug, Clone, PartialEq)]
pub struct Env(pub Fragment<Vec<EnvVar>>);

/// `spec.envFrom`.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvFrom(pub Fragment<Vec<EnvFromSource>>);

/// Spellings from WSO2's documentation: Kubernetes' type, the wrong key in it and the right one.
pub const RESPELLINGS: [(&str, &str, &str); 2] = [
    ("EnvVarSource", "configMapRef", "configMapKeyRef"),
    ("EnvFromSource", "secretKeyRef", "secretRef"),
];

impl SettingType for Env {
    const STRUCTURED: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut node = node.clone();
        each_item(&mut node, |index, item| {
            if let Some(source) = entry(item, "valueFrom") {
                let at = format!("[{index}].valueFrom");
                respell(source, RESPELLINGS[0], &at, reader);
            }
        });
        let (fragment, mut clean) = kubernetes::read::<Vec<EnvVar>>(&node, reader)?;
        for (index, (variable, item)) in fragment.typed.iter().zip(node.items()).enumerate() {
            if let Some(wrong) = wrong_variable(variable) {
                refuse(wrong, &format!("[{index}]"), item, reader);
                clean = false;
            }
        }
        clean.then_some(Self(fragment))
    }

    fn takes() -> String {
        schema::whole_words::<Vec<EnvVar>>()
    }

    fn schema() -> Json {
        schema::whole::<Vec<EnvVar>>()
    }

    fn show(&self) -> Json {
        let mut variables = self.0.json.clone();
        let entries = variables.as_array_mut().into_iter().flatten();
        for value in entries.filter_map(|entry| entry.get_mut("value")) {
            *value = HIDDEN.into();
        }
        variables
    }

    fn render(&self) -> Json {
        self.0.json.clone()
    }
}

impl SettingType for EnvFrom {
    const STRUCTURED: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut node = node.clone();
        each_item(&mut node, |index, item| {
            respell(item, RESPELLINGS[1], &format!("[{index}]"), reader);
        });
        let (fragment, mut clean) = kubernetes::read::<Vec<EnvFromSource>>(&node, reader)?;
        for (index, (source, item)) in fragment.typed.iter().zip(node.items()).enumerate() {
            if source.config_map_ref.is_some() == source.secret_ref.is_some() {
                let wrong = "takes one of configMapRef and secretRef";
                refuse(wrong, &format!("[{index}]"), item, reader);
                clean = false;
            }
        }
        clean.then_some(Self(fragment))
    }

    fn takes() -> String {
        schema::whole_words::<Vec<EnvFromSource>>()
    }

    fn schema() -> Json {
        schema::whole::<Vec<EnvFromSource>>()
    }

    fn show(&self) -> Json {
        self.0.json.clone()
    }
}

/// What an API server would refuse, though the types allow it.
fn wrong_variable(variable: &EnvVar) -> Option<&'static str> {
    if variable.name.is_empty() {
        return Some("has no name");
    }
    if variable.name.contains('=') {
        return Some("has a name with `=` in it: write `name` and `value` on lines of their own");
    }
    let source = variable.value_from.as_ref()?;
    if variable.value.as_ref().is_some_and(|v| !v.is_empty()) {
        return Some("has both value and valueFrom");
    }
    let sources = [
        source.config_map_key_ref.is_some(),
        source.field_ref.is_some(),
        source.file_key_ref.is_some(),
        source.resource_field_ref.is_some(),
        source.secret_key_ref.is_some(),
    ];
    (sources.iter().filter(|s| **s).count() != 1)
        .then_some("takes one source in valueFrom, such as secretKeyRef")
}

fn refuse(wrong: &str, at: &str, item: &Node, reader: &mut Reader<'_>) {
    let path = reader.join(at);
    let finding = reader
        .finding(Code::BadEnvironment, format!("`{path}` {wrong}"))
        .field(path);
    reader.push(finding, Some(item.span.clone()));
}

fn each_item(node: &mut Node, mut visit: impl FnMut(usize, &mut Node)) {
    if let Value::Sequence(items) = &mut node.value {
        for (index, item) in items.iter_mut().enumerate() {
            visit(index, item);
        }
    }
}

fn entry<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut node.value {
        Value::Mapping(entries) => entries
            .iter_mut()
            .find(|e| e.key == key)
            .map(|e| &mut e.value),
        _ => None,
    }
}

/// The documentation's sample uses `wrong`, which no API server takes. What it means is clear.
fn respell(
    node: &mut Node,
    (_, wrong, right): (&str, &str, &str),
    at: &str,
    reader: &mut Reader<'_>,
) {
    if node.get(right).is_some() {
        return;
    }
    let Value::Mapping(entries) = &mut node.value else {
        return;
    };
    if let Some(entry) = entries.iter_mut().find(|e| e.key == wrong) {
        right.clone_into(&mut entry.key);
        let path = reader.join(at);
        let mut finding = reader
            .finding(
                Code::DocumentedSpelling,
                format!("`{wrong}` in `{path}` is read as `{right}`"),
            )
            .help(format!(
                "write `{right}`: Kubernetes has no `{wrong}` here, though WSO2's documentation does"
            ));
        finding.field = Some(path);
        reader.push(finding, Some(entry.key_span.clone()));
    }
}
