//! Texts that one YAML reader or another takes for something else. Each is put through an environment variable's value and read
//! back from the output by a YAML 1.2 reader, by the Kubernetes types and by a YAML 1.1 reader; all three must find the same text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::fmt::Write as _;
use std::path::Path;

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::{Value, json};

/// Flags, nothing, numbers, times: all of them text here.
const WORDS: [&str; 88] = [
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "y",
    "Y",
    "n",
    "N",
    "true",
    "True",
    "TRUE",
    "false",
    "False",
    "FALSE",
    "tRue",
    "null",
    "Null",
    "NULL",
    "~",
    "",
    "0",
    "-0",
    "1",
    "0755",
    "0888",
    "-0777",
    "0o17",
    "0x1F",
    "0b101",
    "1e3",
    "1E+2",
    "1e400",
    "1_000",
    "1__0",
    "1_0.5",
    ".5",
    "5.",
    "+12",
    "-1",
    "1.0",
    "1.10",
    "12:30:45",
    "190:20:30.15",
    "1:2",
    "2024-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    ".inf",
    "-.inf",
    "+.INF",
    ".nan",
    ".NaN",
    "inf",
    "NaN",
    "<<",
    "=",
    "!!str",
    "!foo",
    "&anchor",
    "*alias",
    "@at",
    "`tick`",
    "%TAG",
    "#comment",
    "a #comment",
    "a: b",
    "a:",
    ":a",
    ": ",
    "- a",
    "-",
    "--",
    "?",
    "? a",
    "[a]",
    "{a: b}",
    "a, b",
    "|",
    ">",
    "18446744073709551616",
];

/// Blanks, line ends, quotes, separators, and characters that YAML escapes or treats as line ends.
const SHAPES: [&str; 52] = [
    " ",
    "  lead",
    "trail  ",
    "\ttab",
    "tab\t",
    "\t",
    "a\tb",
    "\n",
    "\n\n",
    "one\ntwo",
    "one\ntwo\n",
    "one\ntwo\n\n",
    "\none",
    "\n  one\ntwo",
    "  one\n two",
    " \n one",
    "one\n\ttwo",
    "\tone\ntwo",
    "one  \ntwo",
    "one\n \ntwo",
    "one\r\ntwo",
    "one\rtwo",
    "\r",
    "#\n#",
    "---",
    "--- a",
    "...",
    "---\nkind: X\n",
    "a\n---\nb\n",
    "a\n...\nb\n",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "a\\",
    "it's",
    "\"quoted\"",
    "'quoted'",
    "a/b",
    "\u{1}",
    "\u{7}\u{8}\u{b}\u{c}",
    "\u{1b}[31m",
    "\u{7f}",
    "a\u{85}b",
    "a\u{a0}b",
    "a\u{2028}b",
    "a\u{2029}b\n",
    "\u{feff}",
    "a\u{feff}b",
    "\u{1f600}",
    "é\u{0301} 漢字",
];

fn traps() -> Vec<String> {
    let mut traps: Vec<String> = WORDS
        .iter()
        .chain(&SHAPES)
        .map(|text| (*text).to_owned())
        .collect();
    traps.push("x".repeat(3_000));
    traps.push("word ".repeat(400));
    traps.push("a line of words that a writer might fold\n".repeat(60));
    traps.push(format!("{{\"json\": \"{}\"}}", "y".repeat(200)));
    traps
}

