//! The one table of all settings: where each is written, what it takes, what it is by default.
//!
//! Precedence, messages, schemas and the README's reference table come from the table in `table.rs`.
//! A new setting is one entry in it.

#[macro_use]
mod macros;

mod choices;
mod config_map_file;
mod enums;
mod environment;
mod expose;
mod kubernetes;
mod listener;
mod metrics;
mod own;
mod properties;
pub mod quantity;
mod reader;
pub mod schema;
mod table;
mod traced;
mod types;
mod volumes;

use serde_json::Value as Json;

use crate::api::config_map::ConfigMapName;
use crate::api::integration::Shape;
pub use choices::{IngressSharing, Profile, PullPolicy, RouteKind};
pub use config_map_file::ConfigMapFile;
pub use environment::{Env, EnvFrom, RESPELLINGS};
pub use expose::{Disruption, HttpRoute, OwnIngress, ParentReference, PodNetwork, ServiceOptions};
pub use kubernetes::Fragment;
pub use listener::values_of;
pub use metrics::Metrics;
pub use properties::Properties;
pub use reader::Reader;
pub use table::{Resolved, SETTINGS};
pub use traced::{From, LayerKind, Origin, Traced};
pub use types::{Amount, Count, Flag, Port, Replicas, SettingType, StringList, StringMap};
pub use volumes::VolumeClaim;

/// What an empty value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// Nothing: the next layer is asked.
    Unset,
    /// That there shall be none.
    None,
    /// No. A ConfigMap without the key says so as well (operator v2.0.3: ParseBool of "" fails,
    /// and nothing is exposed by accident).
    False,
}

/// Where a setting stands in one shape of the API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Home {
    /// The field, below `spec`.
    pub field: Option<&'static str>,
    /// The ConfigMap and the key in its data.
    pub key: Option<(ConfigMapName, &'static str)>,
    /// The shipped default, as ConfigMap text.
    pub shipped: Option<&'static str>,
    /// The default of the profile `hardened`, as ConfigMap text.
    pub hardened: Option<&'static str>,
}

/// A part of a rendered object, into which values of Kubernetes' own types go as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The Deployment's `spec`.
    Deployment,
    /// The `spec` of its pods.
    Pod,
    /// The container of the Micro Integrator.
    Container,
    /// The HorizontalPodAutoscaler's `spec`.
    Autoscaler,
}

/// One row of the table.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the code.
    pub name: &'static str,
    /// Where it stands in `wso2.com/v1alpha2`.
    pub current: Home,
    /// Where it stands in `integration.wso2.com/v1alpha1`.
    pub legacy: Home,
    /// What an empty value says.
    pub empty: Empty,
    /// Where its value goes as it was written, and by which key.
    pub graft: Option<(Part, &'static str)>,
    /// A zero is the same as nothing (Go's zero value; operator v2.0.3 could not tell them apart).
    pub zero_is_unset: bool,
    /// `{}` in an Integration is the same as nothing (operator v2.0.3: the same reason).
    pub braces_are_unset: bool,
    /// One line of documentation.
    pub doc: &'static str,
    /// In a ConfigMap its value is YAML text.
    pub structured: bool,
    /// What it takes, in words.
    pub takes: fn() -> String,
    type_schema: fn() -> Json,
}

impl Setting {
    /// Where it stands in a shape.
    #[must_use]
    pub fn home(&self, shape: Shape) -> &Home {
        match shape {
            Shape::Current => &self.current,
            Shape::Legacy => &self.legacy,
        }
    }

    /// What it takes as a field of an Integration, as a JSON Schema.
    #[must_use]
    pub fn schema(&self) -> Json {
        let mut schema = (self.type_schema)();
        if self.zero_is_unset {
            schema = schema::or_zero(schema);
        }
        schema::or_nothing(schema)
    }
}

/// A type that a setting can have after resolution: `T` where there is always a value,
/// `Option<T>` where there may be none.
pub trait Settle: Sized {
    /// The type that is read.
    type Item: SettingType;
    /// The value where no layer has one.
    fn settle(item: Option<Self::Item>) -> Self;
    /// The value for people to read; `None` where there is none.
    fn show(&self) -> Option<Json>;
    /// The value as it goes into an object; `None` where there is none.
    fn render(&self) -> Option<Json>;
}

impl<T: SettingType> Settle for Option<T> {
    type Item = T;
    fn settle(item: Option<T>) -> Self {
        item
    }
    fn show(&self) -> Option<Json> {
        self.as_ref().map(SettingType::show)
    }
    fn render(&self) -> Option<Json> {
        self.as_ref().map(SettingType::render)
    }
}

macro_rules! always {
    ($($name:ty),+) => {
        $(impl Settle for $name {
            type Item = $name;
            fn settle(item: Option<Self>) -> Self {
                item.unwrap_or_default()
            }
            fn show(&self) -> Option<Json> {
                Some(SettingType::show(self))
            }
            fn render(&self) -> Option<Json> {
                Some(SettingType::render(self))
            }
        })+
    };
}
always!(
    Replicas,
    Port,
    Flag,
    PullPolicy,
    IngressSharing,
    Profile,
    RouteKind,
    Properties,
    String
);
always!(Vec<Port>, Vec<ConfigMapFile>);

/// The value of one setting, to be looked at.
pub struct Row<'r> {
    /// The setting.
    pub setting: &'static Setting,
    /// The value; `None` where there is none.
    pub value: Option<Json>,
    /// Where it came from.
    pub from: &'r From,
    /// The lower layers that had a value as well, highest first.
    pub beat: &'r [From],
}

/// Finds the value of each setting.
pub trait Lookup {
    /// Finds one.
    fn look_up<T: Settle>(&mut self, setting: &'static Setting) -> Traced<T>;
}

/// Keys that the operators' ConfigMaps have and that mean nothing here, each with the reason.
pub const INERT_KEYS: [(ConfigMapName, &str, &str); 3] = [
    (
        ConfigMapName::Integration,
        "reconcileInterval",
        "nothing reconciles here: a render is a render",
    ),
    (
        ConfigMapName::Ingress,
        "ingressResourceName",
        "the operator ignored it, too: its Ingress is named ei-operator-ingress",
    ),
    (
        ConfigMapName::Ingress,
        "ingressTransportMode",
        "the operator ignored it, too",
    ),
];

/// The keys that mean something in a ConfigMap.
pub fn keys_of(map: ConfigMapName) -> impl Iterator<Item = &'static str> {
    SETTINGS
        .iter()
        .flat_map(|s| [s.current.key, s.legacy.key])
        .flatten()
        .filter(move |(of, _)| *of == map)
        .map(|(_, key)| key)
}

/// The keys that mean something in any of the ConfigMaps.
pub fn all_keys() -> impl Iterator<Item = &'static str> {
    ConfigMapName::ALL.into_iter().flat_map(keys_of)
}
