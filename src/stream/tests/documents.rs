//! Documents of a stream.

use std::collections::HashSet;

use super::super::split::Splitter;
use super::*;
use crate::stream::Problem;

#[test]
fn documents_begin_at_separators() {
    for (input, documents) in [
        ("", vec![]),
        ("a: b", vec!["a: b"]),
        ("a: b\n---\nc: d\n", vec!["a: b\n", "---\nc: d\n"]),
        ("---\na\n--- # c\nb\n", vec!["---\na\n", "--- # c\nb\n"]),
        ("---\r\na\r\n---\r\nb", vec!["---\r\na\r\n", "---\r\nb"]),
        ("a\n---b\n ---\n---\n", vec!["a\n---b\n ---\n", "---\n"]),
        ("--- a\n---\tb\n---", vec!["--- a\n", "---\tb\n", "---"]),
        ("a\n...\nb\n", vec!["a\n...\n", "b\n"]),
        ("a\n...\n---\nb\n", vec!["a\n...\n", "---\nb\n"]),
        (
            "a\n...\n# c\n---\nb\n",
            vec!["a\n...\n", "# c\n", "---\nb\n"],
        ),
        (
            "%YAML 1.1\n# c\n---\na\n...\n%TAG ! x\n---\nb\n",
            vec!["%YAML 1.1\n# c\n---\na\n...\n", "%TAG ! x\n---\nb\n"],
        ),
        ("a\n...b\n....\n", vec!["a\n...b\n....\n"]),
        ("\u{feff}---\na\n", vec!["---\na\n"]),
        ("a\rb\r---\n", vec!["a\rb\r---\n"]),
        ("...\n...\na", vec!["...\n", "...\n", "a"]),
        ("--- |\n a\n...\n", vec!["--- |\n a\n...\n"]),
    ] {
        let found: Vec<&str> = Splitter::new(input.as_bytes())
            .map(|d| &input[d.start..d.end])
            .collect();
        assert_eq!(found, documents, "{input:?}");
    }
}

const OURS: &str = "apiVersion: v1\nkind: Ours\n";

#[test]
fn objects_take_the_place_of_theirs() {
    let o = OURS;
    for (input, words, expected) in [
        (o.to_owned(), "drop+2", "i: 0\n---\ni: 1\n".to_owned()),
        (format!("---\n{o}"), "drop+2", "---\ni: 0\n---\ni: 1\n".to_owned()),
        (format!("--- # c\n{o}"), "drop+1", "---\ni: 0\n".to_owned()),
        (format!("a: b\n---\n{o}---\nc: d\n"), "drop", "a: b\n---\nc: d\n".to_owned()),
        (format!("a: b\n---\n{o}---\nc: d\n"), "drop+1", "a: b\n---\ni: 0\n---\nc: d\n".to_owned()),
        (format!("{o}---\nc: d\n"), "drop", "---\nc: d\n".to_owned()),
        (format!("{o}---\nc: d\n"), "keep+1", format!("{o}---\ni: 0\n---\nc: d\n")),
        (format!("a: b\n---\n{o}"), "drop", "a: b\n".to_owned()),
        (o.trim_end().to_owned(), "keep+1", format!("{o}---\ni: 0\n")),
        (o.trim_end().replace('\n', "\r\n"), "keep+1", format!("{}---\ni: 0\n", o.replace('\n', "\r\n"))),
        (
            format!("---\n# Source: c/templates/x.yaml\n# more\n{o}---\nc: d\n"),
            "drop+2",
            "---\n# Source: c/templates/x.yaml\ni: 0\n---\n# Source: c/templates/x.yaml\ni: 1\n---\nc: d\n".to_owned(),
        ),
        (
            format!("---\r\n# Source: c/templates/x.yaml\r\n{}", o.replace('\n', "\r\n")),
            "rewrite+1",
            "---\r\n# Source: c/templates/x.yaml\nnew: value\n---\n# Source: c/templates/x.yaml\ni: 0\n".to_owned(),
        ),
        (format!("\u{feff}{o}"), "drop+1", "\u{feff}i: 0\n".to_owned()),
        (format!("\u{feff}---\n{o}"), "drop", "\u{feff}".to_owned()),
        // Neighbours stay apart.
        (format!("a: b\n---\n{o}...\nc: d\n"), "drop", "a: b\n---\nc: d\n".to_owned()),
        (format!("a: b\n---\n{o}...\nc: d\n"), "drop+1", "a: b\n---\ni: 0\n---\nc: d\n".to_owned()),
        (format!("a: b\n---\n{o}...\nc: d\n"), "keep+1", format!("a: b\n---\n{o}...\n---\ni: 0\n---\nc: d\n")),
        (format!("a: b\n---\n{o}...\n%YAML 1.1\n---\nc: d\n"), "drop", "a: b\n...\n%YAML 1.1\n---\nc: d\n".to_owned()),
        (format!("a: |+\n  b\n---\n{o}...\n\n"), "drop", "a: |+\n  b\n...\n\n".to_owned()),
        (format!("a: b\n...\n{o}...\nc: d\n"), "drop", "a: b\n...\nc: d\n".to_owned()),
        (format!("a: b\n...\n{o}...\nc: d\n"), "drop+1", "a: b\n...\ni: 0\n---\nc: d\n".to_owned()),
        (format!("{o}...\nc: d\n"), "drop", "c: d\n".to_owned()),
        (format!("{o}...\nc: d\n"), "rewrite", "new: value\n...\nc: d\n".to_owned()),
        (format!("%YAML 1.1\n---\n{o}"), "drop+1", "---\ni: 0\n".to_owned()),
        // Beside the separator.
        ("--- {apiVersion: v1, kind: Ours}\n---\nb: c\n".to_owned(), "rewrite", "---\nnew: value\n---\nb: c\n".to_owned()),
        ("--- {apiVersion: v1, kind: Ours}".to_owned(), "keep+1", "--- {apiVersion: v1, kind: Ours}\n---\ni: 0\n".to_owned()),
        ("{\"apiVersion\": \"v1\", \"kind\": \"Ours\"}".to_owned(), "drop+2", "i: 0\n---\ni: 1\n".to_owned()),
        // Two of ours in a row.
        (format!("{o}---\n{o}"), "drop drop", String::new()),
        (format!("{o}---\n{o}"), "drop drop+1", "---\ni: 0\n".to_owned()),
        (format!("{o}---\n{o}---\na: b"), "drop+1 drop+1", "i: 0\n---\ni: 0\n---\na: b".to_owned()),
        // At the end of everything.
        (String::new(), "append+2", "i: 0\n---\ni: 1\n".to_owned()),
        ("# c".to_owned(), "append+1", "# c\ni: 0\n".to_owned()),
        ("---\n".to_owned(), "append+1", "---\n---\ni: 0\n".to_owned()),
        ("a: b".to_owned(), "append+1", "a: b\n---\ni: 0\n".to_owned()),
        ("a: b\r\nc: d".to_owned(), "append+1", "a: b\r\nc: d\r\n---\ni: 0\n".to_owned()),
        (o.to_owned(), "drop append+1", "i: 0\n".to_owned()),
    ] {
        check(&input, words, &expected);
    }
}

