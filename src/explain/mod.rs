//! Why every value is what it is: where it comes from, what it beat, and what is rendered of it.

mod json;
mod text;

use serde_json::Value as Json;

use crate::api::config_map::ConfigMapName;
use crate::diagnostics::{Place, Positions, Source};
use crate::intake::Given;
use crate::objects::{self, Rendered};
use crate::resolve::{NamespaceBatch, Resolution};
use crate::settings::{From, Home, LayerKind, Origin, Row, Setting};

pub use json::to_json;
pub use text::{about, to_text};

/// An Integration with all of its settings.
#[derive(Debug)]
pub struct Explained {
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its namespace, where it names one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The file and the line of its name.
    pub place: String,
    /// Every setting that its API has.
    pub values: Vec<Explanation>,
    /// The objects, as kind and name.
    pub renders: Vec<(String, String)>,
    /// The kinds that are not rendered, each with the reason.
    pub absent: Vec<(&'static str, String)>,
}

/// One setting of an Integration.
#[derive(Debug)]
pub struct Explanation {
    /// The setting.
    pub setting: &'static Setting,
    /// Where it stands in the API of the Integration.
    pub home: &'static Home,
    /// The value; `None` where there is none.
    pub value: Option<Json>,
    /// Where it comes from.
    pub from: String,
    /// What it beat: each value, as it is written there, and where that is.
    pub beat: Vec<(String, String)>,
}

impl Explanation {
    /// What users call it: the field, or the key where there is no field.
    #[must_use]
    pub fn name(&self) -> &'static str {
        name_in(self.home)
    }
}

fn name_in(home: &'static Home) -> &'static str {
    home.field
        .or(home.key.map(|(_, key)| key))
        .unwrap_or_default()
}

/// Explains all Integrations, in input order.
#[must_use]
pub fn explain(
    batches: &[NamespaceBatch<'_>],
    rendered: &[Rendered],
    sources: &[Source<'_>],
    given: &Given,
) -> Vec<Explained> {
    let mut explained: Vec<(usize, Explained)> = Vec::new();
    for (batch, rendered) in batches.iter().zip(rendered) {
        for of in &batch.integrations {
            let writer = Writer { of, sources, given };
            explained.push((of.index, writer.explain(rendered)));
        }
    }
    explained.sort_by_key(|(index, _)| *index);
    explained
        .into_iter()
        .map(|(_, explained)| explained)
        .collect()
}

/// Writes about one Integration.
struct Writer<'w> {
    of: &'w Resolution<'w>,
    sources: &'w [Source<'w>],
    given: &'w Given,
}

impl Writer<'_> {
    fn explain(&self, rendered: &Rendered) -> Explained {
        let integration = self.of.integration;
        let rows = self.of.settings.rows();
        let own = rendered
            .own
            .iter()
            .find(|(index, _)| *index == self.of.index);
        let own = own.into_iter().flat_map(|(_, objects)| objects);
        let absent = objects::absent(self.of);
        let shares = self.of.routes().shared;
        let shared = rendered.shared.iter().filter(|_| shares);
        let renders = own.chain(shared);
        let renders = renders.map(|o| (o.identity.kind.clone(), o.identity.name.clone()));
        let place = Place {
            source: integration.source,
            span: integration.name_span.clone(),
        };
        Explained {
            api_version: integration.object.api_version.clone(),
            namespace: integration.namespace.clone(),
            name: integration.name.clone(),
            place: self.place(&place),
            renders: renders.collect(),
            absent: absent
                .into_iter()
                .map(|(kind, setting)| (kind, self.reason(&rows, setting)))
                .collect(),
            values: rows.into_iter().filter_map(|row| self.value(row)).collect(),
        }
    }

    fn value(&self, row: Row<'_>) -> Option<Explanation> {
        let home = row.setting.home(self.of.integration.shape);
        if home.field.is_none() && home.key.is_none() {
            return None;
        }
        // That one has no value.
        let beat = row
            .beat
            .iter()
            .filter(|from| from.layer != LayerKind::Absent);
        Some(Explanation {
            setting: row.setting,
            home,
            from: self.origin(row.from),
            beat: beat
                .map(|from| (self.written(from, home), self.origin(from)))
                .collect(),
            value: row.value,
        })
    }

    /// Why an object that hangs on a setting is not rendered.
    fn reason(&self, rows: &[Row<'_>], setting: &str) -> String {
        let Some(row) = rows.iter().find(|row| row.setting.name == setting) else {
            return String::new();
        };
        let home = row.setting.home(self.of.integration.shape);
        let name = name_in(home);
        match row.from.layer {
            LayerKind::Absent => format!("{} does not set `{name}`", object_name(row.from)),
            _ if name.is_empty() => "its API does not have it".to_owned(),
            LayerKind::Nowhere => format!("`{name}` is not set"),
            _ => {
                let value = match &row.value {
                    Some(Json::String(word)) => word.clone(),
                    Some(value) => value.to_string(),
                    None => "empty".to_owned(),
                };
                format!("`{name}` is {value} ({})", self.origin(row.from))
            }
        }
    }

    fn origin(&self, from: &From) -> String {
        let place = from.source.map(|source| {
            self.place(&Place {
                source,
                span: from.span.clone(),
            })
        });
        let at = place.map_or_else(String::new, |place| format!(" {place}"));
        match &from.layer {
            LayerKind::Field => at.trim().to_owned(),
            LayerKind::Default(Origin::Default) => "--default".to_owned(),
            LayerKind::Default(Origin::FunctionConfig) => format!("functionConfig{at}"),
            LayerKind::Default(Origin::File { map, .. } | Origin::ConfigMap { map, .. }) => {
                format!("{}{at}", map.as_str())
            }
            LayerKind::Absent => format!("{}, which does not set it", object_name(from)),
            LayerKind::Profile => "profile hardened".to_owned(),
            LayerKind::Shipped => "shipped".to_owned(),
            LayerKind::Nowhere => "not set".to_owned(),
        }
    }

    fn place(&self, place: &Place) -> String {
        let position = Positions::new(self.sources).start(place);
        position.map_or_else(String::new, |at| format!("{}:{}", at.file, at.line))
    }

    /// A value as a layer has it.
    fn written(&self, from: &From, home: &Home) -> String {
        let text = match (&from.layer, from.source) {
            (LayerKind::Shipped, _) => home.shipped.unwrap_or_default(),
            (LayerKind::Profile, _) => home.hardened.unwrap_or_default(),
            (LayerKind::Default(Origin::Default), _) => {
                let key = home.key.map(|(_, key)| key);
                let given = self.given.defaults.iter().rev();
                let mut given = given.filter(|(k, _)| Some(k.as_str()) == key);
                given.next().map_or("", |(_, value)| value.as_str())
            }
            (_, Some(source)) => {
                let bytes = self.sources.get(source.0).map(|source| source.bytes);
                let bytes = bytes.and_then(|bytes| bytes.get(from.span.clone()));
                str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
            }
            _ => "",
        };
        text.to_owned()
    }
}

fn object_name(from: &From) -> &str {
    let object = from.object.as_ref();
    object.map_or(ConfigMapName::Integration.as_str(), |o| o.name.as_str())
}
