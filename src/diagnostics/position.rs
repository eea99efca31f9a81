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

/// Finds positions. Each is counted on from the one before, so findings should come in order.
pub struct Positions<'s> {
    sources: &'s [Source<'s>],
    last: Cursor,
}

/// A byte with its line and column.
#[derive(Clone, Copy, Default)]
struct Cursor {
    source: SourceId,
    /// Where the file starts in the source.
    start: usize,
    offset: usize,
    /// Line breaks of the file before it.
    breaks: usize,
    /// Characters of the line before it.
    chars: usize,
}

impl<'s> Positions<'s> {
    /// For places in these sources.
    #[must_use]
    pub fn new(sources: &'s [Source<'s>]) -> Self {
        Self {
            sources,
            last: Cursor::default(),
        }
    }

    /// The start of a place; `None` where its source is not there.
    pub fn start(&mut self, place: &Place) -> Option<Position<'s>> {
        let (cursor, file) = self.at(place.source, place.span.start)?;
        self.last = cursor;
        Some(cursor.position(file))
    }

    /// The end of a place, one past its last character.
    #[must_use]
    pub fn end(&self, place: &Place) -> Option<Position<'s>> {
        let offset = place.span.end.max(place.span.start);
        let (cursor, file) = self.at(place.source, offset)?;
        Some(cursor.position(file))
    }

    /// The file that holds a place, and the place in it.
    pub(super) fn text(&self, place: &Place) -> Option<(&'s [u8], std::ops::Range<usize>)> {
        let source = self.sources.get(place.source.0)?;
        let (start, _) = source.file(place.span.start);
        let end = place.span.end.max(place.span.start);
        let text = source.bytes.get(start..)?;
        Some((text, place.span.start - start..end - start))
    }

    fn at(&self, id: SourceId, offset: usize) -> Option<(Cursor, &'s str)> {
        let source = self.sources.get(id.0)?;
        let (start, file) = source.file(offset);
        let end = offset.min(source.bytes.len());
        let mut cursor = self.last;
        if (cursor.source, cursor.start) != (id, start) || end < cursor.offset {
            cursor = Cursor {
                source: id,
                start,
                offset: start,
                ..Cursor::default()
            };
        }
        let between = source.bytes.get(cursor.offset..end).unwrap_or_default();
        cursor.breaks += memchr::memchr_iter(b'\n', between).count();
        let line = match memchr::memrchr(b'\n', between) {
            Some(at) => {
                cursor.chars = 0;
                between.get(at + 1..).unwrap_or_default()
            }
            None => between,
        };
        // A byte order mark is no column.
        let marked = cursor.offset == start && line.starts_with(b"\xef\xbb\xbf");
        let chars = line.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        cursor.chars += chars - usize::from(marked);
        cursor.offset = end;
        Some((cursor, file))
    }
}

impl Cursor {
    fn position(self, file: &str) -> Position<'_> {
        Position {
            file,
            line: self.breaks + 1,
            column: self.chars + 1,
        }
    }
}
