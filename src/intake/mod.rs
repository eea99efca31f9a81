//! From documents to Integrations and layers of configuration.
//!
//! Knows which objects are ours and checks their identities; knows nothing of precedence or of
//! what is rendered.

mod config;
mod contents;
mod fields;
mod function_config;
mod integration;
mod moved;
mod near_misses;
mod problems;

use std::collections::BTreeMap;

pub use config::{Config, ConfigMap, Layer, LayerValue, is_known_key};
pub use contents::Contents;
pub use integration::{Integration, reference};
pub use problems::yaml_problem;
use problems::{problem, report_broken};

use crate::api::annotations::{GENERATED_FROM, KUSTOMIZE_ID, PREVIOUS_NAMESPACES};
use crate::api::config_map::ConfigMapName;
use crate::api::integration::{KIND, Version, version};
use crate::diagnostics::{Code, Diagnostics, Finding, ObjectRef, SourceId};
use crate::stream::{Manifests, Object, ObjectId};
use crate::yaml::{Header, Node};

/// The words of which a document must hold one to be looked at.
pub const WANTED: [&str; 8] = [
    KIND,
    "wso2",
    ConfigMapName::Integration.as_str(),
    ConfigMapName::Ingress.as_str(),
    ConfigMapName::Legacy.as_str(),
    GENERATED_FROM,
    "deploySpec",
    "passthroPort",
];

/// What becomes of an Integration in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Dropped from a plain stream and for kustomize; kept and marked local-config for kpt.
    #[default]
    Auto,
    /// Kept.
    Keep,
    /// Dropped.
    Drop,
}

/// A file that holds ConfigMaps.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path, as it was given.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What the command line says about reading.
#[derive(Debug, Default)]
pub struct Given {
    /// Files with ConfigMaps, the last one first in precedence.
    pub config: Vec<File>,
    /// `KEY=VALUE` pairs, the last of one key wins.
    pub defaults: Vec<(String, String)>,
    /// A file with the functionConfig (kustomize's legacy exec plugin).
    pub function_config: Option<File>,
}

/// An object that an earlier run rendered.
#[derive(Debug)]
pub struct Rendered {
    /// Its place.
    pub id: ObjectId,
    /// Who it is.
    pub object: ObjectRef,
    /// Its tree.
    pub node: Node,
    /// `<group>/<Kind>/<name>` of its Integration, or `shared`.
    pub generated_from: String,
    /// The names it had before, its own last.
    pub namespaces: Vec<String>,
}

/// How the input is to be read.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// What "no namespace" means.
    pub namespace: Option<String>,
    /// Unknown fields and values of Kubernetes' types are kept with a warning.
    pub keep_unknown: bool,
}

/// Everything of ours in the input.
#[derive(Debug, Default)]
pub struct Intake {
    /// The Integrations, in input order; those of the functionConfig come last.
    pub integrations: Vec<Integration>,
    /// Where defaults come from.
    pub config: Config,
    /// Objects that an earlier run rendered.
    pub rendered: Vec<Rendered>,
    /// `spec.prune` of the functionConfig.
    pub prune: Option<bool>,
    /// `spec.integrationsPolicy` of the functionConfig.
    pub policy: Option<Policy>,
    /// kustomize runs us once for each generator, so that shared Ingresses would clash.
    pub generator: bool,
    /// The objects that kustomize hands over carry its id.
    pub from_kustomize: bool,
}

impl Intake {
    /// Whether anything in the input is ours.
    #[must_use]
    pub fn has_anything(&self) -> bool {
        !(self.integrations.is_empty() && self.config.stream.is_empty() && self.rendered.is_empty())
    }
}

/// Reads everything of ours.
pub fn read(
    manifests: &Manifests<'_>,
    given: &Given,
    context: &Context,
    diagnostics: &mut Diagnostics,
) -> Intake {
    let keep_unknown = context.keep_unknown;
    let mut intake = Intake::default();
    config::read_defaults(given, &mut intake.config);
    config::read_files(given, &mut intake.config, diagnostics);
    problems::report_utf16(manifests.bytes(), diagnostics);
    for broken in manifests.broken() {
        report_broken(manifests, broken, diagnostics);
    }
    let mut reader = ObjectReader {
        manifests,
        keep_unknown,
        diagnostics,
    };
    for object in manifests.objects() {
        reader.object(object, &mut intake);
    }
    function_config::read(manifests, given, keep_unknown, &mut intake, diagnostics);
    find_duplicates(&intake, context, diagnostics);
    intake
}

