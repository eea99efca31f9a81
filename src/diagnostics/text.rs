//! Findings as text for people: stderr and log files.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstream::adapter::strip_str;

use super::position::{Position, Positions};
use super::snippet::{Excerpt, excerpt};
use super::{Diagnostics, Finding, ObjectRef, Severity, Source};

/// Whether escape sequences for colours may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// For a terminal.
    Coloured,
}

/// Renders the findings down to `least` severe, with a count at the end.
#[must_use]
pub fn render(
    diagnostics: &Diagnostics,
    sources: &[Source<'_>],
    least: Severity,
    style: Style,
) -> String {
    let mut text = String::new();
    let mut positions = Positions::new(sources);
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let shown = diagnostics.sorted();
    for finding in shown.iter().filter(|f| f.severity <= least) {
        let report = report(finding, &mut positions);
        for line in renderer.render(&[report]).lines() {
            // The renderer would announce a second file: the place has said all.
            let bare = strip_str(line).to_string();
            let orphan = finding.place.is_none() && bare.trim() == "|";
            if bare.trim() != ":::" && !orphan {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    write_count(&mut text, diagnostics);
    text
}

/// Renders the findings in one line each, the worst first: kpt cuts off what comes after four lines.
#[must_use]
pub fn render_lines(diagnostics: &Diagnostics, sources: &[Source<'_>], least: Severity) -> String {
    let mut findings = diagnostics.sorted();
    findings.retain(|finding| finding.severity <= least);
    findings.sort_by_key(|finding| finding.severity);
    let mut positions = Positions::new(sources);
    let mut text = String::new();
    for finding in findings {
        text.push_str(&line(finding, &mut positions));
        text.push('\n');
    }
    write_count(&mut text, diagnostics);
    text
}

/// A finding with its line, as rustc shows its own.
fn report<'f>(finding: &'f Finding, positions: &mut Positions<'_>) -> Group<'f> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(escape(&finding.message));
    let mut group = Group::with_title(title.id(finding.code.id()));
    let place = place(finding, positions);
    if !place.is_empty() {
        group = group.element(Origin::path(escape(&place)));
    }
    if let Some((number, excerpt)) = line_of(finding, positions) {
        let kind = AnnotationKind::Primary.span(excerpt.span);
        let snippet = Snippet::source(excerpt.line).line_start(number);
        group = group.element(snippet.annotation(kind));
    }
    for (label, value) in [
        ("found", &finding.found),
        ("expected", &finding.expected),
        ("help", &finding.help),
    ] {
        if let Some(value) = value {
            let level = Level::NOTE.with_name(label);
            group = group.element(level.message(escape(value)));
        }
    }
    group
}

/// The number of the line that a finding is about, and what may be shown of it.
fn line_of(finding: &Finding, positions: &mut Positions<'_>) -> Option<(usize, Excerpt)> {
    let place = finding.place.as_ref()?;
    let (text, span) = positions.text(place)?;
    let excerpt = excerpt(finding, text, &span)?;
    Some((positions.start(place)?.line, excerpt))
}

/// A finding in one line.
pub(super) fn line(finding: &Finding, positions: &mut Positions<'_>) -> String {
    let mut line = format!("{}[{}]", finding.severity.word(), finding.code.id());
    let place = place(finding, positions);
    if !place.is_empty() {
        let _ = write!(line, " {place}");
    }
    let _ = write!(line, ": {}", finding.message);
    let more = [("found ", &finding.found), ("", &finding.help)];
    for (label, value) in more {
        if let Some(value) = value {
            let _ = write!(line, "; {label}{value}");
        }
    }
    escape(&line)
}

/// Where it is and what it is about, as far as that is known.
fn place(finding: &Finding, positions: &mut Positions<'_>) -> String {
    let (place, about) = (location(finding, positions), about(finding));
    match (place.is_empty(), about.is_empty()) {
        (_, true) => place,
        (true, false) => about,
        (false, false) => format!("{place} ({about})"),
    }
}

fn location(finding: &Finding, positions: &mut Positions<'_>) -> String {
    let place = finding.place.as_ref();
    let Some(Position { file, line, column }) = place.and_then(|place| positions.start(place))
    else {
        return String::new();
    };
    let mut location = format!("{file}:{line}:{column}");
    if let Some(file) = finding.object.as_ref().and_then(|o| o.file.as_ref()) {
        let _ = write!(location, " (from {file})");
    }
    location
}

fn about(finding: &Finding) -> String {
    let object = finding.object.as_ref().map(name_of).unwrap_or_default();
    match &finding.field {
        Some(field) if object.is_empty() => field.clone(),
        Some(field) => format!("{object}, {field}"),
        None => object,
    }
}

fn name_of(object: &ObjectRef) -> String {
    match &object.namespace {
        _ if object.name.is_empty() => object.kind.clone(),
        Some(namespace) => format!("{} {namespace}/{}", object.kind, object.name),
        None => format!("{} {}", object.kind, object.name),
    }
}

pub(super) fn count(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}

fn write_count(text: &mut String, diagnostics: &Diagnostics) {
    let errors = diagnostics.count(Severity::Error);
    let warnings = diagnostics.count(Severity::Warning);
    let line = match (errors, warnings) {
        (0, 0) => return,
        (0, w) => format!("warning: {}", count(w, "warning")),
        (e, 0) => format!("error: {}; nothing was expanded", count(e, "error")),
        (e, w) => format!(
            "error: {}, {}; nothing was expanded",
            count(e, "error"),
            count(w, "warning")
        ),
    };
    let _ = write!(text, "{line}");
    if diagnostics.dropped() > 0 {
        let _ = write!(text, " ({} of them not shown)", diagnostics.dropped());
    }
    text.push('\n');
}

/// Text from the input must not reach a terminal as control sequences.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if hidden {
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}
