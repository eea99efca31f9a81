//! Files of ConfigMaps that are mounted into the container.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::reader::Reader;
use super::schema;
use super::types::SettingType;
use crate::api::is_label;
use crate::diagnostics::{Code, did_you_mean};
use crate::yaml::{Node, Value};

/// One file of a ConfigMap, mounted into the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigMapFile {
    /// The ConfigMap.
    pub name: String,
    /// The directory.
    pub mount_path: String,
    /// The key in the ConfigMap and the name of the file; empty mounts the whole ConfigMap.
    pub file_name: String,
}

impl ConfigMapFile {
    /// Where it is mounted: the directory and the file, joined with one slash.
    #[must_use]
    pub fn path(&self) -> String {
        let directory = self.mount_path.trim_end_matches('/');
        match (directory, self.file_name.as_str()) {
            ("", "") => "/".to_owned(),
            (directory, "") => directory.to_owned(),
            (directory, file) => format!("{directory}/{file}"),
        }
    }
}

impl SettingType for Vec<ConfigMapFile> {
    const STRUCTURED: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        const FIELDS: [&str; 3] = ["name", "mountPath", "fileName"];
        let Value::Sequence(items) = &node.value else {
            reader.refuse(
                Code::WrongType,
                node,
                "a list of {name, mountPath, fileName}",
            );
            return None;
        };
        let path = reader.path.clone();
        let mut files = Vec::new();
        let mut clean = true;
        for (index, item) in items.iter().enumerate() {
            reader.path = format!("{path}[{index}]");
            if !matches!(item.value, Value::Mapping(_)) {
                reader.refuse(
                    Code::WrongType,
                    item,
                    "a mapping with name, mountPath and fileName",
                );
                clean = false;
                continue;
            }
            for entry in item.entries() {
                if !FIELDS.contains(&entry.key.as_str()) {
                    let mut finding = reader
                        .finding(
                            Code::UnknownField,
                            format!("unknown field `{}` in `{}`", entry.key, reader.path),
                        )
                        .expected(FIELDS.join(", "));
                    finding.help = did_you_mean(&entry.key, FIELDS);
                    reader.push(finding, Some(entry.key_span.clone()));
                    clean = false;
                }
            }
            let item_path = reader.path.clone();
            let [name, mount_path, file_name] = FIELDS.map(|field| {
                reader.path = format!("{item_path}.{field}");
                match item.get(field).filter(|n| !n.is_null()) {
                    Some(node) => String::read(node, reader),
                    None => Some(String::new()),
                }
            });
            for (field, value) in [("name", &name), ("mountPath", &mount_path)] {
                if value.as_deref() == Some("") {
                    reader.path = format!("{item_path}.{field}");
                    reader.refuse(Code::Missing, item, "this field is required");
                    clean = false;
                }
            }
            if let Some(name) = name.as_deref().filter(|n| !n.is_empty() && !is_volume(n)) {
                reader.path = format!("{item_path}.name");
                let finding = reader
                    .finding(
                        Code::BadName,
                        format!("`volume-{name}` cannot name a volume"),
                    )
                    .expected(
                        "a ConfigMap whose name is up to 56 lower-case letters, digits and `-`",
                    )
                    .help("its volume is named after it: rename the ConfigMap");
                reader.push(finding, Some(item.span.clone()));
                clean = false;
            }
            match (name, mount_path, file_name) {
                (Some(name), Some(mount_path), Some(file_name)) => files.push(ConfigMapFile {
                    name,
                    mount_path,
                    file_name,
                }),
                _ => clean = false,
            }
        }
        reader.path = path;
        clean &= each_path_once(&files, items, reader);
        clean.then_some(files)
    }

    fn takes() -> String {
        "list of `name`, `mountPath`, `fileName`".to_owned()
    }

    fn schema() -> Json {
        schema::list(&json!({
            "type": "object",
            "required": ["name", "mountPath"],
            "additionalProperties": false,
            "properties": {
                "name": {
                    "description": "The ConfigMap.",
                    "type": "string",
                    "pattern": "^[-a-z0-9]{0,55}[a-z0-9]$",
                },
                "mountPath": {
                    "description": "The directory to mount it into.",
                    "type": "string",
                    "minLength": 1,
                },
                "fileName": {
                    "description": "The key in the ConfigMap, and the name of the file. Without it the whole ConfigMap is mounted.",
                    "type": ["string", "null"],
                },
            },
        }))
    }

    fn show(&self) -> Json {
        let shown = self.iter().map(|file| {
            json!({ "name": file.name, "mountPath": file.mount_path, "fileName": file.file_name })
        });
        shown.collect()
    }
}

/// The volume of a ConfigMap is `volume-<name>`, a DNS label.
fn is_volume(name: &str) -> bool {
    is_label(&format!("volume-{name}"))
}

/// An API server refuses two mounts of one path.
fn each_path_once(files: &[ConfigMapFile], items: &[Node], reader: &mut Reader<'_>) -> bool {
    let mut seen = BTreeSet::new();
    let mut clean = true;
    for (index, (file, item)) in files.iter().zip(items).enumerate() {
        if !seen.insert(file.path()) {
            let finding = reader
                .finding(
                    Code::Duplicate,
                    format!("`{}` is mounted twice", file.path()),
                )
                .field(format!("{}[{index}]", reader.path));
            reader.push(finding, Some(item.span.clone()));
            clean = false;
        }
    }
    clean
}
