//! The mark that keeps an object out of the cluster: an annotation, put in as text.

use std::ops::Range;

use serde_json::{Map, Value as Json, json};

use crate::yaml::{Entry, Node, Style, Value};

use super::text::{Page, Splice};

/// The annotation by which kustomize and kpt know what is not to be applied.
pub const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// What marking an object would do to its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    /// Nothing: it is marked.
    AlreadyMarked,
    /// A few bytes are put in.
    Insert,
    /// The object has to be written anew, because its annotations do not stand in it as such.
    Reemit,
}

/// How to mark the object, as text.
pub(super) fn marking(node: &Node, page: &Page<'_>) -> (Marking, Vec<Splice>) {
    let value = node
        .at("metadata.annotations")
        .and_then(|a| a.get(LOCAL_CONFIG));
    if value.and_then(Node::raw_text) == Some("true") {
        return (Marking::AlreadyMarked, Vec::new());
    }
    match insertion(node, page) {
        Some(splices) => (Marking::Insert, splices),
        None => (Marking::Reemit, Vec::new()),
    }
}

/// The object with the mark, as a value.
pub(super) fn marked(node: &Node) -> Json {
    let mut object = node.to_json();
    if !object.is_object() {
        return object;
    }
    let mut at = &mut object;
    for key in ["metadata", "annotations"] {
        let Json::Object(map) = at else {
            break;
        };
        at = map.entry(key).or_insert(Json::Null);
        if !at.is_object() {
            *at = Json::Object(Map::new());
        }
    }
    if let Json::Object(annotations) = at {
        annotations.insert(LOCAL_CONFIG.to_owned(), json!("true"));
    }
    object
}

/// The edits that mark the object; nothing where text alone cannot do it.
fn insertion(root: &Node, page: &Page<'_>) -> Option<Vec<Splice>> {
    if root.indirect {
        return None;
    }
    let metadata = own_value(root.entry("metadata")?, page)?;
    let Value::Mapping(_) = metadata.value else {
        return None;
    };
    let Some(entry) = metadata.entry("annotations") else {
        return add(
            metadata,
            root,
            page,
            &|indent, step| {
                let mut lines = page.fit("annotations:\n", indent);
                lines += &page.fit(&block_line(), indent + step);
                lines
            },
            &format!("\"annotations\": {}", flow_mapping()),
        );
    };
    let annotations = own_value(entry, page)?;
    match &annotations.value {
        Value::Mapping(_) => match annotations.entry(LOCAL_CONFIG) {
            Some(present) => replace(present, page).map(|splice| vec![splice]),
            None => add(
                annotations,
                metadata,
                page,
                &|indent, _| page.fit(&block_line(), indent),
                &flow_entry(),
            ),
        },
        Value::Scalar(_) if annotations.is_null() => fill(entry, metadata, page),
        _ => None,
    }
}

fn block_line() -> String {
    format!("{LOCAL_CONFIG}: \"true\"\n")
}

fn flow_entry() -> String {
    format!("\"{LOCAL_CONFIG}\": \"true\"")
}

fn flow_mapping() -> String {
    format!("{{{}}}", flow_entry())
}

/// The value, where it stands behind its key as such: no alias, merge key, anchor or tag.
fn own_value<'n>(entry: &'n Entry, page: &Page<'_>) -> Option<&'n Node> {
    let value = &entry.value;
    if value.indirect || value.tagged {
        return None;
    }
    // A merged key has the place of its `<<`.
    let start = value.entries().iter().map(|e| e.key_span.start).min();
    let start = start.map_or(value.span.start, |at| at.max(value.span.start));
    let between = page.cut(entry.key_span.end..start);
    let merged = page.cut(value.span.clone()).windows(3).any(|w| w == b"<<:");
    (!merged && !between.contains(&b'&') && entry.key_span != value.span).then_some(value)
}

