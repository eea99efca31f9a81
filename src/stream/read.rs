//! From bytes to documents, envelopes and headers.

use std::ops::Range;

use crate::yaml::{self, Header, Node};

use super::list::{List, is_list, is_resource_list, moved, text};
use super::look::{Found, Look, WINDOW, Words, look_at_items};
use super::split::{Document, Splitter};
use super::text::cut;
use super::{Broken, Manifests, Object, ObjectId, Problem};

/// Splits the input and reads what has a wanted word.
pub(super) fn read<'a>(bytes: &'a [u8], wanted: &[&str], limits: yaml::Limits) -> Manifests<'a> {
    let words = Words::new(wanted);
    let mut documents: Vec<Document> = Vec::new();
    let mut found = Found::default();
    let mut window = 0;
    // A few documents at a time, so that they are looked at while they are in the processor's
    // cache, and not one by one, so that finding nothing takes few steps.
    for document in Splitter::new(bytes) {
        let end = document.end;
        documents.push(document);
        let rest = documents.get(window..).unwrap_or_default();
        if rest
            .first()
            .is_some_and(|first| end - first.start >= WINDOW)
        {
            found.look(bytes, rest, window, &words);
            window = documents.len();
        }
    }
    let rest = documents.get(window..).unwrap_or_default();
    found.look(bytes, rest, window, &words);
    let mut manifests = Manifests {
        bytes,
        limits,
        documents,
        envelope: None,
        envelope_problem: None,
        objects: Vec::new(),
        broken: Vec::new(),
    };
    manifests.find_envelope(&found.envelopes);
    if manifests.envelope_problem.is_some() {
        return manifests;
    }
    if let Some(index) = manifests.envelope {
        manifests.look_into_list(index, &words);
        return manifests;
    }
    for (index, look) in found.looks(bytes, &manifests.documents, &words) {
        manifests.look_into(index, look, &words);
    }
    manifests
}

impl Manifests<'_> {
    fn find_envelope(&mut self, suspects: &[usize]) {
        for &index in suspects {
            let Some(document) = self.documents.get(index) else {
                continue;
            };
            let range = document.range();
            let value = document.value(self.bytes);
            let (header, problem) = match self.header(range.clone(), 0) {
                Ok(header) => (header, None),
                Err((header, problem)) => (header, Some(problem)),
            };
            let named = is_resource_list(&header)
                || problem.is_some() && says_resource_list(cut(self.bytes, range.clone()));
            if !named {
                continue;
            }
            let alone = !self
                .documents
                .iter()
                .enumerate()
                .any(|(other, d)| other != index && d.has_content(self.bytes));
            // Without an apiVersion it is an envelope only where it is alone.
            if !alone && header.api_version.is_none() {
                continue;
            }
            let list = match problem {
                _ if !alone => Err(structure(
                    "a ResourceList must be the only document of its stream",
                    value.start,
                )),
                Some(problem) => Err(problem),
                None => match lone_return(self.bytes, range.clone()) {
                    Some(at) => Err(structure(LONE_RETURN, at)),
                    None => List::read(self.bytes, document).and_then(checked),
                },
            };
            if alone {
                self.envelope = Some(index);
            }
            match list {
                Ok(list) => {
                    if let Some(document) = self.documents.get_mut(index) {
                        document.list = Some(Box::new(list)).into();
                    }
                }
                Err(problem) => {
                    self.envelope_problem = Some(Broken {
                        range: value,
                        header,
                        problem,
                    });
                }
            }
            return;
        }
    }

    fn look_into(&mut self, index: usize, look: Look, words: &Words<'_>) {
        let Some(document) = self.documents.get(index) else {
            return;
        };
        let range = document.range();
        if let (Look::Wanted, Some(at)) = (look, lone_return(self.bytes, range.clone())) {
            let range = document.value(self.bytes);
            self.broken.push(Broken {
                range,
                header: Header::default(),
                problem: structure(LONE_RETURN, at),
            });
            return;
        }
        match self.header(range.clone(), 0) {
            Ok(header) if is_list(&header) => match List::read(self.bytes, document) {
                Ok(list) => {
                    if let Some(document) = self.documents.get_mut(index) {
                        document.list = Some(Box::new(list)).into();
                    }
                    self.look_into_list(index, words);
                }
                Err(problem) if look == Look::Wanted => {
                    let range = document.value(self.bytes);
                    self.broken.push(Broken {
                        range,
                        header,
                        problem,
                    });
                }
                Err(_) => {}
            },
            _ => self.look_at(
                ObjectId {
                    document: index,
                    item: None,
                },
                look,
                words,
            ),
        }
    }

    fn look_into_list(&mut self, index: usize, words: &Words<'_>) {
        let looks = self.list(index).map_or_else(Vec::new, |list| {
            look_at_items(self.bytes, list.items(), words)
        });
        for (item, look) in looks {
            let id = ObjectId {
                document: index,
                item: Some(item),
            };
            self.look_at(id, look, words);
        }
    }

    fn look_at(&mut self, id: ObjectId, look: Look, words: &Words<'_>) {
        match self.object(id) {
            Ok(object) => {
                let Header { api_version, kind } = &object.header;
                let counts = match look {
                    // One that says neither may be a part that lost its top.
                    Look::Wanted => self.has_content(id),
                    _ => words.are_in(api_version.as_deref()) || words.are_in(kind.as_deref()),
                };
                if counts {
                    self.objects.push(object);
                }
            }
            Err(broken) if look == Look::Wanted => self.broken.push(*broken),
            Err(_) => {}
        }
    }
}

