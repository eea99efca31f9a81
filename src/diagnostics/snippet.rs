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

/// The longest line that is looked at as a whole, in bytes.
const LONGEST: usize = 2_000;

/// The line of `text` that holds `span`; `None` where nothing of it may be shown.
pub(super) fn excerpt(finding: &Finding, text: &[u8], span: &Range<usize>) -> Option<Excerpt> {
    let at = span.start.min(text.len());
    let before = text.get(at.saturating_sub(LONGEST)..at)?;
    let after = text.get(at..text.len().min(at + LONGEST))?;
    let start = memchr::memrchr(b'\n', before).map(|n| at - before.len() + n + 1);
    let start = start.or((before.len() == at).then_some(0));
    let end = memchr::memchr(b'\n', after).map(|n| at + n);
    let end = end.or((at + after.len() == text.len()).then_some(text.len()));
    let trust = trust(finding);
    let (Some(start), Some(end)) = (start, end) else {
        let meant = str::from_utf8(text.get(at..span.end.min(at + LONGEST))?).ok()?;
        return match trust {
            Trust::Line => meant_alone(meant),
            Trust::Words => None,
        };
    };
    let line = str::from_utf8(text.get(start..end)?).ok()?;
    let line = line.trim_end();
    let (line, start) = match line.strip_prefix('\u{feff}') {
        Some(rest) => (rest, start + '\u{feff}'.len_utf8()),
        None => (line, start),
    };
    if line.trim().is_empty() {
        return None;
    }
    let from = at.saturating_sub(start).min(line.len());
    let to = span.end.saturating_sub(start).clamp(from, line.len());
    let found = from..to;
    match trust {
        Trust::Line => known_line(line, found, finding.code == Code::UnknownField),
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
        .any(|step| matches!(step, "env" | "value" | "command" | "args" | "httpHeaders"));
    let broken = matches!(finding.code, Code::BrokenYaml | Code::NotUtf8 | Code::Limit);
    if broken || is_env || !kind.is_some_and(|kind| ours.contains(&kind)) {
        Trust::Words
    } else {
        Trust::Line
    }
}

/// A line of block style, without its comment; of any other line only what is meant.
fn known_line(line: &str, found: Range<usize>, key_alone: bool) -> Option<Excerpt> {
    let indent = line.len() - line.trim_start_matches([' ', '\t', '-']).len();
    let body = line.get(indent..)?;
    let meant = line.get(found.clone())?;
    let Some((key, value)) = body.split_once(':').filter(|(key, _)| is_key(key)) else {
        // An item of a list, or a value on a line of its own.
        let whole = found.start == indent && is_plain_value(meant);
        return if whole {
            Some(clip(line.get(..found.end)?.to_owned(), found))
        } else {
            meant_alone(meant)
        };
    };
    let key_end = indent + key.len();
    let value_start = line.len() - value.trim_start().len();
    let value = without_comment(value.trim());
    let secret = is_secret(key) || key_alone && !is_small(value);
    if is_plain_value(value) && !secret {
        let end = (value_start + value.len()).min(line.len());
        return Some(clip(line.get(..end)?.to_owned(), found));
    }
    if found.end <= value_start || meant.starts_with(['{', '[']) {
        let space = line.get(key_end + 1..value_start)?;
        return Some(clip(
            format!("{}:{space}{CUT}", line.get(..key_end)?),
            found,
        ));
    }
    meant_alone(meant)
}

/// Only what is meant, where its line is not to be shown.
fn meant_alone(meant: &str) -> Option<Excerpt> {
    let meant = meant.trim_end_matches(['}', ']', ',', ' ']);
    (!meant.is_empty() && is_plain_value(meant)).then(|| Excerpt {
        line: format!("{CUT} {meant} {CUT}"),
        span: CUT.len() + 1..CUT.len() + 1 + meant.len(),
    })
}

fn is_key(key: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    !key.is_empty() && key.chars().all(word)
}

/// One scalar, or a list of numbers: nothing behind which something else could stand.
fn is_plain_value(value: &str) -> bool {
    let inner = value.trim_matches(['"', '\'']);
    let number = |c: char| c.is_ascii_digit() || " ,-".contains(c);
    let numbers = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    numbers.is_some_and(|numbers| numbers.chars().all(number))
        || !inner.contains(['{', '}', '[', ']', ',', '"', '#'])
            && !inner.contains(": ")
            && !value.starts_with(['&', '*', '!'])
}

/// A value that can hold no secret.
fn is_small(value: &str) -> bool {
    let number = value
        .trim_matches('"')
        .starts_with(|c: char| c.is_ascii_digit());
    value.is_empty() || value == "true" || value == "false" || number && value.len() <= 8
}

fn without_comment(value: &str) -> &str {
    let comment = value.find(" #").or_else(|| value.find("\t#"));
    comment
        .and_then(|at| value.get(..at))
        .unwrap_or(value)
        .trim_end()
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let words = [
        "password",
        "passwd",
        "token",
        "credential",
        "apikey",
        "authorization",
    ];
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
    let meant = near && found.start == indent;
    if !meant && !WORDS.contains(&word) {
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
