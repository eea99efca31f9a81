//! What holds for every text: whatever is put together here is read by the whole-document parser,
//! too, and both must agree.

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    clippy::match_same_arms,
    reason = "built for reading"
)]

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::mark::marked;
use super::super::split::Splitter;
use super::*;

/// Items as they stand behind a dash, with lines indented by two.
const ITEMS: &[&str] = &[
    "kind: Ours\n  metadata:\n    name: x\n",
    "kind: Ours # c\n  metadata:\n    annotations:\n      a: |\n        text\n\n    name: x\n",
    "metadata:\n    annotations:\n      b: |+\n        text\n\n\n  kind: Ours\n",
    "kind: Ours\n  metadata: {name: x}\n  last: |-\n    a\n   \n    b\n",
    "kind: Ours\n  metadata:\n    annotations: {a: b}\n  last:\n",
    "kind: Ours\n  metadata:\n    labels:\n      c:\n  last:\n  - a\n  -\n",
    "metadata:\n    labels: {a: b}\n    annotations:\n  # c\n  kind: Ours\n  last: [a,\n      b]\n",
    "kind: Ours\n  metadata:\n    annotations: &a\n      b: c\n  last: *a\n",
    "{kind: Ours, metadata: {annotations: {a: b}}}\n",
    "kind: Other\n  last: \"a\n    - b\"\n",
    "kind: Other\n  last: >+\n    a\n\n",
    "kind: Other\n  last: a\n    - b\n",
    "a\n",
    "\n    kind: Ours\n    metadata:\n        name: x\n",
    "? kind\n  : Ours\n  ? metadata\n  :\n    name: x\n",
];

const BETWEEN: &[&str] = &["", "# a\n", "\n", "    # b\n\n"];

fn body(index: usize, indent: usize) -> String {
    let text = ITEMS[index].replace('\n', &format!("\n{:indent$}", ""));
    text.lines()
        .map(|l| format!("{}\n", if l.trim().is_empty() { "" } else { l }))
        .collect()
}

#[derive(Debug, Clone)]
struct Case {
    items: Vec<(usize, usize, usize)>,
    after: Vec<usize>,
    indent: usize,
    crlf: bool,
    cut: bool,
    append: usize,
    results: Option<usize>,
}

fn case() -> impl Strategy<Value = Case> {
    (
        vec((0..ITEMS.len(), 0..BETWEEN.len(), 0..4_usize), 0..6),
        vec(0..3_usize, 6),
        0..5_usize,
        any::<bool>(),
        any::<bool>(),
        0..3_usize,
        proptest::option::of(0..3_usize),
    )
        .prop_map(|(items, after, indent, crlf, cut, append, results)| Case {
            items,
            after,
            indent,
            crlf,
            cut,
            append,
            results,
        })
}

fn finish(case: &Case, mut text: String) -> String {
    if case.crlf {
        text = text.replace('\n', "\r\n");
    }
    // A block scalar without its line break is another value.
    if case.cut && text.trim_end().ends_with(['x', '}', ':', ']']) {
        text.truncate(text.trim_end().len());
    }
    text
}

fn new(count: usize, from: usize) -> Vec<Json> {
    (0..count)
        .map(|i| json!({"i": from + i, "text": "a\n\n b\n"}))
        .collect()
}

/// The edits of a case, and what the objects are then.
fn plan(case: &Case, objects: Vec<(ObjectId, crate::yaml::Node, bool)>) -> (Edits, Vec<Json>) {
    let mut edits = Edits::default();
    let mut expected = Vec::new();
    for (index, (id, node, ours)) in objects.into_iter().enumerate() {
        let after = new(case.after[index], 10 * index);
        let fate = match case.items[index].2 {
            0 => Fate::Keep,
            1 if ours => Fate::Mark,
            2 => Fate::Drop,
            3 => Fate::Rewrite(json!({"new": index})),
            _ => Fate::Keep,
        };
        match &fate {
            Fate::Keep => expected.push(node.to_json()),
            Fate::Mark => expected.push(marked(&node)),
            Fate::Drop => {}
            Fate::Rewrite(value) => expected.push(value.clone()),
        }
        expected.extend(after.iter().cloned());
        edits.changes.insert(id, Change { fate, after });
    }
    edits.append = new(case.append, 100);
    expected.extend(edits.append.iter().cloned());
    (edits, expected)
}

fn parsed(text: &str) -> crate::yaml::Node {
    match crate::yaml::parse(text, 0..text.len(), &Limits::default()) {
        Ok(node) => node,
        Err(error) => panic!("{error:?}\n{text}"),
    }
}

