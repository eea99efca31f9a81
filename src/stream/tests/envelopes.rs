//! The `ResourceList`: what is one, its functionConfig and its results.

use super::*;
use crate::stream::{Envelope, Marking, Problem};

const HEAD: &str = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";

#[test]
fn envelopes_are_found() {
    let l = HEAD;
    for (input, list, problem) in [
        (format!("{l}items: []\n"), true, false),
        (format!("# c\n---\n{l}items: []\n---\n# d\n"), true, false),
        ("kind: ResourceList\nitems: []\n".to_owned(), true, false),
        (
            "{\"kind\": \"ResourceList\", \"items\": []}".to_owned(),
            true,
            false,
        ),
        (
            "apiVersion: v1\nkind: ResourceList\n".to_owned(),
            false,
            false,
        ),
        (format!("{l}items: []\n---\na: b\n"), false, true),
        ("kind: ResourceList\n---\na: b\n".to_owned(), false, false),
        (format!("{l}items: x\n"), true, true),
        (format!("{l}items: [\n"), true, true),
        (format!("{l}items: []\nitems: []\n"), true, true),
        (format!("{l}? items\n: []\n"), true, false),
        (format!("{l}&a items: []\n"), true, false),
        (format!("--- # c\n{l}!!str items: []\n"), true, false),
        (format!("--- !!map\n{l}items: []\n"), true, false),
        (format!("{l}? items\nx: y\n"), true, true),
        (format!("{l}items: []\n? x\n:\n"), true, true),
        ("? kind\n: ResourceList\nitems: []\n".to_owned(), true, true),
        ("?\n  kind\n: ResourceList\n".to_owned(), true, true),
        (
            "!!str kind: ResourceList\nitems: []\n".to_owned(),
            true,
            true,
        ),
        ("&a kind: ResourceList\nitems: []\n".to_owned(), true, true),
        (
            "items:\n- a: [\nkind: ResourceList\n".to_owned(),
            true,
            true,
        ),
        ("a: ResourceList\n".to_owned(), false, false),
    ] {
        let manifests = read(input.as_bytes());
        assert_eq!(
            manifests.envelope() == Envelope::ResourceList,
            list,
            "{input}"
        );
        assert_eq!(manifests.envelope_problem().is_some(), problem, "{input}");
        assert_eq!(manifests.write(&Edits::default()), input.as_bytes());
    }
    let manifests = read(b"kind: ResourceList\nitems:\n- a: \xff\n");
    let problem = &manifests.envelope_problem().unwrap().problem;
    assert!(matches!(problem, Problem::NotUtf8 { offset: 31 }));
}

#[test]
fn the_function_config_has_places() {
    for text in [
        "functionConfig:\n  a:\n    b: here\nitems: []\n",
        "functionConfig: {a: {b: here}}\nitems: []\n",
        "x: &x here\nfunctionConfig: {a: {b: *x}}\nitems: []\n",
        "functionConfig: &f\n    a:\n      b: here\n",
    ] {
        let input = format!("{HEAD}{text}");
        let manifests = read(input.as_bytes());
        let config = manifests.function_config().unwrap().unwrap();
        let value = config.at("a.b").unwrap();
        assert_eq!(value.as_str(), Some("here"));
        if !value.indirect {
            assert_eq!(&input[value.span.clone()], "here");
        }
    }
    for text in [
        "functionConfig:\nitems: []\n",
        "functionConfig: null\n",
        "items: []\n",
    ] {
        let input = format!("{HEAD}{text}");
        assert!(read(input.as_bytes()).function_config().is_none(), "{text}");
    }
    let input = format!("{HEAD}functionConfig: {{a: 1, a: 2}}\n");
    assert!(read(input.as_bytes()).function_config().unwrap().is_err());
}

