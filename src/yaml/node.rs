//! The tree of a YAML text, with the place of every key and value.

use std::ops::Range;

use serde_json::{Map, Value as Json};

use super::scalar::{Resolved, resolve_plain};

/// A value and where it stands in its source.
#[derive(Debug, Clone)]
pub struct Node {
    /// The bytes of the source that hold the value (for a block collection up to its last scalar).
    pub span: Range<usize>,
    /// The value.
    pub value: Value,
    /// Written in flow style (`{...}`, `[...]`).
    pub flow: bool,
    /// Not written here: it came through an alias or a merge key.
    pub indirect: bool,
    /// Written with a tag.
    pub tagged: bool,
}

/// The three shapes of a value.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text, a number, a boolean or null.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping, in the order it was written.
    Mapping(Vec<Entry>),
}

/// A scalar as it was written.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The text after unescaping.
    pub text: String,
    /// How it was written.
    pub style: Style,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Bare: its text decides its type.
    Plain,
    /// In quotes (or tagged as a string): always text.
    Quoted,
    /// A `|` block: text whose lines stand in the source one by one.
    Literal,
    /// A `>` block.
    Folded,
}

/// One key of a mapping with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key as JSON would spell it.
    pub key: String,
    /// Where the key stands.
    pub key_span: Range<usize>,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// A quoted string that stands at `span`: for values that come from elsewhere than YAML.
    #[must_use]
    pub fn text(text: impl Into<String>, span: Range<usize>) -> Self {
        let scalar = Scalar {
            text: text.into(),
            style: Style::Quoted,
        };
        Self {
            span,
            value: Value::Scalar(scalar),
            flow: false,
            indirect: false,
            tagged: false,
        }
    }

    /// The entries of a mapping; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entry of `key`, where this is a mapping that has it.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|e| e.key == key)
    }

    /// The value of `key`, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The value at a dotted path of keys.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self, |node, key| node.get(key))
    }

    /// The scalar, where this is one.
    #[must_use]
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar that Kubernetes reads as a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        let scalar = self.scalar()?;
        let text = scalar.style != Style::Plain
            || matches!(resolve_plain(&scalar.text), Resolved::String(_));
        text.then_some(scalar.text.as_str())
    }

    /// The text of any scalar but null, as it was written. ConfigMap data and annotation values
    /// are text to everyone who reads them, but some hosts lose their quotes on the way.
    #[must_use]
    pub fn raw_text(&self) -> Option<&str> {
        let scalar = self.scalar()?;
        (!self.is_null()).then_some(scalar.text.as_str())
    }

    /// Whether this is null, or nothing at all.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|s| s.resolve() == Resolved::Null)
    }

    /// Null, an empty string, an empty mapping or an empty list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Scalar(s) => s.text.trim().is_empty() || s.resolve() == Resolved::Null,
            Value::Sequence(items) => items.is_empty(),
            Value::Mapping(entries) => entries.is_empty(),
        }
    }

    /// What this is, in the words of a message: `a list`, `the number 8`, `the boolean yes`.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Sequence(_) => "a list".to_owned(),
            Value::Mapping(_) => "a mapping".to_owned(),
            Value::Scalar(s) => match s.resolve() {
                Resolved::Null => "nothing".to_owned(),
                Resolved::Bool(_) => format!("the boolean `{}`", s.text),
                Resolved::Number(_) => format!("the number `{}`", s.text),
                Resolved::NotJson => format!("`{}`, which JSON cannot hold", s.text),
                Resolved::String(_) => format!("the string `{}`", shorten(&s.text)),
            },
        }
    }

    /// The kind of value alone, for places whose contents no message may show.
    #[must_use]
    pub fn describe_kind(&self) -> &'static str {
        match &self.value {
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Scalar(s) => match s.resolve() {
                Resolved::Null => "nothing",
                Resolved::Bool(_) => "a boolean",
                Resolved::Number(_) | Resolved::NotJson => "a number",
                Resolved::String(_) => "a string",
            },
        }
    }

    /// The value as kubectl would send it.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Scalar(s) => match s.resolve() {
                Resolved::Null => Json::Null,
                Resolved::Bool(b) => Json::Bool(b),
                Resolved::Number(n) => Json::Number(n),
                Resolved::String(text) => Json::String(text),
                Resolved::NotJson => Json::String(s.text.clone()),
            },
            Value::Sequence(items) => items.iter().map(Node::to_json).collect(),
            Value::Mapping(entries) => Json::Object(
                entries
                    .iter()
                    .map(|e| (e.key.clone(), e.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// Moves every place in the tree: for a text that stands inside another one.
    pub fn relocate(&mut self, to: &dyn Fn(Range<usize>) -> Range<usize>) {
        self.span = to(self.span.clone());
        match &mut self.value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter_mut().for_each(|n| n.relocate(to)),
            Value::Mapping(entries) => {
                for entry in entries {
                    entry.key_span = to(entry.key_span.clone());
                    entry.value.relocate(to);
                }
            }
        }
    }
}

impl Scalar {
    /// What kubectl reads.
    #[must_use]
    pub fn resolve(&self) -> Resolved {
        match self.style {
            Style::Plain => resolve_plain(&self.text),
            _ => Resolved::String(self.text.clone()),
        }
    }
}

/// A text short enough for one line of a message.
fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(MOST).collect();
    if short.len() < text.trim_end().len() {
        short.push('…');
    }
    short
}

/// The byte of the source where a byte of a literal block's text stands.
#[must_use]
pub fn place_in_block(source: &[u8], block: &Range<usize>, text: &str, inner: usize) -> usize {
    let before = text.get(..inner.min(text.len())).unwrap_or_default();
    let lines = before.bytes().filter(|b| *b == b'\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    let line_start = |at: usize| {
        let head = source.get(..at).unwrap_or_default();
        memchr::memrchr(b'\n', head).map_or(0, |n| n + 1)
    };
    let first = line_start(block.start);
    let indent = block.start - first;
    let mut at = first;
    for _ in 0..lines {
        let rest = source.get(at..block.end).unwrap_or_default();
        match memchr::memchr(b'\n', rest) {
            Some(next) => at += next + 1,
            None => return block.end,
        }
    }
    (at + indent + column).min(block.end)
}
