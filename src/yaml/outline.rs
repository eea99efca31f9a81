//! The outline of a document, read without building its tree: what kind of object it is, and
//! where the items of a list begin and end.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle};

use super::error::{Error, ErrorKind};
use super::node::Node;
use super::parse::{Limits, Placing, is_null, options, parse_in};

/// What the top of a document says it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// `apiVersion`, where it is a scalar.
    pub api_version: Option<String>,
    /// `kind`, where it is a scalar.
    pub kind: Option<String>,
}

/// Reads `apiVersion` and `kind` of the object that is `source[range]` and whose first line begins
/// at `column`, and not a byte more than it takes to know both.
///
/// On a document that breaks first, the error comes with what was known by then.
pub fn header(source: &str, range: Range<usize>, column: usize) -> Result<Header, (Header, Error)> {
    let text = source.get(range.clone()).unwrap_or_default();
    let text = if column == 0 {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(" ".repeat(column) + text)
    };
    let mut header = Header::default();
    let mut events = Events::new(&text, &range, column);
    match read_header(&mut events, &mut header) {
        Ok(()) if header.is_whole() || !text.contains(['*', '<']) => Ok(header),
        // A merge key or an alias may hold what is missing: the tree has both resolved.
        Ok(()) => match parse_in(source, range, column, &Limits::default()) {
            Ok(node) => Ok(Header::of(&node)),
            Err(error) => Err((header, error)),
        },
        Err(error) => Err((header, error)),
    }
}

impl Header {
    /// The header of a tree.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        let text = |key: &str| node.get(key).and_then(Node::raw_text).map(str::to_owned);
        Self {
            api_version: text("apiVersion"),
            kind: text("kind"),
        }
    }

    fn is_whole(&self) -> bool {
        self.api_version.is_some() && self.kind.is_some()
    }
}

fn read_header(events: &mut Events<'_>, header: &mut Header) -> Result<(), Error> {
    loop {
        match events.next()?.0 {
            Event::StreamStart | Event::DocumentStart(..) => {}
            Event::MappingStart(..) => break,
            _ => return Ok(()),
        }
    }
    let mut scalars: HashMap<usize, String> = HashMap::new();
    loop {
        let (event, span) = events.next()?;
        let key = match event {
            Event::Scalar(text, ..) => text.into_owned(),
            Event::MappingEnd => return Ok(()),
            other => {
                events.rest_of(&other, &span)?;
                String::new()
            }
        };
        let (event, span) = events.next()?;
        let text = match event {
            Event::Scalar(text, _, anchor, _) => {
                if anchor != 0 {
                    scalars.insert(anchor, text.clone().into_owned());
                }
                Some(text.into_owned())
            }
            Event::Alias(id) => scalars.get(&id).cloned(),
            other => {
                events.rest_of(&other, &span)?;
                None
            }
        };
        match key.as_str() {
            "apiVersion" => header.api_version = text,
            "kind" => header.kind = text,
            _ => {}
        }
        if header.is_whole() {
            return Ok(());
        }
    }
}

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

fn syntax(message: &str, offset: usize) -> Error {
    Error {
        message: message.to_owned(),
        offset,
        kind: ErrorKind::Syntax,
    }
}

/// The parser's events, with spans that count from the start of the source, and the owners of
/// the anchors that went by.
struct Events<'t> {
    parser: Parser<'t, StrInput<'t>>,
    text: &'t str,
    place: Placing,
    /// The item that is being read.
    current: Option<usize>,
    flags: Vec<Flags>,
    owners: HashMap<usize, Option<usize>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    borrows: bool,
    lends: bool,
}

impl<'t> Events<'t> {
    fn new(text: &'t str, range: &Range<usize>, pad: usize) -> Self {
        Self {
            parser: Parser::new_from_str_with_options(text, options(&Limits::default())),
            text,
            place: Placing {
                base: range.start,
                pad,
                end: range.end,
            },
            current: None,
            flags: Vec::new(),
            owners: HashMap::new(),
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Range<usize>), Error> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let mut range = span.byte_range().unwrap_or(0..0);
                if let Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) = event {
                    range.end = self.block_end(&range);
                }
                self.follow(&event);
                Ok((
                    event,
                    self.place.offset(range.start)..self.place.offset(range.end),
                ))
            }
            Some(Err(error)) => Err(self.place.error(&error)),
            None => Err(syntax("the document ends too early", self.place.end)),
        }
    }

    /// The parser lets a block scalar reach into the indent of what follows it.
    fn block_end(&self, range: &Range<usize>) -> usize {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let last_line = text.rfind('\n').map_or(0, |at| at + 1);
        match text.get(last_line..) {
            Some(rest) if rest.trim().is_empty() => range.start + last_line,
            _ => range.end,
        }
    }

    fn follow(&mut self, event: &Event<'_>) {
        match event {
            Event::Alias(id) => {
                let owner = self.owners.get(id).copied().flatten();
                if owner == self.current {
                    return;
                }
                for (index, lends) in [(owner, true), (self.current, false)] {
                    if let Some(flags) = index.and_then(|i| self.flags.get_mut(i)) {
                        flags.lends |= lends;
                        flags.borrows |= !lends;
                    }
                }
            }
            Event::Scalar(_, _, id, _)
            | Event::SequenceStart(_, id, _)
            | Event::MappingStart(_, id, _)
                if *id != 0 =>
            {
                self.owners.insert(*id, self.current);
            }
            _ => {}
        }
    }

    /// Reads what remains of the value that `event` began, and tells where its last scalar (or
    /// its closing bracket) ends.
    fn rest_of(&mut self, event: &Event<'_>, span: &Range<usize>) -> Result<usize, Error> {
        let mut depth = usize::from(is_start(event));
        let mut end = if depth > 0 && !is_flow(event) {
            span.start
        } else {
            span.end
        };
        while depth > 0 {
            let (event, span) = self.next()?;
            if is_start(&event) {
                depth += 1;
            } else if matches!(event, Event::SequenceEnd | Event::MappingEnd) {
                depth -= 1;
                // Block collections end where the next token begins, flow ones with a bracket.
                let closed = self.text.as_bytes().get(self.place.raw(span.start));
                if !span.is_empty() && matches!(closed, Some(b']' | b'}')) {
                    end = end.max(span.end);
                }
            } else {
                end = end.max(self.behind_colon(&span));
            }
        }
        Ok(end)
    }

    /// The parser puts a value that is not there before the colon of its key.
    fn behind_colon(&self, span: &Range<usize>) -> usize {
        let rest = self
            .text
            .get(self.place.raw(span.end)..)
            .unwrap_or_default();
        let colon = rest.trim_start_matches([' ', '\t']);
        if span.is_empty() && colon.starts_with(':') {
            span.end + rest.len() - colon.len() + 1
        } else {
            span.end
        }
    }
}

fn is_start(event: &Event<'_>) -> bool {
    matches!(event, Event::SequenceStart(..) | Event::MappingStart(..))
}

fn is_flow(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::SequenceStart(StructureStyle::Flow, ..)
            | Event::MappingStart(StructureStyle::Flow, ..)
    )
}