#[test]
fn only_objects_with_a_wanted_word_are_read() {
    for (input, expected) in [
        ("kind: Ours\n", vec![(0, None)]),
        ("kind: Other\n", vec![]),
        ("kind: Other\nnote: Ours\n", vec![(0, None)]),
        ("# Ours\n", vec![]),
        ("- Ours\n", vec![(0, None)]),
        ("kind: \"O\\u0075rs\"\n", vec![(0, None)]),
        ("kind: \"O\\\n  urs\"\n", vec![(0, None)]),
        ("kind: Other\nnote: \"\\u0041\"\n", vec![]),
        ("kind: \"\\u0041\"\nnote: [\n", vec![]),
        ("a: b\n---\n# c\n---\nkind: Ours\n", vec![(2, None)]),
        (
            "apiVersion: v1\nkind: List\nitems:\n- kind: Ours\n- kind: Other\n- kind: \"O\\x75rs\"\n",
            vec![(0, Some(0)), (0, Some(2))],
        ),
        ("apiVersion: v1\nkind: List\nitems: Ours\n", vec![]),
        (
            "apiVersion: v1\nkind: List\nitems:\n- &x\n  kind: Ours\n- *x\n",
            vec![(0, Some(0)), (0, Some(1))],
        ),
    ] {
        assert_eq!(ids(input), expected, "{input}");
    }
}

#[test]
fn what_breaks_before_its_kind_is_known_is_broken() {
    for (input, broken) in [
        ("kind: Ours\na: [\n", true),
        ("apiVersion: v1\nkind: Ours\na: [\n", false),
        ("a: [\nkind: Other\n", false),
        (
            "apiVersion: v1\nkind: List\nitems:\n- kind: Ours\n  b: [\n",
            true,
        ),
        (
            "apiVersion: v1\nkind: List\nitems:\n- kind: Other\n  b: [\n",
            false,
        ),
    ] {
        let manifests = read(input.as_bytes());
        assert_eq!(manifests.broken().len(), usize::from(broken), "{input}");
        assert_eq!(manifests.write(&Edits::default()), input.as_bytes());
    }
    let manifests = read(b"kind: Ours\na: \xff\n");
    let broken = &manifests.broken()[0];
    assert_eq!(broken.header.kind.as_deref(), Some("Ours"));
    assert!(matches!(broken.problem, Problem::NotUtf8 { offset: 14 }));
    let manifests = read(b"---\napiVersion: v1\nkind: Ours\na: \xff\n");
    assert_eq!(manifests.objects()[0].range, 4..34);
    assert!(matches!(
        manifests.node(manifests.objects()[0].id),
        Err(Problem::NotUtf8 { offset: 33 })
    ));
}

