//! Integrations and `ConfigMap`s as users have them: from the operators' repositories, from WSO2's documentation (some of it as
//! printed, mistakes included) and from its tools. `samples/samples.yaml` says what becomes of each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::collections::BTreeMap;

struct Outcome {
    /// The kinds rendered, in order.
    renders: Option<Vec<String>>,
    /// Exit 1 with nothing on stdout, and these texts on stderr.
    fails: Option<Vec<String>>,
    /// The same bytes come out.
    unchanged: bool,
    /// These texts are on stderr though the sample is rendered.
    warns: Vec<String>,
}

impl Outcome {
    fn read(value: &serde_json::Value) -> Result<Self, String> {
        let mut fields = harness::Fields::of(value.clone())?;
        let outcome = Self {
            renders: fields.has("renders").then(|| fields.texts("renders")),
            fails: fields.has("fails").then(|| fields.texts("fails")),
            unchanged: fields.take("unchanged").is_some(),
            warns: fields.texts("warns"),
        };
        fields.end().map(|()| outcome)
    }
}

#[test]
fn every_sample_gives_objects_or_a_message() {
    let dir = harness::tests_dir("samples");
    let table = std::fs::read_to_string(dir.join("samples.yaml")).unwrap();
    let table = harness::read_yaml(&table).unwrap();
    let table: BTreeMap<String, Outcome> = table
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, outcome)| (name.clone(), Outcome::read(outcome).unwrap()))
        .collect();
    let samples: Vec<_> = harness::entries(&dir)
        .into_iter()
        .filter(|path| !path.ends_with("samples.yaml"))
        .collect();
    let names: Vec<String> = samples
        .iter()
        .map(|path| harness::file_name(path))
        .collect();
    assert_eq!(
        names,
        table.keys().cloned().collect::<Vec<_>>(),
        "samples.yaml has a line for each file"
    );
    let failures: Vec<String> = harness::in_parallel(&samples, |path| {
        let name = harness::file_name(path);
        check(&table[&name], &std::fs::read(path).unwrap())
            .err()
            .map(|message| format!("{name}: {message}"))
    })
    .into_iter()
    .flatten()
    .collect();
    harness::conclude("samples", samples.len(), &failures);
}

fn check(outcome: &Outcome, sample: &[u8]) -> Result<(), String> {
    let run = harness::expand(sample);
    let stderr = run.err();
    let code = i32::from(outcome.fails.is_some());
    if run.code != code {
        return Err(format!("exit {} instead of {code}:\n{stderr}", run.code));
    }
    if code == 1 && !run.stdout.is_empty() {
        return Err("something is on stdout".to_owned());
    }
    for text in outcome.fails.iter().flatten().chain(&outcome.warns) {
        if !stderr.contains(text) {
            return Err(format!("stderr does not say {text:?}:\n{stderr}"));
        }
    }
    if outcome.unchanged && run.stdout != sample {
        return Err(harness::diff(sample, &run.stdout).unwrap_or_default());
    }
    if let Some(kinds) = &outcome.renders {
        let objects = harness::objects(&run.out());
        let rendered: Vec<&str> = objects
            .iter()
            .map(|object| harness::text(object, "/kind"))
            .collect();
        if rendered != *kinds {
            return Err(format!("renders {rendered:?} instead of {kinds:?}"));
        }
    }
    Ok(())
}
