//! Environment variables, with two spellings from WSO2's documentation that Kubernetes lacks.

use k8s_openapi::api::core::v1::{EnvFromSource, EnvVar};

use super::kubernetes::{Fragment, check};
use super::reader::Reader;
use super::types::SettingType;
use crate::diagnostics::Code;
use crate::yaml::{Node, Value};

/// `spec.env`.
#[derive(Debug, Clone, PartialEq)]
pub struct Env(pub Fragment<Vec<EnvVar>>);

/// `spec.envFrom`.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvFrom(pub Fragment<Vec<EnvFromSource>>);

impl SettingType for Env {
    const STRUCTURED: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut node = node.clone();
        each_item(&mut node, |index, item| {
            if let Some(source) = entry(item, "valueFrom") {
                let at = format!("[{index}].valueFrom");
                respell(source, "configMapRef", "configMapKeyRef", &at, reader);
            }
        });
        check(&node, reader).map(Self)
    }

    fn takes() -> &'static str {
        "list of Kubernetes' EnvVar"
    }
}

impl SettingType for EnvFrom {
    const STRUCTURED: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut node = node.clone();
        each_item(&mut node, |index, item| {
            respell(
                item,
                "secretKeyRef",
                "secretRef",
                &format!("[{index}]"),
                reader,
            );
        });
        check(&node, reader).map(Self)
    }

    fn takes() -> &'static str {
        "list of Kubernetes' EnvFromSource"
    }
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
fn respell(node: &mut Node, wrong: &str, right: &str, at: &str, reader: &mut Reader<'_>) {
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
