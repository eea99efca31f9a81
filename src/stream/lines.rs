//! The outline of a list in block style, by its lines: forty times as fast as by the parser.
//!
//! It follows just enough YAML to know which lines are structure and which are text (block
//! scalars, quotes over several lines), and gives up on whatever it does not know for sure:
//! aliases, flow collections over several lines, tabs, complex keys. Then the parser decides.

use std::ops::Range;

use crate::yaml::{Item, Items, ItemsValue, ListOutline, TopEntry};

use super::text::{cut, next_line};

/// The outline of the block mapping that is `range`, which begins a line.
pub(super) fn outline(bytes: &[u8], range: Range<usize>) -> Option<ListOutline> {
    let text = cut(bytes, range.clone());
    let mut carriages = memchr::memchr_iter(b'\r', text);
    if carriages.any(|at| text.get(at + 1) != Some(&b'\n')) {
        return None;
    }
    let mut scan = Scan {
        entries: Vec::new(),
        items: Vec::new(),
        key_end: 0,
        part: Part::Other,
        state: State::Structure,
        open: false,
        last: range.start,
    };
    let mut at = range.start;
    while at < range.end {
        let end = next_line(cut(bytes, 0..range.end), at);
        scan.line(cut(bytes, at..end), at, end)?;
        at = end;
    }
    if matches!(scan.state, State::Quoted(_)) {
        return None;
    }
    scan.finish()
}

struct Scan {
    entries: Vec<TopEntry>,
    items: Vec<Item>,
    /// Where the key `items` ends.
    key_end: usize,
    part: Part,
    state: State,
    /// The last top key has no value yet.
    open: bool,
    /// Where the last line with a value ends.
    last: usize,
}

/// Under which top key the lines stand.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Other,
    /// Behind `items:`, before its first dash.
    Before,
    /// In the list, whose dashes stand in this column.
    Items(usize),
}

/// What a line is to the one before it.
#[derive(Clone, Copy)]
enum State {
    Structure,
    /// Text, as far as it is indented deeper.
    Scalar {
        parent: usize,
        keep: bool,
    },
    /// Within quotes.
    Quoted(u8),
}

impl Scan {
    fn line(&mut self, line: &[u8], start: usize, end: usize) -> Option<()> {
        let indent = line.iter().take_while(|b| **b == b' ').count();
        let rest = cut(line, indent..line.len()).trim_ascii_end();
        match self.state {
            State::Scalar { parent, keep } => {
                if rest.is_empty() {
                    if keep || line.trim_ascii_end().len().max(indent) > parent {
                        self.last = end;
                    }
                    return Some(());
                }
                if indent > parent {
                    self.last = end;
                    return Some(());
                }
                self.state = State::Structure;
            }
            State::Quoted(quote) => {
                self.last = end;
                let Some(close) = closing(rest, quote) else {
                    return Some(());
                };
                let behind = cut(rest, close + 1..rest.len()).trim_ascii_start();
                self.state = State::Structure;
                return matches!(behind.first(), None | Some(b'#')).then_some(());
            }
            State::Structure => {}
        }
        let first = rest.first();
        if matches!(first, None | Some(b'#')) {
            return Some(());
        }
        let dash = is_indicator(rest, b'-');
        if indent == 0 && !dash {
            return self.top_key(rest, start, end);
        }
        if dash && (self.part == Part::Before || self.part == Part::Items(indent)) {
            self.part = Part::Items(indent);
            self.close_item();
            self.items.push(Item {
                marker: start + indent,
                start: start + indent + 1,
                end: start + indent + 1,
                borrows: false,
                lends: false,
            });
        } else if matches!(self.part, Part::Items(column) if indent <= column)
            || self.part == Part::Before
            || self.entries.is_empty()
        {
            return None;
        }
        self.value_at(start + indent);
        self.last = end;
        self.values(rest, indent)
    }

    fn top_key(&mut self, rest: &[u8], start: usize, end: usize) -> Option<()> {
        let length = memchr::memchr(b':', rest)?;
        let key = cut(rest, 0..length);
        let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
        let value = cut(rest, length + 1..rest.len());
        let spaced = matches!(value.first(), None | Some(b' '));
        if key.is_empty() || !key.iter().all(plain) || key.starts_with(b"-") || !spaced {
            return None;
        }
        self.close_entry();
        let key = String::from_utf8(key.to_vec()).ok()?;
        self.part = Part::Other;
        self.open = true;
        let key_end = start + length;
        let blanks = value.len() - value.trim_ascii_start().len();
        let empty = matches!(value.get(blanks), None | Some(b'#'));
        if key == "items" {
            // Items beside their key, null or twice: for the parser.
            if !empty || self.key_end > 0 {
                return None;
            }
            self.key_end = key_end;
            self.part = Part::Before;
        }
        self.entries.push(TopEntry {
            key,
            start,
            value: key_end..key_end,
        });
        self.last = end;
        if !empty {
            self.value_at(key_end + 1 + blanks);
        }
        self.value(cut(value, blanks..value.len()), 0, true)
    }

