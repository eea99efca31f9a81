//! Puts rendered objects into the manifests: new ones beside their Integration, changed ones in
//! the place of the old, and takes out what nobody renders any more.
//!
//! Knows identities and places; what is inside an object is none of its business.

mod annotations;
mod existing;
mod paths;

use std::collections::{BTreeMap, HashSet};

use serde_json::Value as Json;

use crate::api::annotations::{GENERATED_FROM, SHARED};
use crate::api::integration::group;
use crate::diagnostics::{Code, Diagnostics, Finding, SourceId};
use crate::intake::{Intake, Integration, Policy};
use crate::objects::{Identity, Object, Rendered};
use crate::stream::{Change, Edits, Envelope, Fate, Manifests, Marking, ObjectId};

use existing::Existing;
use paths::Paths;

/// What the command line says about splicing.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// What becomes of Integrations.
    pub policy: Policy,
    /// Rendered objects whose Integration is not in the input go.
    pub prune: bool,
    /// What "no namespace" means.
    pub namespace: Option<String>,
}

/// Decides what becomes of every object of the input.
pub fn splice(
    manifests: &Manifests<'_>,
    intake: &Intake,
    rendered: Vec<Rendered>,
    rules: &Rules,
    diagnostics: &mut Diagnostics,
) -> Edits {
    let mut splicer = Splicer {
        manifests,
        intake,
        rules,
        list: manifests.envelope() == Envelope::ResourceList,
        existing: Existing::read(manifests, intake, &rendered, rules.namespace.as_deref()),
        paths: Paths::new(manifests.bytes()),
        diagnostics,
        edits: Edits::default(),
        made: HashSet::new(),
    };
    splicer.integrations();
    splicer.config_maps();
    for batch in rendered {
        splicer.batch(batch);
    }
    splicer.leftovers();
    splicer.edits
}

struct Splicer<'s, 'a> {
    manifests: &'s Manifests<'a>,
    intake: &'s Intake,
    rules: &'s Rules,
    /// The input is a ResourceList: what we render is annotated, so that we know it again.
    list: bool,
    existing: Existing,
    paths: Paths<'s>,
    diagnostics: &'s mut Diagnostics,
    edits: Edits,
    /// What was rendered so far.
    made: HashSet<Identity>,
}

impl Splicer<'_, '_> {
    fn change(&mut self, id: ObjectId) -> &mut Change {
        self.edits.changes.entry(id).or_default()
    }

    /// Drops, keeps or marks the Integrations.
    fn integrations(&mut self) {
        for integration in &self.intake.integrations {
            let Some(id) = integration.id else { continue };
            let fate = self.fate(integration, id);
            if !matches!(fate, Fate::Keep) {
                self.change(id).fate = fate;
            }
        }
    }

    fn fate(&mut self, integration: &Integration, id: ObjectId) -> Fate {
        let drop = match self.intake.policy.unwrap_or(self.rules.policy) {
            Policy::Drop => true,
            Policy::Keep => false,
            Policy::Auto => !self.list || integration.from_kustomize,
        };
        if drop {
            if self.manifests.lends(id) {
                self.refuse_lender(integration);
            }
            return Fate::Drop;
        }
        if !self.list {
            return Fate::Keep;
        }
        match self.manifests.marking(id) {
            Marking::AlreadyMarked => Fate::Keep,
            Marking::Insert => Fate::Mark,
            Marking::Reemit => {
                if self.manifests.lends(id) {
                    self.refuse_lender(integration);
                }
                self.diagnostics.push(
                    Finding::new(
                        Code::Reemitted,
                        "the Integration was written anew to mark it as local configuration: its \
                         annotations stand behind an alias, a merge key or a tag",
                    )
                    .at(SourceId::INPUT, integration.name_span.clone())
                    .on(&integration.object),
                );
                Fate::Mark
            }
        }
    }

    fn refuse_lender(&mut self, integration: &Integration) {
        self.diagnostics.push(
            Finding::new(
                Code::AnchorInUse,
                "this Integration would leave its place, but another object uses an anchor in it",
            )
            .at(SourceId::INPUT, integration.name_span.clone())
            .on(&integration.object)
            .help("write the value out where the alias stands"),
        );
    }

    /// A ConfigMap of ours that is marked local-config was meant for us alone.
    fn config_maps(&mut self) {
        if self.list {
            return;
        }
        for map in &self.intake.config.stream {
            if let (true, Some(id)) = (map.local, map.id) {
                self.change(id).fate = Fate::Drop;
            }
        }
    }

    fn batch(&mut self, batch: Rendered) {
        let mut last: Option<ObjectId> = None;
        let mut first: Option<usize> = None;
        let mut own = batch.own;
        own.sort_by_key(|(index, _)| *index);
        let mut any_place = None;
        for (index, objects) in own {
            let Some(integration) = self.intake.integrations.get(index) else {
                continue;
            };
            first.get_or_insert(index);
            let mut after = integration.id;
            let owner = integration.owner(&integration.name);
            for object in objects {
                after = self.place(object, &owner, integration, after);
            }
            if integration.id.is_some() {
                last = after;
            }
            any_place = Some(integration);
        }
        let beside = first.and_then(|index| self.intake.integrations.get(index));
        let Some(beside) = beside.or(any_place) else {
            return;
        };
        for mut object in batch.shared {
            self.keep_orphan_rules(&mut object);
            last = self.place(object, SHARED, beside, last);
        }
    }