fn check_list(case: &Case, text: &str) -> Result<(), TestCaseError> {
    let whole = parsed(text);
    let manifests = read(text.as_bytes());
    prop_assert!(manifests.envelope_problem().is_none(), "{text}");
    let objects: Vec<_> = whole
        .get("items")
        .unwrap()
        .items()
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let id = ObjectId {
                document: 0,
                item: Some(index),
            };
            let node = manifests.node(id).unwrap();
            assert_eq!(node.to_json(), item.to_json(), "{text}");
            assert_eq!(node.span.start, item.span.start, "{text}");
            let ours = item.get("kind").is_some_and(|k| k.as_str() == Some("Ours"));
            (id, node, ours)
        })
        .collect();
    let (mut edits, expected) = plan(case, objects);
    edits.results = case.results.map(|count| new(count, 200));
    let output = String::from_utf8(manifests.write(&edits)).unwrap();
    let node = parsed(&output);
    let items = node
        .get("items")
        .map_or(json!([]), |items| match items.to_json() {
            Json::Null => json!([]),
            items => items,
        });
    prop_assert_eq!(items, json!(expected), "{}\n=>\n{}", text, output);
    if let Some(count) = case.results {
        let results = node.get("results").map(crate::yaml::Node::to_json);
        prop_assert_eq!(
            results,
            (count > 0).then(|| json!(new(count, 200))),
            "{}\n=>\n{}",
            text,
            output
        );
        let again = Edits {
            results: edits.results,
            ..Edits::default()
        };
        prop_assert_eq!(read(output.as_bytes()).write(&again), output.as_bytes());
    }
    let count = output.matches("\r\n").count();
    prop_assert!(
        count == 0 || count == output.matches('\n').count(),
        "{output:?}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn block_lists(case in case(), results in 0..3_usize) {
        let mut text = "kind: ResourceList\n".to_owned();
        if results == 1 {
            text += "results:\n- message: |\n    a\n\n";
        }
        text += "items:\n";
        for (index, between, _) in &case.items {
            text += BETWEEN[*between];
            text += &format!("{:1$}- {2}", "", case.indent, body(*index, case.indent));
        }
        if results == 2 {
            text += "results: [a,\n  b]\n";
        }
        check_list(&case, &finish(&case, text))?;
    }

    #[test]
    fn json_lists(case in case(), pretty: bool, results: bool) {
        let mut list = json!({"kind": "ResourceList"});
        list["items"] = case.items.iter().map(|(index, ..)| parsed(&format!("- {}", ITEMS[*index])).items()[0].to_json()).collect();
        if results {
            list["results"] = json!(["a"]);
        }
        let text = if pretty { serde_json::to_string_pretty(&list) } else { serde_json::to_string(&list) };
        let text = text.unwrap();
        check_list(&case, &text)?;
        check_list(&case, &text.replace('\n', "\r\n"))?;
    }

    #[test]
    fn streams(case in case(), separators in vec(0..6_usize, 6), first: bool) {
        let mut text = String::new();
        let mut documents = 0;
        let mut ids = Vec::new();
        for (at, (index, between, _)) in case.items.iter().enumerate() {
            if at > 0 || first {
                text += ["---\n", "--- # c\n", "...\n---\n", "...\n", "...\n%YAML 1.2\n---\n", "# e\n---\n"][separators[at]];
                // What stands before the separator is a document of its own at the start.
                documents = Splitter::new(text.as_bytes()).count().saturating_sub(usize::from(separators[at] != 3));
            }
            ids.push(documents);
            text += BETWEEN[*between];
            text += &body(*index, 0).replace("\n  ", "\n");
        }
        let text = finish(&case, text);
        let manifests = read(text.as_bytes());
        let objects: Vec<_> = ids.into_iter().map(|document| {
            let id = ObjectId { document, item: None };
            let node = manifests.node(id).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
            let ours = node.get("kind").is_some_and(|k| k.as_str() == Some("Ours"));
            (id, node, ours)
        }).collect();
        let (edits, expected) = plan(&case, objects);
        let output = String::from_utf8(manifests.write(&edits)).unwrap();
        let found: Vec<Json> = Splitter::new(output.as_bytes())
            .filter(|d| d.has_content(output.as_bytes()))
            .map(|d| parsed(&output[d.start..d.close]).to_json())
            .collect();
        prop_assert_eq!(json!(found), json!(expected), "{}\n=>\n{}", text, output);
    }

    #[test]
    fn any_bytes(parts in vec(prop::sample::select(&[
        "---", "...", "\n", "\r\n", " ", "# c", "%Y", "Ours", "kind: ", "apiVersion: v1\n", "kind: List\n", "items:\n",
        "- ", "a: b\n", "[", "]", "{", "}", ",", "\"", "'", "|\n", "&a ", "*a", "\u{feff}", "metadata:\n", "  ", "kind: ResourceList\n",
        "annotations: ", "name: x\n", "\u{fffd}", "\\\n", "results: ", ": ", "kind: Ours\n", "<<: ", "? ", "\r",
    ][..]), 0..30), keep in 0..60_usize, fate in 0..3_usize) {
        let mut bytes = parts.concat().into_bytes();
        if let Some(byte) = bytes.get_mut(keep) {
            *byte ^= u8::from(fate == 0) << 7;
        }
        let bom = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let parts: Vec<u8> = Splitter::new(&bytes).flat_map(|d| bytes[d.start..d.end].to_vec()).collect();
        prop_assert_eq!(&parts, &bytes[bom..]);
        let manifests = read(&bytes);
        prop_assert_eq!(manifests.write(&Edits::default()), bytes.clone());
        let _ = (manifests.has_results(), manifests.function_config());
        let mut edits = Edits { append: new(1, 0), results: Some(new(1, 0)), ..Edits::default() };
        for object in manifests.objects() {
            prop_assert!(object.range.end <= bytes.len() && object.range.start <= object.range.end);
            let fate = match fate { 0 => Fate::Mark, 1 => Fate::Drop, _ => Fate::Rewrite(json!({})) };
            edits.changes.insert(object.id, Change { fate, after: new(1, 0) });
        }
        let _ = manifests.write(&edits);
    }
}
