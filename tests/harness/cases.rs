//! The cases that more than one test runs: reading them and putting them through the program.

use std::path::{Path, PathBuf};

use super::Run;

const WAYS: [&str; 5] = ["written", "resource-list", "fed-back", "shuffled", "crlf"];

/// A directory of `tests/golden`; what its files are is told in `tests/golden.rs`.
pub struct Golden {
    pub name: String,
    pub dir: PathBuf,
    pub input: Vec<u8>,
    pub args: Vec<String>,
    env: Vec<(String, String)>,
    pub ways: Vec<String>,
}

pub fn golden() -> Vec<Golden> {
    let topics = super::entries(&super::tests_dir("golden"));
    let dirs = topics.iter().flat_map(|topic| super::entries(topic));
    dirs.map(|dir| Golden::read(&dir)).collect()
}

impl Golden {
    fn read(dir: &Path) -> Self {
        let topic = super::file_name(dir.parent().unwrap());
        let name = format!("{topic}/{}", super::file_name(dir));
        let yaml = std::fs::read(dir.join("input.yaml"));
        let input = yaml.or_else(|_| std::fs::read(dir.join("input.json")));
        let input = input.unwrap_or_else(|_| panic!("{name}: neither input.yaml nor input.json"));
        let lines = |file: &str| -> Vec<String> {
            let text = std::fs::read_to_string(dir.join(file)).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        };
        let env = lines("env").into_iter().map(|line| {
            let (name, value) = line.split_once('=').expect("NAME=VALUE");
            (name.to_owned(), value.to_owned())
        });
        let env = env.collect();
        let ways = lines("ways");
        let (reasons, ways): (Vec<_>, Vec<_>) =
            ways.into_iter().partition(|line| line.starts_with('#'));
        let ways = if ways.is_empty() {
            WAYS.map(str::to_owned).to_vec()
        } else {
            ways
        };
        assert!(
            ways.len() == WAYS.len() || !reasons.is_empty(),
            "{name}: `ways` gives no reason"
        );
        for way in &ways {
            assert!(
                WAYS.contains(&way.as_str()),
                "{name}: no way is called {way:?}"
            );
        }
        Self {
            args: lines("args"),
            dir: dir.to_owned(),
            name,
            input,
            env,
            ways,
        }
    }

    pub fn run(&self, input: impl Into<Vec<u8>>) -> Run {
        let mut program = super::program()
            .args(&self.args)
            .dir(&self.dir)
            .stdin(input);
        for (name, value) in &self.env {
            program = program.env(name, value);
        }
        program.run()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.input).expect("this way needs UTF-8; name the others in `ways`")
    }

    pub fn expected(&self) -> Run {
        let read = |file: &str| std::fs::read(self.dir.join(file)).unwrap_or_default();
        let exit = String::from_utf8(read("exit")).unwrap();
        let code = if exit.is_empty() {
            0
        } else {
            exit.trim().parse().expect("`exit` is a number")
        };
        Run {
            stdout: read("expected.yaml"),
            stderr: read("stderr.txt"),
            code,
        }
    }

    pub fn update(&self, run: &Run) {
        let put = |file: &str, content: &[u8]| {
            let path = self.dir.join(file);
            if content.is_empty() {
                let _ = std::fs::remove_file(path);
            } else {
                std::fs::write(path, content).unwrap();
            }
        };
        put("expected.yaml", &run.stdout);
        put("stderr.txt", &run.stderr);
        put(
            "exit",
            if run.code == 0 {
                String::new()
            } else {
                format!("{}\n", run.code)
            }
            .as_bytes(),
        );
    }
}

/// One stream: the `ConfigMap`s, and the Integrations of the last round.
pub fn parity(case: &Path) -> String {
    let files = super::entries(case);
    let is_round = |file: &&PathBuf| super::file_name(file).starts_with('r');
    let last = files.iter().rfind(is_round);
    let integrations = last.unwrap_or_else(|| {
        files
            .iter()
            .find(|file| super::file_name(file) == "10-cr.yaml")
            .unwrap()
    });
    let conf = case.join("00-conf.yaml");
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    if conf.exists() {
        format!("{}\n---\n{}", read(&conf), read(integrations))
    } else {
        read(integrations)
    }
}
