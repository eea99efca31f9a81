//! The examples: what each directory below `kustomization-examples/` and `charts/` holds, through the program.
//!
//! `expected.yaml` is what must come out, with nothing on stderr. A chart's `rendered.yaml` is what Helm makes of it. In a
//! kustomization without `transformers` it is what kustomize prints: the sessions in `hosts/` compare that.
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

/// Every kustomization in a directory and below it.
fn kustomizations_in(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = harness::entries(dir)
        .into_iter()
        .filter(|entry| entry.is_dir())
        .flat_map(|entry| kustomizations_in(&entry))
        .collect();
    if dir.join("kustomization.yaml").is_file() {
        found.push(dir.to_owned());
    }
    found
}

/// What a kustomization lists under a field.
fn listed(dir: &Path, field: &str) -> Vec<PathBuf> {
    let kustomization = harness::read_yaml(&read(&dir.join("kustomization.yaml"))).unwrap();
    let names = kustomization[field].as_array().cloned();
    let names = names.unwrap_or_default();
    names
        .iter()
        .map(|name| dir.join(name.as_str().unwrap()))
        .collect()
}

/// The resources of a kustomization as one stream, in its order.
fn resources(dir: &Path) -> String {
    let texts: Vec<String> = listed(dir, "resources")
        .iter()
        .map(|path| {
            if path.is_dir() {
                resources(path)
            } else {
                read(path)
            }
        })
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
    for example in examples("kustomization-examples") {
        let all = kustomizations_in(&example);
        let has_expected = |dir: &PathBuf| dir.join("expected.yaml").is_file();
        assert!(all.iter().any(has_expected), "{}", example.display());
        for dir in all.iter().filter(|dir| has_expected(dir)) {
            if listed(dir, "transformers").is_empty() {
                let built = objects(&read(&dir.join("expected.yaml")));
                assert!(!built.is_empty() && !built.iter().any(is_integration));
            } else {
                check(dir, &resources(dir));
            }
        }
    }
}

#[test]
fn charts() {
    for dir in examples("charts") {
        check(&dir, &read(&dir.join("rendered.yaml")));
    }
}

/// As kustomize runs it: the functionConfigs of a kustomization and of its components take its resources. A generator is a
/// functionConfig itself.
#[test]
fn functions_take_what_they_get() {
    for example in examples("kustomization-examples") {
        let mut functions = 0;
        for dir in kustomizations_in(&example) {
            for part in [vec![dir.clone()], listed(&dir, "components")].concat() {
                for file in listed(&part, "transformers") {
                    let input = resources(&dir);
                    if input.is_empty() {
                        continue;
                    }
                    let run = program().args([&file]).stdin(input).run();
                    assert_eq!(run.code, 0, "{}", run.err());
                    let output = run.out();
                    assert!(!objects(&output).iter().any(is_integration));
                    let expected = dir.join("expected.yaml");
                    if part == dir && expected.is_file() {
                        assert_eq!(clean(&run), read(&expected));
                    }
                    functions += 1;
                }
            }
            for generator in listed(&dir, "generators") {
                for file in listed(&generator, "resources") {
                    let run = program().args([&file]).stdin("").run();
                    assert_eq!(run.code, 0, "{}", run.err());
                    assert!(!objects(&run.out()).is_empty());
                    functions += 1;
                }
            }
        }
        assert!(functions > 0, "{}: no function", example.display());
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
