//! The pages of the codes are true: what is called wrong gives the finding, what is called right does not.
//!
//! The examples of a page are its fenced blocks. The words behind the fence say what a block is:
//!
//! - `yaml wrong`: manifests that give a finding of this code, with the usual severity;
//! - `yaml right`: manifests that do not, and are expanded;
//! - `args="--default KEY=VALUE"` behind either: the arguments that it takes to see it;
//! - `text wrong golden="topic/case"`: what a page cannot show as it is; that golden case gives the finding.
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

use expand_integration::diagnostics::{Code, Severity};
use harness::Run;

/// What an example is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Wrong,
    Right,
}

struct Example {
    code: Code,
    /// Its place on the page, from 1.
    number: usize,
    verdict: Verdict,
    args: Vec<String>,
    /// The golden case that stands for it.
    golden: Option<String>,
    text: String,
}

impl Example {
    fn new(code: Code, number: usize, info: &str, text: String) -> Result<Self, String> {
        let place = format!("{}, example {number}", code.id());
        // Two words, and an attribute where there is a third.
        let third = info
            .match_indices(' ')
            .nth(1)
            .map_or(info.len(), |(at, _)| at);
        let (words, attribute) = info.split_at(third);
        let (name, value) = attribute.trim().split_once('=').unwrap_or_default();
        let value = value.trim_matches('"').to_owned();
        let verdict = match (words, name) {
            ("yaml wrong", "" | "args") | ("text wrong", "golden") => Verdict::Wrong,
            ("yaml right", "" | "args") => Verdict::Right,
            _ => return Err(format!("{place}: nothing is known of `{info}`")),
        };
        let args = (name == "args").then(|| value.split_whitespace().map(str::to_owned).collect());
        Ok(Self {
            code,
            number,
            verdict,
            args: args.unwrap_or_default(),
            golden: (name == "golden").then_some(value),
            text,
        })
    }

    /// Runs it; the second is the log file, which has the infos, too.
    fn run(&self) -> (Run, String) {
        let name = format!("{}-{}.log", self.code.id(), self.number);
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_file(&log);
        let run = harness::program()
            .args(&self.args)
            .args(["--log-file".as_ref(), log.as_os_str()])
            .stdin(self.text.clone())
            .run();
        (run, std::fs::read_to_string(log).unwrap_or_default())
    }

    fn check(&self) -> Result<(), String> {
        let severity = self.code.severity();
        let finding = format!("{}[{}]", severity.word(), self.code.id());
        let failed = |what: &str, log: &str| {
            let place = format!("{}, example {}", self.code.id(), self.number);
            Err(format!("{place}: {what}; the log has:\n{log}"))
        };
        if let Some(case) = &self.golden {
            let known = golden_codes(&harness::tests_dir("golden").join(case));
            return if known.contains(&finding) {
                Ok(())
            } else {
                failed(&format!("the golden case {case} has no {finding}"), "")
            };
        }
        let (run, log) = self.run();
        let findings = findings(&log);
        let wrong = self.verdict == Verdict::Wrong;
        if findings.contains(&finding) != wrong {
            let has = if wrong { "has no" } else { "has" };
            return failed(&format!("{:?}, and {has} {finding}", self.verdict), &log);
        }
        let code = i32::from(wrong && severity == Severity::Error);
        if run.code != code {
            return failed(&format!("exit {} instead of {code}", run.code), &log);
        }
        // An example is about one thing. Most say nothing of the host, which would be the same lines on each page.
        let usual = format!("warning[{}]", Code::ShippedHost.id());
        let besides =
            |f: &&String| **f != finding && **f != usual && !f.starts_with(Severity::Info.word());
        match findings.iter().find(besides) {
            Some(other) => failed(&format!("{:?}, but gives {other}", self.verdict), &log),
            None => Ok(()),
        }
    }
}

/// The examples of a page, in order.
fn examples(code: Code) -> Result<Vec<Example>, String> {
    let mut found = Vec::new();
    let mut lines = code.page().lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let inside = lines.by_ref().take_while(|line| *line != "```");
        let text = inside.fold(String::new(), |text, line| text + line + "\n");
        found.push(Example::new(code, found.len() + 1, info, text)?);
    }
    Ok(found)
}

