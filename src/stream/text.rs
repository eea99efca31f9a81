//! Lines and line ends of one document, and the edits of its text.

use std::cell::{Cell, OnceCell};
use std::ops::Range;

/// The bytes at `range`; nothing where there are none.
pub(super) fn cut(bytes: &[u8], range: Range<usize>) -> &[u8] {
    bytes.get(range).unwrap_or_default()
}

/// Spaces and tabs only.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| matches!(b, b' ' | b'\t'))
}

/// Where the line of `at` ends, its line break included.
pub(super) fn next_line(bytes: &[u8], at: usize) -> usize {
    let rest = cut(bytes, at..bytes.len());
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |n| at + n + 1)
}

/// What is known of the lines of a document, kept between its pages: a list of thousands of items
/// may be one line, which nobody should search from end to end for each of them.
#[derive(Debug, Default)]
pub(super) struct Known {
    crlf: OnceCell<bool>,
    /// The line that was looked for last: from its start up to here there is no line break.
    line: Cell<Option<(usize, usize)>>,
}

/// One document as a text of lines.
#[derive(Debug, Clone)]
pub(super) struct Page<'a> {
    pub(super) bytes: &'a [u8],
    /// Where the document begins and ends in `bytes`.
    pub(super) range: Range<usize>,
    known: &'a Known,
    /// The line end that the document uses: that of its first line.
    pub(super) newline: &'static str,
}

impl<'a> Page<'a> {
    pub(super) fn new(bytes: &'a [u8], range: Range<usize>, known: &'a Known) -> Self {
        let crlf = *known.crlf.get_or_init(|| {
            let text = cut(bytes, range.clone());
            memchr::memchr(b'\n', text)
                .and_then(|at| text.get(at.checked_sub(1)?))
                .is_some_and(|&before| before == b'\r')
        });
        Self {
            bytes,
            range,
            known,
            newline: if crlf { "\r\n" } else { "\n" },
        }
    }

    pub(super) fn cut(&self, range: Range<usize>) -> &'a [u8] {
        cut(self.bytes, range)
    }

    /// Where the line of `at` begins.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let (from, start, seen) = match self.known.line.get() {
            Some((start, seen)) if start <= at => (seen.min(at), start, seen),
            _ => (self.range.start, self.range.start, self.range.start),
        };
        let found = memchr::memrchr(b'\n', self.cut(from..at)).map(|n| from + n + 1);
        self.known.line.set(Some(match found {
            Some(start) => (start, at),
            None => (start, seen.max(at)),
        }));
        found.unwrap_or(start)
    }

    /// Where the line on which a value ends is over. A block scalar ends with its line break.
    pub(super) fn line_end(&self, end: usize) -> usize {
        if end > self.range.start && self.cut(end - 1..end) == b"\n" {
            return end;
        }
        self.next_line(end)
    }

    /// Where the line of `at` ends, its line break included.
    pub(super) fn next_line(&self, at: usize) -> usize {
        next_line(cut(self.bytes, 0..self.range.end), at)
    }

    /// Where the next line with text begins.
    pub(super) fn skip_blank_lines(&self, mut at: usize) -> usize {
        while at < self.range.end {
            let end = self.next_line(at);
            if !self.cut(at..end).trim_ascii().is_empty() {
                break;
            }
            at = end;
        }
        at
    }

    /// Where the comments end that stand below a value and deeper than `column`: they belong to it,
    /// and below a block scalar they would become part of that.
    pub(super) fn comments_end(&self, end: usize, column: usize) -> usize {
        let mut at = end;
        loop {
            let start = self.skip_blank_lines(at);
            let next = self.next_line(start);
            let line = self.cut(start..next);
            let indent = line.iter().take_while(|b| **b == b' ').count();
            if line.get(indent) != Some(&b'#') || indent <= column {
                return at;
            }
            at = next;
        }
    }

    /// How many bytes stand before `at` on its line.
    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// What stands before `at` on its line, where that is blanks only.
    pub(super) fn indent(&self, at: usize) -> Option<&'a str> {
        let before = self.cut(self.line_start(at)..at);
        is_blank(before)
            .then(|| std::str::from_utf8(before).ok())
            .flatten()
    }

    /// What goes between two entries of a flow collection: a line break where they have lines of
    /// their own.
    pub(super) fn comma(&self, entry: usize) -> String {
        match self.indent(entry) {
            Some(indent) if self.line_start(entry) > self.range.start => {
                format!(",{}{indent}", self.newline)
            }
            _ => ", ".to_owned(),
        }
    }

    /// The text, written with LF, indented and with this document's line ends. Lines without
    /// text stay empty.
    pub(super) fn fit(&self, text: &str, indent: usize) -> String {
        let mut fitted = String::with_capacity(text.len() + text.len() / 8);
        for line in text.lines() {
            if !line.is_empty() {
                fitted.extend(std::iter::repeat_n(' ', indent));
            }
            fitted.push_str(line);
            fitted.push_str(self.newline);
        }
        fitted
    }
}

/// A piece of text in the place of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    /// The text begins a line, also where the text before it has no final line break.
    pub(super) own_line: bool,
}

impl Splice {
    pub(super) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
            own_line: false,
        }
    }

    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(at..at, text)
    }

    pub(super) fn remove(range: Range<usize>) -> Self {
        Self::replace(range, "")
    }

    /// Blank lines below would become part of a block scalar that ends in blank lines: the one
    /// that the text ends with, or one above lines that go.
    fn takes_blank_lines(&self) -> bool {
        let gone = self.text.is_empty() && !self.range.is_empty();
        let open = self
            .text
            .lines()
            .last()
            .is_some_and(|line| line.trim().is_empty());
        self.own_line && (gone || open)
    }

    pub(super) fn lines(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
            own_line: true,
        }
    }
}

/// Writes a document with its splices; of those at one place, the first comes first.
pub(super) fn apply(
    out: &mut Vec<u8>,
    page: &Page<'_>,
    range: Range<usize>,
    mut splices: Vec<Splice>,
) {
    splices.sort_by_key(|s| s.range.start);
    let floor = out.len();
    let mut at = range.start;
    for splice in splices {
        out.extend_from_slice(page.cut(at..splice.range.start.max(at)));
        if splice.own_line && !splice.text.is_empty() && out.len() > floor {
            finish_line(out, page.newline);
        }
        out.extend_from_slice(splice.text.as_bytes());
        at = at.max(splice.range.end);
        if splice.takes_blank_lines() {
            at = page.skip_blank_lines(at).min(range.end);
        }
    }
    out.extend_from_slice(page.cut(at..range.end));
}

/// Ends the last line of a text that has one.
pub(super) fn finish_line(out: &mut Vec<u8>, newline: &str) {
    if out.last().is_some_and(|&b| b != b'\n') {
        out.extend_from_slice(newline.as_bytes());
    }
}