impl Manifests<'_> {
    fn has_content(&self, id: ObjectId) -> bool {
        let document = self.documents.get(id.document);
        id.item.is_some() || document.is_some_and(|d| d.has_content(self.bytes))
    }
}

/// A `ResourceList` without a readable list is of no use.
fn checked(list: List) -> Result<List, Problem> {
    match &list.outline.items {
        Some(items) if matches!(items.value, yaml::ItemsValue::Other) => {
            Err(structure("`items` must be a list", items.span.start))
        }
        _ => Ok(list),
    }
}

/// YAML takes it for a line break, and tools that split by lines do not.
const LONE_RETURN: &str =
    "a carriage return without a line feed stands here; end lines with LF or CRLF";

fn lone_return(bytes: &[u8], range: Range<usize>) -> Option<usize> {
    let base = range.start;
    let text = cut(bytes, range);
    let lone = |at: &usize| text.get(at + 1) != Some(&b'\n');
    memchr::memchr_iter(b'\r', text)
        .find(lone)
        .map(|at| base + at)
}

fn structure(message: &str, offset: usize) -> Problem {
    Problem::Yaml(yaml::Error {
        message: message.to_owned(),
        offset,
        kind: yaml::ErrorKind::Structure,
    })
}

/// A document that broke before its kind was known, but has the line.
fn says_resource_list(text: &[u8]) -> bool {
    text.split(|&b| b == b'\n')
        .any(|line| line.trim_ascii_end() == b"kind: ResourceList")
}

/// Reads an object as far as its header.
pub(super) fn object(manifests: &Manifests<'_>, id: ObjectId) -> Result<Object, Box<Broken>> {
    let (range, read) = match (id.item, manifests.documents.get(id.document)) {
        (None, Some(document)) => (
            document.value(manifests.bytes),
            manifests.header(document.range(), 0),
        ),
        (Some(_), Some(_)) => match manifests.item(id) {
            Some(item) => {
                let text = cut(manifests.bytes, item.start..item.end);
                let begin = item.end - text.trim_ascii_start().len();
                let range = begin..begin + text.trim_ascii().len();
                let header = if item.borrows {
                    node(manifests, id)
                        .map(|node| Header::of(&node))
                        .map_err(|problem| (Header::default(), problem))
                } else {
                    manifests.header(item.start..item.end, column(manifests, id, item.start))
                };
                (range, header)
            }
            None => (0..0, Ok(Header::default())),
        },
        (_, None) => (0..0, Ok(Header::default())),
    };
    match read {
        Ok(header) => Ok(Object { id, header, range }),
        Err((header, problem)) => Err(Box::new(Broken {
            range,
            header,
            problem,
        })),
    }
}

