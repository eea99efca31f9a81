//! The layers of configuration: ConfigMaps in the input and in files, and single values.

use std::cell::Cell;
use std::ops::Range;

use crate::api::annotations::PREVIOUS_NAMES;
use crate::api::config_map::ConfigMapName;
use crate::diagnostics::{Code, Diagnostics, Finding, ObjectRef, SourceId, did_you_mean};
use crate::intake::integration::{is_local_config, previous, reference};
use crate::intake::{Given, yaml_problem};
use crate::settings::{INERT_KEYS, Origin, all_keys, keys_of};
use crate::stream::{Manifests, ObjectId};
use crate::yaml::{self, Limits, Node, Value};

/// Values by key.
#[derive(Debug)]
pub struct Layer {
    /// Who says so.
    pub origin: Origin,
    /// The object that holds the values.
    pub object: Option<ObjectRef>,
    /// The text that holds them.
    pub source: Option<SourceId>,
    /// The path of the values in the object (`data`), or the option that gave them.
    pub path: &'static str,
    /// The values.
    pub values: Vec<LayerValue>,
}

/// One value of a layer.
#[derive(Debug)]
pub struct LayerValue {
    /// The key, as in a ConfigMap.
    pub key: String,
    /// Where the key stands, in the text that holds the value.
    pub key_span: Range<usize>,
    /// The value: raw text, but a functionConfig of our kind may hold structures.
    pub node: Node,
    /// Whether any Integration took it.
    pub used: Cell<bool>,
}

impl Layer {
    /// The value of a key; of several, the last.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&LayerValue> {
        self.values.iter().rev().find(|v| v.key == key)
    }
}

/// One of our ConfigMaps.
#[derive(Debug)]
pub struct ConfigMap {
    /// Which one.
    pub name: ConfigMapName,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its values.
    pub layer: Layer,
    /// Its place in the input.
    pub id: Option<ObjectId>,
    /// It is marked local-config.
    pub local: bool,
}

/// Everything that defaults can come from, highest first.
#[derive(Debug, Default)]
pub struct Config {
    /// `--default` and the functionConfig.
    pub given: Vec<Layer>,
    /// The ConfigMaps of each `--config` file, the last file first.
    pub files: Vec<Vec<ConfigMap>>,
    /// The ConfigMaps in the input.
    pub stream: Vec<ConfigMap>,
}

pub(super) fn read_defaults(given: &Given, config: &mut Config) {
    if given.defaults.is_empty() {
        return;
    }
    let values = given.defaults.iter().map(|(key, value)| LayerValue {
        key: key.clone(),
        key_span: 0..0,
        node: Node::text(value.clone(), 0..0),
        used: Cell::new(false),
    });
    config.given.push(Layer {
        origin: Origin::Default,
        object: None,
        source: None,
        path: "--default",
        values: values.collect(),
    });
}

pub(super) fn read_files(given: &Given, config: &mut Config, diagnostics: &mut Diagnostics) {
    for (index, file) in given.config.iter().enumerate().rev() {
        let source = SourceId(1 + index);
        let words: Vec<&str> = ConfigMapName::ALL.iter().map(|n| n.as_str()).collect();
        let manifests = Manifests::read(&file.bytes, &words, Limits::default());
        let mut maps = Vec::new();
        let mut failed = false;
        let broken = manifests
            .broken()
            .iter()
            .chain(manifests.envelope_problem());
        let broken = broken.map(|b| b.problem.clone());
        let mut problems: Vec<crate::stream::Problem> = broken.collect();
        for object in manifests.objects() {
            match manifests.node(object.id) {
                Ok(node) => maps.extend(
                    read_config_map(&node, source, None, None, diagnostics).map(|mut map| {
                        map.layer.origin = Origin::File {
                            path: file.path.clone(),
                            map: map.name,
                        };
                        map
                    }),
                ),
                Err(problem) => problems.push(problem),
            }
        }
        for problem in problems {
            failed = true;
            diagnostics.push(match problem {
                crate::stream::Problem::Yaml(error) => {
                    yaml_problem(&error, source, manifests.bytes())
                }
                crate::stream::Problem::NotUtf8 { offset } => {
                    Finding::new(Code::NotUtf8, "this file is not UTF-8").at(source, offset..offset)
                }
            });
        }
        if maps.is_empty() && !failed {
            diagnostics.push(
                Finding::new(
                    Code::UnusedDefault,
                    format!("{} has none of our ConfigMaps", file.path),
                )
                .at(source, 0..0)
                .expected(words.join(", ")),
            );
        }
        config.files.push(maps);
    }
}

