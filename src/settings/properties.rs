//! Annotations as lines of `key: value`, the way `ingress.properties` holds them.

use std::ops::Range;

use serde_json::Value as Json;

use super::reader::Reader;
use super::schema;
use super::types::SettingType;
use crate::diagnostics::Code;
use crate::yaml::{Node, Style, place_in_block};

/// Annotations as lines of `key: value` (operator v2.0.3: `ingress.properties`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Properties(pub Vec<(String, String)>);

impl SettingType for Properties {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(text) = node.raw_text() else {
            reader.refuse(Code::WrongType, node, "lines of `annotation: value`");
            return None;
        };
        let mut properties: Vec<(String, String)> = Vec::new();
        for line in text.lines().map(str::trim) {
            if line.is_empty() {
                continue;
            }
            if line.starts_with('#') {
                if line.contains(':') {
                    differs(node, reader, line, "a comment, and is left out");
                }
                continue;
            }
            let parts = line
                .split_once(':')
                .filter(|(key, _)| !key.trim().is_empty());
            let Some((key, value)) = parts else {
                differs(
                    node,
                    reader,
                    line,
                    "no `annotation: value`, and is left out",
                );
                continue;
            };
            let (key, value) = (key.trim(), value.trim());
            if value.contains(':') {
                differs(
                    node,
                    reader,
                    line,
                    "taken up to its end (the operator cut it at the second `:`)",
                );
            }
            match properties.iter_mut().find(|(k, _)| k == key) {
                Some(property) => value.clone_into(&mut property.1),
                None => properties.push((key.to_owned(), value.to_owned())),
            }
        }
        Some(Self(properties))
    }

    fn takes() -> String {
        "lines of `annotation: value`".to_owned()
    }

    fn schema() -> Json {
        schema::text()
    }

    fn show(&self) -> Json {
        let lines = self.0.iter().map(|(key, value)| format!("{key}: {value}"));
        lines.collect::<Vec<_>>().join("\n").into()
    }
}

fn differs(node: &Node, reader: &mut Reader<'_>, line: &str, what: &str) {
    let span = place(node, reader, line);
    let key = line.split(':').next().unwrap_or(line).trim();
    let finding = reader
        .finding(
            Code::PropertiesLine,
            format!("the line `{key}` of `{}` is {what}", reader.path),
        )
        .expected("lines of `annotation: value`");
    reader.push(finding, Some(span));
}

/// The place of a line of the text: a line of the source where the text is a literal block.
fn place(node: &Node, reader: &Reader<'_>, line: &str) -> Range<usize> {
    let literal = node.scalar().filter(|s| s.style == Style::Literal);
    match (literal, reader.bytes) {
        (Some(scalar), Some(bytes)) => {
            let inner = scalar.text.find(line).unwrap_or(0);
            let at = place_in_block(bytes, &node.span, &scalar.text, inner);
            at..at + line.len()
        }
        _ => node.span.clone(),
    }
}
