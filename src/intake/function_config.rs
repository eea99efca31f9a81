//! The functionConfig: settings and Integrations that a host hands over beside the items.

use crate::api::config_map::ConfigMapName;
use crate::api::function_config::{API_VERSION, KIND, SPEC_FIELDS};
use crate::api::integration::{self as api, Version, version};
use crate::diagnostics::{Code, Diagnostics, Finding, ObjectRef, SourceId, did_you_mean};
use crate::intake::config::{Layer, LayerValue, is_known_key, read_values};
use crate::intake::integration::{self, reference};
use crate::intake::{Given, Intake, Policy, problem, yaml_problem};
use crate::settings::{Flag, Origin, Reader, SettingType, all_keys};
use crate::stream::Manifests;
use crate::yaml::{self, Limits, Node, Value};

/// Reads the functionConfig of the ResourceList, or of the file that was given.
pub(super) fn read(
    manifests: &Manifests<'_>,
    given: &Given,
    keep_unknown: bool,
    intake: &mut Intake,
    diagnostics: &mut Diagnostics,
) {
    if let Some(file) = &given.function_config {
        let source = SourceId(1 + given.config.len());
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => match yaml::parse(text, 0..text.len(), &Limits::default()) {
                Ok(node) => config(&node, source, keep_unknown, intake, diagnostics),
                Err(error) => diagnostics.push(yaml_problem(&error, source, &file.bytes)),
            },
            Err(error) => diagnostics.push(
                Finding::new(Code::NotUtf8, "this file is not UTF-8")
                    .at(source, error.valid_up_to()..error.valid_up_to()),
            ),
        }
    }
    match manifests.function_config() {
        None => {}
        Some(Ok(node)) => config(&node, SourceId::INPUT, keep_unknown, intake, diagnostics),
        Some(Err(error)) => {
            diagnostics.push(problem(&error, "the functionConfig", manifests.bytes()));
        }
    }
}

fn config(
    node: &Node,
    source: SourceId,
    keep_unknown: bool,
    intake: &mut Intake,
    diagnostics: &mut Diagnostics,
) {
    if node.is_empty() {
        return;
    }
    let object = reference(node, None);
    match (object.api_version.as_str(), object.kind.as_str()) {
        ("v1", "ConfigMap") => {
            let values = read_values(node.get("data"), source, &object, "data", diagnostics);
            push_layer(values, source, object, "data", intake, diagnostics);
        }
        (API_VERSION, KIND) => ours(node, source, &object, keep_unknown, intake, diagnostics),
        (api_version, api::KIND)
            if !matches!(version(api_version), Version::Other | Version::Unknown) =>
        {
            intake.generator = true;
            add(node.clone(), source, keep_unknown, intake, diagnostics);
        }
        (api_version, kind) => {
            let found = if matches!(node.value, Value::Mapping(_)) {
                format!("kind `{kind}` of apiVersion `{api_version}`")
            } else {
                node.describe_kind().to_owned()
            };
            let expected = format!("a ConfigMap, an Integration, or {KIND} of {API_VERSION}");
            diagnostics.push(
                Finding::new(
                    Code::BadFunctionConfig,
                    "this functionConfig cannot be used",
                )
                .at(source, node.span.clone())
                .on(&object)
                .found(found)
                .expected(expected),
            );
        }
    }
}