/// Reads a ConfigMap; `None` where it is none of ours.
pub(super) fn read_config_map(
    node: &Node,
    source: SourceId,
    id: Option<ObjectId>,
    comment: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<ConfigMap> {
    let object = reference(node, comment);
    if object.kind != "ConfigMap" || object.api_version != "v1" {
        return None;
    }
    // kustomize may have prefixed the name.
    let mut names = previous(node, PREVIOUS_NAMES);
    names.insert(0, object.name.clone());
    let name = names.iter().find_map(|n| ConfigMapName::named(n))?;
    let origin = Origin::ConfigMap {
        map: name,
        namespace: object.namespace.clone(),
    };
    let values = read_values(node.get("data"), source, &object, "data", diagnostics);
    let layer = Layer {
        origin,
        source: Some(source),
        path: "data",
        values,
        object: Some(object),
    };
    check_keys(name, &layer, diagnostics);
    Some(ConfigMap {
        name,
        namespace: layer.object.as_ref().and_then(|o| o.namespace.clone()),
        local: is_local_config(node),
        layer,
        id,
    })
}

/// Reads data as raw text: kpt hands `a: "yes"` over as `a: yes`.
pub(super) fn read_values(
    data: Option<&Node>,
    source: SourceId,
    object: &ObjectRef,
    path: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<LayerValue> {
    let Some(data) = data.filter(|d| !d.is_null()) else {
        return Vec::new();
    };
    let mut refuse = |node: &Node, field: String, expected: &str| {
        diagnostics.push(
            Finding::new(Code::WrongType, format!("`{field}` has the wrong type"))
                .at(source, node.span.clone())
                .on(object)
                .field(field)
                .found(node.describe_kind())
                .expected(expected),
        );
    };
    let Value::Mapping(entries) = &data.value else {
        refuse(data, path.to_owned(), "a mapping of keys to text");
        return Vec::new();
    };
    let structures = path != "data";
    let mut values = Vec::new();
    for entry in entries {
        let node = match &entry.value.value {
            Value::Scalar(scalar) => {
                let mut node = Node::text(
                    entry.value.raw_text().unwrap_or_default(),
                    entry.value.span.clone(),
                );
                if let Value::Scalar(text) = &mut node.value
                    && scalar.style == yaml::Style::Literal
                {
                    text.style = yaml::Style::Literal;
                }
                node
            }
            _ if structures => entry.value.clone(),
            _ => {
                let field = format!("{path}.{}", entry.key);
                refuse(&entry.value, field, "text: put a `|` behind the colon");
                continue;
            }
        };
        values.push(LayerValue {
            key: entry.key.clone(),
            key_span: entry.key_span.clone(),
            node,
            used: Cell::new(false),
        });
    }
    values
}

fn check_keys(map: ConfigMapName, layer: &Layer, diagnostics: &mut Diagnostics) {
    for value in &layer.values {
        if keys_of(map).any(|k| k == value.key) {
            continue;
        }
        let inert = INERT_KEYS
            .iter()
            .find(|(of, key, _)| *of == map && *key == value.key);
        let finding = match inert {
            Some((_, key, why)) => {
                Finding::new(Code::NoEffect, format!("`{key}` has no effect: {why}"))
            }
            None => unknown_key(map, &value.key),
        };
        let mut finding = finding.field(format!("data.{}", value.key));
        finding.object.clone_from(&layer.object);
        if let Some(source) = layer.source {
            finding = finding.at(source, value.key_span.clone());
        }
        diagnostics.push(finding);
    }
}

fn unknown_key(map: ConfigMapName, key: &str) -> Finding {
    let mut finding = Finding::new(
        Code::UnknownKey,
        format!("`{key}` is no key of {}, and has no effect", map.as_str()),
    );
    let home = ConfigMapName::ALL
        .into_iter()
        .find(|other| keys_of(*other).any(|k| k == key));
    finding.help = match (home, renamed(map, key)) {
        (_, Some(help)) => Some(help),
        (Some(home), None) => Some(format!("it belongs into {}", home.as_str())),
        (None, None) => did_you_mean(key, keys_of(map)),
    };
    finding
}

/// Keys of earlier operators (2.0.0-1 to m3 read them from integration-config).
fn renamed(map: ConfigMapName, key: &str) -> Option<String> {
    let (to, what) = match (map, key) {
        (ConfigMapName::Legacy, _) => return None,
        (_, "host") => ("ingressHostName", ""),
        (_, "ingressTLS") => ("tlsSecretName", ""),
        (_, "sslRedirect") => (
            "ingress.properties",
            ": nginx.ingress.kubernetes.io/ssl-redirect",
        ),
        _ => return None,
    };
    Some(format!(
        "this is a key of older operators; write `{to}`{what} in integration-ingress-config"
    ))
}

/// Whether a key means something in any of the ConfigMaps.
#[must_use]
pub fn is_known_key(key: &str) -> bool {
    all_keys().any(|k| k == key) || INERT_KEYS.iter().any(|(_, k, _)| *k == key)
}
