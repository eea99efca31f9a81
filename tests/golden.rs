//! The golden cases, `tests/golden/<topic>/<case>/`: every input with everything that is expected of it.
//!
//! - `input.yaml` (or `input.json`): what stands on stdin; `args`: one argument a line, run in the case's directory; `env`: lines of `NAME=VALUE`;
//! - `expected.yaml`: stdout; `stderr.txt`; `exit`. Absent means empty, empty and 0. `UPDATE=1 cargo test --test golden` writes the three;
//! - `ways`: where not all five ways make sense, the ones to run, with the reason in a line that starts with `#`.
//!
//! Every case runs five ways: as `written`; as a `resource-list`; `fed-back` to the program; its documents `shuffled`; with `crlf`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use harness::cases::{self, Golden};
use harness::{Run, diff};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Service};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use serde_json::Value;

/// What differs, under a heading.
fn compare(what: &str, expected: &[u8], actual: &[u8]) -> Result<(), String> {
    diff(expected, actual).map_or(Ok(()), |difference| Err(format!("{what}\n{difference}")))
}

fn same_exit(expected: i32, run: &Run) -> Result<(), String> {
    if run.code == expected {
        return Ok(());
    }
    Err(format!(
        "exit {} instead of {expected}; stderr:\n{}",
        run.code,
        run.err()
    ))
}

fn written(case: &Golden, plain: &Run) -> Result<(), String> {
    let expected = case.expected();
    same_exit(expected.code, plain)?;
    compare(
        "stdout differs from expected.yaml",
        &expected.stdout,
        &plain.stdout,
    )?;
    compare(
        "stderr differs from stderr.txt",
        &expected.stderr,
        &plain.stderr,
    )
}

fn resource_list(case: &Golden, plain: &Run) -> Result<(), String> {
    let input = harness::as_resource_list(case.text());
    let run = case.run(input.as_bytes());
    same_exit(plain.code, &run)?;
    let items = harness::items(&run.out())?;
    if plain.code != 0 {
        let before = harness::items(&input)?;
        compare(
            "items are not unchanged",
            harness::show_all(&before).as_bytes(),
            harness::show_all(&items).as_bytes(),
        )?;
        let errors = plain
            .err()
            .lines()
            .filter(|line| line.starts_with("error["))
            .count();
        let results = harness::error_results(&run.out());
        return if errors == results {
            Ok(())
        } else {
            Err(format!("{results} results are errors, stderr has {errors}"))
        };
    }
    let (plain, items) = harness::comparable(harness::objects(&plain.out()), items);
    let heading = "the items (+) differ from the plain output (-)";
    compare(
        heading,
        harness::show_all(&plain).as_bytes(),
        harness::show_all(&items).as_bytes(),
    )?;
    let again = case.run(run.stdout.clone());
    same_exit(0, &again)?;
    compare(
        "the ResourceList fed back changed",
        &run.stdout,
        &again.stdout,
    )
}

fn fed_back(case: &Golden, plain: &Run) -> Result<(), String> {
    if plain.code != 0 {
        return Ok(());
    }
    let again = case.run(plain.stdout.clone());
    same_exit(0, &again)?;
    compare("stdout fed back changed", &plain.stdout, &again.stdout)
}

fn shuffled(case: &Golden, plain: &Run) -> Result<(), String> {
    if plain.code != 0 {
        return Ok(());
    }
    let mut documents = harness::documents(case.text());
    documents.reverse();
    if documents.len() > 2 {
        documents.rotate_left(1);
    }
    let mut input = String::new();
    for document in &documents {
        input.push_str(if document.separator.is_empty() {
            "---\n"
        } else {
            &document.separator
        });
        input.push_str(&document.text);
        if !input.ends_with('\n') {
            input.push('\n');
        }
    }
    let run = case.run(input);
    same_exit(0, &run)?;
    let set = |run: &Run| harness::as_set(harness::objects(&run.out()));
    compare(
        "the shuffled documents give other objects",
        set(plain).as_bytes(),
        set(&run).as_bytes(),
    )
}

