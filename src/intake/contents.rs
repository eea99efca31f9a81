//! Checksums of the ConfigMaps and Secrets of the input, for pods that are to roll with them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::stream::Manifests;
use crate::yaml::{Limits, Node};

/// What is in the input under these names.
#[derive(Debug, Default)]
pub struct Contents {
    /// By kind, name and namespace.
    sums: BTreeMap<(String, String, Option<String>), String>,
}

impl Contents {
    /// Reads the ConfigMaps and Secrets that have one of these names.
    #[must_use]
    pub fn read(input: &[u8], names: &[&str]) -> Self {
        let mut contents = Self::default();
        if names.is_empty() {
            return contents;
        }
        let manifests = Manifests::read(input, names, Limits::default());
        for object in manifests.objects() {
            let kind = object.header.kind.as_deref().unwrap_or_default();
            if !matches!(kind, "ConfigMap" | "Secret") {
                continue;
            }
            let Ok(node) = manifests.node(object.id) else {
                continue;
            };
            let text = |path: &str| node.at(path).and_then(Node::raw_text).map(str::to_owned);
            let name = text("metadata.name").unwrap_or_default();
            if names.contains(&name.as_str()) {
                let key = (kind.to_owned(), name, text("metadata.namespace"));
                contents.sums.insert(key, sum(&node));
            }
        }
        contents
    }

    /// One checksum over those that pods in a namespace use; `None` where none is in the input.
    #[must_use]
    pub fn checksum<'u>(
        &self,
        uses: impl IntoIterator<Item = (&'u str, &'u str)>,
        namespace: Option<&str>,
    ) -> Option<String> {
        let mut hash = Sha256::new();
        let mut any = false;
        for (kind, name) in uses {
            let own = namespace.map(str::to_owned);
            // Helm's manifests name no namespace where it is the release's.
            for of in [own, None] {
                let key = (kind.to_owned(), name.to_owned(), of);
                if let Some(sum) = self.sums.get(&key) {
                    any = true;
                    hash.update(format!("{kind}/{name}={sum}\n"));
                    break;
                }
            }
        }
        any.then(|| hex(&hash.finalize()))
    }
}

/// What it holds, whatever its labels and the order of its keys.
fn sum(node: &Node) -> String {
    let mut hash = Sha256::new();
    for key in ["binaryData", "data", "stringData"] {
        let mut value = node.at(key).map_or(Json::Null, Node::to_json);
        value.sort_all_objects();
        hash.update(format!("{key}={value}\n"));
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
