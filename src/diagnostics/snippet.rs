//! The line of a source that a finding is about, as far as it may be shown.
//!
//! A value of `env` or of a Secret may stand anywhere on a line that is not what it should be, also where a key should. So a
//! line is shown whole only where it was read as what it looks like; of others only words that Kubernetes itself uses.

use std::ops::Range;

use super::{Code, Finding};

/// A line to show, and the bytes of it that are meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) line: String,
    pub(super) span: Range<usize>,
}

/// What stands for text that is left out.
const CUT: &str = "...";

/// Words that a line may start with, whatever else is wrong with it.
const WORDS: &[&str] = &[
    "affinity",
    "annotations",
    "apiVersion",
    "autoScale",
    "config",
    "configMapKeyRef",
    "configMapRef",
    "configmapDetails",
    "cpuLimit",
    "data",
    "deploySpec",
    "enabled",
    "env",
    "envFrom",
    "exec",
    "expose",
    "failureThreshold",
    "fieldRef",
    "fileName",
    "httpGet",
    "image",
    "imagePullSecret",
    "inboundPorts",
    "initialDelaySeconds",
    "integrations",
    "items",
    "key",
    "kind",
    "labels",
    "livenessProbe",
    "maxReplicas",
    "memoryLimit",
    "metadata",
    "minReplicas",
    "mountPath",
    "name",
    "namespace",
    "optional",
    "passthroPort",
    "path",
    "periodSeconds",
    "port",
    "prefix",
    "pullPolicy",
    "readinessProbe",
    "reqMemory",
    "requestCPU",
    "scheme",
    "secretKeyRef",
    "secretRef",
    "spec",
    "successThreshold",
    "tcpSocket",
    "timeoutSeconds",
    "value",
    "valueFrom",
];

/// The line of `text` that holds `span`; `None` where nothing of it may be shown.
pub(super) fn excerpt(finding: &Finding, text: &[u8], span: &Range<usize>) -> Option<Excerpt> {
    let at = span.start.min(text.len());
    let (before, after) = text.split_at(at);
    let start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
    let end = memchr::memchr(b'\n', after).map_or(text.len(), |n| at + n);
    let line = str::from_utf8(text.get(start..end)?).ok()?;
    let line = line.trim_end();
    let (line, start) = match line.strip_prefix('\u{feff}') {
        Some(rest) => (rest, start + '\u{feff}'.len_utf8()),
        None => (line, start),
    };
    if line.trim().is_empty() {
        return None;
    }
    let from = (at.max(start) - start).min(line.len());
    let to = (span.end.max(span.start) - start).clamp(from, line.len());
    let found = from..to;
    match trust(finding) {
        Trust::Line => known_line(line, found),
        Trust::Words => words_of(line, found, is_near_miss(finding)),
    }
}

/// A key that is nearly one that Kubernetes has is no secret.
fn is_near_miss(finding: &Finding) -> bool {
    let help = finding.help.as_deref().unwrap_or_default();
    finding.code == Code::UnknownField && help.starts_with("did you mean")
}

/// How far a line may be shown.
enum Trust {
    /// It was read, and is no place for secrets.
    Line,
    /// Only words of Kubernetes.
    Words,
}

fn trust(finding: &Finding) -> Trust {
    let ours = ["Integration", "ConfigMap", "ExpandIntegration"];
    let kind = finding.object.as_ref().map(|object| object.kind.as_str());
    let field = finding.field.as_deref().unwrap_or_default();
    let is_env = field
        .split(['.', '['])
        .any(|step| matches!(step, "env" | "value"));
    let broken = matches!(finding.code, Code::BrokenYaml | Code::NotUtf8 | Code::Limit);
    if broken || is_env || !kind.is_some_and(|kind| ours.contains(&kind)) {
        Trust::Words
    } else {
        Trust::Line
    }
}