/// The column at which the text of an item begins. Within brackets, columns mean nothing.
fn column(manifests: &Manifests<'_>, id: ObjectId, start: usize) -> usize {
    let document = manifests.documents.get(id.document);
    match (manifests.list(id.document), document) {
        (Some(list), Some(document)) if list.in_blocks() => {
            document.page(manifests.bytes).column(start)
        }
        _ => 0,
    }
}

/// Reads apiVersion and kind, also of a text that stops being text behind them.
pub(super) fn header(
    bytes: &[u8],
    range: Range<usize>,
    column: usize,
) -> Result<Header, (Header, Problem)> {
    let base = range.start;
    match text(bytes, range.clone()) {
        Ok(text) => yaml::header(text, 0..text.len(), column)
            .map_err(|(header, error)| (header, moved(error, base))),
        Err(Problem::NotUtf8 { offset }) => {
            // The line that holds the odd byte is no use: it may be cut within a word.
            let good = cut(bytes, base..offset);
            let lines = memchr::memrchr(b'\n', good).map_or(0, |at| at + 1);
            let text = text(bytes, base..base + lines).unwrap_or_default();
            match yaml::header(text, 0..text.len(), column) {
                Ok(header) if header.api_version.is_some() && header.kind.is_some() => Ok(header),
                Ok(header) | Err((header, _)) => Err((header, Problem::NotUtf8 { offset })),
            }
        }
        Err(problem) => Err((Header::default(), problem)),
    }
}

/// The tree of an object.
pub(super) fn node(manifests: &Manifests<'_>, id: ObjectId) -> Result<Node, Problem> {
    let Some(index) = id.item else {
        let range = manifests
            .documents
            .get(id.document)
            .map_or(0..0, Document::range);
        return parse(manifests, range, 0);
    };
    let (Some(list), Some(item)) = (manifests.list(id.document), manifests.item(id)) else {
        return Err(structure("there is no such item", 0));
    };
    if !item.borrows {
        return parse(
            manifests,
            item.start..item.end,
            column(manifests, id, item.start),
        );
    }
    let tree = whole(manifests, id.document, list)?;
    tree.get("items")
        .and_then(|items| items.items().get(index))
        .cloned()
        .ok_or_else(|| structure("there is no such item", item.start))
}

/// The tree of a whole list document, for values that use anchors of other parts of it.
fn whole<'m>(
    manifests: &Manifests<'_>,
    document: usize,
    list: &'m List,
) -> Result<&'m Node, Problem> {
    let range = manifests
        .documents
        .get(document)
        .map_or(0..0, Document::range);
    list.tree
        .get_or_init(|| parse(manifests, range, 0))
        .as_ref()
        .map_err(Clone::clone)
}

/// The value of a top key of the envelope.
pub(super) fn top_value(
    manifests: &Manifests<'_>,
    list: &List,
    key: &str,
) -> Option<Result<Node, Problem>> {
    let document = manifests.envelope?;
    let range = list.entry(key)?.value.clone();
    let value = if memchr::memchr(b'*', cut(manifests.bytes, range.clone())).is_some() {
        whole(manifests, document, list).map(|tree| tree.get(key).cloned())
    } else {
        // Within brackets, columns mean nothing, and those of a long line are beyond the parser.
        let column = match manifests.documents.get(document) {
            Some(document) if !list.outline.flow => {
                document.page(manifests.bytes).column(range.start)
            }
            _ => 0,
        };
        parse(manifests, range, column).map(Some)
    };
    match value {
        Ok(node) => node.filter(|node| !node.is_null()).map(Ok),
        Err(problem) => Some(Err(problem)),
    }
}

fn parse(manifests: &Manifests<'_>, range: Range<usize>, column: usize) -> Result<Node, Problem> {
    let base = range.start;
    let text = text(manifests.bytes, range)?;
    let all = 0..text.len();
    let node = if column == 0 {
        yaml::parse(text, all, &manifests.limits)
    } else {
        yaml::parse_in(text, all, column, &manifests.limits)
    };
    let mut node = node.map_err(|error| moved(error, base))?;
    if base > 0 {
        node.relocate(&|span| span.start + base..span.end + base);
    }
    Ok(node)
}
