//! The outline of a list document, read without building its tree: its keys, and where the items of
//! its list begin and end.

use std::ops::Range;

use granit_parser::{Event, ScalarStyle, StructureStyle};

use super::error::Error;
use super::events::{Events, Flags, syntax};
use super::parse::is_null;

/// A document that holds a list of objects under `items`.
#[derive(Debug)]
pub struct ListOutline {
    /// Whether the document is one flow mapping (JSON, as a rule).
    pub flow: bool,
    /// The bytes of the top mapping; a flow mapping includes its braces.
    pub span: Range<usize>,
    /// The top keys, in order.
    pub entries: Vec<TopEntry>,
    /// `items`, where the document has the key.
    pub items: Option<Items>,
}

/// One top key of a list document.
#[derive(Debug)]
pub struct TopEntry {
    /// The key.
    pub key: String,
    /// Where the key begins.
    pub start: usize,
    /// Where its value begins and ends.
    pub value: Range<usize>,
}

/// The value of `items`.
#[derive(Debug)]
pub struct Items {
    /// The bytes from the end of the key to the end of the value.
    pub span: Range<usize>,
    /// What the value is.
    pub value: ItemsValue,
}

/// The forms in which `items` comes.
#[derive(Debug)]
pub enum ItemsValue {
    /// Nothing, or null.
    Null,
    /// A block sequence.
    Block(Vec<Item>),
    /// A flow sequence; `open` is the place of its bracket.
    Flow {
        /// The place of the opening bracket.
        open: usize,
        /// The items.
        items: Vec<Item>,
    },
    /// No list at all.
    Other,
}

/// One item of a list.
#[derive(Debug, Clone)]
pub struct Item {
    /// Block style: the place of its dash. Flow style: where its text begins.
    pub marker: usize,
    /// Where its text begins: behind the dash, with its anchor or tag if it has one.
    pub start: usize,
    /// Where its last value ends; a block scalar ends with its last line break.
    pub end: usize,
    /// It has an alias whose anchor stands outside of it.
    pub borrows: bool,
    /// It has an anchor that is used outside of it.
    pub lends: bool,
}

/// Finds the top keys of a document and the items of its list.
pub fn list_outline(source: &str, range: Range<usize>) -> Result<ListOutline, Error> {
    let text = source.get(range.clone()).unwrap_or_default();
    let mut events = Events::new(text, &range, 0);
    let (flow, start) = loop {
        let (event, span) = events.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(..) => {}
            Event::MappingStart(style, ..) => break (style == StructureStyle::Flow, span.start),
            _ => return Err(syntax("a mapping was expected here", span.start)),
        }
    };
    let mut outline = ListOutline {
        flow,
        span: start..start,
        entries: Vec::new(),
        items: None,
    };
    loop {
        let (event, key_span) = events.next()?;
        let key = match event {
            Event::Scalar(text, ..) => text.into_owned(),
            Event::MappingEnd => {
                let last = outline.entries.last().map_or(start, |e| e.value.end);
                outline.span.end = if flow { key_span.end } else { last };
                break;
            }
            other => {
                events.rest_of(&other, &key_span)?;
                String::new()
            }
        };
        let (event, span) = events.next()?;
        let value = if key == "items" && outline.items.is_none() {
            let items = read_items(&mut events, source, key_span.end, &event, span)?;
            let value = items.span.clone();
            outline.items = Some(items);
            value
        } else {
            span.start..events.rest_of(&event, &span)?
        };
        outline.entries.push(TopEntry {
            key,
            start: key_span.start,
            value,
        });
    }
    // Whether an anchor is used elsewhere is known only at the end.
    if let Some(ItemsValue::Block(items) | ItemsValue::Flow { items, .. }) =
        outline.items.as_mut().map(|i| &mut i.value)
    {
        for (item, flags) in items.iter_mut().zip(&events.flags) {
            item.borrows = flags.borrows;
            item.lends = flags.lends;
        }
    }
    Ok(outline)
}

fn read_items(
    events: &mut Events<'_>,
    source: &str,
    key_end: usize,
    event: &Event<'_>,
    span: Range<usize>,
) -> Result<Items, Error> {
    let (flow, open) = match event {
        Event::Scalar(text, ScalarStyle::Plain, ..) if span.is_empty() || is_null(text) => {
            return Ok(Items {
                span: key_end..span.end,
                value: ItemsValue::Null,
            });
        }
        Event::SequenceStart(style, ..) => (*style == StructureStyle::Flow, span.start),
        other => {
            return Ok(Items {
                span: key_end..events.rest_of(other, &span)?,
                value: ItemsValue::Other,
            });
        }
    };
    let mut items: Vec<Item> = Vec::new();
    let mut previous = if flow { open + 1 } else { key_end };
    let end = loop {
        // Known before the first event of an item: that one may be an alias or have an anchor.
        events.current = Some(items.len());
        events.flags.push(Flags::default());
        let (event, at) = events.next()?;
        if event == Event::SequenceEnd {
            events.current = None;
            break if flow { at.end } else { previous };
        }
        let first = items.is_empty();
        let marker = lead_in(source, previous, flow, first);
        let start = if flow { marker } else { marker + 1 };
        let end = events.rest_of(&event, &at)?.max(start);
        events.current = None;
        items.push(Item {
            marker,
            start,
            end,
            borrows: false,
            lends: false,
        });
        previous = end;
    };
    Ok(Items {
        span: key_end..end,
        value: if flow {
            ItemsValue::Flow { open, items }
        } else {
            ItemsValue::Block(items)
        },
    })
}

/// The place of an item's dash (block style) or of its text (flow style).
///
/// Between two items there are only blanks, comments and the mark that separates them; before the
/// first dash there is also the colon of the key, and perhaps an anchor or a tag of the list.
fn lead_in(source: &str, from: usize, flow: bool, first: bool) -> usize {
    let bytes = source.as_bytes();
    let rest = |at: usize| bytes.get(at..).unwrap_or_default();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'#' => memchr::memchr2(b'\n', b'\r', rest(at)).unwrap_or(rest(at).len()),
            b' ' | b'\t' | b'\n' | b'\r' => 1,
            b',' if flow => 1,
            b'-' if !flow => return at,
            b':' | b'"' | b'\'' if first && !flow => 1,
            b'&' | b'!' if first && !flow => rest(at)
                .iter()
                .position(u8::is_ascii_whitespace)
                .unwrap_or(rest(at).len()),
            _ => return at,
        };
    }
    at
}