    fn value_at(&mut self, at: usize) {
        if let (true, Some(entry)) = (self.open, self.entries.last_mut()) {
            entry.value.start = at;
            self.open = false;
        }
    }

    /// The values that begin on a line: behind dashes and a key.
    fn values(&mut self, mut rest: &[u8], mut column: usize) -> Option<()> {
        let mut parent = column;
        let mut marked = false;
        while is_indicator(rest, b'-') {
            let behind = cut(rest, 1..rest.len());
            let next = behind.trim_ascii_start();
            parent = column;
            column += rest.len() - next.len();
            rest = next;
            marked = true;
        }
        if is_indicator(rest, b'?') || is_indicator(rest, b':') {
            return None;
        }
        let unquoted = match rest.first() {
            None | Some(b'|' | b'>' | b'&' | b'!' | b'*' | b'[' | b'{' | b'#') => {
                return self.value(rest, parent, marked);
            }
            Some(&quote @ (b'"' | b'\'')) => match closing(cut(rest, 1..rest.len()), quote) {
                Some(close) => cut(rest, close + 2..rest.len()),
                None => return self.value(rest, parent, marked),
            },
            Some(_) => rest,
        };
        match colon(unquoted) {
            Some(at) => {
                let value = cut(unquoted, at + 1..unquoted.len()).trim_ascii_start();
                self.value(value, column, true)
            }
            None => Some(()),
        }
    }

    /// A value, or the rest of a plain text. `marked`: something says that a value begins here.
    fn value(&mut self, mut rest: &[u8], parent: usize, marked: bool) -> Option<()> {
        while let Some(b'&' | b'!') = rest.first() {
            let word = rest.iter().take_while(|b| !b.is_ascii_whitespace()).count();
            rest = cut(rest, word..rest.len()).trim_ascii_start();
            // What follows may be a key of a mapping on this line.
            if colon(rest).is_some() {
                return None;
            }
        }
        match rest.first() {
            Some(b'*' | b'\t') => None,
            Some(b'|' | b'>') => {
                let head = cut(rest, 1..rest.len());
                let signs = head
                    .iter()
                    .take_while(|b| matches!(b, b'0'..=b'9' | b'+' | b'-'));
                let signs = cut(head, 0..signs.count());
                let behind = cut(head, signs.len()..head.len());
                if !marked || !(behind.is_empty() || is_comment(behind)) {
                    return None;
                }
                self.state = State::Scalar {
                    parent,
                    keep: signs.contains(&b'+'),
                };
                Some(())
            }
            Some(&quote @ (b'"' | b'\'')) => {
                if closing(cut(rest, 1..rest.len()), quote).is_none() {
                    if !marked {
                        return None;
                    }
                    self.state = State::Quoted(quote);
                }
                Some(())
            }
            Some(b'[' | b'{') => is_closed(rest).then_some(()),
            _ => Some(()),
        }
    }

    fn close_item(&mut self) {
        if let Some(item) = self.items.last_mut() {
            item.end = self.last;
        }
    }

    fn close_entry(&mut self) {
        if matches!(self.part, Part::Items(_)) {
            self.close_item();
        }
        if let (false, Some(entry)) = (self.open, self.entries.last_mut()) {
            entry.value.end = self.last;
        }
    }

    fn finish(mut self) -> Option<ListOutline> {
        self.close_entry();
        let start = self.entries.first()?.start;
        let key_end = self.key_end;
        let items = (key_end > 0).then(|| Items {
            span: key_end..self.items.last().map_or(key_end, |item| item.end),
            value: if self.items.is_empty() {
                ItemsValue::Null
            } else {
                ItemsValue::Block(self.items)
            },
        });
        Some(ListOutline {
            flow: false,
            span: start..self.last,
            entries: self.entries,
            items,
        })
    }
}

fn is_indicator(rest: &[u8], sign: u8) -> bool {
    rest.first() == Some(&sign) && matches!(rest.get(1), None | Some(b' ' | b'\t'))
}

/// Whether a comment begins here, behind a blank.
fn is_comment(rest: &[u8]) -> bool {
    rest.first() == Some(&b' ') && rest.trim_ascii_start().starts_with(b"#")
}

/// The colon that ends a key.
fn colon(rest: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b':', rest).find(|at| matches!(rest.get(at + 1), None | Some(b' ' | b'\t')))
}

/// Where a quote closes that opened before `text`.
fn closing(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = cut(text, at..text.len());
        if quote == b'"' {
            at += memchr::memchr2(b'"', b'\\', rest)?;
            if text.get(at) == Some(&b'"') {
                return Some(at);
            }
        } else {
            at += memchr::memchr(b'\'', rest)?;
            if text.get(at + 1) != Some(&b'\'') {
                return Some(at);
            }
        }
        at += 2;
    }
}

/// Whether a flow collection begins and ends on this line, and has no alias.
fn is_closed(text: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'*' => return false,
            b'"' | b'\'' => match closing(cut(text, at + 1..text.len()), byte) {
                Some(close) => at += close + 1,
                None => return false,
            },
            _ => {}
        }
        at += 1;
        if depth == 0 {
            let behind = cut(text, at..text.len());
            return behind.is_empty() || is_comment(behind);
        }
    }
    false
}
