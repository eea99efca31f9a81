//! The shape of the code: imports run one way, the YAML crates are named in one place, files say what they are for.
//!
//! ```text
//! bytes -> stream -> intake -> resolve -> objects -> splice -> stream -> bytes
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each module may import from the crate, beside itself. A module that is not here may be imported by nobody but `lib` and `main`.
const MAY_IMPORT: [(&str, &[&str]); 10] = [
    ("yaml", &[]),
    ("diagnostics", &[]),
    ("api", &["yaml"]),
    ("stream", &["yaml", "diagnostics"]),
    ("settings", &["yaml", "diagnostics", "api"]),
    (
        "intake",
        &["yaml", "diagnostics", "api", "settings", "stream"],
    ),
    (
        "resolve",
        &["yaml", "diagnostics", "api", "settings", "intake"],
    ),
    (
        "objects",
        &["yaml", "diagnostics", "api", "settings", "resolve"],
    ),
    (
        "splice",
        &["yaml", "diagnostics", "api", "stream", "intake", "objects"],
    ),
    (
        "explain",
        &[
            "yaml",
            "diagnostics",
            "api",
            "settings",
            "intake",
            "resolve",
            "objects",
        ],
    ),
];

const YAML_CRATES: [&str; 4] = ["serde_saphyr", "granit_parser", "yaml_serde", "serde_yaml"];

struct Source {
    /// Below `src`.
    path: String,
    /// The module at the top of the crate that the file belongs to.
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let sources: Vec<Source> = files
        .iter()
        .map(|file| {
            let path = file
                .strip_prefix(&root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let module = path
                .split('/')
                .next()
                .unwrap()
                .trim_end_matches(".rs")
                .to_owned();
            Source {
                module,
                text: std::fs::read_to_string(file).unwrap(),
                path,
            }
        })
        .collect();
    assert!(sources.len() > 10, "only {} files in src", sources.len());
    sources
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in harness::entries(dir) {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
}

/// The code without its comments and unit tests: a test may use what it likes.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |code, line| code + line + "\n")
}

/// The modules at the top of the crate that a file names: `crate::a::b`, and each of `crate::{a::b, c}`.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for after in code(text).split("crate::").skip(1) {
        let word = |text: &str| -> String {
            text.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        };
        match after.strip_prefix('{') {
            None => {
                found.insert(word(after));
            }
            Some(group) => {
                let (mut depth, mut start) = (0, true);
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            found.insert(word(&group[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found.remove("");
    found
}

#[test]
fn imports_are_read_from_both_spellings() {
    let text = "use crate::a::{B, C};\nuse crate::{\n    b::{x, y},\n    c,\n};\n// use crate::d;\nfn f() { crate::e::g() }\n#[cfg(test)]\nmod t { use crate::z; }\n";
    assert_eq!(
        imports(text).into_iter().collect::<Vec<_>>(),
        ["a", "b", "c", "e"]
    );
}

#[test]
fn imports_run_one_way() {
    let known: BTreeSet<&str> = MAY_IMPORT.iter().map(|(module, _)| *module).collect();
    let mut failures = Vec::new();
    for source in sources() {
        let allowed = MAY_IMPORT
            .iter()
            .find(|(module, _)| *module == source.module)
            .map(|(_, allowed)| *allowed);
        for import in imports(&source.text) {
            let fine = match allowed {
                Some(allowed) => import == source.module || allowed.contains(&import.as_str()),
                None => true,
            };
            if !fine && known.contains(import.as_str()) {
                failures.push(format!(
                    "src/{}: {} must not know {import}",
                    source.path, source.module
                ));
            } else if !fine {
                failures.push(format!(
                    "src/{}: crate::{import} stands above {}",
                    source.path, source.module
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn only_yaml_names_the_yaml_crates() {
    let mut failures = Vec::new();
    for source in sources().iter().filter(|source| source.module != "yaml") {
        for name in YAML_CRATES
            .iter()
            .filter(|name| code(&source.text).contains(*name))
        {
            failures.push(format!("src/{} names {name}", source.path));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn stream_knows_no_kind() {
    let mut failures = Vec::new();
    for source in sources().iter().filter(|source| source.module == "stream") {
        for word in ["\"Integration\"", "wso2", "\"Deployment\"", "k8s_openapi"] {
            if code(&source.text).contains(word) {
                failures.push(format!("src/{} names {word}", source.path));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn only_the_command_touches_the_outside() {
    let mut failures = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| !["main", "cli", "lib"].contains(&source.module.as_str()))
    {
        for word in [
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "io::stdin",
            "io::stdout",
            "io::stderr",
            "SystemTime",
        ] {
            if code(&source.text).contains(word) {
                failures.push(format!("src/{} uses {word}", source.path));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:?}");
}

#[test]
fn no_room_without_a_purpose() {
    let rooms = ["util", "utils", "helper", "helpers", "common", "misc"];
    for source in sources() {
        for part in source.path.trim_end_matches(".rs").split('/') {
            assert!(
                !rooms.contains(&part),
                "src/{}: say what it is for",
                source.path
            );
        }
    }
}
