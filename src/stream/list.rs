//! Documents that hold a list of objects: where the items stand.

use std::cell::OnceCell;
use std::ops::Range;

use crate::yaml::{self, Header, Item, ItemsValue, ListOutline, TopEntry};

use super::Problem;
use super::lines;
use super::split::{Document, shares_line};
use super::text::cut;

/// A list document.
#[derive(Debug)]
pub(super) struct List {
    /// Its outline, with places that count from the start of the input.
    pub(super) outline: ListOutline,
    /// The whole document, once an item needed an anchor of another one.
    pub(super) tree: OnceCell<Result<yaml::Node, Problem>>,
}

/// A document of a stream whose items are objects.
pub(super) fn is_list(header: &Header) -> bool {
    header.kind.as_deref() == Some("List") && header.api_version.as_deref() == Some("v1")
}

/// The KRM envelope; some hosts and SDKs leave its apiVersion out.
pub(super) fn is_resource_list(header: &Header) -> bool {
    header.kind.as_deref() == Some("ResourceList")
        && header
            .api_version
            .as_deref()
            .is_none_or(|version| version.starts_with("config.kubernetes.io/"))
}

impl List {
    pub(super) fn read(bytes: &[u8], document: &Document) -> Result<Self, Problem> {
        if let Some(outline) = by_lines(bytes, document) {
            return Ok(Self {
                outline,
                tree: OnceCell::new(),
            });
        }
        let range = document.range();
        let base = range.start;
        let text = text(bytes, range)?;
        let mut outline =
            yaml::list_outline(text, 0..text.len()).map_err(|error| moved(error, base))?;
        shift(&mut outline, base);
        own_lines(bytes, document, &outline)?;
        let mut lists = outline.entries.iter().filter(|entry| entry.key == "items");
        if let (Some(_), Some(second)) = (lists.next(), lists.next()) {
            return Err(Problem::Yaml(yaml::Error {
                message: "the key `items` stands here twice".to_owned(),
                offset: second.start,
                kind: yaml::ErrorKind::Structure,
            }));
        }
        Ok(Self {
            outline,
            tree: OnceCell::new(),
        })
    }

    pub(super) fn items(&self) -> &[Item] {
        match self.outline.items.as_ref().map(|items| &items.value) {
            Some(ItemsValue::Block(items) | ItemsValue::Flow { items, .. }) => items,
            _ => &[],
        }
    }

    pub(super) fn in_blocks(&self) -> bool {
        matches!(
            self.outline.items.as_ref().map(|items| &items.value),
            Some(ItemsValue::Block(_))
        )
    }

    pub(super) fn entry(&self, key: &str) -> Option<&TopEntry> {
        self.outline.entries.iter().find(|entry| entry.key == key)
    }
}

/// What is added to a block mapping goes on lines of its own, below keys that begin theirs, and
/// the first key says in which column.
fn own_lines(bytes: &[u8], document: &Document, outline: &ListOutline) -> Result<(), Problem> {
    if outline.flow {
        return Ok(());
    }
    let page = document.page(bytes);
    let mut column = None;
    for entry in &outline.entries {
        let lead = page.cut(page.line_start(entry.start)..entry.start);
        let indent = lead.iter().take_while(|b| **b == b' ').count();
        let begins = indent == lead.len();
        let fits = match column {
            None => {
                // `?` on a line of its own puts its key deeper than the others.
                let above = page.cut(document.body..page.line_start(entry.start));
                let complex = |line: &[u8]| line.trim_ascii_start().starts_with(b"?");
                begins && !above.split(|&b| b == b'\n').any(complex)
            }
            Some(column) => {
                let complex = lead.get(indent) == Some(&b'?');
                indent == column && (!complex || has_value(outline, entry))
            }
        };
        if !fits {
            return Err(Problem::Yaml(yaml::Error {
                message: "the keys of a list must begin their lines, without a tag or `?`"
                    .to_owned(),
                offset: entry.start,
                kind: yaml::ErrorKind::Structure,
            }));
        }
        column = Some(indent);
    }
    Ok(())
}

/// Whether a key has a value: where one behind `?` ends does not show if nothing follows it.
fn has_value(outline: &ListOutline, entry: &TopEntry) -> bool {
    let items = outline.items.as_ref().filter(|_| entry.key == "items");
    !entry.value.is_empty() && !items.is_some_and(|i| matches!(i.value, ItemsValue::Null))
}

fn by_lines(bytes: &[u8], document: &Document) -> Option<ListOutline> {
    if shares_line(document, bytes) {
        return None;
    }
    let outline = lines::outline(bytes, document.body..document.close)?;
    frame_agrees(bytes, document, &outline).then_some(outline)
}

/// Whether the parser finds the same keys around the list: what stands behind a list can be broken
/// in ways that lines do not show.
fn frame_agrees(bytes: &[u8], document: &Document, outline: &ListOutline) -> bool {
    let Some(items) = &outline.items else {
        return false;
    };
    let head = text(bytes, document.body..items.span.start);
    let tail = text(bytes, items.span.end..document.close);
    let (Ok(head), Ok(tail)) = (head, tail) else {
        return false;
    };
    let frame = format!("{head}: []\n{tail}");
    yaml::list_outline(&frame, 0..frame.len()).is_ok_and(|parsed| {
        let keys = |outline: &ListOutline| -> Vec<String> {
            outline.entries.iter().map(|e| e.key.clone()).collect()
        };
        keys(&parsed) == keys(outline)
    })
}

/// The bytes as text.
pub(super) fn text(bytes: &[u8], range: Range<usize>) -> Result<&str, Problem> {
    let base = range.start;
    std::str::from_utf8(cut(bytes, range)).map_err(|error| Problem::NotUtf8 {
        offset: base + error.valid_up_to(),
    })
}

/// An error of a text that begins at `base`.
pub(super) fn moved(mut error: yaml::Error, base: usize) -> Problem {
    error.offset += base;
    Problem::Yaml(error)
}

fn shift(outline: &mut ListOutline, by: usize) {
    let move_range = |range: &mut Range<usize>| {
        range.start += by;
        range.end += by;
    };
    move_range(&mut outline.span);
    for entry in &mut outline.entries {
        entry.start += by;
        move_range(&mut entry.value);
    }
    let Some(list) = &mut outline.items else {
        return;
    };
    move_range(&mut list.span);
    if let ItemsValue::Flow { open, .. } = &mut list.value {
        *open += by;
    }
    if let ItemsValue::Block(items) | ItemsValue::Flow { items, .. } = &mut list.value {
        for item in items {
            item.marker += by;
            item.start += by;
            item.end += by;
        }
    }
}