/// A line of block style, without its comment; of flow style only what is meant.
fn known_line(line: &str, found: Range<usize>) -> Option<Excerpt> {
    let indent = line.len() - line.trim_start_matches([' ', '\t', '-']).len();
    let body = line.get(indent..)?;
    let flow = body.starts_with(['{', '[', '"', '\'']);
    let key_end = body.find(':').filter(|_| !flow);
    if let Some(key_end) = key_end {
        let key = body.get(..key_end)?;
        let value = body.get(key_end + 1..)?;
        let value_start = line.len() - value.trim_start().len();
        let value = value.trim_start();
        let list = value.starts_with('[') && !value.contains(['{', ':', '"', '\'']);
        let plain = list || !value.starts_with(['{', '[', '&', '*', '!']);
        if plain && !is_secret(key) {
            let shown = comment(value).map_or(line.len(), |at| value_start + at);
            let line = line.get(..shown)?.trim_end();
            return Some(clip(line.to_owned(), found));
        }
        let meant = line.get(found.clone())?;
        if found.end <= value_start || meant.starts_with(['{', '[']) {
            let space = line.get(indent + key_end + 1..value_start)?;
            let line = format!("{}:{space}{CUT}", line.get(..indent + key_end)?);
            return Some(clip(line, found));
        }
    } else if !flow {
        // An item of a list.
        return Some(clip(line.to_owned(), found));
    }
    let meant = line.get(found)?;
    let meant = meant.trim_end_matches(['}', ']', ',', ' ']);
    (!meant.is_empty() && !meant.contains(['{', '['])).then(|| Excerpt {
        line: format!("{CUT} {meant} {CUT}"),
        span: CUT.len() + 1..CUT.len() + 1 + meant.len(),
    })
}

/// Where a comment starts in a value.
fn comment(value: &str) -> Option<usize> {
    let quoted = value.starts_with(['"', '\'']);
    value.find(" #").filter(|_| !quoted)
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let words = ["password", "passwd", "token", "credential", "apikey"];
    key == "value" || words.iter().any(|word| key.contains(word))
}

/// The indentation and the first word, where Kubernetes has it; also a line without letters or digits.
fn words_of(line: &str, found: Range<usize>, near: bool) -> Option<Excerpt> {
    if !line.contains(char::is_alphanumeric) {
        return Some(clip(line.to_owned(), found));
    }
    let indent = line.len() - line.trim_start_matches([' ', '\t', '-', '{', '"']).len();
    let body = line.get(indent..)?;
    let end = body.find(|c: char| !c.is_ascii_alphanumeric());
    let end = end.unwrap_or(body.len());
    let word = body.get(..end)?;
    if !near && !WORDS.contains(&word) {
        return None;
    }
    let rest = body.get(end..)?;
    if ["apiVersion", "kind", "name", "namespace"].contains(&word) && is_plain(rest) {
        return Some(clip(line.to_owned(), found));
    }
    let quote = if rest.starts_with('"') { "\"" } else { "" };
    let rest = rest.strip_prefix(quote)?;
    let shown = line.get(..indent + end)?;
    let line = match rest.strip_prefix(':') {
        Some("") => format!("{shown}{quote}:"),
        Some(value) if value.starts_with(' ') => {
            let space = value.len() - value.trim_start().len();
            format!("{shown}{quote}:{}{CUT}", " ".repeat(space))
        }
        Some(_) => format!("{shown}{quote}:{CUT}"),
        None if rest.is_empty() => shown.to_owned(),
        None => format!("{shown}{CUT}"),
    };
    Some(clip(line, found))
}

/// A colon and one word, as names are.
fn is_plain(rest: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || "-./".contains(c);
    rest.strip_prefix(": ")
        .is_some_and(|value| value.chars().all(word))
}

/// A span inside the line: that of the word where it is a point.
fn clip(line: String, found: Range<usize>) -> Excerpt {
    let floor = |mut at: usize| {
        at = at.min(line.len());
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(found.start), floor(found.end));
    let end = if end > start {
        end
    } else {
        let rest = line.get(start..).unwrap_or_default();
        let word = rest.len() - rest.trim_start_matches(char::is_alphanumeric).len();
        let next = rest.chars().next().map_or(0, char::len_utf8);
        start + word.max(next)
    };
    Excerpt {
        span: start..end,
        line,
    }
}
