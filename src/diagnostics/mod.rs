//! Findings: what is wrong with the input, where, and what to do about it.
//!
//! A finding is data; how it looks on a terminal or in a ResourceList is decided in the files
//! beside this one.

mod code;
mod data;
mod position;
mod refusal;
mod results;
mod snippet;
mod text;

use std::collections::HashSet;
use std::ops::Range;

pub use code::Code;
pub use data::{to_json, to_sarif};
pub use position::{Position, Positions};
pub use refusal::{refusal, refuse};
pub use results::to_results;
pub use text::{Style, escape, render, render_lines};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input cannot be expanded.
    Error,
    /// It can, but probably not as it was meant.
    Warning,
    /// Worth knowing for whoever asks.
    Info,
}

impl Severity {
    /// The word that KRM results and messages use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// Which text a place is in: the standard input or one of the files that were opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub usize);

impl SourceId {
    /// The standard input.
    pub const INPUT: SourceId = SourceId(0);
}

/// A text with its name, for messages.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The files that it consists of, each with the byte at which it starts; the first at 0.
    pub files: Vec<(usize, String)>,
}

impl<'a> Source<'a> {
    /// The one text of a file.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            files: vec![(0, name.into())],
        }
    }

    /// The file that holds a byte: its name and where it starts.
    #[must_use]
    pub fn file(&self, offset: usize) -> (usize, &str) {
        let after = self.files.partition_point(|(start, _)| *start <= offset);
        let file = self.files.get(after.saturating_sub(1));
        file.map_or((0, ""), |(start, name)| (*start, name.as_str()))
    }
}

/// A place in one of the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: SourceId,
    /// The bytes in it.
    pub span: Range<usize>,
}

/// The object that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectRef {
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its `kind`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, where it names one.
    pub namespace: Option<String>,
    /// The file that a host says it comes from (Helm's `# Source:`, kpt's path annotation).
    pub file: Option<String>,
    /// Its place in that file (kpt's index annotation).
    pub index: Option<u64>,
}

/// One thing to say.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What it is about.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// Where it is.
    pub place: Option<Place>,
    /// The object it is about.
    pub object: Option<ObjectRef>,
    /// The path of the field inside the object.
    pub field: Option<String>,
    /// What was found.
    pub found: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// A way out.
    pub help: Option<String>,
}

impl Finding {
    /// A finding with the usual severity of its code.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            place: None,
            object: None,
            field: None,
            found: None,
            expected: None,
            help: None,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn at(mut self, source: SourceId, span: Range<usize>) -> Self {
        self.place = Some(Place { source, span });
        self
    }

    /// The object it is about.
    #[must_use]
    pub fn on(mut self, object: &ObjectRef) -> Self {
        self.object = Some(object.clone());
        self
    }

    /// The field it is about.
    #[must_use]
    pub fn field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }

    /// What was found there.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// What was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// The way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What makes two findings the same one: code, text and place.
type Key = (Code, String, Option<(SourceId, usize)>);

/// All findings of a run.
#[derive(Debug, Default)]
pub struct Diagnostics {
    findings: Vec<Finding>,
    seen: HashSet<Key>,
    /// How many of each severity are kept.
    kept: [usize; 3],
    /// How many of each severity there were, kept or not.
    errors: usize,
    warnings: usize,
    dropped: usize,
}

/// How many findings of a run are kept.
pub const MOST_FINDINGS: usize = 1_000;

impl Diagnostics {
    /// Adds a finding. One that was said before of the same place is said once: many Integrations
    /// can stumble over one value of a ConfigMap.
    pub fn push(&mut self, finding: Finding) {
        let place = finding.place.as_ref().map(|p| (p.source, p.span.start));
        let name = match (&finding.place, &finding.object) {
            (None, Some(object)) => format!("{:?}/{}", object.namespace, object.name),
            _ => String::new(),
        };
        let key = (finding.code, format!("{}{name}", finding.message), place);
        if !self.seen.insert(key) {
            return;
        }
        match finding.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => {}
        }
        let severity = finding.severity;
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
            self.count_kept(severity, 1);
            return;
        }
        self.dropped += 1;
        // What is worse takes the place of something less bad.
        let less_bad = self
            .kept
            .iter()
            .skip(severity as usize + 1)
            .any(|kept| *kept > 0);
        let least = self.findings.iter_mut().rev();
        if let (true, Some(least)) = (less_bad, least.max_by_key(|f| f.severity)) {
            let gone = std::mem::replace(least, finding).severity;
            self.count_kept(gone, -1);
            self.count_kept(severity, 1);
        }
    }

    fn count_kept(&mut self, severity: Severity, by: isize) {
        if let Some(kept) = self.kept.get_mut(severity as usize) {
            *kept = kept.saturating_add_signed(by);
        }
    }

    /// Whether anything stands in the way of an expansion.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many findings there are of one severity, kept or not.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
            Severity::Info => self
                .findings
                .iter()
                .filter(|f| f.severity == severity)
                .count(),
        }
    }

    /// How many findings there was no room for.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Warnings become errors.
    pub fn be_strict(&mut self) {
        self.errors += std::mem::take(&mut self.warnings);
        for finding in &mut self.findings {
            if finding.severity == Severity::Warning {
                finding.severity = Severity::Error;
            }
        }
    }

    /// The findings by place; those without one come last.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.findings.iter().collect();
        findings.sort_by_key(|f| {
            f.place
                .as_ref()
                .map_or((SourceId(usize::MAX), usize::MAX), |p| {
                    (p.source, p.span.start)
                })
        });
        findings
    }
}

/// The candidate nearest to what somebody wrote, where one is near.
#[must_use]
pub fn suggest<'c>(
    written: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let lower = written.to_ascii_lowercase();
    let near = |c: &&str| {
        let (short, long) = (c.len().min(written.len()), c.len().max(written.len()));
        (long - short) * 3 <= long
    };
    candidates
        .into_iter()
        .filter(near)
        .map(|c| {
            (
                strsim::damerau_levenshtein(&lower, &c.to_ascii_lowercase()),
                c,
            )
        })
        .filter(|(distance, c)| *distance * 3 <= c.len().max(written.len()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// `did you mean ...?`, where a candidate is near.
#[must_use]
pub fn did_you_mean<'c>(
    written: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    suggest(written, candidates).map(|c| format!("did you mean `{c}`?"))
}
