//! Files, lines and columns: where a place is for people.

use super::{Place, Source, SourceId};

/// A place as people count it: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position<'s> {
    /// The file, or `<stdin>`.
    pub file: &'s str,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// Finds positions. Lines are counted on from the place before, so findings should come in order.
pub struct Positions<'s> {
    sources: &'s [Source<'s>],
    source: SourceId,
    /// Where the file starts in the source.
    start: usize,
    offset: usize,
    /// Line breaks of the file before `offset`.
    breaks: usize,
}

impl<'s> Positions<'s> {
    /// For places in these sources.
    #[must_use]
    pub fn new(sources: &'s [Source<'s>]) -> Self {
        Self {
            sources,
            source: SourceId::INPUT,
            start: 0,
            offset: 0,
            breaks: 0,
        }
    }

    /// The start of a place; `None` where its source is not there.
    pub fn start(&mut self, place: &Place) -> Option<Position<'s>> {
        self.at(place.source, place.span.start)
    }

    /// The end of a place, one past its last character.
    pub fn end(&mut self, place: &Place) -> Option<Position<'s>> {
        self.at(place.source, place.span.end.max(place.span.start))
    }

    /// The file that holds a place, and the place in it.
    pub(super) fn text(&self, place: &Place) -> Option<(&'s [u8], std::ops::Range<usize>)> {
        let source = self.sources.get(place.source.0)?;
        let (start, _) = source.file(place.span.start);
        let end = place.span.end.max(place.span.start);
        let text = source.bytes.get(start..)?;
        Some((text, place.span.start - start..end - start))
    }

    fn at(&mut self, id: SourceId, offset: usize) -> Option<Position<'s>> {
        let source = self.sources.get(id.0)?;
        let (start, file) = source.file(offset);
        let end = offset.min(source.bytes.len());
        if (self.source, self.start) != (id, start) || end < self.offset {
            (self.source, self.start, self.offset, self.breaks) = (id, start, start, 0);
        }
        let between = source.bytes.get(self.offset..end).unwrap_or_default();
        self.breaks += memchr::memchr_iter(b'\n', between).count();
        self.offset = end;
        Some(Position {
            file,
            line: self.breaks + 1,
            column: column(source.bytes, offset),
        })
    }
}

/// The column of a byte, in characters from 1.
fn column(bytes: &[u8], offset: usize) -> usize {
    let before = bytes.get(..offset.min(bytes.len())).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let text = String::from_utf8_lossy(before.get(start..).unwrap_or_default());
    text.trim_start_matches('\u{feff}').chars().count() + 1
}
