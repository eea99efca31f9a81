//! Items of lists, in block and flow style.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn block_items() {
    for (input, words, expected) in [
        ("items:\n- kind: Ours\n- b: c\n", "drop", "items:\n- b: c\n"),
        ("items:\n- b: c\n- kind: Ours", "drop", "items:\n- b: c\n"),
        (
            "items:\n- b: c\n- kind: Ours # x\n# y\n",
            "drop",
            "items:\n- b: c\n# y\n",
        ),
        (
            "items:\n- kind: Ours\n- b: c\n",
            "keep+2",
            "items:\n- kind: Ours\n- i: 0\n- i: 1\n- b: c\n",
        ),
        (
            "items:\n- kind: Ours\n- b: c\n",
            "drop+1",
            "items:\n- i: 0\n- b: c\n",
        ),
        (
            "items:\n- kind: Ours\n- b: c\n",
            "rewrite+1",
            "items:\n- new: value\n- i: 0\n- b: c\n",
        ),
        (
            "items:\n  # a\n  - kind: Ours\n  # b\n  - b: c\n",
            "drop+1",
            "items:\n  # a\n  - i: 0\n  # b\n  - b: c\n",
        ),
        ("items:\n- kind: Ours\n", "drop", "items: []\n"),
        (
            "items: # a\n- kind: Ours\n# b\n- kind: Ours\nmore: 1\n",
            "drop drop",
            "items: [] # a\n# b\nmore: 1\n",
        ),
        ("items: &a\n- kind: Ours\n", "drop", "items: &a []\n"),
        (
            "items:\n- kind: Ours\n",
            "drop append+1",
            "items:\n- i: 0\n",
        ),
        (
            "items:\n- kind: Ours",
            "append+1",
            "items:\n- kind: Ours\n- i: 0\n",
        ),
        (
            "items:\r\n- kind: Ours\r\n",
            "keep+1",
            "items:\r\n- kind: Ours\r\n- i: 0\r\n",
        ),
        (
            "items:\r\n- kind: Ours",
            "keep+1 append+1",
            "items:\r\n- kind: Ours\r\n- i: 0\r\n- i: 0\r\n",
        ),
        (
            "items:\n- kind: Ours\n  a: |\n    b\n\n- c: d\n",
            "keep+1",
            "items:\n- kind: Ours\n  a: |\n    b\n- i: 0\n\n- c: d\n",
        ),
        (
            "items:\n-   kind: Ours\n    a: [b,\n  c]\n- c: d\n",
            "drop+1",
            "items:\n- i: 0\n- c: d\n",
        ),
        (
            "items:\n- kind: Ours\n  a:\n- c: d\n",
            "keep+1",
            "items:\n- kind: Ours\n  a:\n- i: 0\n- c: d\n",
        ),
        (
            "? items\n: - kind: Ours\n  - b: c\n",
            "drop",
            "? items\n: \n  - b: c\n",
        ),
        (
            "? items\n: - kind: Ours\n",
            "keep+1 append+1",
            "? items\n: - kind: Ours\n  - i: 0\n  - i: 0\n",
        ),
        (
            "items:\n- kind: Ours\n...\n",
            "keep+1",
            "items:\n- kind: Ours\n- i: 0\n...\n",
        ),
        (
            "items: [{kind: Ours}]\n",
            "drop append+1",
            "items: [{\"i\":0}]\n",
        ),
        (
            "items: []\nx: Ours\n",
            "append+1",
            "items:\n- i: 0\nx: Ours\n",
        ),
        (
            "items:\nx: Ours\n",
            "append+2",
            "items:\n- i: 0\n- i: 1\nx: Ours\n",
        ),
        ("x: Ours\nitems:", "append+1", "x: Ours\nitems:\n- i: 0\n"),
        (
            "items: null # a\nx: Ours\n",
            "append+1",
            "items: # a\n- i: 0\nx: Ours\n",
        ),
        ("items: &a [] # b\n", "append+1", "items: &a # b\n- i: 0\n"),
        ("x: Ours", "append+1", "x: Ours\nitems:\n- i: 0\n"),
    ] {
        let head = if input.contains('\r') {
            "apiVersion: v1\r\nkind: List\r\n"
        } else {
            "apiVersion: v1\nkind: List\n"
        };
        check(
            &format!("{head}{input}"),
            words,
            &format!("{head}{expected}"),
        );
    }
}

