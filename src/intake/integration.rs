//! One Integration: who it is, and whether all that stands in it means something.

use std::ops::Range;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::api::annotations::{
    HELM_HOOK, INDEXES, INHERITED, KUSTOMIZE_ID, LOCAL_CONFIG, PATHS, POSTRENDER_FILENAME,
    PREVIOUS_NAMES,
};
use crate::api::integration::{OLD_FIELDS, Shape, Version, group, shape_by_fields, version};
use crate::api::is_label;
use crate::diagnostics::{Code, Diagnostics, ObjectRef, SourceId, did_you_mean};
use crate::intake::fields::{check_spec, first_steps};
use crate::settings::{Fragment, Reader, SettingType};
use crate::stream::ObjectId;
use crate::yaml::{Node, Style, Value};

/// An Integration as it was written.
#[derive(Debug)]
pub struct Integration {
    /// Its place in the input; `None` for one that only the functionConfig holds.
    pub id: Option<ObjectId>,
    /// The text it stands in.
    pub source: SourceId,
    /// Its tree.
    pub node: Node,
    /// How it is written.
    pub shape: Shape,
    /// Who it is, for messages.
    pub object: ObjectRef,
    /// `metadata.name`.
    pub name: String,
    /// Where the name stands.
    pub name_span: Range<usize>,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// Names before kustomize changed them.
    pub previous_names: Vec<String>,
    /// Annotations that its objects inherit.
    pub inherited: Vec<(String, String)>,
    /// The key and the value of kpt's path annotation.
    pub path: Option<(&'static str, String)>,
    /// It came through a kustomize transformer.
    pub from_kustomize: bool,
    /// It came from a Helm chart.
    pub from_helm: bool,
}

impl Integration {
    /// `<group>/<Kind>/<name>`.
    #[must_use]
    pub fn owner(&self, name: &str) -> String {
        format!("{}/Integration/{name}", group(&self.object.api_version))
    }

    /// The value of a field of `spec`, by its dotted path.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<&Node> {
        self.node.get("spec")?.at(path)
    }
}

/// Who an object is, as far as it says so.
#[must_use]
pub fn reference(node: &Node, comment: Option<&str>) -> ObjectRef {
    let text = |path: &str| node.at(path).and_then(Node::raw_text).map(str::to_owned);
    let annotations = node.at("metadata.annotations");
    let annotation = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| annotations?.get(key)?.raw_text())
            .map(str::to_owned)
    };
    ObjectRef {
        api_version: text("apiVersion").unwrap_or_default(),
        kind: text("kind").unwrap_or_default(),
        name: text("metadata.name").unwrap_or_default(),
        namespace: text("metadata.namespace").filter(|n| !n.is_empty()),
        file: annotation(&PATHS)
            .or_else(|| annotation(&[POSTRENDER_FILENAME]).map(|p| without_chart(&p)))
            .or_else(|| comment.map(str::to_owned)),
        index: annotation(&INDEXES).and_then(|i| i.parse().ok()),
    }
}

/// `templates/x.yaml` of `chart/templates/x.yaml`, as `helm template -s` takes it.
fn without_chart(path: &str) -> String {
    let rest = path.split_once('/').map_or(path, |(_, rest)| rest);
    rest.to_owned()
}

/// The entries of one of kustomize's lists of earlier names, without repeats.
pub(super) fn previous(node: &Node, key: &str) -> Vec<String> {
    let list = node
        .at("metadata.annotations")
        .and_then(|a| a.get(key))
        .and_then(Node::raw_text)
        .unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for name in list.split(',').filter(|n| !n.is_empty()) {
        if !names.iter().any(|n| n == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Whether an object is marked as configuration for tools.
pub(super) fn is_local_config(node: &Node) -> bool {
    node.at("metadata.annotations")
        .and_then(|a| a.get(LOCAL_CONFIG))
        .and_then(Node::raw_text)
        == Some("true")
}

/// Reads an Integration; `None` after an error that leaves nothing to go on with.
pub(super) fn read(
    node: Node,
    source: SourceId,
    id: Option<ObjectId>,
    comment: Option<&str>,
    keep_unknown: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Integration> {
    let object = reference(&node, comment);
    let mut reader = Reader {
        diagnostics,
        object: Some(&object),
        path: String::new(),
        source: Some(source),
        bytes: None,
        keep_unknown,
        lenient: false,
    };
    let shape = shape(&node, &object, &mut reader)?;
    check_top(&node, shape, &mut reader);
    let (name, name_span) = check_metadata(&node, &mut reader)?;
    if let Some(spec) = node.get("spec") {
        check_spec(spec, shape, &mut reader);
    }
    let annotations = node.at("metadata.annotations");
    let annotation = |key: &str| annotations?.get(key)?.raw_text().map(str::to_owned);
    let inherited = INHERITED
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), annotation(key)?)))
        .collect();
    let path = PATHS
        .into_iter()
        .find_map(|key| Some((key, annotation(key)?)));
    let from_helm = comment.is_some() || annotation(POSTRENDER_FILENAME).is_some();
    let from_kustomize = annotation(KUSTOMIZE_ID).is_some();
    let previous_names = previous(&node, PREVIOUS_NAMES);
    Some(Integration {
        id,
        source,
        shape,
        name,
        name_span,
        namespace: object.namespace.clone(),
        previous_names,
        inherited,
        path,
        from_kustomize,
        from_helm,
        node,
        object,
    })
}

