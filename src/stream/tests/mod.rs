//! What the text layer does to texts, as tables of input, edits and output.

mod documents;
mod envelopes;
mod lists;
mod marks;
mod properties;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Change, Edits, Fate, Manifests, ObjectId};
use crate::yaml::Limits;

const WANTED: &[&str] = &["Ours"];

fn read(bytes: &[u8]) -> Manifests<'_> {
    Manifests::read(bytes, WANTED, Limits::default())
}

/// The edits of a case, as words: `drop`, `mark`, `keep`, `rewrite`, each with `+n` for n objects
/// that follow; one word per wanted object, in order.
fn edits(manifests: &Manifests<'_>, words: &str) -> Edits {
    let mut edits = Edits::default();
    let mut ids = manifests.objects().iter().map(|o| o.id);
    for word in words.split_whitespace() {
        let (fate, count) = word.split_once('+').unwrap_or((word, "0"));
        let count: usize = count.parse().unwrap();
        let new = |n| (0..n).map(|i| json!({"i": i})).collect::<Vec<_>>();
        if fate == "append" {
            edits.append = new(count);
            continue;
        }
        if fate == "results" {
            edits.results = Some((0..count).map(|i| json!({"message": i})).collect());
            continue;
        }
        let fate = match fate {
            "keep" => Fate::Keep,
            "mark" => Fate::Mark,
            "drop" => Fate::Drop,
            "rewrite" => Fate::Rewrite(json!({"new": "value"})),
            other => panic!("{other}"),
        };
        let id = ids
            .next()
            .unwrap_or_else(|| panic!("no object for {word}: {:?}", manifests.broken()));
        let change = Change {
            fate,
            after: new(count),
        };
        edits.changes.insert(id, change);
    }
    edits
}

fn write(input: &str, words: &str) -> String {
    let manifests = read(input.as_bytes());
    let edits = edits(&manifests, words);
    String::from_utf8(manifests.write(&edits)).unwrap()
}

#[track_caller]
fn check(input: &str, words: &str, expected: &str) {
    assert_eq!(write(input, words), expected, "\n{words}:\n{input}");
}

fn change(id: ObjectId, fate: Fate) -> Edits {
    let change = Change {
        fate,
        after: Vec::new(),
    };
    Edits {
        changes: BTreeMap::from([(id, change)]),
        ..Edits::default()
    }
}

fn ids(input: &str) -> Vec<(usize, Option<usize>)> {
    let manifests = read(input.as_bytes());
    let objects = manifests.objects().iter();
    objects.map(|o| (o.id.document, o.id.item)).collect()
}

fn json_of(manifests: &Manifests<'_>, id: ObjectId) -> Json {
    manifests.node(id).unwrap().to_json()
}
