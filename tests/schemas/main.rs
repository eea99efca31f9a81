//! The schemas: generated from the table of settings, and of one mind with the program.
//!
//! `UPDATE=1 cargo test --test schemas` writes `functions/schemas/` and `functions/crd/` anew.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod agreement;
mod config;
mod corpus;
mod crd;
mod function;
#[path = "../harness/mod.rs"]
mod harness;
mod integration;
mod kubernetes;
mod operator;
mod structural;

use std::path::Path;

use expand_integration::settings::SETTINGS;
use expand_integration::yaml::to_yaml;
use serde_json::Value;

const CRD: &str = "\
# The CustomResourceDefinition of Integrations, for tools that read one: validators, editors, dry runs.
# A cluster that gets rendered objects does better without it: README.md, \"Moving from the operator\".
";
const FUNCTION: &str = "\
# What expand-integration is to catalogs of KRM functions: its functionConfig, and how it is run.
# expand-integration.yaml beside this file is a functionConfig to copy.
";

fn json(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

#[test]
fn generated_files_are_up_to_date() {
    let generated = "# Generated: UPDATE=1 cargo test --test schemas\n";
    let mut stale = Vec::new();
    for (path, wanted) in [
        (
            "functions/schemas/integration.json",
            json(&integration::schema()),
        ),
        ("functions/schemas/config.json", json(&config::schema())),
        (
            "functions/krm-function-definition.yaml",
            format!("{FUNCTION}{generated}{}", to_yaml(&function::definition())),
        ),
        (
            "functions/crd/integrations.wso2.com.yaml",
            format!("{CRD}{generated}{}", to_yaml(&crd::crd())),
        ),
    ] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
            std::fs::write(&file, &wanted).unwrap();
        } else {
            let found = std::fs::read(&file).unwrap_or_default();
            stale.extend(
                harness::diff(wanted.as_bytes(), &found).map(|diff| format!("{path}\n{diff}")),
            );
        }
    }
    assert!(
        stale.is_empty(),
        "UPDATE=1 cargo test --test schemas writes them anew\n{}",
        stale.join("\n")
    );
}

/// What the table of settings calls a type, and what Kubernetes publishes it as, are one thing.
#[test]
fn types_are_named_as_kubernetes_names_them() {
    let published = kubernetes::published();
    let (mut wholes, mut parts) = (0, 0);
    for setting in SETTINGS {
        let schema = setting.schema();
        let takes = (setting.takes)();
        let whole = [&schema, &schema["items"], &schema["anyOf"][0]];
        if let Some(name) = whole.into_iter().find_map(kubernetes::reference) {
            let word = name.rsplit('.').next().unwrap();
            let expected = [
                format!("Kubernetes' {word}"),
                format!("list of Kubernetes' {word}"),
            ];
            assert!(expected.contains(&takes), "{}: {takes}", setting.name);
            wholes += 1;
        }
        each_reference(&schema, &mut |reference| {
            assert!(
                kubernetes::referent(reference, &published).is_some(),
                "Kubernetes has no {reference}"
            );
            let name = kubernetes::reference(reference).unwrap();
            let word = name.rsplit('.').next().unwrap();
            assert!(
                takes.ends_with(&format!("Kubernetes' {word}")),
                "{}: {takes}",
                setting.name
            );
            parts += 1;
        });
    }
    assert!(
        wholes > 5 && parts > wholes,
        "{wholes} types, {parts} references"
    );
}

fn each_reference(schema: &Value, visit: &mut impl FnMut(&Value)) {
    match schema {
        Value::Object(map) => {
            if map.contains_key("$ref") {
                visit(schema);
            }
            map.values().for_each(|value| each_reference(value, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| each_reference(item, visit)),
        _ => {}
    }
}

#[test]
fn the_command_prints_them() {
    let mut bytes = 0;
    for (name, path) in [
        ("integration", "functions/schemas/integration.json"),
        ("config", "functions/schemas/config.json"),
        ("function", "functions/krm-function-definition.yaml"),
        ("crd", "functions/crd/integrations.wso2.com.yaml"),
    ] {
        let run = harness::program().args(["schema", name]).run();
        assert_eq!(run.code, 0, "{}", run.err());
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        assert_eq!(run.out(), std::fs::read_to_string(file).unwrap());
        bytes += run.stdout.len();
    }
    assert!(
        bytes < 700_000,
        "the program carries {bytes} bytes of schemas"
    );
    let run = harness::program().args(["schema", "integrations"]).run();
    assert_eq!(run.code, 2);
    assert!(run.err().contains("integration"), "{}", run.err());
    assert!(run.stdout.is_empty());
}