fn shape(node: &Node, object: &ObjectRef, reader: &mut Reader<'_>) -> Option<Shape> {
    if let Version::Always(shape) = version(&object.api_version) {
        return Some(shape);
    }
    let spec = node.get("spec");
    match shape_by_fields(spec) {
        Ok(shape) => Some(shape),
        Err((old, new)) => {
            let span = spec.and_then(|s| s.entry(old)).map(|e| e.key_span.clone());
            let finding = reader
                .finding(
                    Code::MixedShapes,
                    format!("`spec` has fields of both APIs: `{old}` and `{new}`"),
                )
                .field("spec")
                .expected(format!(
                    "{} (old), or {} (new)",
                    OLD_FIELDS.join(", "),
                    crate::api::integration::NEW_FIELDS.join(", ")
                ))
                .help("use apiVersion wso2.com/v1alpha2 and its fields");
            reader.push(finding, span);
            None
        }
    }
}

fn check_top(node: &Node, shape: Shape, reader: &mut Reader<'_>) {
    const KNOWN: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];
    for entry in node.entries() {
        if KNOWN.contains(&entry.key.as_str()) {
            continue;
        }
        let mut finding = reader
            .finding(Code::UnknownField, format!("unknown field `{}`", entry.key))
            .expected(KNOWN.join(", "));
        finding.field = Some(entry.key.clone());
        finding.help = if first_steps(shape, "").contains(&entry.key.as_str()) {
            Some(format!("`{}` belongs below `spec`: indent it", entry.key))
        } else {
            did_you_mean(&entry.key, KNOWN)
        };
        reader.push(finding, Some(entry.key_span.clone()));
    }
    for field in ["metadata", "spec"] {
        if let Some(value) = node.get(field)
            && !matches!(value.value, Value::Mapping(_))
        {
            reader.path = field.to_owned();
            reader.refuse(Code::WrongType, value, "a mapping");
            reader.path = String::new();
        }
    }
}

/// Checks names and everything else in `metadata`; gives the name.
fn check_metadata(node: &Node, reader: &mut Reader<'_>) -> Option<(String, Range<usize>)> {
    let metadata = node.get("metadata");
    if let Some(metadata) = metadata {
        reader.path = "metadata".to_owned();
        if matches!(metadata.value, Value::Mapping(_)) {
            let _ = Fragment::<ObjectMeta>::read(&with_text(metadata), reader);
        }
    }
    reader.path = "metadata.name".to_owned();
    let name = metadata.and_then(|m| m.get("name"));
    let Some(name) = name.filter(|n| !n.is_empty()) else {
        let finding = reader
            .finding(Code::Missing, "`metadata.name` is missing")
            .help("an Integration needs a name: those of its objects are made of it");
        let span = metadata.map_or(node.span.clone(), |m| m.span.clone());
        reader.push(finding, Some(span.start..span.start));
        return None;
    };
    check_hook(metadata, reader);
    if let Some(namespace) = metadata.and_then(|m| m.get("namespace"))
        && let Some(text) = namespace.as_str().filter(|t| !t.is_empty())
        && !is_label(text)
    {
        reader.path = "metadata.namespace".to_owned();
        let finding = reader
            .finding(
                Code::BadName,
                "`metadata.namespace` is not a name of a namespace",
            )
            .found(namespace.describe())
            .expected("up to 63 lower-case letters, digits and `-`");
        reader.push(finding, Some(namespace.span.clone()));
    }
    reader.path = "metadata.name".to_owned();
    let text = name.as_str()?.to_owned();
    check_name(&text, name, reader);
    reader.path = String::new();
    Some((text, name.span.clone()))
}

/// Annotations and labels are text to everyone who reads them here: kpt hands over `true` as it
/// was written, and the Integration itself is never applied.
fn with_text(metadata: &Node) -> Node {
    let mut metadata = metadata.clone();
    if let Value::Mapping(entries) = &mut metadata.value {
        let texts = ["annotations", "labels"];
        for map in entries
            .iter_mut()
            .filter(|e| texts.contains(&e.key.as_str()))
        {
            if let Value::Mapping(entries) = &mut map.value.value {
                for entry in entries {
                    if let Value::Scalar(scalar) = &mut entry.value.value {
                        scalar.style = Style::Quoted;
                    }
                }
            }
        }
    }
    metadata
}

/// The Service `<name>-service` has the strictest rules: a DNS-1035 label of up to 63 bytes.
fn check_name(text: &str, node: &Node, reader: &mut Reader<'_>) {
    const LONGEST: usize = 63 - "-service".len();
    let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts || !is_label(&text.chars().take(63).collect::<String>()) && text.len() <= 63 {
        let finding = reader
            .finding(
                Code::BadName,
                format!("`{text}` cannot name an Integration"),
            )
            .found(node.describe())
            .expected(
                "a lower-case letter, then lower-case letters, digits and `-`, not `-` at the end: \
                 its Service is named after it",
            );
        reader.push(finding, Some(node.span.clone()));
    } else if text.len() > LONGEST {
        let finding = reader
            .finding(Code::BadName, format!("the name `{text}` is too long"))
            .found(format!("{} characters", text.len()))
            .expected(format!(
                "at most {LONGEST}: the Service is named `<name>-service`, and 63 is its limit"
            ));
        reader.push(finding, Some(node.span.clone()));
    }
}

fn check_hook(metadata: Option<&Node>, reader: &mut Reader<'_>) {
    if let Some(hook) = metadata
        .and_then(|m| m.get("annotations"))
        .and_then(|a| a.entry(HELM_HOOK))
    {
        let mut finding = reader
            .finding(
                Code::Hook,
                "`helm.sh/hook` on an Integration is not handed on to its objects",
            )
            .help("remove the annotation: what an Integration renders belongs to the release");
        finding.field = Some("metadata.annotations".to_owned());
        reader.push(finding, Some(hook.key_span.clone()));
    }
}
