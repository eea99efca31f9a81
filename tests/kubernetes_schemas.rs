//! Everything that the tests render is valid to Kubernetes' own schemas, of the oldest and of the newest version that
//! kubernetes-validate has, unknown fields refused. For `HTTPRoute` that is the Gateway API's `CustomResourceDefinition`; its
//! CEL rules are not run.
//!
//! An object that was printed and not given was rendered. `kubernetes-schemas/refused.yaml` lists what is rendered on purpose
//! though a schema refuses it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use harness::{Run, cases};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const OLDEST: &str = "1.25";
const NEWEST: &str = "1.37";

/// Fewer objects than these mean that something is not looked at any more.
const FLOOR: [(&str, usize); 8] = [
    ("Deployment", 540),
    ("HTTPRoute", 18),
    ("HorizontalPodAutoscaler", 42),
    ("Ingress", 200),
    ("NetworkPolicy", 50),
    ("PersistentVolumeClaim", 10),
    ("PodDisruptionBudget", 18),
    ("Service", 540),
];

const AS_LIST: &str = " as a ResourceList";

#[derive(Serialize)]
struct Output {
    name: String,
    given: String,
    printed: String,
}

#[derive(Deserialize)]
struct Verdict {
    counts: BTreeMap<String, usize>,
    refused: Vec<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    of: String,
    object: String,
    version: String,
    at: String,
    why: String,
}

/// What `tests/run` puts into the target directory.
fn prepared(path: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let found = target
        .ancestors()
        .map(|dir| dir.join(path))
        .find(|path| path.exists());
    found.unwrap_or_else(|| panic!("target/{path} is not there: `tests/run` makes it"))
}

fn validate(outputs: &[Output]) -> Verdict {
    let task = json!({
        "versions": [OLDEST, NEWEST],
        "http_route": prepared("gateway-api/httproutes.yaml"),
        "outputs": outputs,
    });
    let output = assert_cmd::Command::new(prepared("venv/bin/python"))
        .arg(harness::tests_dir("python/validate.py"))
        .write_stdin(task.to_string())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn output(name: String, given: &[u8], run: &Run) -> Option<Output> {
    (run.code == 0).then(|| Output {
        name,
        given: String::from_utf8_lossy(given).into_owned(),
        printed: run.out(),
    })
}

fn of_golden(case: &cases::Golden) -> Vec<Output> {
    let mut outputs = vec![output(
        format!("golden/{}", case.name),
        &case.input,
        &case.run(case.input.clone()),
    )];
    if case.ways.iter().any(|way| way == "resource-list") {
        let list = harness::as_resource_list(case.text());
        let name = format!("golden/{}{AS_LIST}", case.name);
        outputs.push(output(name, list.as_bytes(), &case.run(list.as_bytes())));
    }
    outputs.into_iter().flatten().collect()
}

fn of_input(name: String, input: &str) -> Option<Output> {
    output(name, input.as_bytes(), &harness::expand(input))
}

/// The cases of `parity` and the samples.
fn inputs() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for root in ["parity", "parity/v1alpha1"] {
        for case in harness::entries(&harness::tests_dir(root).join("inputs")) {
            let name = format!("{root}/{}", harness::file_name(&case));
            found.push((name, cases::parity(&case)));
        }
    }
    for sample in harness::entries(&harness::tests_dir("samples")) {
        let name = format!("samples/{}", harness::file_name(&sample));
        found.push((name, std::fs::read_to_string(&sample).unwrap()));
    }
    found
}

/// Files that hold what was rendered: `expected*.yaml`, and whatever is in a directory `expected`. Given was what else lies beside
/// them.
fn stored() -> Vec<Output> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for root in [
        "charts",
        "functions",
        "kustomization-examples",
        "tests/hosts/sessions",
    ] {
        collect(&repository.join(root), &mut files);
    }
    let (expected, given): (Vec<PathBuf>, Vec<PathBuf>) = files
        .into_iter()
        .partition(|file| expectation(file).is_some());
    let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let outputs = expected.iter().map(|file| {
        let beside = expectation(file).unwrap();
        let given = given.iter().filter(|other| other.starts_with(beside));
        Output {
            name: file.strip_prefix(repository).unwrap().display().to_string(),
            given: given.map(read).collect::<Vec<_>>().join("\n---\n"),
            printed: read(file),
        }
    });
    outputs.collect()
}

/// The directory that an expectation was made in.
fn expectation(file: &Path) -> Option<&Path> {
    if harness::file_name(file).starts_with("expected") {
        return file.parent();
    }
    let tree = file
        .ancestors()
        .skip(1)
        .find(|dir| dir.file_name().is_some_and(|name| name == "expected"));
    tree.and_then(Path::parent)
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in harness::entries(dir) {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(entry);
        }
    }
}

