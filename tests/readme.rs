//! The README is true: its commands print what it says, its tables are those of the code, its links lead somewhere.
//!
//! - A ```` ```console ```` block is a session in the root of the repository, with the real hosts; a line `...` stands for any
//!   lines, and `console helm4` takes Helm 4 where others take Helm 3. Other blocks need what is not there, such as a cluster.
//! - `UPDATE=1 cargo test --test readme` writes the tables anew, and the sessions that show all lines (the tests must run one
//!   after the other then: `-- --test-threads 1`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use expand_integration::api::integration::Shape;
use expand_integration::diagnostics::Code;
use expand_integration::settings::SETTINGS;
use harness::console::{self, Place, Step};

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced blocks of a text in one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(of) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        let inside = lines.by_ref().take_while(|l| l.trim_start() != "```");
        let block = inside.fold(String::new(), |block, line| block + line + "\n");
        if of == language {
            found.push(block);
        }
    }
    found
}

/// What commands print, in the root of the repository, with the program first on PATH and the hosts behind it.
fn run(steps: &[Step], hosts: &[&str]) -> Vec<Step> {
    let place = Place {
        dir: root().to_owned(),
        hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
    };
    place.run(steps)
}

fn run_one(command: &str) -> String {
    let step = Step {
        command: command.to_owned(),
        printed: String::new(),
    };
    run(&[step], &[]).remove(0).printed
}

/// Whether the lines are the expected ones, `...` standing for any.
fn matches(expected: &[&str], printed: &[&str]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| first == line && matches(rest, others)),
    }
}

#[test]
fn commands_print_what_the_readme_says() {
    let mut commands = 0;
    let mut readme = read("README.md");
    for (language, hosts) in [
        ("console", &["helm3", "kustomize", "kpt"][..]),
        ("console helm4", &["helm4"]),
    ] {
        for block in blocks(&read("README.md"), language) {
            assert!(block.starts_with("$ "), "no command:\n{block}");
            let (_, steps) = console::parse(&block);
            let mut done = run(&steps, hosts);
            for step in &mut done {
                // A terminal does not show exit codes.
                let lines = step.printed.split_inclusive('\n');
                step.printed = lines.filter(|l| !l.starts_with("[exit ")).collect();
            }
            if updating() && !block.contains("\n...\n") {
                readme = readme.replace(&block, &console::write("", &done));
                continue;
            }
            for (step, done) in steps.iter().zip(done) {
                let expected: Vec<&str> = step.printed.lines().collect();
                let printed: Vec<&str> = done.printed.lines().collect();
                assert!(
                    matches(&expected, &printed),
                    "$ {}\n{}",
                    done.command,
                    done.printed
                );
                commands += 1;
            }
        }
    }
    if updating() {
        std::fs::write(root().join("README.md"), readme).unwrap();
        return;
    }
    assert!(commands >= 4, "the README runs {commands} commands");
}

/// A new user types these first.
#[test]
fn the_first_two_commands_work() {
    let readme = read("README.md");
    let first = blocks(&readme, "sh").into_iter().next().unwrap();
    let commands: Vec<&str> = first.lines().collect();
    let [example, tests] = commands[..] else {
        panic!("not two commands: {commands:?}")
    };
    let arguments = example
        .strip_prefix("cargo run --release --quiet -- ")
        .unwrap();
    assert_eq!(
        run_one(&format!("expand-integration {arguments}")),
        read("kustomization-examples/hello-world/expected.yaml")
    );
    assert_eq!(tests, "tests/run");
    assert!(
        read(".ci/run").contains("/../tests/run\""),
        "continuous integration runs something else"
    );
    let before = readme.split("```").next().unwrap();
    assert!(
        before.lines().count() < 12,
        "the commands do not come first"
    );
}

#[test]
fn every_option_is_listed() {
    let readme = read("README.md");
    let help = run_one("expand-integration --help");
    let mut options = 0;
    for word in help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')) {
        if word.starts_with("--") && word.len() > 2 || word.starts_with("EXPAND_INTEGRATION_") {
            let post_renderer = word == "--post-renderer";
            let placeholder = word == "EXPAND_INTEGRATION_";
            assert!(
                post_renderer
                    || placeholder
                    || readme.contains(&format!("`{word}`"))
                    || readme.contains(&format!("`{word} ")),
                "the README does not list {word}"
            );
            options += 1;
        }
    }
    assert!(options > 10);
}

