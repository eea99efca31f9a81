//! What becomes of the objects, and the text that comes of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::yaml;

use super::items;
use super::mark::{self, Marking};
use super::split::{BOM, Document, is_comment, shares_line};
use super::text::{Page, Splice, apply, cut, finish_line};
use super::{Manifests, ObjectId};

/// What becomes of the input.
#[derive(Debug, Default)]
pub struct Edits {
    /// The objects that change, or that something follows.
    pub changes: BTreeMap<ObjectId, Change>,
    /// New objects after everything else: items where the input is one list, else documents.
    pub append: Vec<Json>,
    /// The `results` of a `ResourceList`: left as they are, or these; none at all removes the key.
    pub results: Option<Vec<Json>>,
}

impl Edits {
    /// Whether writing would give the input, so that its bytes need no copy.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.append.is_empty() && self.results.is_none()
    }
}

/// What becomes of one object and what follows it.
#[derive(Debug, Default)]
pub struct Change {
    /// What becomes of the object itself.
    pub fate: Fate,
    /// New objects that follow it.
    pub after: Vec<Json>,
}

/// What becomes of an object.
#[derive(Debug, Default)]
pub enum Fate {
    /// It stays as it is.
    #[default]
    Keep,
    /// It stays and is marked as local-config.
    Mark,
    /// It goes.
    Drop,
    /// Another value takes its place.
    Rewrite(Json),
}

/// A change, as text.
pub(super) struct Plan<'e> {
    pub(super) fate: Planned<'e>,
    pub(super) after: &'e [Json],
}

/// A fate, as text.
pub(super) enum Planned<'e> {
    Text(Vec<Splice>),
    Drop,
    Replace(Cow<'e, Json>),
}

impl Manifests<'_> {
    /// Writes the input with the edits applied. Without edits these are the same bytes.
    #[must_use]
    pub fn write(&self, edits: &Edits) -> Vec<u8> {
        let list = self.list_of_all();
        let mut touched: BTreeSet<usize> = edits.changes.keys().map(|id| id.document).collect();
        if edits.results.is_some() {
            touched.extend(self.envelope);
        }
        if !edits.append.is_empty() {
            touched.extend(list);
        }
        let mut writer = Writer {
            bytes: self.bytes,
            out: Vec::with_capacity(self.bytes.len()),
            closed: true,
            floor: 0,
        };
        if self.bytes.starts_with(BOM) {
            writer.out.extend_from_slice(BOM);
            writer.floor = BOM.len();
        }
        let mut at = 0;
        for index in touched {
            let Some(document) = self.documents.get(index) else {
                continue;
            };
            writer.copy(self.documents.get(at..index).unwrap_or_default());
            at = index + 1;
            if self.list(index).is_some() {
                let append = if list == Some(index) {
                    edits.append.as_slice()
                } else {
                    &[]
                };
                let splices = self.list_splices(index, edits, append);
                writer.part(document);
                apply(
                    &mut writer.out,
                    &document.page(self.bytes),
                    document.start..document.end,
                    splices,
                );
            } else {
                let id = ObjectId {
                    document: index,
                    item: None,
                };
                if let Some(change) = edits.changes.get(&id) {
                    let page = document.page(self.bytes);
                    writer.change(document, &page, self.plan(id, change, &page));
                } else {
                    writer.copy(std::slice::from_ref(document));
                }
            }
        }
        writer.copy(self.documents.get(at..).unwrap_or_default());
        if list.is_none() {
            let last = self.documents.last();
            let newline = last.map_or("\n", |document| document.page(self.bytes).newline);
            writer.append(&edits.append, newline);
        }
        writer.out
    }

    /// The list that is all of the input: what is appended goes into it.
    fn list_of_all(&self) -> Option<usize> {
        let mut full = self
            .documents
            .iter()
            .enumerate()
            .filter(|(_, document)| document.has_content(self.bytes))
            .map(|(index, _)| index);
        let only = full.next()?;
        if full.next().is_some() {
            return None;
        }
        self.list(only).map(|_| only)
    }

    fn list_splices(&self, index: usize, edits: &Edits, append: &[Json]) -> Vec<Splice> {
        let (Some(list), Some(document)) = (self.list(index), self.documents.get(index)) else {
            return Vec::new();
        };
        let page = document.page(self.bytes);
        let item = |item| ObjectId {
            document: index,
            item: Some(item),
        };
        let plans = edits
            .changes
            .range(item(0)..=item(usize::MAX))
            .filter_map(|(id, change)| Some((id.item?, self.plan(*id, change, &page))))
            .collect();
        let results = match self.envelope {
            Some(envelope) if envelope == index => edits.results.as_deref(),
            _ => None,
        };
        let mut splices = items::splices(list, &page, plans, append);
        if let Some(results) = results {
            splices.extend(items::results(list, &page, results));
        }
        splices
    }

    fn plan<'e>(&self, id: ObjectId, change: &'e Change, page: &Page<'_>) -> Plan<'e> {
        let fate =
            match &change.fate {
                Fate::Keep => Planned::Text(Vec::new()),
                Fate::Drop => Planned::Drop,
                Fate::Rewrite(value) => Planned::Replace(Cow::Borrowed(value)),
                // What cannot be read stays as it is.
                Fate::Mark => self.node(id).map_or(Planned::Text(Vec::new()), |node| {
                    match mark::marking(&node, page) {
                        (Marking::Reemit, _) => Planned::Replace(Cow::Owned(mark::marked(&node))),
                        (_, splices) => Planned::Text(splices),
                    }
                }),
            };
        Plan {
            fate,
            after: &change.after,
        }
    }
}

