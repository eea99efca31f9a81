//! What kind of object a document is, read without the rest of it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::Event;

use super::error::Error;
use super::events::Events;
use super::limits::Limits;
use super::node::Node;
use super::parse::parse_in;

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
