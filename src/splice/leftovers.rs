//! What earlier runs rendered and this one did not: it goes where its Integration is in the input,
//! and stays where it is not.
//!
//! kustomize starts from sources each time: there, what has no Integration was rendered by the function of a base or of a
//! generator, and staying is no news.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde_json::Value as Json;

use super::{Splicer, annotations};
use crate::api::annotations::SHARED;
use crate::api::integration::group;
use crate::diagnostics::{Code, Finding, ObjectRef, SourceId};
use crate::intake;
use crate::objects::{Identity, Object};
use crate::stream::Fate;

/// By the value of our annotation: the namespaces whose Integrations are in the input.
type Owners = BTreeMap<String, Vec<Option<String>>>;

impl Splicer<'_, '_> {
    /// Rules of Integrations that are not in the input stay in a shared Ingress.
    pub(super) fn keep_orphan_rules(&mut self, object: &mut Object) {
        if self.prune() {
            return;
        }
        let key = self.existing.key(&object.identity);
        let Some(found) = self.existing.get(&key).filter(|f| !f.foreign) else {
            return;
        };
        let (orphans, names) = self.orphan_rules(&found.json, key.namespace.as_deref());
        if orphans.is_empty() {
            return;
        }
        let (span, owner) = (found.span.clone(), found.object.clone());
        self.report_orphan_rules(&names, span, &owner);
        annotations::add_rules(&mut object.json, orphans);
    }

    /// Objects of earlier runs that this one did not render.
    pub(super) fn leftovers(&mut self) {
        let owners = self.owners();
        for old in &self.intake.rendered {
            let identity = identity(old);
            if self.made.contains(&self.existing.key(&identity)) {
                continue;
            }
            let ours = self.is_ours(old, &owners);
            if old.generated_from == SHARED && ours && self.keep_rules_of_orphans(old) {
                continue;
            }
            let removed = ours || self.prune();
            let mut finding = if removed {
                Finding::new(
                    Code::Removed,
                    format!(
                        "{} `{}` is not rendered any more",
                        identity.kind, identity.name
                    ),
                )
            } else {
                Finding::new(
                    Code::Orphan,
                    match old.generated_from.as_str() {
                        SHARED => format!(
                            "{} `{}` is shared by Integrations that are not in the input",
                            identity.kind, identity.name
                        ),
                        owner => format!(
                            "{} `{}` was rendered from {owner}, which is not in the input",
                            identity.kind, identity.name
                        ),
                    },
                )
                .help("it stays as it is; remove it with --prune (or spec.prune: true)")
            };
            finding = finding
                .at(SourceId::INPUT, old.node.span.clone())
                .on(&old.object);
            if removed && self.manifests.lends(old.id) {
                finding = Finding {
                    message: "this object would go, but another one uses an anchor in it"
                        .to_owned(),
                    code: Code::AnchorInUse,
                    severity: Code::AnchorInUse.severity(),
                    ..finding
                };
            }
            if removed || !self.intake.from_kustomize {
                self.diagnostics.push(finding);
            }
            if removed {
                self.change(old.id).fate = Fate::Drop;
            }
        }
    }

    /// The files of objects that will go are free for new ones: a function that renames what was rendered must not make
    /// them wander from file to file.
    pub(super) fn free_files(&mut self) {
        let owners = self.owners();
        for old in &self.intake.rendered {
            if self.existing.is_wanted(&identity(old)) {
                continue;
            }
            let shared_by_orphans = || {
                let namespace = self.existing.namespace(old.object.namespace.as_deref());
                old.generated_from == SHARED
                    && !self
                        .orphan_rules(&old.node.to_json(), namespace.as_deref())
                        .0
                        .is_empty()
            };
            if self.prune() || self.is_ours(old, &owners) && !shared_by_orphans() {
                self.paths.leave(&old.node);
            }
        }
    }

    /// Whether the Integration of an object is in the input.
    fn is_ours(&self, old: &intake::Rendered, owners: &Owners) -> bool {
        let mut namespaces: Vec<Option<String>> = old
            .namespaces
            .iter()
            .map(|n| self.existing.namespace(Some(n)))
            .collect();
        namespaces.push(self.existing.namespace(old.object.namespace.as_deref()));
        owners
            .get(&old.generated_from)
            .is_some_and(|of| of.iter().any(|n| namespaces.contains(n)))
    }

    /// A shared Ingress that nobody renders any more stays with the rules of Integrations that are
    /// not in the input. `false`: it has none.
    fn keep_rules_of_orphans(&mut self, old: &intake::Rendered) -> bool {
        if self.prune() {
            return false;
        }
        let mut json = old.node.to_json();
        let namespace = self.existing.namespace(old.object.namespace.as_deref());
        let (orphans, names) = self.orphan_rules(&json, namespace.as_deref());
        if orphans.is_empty() {
            return false;
        }
        self.report_orphan_rules(&names, old.node.span.clone(), &old.object);
        if annotations::rules(&json).count() > orphans.len() {
            annotations::set_rules(&mut json, orphans);
            self.change(old.id).fate = Fate::Rewrite(json);
        }
        true
    }

    /// The rules of a shared Ingress whose Integrations are not in the input, and their names.
    fn orphan_rules(&self, ingress: &Json, namespace: Option<&str>) -> (Vec<Json>, Vec<String>) {
        let known: HashSet<&str> = self
            .intake
            .integrations
            .iter()
            .filter(|i| self.existing.namespace(i.namespace.as_deref()).as_deref() == namespace)
            .flat_map(|i| std::iter::once(&i.name).chain(&i.previous_names))
            .map(String::as_str)
            .collect();
        annotations::rules(ingress)
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, rule)| (rule.clone(), name.to_owned()))
            .unzip()
    }

    fn report_orphan_rules(&mut self, names: &[String], span: Range<usize>, object: &ObjectRef) {
        if self.intake.from_kustomize {
            return;
        }
        self.diagnostics.push(
            Finding::new(
                Code::Orphan,
                format!(
                    "the shared Ingress keeps rules of Integrations that are not in the input: {}",
                    names.join(", ")
                ),
            )
            .at(SourceId::INPUT, span)
            .on(object)
            .help(
                "give all Integrations of the namespace at once, or remove the rules with --prune",
            ),
        );
    }

    fn owners(&self) -> Owners {
        let mut owners = Owners::new();
        for integration in &self.intake.integrations {
            let namespace = self.existing.namespace(integration.namespace.as_deref());
            let names = std::iter::once(&integration.name).chain(&integration.previous_names);
            let keys = names.map(|name| integration.owner(name));
            for key in keys.chain([SHARED.to_owned()]) {
                owners.entry(key).or_default().push(namespace.clone());
            }
        }
        owners
    }
}

fn identity(old: &intake::Rendered) -> Identity {
    Identity {
        group: group(&old.object.api_version).to_owned(),
        kind: old.object.kind.clone(),
        namespace: old.object.namespace.clone(),
        name: old.object.name.clone(),
    }
}
