//! Objects of the input that have the identity of one to be rendered.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use serde_json::Value as Json;

use crate::api::annotations::GENERATED_FROM;
use crate::api::integration::group;
use crate::diagnostics::ObjectRef;
use crate::intake::{Intake, reference};
use crate::objects::{Identity, Rendered};
use crate::stream::{Manifests, ObjectId};
use crate::yaml::Node;

/// An object of the input.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) id: ObjectId,
    pub(super) json: Json,
    pub(super) object: ObjectRef,
    pub(super) span: Range<usize>,
    /// It does not carry our annotation.
    pub(super) foreign: bool,
    /// There is more than one.
    pub(super) twice: bool,
}

/// All of them, by identity.
#[derive(Debug)]
pub(super) struct Existing {
    found: BTreeMap<Identity, Found>,
    /// What is to be rendered.
    wanted: HashSet<Identity>,
    default_namespace: Option<String>,
}

impl Existing {
    pub(super) fn read(
        manifests: &Manifests<'_>,
        intake: &Intake,
        rendered: &[Rendered],
        default_namespace: Option<&str>,
    ) -> Self {
        let mut existing = Self {
            found: BTreeMap::new(),
            wanted: HashSet::new(),
            default_namespace: default_namespace.map(str::to_owned),
        };
        let mut names = HashSet::new();
        let mut kinds = BTreeSet::new();
        let objects = rendered
            .iter()
            .flat_map(|r| r.own.iter().flat_map(|(_, o)| o).chain(&r.shared));
        for object in objects {
            existing.wanted.insert(existing.key(&object.identity));
            names.insert(object.identity.name.clone());
            kinds.insert((
                object.identity.group.as_str(),
                object.identity.kind.as_str(),
            ));
        }
        if existing.wanted.is_empty() {
            return existing;
        }
        let ours: HashSet<ObjectId> = intake.integrations.iter().filter_map(|i| i.id).collect();
        for object in manifests.named(&names) {
            if ours.contains(&object.id) {
                continue;
            }
            let (Some(api_version), Some(kind)) = (&object.header.api_version, &object.header.kind)
            else {
                continue;
            };
            if !kinds.contains(&(group(api_version), kind.as_str())) {
                continue;
            }
            if let Ok(node) = manifests.node(object.id) {
                existing.add(object.id, api_version, kind, &node);
            }
        }
        existing
    }

    fn add(&mut self, id: ObjectId, api_version: &str, kind: &str, node: &Node) {
        let object = reference(node, None);
        let key = self.key(&Identity {
            group: group(api_version).to_owned(),
            kind: kind.to_owned(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
        });
        if !self.wanted.contains(&key) {
            return;
        }
        if let Some(found) = self.found.get_mut(&key) {
            found.twice = true;
            return;
        }
        let annotated = node
            .at("metadata.annotations")
            .is_some_and(|a| a.get(GENERATED_FROM).is_some());
        let found = Found {
            id,
            json: node.to_json(),
            object,
            span: node.span.start..node.span.start,
            foreign: !annotated,
            twice: false,
        };
        self.found.insert(key, found);
    }

    /// An identity with what "no namespace" means filled in.
    pub(super) fn key(&self, identity: &Identity) -> Identity {
        Identity {
            namespace: self.namespace(identity.namespace.as_deref()),
            ..identity.clone()
        }
    }

    pub(super) fn namespace(&self, named: Option<&str>) -> Option<String> {
        named
            .map(str::to_owned)
            .or_else(|| self.default_namespace.clone())
    }

    pub(super) fn is_wanted(&self, identity: &Identity) -> bool {
        self.wanted.contains(&self.key(identity))
    }

    pub(super) fn get(&self, key: &Identity) -> Option<&Found> {
        self.found.get(key)
    }

    pub(super) fn take(&mut self, key: &Identity) -> Option<Found> {
        self.found.remove(key)
    }
}
