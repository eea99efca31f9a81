//! The files that new objects of a kpt package go to.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::annotations;
use crate::intake::Integration;
use crate::objects::Identity;

/// Assigns files: one for each object, beside its Integration.
pub(super) struct Paths<'b> {
    input: &'b [u8],
    /// The files that items lie in; read when the first one is needed.
    taken: Option<HashSet<String>>,
}

impl<'b> Paths<'b> {
    pub(super) fn new(input: &'b [u8]) -> Self {
        Self { input, taken: None }
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
        let input = self.input;
        let taken = self.taken.get_or_insert_with(|| paths_in(input));
        let path = if taken.contains(&plain) {
            format!("{directory}{namespace}_{kind}_{}.yaml", identity.name)
        } else {
            plain
        };
        annotations::set(object, key, &path);
        taken.insert(path);
    }
}

/// The values of all path annotations, found by their text: a path too many costs nothing.
fn paths_in(input: &[u8]) -> HashSet<String> {
    // The older spelling is the end of the newer one.
    const KEY: &[u8] = b"config.kubernetes.io/path";
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b':');
    let mut paths = HashSet::new();
    for at in memchr::memmem::find_iter(input, KEY) {
        let rest = input.get(at + KEY.len()..).unwrap_or_default();
        let skip = rest.iter().take_while(|b| blank(b)).count();
        let value = rest.get(skip..).unwrap_or_default();
        let end = value
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b',' | b'}'))
            .unwrap_or(value.len());
        let path = value.get(..end).unwrap_or_default();
        paths.insert(String::from_utf8_lossy(path).into_owned());
    }
    paths
}
