//! Sessions: commands with what they print, as a user sees them in a terminal.
//!
//! A line that starts with `$ ` is a command of bash, `> ` goes on with it. Below stand its stdout and stderr as they came, and
//! `[exit N]` where it failed. All commands of a session share one bash: variables and `cd` last.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use std::sync::atomic::{AtomicUsize, Ordering};

use super::tests_dir;

/// Each session has a home of its own.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// A command and what it prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub command: String,
    pub printed: String,
}

/// The steps of a session's text; what stands above the first command is prose.
pub fn parse(text: &str) -> (String, Vec<Step>) {
    let mut prose = String::new();
    let mut steps: Vec<Step> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_owned(),
                printed: String::new(),
            });
        } else if let Some(step) = steps.last_mut() {
            match line.strip_prefix("> ") {
                Some(more) if step.printed.is_empty() => step.command.push_str(more),
                _ => step.printed.push_str(line),
            }
        } else {
            prose.push_str(line);
        }
    }
    (prose, steps)
}

/// The text that [`parse`] reads.
pub fn write(prose: &str, steps: &[Step]) -> String {
    let mut text = prose.to_owned();
    for step in steps {
        let command = step.command.trim_end_matches('\n').replace('\n', "\n> ");
        text.push_str("$ ");
        text.push_str(&command);
        text.push('\n');
        text.push_str(&step.printed);
    }
    text
}

/// Where a session runs and what it finds.
pub struct Place {
    pub dir: PathBuf,
    /// The host programs on PATH, by the names of their directories below `target/hosts`.
    pub hosts: Vec<String>,
}

impl Place {
    /// Runs the commands; gives them with what they printed.
    pub fn run(&self, steps: &[Step]) -> Vec<Step> {
        const MARK: &str = "=== end of step";
        let mut script = String::from("exec 2>&1\n");
        for step in steps {
            script.push_str(step.command.trim_end_matches('\n'));
            script.push_str("\nprintf '\\n");
            script.push_str(MARK);
            script.push_str(" %d\\n' $?\n");
        }
        let home = scratch(&format!("home/{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        let output = Command::new("timeout")
            .args(["300", "bash", "-c", &script])
            .env_clear()
            .env("PATH", self.path())
            .env("HOME", &home)
            .env("TMPDIR", &home)
            .env("LC_ALL", "C")
            .env("REPO", repository())
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .expect("bash starts");
        let text = self.neutral(&String::from_utf8_lossy(&output.stdout));
        let end = format!("\n{MARK} ");
        let mut rest = text.as_str();
        let mut done = Vec::new();
        for step in steps {
            let Some((printed, after)) = rest.split_once(&end) else {
                panic!("the session ended in `{}`:\n{rest}", step.command)
            };
            let (code, after) = after.split_once('\n').unwrap();
            rest = after;
            let mut printed = printed.to_owned();
            if !printed.is_empty() && !printed.ends_with('\n') {
                printed.push_str("\n[no newline]\n");
            }
            if code != "0" {
                let _ = writeln!(printed, "[exit {code}]");
            }
            done.push(Step {
                command: step.command.clone(),
                printed,
            });
        }
        done
    }

    fn path(&self) -> std::ffi::OsString {
        let mut path = vec![bin().to_owned()];
        for host in &self.hosts {
            let dir = repository().join("target/hosts").join(host);
            assert!(
                dir.is_dir(),
                "{host} is not there: run tests/hosts/build, as tests/run does"
            );
            path.push(dir);
        }
        let outer = std::env::var_os("PATH").unwrap_or_default();
        path.extend(std::env::split_paths(&outer));
        std::env::join_paths(path).unwrap()
    }

    /// What differs from run to run and from machine to machine, by a name.
    fn neutral(&self, text: &str) -> String {
        let bin = bin().to_string_lossy().into_owned();
        let dir = self.dir.to_string_lossy();
        let repository = repository().to_string_lossy().into_owned();
        let text = text.replace(&bin, "[BIN]").replace(&*dir, "[DIR]");
        let text = text.replace(&repository, "[REPO]");
        without_times(&text)
    }
}

/// ` in 12.3ms` as ` in [TIME]`: kpt says how long a function took.
fn without_times(text: &str) -> String {
    let mut parts = text.split(" in ");
    let mut neutral = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        neutral.push_str(" in ");
        let number = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let unit = ["ms", "µs", "s"].iter().find_map(|unit| {
            let rest = number.strip_prefix(unit)?;
            (number.len() < part.len() && !rest.starts_with(char::is_alphanumeric)).then_some(rest)
        });
        match unit {
            Some(rest) => {
                neutral.push_str("[TIME]");
                neutral.push_str(rest);
            }
            None => neutral.push_str(part),
        }
    }
    neutral
}

/// Where the program lies.
fn bin() -> &'static Path {
    let program: &Path = assert_cmd::cargo::cargo_bin!("expand-integration");
    program.parent().unwrap()
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An empty directory below cargo's own for tests.
pub fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// Copies the files below `from`, but for those named `without`.
pub fn copy(from: &Path, to: &Path, without: &str) {
    for entry in super::entries(from) {
        let name = super::file_name(&entry);
        let target = to.join(&name);
        if entry.is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry, &target, without);
        } else if name != without {
            std::fs::copy(&entry, &target).unwrap();
        }
    }
}

/// Where the sessions in the hosts stand, host by host.
pub fn sessions() -> PathBuf {
    tests_dir("hosts/sessions")
}
