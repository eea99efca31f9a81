//! Files of ConfigMaps that are mounted into the container.

use super::reader::Reader;
use super::types::SettingType;
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
        clean.then_some(files)
    }

    fn takes() -> &'static str {
        "list of `name`, `mountPath`, `fileName`"
    }
}