/// Two Integrations of one identity render the same objects, whatever their groups.
fn find_duplicates(intake: &Intake, context: &Context, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<(Option<&str>, &str), &Integration> = BTreeMap::new();
    for integration in &intake.integrations {
        let namespace = integration
            .namespace
            .as_ref()
            .or(context.namespace.as_ref());
        let key = (namespace.map(String::as_str), integration.name.as_str());
        if seen.insert(key, integration).is_some() {
            diagnostics.push(
                Finding::new(
                    Code::Duplicate,
                    format!("two Integrations are named `{}`", integration.name),
                )
                .at(integration.source, integration.name_span.clone())
                .on(&integration.object)
                .field("metadata.name")
                .help("remove one of them, or give it another name or namespace"),
            );
        }
    }
}

struct ObjectReader<'m, 'a, 'd> {
    manifests: &'m Manifests<'a>,
    keep_unknown: bool,
    diagnostics: &'d mut Diagnostics,
}

impl ObjectReader<'_, '_, '_> {
    fn object(&mut self, object: &Object, intake: &mut Intake) {
        let Header { api_version, kind } = &object.header;
        match (api_version.as_deref(), kind.as_deref()) {
            (Some(api_version), Some(KIND)) => match version(api_version) {
                Version::Other => self.near_group(api_version, object),
                Version::Unknown => self.unknown_version(api_version, object),
                _ => self.integration(object, intake),
            },
            (Some("v1"), Some("ConfigMap")) => self.config_map(object, intake),
            (Some(api_version), Some(kind)) => {
                self.near_kind(api_version, kind, object);
                self.rendered(object, intake);
            }
            (None, None) => self.fragment(object),
            _ => self.half_header(object),
        }
    }

    fn text(&self, object: &Object) -> &[u8] {
        self.manifests
            .bytes()
            .get(object.range.clone())
            .unwrap_or_default()
    }

    fn has(&self, object: &Object, word: &str) -> bool {
        memchr::memmem::find(self.text(object), word.as_bytes()).is_some()
    }

    fn integration(&mut self, object: &Object, intake: &mut Intake) {
        match self.manifests.node(object.id) {
            Err(error) => {
                let text = self.manifests.bytes();
                self.diagnostics
                    .push(problem(&error, "this Integration", text));
            }
            Ok(node) => {
                let comment = self.manifests.source_comment(object.id);
                let found = integration::read(
                    node,
                    SourceId::INPUT,
                    Some(object.id),
                    comment,
                    self.keep_unknown,
                    self.diagnostics,
                );
                if let Some(found) = found {
                    intake.from_kustomize |= found.from_kustomize;
                    intake.integrations.push(found);
                }
            }
        }
    }

    fn config_map(&mut self, object: &Object, intake: &mut Intake) {
        if !ConfigMapName::ALL
            .iter()
            .any(|n| self.has(object, n.as_str()))
        {
            return self.rendered(object, intake);
        }
        match self.manifests.node(object.id) {
            Err(error) => {
                // Which name it has cannot be told: to lose somebody's defaults in silence is worse
                // than to refuse a document that no API server takes.
                let text = self.manifests.bytes();
                self.diagnostics
                    .push(problem(&error, "this ConfigMap", text));
            }
            Ok(node) => {
                let found = config::read_config_map(
                    &node,
                    SourceId::INPUT,
                    Some(object.id),
                    self.manifests.source_comment(object.id),
                    self.diagnostics,
                );
                match found {
                    Some(map) => intake.config.stream.push(map),
                    None => self.rendered(object, intake),
                }
            }
        }
    }

    /// Something that carries our annotation.
    fn rendered(&mut self, object: &Object, intake: &mut Intake) {
        if !self.has(object, GENERATED_FROM) {
            return;
        }
        let Ok(node) = self.manifests.node(object.id) else {
            return;
        };
        let annotation = |key| node.at("metadata.annotations").and_then(|a| a.get(key));
        let Some(generated_from) = annotation(GENERATED_FROM).and_then(Node::raw_text) else {
            return;
        };
        intake.from_kustomize |= annotation(KUSTOMIZE_ID).is_some();
        let generated_from = generated_from.to_owned();
        let reference = integration::reference(&node, None);
        let mut namespaces = integration::previous(&node, PREVIOUS_NAMESPACES);
        namespaces.extend(reference.namespace.clone());
        intake.rendered.push(Rendered {
            id: object.id,
            object: reference,
            node,
            generated_from,
            namespaces,
        });
    }
}
