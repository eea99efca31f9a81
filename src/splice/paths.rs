//! The files that new objects of a kpt package go to.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::annotations;
use crate::api::annotations::PATHS;
use crate::intake::Integration;
use crate::objects::Identity;
use crate::yaml::Node;

/// Assigns files: one for each object, beside its Integration.
pub(super) struct Paths<'b> {
    input: &'b [u8],
    /// The files that items lie in, each with how often it is named; read when the first one is needed.
    taken: Option<HashMap<String, usize>>,
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
        let taken = self.taken();
        let path = if taken.contains_key(&plain) {
            format!("{directory}{namespace}_{kind}_{}.yaml", identity.name)
        } else {
            plain
        };
        annotations::set(object, key, &path);
        taken.insert(path, 1);
    }

    /// An item leaves its file, which is free where nothing else lies in it.
    pub(super) fn leave(&mut self, item: &Node) {
        let annotations = item.at("metadata.annotations");
        for path in PATHS
            .iter()
            .filter_map(|key| annotations?.get(key)?.raw_text())
        {
            let taken = self.taken();
            if let Some(times) = taken.get_mut(path) {
                *times -= 1;
                if *times == 0 {
                    taken.remove(path);
                }
            }
        }
    }

    fn taken(&mut self) -> &mut HashMap<String, usize> {
        let input = self.input;
        self.taken.get_or_insert_with(|| paths_in(input))
    }
}

/// The values of all path annotations, found by their text: a path too many costs nothing.
fn paths_in(input: &[u8]) -> HashMap<String, usize> {
    // The older spelling is the end of the newer one.
    const KEY: &[u8] = b"config.kubernetes.io/path";
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b':');
    let mut paths = HashMap::new();
    for at in memchr::memmem::find_iter(input, KEY) {
        let rest = input.get(at + KEY.len()..).unwrap_or_default();
        let skip = rest.iter().take_while(|b| blank(b)).count();
        let value = rest.get(skip..).unwrap_or_default();
        let end = value
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b',' | b'}'))
            .unwrap_or(value.len());
        let path = value.get(..end).unwrap_or_default();
        *paths
            .entry(String::from_utf8_lossy(path).into_owned())
            .or_default() += 1;
    }
    paths
}
