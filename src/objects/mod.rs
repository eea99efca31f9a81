//! The objects that an Integration becomes: one file for each kind.
//!
//! Each emitter sees the Integrations of one namespace with the values that hold; it never sees a
//! ConfigMap or an envelope. The order of `kinds!` is the order of the output.

mod deployment;
mod horizontal_pod_autoscaler;
mod http_route;
mod ingress;
mod meta;
mod network_policy;
mod persistent_volume_claim;
mod pod;
mod pod_disruption_budget;
mod service;

use k8s_openapi::Resource;
use serde::Serialize;
use serde_json::Value as Json;

use crate::resolve::{NamespaceBatch, Resolution};

/// What makes an object the same one to an API server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The API group; the core group is empty.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace, where one is named.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// A rendered object.
#[derive(Debug, Clone)]
pub struct Object {
    /// Who it is.
    pub identity: Identity,
    /// What it is.
    pub json: Json,
}

/// The objects of one namespace.
#[derive(Debug, Default)]
pub struct Rendered {
    /// For each Integration, by its index in the input, its objects in order.
    pub own: Vec<(usize, Vec<Object>)>,
    /// Objects that belong to all of them.
    pub shared: Vec<Object>,
}

impl Rendered {
    /// Adds an object of one Integration.
    fn push<T: Resource + Serialize>(&mut self, of: &Resolution<'_>, object: &T) {
        self.push_json(of, T::GROUP, T::KIND, to_json(object));
    }

    fn push_json(&mut self, of: &Resolution<'_>, group: &str, kind: &str, json: Json) {
        let object = Object {
            identity: identity(group, kind, &json),
            json,
        };
        // Every Integration has its place from the start, in the order of the input.
        if let Ok(at) = self
            .own
            .binary_search_by_key(&of.index, |(index, _)| *index)
            && let Some((_, objects)) = self.own.get_mut(at)
        {
            objects.push(object);
        }
    }

    /// Adds an object of all Integrations of the namespace.
    fn push_shared<T: Resource + Serialize>(&mut self, object: &T) {
        let json = to_json(object);
        self.shared.push(Object {
            identity: identity(T::GROUP, T::KIND, &json),
            json,
        });
    }
}

fn to_json(object: &impl Serialize) -> Json {
    // Kubernetes' types hold nothing that JSON lacks.
    serde_json::to_value(object).unwrap_or_default()
}

fn identity(group: &str, kind: &str, json: &Json) -> Identity {
    let text = |key: &str| {
        let value = json.get("metadata").and_then(|m| m.get(key));
        value.and_then(Json::as_str).map(str::to_owned)
    };
    Identity {
        group: group.to_owned(),
        kind: kind.to_owned(),
        namespace: text("namespace"),
        name: text("name").unwrap_or_default(),
    }
}

macro_rules! kinds {
    ($($kind:ident),+ $(,)?) => {
        /// Renders one namespace.
        #[must_use]
        pub fn render(batch: &NamespaceBatch<'_>) -> Rendered {
            let mut rendered = Rendered::default();
            // Every Integration has a place, whatever is rendered for it.
            rendered.own = batch.integrations.iter().map(|r| (r.index, Vec::new())).collect();
            $($kind::emit(batch, &mut rendered);)+
            rendered
        }

        /// The kinds that are not rendered for an Integration, each with the name of the setting
        /// that says so.
        #[must_use]
        pub fn absent(of: &Resolution<'_>) -> Vec<(&'static str, &'static str)> {
            let absent = [$(($kind::KIND, $kind::absent(of)),)+];
            absent.into_iter().filter_map(|(kind, setting)| Some((kind, setting?))).collect()
        }
    };
}

kinds! {
    service, deployment, horizontal_pod_autoscaler, pod_disruption_budget, network_policy,
    persistent_volume_claim, ingress, http_route,
}