/// Writes documents one behind the other and keeps them apart.
struct Writer<'a> {
    bytes: &'a [u8],
    out: Vec<u8>,
    /// The output ends as the input did before the next document, so that this one may follow
    /// without a separator of its own.
    closed: bool,
    /// How much of the output is a byte order mark.
    floor: usize,
}

impl Writer<'_> {
    /// Copies neighbouring documents.
    fn copy(&mut self, documents: &[Document]) {
        if let (Some(first), Some(last)) = (documents.first(), documents.last()) {
            self.part(first);
            self.out
                .extend_from_slice(cut(self.bytes, first.start..last.end));
        }
    }

    /// Keeps a document of the input apart from what was written before it.
    fn part(&mut self, document: &Document) {
        let bare = document.separator.is_none();
        if !self.closed && self.out.len() > self.floor && (bare || document.has_directives()) {
            finish_line(&mut self.out, "\n");
            let content = bare && document.has_content(self.bytes);
            // Comments need no document of their own, and directives need the end of the last one.
            let mark: &[u8] = if content { b"---\n" } else { b"...\n" };
            self.out.extend_from_slice(mark);
        }
        self.closed = true;
    }

    fn change(&mut self, document: &Document, page: &Page<'_>, plan: Plan<'_>) {
        let source = document.source_line(self.bytes);
        let mut after = plan.after;
        match plan.fate {
            Planned::Text(splices) => {
                self.part(document);
                apply(&mut self.out, page, document.start..document.end, splices);
            }
            Planned::Replace(value) => {
                self.part(document);
                let head = if shares_line(document, self.bytes) {
                    document.start..document.body.min(document.close)
                } else {
                    document.start..document.body
                };
                self.out.extend_from_slice(cut(self.bytes, head));
                if document.separator.is_some() {
                    finish_line(&mut self.out, page.newline);
                }
                self.render(source, &value);
                self.out
                    .extend_from_slice(cut(self.bytes, document.close..document.end));
            }
            Planned::Drop => {
                let Some((first, rest)) = after.split_first() else {
                    // The one before it is then followed by the one behind it.
                    self.closed &= document.separator.is_none();
                    return;
                };
                after = rest;
                let bare = document.separator.is_none();
                let apart = self.closed || self.out.len() == self.floor;
                if !(bare && apart) {
                    self.separate(page.newline);
                }
                self.render(source, first);
                self.closed = false;
            }
        }
        for value in after {
            self.separate(page.newline);
            self.render(source, value);
            self.closed = false;
        }
    }

    fn append(&mut self, values: &[Json], newline: &str) {
        for value in values {
            if is_comment(cut(&self.out, self.floor..self.out.len())) {
                finish_line(&mut self.out, newline);
            } else {
                self.separate(newline);
            }
            self.render(None, value);
        }
    }

    fn separate(&mut self, newline: &str) {
        if self.out.len() > self.floor {
            finish_line(&mut self.out, newline);
        }
        self.out.extend_from_slice(b"---\n");
    }

    /// A rendered document, with the line by which Helm finds its template.
    fn render(&mut self, source: Option<&[u8]>, value: &Json) {
        if let Some(source) = source {
            self.out.extend_from_slice(source);
            self.out.push(b'\n');
        }
        self.out.extend_from_slice(yaml::to_yaml(value).as_bytes());
    }
}