    /// Puts one object in its place, and tells behind what the next one goes.
    fn place(
        &mut self,
        object: Object,
        owner: &str,
        integration: &Integration,
        after: Option<ObjectId>,
    ) -> Option<ObjectId> {
        let key = self.existing.key(&object.identity);
        if !self.made.insert(key.clone()) {
            self.twice(&object.identity, integration);
            return after;
        }
        let Some(found) = self.existing.take(&key) else {
            let mut json = object.json;
            if self.list {
                annotations::set(&mut json, GENERATED_FROM, owner);
                self.paths.assign(&mut json, &object.identity, integration);
            }
            match after {
                Some(id) => self.change(id).after.push(json),
                None => self.edits.append.push(json),
            }
            return after;
        };
        if found.foreign || found.twice {
            self.clash(&object.identity, &found, integration);
            return after;
        }
        if !annotations::same(&found.json, &object.json) {
            let mut json = object.json;
            annotations::carry(&found.json, &mut json);
            if self.list {
                annotations::set(&mut json, GENERATED_FROM, owner);
            }
            self.change(found.id).fate = Fate::Rewrite(json);
        }
        // What is new goes behind what is known, but never before its Integration.
        after.map(|id| id.max(found.id))
    }

    /// Two Integrations of one name are reported as such; but one named `ei-operator` can make an
    /// Ingress of its own with the name of the shared one.
    fn twice(&mut self, identity: &Identity, integration: &Integration) {
        let namespace = |i: &Integration| self.existing.namespace(i.namespace.as_deref());
        let same =
            |i: &&Integration| i.name == integration.name && namespace(i) == namespace(integration);
        if self.intake.integrations.iter().filter(same).count() > 1 {
            return;
        }
        self.diagnostics.push(
            Finding::new(
                Code::Duplicate,
                format!(
                    "two objects of kind {} named `{}` are rendered",
                    identity.kind, identity.name
                ),
            )
            .at(SourceId::INPUT, integration.name_span.clone())
            .on(&integration.object)
            .help("one of them is shared by a namespace: give the Integration another name"),
        );
    }

    fn clash(&mut self, identity: &Identity, found: &existing::Found, integration: &Integration) {
        let (code, what, help) = if found.foreign {
            (
                Code::Foreign,
                "the input has one of that name that we did not render",
                "remove or rename it: we never overwrite what others wrote (where it is our own \
                 output, take it or its Integration out of the input)",
            )
        } else {
            (
                Code::Duplicate,
                "the input has two of that name",
                "remove one of them",
            )
        };
        let mut finding = Finding::new(
            code,
            format!(
                "the Integration `{}` renders the {} `{}`, but {what}",
                integration.name, identity.kind, identity.name
            ),
        )
        .at(SourceId::INPUT, found.span.clone())
        .help(help);
        finding.object = Some(found.object.clone());
        self.diagnostics.push(finding);
    }

    /// Rules of Integrations that are not in the input stay in a shared Ingress.
    fn keep_orphan_rules(&mut self, object: &mut Object) {
        if self.prune() {
            return;
        }
        let key = self.existing.key(&object.identity);
        let Some(found) = self.existing.get(&key).filter(|f| !f.foreign) else {
            return;
        };
        let known = |name: &str| {
            self.intake.integrations.iter().any(|i| {
                let ours = i.name == name || i.previous_names.iter().any(|n| n == name);
                ours && self.existing.namespace(i.namespace.as_deref()) == key.namespace
            })
        };
        let orphans: Vec<Json> = annotations::rules(&found.json)
            .filter(|(name, _)| !known(name))
            .map(|(_, rule)| rule.clone())
            .collect();
        if orphans.is_empty() {
            return;
        }
        let mut names: Vec<String> = annotations::rules(&found.json)
            .map(|(name, _)| name.to_owned())
            .filter(|name| !known(name))
            .collect();
        names.dedup();
        let mut finding = Finding::new(
            Code::Orphan,
            format!(
                "the shared Ingress keeps rules of Integrations that are not in the input: {}",
                names.join(", ")
            ),
        )
        .at(SourceId::INPUT, found.span.clone())
        .help("give all Integrations of the namespace at once, or remove the rules with --prune");
        finding.object = Some(found.object.clone());
        self.diagnostics.push(finding);
        annotations::add_rules(&mut object.json, orphans);
    }

    fn prune(&self) -> bool {
        self.intake.prune.unwrap_or(self.rules.prune)
    }

    /// Objects of earlier runs that this one did not render.
    fn leftovers(&mut self) {
        let owners = self.owners();
        for old in &self.intake.rendered {
            let identity = Identity {
                group: group(&old.object.api_version).to_owned(),
                kind: old.object.kind.clone(),
                namespace: old.object.namespace.clone(),
                name: old.object.name.clone(),
            };
            if self.made.contains(&self.existing.key(&identity)) {
                continue;
            }
            let mut namespaces: Vec<Option<String>> = old
                .namespaces
                .iter()
                .map(|n| self.existing.namespace(Some(n)))
                .collect();
            namespaces.push(self.existing.namespace(old.object.namespace.as_deref()));
            let ours = owners
                .get(&old.generated_from)
                .is_some_and(|of| of.iter().any(|n| namespaces.contains(n)));
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
            self.diagnostics.push(finding);
            if removed {
                self.change(old.id).fate = Fate::Drop;
            }
        }
    }

    /// By the value of our annotation: the namespaces whose Integrations are in the input.
    fn owners(&self) -> BTreeMap<String, Vec<Option<String>>> {
        let mut owners: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
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