/// Puts an entry at the end of a mapping.
fn add(
    mapping: &Node,
    parent: &Node,
    page: &Page<'_>,
    lines: &dyn Fn(usize, usize) -> String,
    flow: &str,
) -> Option<Vec<Splice>> {
    let last = mapping.entries().last();
    if mapping.flow {
        return Some(vec![match last {
            None => Splice::insert(mapping.span.start + 1, flow),
            Some(last) => {
                let end = last.value.span.end;
                // A key without a value: its colon may stand anywhere.
                if last.value.span.is_empty() {
                    return None;
                }
                Splice::insert(end, page.comma(last.key_span.start) + flow)
            }
        }]);
    }
    let last = last?;
    let indent = page.indent(last.key_span.start)?;
    if indent.contains('\t') {
        return None;
    }
    let outer = parent.entries().first();
    let outer = outer.map_or(0, |entry| page.column(entry.key_span.start));
    let step = indent
        .len()
        .checked_sub(outer)
        .filter(|n| *n > 0)
        .unwrap_or(2);
    let at = after(last, page)?;
    Some(vec![Splice::lines(at..at, lines(indent.len(), step))])
}

/// The end of the lines of an entry of a block mapping; nothing where a line break put behind it
/// would become part of its value.
fn after(entry: &Entry, page: &Page<'_>) -> Option<usize> {
    let (end, block_scalar) = content_end(entry, page);
    let at = page.line_end(end);
    let open = page.cut(at.saturating_sub(1)..at) != b"\n";
    (!(block_scalar && open)).then_some(at)
}

/// Where an entry's last value ends, and whether that is a block scalar.
fn content_end(entry: &Entry, page: &Page<'_>) -> (usize, bool) {
    let own = entry.key_span.end;
    let (end, block) = value_end(&entry.value, page);
    if end > own {
        (end, block)
    } else {
        (own, false)
    }
}

fn value_end(value: &Node, page: &Page<'_>) -> (usize, bool) {
    let span = value.span.clone();
    if value.flow || value.indirect {
        return (span.end, false);
    }
    match &value.value {
        Value::Scalar(scalar) => match scalar.style {
            // A value that is not there stands wherever the parser noticed it.
            _ if span.is_empty() => (0, false),
            Style::Literal | Style::Folded => (block_end(&span, page), true),
            _ => (span.end, false),
        },
        Value::Sequence(items) => {
            items
                .last()
                .map_or((span.end, false), |last| match value_end(last, page) {
                    (0, _) => (span.end, false),
                    end => end,
                })
        }
        Value::Mapping(entries) => entries
            .last()
            .map_or((span.end, false), |last| content_end(last, page)),
    }
}

/// The parser lets a block scalar reach into the indent of what follows it.
fn block_end(span: &Range<usize>, page: &Page<'_>) -> usize {
    let text = page.cut(span.clone());
    match memchr::memrchr(b'\n', text) {
        Some(at) if text.iter().skip(at + 1).all(u8::is_ascii_whitespace) => span.start + at + 1,
        _ => span.end,
    }
}

/// Gives the annotation that is there another value.
fn replace(entry: &Entry, page: &Page<'_>) -> Option<Splice> {
    let value = &entry.value;
    let scalar = value.scalar()?;
    let block = matches!(scalar.style, Style::Literal | Style::Folded);
    if value.indirect || value.tagged || block {
        return None;
    }
    if !value.span.is_empty() {
        return Some(Splice::replace(value.span.clone(), "\"true\""));
    }
    let colon = colon(entry, page)?;
    Some(Splice::insert(colon, " \"true\""))
}

/// Makes a mapping of annotations that are null.
fn fill(entry: &Entry, metadata: &Node, page: &Page<'_>) -> Option<Vec<Splice>> {
    let null = entry.value.span.clone();
    if metadata.flow {
        return (!null.is_empty()).then(|| vec![Splice::replace(null, flow_mapping())]);
    }
    let indent = page.indent(entry.key_span.start)?;
    let colon = colon(entry, page)?;
    let mut splices = Vec::new();
    if !null.is_empty() {
        if !page
            .cut(colon..null.start)
            .iter()
            .all(|b| matches!(b, b' ' | b'\t'))
        {
            return None;
        }
        splices.push(Splice::remove(colon..null.end));
    }
    let at = page.line_end(colon);
    let line = page.fit(&block_line(), indent.len() + 2);
    splices.push(Splice::lines(at..at, line));
    Some(splices)
}

/// The place behind the colon of a key, where it follows the key directly.
fn colon(entry: &Entry, page: &Page<'_>) -> Option<usize> {
    let end = entry.key_span.end;
    let rest = page.cut(end..page.range.end);
    let blanks = rest
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    (rest.get(blanks) == Some(&b':')).then_some(end + blanks + 1)
}
