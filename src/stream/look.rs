//! Cheap looks at bytes: which documents are worth reading at all.

use std::collections::HashSet;

use memchr::memmem::Finder;

use crate::yaml::Item;

use super::split::Document;
use super::text::cut;

/// What a look at the bytes of an object tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// No wanted word.
    Foreign,
    /// No wanted word, but escapes that may hide one.
    Escaped,
    /// A wanted word.
    Wanted,
}

/// The words that make an object worth reading.
#[derive(Debug)]
pub(super) struct Words<'w> {
    words: &'w [&'w str],
    finders: Vec<Finder<'w>>,
}

impl<'w> Words<'w> {
    pub(super) fn new(words: &'w [&'w str]) -> Self {
        Self {
            words,
            finders: words.iter().map(Finder::new).collect(),
        }
    }

    pub(super) fn look(&self, bytes: &[u8]) -> Look {
        if self.finders.iter().any(|f| f.find(bytes).is_some()) {
            Look::Wanted
        } else if has_escapes(bytes) {
            Look::Escaped
        } else {
            Look::Foreign
        }
    }

    pub(super) fn are_in(&self, text: Option<&str>) -> bool {
        text.is_some_and(|text| self.words.iter().any(|word| text.contains(word)))
    }
}

/// Escapes of double-quoted text that can spell letters or break a word.
fn has_escapes(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', bytes)
        .any(|at| matches!(bytes.get(at + 1), Some(b'x' | b'u' | b'U' | b'\n' | b'\r')))
        && memchr::memchr(b'"', bytes).is_some()
}

/// How many bytes are looked at in one go.
pub(super) const WINDOW: usize = 16 << 10;

/// The documents that are worth reading.
pub(super) struct Found {
    word: Finder<'static>,
    /// Those that may be a `ResourceList`.
    pub(super) envelopes: Vec<usize>,
    looks: Vec<(usize, Look)>,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            word: Finder::new("ResourceList"),
            envelopes: Vec::new(),
            looks: Vec::new(),
        }
    }
}

impl Found {
    /// Looks at neighbouring documents, of which the first has the index `from`.
    pub(super) fn look(
        &mut self,
        bytes: &[u8],
        documents: &[Document],
        from: usize,
        words: &Words<'_>,
    ) {
        if let [first, .., last] = documents {
            let all = cut(bytes, first.start..last.end);
            if words.look(all) == Look::Foreign && self.word.find(all).is_none() {
                return;
            }
        }
        for (index, document) in documents.iter().enumerate() {
            let text = cut(bytes, document.range());
            if self.word.find(text).is_some() {
                self.envelopes.push(from + index);
                continue;
            }
            let look = words.look(text);
            if look != Look::Foreign {
                self.looks.push((from + index, look));
            }
        }
    }

    /// All looks, once it is known that what names a `ResourceList` is none.
    pub(super) fn looks(
        mut self,
        bytes: &[u8],
        documents: &[Document],
        words: &Words<'_>,
    ) -> Vec<(usize, Look)> {
        for index in self.envelopes {
            let range = documents.get(index).map_or(0..0, Document::range);
            let look = words.look(cut(bytes, range));
            if look != Look::Foreign {
                self.looks.push((index, look));
            }
        }
        self.looks.sort_by_key(|(index, _)| *index);
        self.looks
    }
}

/// The items that are worth reading.
pub(super) fn look_at_items(bytes: &[u8], items: &[Item], words: &Words<'_>) -> Vec<(usize, Look)> {
    let mut found = Vec::new();
    let mut rest = items;
    while let Some(first) = rest.first() {
        let near = rest
            .iter()
            .take_while(|item| item.end - first.start < WINDOW);
        let (window, others) = rest.split_at(near.count().max(1));
        let from = items.len() - rest.len();
        rest = others;
        let end = window.last().map_or(first.end, |last| last.end);
        let borrows = window.iter().any(|item| item.borrows);
        if !borrows && words.look(cut(bytes, first.start..end)) == Look::Foreign {
            continue;
        }
        for (index, item) in window.iter().enumerate() {
            match words.look(cut(bytes, item.start..item.end)) {
                // What it uses of another item may hold the word.
                Look::Foreign if item.borrows => found.push((from + index, Look::Escaped)),
                Look::Foreign => {}
                look => found.push((from + index, look)),
            }
        }
    }
    found
}

/// Finds objects by the values of their `name` keys.
pub(super) struct Names<'n> {
    wanted: &'n HashSet<String>,
    longest: usize,
    finder: Finder<'static>,
}

impl<'n> Names<'n> {
    pub(super) fn new(names: &'n HashSet<String>) -> Self {
        Self {
            wanted: names,
            longest: names.iter().map(String::len).max().unwrap_or(0),
            finder: Finder::new(b"name"),
        }
    }

    pub(super) fn are_in(&self, bytes: &[u8]) -> bool {
        self.finder.find_iter(bytes).any(|at| {
            let inside = at
                .checked_sub(1)
                .and_then(|before| bytes.get(before))
                .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
            !inside && self.is_named(cut(bytes, at + 4..bytes.len()))
        })
    }

    /// Whether the text behind `name` is a colon and a wanted value, or one that takes a parser to
    /// tell: callers read what they find.
    fn is_named(&self, rest: &[u8]) -> bool {
        let rest = rest
            .strip_prefix(b"\"")
            .or_else(|| rest.strip_prefix(b"'"))
            .unwrap_or(rest);
        let Some(rest) = rest.trim_ascii_start().strip_prefix(b":") else {
            return false;
        };
        let rest = behind_properties(rest);
        let (rest, double) = match rest.first() {
            // On the next line, an alias, or a block scalar.
            None | Some(b'\r' | b'\n' | b'#' | b'*' | b'|' | b'>') => return true,
            Some(b'"') => (cut(rest, 1..rest.len()), true),
            Some(b'\'') => (cut(rest, 1..rest.len()), false),
            Some(_) => (rest, false),
        };
        let ends = |b: &u8| {
            matches!(
                b,
                b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}' | b']'
            )
        };
        // Longer than the longest name is long enough, escapes or not: none is shorter than what
        // it spells.
        let near = cut(rest, 0..rest.len().min(self.longest + 1));
        if double {
            let text = near.iter().take_while(|b| **b != b'"');
            if text.copied().any(|b| b == b'\\') {
                return true;
            }
        }
        let token = near.iter().take_while(|b| !ends(b)).count();
        token <= self.longest
            && std::str::from_utf8(cut(rest, 0..token)).is_ok_and(|name| self.wanted.contains(name))
    }
}

/// A value without the anchor and the tag before it.
fn behind_properties(mut rest: &[u8]) -> &[u8] {
    loop {
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t'));
        rest = cut(rest, blanks.count()..rest.len());
        if !matches!(rest.first(), Some(b'&' | b'!')) {
            return rest;
        }
        let word = rest.iter().take_while(|b| !b.is_ascii_whitespace());
        rest = cut(rest, word.count()..rest.len());
    }
}