#[test]
fn links_lead_somewhere() {
    let mut links = 0;
    for page in [
        "README.md",
        "CHANGELOG.md",
        "charts/hello-world/README.md",
        "functions/argocd/README.md",
        "functions/kpt/hello-world/README.md",
        "kustomization-examples/base-and-overlays/README.md",
        "kustomization-examples/generators/README.md",
        "kustomization-examples/hello-world/README.md",
    ] {
        let text = read(page);
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap();
            if target.starts_with("https://") {
                continue;
            }
            let directory = PathBuf::from(page).parent().unwrap().to_owned();
            let path = root().join(directory).join(target);
            assert!(path.exists(), "{page} links to {target}");
            links += 1;
        }
    }
    assert!(links > 0);
}

// Tables.

fn cell(text: Option<&str>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| format!("`{}`", text.trim_end()))
}

fn settings_table(shape: Shape) -> String {
    let mut table = String::from(
        "| field | key | in the ConfigMap | takes | shipped | |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let mut long = String::new();
    for setting in SETTINGS {
        let home = setting.home(shape);
        if home.field.is_none() && home.key.is_none() {
            continue;
        }
        let name = home.key.map(|(_, key)| key).or(home.field);
        let shipped = match home.shipped {
            Some(text) if text.trim_end().contains('\n') => {
                let name = name.unwrap_or_default();
                let _ = write!(long, "\n`{name}`:\n\n```yaml\n{text}```\n");
                "below".to_owned()
            }
            shipped => cell(shipped),
        };
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {shipped} | {} |",
            cell(home.field),
            cell(home.key.map(|(_, key)| key)),
            cell(home.key.map(|(map, _)| map.as_str())),
            (setting.takes)(),
            setting.doc,
        );
    }
    if !long.is_empty() {
        table.push_str("\nThe longer shipped defaults:\n");
    }
    table + &long + &hardened(shape)
}

/// The defaults of the profile, as the fields that say the same.
fn hardened(shape: Shape) -> String {
    let mut yaml = String::new();
    let mut group = "";
    for setting in SETTINGS {
        let home = setting.home(shape);
        let (Some(text), Some(field)) = (home.hardened, home.field) else {
            continue;
        };
        let (parent, name) = field.split_once('.').unwrap();
        if parent != group {
            group = parent;
            let _ = writeln!(yaml, "{group}:");
        }
        if setting.structured {
            let lines = text.lines().map(|line| format!("    {line}\n"));
            let _ = write!(yaml, "  {name}:\n{}", lines.collect::<String>());
        } else {
            let _ = writeln!(yaml, "  {name}: {text}");
        }
    }
    if yaml.is_empty() {
        return yaml;
    }
    harness::read_yaml(&yaml).unwrap();
    format!(
        "\nThe profile `hardened` has these defaults, and no PodDisruptionBudget where `minReplicas` is 1:\n\n```yaml\n{yaml}```\n"
    )
}

fn codes_table() -> String {
    let mut table = String::from("| code | severity | |\n| --- | --- | --- |\n");
    for code in Code::ALL {
        let id = code.id();
        let _ = writeln!(
            table,
            "| [`{id}`](src/diagnostics/pages/{id}.md) | {} | {} |",
            code.severity().word(),
            code.title()
        );
    }
    table
}

#[test]
fn tables_are_those_of_the_code() {
    let readme = read("README.md");
    let mut wanted = readme.clone();
    for (name, table) in [
        ("settings", settings_table(Shape::Current)),
        ("old-settings", settings_table(Shape::Legacy)),
        ("codes", codes_table()),
    ] {
        let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let (before, rest) = wanted.split_once(&open).expect("the marker before a table");
        let (_, after) = rest.split_once(&close).expect("the marker behind a table");
        wanted = format!("{before}{open}\n{table}\n{close}{after}");
    }
    if updating() {
        std::fs::write(root().join("README.md"), &wanted).unwrap();
    } else if let Some(diff) = harness::diff(wanted.as_bytes(), readme.as_bytes()) {
        panic!("UPDATE=1 cargo test --test readme writes the tables anew\n{diff}");
    }
}
