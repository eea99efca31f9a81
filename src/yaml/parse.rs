//! One YAML document into a tree, within limits.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag};

use super::error::{Error, ErrorKind};
use super::limits::{Limits, options};
use super::node::{Entry, Node, Scalar, Style, Value};
use super::placing::Placing;
use super::scalar::{Resolved, resolve_plain};

/// Parses the one document that is `source[range]`; spans count from the start of `source`.
pub fn parse(source: &str, range: Range<usize>, limits: &Limits) -> Result<Node, Error> {
    let text = source.get(range.clone()).unwrap_or_default();
    read(text, &range, 0, limits)
}

/// Parses a value that stands at `column` of its first line inside a larger document.
pub fn parse_in(
    source: &str,
    range: Range<usize>,
    column: usize,
    limits: &Limits,
) -> Result<Node, Error> {
    let text = source.get(range.clone()).unwrap_or_default();
    // The first line keeps its column, so that it lines up with the ones below it.
    let padded = " ".repeat(column) + text;
    read(&padded, &range, column, limits)
}

fn read(text: &str, range: &Range<usize>, pad: usize, limits: &Limits) -> Result<Node, Error> {
    if text.len() > limits.document_bytes {
        return Err(Error {
            message: format!(
                "this document has {} MiB; the limit is {} MiB",
                text.len() >> 20,
                limits.document_bytes >> 20
            ),
            offset: range.start,
            kind: ErrorKind::Limit,
        });
    }
    let mut builder = Builder {
        parser: Parser::new_from_str_with_options(text, options(limits)),
        anchors: HashMap::new(),
        limits: *limits,
        nodes: 0,
        place: Placing {
            base: range.start,
            pad,
            end: range.end,
        },
    };
    builder.document()
}

struct Builder<'t> {
    parser: Parser<'t, StrInput<'t>>,
    /// The values of the anchors so far; `None` while a value is still being read.
    anchors: HashMap<usize, Option<Node>>,
    limits: Limits,
    nodes: usize,
    place: Placing,
}

impl<'t> Builder<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Error> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.place.error(&error)),
            None => Err(structure("the document ends too early", self.place.end)),
        }
    }

    fn document(&mut self) -> Result<Node, Error> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::StreamEnd => {
                    return Ok(Node {
                        span: self.place.span(&span),
                        value: Value::Scalar(Scalar {
                            text: String::new(),
                            style: Style::Plain,
                        }),
                        flow: false,
                        indirect: false,
                        tagged: false,
                    });
                }
                event => {
                    let node = self.node(event, &span)?;
                    self.end_of_document()?;
                    return Ok(node);
                }
            }
        }
    }

    fn end_of_document(&mut self) -> Result<(), Error> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(()),
                Event::DocumentEnd => {}
                _ => {
                    let at = self.place.span(&span).start;
                    return Err(structure(
                        "a second document starts here without a `---` line before it",
                        at,
                    ));
                }
            }
        }
    }

    fn count(&mut self, more: usize, at: usize) -> Result<(), Error> {
        self.nodes += more;
        if self.nodes <= self.limits.nodes {
            return Ok(());
        }
        Err(Error {
            message: format!(
                "more than {} values in one document (aliases count as often as they are used)",
                self.limits.nodes
            ),
            offset: at,
            kind: ErrorKind::Limit,
        })
    }

    fn node(&mut self, event: Event<'t>, span: &Span) -> Result<Node, Error> {
        let at = self.place.span(span);
        self.count(1, at.start)?;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = scalar(&text, style, tag.as_deref(), at)?;
                self.anchor(anchor, &node)?;
                Ok(node)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(anchor);
                let node = self.sequence(style, tag.is_some(), at)?;
                self.anchor(anchor, &node)?;
                Ok(node)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.open(anchor);
                let node = self.mapping(style, tag.is_some(), at)?;
                self.anchor(anchor, &node)?;
                Ok(node)
            }
            Event::Alias(id) => self.alias(id, at),
            _ => Err(structure("a value is missing here", at.start)),
        }
    }

    fn open(&mut self, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
    }

    fn anchor(&mut self, anchor: usize, node: &Node) -> Result<(), Error> {
        if anchor != 0 {
            self.count(size(node), node.span.start)?;
            self.anchors.insert(anchor, Some(node.clone()));
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, at: Range<usize>) -> Result<Node, Error> {
        let Some(Some(target)) = self.anchors.get(&id) else {
            return Err(structure(
                "an alias inside the value that it names",
                at.start,
            ));
        };
        let mut node = target.clone();
        self.count(size(&node), at.start)?;
        node.indirect = true;
        node.relocate(&|_| at.clone());
        Ok(node)
    }

    fn sequence(
        &mut self,
        style: StructureStyle,
        tagged: bool,
        at: Range<usize>,
    ) -> Result<Node, Error> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                let flow = style == StructureStyle::Flow;
                let end = match items.last() {
                    Some(last) if !flow => last.span.end,
                    _ => self.place.span(&span).end,
                };
                return Ok(Node {
                    span: at.start..end.max(at.start),
                    value: Value::Sequence(items),
                    flow,
                    indirect: false,
                    tagged,
                });
            }
            items.push(self.node(event, &span)?);
        }
    }

    fn mapping(
        &mut self,
        style: StructureStyle,
        tagged: bool,
        at: Range<usize>,
    ) -> Result<Node, Error> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        let mut merges: Vec<Node> = Vec::new();
        let mut end = at.end;
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                let flow = style == StructureStyle::Flow;
                if flow {
                    end = self.place.span(&span).end;
                }
                for more in merges {
                    merge(&mut entries, &mut seen, more)?;
                }
                return Ok(Node {
                    span: at.start..end.max(at.start),
                    value: Value::Mapping(entries),
                    flow,
                    indirect: false,
                    tagged,
                });
            }
            let merge = is_merge(&event);
            let key_node = self.node(event, &span)?;
            let key_span = key_node.span.clone();
            let (event, span) = self.next()?;
            let value = self.node(event, &span)?;
            end = value.span.end;
            if merge {
                merges.push(value);
                continue;
            }
            let key = key(&key_node)?;
            if !seen.insert(key.clone()) {
                return Err(twice(&key, key_span.start));
            }
            entries.push(Entry {
                key,
                key_span,
                value,
            });
        }
    }
}

fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    at: Range<usize>,
) -> Result<Node, Error> {
    let style = match (core_tag(tag), style) {
        (Some("str"), _) => Style::Quoted,
        (Some("binary"), _) => {
            return Err(structure("`!!binary` is not supported here", at.start));
        }
        (Some(_), _) | (None, ScalarStyle::Plain) => Style::Plain,
        (None, ScalarStyle::Literal) => Style::Literal,
        (None, ScalarStyle::Folded) => Style::Folded,
        (None, _) => Style::Quoted,
    };
    // The parser spells an absent value `~`.
    let text = if at.is_empty() && style == Style::Plain {
        ""
    } else {
        text
    };
    Ok(Node {
        span: at,
        value: Value::Scalar(Scalar {
            text: text.to_owned(),
            style,
        }),
        flow: false,
        indirect: false,
        tagged: tag.is_some(),
    })
}

/// Go turns booleans and numbers used as keys into their text; null and collections it refuses.
fn key(node: &Node) -> Result<String, Error> {
    let refuse = |what: &str| {
        Err(structure(
            format!("{what} cannot be a key here"),
            node.span.start,
        ))
    };
    match &node.value {
        Value::Scalar(s) => match s.resolve() {
            Resolved::String(text) => Ok(text),
            Resolved::Bool(b) => Ok(b.to_string()),
            Resolved::Number(n) => Ok(n.to_string()),
            Resolved::Null => refuse("null"),
            Resolved::NotJson => refuse("a float without a JSON form"),
        },
        Value::Sequence(_) => refuse("a list"),
        Value::Mapping(_) => refuse("a mapping"),
    }
}

/// A merge key adds what is not there yet; of several, the first wins.
fn merge(entries: &mut Vec<Entry>, seen: &mut HashSet<String>, value: Node) -> Result<(), Error> {
    let at = value.span.start;
    match value.value {
        Value::Mapping(more) => {
            for mut entry in more {
                if seen.insert(entry.key.clone()) {
                    entry.value.indirect = true;
                    entries.push(entry);
                }
            }
            Ok(())
        }
        Value::Sequence(list) => list
            .into_iter()
            .try_for_each(|item| merge(entries, seen, item)),
        Value::Scalar(_) => Err(structure("`<<` takes a mapping or a list of mappings", at)),
    }
}

/// A broken text can turn anything into a key, also a password: only words are shown.
fn twice(key: &str, offset: usize) -> Error {
    if key.bytes().all(|b| b.is_ascii_alphabetic()) {
        return structure(format!("the key `{key}` stands here twice"), offset);
    }
    structure("a key stands here twice", offset)
}

fn structure(message: impl Into<String>, offset: usize) -> Error {
    Error {
        message: message.into(),
        offset,
        kind: ErrorKind::Structure,
    }
}

fn is_merge(event: &Event<'_>) -> bool {
    match event {
        Event::Scalar(text, ScalarStyle::Plain, _, tag) => {
            text == "<<"
                && tag
                    .as_deref()
                    .is_none_or(|t| core_suffix(t) == Some("merge"))
        }
        _ => false,
    }
}

fn core_suffix(tag: &Tag) -> Option<&str> {
    (tag.handle() == "tag:yaml.org,2002:").then(|| tag.suffix())
}

/// The tag that changes how a scalar is read: `!!str` and `!` make text, other core tags make the
/// text decide. Tags of one's own are ignored, as Kubernetes' readers do.
fn core_tag(tag: Option<&Tag>) -> Option<&str> {
    let tag = tag?;
    if tag.handle().is_empty() && tag.suffix() == "!"
        || tag.handle() == "!" && tag.suffix().is_empty()
    {
        return Some("str");
    }
    core_suffix(tag)
}

/// How many values a tree holds.
fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Scalar(_) => 0,
        Value::Sequence(items) => items.iter().map(size).sum(),
        Value::Mapping(entries) => entries.iter().map(|e| 1 + size(&e.value)).sum(),
    }
}

/// Whether a plain text is null: for readers that see scalars one by one.
pub(super) fn is_null(text: &str) -> bool {
    resolve_plain(text) == Resolved::Null
}
