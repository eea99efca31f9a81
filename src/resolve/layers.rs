//! Which ConfigMaps hold for which Integration.

use std::collections::BTreeMap;

use crate::api::config_map::{ConfigMapName, SYSTEM_NAMESPACE};
use crate::api::integration::Shape;
use crate::diagnostics::{Code, Diagnostics};
use crate::intake::{Config, ConfigMap, Integration, Layer};
use crate::resolve::finding_on;

/// Finds the layers of an Integration.
pub(super) struct Layers<'i> {
    config: &'i Config,
    default_namespace: Option<&'i str>,
    chosen: BTreeMap<(Shape, Option<String>), Chosen<'i>>,
}

/// The layers between an Integration's own fields and the shipped defaults, highest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Chosen<'i> {
    /// Values that were given by hand.
    pub(super) given: Vec<&'i Layer>,
    /// ConfigMaps: of files, then of the input.
    pub(super) maps: Vec<(ConfigMapName, &'i Layer)>,
}

impl<'i> Layers<'i> {
    pub(super) fn new(config: &'i Config, default_namespace: Option<&str>) -> Self {
        // The namespace lives as long as one of the ConfigMaps that name it, or has no match.
        let default_namespace = default_namespace.and_then(|wanted| {
            let all = config.stream.iter().chain(config.files.iter().flatten());
            all.filter_map(|m| m.namespace.as_deref())
                .find(|n| *n == wanted)
        });
        Self {
            config,
            default_namespace,
            chosen: BTreeMap::new(),
        }
    }

    /// The layers of an Integration.
    pub(super) fn of(
        &mut self,
        integration: &'i Integration,
        diagnostics: &mut Diagnostics,
    ) -> Chosen<'i> {
        let namespace = integration
            .namespace
            .as_deref()
            .or(self.default_namespace)
            .map(str::to_owned);
        let key = (integration.shape, namespace);
        if let Some(chosen) = self.chosen.get(&key) {
            return chosen.clone();
        }
        let names: &[ConfigMapName] = match integration.shape {
            Shape::Current => &[ConfigMapName::Integration, ConfigMapName::Ingress],
            Shape::Legacy => &[ConfigMapName::Legacy],
        };
        let mut chosen = Chosen {
            given: self.config.given.iter().collect(),
            maps: Vec::new(),
        };
        let groups = self.config.files.iter().chain([&self.config.stream]);
        for maps in groups {
            for name in names {
                let found = choose(maps, *name, key.1.as_deref(), integration, diagnostics);
                chosen.maps.extend(found.map(|m| (*name, &m.layer)));
            }
        }
        self.chosen.insert(key, chosen.clone());
        chosen
    }
}

/// Of the Integration's namespace, else of none, else of the operator's, else the only one.
fn choose<'i>(
    maps: &'i [ConfigMap],
    name: ConfigMapName,
    namespace: Option<&str>,
    integration: &Integration,
    diagnostics: &mut Diagnostics,
) -> Option<&'i ConfigMap> {
    let named: Vec<&ConfigMap> = maps.iter().filter(|m| m.name == name).collect();
    let of = |namespace: Option<&str>| -> Vec<&'i ConfigMap> {
        named
            .iter()
            .copied()
            .filter(|m| m.namespace.as_deref() == namespace)
            .collect()
    };
    for candidates in [of(namespace), of(None), of(Some(SYSTEM_NAMESPACE))] {
        match candidates.as_slice() {
            [] => {}
            [one] => return Some(one),
            // One of them is taken, so that nothing is said to be missing.
            [first, second, ..] => {
                ambiguous(name, second, integration, diagnostics);
                return Some(first);
            }
        }
    }
    match named.as_slice() {
        [] => None,
        [one] => {
            let place = one.namespace.as_deref().unwrap_or_default();
            diagnostics.push(finding_on(
                integration,
                Code::FarConfig,
                format!(
                    "settings come from {} of the namespace `{place}`, the only one there is",
                    name.as_str()
                ),
            ));
            Some(one)
        }
        [first, second, ..] => {
            ambiguous(name, second, integration, diagnostics);
            Some(first)
        }
    }
}

fn ambiguous(
    name: ConfigMapName,
    second: &ConfigMap,
    integration: &Integration,
    diagnostics: &mut Diagnostics,
) {
    let mut finding = finding_on(
        integration,
        Code::AmbiguousConfig,
        format!("several ConfigMaps are named `{}`", name.as_str()),
    )
    .expected("one of the Integration's namespace, or one without a namespace")
    .help("remove all but one, or give each a namespace of its Integrations");
    if let Some(object) = &second.layer.object {
        finding = finding.found(match &object.namespace {
            Some(namespace) => format!("another one of the namespace `{namespace}`"),
            None => "another one without a namespace".to_owned(),
        });
    }
    diagnostics.push(finding);
}
