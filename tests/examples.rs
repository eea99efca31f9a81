//! The examples: what each directory below `kustomization-examples/` and `charts/` holds, through the program.
//!
//! `expected.yaml` is what must come out, with nothing on stderr. A chart's `rendered.yaml` is what Helm makes of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::path::{Path, PathBuf};

use harness::{Run, expand, identity, is_integration, is_settings, objects, program};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The directories below `path`; a place for examples that holds none is a mistake.
fn examples(path: &str) -> Vec<PathBuf> {
    let mut found = harness::entries(&repository(path));
    found.retain(|entry| entry.is_dir());
    assert!(!found.is_empty(), "{path} holds no example");
    found
}

/// The resources of a kustomization as one stream, in its order.
fn resources(dir: &Path) -> String {
    let kustomization = harness::read_yaml(&read(&dir.join("kustomization.yaml"))).unwrap();
    let names = kustomization["resources"].as_array().unwrap();
    let texts: Vec<String> = names
        .iter()
        .map(|name| read(&dir.join(name.as_str().unwrap())))
        .collect();
    texts.join("---\n")
}

#[track_caller]
fn clean(run: &Run) -> String {
    assert_eq!((run.code, run.err().as_str()), (0, ""));
    run.out()
}

#[track_caller]
fn check(dir: &Path, input: &str) {
    let name = dir.display();
    let given = objects(input);
    assert!(given.iter().any(is_integration), "{name}: no Integration");
    assert!(given.iter().any(is_settings), "{name}: no settings");
    let output = clean(&expand(input));
    let expected = read(&dir.join("expected.yaml"));
    if let Some(diff) = harness::diff(expected.as_bytes(), output.as_bytes()) {
        panic!("{name}:\n{diff}");
    }
    assert!(!objects(&output).is_empty(), "{name}: nothing was rendered");
}

#[test]
fn kustomizations() {
    for dir in examples("kustomization-examples") {
        check(&dir, &resources(&dir));
    }
}

#[test]
fn charts() {
    for dir in examples("charts") {
        check(&dir, &read(&dir.join("rendered.yaml")));
    }
}

/// As kustomize runs it: every `transformers` entry is a functionConfig that the program takes.
#[test]
fn transformers_are_function_configs() {
    for dir in examples("kustomization-examples") {
        let kustomization = harness::read_yaml(&read(&dir.join("kustomization.yaml"))).unwrap();
        let transformers = kustomization["transformers"].as_array().unwrap();
        assert!(!transformers.is_empty(), "{}", dir.display());
        for file in transformers {
            let run = program()
                .args([file.as_str().unwrap()])
                .dir(&dir)
                .stdin(resources(&dir))
                .run();
            assert_eq!(clean(&run), read(&dir.join("expected.yaml")));
        }
    }
}

const HELLO: &str = "kustomization-examples/hello-world/integration.yaml";

#[test]
fn the_function_config_works_as_it_is() {
    let run = program()
        .args(["functions/expand-integration.yaml"])
        .dir(&repository(""))
        .stdin(read(&repository(HELLO)))
        .run();
    assert!(clean(&run).contains("host: mi.example.com\n"));
}

/// What stands in comments works, too.
#[test]
fn the_function_config_works_with_all_that_it_shows() {
    let text = read(&repository("functions/expand-integration.yaml"));
    let mut shown = String::new();
    for line in text.lines() {
        // Examples are YAML: a list item, a key, or what stands below one. Sentences are not.
        let inner = line.trim_start().strip_prefix("# ").unwrap_or_default();
        let word = inner.trim_start_matches("- ").trim_start();
        let key = word.split_once(':').is_some_and(|(key, _)| {
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic() || c == '.')
        });
        if line.starts_with("  ") && key {
            shown.push_str(&line.replacen("# ", "", 1));
        } else {
            shown.push_str(line.trim_end_matches(" []"));
        }
        shown.push('\n');
    }
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("function.yaml"), &shown).unwrap();
    let run = program()
        .args(["function.yaml"])
        .dir(&dir)
        .stdin("kind: ConfigMap\n")
        .run();
    let out = clean(&run);
    let rendered: Vec<String> = objects(&out).iter().map(identity).collect();
    assert_eq!(
        rendered,
        [
            "ConfigMap/",
            "Service/hello-world-service",
            "Deployment/hello-world-deployment",
            "Ingress/hello-world-ingress"
        ],
        "{shown}"
    );
    assert!(out.contains("secretName: mi-example-com-tls\n"));
}

/// Helm shows the plugin's version; nothing else ties it to the program.
#[test]
fn the_helm_plugin_has_the_version_of_the_program() {
    let text = read(&repository("functions/helm/expand-integration/plugin.yaml"));
    let plugin = harness::read_yaml(&text).unwrap();
    assert_eq!(plugin["version"], env!("CARGO_PKG_VERSION"));
}
