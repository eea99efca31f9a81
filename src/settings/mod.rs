//! The one table of all settings: where each is written, what it takes, what it is by default.
//!
//! Precedence, messages and the README's reference table come from this table. A new setting is
//! one entry in it.

mod config_map_file;
mod enums;
mod environment;
mod kubernetes;
mod listener;
mod properties;
pub mod quantity;
mod reader;
pub mod schema;
mod traced;
mod types;

use k8s_openapi::api::autoscaling::v2::MetricSpec;
use k8s_openapi::api::core::v1::{Affinity, Probe};
use serde_json::Value as Json;

use crate::api::config_map::ConfigMapName;
use crate::api::integration::Shape;
pub use config_map_file::ConfigMapFile;
pub use environment::{Env, EnvFrom, RESPELLINGS};
pub use kubernetes::Fragment;
pub use listener::values_of;
pub use properties::Properties;
pub use reader::Reader;
pub use traced::{From, LayerKind, Origin, Traced};
pub use types::{Amount, Flag, IngressSharing, Port, PullPolicy, Replicas, SettingType};

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
}

impl<T: SettingType> Settle for Option<T> {
    type Item = T;
    fn settle(item: Option<T>) -> Self {
        item
    }
    fn show(&self) -> Option<Json> {
        self.as_ref().map(SettingType::show)
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
        })+
    };
}
always!(
    Replicas,
    Port,
    Flag,
    PullPolicy,
    IngressSharing,
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

macro_rules! home {
    ($home:ident, field = $value:literal) => {
        $home.field = Some($value)
    };
    ($home:ident, config = $value:literal) => {
        $home.key = Some((ConfigMapName::Integration, $value))
    };
    ($home:ident, ingress = $value:literal) => {
        $home.key = Some((ConfigMapName::Ingress, $value))
    };
    ($home:ident, old_config = $value:literal) => {
        $home.key = Some((ConfigMapName::Legacy, $value))
    };
    ($home:ident, shipped = $value:expr) => {
        $home.shipped = Some($value)
    };
}

macro_rules! homes {
    ($($what:ident = $value:expr),*) => {{
        #[allow(unused_mut, reason = "a setting may have no home in one of the shapes")]
        let mut home = Home { field: None, key: None, shipped: None };
        $(home!(home, $what = $value);)*
        home
    }};
}

macro_rules! settings {
    ($(
        #[doc = $doc:literal]
        $name:ident: $type:ty {
            current: [$($c:ident = $cv:expr),* $(,)?],
            legacy: [$($l:ident = $lv:expr),* $(,)?],
            empty: $empty:ident
            $(, $flag:ident)* $(,)?
        }
    )+) => {
        /// The value of every setting for one Integration.
        pub struct Resolved {
            $(#[doc = $doc] pub $name: Traced<$type>,)+
        }

        impl Resolved {
            /// Looks all settings up.
            pub fn look_up(lookup: &mut impl Lookup) -> Self {
                Self { $($name: lookup.look_up::<$type>(&rows::$name),)+ }
            }

            /// All of them, in the order of the reference table.
            #[must_use]
            pub fn rows(&self) -> Vec<Row<'_>> {
                vec![$(Row {
                    setting: &rows::$name,
                    value: Settle::show(&self.$name.value),
                    from: &self.$name.from,
                    beat: &self.$name.beat,
                },)+]
            }
        }

        #[allow(non_upper_case_globals, reason = "a row has the name of its setting")]
        mod rows {
            use super::*;
            $(pub(super) static $name: Setting = Setting {
                name: stringify!($name),
                current: homes!($($c = $cv),*),
                legacy: homes!($($l = $lv),*),
                empty: Empty::$empty,
                zero_is_unset: false $(|| settings!(@zero $flag))*,
                braces_are_unset: false $(|| settings!(@braces $flag))*,
                doc: $doc.trim_ascii(),
                structured: <<$type as Settle>::Item as SettingType>::STRUCTURED,
                takes: <<$type as Settle>::Item as SettingType>::takes,
                type_schema: <<$type as Settle>::Item as SettingType>::schema,
            };)+
        }

        /// All settings, in the order of the reference table.
        pub static SETTINGS: &[&Setting] = &[$(&rows::$name),+];
    };
    (@zero zero_is_unset) => { true };
    (@zero $other:ident) => { false };
    (@braces braces_are_unset) => { true };
    (@braces $other:ident) => { false };
}

/// operator v2.0.3: `integration_controller_conf.yaml`.
const SHIPPED_METRICS: &str = "- type: Resource
  resource:
    name: cpu
    target:
      type: Utilization
      averageUtilization: 70
";
const SHIPPED_LIVENESS: &str = "tcpSocket:
  port: 8290
initialDelaySeconds: 10
periodSeconds: 5
";
const SHIPPED_READINESS: &str = "httpGet:
  path: /healthz
  port: 9201
initialDelaySeconds: 10
periodSeconds: 5
";
const SHIPPED_PROPERTIES: &str = "kubernetes.io/ingress.class: nginx
nginx.ingress.kubernetes.io/rewrite-target: /$2
nginx.ingress.kubernetes.io/ssl-redirect: false
";
/// k8s-ei-operator 1.1.0: constants in its code.
const LEGACY_PROPERTIES: &str = "kubernetes.io/ingress.class: nginx
nginx.ingress.kubernetes.io/rewrite-target: /$2
";

settings! {
    /// The image of the Micro Integrator with the integration in it.
    image: String {
        current: [field = "image"], legacy: [field = "image"], empty: Unset
    }
    /// The Secret with the credentials of the registry.
    image_pull_secret: Option<String> {
        current: [field = "imagePullSecret"], legacy: [field = "imagePullSecret"], empty: Unset
    }
    /// Environment variables of the container.
    env: Option<Env> {
        current: [field = "env"], legacy: [field = "env"], empty: Unset
    }
    /// ConfigMaps and Secrets whose keys become environment variables.
    env_from: Option<EnvFrom> {
        current: [field = "envFrom"], legacy: [], empty: Unset
    }
    /// The number of pods, and the lower bound of the autoscaler.
    min_replicas: Replicas {
        current: [field = "deploySpec.minReplicas", config = "minReplicas", shipped = "1"],
        legacy: [field = "replicas", shipped = "1"], empty: Unset, zero_is_unset
    }
    /// The CPU that a pod asks for.
    request_cpu: Option<Amount> {
        current: [field = "deploySpec.requestCPU", config = "requestCPU"], legacy: [], empty: Unset
    }
    /// The memory that a pod asks for.
    req_memory: Option<Amount> {
        current: [field = "deploySpec.reqMemory", config = "reqMemory"], legacy: [], empty: Unset
    }
    /// The CPU that a pod may use.
    cpu_limit: Option<Amount> {
        current: [field = "deploySpec.cpuLimit", config = "cpuLimit"], legacy: [], empty: Unset
    }
    /// The memory that a pod may use.
    memory_limit: Option<Amount> {
        current: [field = "deploySpec.memoryLimit", config = "memoryLimit"],
        legacy: [], empty: Unset
    }
    /// When a pod is restarted; replaces a default as a whole.
    liveness_probe: Option<Fragment<Probe>> {
        current: [field = "deploySpec.livenessProbe", config = "livenessProbe",
                  shipped = SHIPPED_LIVENESS],
        legacy: [], empty: None, braces_are_unset
    }
    /// When a pod gets requests; replaces a default as a whole.
    readiness_probe: Option<Fragment<Probe>> {
        current: [field = "deploySpec.readinessProbe", config = "readinessProbe",
                  shipped = SHIPPED_READINESS],
        legacy: [], empty: None, braces_are_unset
    }
    /// Files of ConfigMaps to mount.
    configmap_details: Vec<ConfigMapFile> {
        current: [field = "deploySpec.configmapDetails", config = "configmapDetails"],
        legacy: [], empty: Unset
    }
    /// Which nodes and neighbours the pods want.
    affinity: Option<Fragment<Affinity>> {
        current: [field = "deploySpec.affinity", config = "affinity"], legacy: [], empty: Unset
    }
    /// When the image is pulled.
    pull_policy: PullPolicy {
        current: [field = "deploySpec.pullPolicy", config = "pullPolicy", shipped = "Always"],
        legacy: [shipped = "Always"], empty: Unset
    }
    /// Whether a HorizontalPodAutoscaler is rendered.
    auto_scale: Flag {
        current: [field = "autoScale.enabled", config = "enableAutoScale", shipped = "false"],
        legacy: [shipped = "false"], empty: Unset
    }
    /// The upper bound of the autoscaler.
    max_replicas: Replicas {
        current: [field = "autoScale.maxReplicas", config = "maxReplicas", shipped = "5"],
        legacy: [], empty: Unset, zero_is_unset
    }
    /// What the autoscaler goes by.
    hpa_metrics: Option<Fragment<Vec<MetricSpec>>> {
        current: [config = "hpaMetrics", shipped = SHIPPED_METRICS], legacy: [], empty: None
    }
    /// The port of the HTTP listener.
    passthro_port: Port {
        current: [field = "expose.passthroPort", shipped = "8290"],
        legacy: [shipped = "8290"], empty: Unset, zero_is_unset
    }
    /// The ports of inbound endpoints.
    inbound_ports: Vec<Port> {
        current: [field = "expose.inboundPorts"], legacy: [field = "inboundPorts"], empty: Unset
    }
    /// Whether an Ingress is rendered.
    auto_ingress: Flag {
        current: [config = "autoIngressCreation", shipped = "true"],
        legacy: [old_config = "autoIngressCreation", shipped = "true"], empty: False
    }
    /// The annotations of the Ingress.
    ingress_properties: Option<Properties> {
        current: [ingress = "ingress.properties", shipped = SHIPPED_PROPERTIES],
        legacy: [shipped = LEGACY_PROPERTIES], empty: None
    }
    /// The host of the Ingress.
    ingress_host: Option<String> {
        current: [ingress = "ingressHostName", shipped = "wso2ei.ingress.wso2.com"],
        legacy: [old_config = "host", shipped = "wso2"], empty: None
    }
    /// The Secret with the certificate of the Ingress.
    tls_secret: Option<String> {
        current: [ingress = "tlsSecretName"], legacy: [old_config = "ingressTLS"], empty: None
    }
    /// Whether the Ingress sends clients from http to https (old API only).
    ssl_redirect: Option<String> {
        current: [], legacy: [old_config = "sslRedirect", shipped = "true"], empty: Unset
    }
    /// One Ingress for a namespace (`ei-operator-ingress`), or one for each Integration.
    ingress_sharing: IngressSharing {
        current: [ingress = "ingressSharing", shipped = "namespace"],
        legacy: [old_config = "ingressSharing", shipped = "namespace"], empty: Unset
    }
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
