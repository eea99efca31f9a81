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

fn by_lines(bytes: &[u8], document: &Document) -> Option<ListOutline> {
    if shares_line(document, bytes) {
        return None;
    }
    lines::outline(bytes, document.body..document.close)
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