/// `error[EI004]` and the like: what a text has at the start of its lines.
fn findings(text: &str) -> BTreeSet<String> {
    let heads = text.lines().filter_map(|line| line.split_once(']'));
    let heads = heads.map(|(head, _)| format!("{head}]"));
    heads.filter(|head| head.contains("[EI")).collect()
}

/// The findings that a golden case expects, on stderr or among the results of its list.
fn golden_codes(case: &Path) -> BTreeSet<String> {
    let read = |file: &str| std::fs::read_to_string(case.join(file)).unwrap_or_default();
    let mut codes = findings(&read("stderr.txt"));
    // The results alone: the items can be what no reader takes.
    let expected = read("expected.yaml");
    let mut lines = expected.lines().skip_while(|line| *line != "results:");
    let first = lines.next().into_iter();
    let results = first.chain(lines.take_while(|line| line.starts_with([' ', '-'])));
    let list = harness::read_yaml(&results.collect::<Vec<_>>().join("\n")).unwrap();
    for result in list["results"].as_array().into_iter().flatten() {
        let severity = harness::text(result, "/severity");
        codes.insert(format!(
            "{severity}[{}]",
            harness::text(result, "/tags/code")
        ));
    }
    codes
}

#[test]
fn every_code_has_a_page_that_fits_a_terminal() {
    let mut failures = Vec::new();
    for code in Code::ALL {
        let (page, id) = (code.page(), code.id());
        let title = format!("# {id}: {}", code.title().trim_end_matches('.'));
        if page.lines().next() != Some(title.as_str()) {
            failures.push(format!("{id}: the first line is not `{title}`"));
        }
        let count = page.lines().count();
        if !(10..=40).contains(&count) {
            failures.push(format!("{id}: {count} lines are not 10 to 40"));
        }
        for line in page.lines().skip(1).filter(|l| l.chars().count() > 80) {
            failures.push(format!("{id}: more than 80 columns: {line}"));
        }
        for line in page.lines().filter(|l| l.trim_end() != *l) {
            failures.push(format!("{id}: blanks at the end of `{line}`"));
        }
    }
    harness::conclude("pages", Code::ALL.len(), &failures);
}

#[test]
fn no_page_is_without_a_code() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostics/pages");
    let files: Vec<String> = harness::entries(&directory)
        .iter()
        .map(|path| harness::file_name(path))
        .collect();
    let codes: Vec<String> = Code::ALL.iter().map(|c| format!("{}.md", c.id())).collect();
    assert_eq!(files, codes, "the pages, and the codes in their order");
}

#[test]
fn examples_are_what_they_are_called() {
    let mut failures = Vec::new();
    let mut all = Vec::new();
    for code in Code::ALL {
        match examples(*code) {
            Ok(of_page) => {
                let has = |verdict| of_page.iter().any(|e: &Example| e.verdict == verdict);
                let cannot_be_shown = of_page.iter().any(|e| e.golden.is_some());
                if !has(Verdict::Wrong) || !has(Verdict::Right) && !cannot_be_shown {
                    failures.push(format!("{}: no wrong or no right example", code.id()));
                }
                all.extend(of_page);
            }
            Err(message) => failures.push(message),
        }
    }
    let results = harness::in_parallel(&all, Example::check);
    failures.extend(results.into_iter().filter_map(Result::err));
    harness::conclude("examples", all.len(), &failures);
}

#[test]
fn every_code_has_a_golden_case() {
    let cases: Vec<PathBuf> = harness::entries(&harness::tests_dir("golden"))
        .iter()
        .flat_map(|topic| harness::entries(topic))
        .collect();
    let known: BTreeSet<String> = cases.iter().flat_map(|case| golden_codes(case)).collect();
    let mut failures = Vec::new();
    for code in Code::ALL {
        let finding = format!("{}[{}]", code.severity().word(), code.id());
        if !known.contains(&finding) {
            failures.push(format!("no case below tests/golden has {finding}"));
        }
    }
    harness::conclude("codes", Code::ALL.len(), &failures);
}

#[test]
fn a_code_is_found_by_what_is_printed() {
    for code in Code::ALL {
        assert_eq!(Code::from_id(code.id()), Some(*code));
        assert_eq!(Code::from_id(&code.id().to_lowercase()), Some(*code));
    }
    for none in ["", "4", "004", "EI4", "EI000", "EI0040", " EI004", "EI004."] {
        assert_eq!(Code::from_id(none), None, "{none:?}");
    }
}