#[test]
fn places_count_from_the_start_of_the_input() {
    let input = "\u{feff}a: b\n---\n# c\nkind: Ours\nspec: {x: 1}\n---\napiVersion: v1\nkind: List\nitems:\n  - kind: Ours\n    spec:\n      x: 2\n";
    let manifests = read(input.as_bytes());
    for (object, text) in manifests.objects().iter().zip(["1", "2"]) {
        let node = manifests.node(object.id).unwrap();
        assert_eq!(&input[node.at("spec.x").unwrap().span.clone()], text);
        assert!(input[object.range.clone()].starts_with("kind: Ours"));
        assert!(input[object.range.clone()].ends_with(['}', '2']));
    }
    let manifests = read(b"x: y\n---\napiVersion: v1\nkind: Ours\na: 1\na: 2\n");
    let Err(Problem::Yaml(error)) = manifests.node(manifests.objects()[0].id) else {
        panic!("a key twice");
    };
    assert_eq!(error.offset, 40);
}

#[test]
fn objects_are_found_by_name() {
    let input = "kind: A\nmetadata:\n  name: one\n---\nkind: B\nhostname: one\n---\n\
        {\"kind\":\"C\",\"metadata\":{\"name\":\"one\"}}\n---\napiVersion: v1\nkind: List\nitems:\n\
        - kind: D\n  metadata: {name: 'two'}\n- kind: E\n  metadata: {name: two-more}\n---\n\
        [name: one\n";
    let names = HashSet::from(["one".to_owned(), "two".to_owned()]);
    let manifests = read(input.as_bytes());
    let found: Vec<_> = manifests
        .named(&names)
        .into_iter()
        .map(|o| (o.header.kind.unwrap(), o.id.document, o.id.item))
        .collect();
    let expected = [("A", 0, None), ("C", 2, None), ("D", 3, Some(0))];
    assert_eq!(found, expected.map(|(k, d, i)| (k.to_owned(), d, i)));
    let mut edits = change(
        ObjectId {
            document: 3,
            item: Some(0),
        },
        Fate::Drop,
    );
    edits.append.push(json!({"i": 0}));
    let written = String::from_utf8(manifests.write(&edits)).unwrap();
    let expected = input.replace("- kind: D\n  metadata: {name: 'two'}\n", "");
    assert_eq!(written, expected + "---\ni: 0\n");
}

#[test]
fn names_that_take_a_parser_are_found() {
    let names = HashSet::from(["a-service".to_owned()]);
    for (text, found) in [
        ("name: a-service # c", true),
        ("name: &n a-service", true),
        ("name: !!str a-service", true),
        ("name: &n !!str \"a-service\"", true),
        ("{name: ! 'a-service'}", true),
        ("\"name\" : \"a\\u002dservice\"", true),
        ("name:", true),
        ("name: # c\n  a-service", true),
        ("name: !!str\r\n  a-service", true),
        ("name: *n", true),
        ("name: >-\n  a-service", true),
        ("list: [name: a-service]", true),
        ("name: &n a-service-2", false),
        ("name: &a-service b", false),
        ("name: \"b\"", false),
        ("name: \"b\" # \\", false),
        ("name: \"a-service-2\\n\"", false),
        ("hostname: a-service", false),
    ] {
        let looks = super::super::look::Names::new(&names);
        assert_eq!(looks.are_in(text.as_bytes()), found, "{text}");
    }
}

#[test]
fn the_source_is_the_path_in_the_chart() {
    for (input, expected) in [
        (
            "---\n# Source: chart/templates/x.yaml\nkind: Ours\n",
            Some("templates/x.yaml"),
        ),
        (
            "# a\n\n# Source: c/charts/d/templates/x.yaml\r\nkind: Ours\n",
            Some("charts/d/templates/x.yaml"),
        ),
        (
            "# Source: templates/x.yaml\nkind: Ours\n",
            Some("templates/x.yaml"),
        ),
        ("kind: Ours\n# Source: a/b\n", None),
    ] {
        let manifests = read(input.as_bytes());
        assert_eq!(
            manifests.source_comment(manifests.objects()[0].id),
            expected
        );
    }
}