/// An object that a schema refuses, and that is rendered so on purpose.
struct Intended {
    reason: String,
    of: String,
    object: String,
    at: String,
    versions: Vec<String>,
}

impl Intended {
    fn read() -> Vec<Self> {
        let text = std::fs::read_to_string(harness::tests_dir("kubernetes-schemas/refused.yaml"));
        let list = harness::read_yaml(&text.unwrap()).unwrap();
        let read = |value: &Value| {
            let mut fields = harness::Fields::of(value.clone())?;
            let intended = Self {
                reason: fields.text("reason")?,
                of: fields.text("of")?,
                object: fields.text("object")?,
                at: fields.text("at")?,
                versions: fields.texts("versions"),
            };
            fields.end().map(|()| intended)
        };
        let list = list.as_array().expect("refused.yaml is a list");
        list.iter()
            .map(|value| read(value).expect("an entry of refused.yaml"))
            .collect()
    }

    fn means(&self, refusal: &Refusal, version: &str) -> bool {
        refusal.of.trim_end_matches(AS_LIST) == self.of
            && (&self.object, &self.at) == (&refusal.object, &refusal.at)
            && refusal.version == version
    }

    fn covers(&self, refusal: &Refusal) -> bool {
        self.versions
            .iter()
            .any(|version| self.means(refusal, version))
    }
}

#[test]
fn what_is_rendered_is_valid() {
    let golden = cases::golden();
    let mut outputs: Vec<Output> = harness::in_parallel(&golden, of_golden)
        .into_iter()
        .flatten()
        .collect();
    let inputs = inputs();
    let plain = harness::in_parallel(&inputs, |(name, input)| of_input(name.clone(), input));
    outputs.extend(plain.into_iter().flatten());
    outputs.extend(stored());

    let verdict = validate(&outputs);
    let intended = Intended::read();
    let mut failures = Vec::new();
    for refusal in &verdict.refused {
        if !intended.iter().any(|intended| intended.covers(refusal)) {
            failures.push(format!(
                "{}: Kubernetes {} refuses {} at {:?}: {}",
                refusal.of, refusal.version, refusal.object, refusal.at, refusal.why
            ));
        }
    }
    for intended in &intended {
        assert!(
            !intended.versions.is_empty(),
            "{}: no versions",
            intended.of
        );
        for version in &intended.versions {
            if !verdict
                .refused
                .iter()
                .any(|refusal| intended.means(refusal, version))
            {
                failures.push(format!(
                    "refused.yaml is stale: Kubernetes {version} does not refuse {} of {} at {:?} ({})",
                    intended.object, intended.of, intended.at, intended.reason
                ));
            }
        }
    }
    println!("{:?}", verdict.counts);
    for (kind, floor) in FLOOR {
        let count = verdict.counts.get(kind).copied().unwrap_or_default();
        if count < floor {
            failures.push(format!("{count} of kind {kind}, not {floor}"));
        }
    }
    harness::conclude("objects", verdict.counts.values().sum(), &failures);
}

/// `kubernetes-schemas/mistakes.yaml`: where each object is refused, by both versions; nowhere, where it is right.
#[test]
fn mistakes_are_refused() {
    let text = std::fs::read_to_string(harness::tests_dir("kubernetes-schemas/mistakes.yaml"));
    let mistakes = harness::read_yaml(&text.unwrap()).unwrap();
    let mistakes = mistakes.as_array().unwrap();
    let outputs = mistakes.iter().enumerate().map(|(index, mistake)| Output {
        name: index.to_string(),
        given: String::new(),
        printed: mistake["object"].to_string(),
    });
    let verdict = validate(&outputs.collect::<Vec<_>>());
    let mut failures = Vec::new();
    for (index, mistake) in mistakes.iter().enumerate() {
        let mut wanted = Vec::new();
        for version in [OLDEST, NEWEST] {
            wanted.extend(mistake["refused"].as_str().map(|at| (version, at)));
        }
        let refused = verdict.refused.iter();
        let refused = refused.filter(|refusal| refusal.of == index.to_string());
        let refused: Vec<_> = refused
            .map(|refusal| (refusal.version.as_str(), refusal.at.as_str()))
            .collect();
        if refused != wanted {
            failures.push(format!(
                "{mistake}: refused {refused:?} instead of {wanted:?}"
            ));
        }
    }
    harness::conclude("mistakes", mistakes.len(), &failures);
}
