//! The local-config mark.

use super::super::mark::{LOCAL_CONFIG, Marking, marked};
use super::*;

const L: &str = "config.kubernetes.io/local-config";

/// Marks the first object and checks that this is what the text says then, and all it says.
#[track_caller]
fn mark(input: &str) -> (Marking, String) {
    let manifests = read(input.as_bytes());
    let id = manifests.objects()[0].id;
    let marking = manifests.marking(id);
    let node = manifests.node(id).unwrap();
    let expected = match marking {
        Marking::AlreadyMarked => node.to_json(),
        _ => marked(&node),
    };
    let output = manifests.write(&change(id, Fate::Mark));
    let text = String::from_utf8(output).unwrap();
    let again = read(text.as_bytes());
    assert_eq!(json_of(&again, id), expected, "{input}\n=>\n{text}");
    assert_eq!(again.marking(id), Marking::AlreadyMarked, "{text}");
    assert_eq!(again.write(&change(id, Fate::Mark)), text.as_bytes());
    for (one, other) in manifests.objects().iter().zip(again.objects()).skip(1) {
        assert_eq!(json_of(&manifests, one.id), json_of(&again, other.id));
    }
    (marking, text)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn marks_are_insertions() {
    assert_eq!(L, LOCAL_CONFIG);
    for (input, expected) in [
        (
            "metadata:\n  name: x\n",
            "metadata:\n  name: x\n  annotations:\n    L: \"true\"\n",
        ),
        (
            "metadata:\n    name: x",
            "metadata:\n    name: x\n    annotations:\n        L: \"true\"\n",
        ),
        (
            "metadata:\n  name: x # c\n# d\nspec: {}\n",
            "metadata:\n  name: x # c\n  annotations:\n    L: \"true\"\n# d\nspec: {}\n",
        ),
        (
            "metadata:\n  annotations:\n    a: b\n  name: x\n",
            "metadata:\n  annotations:\n    a: b\n    L: \"true\"\n  name: x\n",
        ),
        (
            "metadata:\r\n  annotations:\r\n    a: b # c\r\n  name: x",
            "metadata:\r\n  annotations:\r\n    a: b # c\r\n    L: \"true\"\r\n  name: x",
        ),
        (
            "metadata:\n  annotations:\n    \"a\": |\n      b\n\n      c\n\n  name: x\n",
            "metadata:\n  annotations:\n    \"a\": |\n      b\n\n      c\n\n    L: \"true\"\n  name: x\n",
        ),
        (
            "metadata:\n  annotations:\n    a: |+\n      b\n\n  name: x\n",
            "metadata:\n  annotations:\n    a: |+\n      b\n\n    L: \"true\"\n  name: x\n",
        ),
        (
            "metadata:\n  annotations:\n    a: >-\n      b\n      c\nspec: {}\n",
            "metadata:\n  annotations:\n    a: >-\n      b\n      c\n    L: \"true\"\nspec: {}\n",
        ),
        (
            "metadata:\n  annotations:\n    a: b\n      c\n",
            "metadata:\n  annotations:\n    a: b\n      c\n    L: \"true\"\n",
        ),
        (
            "metadata:\n  annotations:\n    a:\nspec: {}\n",
            "metadata:\n  annotations:\n    a:\n    L: \"true\"\nspec: {}\n",
        ),
        (
            "metadata:\n  annotations:\n    a: ''\n    # c\n",
            "metadata:\n  annotations:\n    a: ''\n    L: \"true\"\n    # c\n",
        ),
        (
            "metadata:\n  annotations: {}\n  name: x\n",
            "metadata:\n  annotations: {\"L\": \"true\"}\n  name: x\n",
        ),
        (
            "metadata:\n  annotations: { a: b, }\n",
            "metadata:\n  annotations: { a: b, \"L\": \"true\", }\n",
        ),
        (
            "metadata:\n  annotations:\n  name: x\n",
            "metadata:\n  annotations:\n    L: \"true\"\n  name: x\n",
        ),
        (
            "metadata:\n  annotations: # c\n  name: x\n",
            "metadata:\n  annotations: # c\n    L: \"true\"\n  name: x\n",
        ),
        (
            "metadata:\n  name: x\n  annotations:",
            "metadata:\n  name: x\n  annotations:\n    L: \"true\"\n",
        ),
        (
            "metadata:\n  annotations: ~ # c\n  name: x\n",
            "metadata:\n  annotations: # c\n    L: \"true\"\n  name: x\n",
        ),
        (
            "metadata:\n  'annotations' : null\n  name: x\n",
            "metadata:\n  'annotations' :\n    L: \"true\"\n  name: x\n",
        ),
        (
            "metadata: {name: x}\n",
            "metadata: {name: x, \"annotations\": {\"L\": \"true\"}}\n",
        ),
        (
            "metadata: {name: x, annotations: null}\n",
            "metadata: {name: x, annotations: {\"L\": \"true\"}}\n",
        ),
        (
            "metadata: {}\n",
            "metadata: {\"annotations\": {\"L\": \"true\"}}\n",
        ),
        (
            "metadata:\n  annotations:\n    L: \"false\" # c\n",
            "metadata:\n  annotations:\n    L: \"true\" # c\n",
        ),
        (
            "metadata:\n  annotations:\n    L:\n    a: b\n",
            "metadata:\n  annotations:\n    L: \"true\"\n    a: b\n",
        ),
        (
            "metadata:\n  annotations:\n    'L': yes\n",
            "metadata:\n  annotations:\n    'L': \"true\"\n",
        ),
        (
            "metadata:\n  labels:\n    a: |\n      b\n\n\n\nspec: {}\n",
            "metadata:\n  labels:\n    a: |\n      b\n\n\n\n  annotations:\n    L: \"true\"\nspec: {}\n",
        ),
        (
            "metadata:\n  finalizers:\n  - a\n  - b\nspec: {}\n",
            "metadata:\n  finalizers:\n  - a\n  - b\n  annotations:\n    L: \"true\"\nspec: {}\n",
        ),
        (
            "metadata:\n  labels:\n    a: b\n    c:\n",
            "metadata:\n  labels:\n    a: b\n    c:\n  annotations:\n    L: \"true\"\n",
        ),
        (
            "metadata:\n  labels: {a: b,\n    c: d}\n",
            "metadata:\n  labels: {a: b,\n    c: d}\n  annotations:\n    L: \"true\"\n",
        ),
    ] {
        let h = if input.contains('\r') {
            "kind: Ours\r\n"
        } else {
            "kind: Ours\n"
        };
        let input = format!("{h}{}", input.replace('L', L));
        let (marking, output) = mark(&input);
        assert_eq!(
            output,
            format!("{h}{}", expected.replace('L', L)),
            "{input}"
        );
        assert_eq!(marking, Marking::Insert, "{input}");
    }
}

#[test]
fn marks_in_json() {
    for (input, expected) in [
        (
            r#"{"kind": "Ours", "metadata": {"name": "x"}}"#,
            r#"{"kind": "Ours", "metadata": {"name": "x", "annotations": {"L": "true"}}}"#,
        ),
        (
            "{\n  \"kind\": \"Ours\",\n  \"metadata\": {\n    \"annotations\": {\n      \"a\": \"b\"\n    }\n  }\n}\n",
            "{\n  \"kind\": \"Ours\",\n  \"metadata\": {\n    \"annotations\": {\n      \"a\": \"b\",\n      \"L\": \"true\"\n    }\n  }\n}\n",
        ),
        (
            r#"{"kind": "Ours", "metadata": {"annotations": {"L": "false"}}}"#,
            r#"{"kind": "Ours", "metadata": {"annotations": {"L": "true"}}}"#,
        ),
        (
            r#"{"kind":"Ours","metadata":{"annotations":null}}"#,
            r#"{"kind":"Ours","metadata":{"annotations":{"L": "true"}}}"#,
        ),
    ] {
        let (marking, output) = mark(&input.replace('L', L));
        assert_eq!(output, expected.replace('L', L));
        assert_eq!(marking, Marking::Insert);
        serde_json::from_str::<Json>(&output).unwrap();
    }
}

#[test]
fn marks_in_items() {
    for (input, expected) in [
        (
            "items:\n- kind: Ours\n  metadata:\n    name: x\n- a: b\n",
            "items:\n- kind: Ours\n  metadata:\n    name: x\n    annotations:\n      L: \"true\"\n- a: b\n",
        ),
        (
            "items:\n    -   kind: Ours\n        metadata:\n          name: x",
            "items:\n    -   kind: Ours\n        metadata:\n          name: x\n          annotations:\n            L: \"true\"\n",
        ),
        (
            "items:\n- metadata:\n    annotations:\n      a: |\n        b\n  kind: Ours\n",
            "items:\n- metadata:\n    annotations:\n      a: |\n        b\n      L: \"true\"\n  kind: Ours\n",
        ),
        (
            "items:\n-\n  metadata: {name: x}\n  kind: Ours\n",
            "items:\n-\n  metadata: {name: x, \"annotations\": {\"L\": \"true\"}}\n  kind: Ours\n",
        ),
        (
            "items: [{kind: Ours, metadata: {name: x}}]\n",
            "items: [{kind: Ours, metadata: {name: x, \"annotations\": {\"L\": \"true\"}}}]\n",
        ),
    ] {
        let head = "apiVersion: v1\nkind: List\n";
        let (marking, output) = mark(&format!("{head}{}", input.replace('L', L)));
        assert_eq!(output, format!("{head}{}", expected.replace('L', L)));
        assert_eq!(marking, Marking::Insert);
    }
}

#[test]
fn marked_objects_change_by_no_byte() {
    for value in ["true", "\"true\"", "'true'", "!!str true", "|-\n      true"] {
        let input = format!("kind: Ours\nmetadata:\n  annotations:\n    {L}: {value}\n");
        let (marking, output) = mark(&input);
        assert_eq!((marking, output), (Marking::AlreadyMarked, input));
    }
}

#[test]
fn what_is_not_written_as_such_is_written_anew() {
    for input in [
        "labels: &l {a: b}\nkind: Ours\nmetadata:\n  annotations: *l\n",
        "x: &m\n  annotations: {a: b}\nkind: Ours\nmetadata:\n  <<: *m\n  name: x\n",
        "kind: Ours\nmetadata:\n  annotations: !!map\n    a: b\n",
        "kind: Ours\nmetadata: !x {name: y}\n",
        "kind: Ours\nmetadata:\n  annotations: &a\n    b: c\nspec: *a\n",
        "kind: Ours\nmetadata:\n  annotations: &a {b: c}\nspec: *a\n",
        "kind: Ours\nmetadata: &a\n",
        "kind: Ours\nmetadata:\n  annotations: text\n",
        "kind: Ours\nmetadata:\n  annotations:\n    ? a\n    : b\n",
        "kind: Ours\nmetadata:\n  annotations:\n    a: |\n      b",
        "kind: Ours\nmetadata:\n  annotations:\n    L: |\n      no\n",
        "kind: Ours\nmetadata: {annotations: {a: }}\n",
        "kind: Ours\nmetadata: {annotations: {a}}\n",
        "kind: Ours\nmetadata: {annotations: }\n",
        "kind: Ours\n",
    ] {
        let (marking, _) = mark(&input.replace('L', L));
        assert_eq!(marking, Marking::Reemit, "{input}");
    }
}