#[test]
fn flow_items() {
    for (input, words, expected) in [
        (r#"[{"kind":"Ours"}, {"b":1}]"#, "drop", r#"[{"b":1}]"#),
        (r#"[{"b":1}, {"kind":"Ours"}]"#, "drop", r#"[{"b":1}]"#),
        (
            r#"[{"b":1},{"kind":"Ours"},{"c":1}]"#,
            "drop",
            r#"[{"b":1},{"c":1}]"#,
        ),
        (
            r#"[{"b":1},{"kind":"Ours"},{"c":1}]"#,
            "keep+2",
            r#"[{"b":1},{"kind":"Ours"}, {"i":0}, {"i":1},{"c":1}]"#,
        ),
        (
            r#"[{"b":1},{"kind":"Ours"}]"#,
            "drop+2",
            r#"[{"b":1},{"i":0}, {"i":1}]"#,
        ),
        (
            r#"[{"kind":"Ours"}]"#,
            "rewrite+1",
            r#"[{"new":"value"}, {"i":0}]"#,
        ),
        (r#"[{"kind":"Ours"}]"#, "drop", "[]"),
        (r#"[ {"kind":"Ours"} ]"#, "drop", "[  ]"),
        (
            r#"[{"kind":"Ours"}]"#,
            "drop append+2",
            r#"[{"i":0}, {"i":1}]"#,
        ),
        (
            r#"[{"kind":"Ours"},{"kind":"Ours"},{"b":1}]"#,
            "drop drop",
            r#"[{"b":1}]"#,
        ),
        (
            r#"[{"b":1},{"kind":"Ours"},{"kind":"Ours"}]"#,
            "drop drop append+1",
            r#"[{"b":1}, {"i":0}]"#,
        ),
        (
            r#"[{"kind":"Ours"},{"b":1},{"kind":"Ours"}]"#,
            "drop drop",
            r#"[{"b":1}]"#,
        ),
        (
            "[\n    {\"kind\":\"Ours\"},\n    {\"b\":1}\n  ]",
            "keep+1 append+1",
            "[\n    {\"kind\":\"Ours\"},\n    {\"i\":0},\n    {\"b\":1},\n    {\"i\":0}\n  ]",
        ),
        (
            "[\n    {\"kind\":\"Ours\"}\n  ]",
            "drop+2",
            "[\n    {\"i\":0},\n    {\"i\":1}\n  ]",
        ),
        ("[]", "append+2", r#"[{"i":0}, {"i":1}]"#),
        ("null", "append+1", r#"[{"i":0}]"#),
    ] {
        let list = |items: &str| {
            let text = format!(
                "{{\"apiVersion\":\"v1\",\n  \"kind\": \"List\", \"x\": \"Ours\",\n  \"items\": {items}}}\n"
            );
            serde_json::from_str::<Json>(&text).unwrap();
            text
        };
        check(&list(input), words, &list(expected));
    }
    check(
        "{apiVersion: v1, kind: List, items: [{kind: Ours}, {b: 1},]}",
        "drop append+1",
        "{apiVersion: v1, kind: List, items: [{b: 1}, {\"i\":0},]}",
    );
    check(
        "{apiVersion: v1, kind: List, items: [{kind: Ours},]}",
        "drop",
        "{apiVersion: v1, kind: List, items: []}",
    );
    check(
        "{apiVersion: v1, kind: List, x: Ours}",
        "append+1",
        "{apiVersion: v1, kind: List, x: Ours, \"items\": [{\"i\":0}]}",
    );
}

#[test]
fn items_may_stand_anywhere() {
    let head = format!(
        "apiVersion: v1\nkind: List\nitems:\n{}- ",
        " ".repeat(70_000)
    );
    check(
        &format!("{head}a: b\n"),
        "append+1",
        &format!("{head}a: b\n{}- i: 0\n", " ".repeat(70_000)),
    );
}

#[test]
fn anchors_between_items() {
    let input = "apiVersion: v1\nkind: List\nitems:\n- &a\n  kind: Ours\n  spec: &s {x: 1}\n- kind: Ours\n  spec: *s\n- kind: Ours\n  w: &own 1\n  z: *own\n";
    let manifests = read(input.as_bytes());
    let ids: Vec<_> = manifests.objects().iter().map(|o| o.id).collect();
    let flags: Vec<_> = ids
        .iter()
        .map(|id| (manifests.lends(*id), manifests.borrows(*id)))
        .collect();
    assert_eq!(flags, [(true, false), (false, true), (false, false)]);
    assert_eq!(
        json_of(&manifests, ids[1]),
        json!({"kind": "Ours", "spec": {"x": 1}})
    );
    assert_eq!(
        json_of(&manifests, ids[2]),
        json!({"kind": "Ours", "w": 1, "z": 1})
    );
}

#[test]
fn values_with_many_lines_keep_them() {
    let value = json!({"text": "a\n\n  b\n", "more": "\n x\n\n", "trail": "a \n\n", "list": [{"a": [[1]]}]});
    for input in [
        "apiVersion: v1\nkind: List\nitems:\n      - kind: Ours\n",
        "apiVersion: v1\r\nkind: List\r\nitems:\r\n- kind: Ours\r\n",
    ] {
        let manifests = read(input.as_bytes());
        let id = manifests.objects()[0].id;
        let output = manifests.write(&change(id, Fate::Rewrite(value.clone())));
        let text = String::from_utf8(output).unwrap();
        let node = crate::yaml::parse(&text, 0..text.len(), &Limits::default()).unwrap();
        assert_eq!(
            node.get("items").unwrap().items()[0].to_json(),
            value,
            "{text}"
        );
        let alone = text.matches('\n').count() == text.matches("\r\n").count();
        assert_eq!(alone, input.contains('\r'));
    }
}

/// Where the lines alone tell the items, they tell what the parser tells.
#[test]
fn lines_tell_what_the_parser_tells() {
    let head = "apiVersion: v1\nkind: List\nitems:\n";
    for (items, certain) in [
        ("- a: b\n- c\n", true),
        ("  - a: |\n      - b\n     - c\n  - d: >-\n      e\n", true),
        ("- |\n - a\n- - |\n  - b\n- - a: |\n     - b\n", true),
        ("- a: \"b\n  - c\n- d\"\n- e\n", true),
        ("- a: 'it''s\n\n  - c'\n- 'd': \"e: |\"\n", true),
        ("- a: it's\n- b: say \"x\n- c: d\n", true),
        ("- a: b\n  # - c\n# - d\n- e\n", true),
        ("- a: [b, \"]\"] # c\n  b: {c: 'd}'}\n- e\n", true),
        (
            "- a: |+ # c\n   b\n\n- &x d\n- !!str e\n- a: !!str |\n   - f\n- g: &y >2\n\n    - h\n",
            true,
        ),
        ("-\n  a: b\n- # c\n  d: e\n-   - - f\n    - g\n", true),
        (
            "- a:\n  - b\n  -\n- c:\nresults:\n- d\nmore: |\n - e\n",
            true,
        ),
        ("- a: b\n  c\n   - d\n- e\n", true),
        ("- a: x |\n  b\n- c\n", true),
        ("- a: [b,\n- c]\n", false),
        ("- &a b\n- *a\n", false),
        ("- a: b\n  \"c\n  d\": e\n", false),
        ("- ? a\n  : b\n", false),
        ("- a:\tb\n\n\t\n- c\n", true),
        ("- &a b: |\n   c\n- d\n", false),
    ] {
        for input in [
            format!("{head}{items}"),
            format!("{head}{items}").replace('\n', "\r\n"),
        ] {
            let all = 0..input.len();
            let fast = super::super::lines::outline(input.as_bytes(), all.clone());
            assert_eq!(fast.is_some(), certain, "{input}");
            let Some(fast) = fast else {
                continue;
            };
            // Quotes that reach too far left are an error to the parser, but not to Go's.
            let Ok(slow) = crate::yaml::list_outline(&input, all) else {
                continue;
            };
            let keys = |outline: &crate::yaml::ListOutline| {
                let entries = outline.entries.iter();
                entries
                    .map(|e| (e.key.clone(), e.start))
                    .collect::<Vec<_>>()
            };
            assert_eq!(keys(&fast), keys(&slow), "{input}");
            let items =
                |outline: &crate::yaml::ListOutline| match &outline.items.as_ref().unwrap().value {
                    crate::yaml::ItemsValue::Block(items) => items
                        .iter()
                        .map(|i| (i.marker, i.start))
                        .collect::<Vec<_>>(),
                    other => panic!("{other:?}"),
                };
            assert_eq!(items(&fast), items(&slow), "{input}");
        }
    }
}
