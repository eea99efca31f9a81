//! The only precedence: for every setting of every Integration the highest layer that has it.
//!
//! Integration's field, `--default` and functionConfig, `--config` files, ConfigMaps of the input,
//! shipped default; each setting on its own. Nothing here knows documents or Kubernetes objects.

mod checks;
mod layers;
mod lookup;
mod pod_checks;
mod route_checks;
mod routes;
mod uses;

use std::collections::BTreeMap;

use crate::api::config_map::ConfigMapName;
use crate::api::integration::Shape;
use crate::diagnostics::{Code, Diagnostics, Finding, ObjectRef, SourceId};
use crate::intake::{Config, Context, Intake, Integration};
use crate::settings::{From, Origin, Profile, Resolved};
pub use routes::{Routes, ruled_out_by};
use serde_json::{Map, Value as Json};

/// An Integration with the value of every setting.
pub struct Resolution<'i> {
    /// What the user wrote.
    pub integration: &'i Integration,
    /// Its index in the input.
    pub index: usize,
    /// What holds.
    pub settings: Resolved,
    /// Over the ConfigMaps and Secrets that its pods use, where they are to roll with them.
    pub checksum: Option<String>,
}

impl Resolution<'_> {
    /// By which objects requests reach it.
    #[must_use]
    pub fn routes(&self) -> Routes {
        Routes::of(&self.settings)
    }

    /// The Gateways of its HTTPRoute: its own, else the one of the ConfigMap.
    #[must_use]
    pub fn gateways(&self) -> Json {
        let settings = &self.settings;
        let route = settings.http_route.value.as_ref();
        if let Some(own) = route.and_then(|route| route.json.get("parentRefs")) {
            return own.clone();
        }
        let parts = [
            ("name", &settings.gateway_name.value),
            ("namespace", &settings.gateway_namespace.value),
            ("sectionName", &settings.gateway_section_name.value),
        ];
        let parts = parts.into_iter();
        let gateway: Map<String, Json> = parts
            .filter_map(|(key, value)| Some((key.to_owned(), value.clone()?.into())))
            .collect();
        match settings.gateway_name.value {
            Some(_) => Json::Array(vec![gateway.into()]),
            None => Json::Array(Vec::new()),
        }
    }
}

/// The Integrations of one namespace, in input order.
pub struct NamespaceBatch<'i> {
    /// The namespace as objects are to name it: `None` where no Integration names one.
    pub namespace: Option<String>,
    /// The Integrations.
    pub integrations: Vec<Resolution<'i>>,
}

/// Resolves all Integrations, namespace by namespace.
pub fn resolve<'i>(
    intake: &'i Intake,
    sources: &'i [&'i [u8]],
    context: &Context,
    diagnostics: &mut Diagnostics,
) -> Vec<NamespaceBatch<'i>> {
    let mut layers = layers::Layers::new(&intake.config, context.namespace.as_deref());
    let mut order: Vec<Option<String>> = Vec::new();
    let mut batches: BTreeMap<Option<String>, NamespaceBatch<'i>> = BTreeMap::new();
    for (index, integration) in intake.integrations.iter().enumerate() {
        let namespace = integration
            .namespace
            .clone()
            .or_else(|| context.namespace.clone());
        let config = layers.of(integration, diagnostics);
        let mut tracer = lookup::Tracer {
            integration,
            layers: config,
            sources,
            generator: intake.generator,
            keep_unknown: context.keep_unknown,
            profile: Profile::Operator,
            diagnostics,
        };
        tracer.profile = Resolved::profile(&mut tracer);
        let settings = Resolved::look_up(&mut tracer);
        let resolution = Resolution {
            integration,
            index,
            settings,
            checksum: None,
        };
        checks::check(&resolution, diagnostics);
        pod_checks::check(&resolution, diagnostics);
        route_checks::check(&resolution, diagnostics);
        let batch = batches.entry(namespace.clone()).or_insert_with(|| {
            order.push(namespace.clone());
            NamespaceBatch {
                namespace: None,
                integrations: Vec::new(),
            }
        });
        if batch.namespace.is_none() {
            batch.namespace.clone_from(&integration.namespace);
        }
        batch.integrations.push(resolution);
    }
    report_unused(&intake.config, !intake.integrations.is_empty(), diagnostics);
    report_other_generation(intake, diagnostics);
    let batches: Vec<NamespaceBatch<'i>> = order.iter().filter_map(|n| batches.remove(n)).collect();
    route_checks::check_shared_ingresses(&batches, diagnostics);
    batches
}

/// A value that somebody gave by hand and that no Integration takes was given in vain.
fn report_unused(config: &Config, any: bool, diagnostics: &mut Diagnostics) {
    if !any {
        return;
    }
    for layer in &config.given {
        for value in layer.values.iter().filter(|v| !v.used.get()) {
            let what = match layer.origin {
                Origin::Default => format!("`--default {}`", value.key),
                _ => format!("`{}.{}` of the functionConfig", layer.path, value.key),
            };
            let last = layer.values.iter().rfind(|other| other.key == value.key);
            let why = if last.is_some_and(|last| !std::ptr::eq(last, value)) {
                "the same key is given again behind it"
            } else {
                "something above it has a value, or no Integration uses it"
            };
            let message = format!("{what} has no effect: {why}");
            let mut finding = Finding::new(Code::UnusedDefault, message);
            finding.object.clone_from(&layer.object);
            if let Some(source) = layer.source {
                finding = finding.at(source, value.node.span.clone());
            }
            diagnostics.push(finding);
        }
    }
}

/// Integrations of the old API read a ConfigMap of their own: those of the new one do nothing.
fn report_other_generation(intake: &Intake, diagnostics: &mut Diagnostics) {
    let Some(first) = intake.integrations.first() else {
        return;
    };
    let legacy = ConfigMapName::Legacy;
    let maps = || {
        intake
            .config
            .files
            .iter()
            .flatten()
            .chain(&intake.config.stream)
    };
    let all_old = intake.integrations.iter().all(|i| i.shape == Shape::Legacy);
    if all_old && maps().next().is_some() && maps().all(|m| m.name != legacy) {
        diagnostics.push(
            finding_on(
                first,
                Code::UnusedDefault,
                format!(
                    "the ConfigMaps of the new API have no effect on Integrations of the old one, \
                     which read {}",
                    legacy.as_str()
                ),
            )
            .help("use apiVersion wso2.com/v1alpha2 and its fields, or give that ConfigMap"),
        );
    }
}

/// A finding about a value of a setting, at the place the value came from.
fn finding_at(
    from: &From,
    code: Code,
    message: impl Into<String>,
    fallback: &ObjectRef,
) -> Finding {
    let mut finding = Finding::new(code, message);
    finding.object = from.object.clone().or_else(|| Some(fallback.clone()));
    if from.object.is_some() {
        finding.field = Some(from.path.clone());
    }
    if let Some(source) = from.source {
        finding = finding.at(source, from.span.clone());
    }
    finding
}

/// A finding about an Integration as a whole.
fn finding_on(integration: &Integration, code: Code, message: impl Into<String>) -> Finding {
    let source: SourceId = integration.source;
    Finding::new(code, message)
        .at(source, integration.name_span.clone())
        .on(&integration.object)
}
