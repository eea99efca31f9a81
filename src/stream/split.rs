//! Where the documents of a stream begin and end.
//!
//! A line that begins with `---` or `...` in column 0 is never part of a value, so looking at line
//! starts is exact, also in documents that are no YAML at all.

use std::cell::OnceCell;
use std::ops::Range;

use memchr::memmem::Finder;

use super::list::List;
use super::text::{Known, Page, cut, is_blank, next_line};

/// The byte order mark that a stream may begin with.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A document: its separator, its text and the `...` line that ends it.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// Where it begins, with its directives and its separator.
    pub(super) start: usize,
    /// The place of its `---`, where it has one.
    pub(super) separator: Option<usize>,
    /// Where its text begins: behind the separator line, or behind a `---` with text beside it.
    pub(super) body: usize,
    /// Where its text is over; its `...` line follows, where it has one.
    pub(super) close: usize,
    /// Where it is over.
    pub(super) end: usize,
    /// Its items, once someone asked for them and they could be read.
    pub(super) list: OnceCell<Option<Box<List>>>,
    /// What is known of its lines.
    pub(super) known: Known,
}

impl Document {
    /// What the parser reads: the separator, too, because text may stand beside it.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.close
    }

    /// It as a text of lines.
    pub(super) fn page<'p>(&'p self, bytes: &'p [u8]) -> Page<'p> {
        Page::new(bytes, self.range(), &self.known)
    }

    pub(super) fn has_directives(&self) -> bool {
        self.separator.is_some_and(|at| at > self.start)
    }

    /// The bytes of the value, without the comments above it.
    pub(super) fn value(&self, bytes: &[u8]) -> Range<usize> {
        let mut at = self.body;
        while at < self.close {
            let end = next_line(cut(bytes, 0..self.close), at);
            if is_content(cut(bytes, at..end)) {
                break;
            }
            at = end;
        }
        at..at + cut(bytes, at..self.close).trim_ascii_end().len()
    }

    /// Whether there is anything but comments.
    pub(super) fn has_content(&self, bytes: &[u8]) -> bool {
        let text = cut(bytes, self.body..self.close);
        // Directives without a document: the stream ended before it.
        let directives = self.separator.is_none();
        text.split_inclusive(|&b| b == b'\n')
            .any(|line| is_content(line) && !(directives && line.starts_with(b"%")))
    }

    /// The `# Source:` line above the value, without its line break.
    pub(super) fn source_line<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        cut(bytes, self.body..self.close)
            .split(|&b| b == b'\n')
            .take_while(|line| !is_content(line))
            .map(<[u8]>::trim_ascii)
            .find(|line| line.starts_with(b"# Source:"))
    }
}

fn is_content(line: &[u8]) -> bool {
    line.trim_ascii().first().is_some_and(|&b| b != b'#')
}

/// Whether a text has blank lines and comments only.
pub(super) fn is_comment(text: &[u8]) -> bool {
    !text.split(|&b| b == b'\n').any(is_content)
}

/// The documents of a stream, one by one.
pub(super) struct Splitter<'a> {
    bytes: &'a [u8],
    at: usize,
    starts: Finder<'static>,
    ends: Finder<'static>,
    /// Where the part up to the next `---` ends, while there is some of it left.
    part_end: Option<usize>,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: if bytes.starts_with(BOM) { BOM.len() } else { 0 },
            starts: Finder::new(b"\n---"),
            ends: Finder::new(b"\n..."),
            part_end: None,
        }
    }

    /// The first line from `from` on that begins with the mark. `from` begins a line.
    fn seek(&self, finder: &Finder<'_>, mark: &[u8], from: usize, to: usize) -> Option<usize> {
        let text = cut(self.bytes, 0..to);
        if is_mark(text, from, mark) {
            return Some(from);
        }
        let mut at = from;
        loop {
            at += finder.find(cut(text, at..to))? + 1;
            if is_mark(text, at, mark) {
                return Some(at);
            }
        }
    }

    /// Only comments and at least one directive: what belongs to the `---` behind it.
    fn is_preamble(&self, range: Range<usize>) -> bool {
        let mut directives = false;
        for line in cut(self.bytes, range).split(|&b| b == b'\n') {
            if line.starts_with(b"%") {
                directives = true;
            } else if is_content(line) {
                return false;
            }
        }
        directives
    }
}

fn is_mark(text: &[u8], at: usize, mark: &[u8]) -> bool {
    cut(text, at..text.len())
        .strip_prefix(mark)
        .is_some_and(|rest| matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')))
}

impl Iterator for Splitter<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let (bytes, start) = (self.bytes, self.at);
        if start >= bytes.len() {
            return None;
        }
        let mut separator = match self.part_end {
            None => is_mark(bytes, start, b"---").then_some(start),
            Some(_) => None,
        };
        let mut part_end = match (self.part_end, separator) {
            (Some(end), _) => end,
            (None, at) => {
                let from = at.map_or(start, |at| next_line(bytes, at));
                self.seek(&self.starts, b"---", from, bytes.len())
                    .unwrap_or(bytes.len())
            }
        };
        if separator.is_none() && part_end < bytes.len() && self.is_preamble(start..part_end) {
            separator = Some(part_end);
            let from = next_line(bytes, part_end);
            part_end = self
                .seek(&self.starts, b"---", from, bytes.len())
                .unwrap_or(bytes.len());
        }
        let body = separator.map_or(start, |at| {
            let line = next_line(bytes, at);
            let beside = cut(bytes, at + 3..line).trim_ascii();
            if beside.is_empty() || beside.starts_with(b"#") {
                line
            } else {
                at + 3
            }
        });
        let lines = separator.map_or(start, |at| next_line(bytes, at));
        let close = self.seek(&self.ends, b"...", lines, part_end);
        let end = close.map_or(part_end, |at| next_line(bytes, at));
        self.at = end;
        self.part_end = (end < part_end).then_some(part_end);
        Some(Document {
            start,
            separator,
            body,
            close: close.unwrap_or(part_end),
            end,
            list: OnceCell::new(),
            known: Known::default(),
        })
    }
}

/// Whether the separator of a document has text beside it.
pub(super) fn shares_line(document: &Document, bytes: &[u8]) -> bool {
    document
        .separator
        .is_some_and(|at| document.body == at + 3 && !is_blank(cut(bytes, at + 3..document.close)))
}
