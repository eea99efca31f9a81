//! Puts rendered objects into the manifests: new ones beside their Integration, changed ones in
//! the place of the old, and takes out what nobody renders any more.
//!
//! Knows identities and places; what is inside an object is none of its business.

mod annotations;
mod existing;
mod leftovers;
mod paths;

use std::collections::HashSet;

use crate::api::annotations::{GENERATED_FROM, SHARED};
use crate::diagnostics::{Code, Diagnostics, Finding, SourceId};
use crate::intake::{Intake, Integration, Policy};
use crate::objects::{Identity, Object, Rendered};
use crate::stream::{Change, Edits, Envelope, Fate, Manifests, Marking, ObjectId};

use existing::Existing;
use paths::Paths;

/// What the command line says about splicing.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// What becomes of Integrations, where the command line says.
    pub policy: Option<Policy>,
    /// Rendered objects whose Integration is not in the input go, where the command line says.
    pub prune: Option<bool>,
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
    splicer.free_files();
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
        let drop = match self.rules.policy.or(self.intake.policy).unwrap_or_default() {
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
            if self.manifests.lends(found.id) {
                self.refuse_change(&found);
            }
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

    fn refuse_change(&mut self, found: &existing::Found) {
        self.diagnostics.push(
            Finding::new(
                Code::AnchorInUse,
                "this object would be written anew, but another one uses an anchor in it",
            )
            .at(SourceId::INPUT, found.span.clone())
            .on(&found.object)
            .help("write the value out where the alias stands"),
        );
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

    fn prune(&self) -> bool {
        self.rules.prune.or(self.intake.prune).unwrap_or(false)
    }
}
