//! The files that new objects of a kpt package go to.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::annotations;
use crate::intake::Integration;
use crate::objects::Identity;

/// Assigns files: one for each object, beside its Integration.
pub(super) struct Paths<'b> {
    input: &'b [u8],
    assigned: HashSet<String>,
}

impl<'b> Paths<'b> {
    pub(super) fn new(input: &'b [u8]) -> Self {
        Self {
            input,
            assigned: HashSet::new(),
        }
    }

    /// Gives a new object a path annotation where its Integration has one.
    pub(super) fn assign(
        &mut self,
        object: &mut Json,
        identity: &Identity,
        integration: &Integration,
    ) {
        let Some((key, path)) = &integration.path else {
            return;
        };
        let directory = path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or("");
        let kind = identity.kind.to_lowercase();
        let namespace = identity.namespace.as_deref().unwrap_or("default");
        let plain = format!("{directory}{kind}_{}.yaml", identity.name);
        let path = if self.is_taken(&plain) {
            format!("{directory}{namespace}_{kind}_{}.yaml", identity.name)
        } else {
            plain
        };
        annotations::set(object, key, &path);
        self.assigned.insert(path);
    }

    /// Whether an item lies in that file, or something reads as if one did.
    fn is_taken(&self, path: &str) -> bool {
        let edge = |byte: Option<&u8>| {
            byte.is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b',' | b'}'))
        };
        self.assigned.contains(path)
            || memchr::memmem::find_iter(self.input, path.as_bytes()).any(|at| {
                edge(at.checked_sub(1).and_then(|before| self.input.get(before)))
                    && edge(self.input.get(at + path.len()))
            })
    }
}