fn ours(
    node: &Node,
    source: SourceId,
    object: &ObjectRef,
    keep_unknown: bool,
    intake: &mut Intake,
    diagnostics: &mut Diagnostics,
) {
    let Some(spec) = node.get("spec") else {
        return;
    };
    for entry in spec.entries() {
        if !SPEC_FIELDS.contains(&entry.key.as_str()) {
            let mut finding = Finding::new(
                Code::UnknownField,
                format!("unknown field `{}` in `spec`", entry.key),
            )
            .at(source, entry.key_span.clone())
            .on(object)
            .field("spec")
            .expected(SPEC_FIELDS.join(", "));
            finding.help = did_you_mean(&entry.key, SPEC_FIELDS);
            diagnostics.push(finding);
        }
    }
    let values = read_values(
        spec.get("config"),
        source,
        object,
        "spec.config",
        diagnostics,
    );
    push_layer(
        values,
        source,
        object.clone(),
        "spec.config",
        intake,
        diagnostics,
    );
    switches(spec, source, object, intake, diagnostics);
    let Some(list) = spec.get("integrations").filter(|n| !n.is_null()) else {
        return;
    };
    if !matches!(list.value, Value::Sequence(_)) {
        diagnostics.push(
            Finding::new(Code::WrongType, "`spec.integrations` has the wrong type")
                .at(source, list.span.clone())
                .on(object)
                .field("spec.integrations")
                .found(list.describe_kind())
                .expected("a list of whole Integrations"),
        );
    }
    for item in list.items() {
        let reference = reference(item, None);
        if reference.kind == api::KIND
            && !matches!(
                version(&reference.api_version),
                Version::Other | Version::Unknown
            )
        {
            add(item.clone(), source, keep_unknown, intake, diagnostics);
        } else {
            diagnostics.push(
                Finding::new(
                    Code::BadFunctionConfig,
                    "`spec.integrations` takes whole Integrations",
                )
                .at(source, item.span.clone())
                .on(object)
                .field("spec.integrations")
                .found(format!("{} of `{}`", reference.kind, reference.api_version))
                .expected(api::VERSIONS),
            );
        }
    }
}

fn switches(
    spec: &Node,
    source: SourceId,
    object: &ObjectRef,
    intake: &mut Intake,
    diagnostics: &mut Diagnostics,
) {
    let mut reader = Reader {
        diagnostics,
        object: Some(object),
        path: "spec.prune".to_owned(),
        source: Some(source),
        bytes: None,
        keep_unknown: false,
        lenient: false,
    };
    if let Some(prune) = spec.get("prune").filter(|n| !n.is_empty()) {
        intake.prune = Flag::read(prune, &mut reader).map(|f| f.0);
    }
    if let Some(policy) = spec.get("integrationsPolicy").filter(|n| !n.is_empty()) {
        reader.path = "spec.integrationsPolicy".to_owned();
        intake.policy = match policy.raw_text() {
            Some("auto") => Some(Policy::Auto),
            Some("keep") => Some(Policy::Keep),
            Some("drop") => Some(Policy::Drop),
            _ => {
                reader.refuse(Code::NotAChoice, policy, "one of auto, keep, drop");
                None
            }
        };
    }
}

/// Adds an Integration that the functionConfig holds. kustomize puts the functionConfig of a
/// generator among the items as well: it is rendered once.
fn add(
    node: Node,
    source: SourceId,
    keep_unknown: bool,
    intake: &mut Intake,
    diagnostics: &mut Diagnostics,
) {
    let object = reference(&node, None);
    let is_item = intake.integrations.iter().any(|i| {
        i.id.is_some()
            && i.object.api_version == object.api_version
            && i.name == object.name
            && i.namespace == object.namespace
    });
    if is_item {
        return;
    }
    let read = integration::read(node, source, None, None, keep_unknown, diagnostics);
    intake.integrations.extend(read);
}

fn push_layer(
    values: Vec<LayerValue>,
    source: SourceId,
    object: ObjectRef,
    path: &'static str,
    intake: &mut Intake,
    diagnostics: &mut Diagnostics,
) {
    let mut kept = Vec::new();
    for value in values {
        if is_known_key(&value.key) {
            kept.push(value);
            continue;
        }
        let mut finding = Finding::new(
            Code::UnknownKey,
            format!(
                "`{}` is no key of our ConfigMaps, and has no effect",
                value.key
            ),
        )
        .at(source, value.node.span.clone())
        .on(&object)
        .field(format!("{path}.{}", value.key))
        .expected(format!(
            "keys of {}",
            ConfigMapName::ALL.map(ConfigMapName::as_str).join(", ")
        ));
        finding.help = did_you_mean(&value.key, all_keys());
        diagnostics.push(finding);
    }
    for value in &kept {
        value.used.set(!all_keys().any(|k| k == value.key));
    }
    if !kept.is_empty() {
        intake.config.given.push(Layer {
            origin: Origin::FunctionConfig,
            object: Some(object),
            source: Some(source),
            path,
            values: kept,
        });
    }
}
