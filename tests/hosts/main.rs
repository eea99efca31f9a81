//! The real hosts: sessions as users have them, with Helm 3, Helm 4, kustomize and kpt as they are released.
//!
//! `tests/hosts/sessions/<host>/<case>/session` holds the commands and what they print; the other files of the case lie in the
//! directory that it runs in. `$REPO` is this repository. `README.md` beside this file has the rest.
//!
//! - `CASE=kpt/ cargo test --test hosts` runs some of them; `UPDATE=1` writes down what was printed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

#[path = "../harness/mod.rs"]
mod harness;

use std::path::{Path, PathBuf};

use harness::console::{self, Place};
use harness::{entries, file_name, in_parallel};

/// The programs that the sessions of a host find on PATH.
fn programs(host: &str) -> Vec<String> {
    let names: &[&str] = match host {
        "helm3" => &["helm3"],
        "helm4" => &["helm4"],
        "kustomize" => &["kustomize"],
        // kubectl's own kustomize runs what kustomize runs without its flag for exec functions.
        "kubectl" | "argocd" => &["kustomize", "helm3"],
        "kpt" | "image" => &["kpt", "kustomize"],
        "pipes" => &["helm3", "kustomize"],
        "release" => &[],
        other => panic!("no such host: {other}"),
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

fn check(host: &str, case: &Path, update: bool) -> Result<(), String> {
    let name = format!("{host}/{}", file_name(case));
    let path = case.join("session");
    let wanted = std::fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
    let (prose, steps) = console::parse(&wanted);
    if steps.is_empty() {
        return Err(format!("{name}: no command"));
    }
    let dir = console::scratch(&format!("hosts/{name}"));
    console::copy(case, &dir, "session");
    let place = Place {
        dir,
        hosts: programs(host),
    };
    let printed = console::write(&prose, &place.run(&steps));
    if update {
        std::fs::write(&path, printed).map_err(|error| format!("{name}: {error}"))
    } else {
        match harness::diff(wanted.as_bytes(), printed.as_bytes()) {
            Some(diff) => Err(format!("{name}:\n{diff}")),
            None => Ok(()),
        }
    }
}

#[test]
fn sessions() {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let update = std::env::var_os("UPDATE").is_some_and(|value| value == "1");
    let mut cases: Vec<(String, PathBuf)> = Vec::new();
    for host in entries(&console::sessions()) {
        for case in entries(&host) {
            cases.push((file_name(&host), case));
        }
    }
    cases.retain(|(host, case)| format!("{host}/{}", file_name(case)).contains(&wanted));
    let results = in_parallel(&cases, |(host, case)| check(host, case, update));
    let failures: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    harness::conclude("sessions", cases.len(), &failures);
}