#[test]
fn a_list_may_be_one_long_line() {
    let text = |items: &[&str], results: &str| {
        let items = items.join(",");
        format!(
            "{{\"kind\":\"ResourceList\",\"items\":[{items}],\"functionConfig\":{{\"a\":\"b\"}}{results}}}\n"
        )
    };
    let ours = r#"{"kind":"Ours","metadata":{"name":"x"}}"#;
    let count = 2_500;
    let input = text(&vec![ours; count], "");
    let marked = r#"{"kind":"Ours","metadata":{"name":"x", "annotations": {"config.kubernetes.io/local-config": "true"}}}, {"i":0}"#;
    let words = "mark+1 ".repeat(count) + "results+1";
    let results = ", \"results\": [{\"message\":0}]";
    check(&input, &words, &text(&vec![marked; count], results));
    let manifests = read(input.as_bytes());
    let config = manifests.function_config().unwrap().unwrap();
    assert_eq!(&input[config.at("a").unwrap().span.clone()], "\"b\"");
    for object in manifests.objects() {
        assert_eq!(manifests.marking(object.id), Marking::Insert);
    }

    let mut items = vec![r#"{"kind":"B"}"#; 5_000];
    let without = text(&items, "");
    items.insert(4_000, ours);
    check(&text(&items, ""), "drop", &without);
}

#[test]
fn results_are_set() {
    for (input, words, expected) in [
        ("items: []\n", "results+1", "items: []\nR0"),
        ("items: []", "results+2", "items: []\nR0R1"),
        ("items: []\n", "results+0", "items: []\n"),
        (
            "results:\n- message: old\n  x: |\n    y\n# c\nitems: []\n",
            "results+1",
            "R0# c\nitems: []\n",
        ),
        (
            "results:\n- message: old\nitems: []\n",
            "results+0",
            "items: []\n",
        ),
        (
            "results: [{message: old}] # c\nitems: []\n",
            "results+1",
            "R0items: []\n",
        ),
        ("results:\nitems: []\n", "results+1", "R0items: []\n"),
        ("items: []\nresults:", "results+1", "items: []\nR0"),
        ("items: []\nresults: []\n", "results+0", "items: []\n"),
        (
            "items:\n- kind: Ours",
            "keep+1 results+1",
            "items:\n- kind: Ours\n- i: 0\nR0",
        ),
        (
            "items:\n- kind: Ours\nresults: []\n",
            "keep+1 results+0",
            "items:\n- kind: Ours\n- i: 0\n",
        ),
        (
            "items:\n- kind: Ours\n# c\n",
            "drop results+1",
            "items: []\nR0# c\n",
        ),
        (
            "functionConfig: {}",
            "append+1 results+1",
            "functionConfig: {}\nitems:\n- i: 0\nR0",
        ),
    ] {
        let rendered = crate::yaml::to_yaml(&json!({"results": [{"message": 0}]}));
        let second = crate::yaml::to_yaml(&json!({"results": [{"message": 1}]}));
        let second = second.strip_prefix("results:\n").unwrap();
        let expected = expected.replace("R0", &rendered).replace("R1", second);
        let input = format!("{HEAD}{input}");
        let expected = format!("{HEAD}{expected}");
        check(&input, words, &expected);
        let again = words.split(' ').next_back().unwrap();
        check(&expected, again, &expected);
        let crlf = |text: &str| text.replace('\n', "\r\n");
        check(&crlf(&input), words, &crlf(&expected));
    }
}

#[test]
fn results_in_json() {
    for (input, words, expected) in [
        (
            r#"{"kind":"ResourceList","items":[]}"#,
            "results+1",
            r#"{"kind":"ResourceList","items":[], "results": [{"message":0}]}"#,
        ),
        (
            r#"{"kind":"ResourceList","results":[1],"items":[]}"#,
            "results+1",
            r#"{"kind":"ResourceList","results":[{"message":0}],"items":[]}"#,
        ),
        (
            r#"{"kind":"ResourceList","results":[1],"items":[]}"#,
            "results+0",
            r#"{"kind":"ResourceList","items":[]}"#,
        ),
        (
            r#"{"kind":"ResourceList","items":[],"results":[1]}"#,
            "results+0",
            r#"{"kind":"ResourceList","items":[]}"#,
        ),
        (
            "{\n  \"kind\": \"ResourceList\",\n  \"items\": [\n    {}\n  ]\n}\n",
            "results+1",
            "{\n  \"kind\": \"ResourceList\",\n  \"items\": [\n    {}\n  ],\n  \"results\": [{\"message\":0}]\n}\n",
        ),
        (
            r#"{"kind":"ResourceList"}"#,
            "append+1 results+1",
            r#"{"kind":"ResourceList", "items": [{"i":0}], "results": [{"message":0}]}"#,
        ),
    ] {
        check(input, words, expected);
        check(expected, words.split(' ').next_back().unwrap(), expected);
        assert_eq!(
            read(expected.as_bytes()).has_results(),
            !words.ends_with('0')
        );
        serde_json::from_str::<Json>(expected).unwrap();
    }
}