/// JSON of ASCII alone, so that the input says nothing but what was meant.
fn ascii(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        if c.is_ascii() && c != '\u{7f}' {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

fn rendered(traps: &[String]) -> String {
    let env: Vec<Value> = traps
        .iter()
        .enumerate()
        .map(|(index, trap)| json!({ "name": format!("V{index}"), "value": trap }))
        .collect();
    let integration = json!({
        "apiVersion": "wso2.com/v1alpha2",
        "kind": "Integration",
        "metadata": { "name": "app" },
        "spec": { "image": "ex/app:1", "env": env },
    });
    let run = harness::program()
        .args(["--default", "autoIngressCreation=false"])
        .stdin(ascii(&integration))
        .run();
    assert_eq!(run.code, 0, "{}", run.err());
    String::from_utf8(run.stdout).expect("UTF-8")
}

fn deployment(stream: &str) -> String {
    let documents = harness::documents(stream);
    documents
        .into_iter()
        .find(|document| document.text.contains("kind: Deployment"))
        .expect("a Deployment")
        .text
}

#[track_caller]
fn same(reader: &str, traps: &[String], read: &[Value]) {
    let mut failures = Vec::new();
    assert_eq!(
        traps.len(),
        read.len(),
        "{reader} finds {} values",
        read.len()
    );
    for (trap, read) in traps.iter().zip(read) {
        if read.as_str() != Some(trap) {
            failures.push(format!("{trap:?} is {read} to {reader}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_yaml_1_2_reader_finds_the_same_texts() {
    let traps = traps();
    let deployment = harness::read_yaml(&deployment(&rendered(&traps))).unwrap();
    let env = deployment
        .pointer("/spec/template/spec/containers/0/env")
        .unwrap()
        .as_array()
        .unwrap();
    let values: Vec<Value> = env.iter().map(|entry| entry["value"].clone()).collect();
    same("yaml_serde", &traps, &values);
}

#[test]
fn the_kubernetes_types_find_the_same_texts() {
    let traps = traps();
    let deployment: Deployment = yaml_serde::from_str(&deployment(&rendered(&traps))).unwrap();
    let pod = deployment.spec.template.spec.unwrap();
    let env = pod.containers[0].env.clone().unwrap();
    let values: Vec<Value> = env.into_iter().map(|entry| json!(entry.value)).collect();
    same("k8s-openapi", &traps, &values);
}

#[test]
fn a_yaml_1_1_reader_finds_the_same_texts() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let python = target
        .ancestors()
        .map(|dir| dir.join("venv/bin/python"))
        .find(|path| path.exists());
    let python = python.expect("target/venv is not there: `tests/run` makes it");
    let traps = traps();
    let output = assert_cmd::Command::new(python)
        .arg(harness::tests_dir("python/read_env.py"))
        .write_stdin(rendered(&traps))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let values: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    same("PyYAML", &traps, &values);
}

#[test]
fn a_list_in_json_keeps_them_too() {
    let traps = traps();
    let env: Vec<Value> = traps
        .iter()
        .map(|trap| json!({ "name": "V", "value": trap }))
        .collect();
    let integration = json!({
        "apiVersion": "wso2.com/v1alpha2",
        "kind": "Integration",
        "metadata": { "name": "app" },
        "spec": { "image": "ex/app:1", "env": env },
    });
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": [integration] });
    let run = harness::program()
        .args(["--default", "autoIngressCreation=false"])
        .stdin(ascii(&list))
        .run();
    assert_eq!(run.code, 0, "{}", run.err());
    let out = run.out();
    let list: Value = serde_json::from_str(&out).expect("JSON stays JSON");
    let items = list["items"].as_array().unwrap();
    let deployment = items
        .iter()
        .find(|item| item["kind"] == "Deployment")
        .unwrap();
    let env = deployment
        .pointer("/spec/template/spec/containers/0/env")
        .unwrap()
        .as_array()
        .unwrap();
    let values: Vec<Value> = env.iter().map(|entry| entry["value"].clone()).collect();
    same("serde_json", &traps, &values);
    let raw = |c: char| {
        ('\u{7f}'..='\u{9f}').contains(&c) || ['\u{2028}', '\u{2029}', '\u{feff}'].contains(&c)
    };
    assert!(
        !out.contains(raw),
        "a character that YAML readers refuse or take for a line end is not escaped"
    );
}
