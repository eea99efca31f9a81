//! The parser's events with places in the source, for readers that build no tree.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle};

use super::error::{Error, ErrorKind};
use super::limits::{Limits, options};
use super::placing::Placing;

pub(super) fn syntax(message: &str, offset: usize) -> Error {
    Error {
        message: message.to_owned(),
        offset,
        kind: ErrorKind::Syntax,
    }
}

/// The parser's events, with spans that count from the start of the source, and the owners of
/// the anchors that went by.
pub(super) struct Events<'t> {
    parser: Parser<'t, StrInput<'t>>,
    text: &'t str,
    place: Placing,
    /// The item that is being read.
    pub(super) current: Option<usize>,
    pub(super) flags: Vec<Flags>,
    owners: HashMap<usize, Option<usize>>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) borrows: bool,
    pub(super) lends: bool,
}

impl<'t> Events<'t> {
    pub(super) fn new(text: &'t str, range: &Range<usize>, pad: usize) -> Self {
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

    pub(super) fn next(&mut self) -> Result<(Event<'t>, Range<usize>), Error> {
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
    pub(super) fn rest_of(
        &mut self,
        event: &Event<'_>,
        span: &Range<usize>,
    ) -> Result<usize, Error> {
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