fn crlf(case: &Golden, plain: &Run) -> Result<(), String> {
    let bare: Vec<u8> = case
        .input
        .iter()
        .copied()
        .filter(|byte| *byte != b'\r')
        .collect();
    let mut input = Vec::new();
    for byte in bare {
        if byte == b'\n' {
            input.push(b'\r');
        }
        input.push(byte);
    }
    let run = case.run(input);
    same_exit(plain.code, &run)?;
    let without = |bytes: &[u8]| -> Vec<u8> {
        bytes
            .iter()
            .copied()
            .filter(|byte| *byte != b'\r')
            .collect()
    };
    compare(
        "stdout with CRLF differs",
        &without(&plain.stdout),
        &without(&run.stdout),
    )
}

fn check(case: &Golden, update: bool) -> Vec<String> {
    let plain = case.run(case.input.clone());
    if update {
        case.update(&plain);
    }
    let mut failures = Vec::new();
    for way in &case.ways {
        let result = match way.as_str() {
            "written" => written(case, &plain),
            "resource-list" => resource_list(case, &plain),
            "fed-back" => fed_back(case, &plain),
            "shuffled" => shuffled(case, &plain),
            _ => crlf(case, &plain),
        };
        if let Err(message) = result {
            failures.push(format!("{} [{way}]: {message}", case.name));
        }
    }
    failures
}

#[test]
fn golden_cases() {
    let update = std::env::var_os("UPDATE").is_some_and(|value| !value.is_empty() && value != "0");
    let filter = std::env::var("CASE").unwrap_or_default();
    let mut cases = cases::golden();
    cases.retain(|case| case.name.contains(&filter));
    let failures = harness::in_parallel(&cases, |case| check(case, update));
    harness::conclude("golden cases", cases.len(), &failures.concat());
}

/// Read as the Kubernetes types and written again, an object is the same: no field is unknown, no value of the wrong type.
fn known_to_kubernetes<T: serde::Serialize + serde::de::DeserializeOwned>(
    object: &Value,
) -> Result<(), String> {
    let typed: T = serde_json::from_value(object.clone()).map_err(|error| error.to_string())?;
    let again = serde_json::to_value(typed).map_err(|error| error.to_string())?;
    compare(
        "Kubernetes reads it otherwise",
        harness::show(object).as_bytes(),
        harness::show(&again).as_bytes(),
    )
}

#[test]
fn kubernetes_knows_every_rendered_field() {
    let mut failures = Vec::new();
    let mut count = 0;
    for case in cases::golden() {
        let Ok(stream) = String::from_utf8(case.expected().stdout) else {
            continue;
        };
        if case.expected().code != 0 || case.args.iter().any(|arg| arg == "keep") {
            continue;
        }
        let items = |list: Value| {
            list["items"]
                .as_array()
                .cloned()
                .unwrap_or_else(|| vec![list])
        };
        for object in harness::objects(&stream).into_iter().flat_map(items) {
            let result = match (
                harness::text(&object, "/apiVersion"),
                harness::text(&object, "/kind"),
            ) {
                ("v1", "Service") if object.pointer("/spec/selector/integration_cr").is_some() => {
                    known_to_kubernetes::<Service>(&object)
                }
                ("apps/v1", "Deployment") => known_to_kubernetes::<Deployment>(&object),
                ("autoscaling/v2", "HorizontalPodAutoscaler") => {
                    known_to_kubernetes::<HorizontalPodAutoscaler>(&object)
                }
                ("policy/v1", "PodDisruptionBudget") => {
                    known_to_kubernetes::<PodDisruptionBudget>(&object)
                }
                ("networking.k8s.io/v1", "NetworkPolicy") => {
                    known_to_kubernetes::<NetworkPolicy>(&object)
                }
                ("v1", "PersistentVolumeClaim") => {
                    known_to_kubernetes::<PersistentVolumeClaim>(&object)
                }
                ("networking.k8s.io/v1", "Ingress") => known_to_kubernetes::<Ingress>(&object),
                _ => continue,
            };
            count += 1;
            if let Err(message) = result {
                failures.push(format!(
                    "{}, {}: {message}",
                    case.name,
                    harness::identity(&object)
                ));
            }
        }
    }
    harness::conclude("rendered objects", count, &failures);
}
