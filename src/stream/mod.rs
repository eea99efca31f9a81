//! The text of the manifests: separators, envelopes, spans.
//!
//! Knows documents and lists, and no kind of object: what to look for comes as an argument. Bytes
//! that nobody asked to change leave as they came, also where they are no YAML.

mod edits;
mod items;
mod join;
mod lines;
mod list;
mod look;
mod mark;
mod read;
mod split;
mod text;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::ops::Range;

use crate::yaml::{self, Header};

pub use edits::{Change, Edits, Fate};
pub use join::join;
pub use mark::{LOCAL_CONFIG, Marking};

use look::Names;
use split::Document;

/// The place of an object: a document of the stream, or an item of a list document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ObjectId {
    /// Which document of the stream, comments between separators counted.
    pub document: usize,
    /// Which item, where the document is a list.
    pub item: Option<usize>,
}

/// What the objects came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Envelope {
    /// YAML documents, of which some may be a `v1/List`.
    Stream,
    /// One KRM `ResourceList`.
    ResourceList,
}

/// An object that may matter.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its place.
    pub id: ObjectId,
    /// What it says it is.
    pub header: Header,
    /// Its bytes in the input.
    pub range: Range<usize>,
}

/// A document that has a wanted word and cannot be read as far as its apiVersion and kind.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Its bytes in the input.
    pub range: Range<usize>,
    /// What was known of it before it broke.
    pub header: Header,
    /// Why it cannot be read.
    pub problem: Problem,
}

/// Why a text cannot be read.
#[derive(Debug, Clone)]
pub enum Problem {
    /// It is no YAML that Kubernetes would read; places count from the start of the input.
    Yaml(yaml::Error),
    /// It is no text.
    NotUtf8 {
        /// The first byte of the input that is no text.
        offset: usize,
    },
}

/// The input, as documents and items.
#[derive(Debug)]
pub struct Manifests<'a> {
    bytes: &'a [u8],
    limits: yaml::Limits,
    documents: Vec<Document>,
    /// The document of the `ResourceList`.
    envelope: Option<usize>,
    envelope_problem: Option<Broken>,
    objects: Vec<Object>,
    broken: Vec<Broken>,
}

impl<'a> Manifests<'a> {
    /// Splits the input and finds the objects that may matter.
    ///
    /// `wanted`: words of which an object must hold one before it is looked at at all.
    #[must_use]
    pub fn read(bytes: &'a [u8], wanted: &[&str], limits: yaml::Limits) -> Self {
        read::read(bytes, wanted, limits)
    }

    /// The input.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What the objects came in.
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        match self.envelope {
            Some(_) => Envelope::ResourceList,
            None => Envelope::Stream,
        }
    }

    /// Why the `ResourceList` cannot be read; then nothing else of it works.
    #[must_use]
    pub fn envelope_problem(&self) -> Option<&Broken> {
        self.envelope_problem.as_ref()
    }

    /// Objects with a wanted word whose header could be read, though it may lack one half or both,
    /// in input order.
    #[must_use]
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// Objects with a wanted word whose header could not be read, in input order.
    #[must_use]
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// Objects, wanted or not, in whose text a `name` key has one of `names` as its value. Broken
    /// ones are left out; some are named otherwise, because text alone does not tell every name.
    #[must_use]
    pub fn named(&self, names: &HashSet<String>) -> Vec<Object> {
        let names = Names::new(names);
        let mut found = Vec::new();
        for (index, document) in self.documents.iter().enumerate() {
            if !names.are_in(text::cut(self.bytes, document.range())) {
                continue;
            }
            if let Some(list) = self.list(index) {
                for (item, place) in list.items().iter().enumerate() {
                    if names.are_in(text::cut(self.bytes, place.start..place.end)) {
                        let id = ObjectId {
                            document: index,
                            item: Some(item),
                        };
                        found.extend(self.object(id).ok());
                    }
                }
            } else if self.envelope != Some(index) {
                let id = ObjectId {
                    document: index,
                    item: None,
                };
                found.extend(self.object(id).ok());
            }
        }
        found
    }

    /// The tree of an object, with places that count from the start of the input.
    pub fn node(&self, id: ObjectId) -> Result<yaml::Node, Problem> {
        read::node(self, id)
    }

    /// The `functionConfig` of the `ResourceList`.
    #[must_use]
    pub fn function_config(&self) -> Option<Result<yaml::Node, Problem>> {
        let list = self.list(self.envelope?)?;
        read::top_value(self, list, "functionConfig")
    }

    /// Whether the `ResourceList` has the key `results`.
    #[must_use]
    pub fn has_results(&self) -> bool {
        self.envelope
            .and_then(|index| self.list(index))
            .is_some_and(|list| list.entry("results").is_some())
    }

    /// The template that a document came from, by its `# Source:` line: Helm's path without the
    /// name of the chart, as `helm template -s` takes it.
    #[must_use]
    pub fn source_comment(&self, id: ObjectId) -> Option<&'a str> {
        let line = self.documents.get(id.document)?.source_line(self.bytes)?;
        let path = std::str::from_utf8(line)
            .ok()?
            .strip_prefix("# Source:")?
            .trim();
        match path.split_once('/') {
            Some((chart, rest)) if chart != "templates" => Some(rest),
            _ => Some(path),
        }
    }

    /// What marking an object as local-config would do to its text.
    #[must_use]
    pub fn marking(&self, id: ObjectId) -> Marking {
        match (self.node(id), self.documents.get(id.document)) {
            (Ok(node), Some(document)) => mark::marking(&node, &document.page(self.bytes)).0,
            _ => Marking::Reemit,
        }
    }

    /// Whether an anchor of this item is used outside of it: the item can then be neither dropped
    /// nor written anew.
    #[must_use]
    pub fn lends(&self, id: ObjectId) -> bool {
        self.item(id).is_some_and(|item| item.lends)
    }

    /// Whether the item uses an anchor that stands outside of it.
    #[must_use]
    pub fn borrows(&self, id: ObjectId) -> bool {
        self.item(id).is_some_and(|item| item.borrows)
    }

    fn item(&self, id: ObjectId) -> Option<&yaml::Item> {
        self.list(id.document)?.items().get(id.item?)
    }

    /// The list that a document is, where it is one that can be read.
    fn list(&self, document: usize) -> Option<&list::List> {
        let place = self.documents.get(document)?;
        place
            .list
            .get_or_init(|| {
                let header = self.header(place.range(), 0).ok()?;
                list::is_list(&header)
                    .then(|| list::List::read(self.bytes, place).ok())
                    .flatten()
                    .map(Box::new)
            })
            .as_deref()
    }

    fn object(&self, id: ObjectId) -> Result<Object, Box<Broken>> {
        read::object(self, id)
    }

    fn header(&self, range: Range<usize>, column: usize) -> Result<Header, (Header, Problem)> {
        read::header(self.bytes, range, column)
    }
}
