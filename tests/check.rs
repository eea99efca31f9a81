//! `check`: what it prints for programs is what they expect, for every mistake of the golden cases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::collections::BTreeSet;
use std::path::PathBuf;

use harness::{Run, entries, program, tests_dir, text};
use serde_json::Value;

/// The inputs of the golden cases that find something.
fn inputs() -> Vec<PathBuf> {
    let mut inputs = Vec::new();
    for topic in ["errors", "warnings", "config", "resource_list"] {
        for case in entries(&tests_dir("golden").join(topic)) {
            let input = case.join("input.yaml");
            if input.exists() {
                inputs.push(input);
            }
        }
    }
    inputs
}

fn check(input: &PathBuf, format: &str) -> Run {
    program()
        .args(["check", "--format", format])
        .stdin(std::fs::read(input).unwrap())
        .run()
}

fn parsed(run: &Run) -> Value {
    serde_json::from_slice(&run.stdout).unwrap_or_else(|error| panic!("{error}:\n{}", run.out()))
}

#[test]
fn sarif_is_what_its_schema_says() {
    let schema = std::fs::read(tests_dir("sarif/sarif-schema-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_slice(&schema).unwrap();
    // The brackets of these patterns do not match; we print no language.
    for of in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][of]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::draft7::new(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})));
    let mut results = 0;
    for input in inputs() {
        let sarif = parsed(&check(&input, "sarif"));
        let errors: Vec<String> = validator
            .iter_errors(&sarif)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", input.display());
        results += sarif["runs"][0]["results"].as_array().unwrap().len();
    }
    assert!(results > 100, "only {results} results");
}

/// One finding is one entry, whatever the format, and the exit code goes by the errors.
#[test]
fn formats_say_the_same() {
    for input in inputs() {
        let (json, sarif) = (check(&input, "json"), check(&input, "sarif"));
        assert_eq!(json.code, sarif.code, "{}", input.display());
        let (json, sarif) = (parsed(&json), parsed(&sarif));
        let codes = |list: &Value, at: &str| -> Vec<String> {
            let list = list.as_array().unwrap().iter();
            list.map(|entry| text(entry, at).to_owned()).collect()
        };
        let codes_of_json = codes(&json["findings"], "/code");
        let results = &sarif["runs"][0]["results"];
        assert_eq!(
            codes_of_json,
            codes(results, "/ruleId"),
            "{}",
            input.display()
        );
        let rules: BTreeSet<String> = codes(&sarif["runs"][0]["tool"]["driver"]["rules"], "/id")
            .into_iter()
            .collect();
        assert_eq!(
            rules,
            codes_of_json.into_iter().collect(),
            "{}",
            input.display()
        );
    }
}

/// GitHub puts a result on its line by these.
#[test]
fn a_result_has_the_place_of_its_value() {
    let run = program()
        .args([
            "check",
            "--format",
            "sarif",
            "tests/golden/errors/unknown_version",
        ])
        .dir(&tests_dir(".."))
        .run();
    let sarif = parsed(&run);
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        text(place, "/artifactLocation/uri"),
        "tests/golden/errors/unknown_version/input.yaml"
    );
    assert_eq!(place["region"]["startLine"], 1);
    assert_eq!(place["region"]["startColumn"], 13);
}

#[test]
fn nothing_to_say_is_said() {
    let app = "apiVersion: wso2.com/v1alpha2\nkind: Integration\nmetadata: {name: app}\nspec: {image: ex/app:1}\n";
    let args = ["check", "--default", "ingressHostName=app.example.com"];
    let run = program().args(args).stdin(app).run();
    assert_eq!(
        (run.code, run.out().as_str(), run.err().as_str()),
        (0, "", "1 Integration, no findings\n")
    );
    let run = program().args(["check"]).stdin("kind: Other\n").run();
    assert_eq!(
        (run.code, run.err().as_str()),
        (0, "no Integration was found\n")
    );
}
